#!/usr/local/libexec/adt-helpers/RebootInfrastructure --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/RebootInfrastructure --shim "$0" "$@"
