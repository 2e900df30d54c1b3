#!/usr/local/libexec/adt-helpers/CopyFromDatabase --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyFromDatabase --shim "$0" "$@"
