#!/usr/local/libexec/adt-helpers/CopyFromAutoscaler --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyFromAutoscaler --shim "$0" "$@"
