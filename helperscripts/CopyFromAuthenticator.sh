#!/usr/local/libexec/adt-helpers/CopyFromAuthenticator --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyFromAuthenticator --shim "$0" "$@"
