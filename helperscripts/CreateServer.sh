#!/usr/local/libexec/adt-helpers/CreateServer --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CreateServer --shim "$0" "$@"
