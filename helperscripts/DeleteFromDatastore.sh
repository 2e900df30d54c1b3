#!/usr/local/libexec/adt-helpers/DeleteFromDatastore --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/DeleteFromDatastore --shim "$0" "$@"
