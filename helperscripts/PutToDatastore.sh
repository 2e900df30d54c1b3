#!/usr/local/libexec/adt-helpers/PutToDatastore --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/PutToDatastore --shim "$0" "$@"
