#!/usr/local/libexec/adt-helpers/ConnectToAuthenticator --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ConnectToAuthenticator --shim "$0" "$@"
