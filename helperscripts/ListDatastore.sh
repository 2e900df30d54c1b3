#!/usr/local/libexec/adt-helpers/ListDatastore --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ListDatastore --shim "$0" "$@"
