#!/usr/local/libexec/adt-helpers/ExecuteOnWebserver --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ExecuteOnWebserver --shim "$0" "$@"
