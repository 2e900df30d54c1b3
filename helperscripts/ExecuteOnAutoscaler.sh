#!/usr/local/libexec/adt-helpers/ExecuteOnAutoscaler --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ExecuteOnAutoscaler --shim "$0" "$@"
