#!/usr/local/libexec/adt-helpers/ConnectToDatabase --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ConnectToDatabase --shim "$0" "$@"
