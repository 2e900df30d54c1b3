#!/usr/local/libexec/adt-helpers/GetOsName --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/GetOsName --shim "$0" "$@"
