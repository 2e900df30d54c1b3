#!/usr/local/libexec/adt-helpers/MoveDatastoreObject --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/MoveDatastoreObject --shim "$0" "$@"
