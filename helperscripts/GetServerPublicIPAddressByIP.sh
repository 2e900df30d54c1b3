#!/usr/local/libexec/adt-helpers/GetServerPublicIPAddressByIP --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/GetServerPublicIPAddressByIP --shim "$0" "$@"
