#!/usr/local/libexec/adt-helpers/SyncDatastore --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/SyncDatastore --shim "$0" "$@"
