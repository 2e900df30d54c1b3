#!/usr/local/libexec/adt-helpers/CopyToAutoscaler --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyToAutoscaler --shim "$0" "$@"
