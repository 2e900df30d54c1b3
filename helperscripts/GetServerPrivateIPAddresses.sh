#!/usr/local/libexec/adt-helpers/GetServerPrivateIPAddresses --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/GetServerPrivateIPAddresses --shim "$0" "$@"
