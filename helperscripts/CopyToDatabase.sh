#!/usr/local/libexec/adt-helpers/CopyToDatabase --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyToDatabase --shim "$0" "$@"
