#!/usr/local/libexec/adt-helpers/ConnectToAutoscaler --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ConnectToAutoscaler --shim "$0" "$@"
