#!/usr/local/libexec/adt-helpers/NumberOfServers --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/NumberOfServers --shim "$0" "$@"
