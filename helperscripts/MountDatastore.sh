#!/usr/local/libexec/adt-helpers/MountDatastore --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/MountDatastore --shim "$0" "$@"
