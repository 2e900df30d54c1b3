#!/usr/local/libexec/adt-helpers/DestroyServer --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/DestroyServer --shim "$0" "$@"
