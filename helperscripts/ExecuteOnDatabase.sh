#!/usr/local/libexec/adt-helpers/ExecuteOnDatabase --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ExecuteOnDatabase --shim "$0" "$@"
