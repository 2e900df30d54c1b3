#!/usr/local/libexec/adt-helpers/ExecuteOnAuthenticator --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ExecuteOnAuthenticator --shim "$0" "$@"
