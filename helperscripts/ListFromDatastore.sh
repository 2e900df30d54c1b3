#!/usr/local/libexec/adt-helpers/ListFromDatastore --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ListFromDatastore --shim "$0" "$@"
