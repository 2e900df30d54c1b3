#!/usr/local/libexec/adt-helpers/GetServerName --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/GetServerName --shim "$0" "$@"
