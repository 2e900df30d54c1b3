#!/usr/local/libexec/adt-helpers/CopyToAuthenticator --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyToAuthenticator --shim "$0" "$@"
