#!/usr/local/libexec/adt-helpers/InitialiseServerUserCredentials --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/InitialiseServerUserCredentials --shim "$0" "$@"
