#!/usr/local/libexec/adt-helpers/GetServerIPAddresses --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/GetServerIPAddresses --shim "$0" "$@"
