#!/usr/local/libexec/adt-helpers/DeleteDatastore --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/DeleteDatastore --shim "$0" "$@"
