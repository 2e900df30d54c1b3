#!/usr/local/libexec/adt-helpers/ShutdownInfrastructure --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ShutdownInfrastructure --shim "$0" "$@"
