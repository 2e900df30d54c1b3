#!/usr/local/libexec/adt-helpers/DisplayPassword --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/DisplayPassword --shim "$0" "$@"
