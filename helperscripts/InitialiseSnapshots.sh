#!/usr/local/libexec/adt-helpers/InitialiseSnapshots --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/InitialiseSnapshots --shim "$0" "$@"
