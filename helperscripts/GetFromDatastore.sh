#!/usr/local/libexec/adt-helpers/GetFromDatastore --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/GetFromDatastore --shim "$0" "$@"
