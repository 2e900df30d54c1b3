#!/usr/local/libexec/adt-helpers/ExecuteOnReverseProxy --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ExecuteOnReverseProxy --shim "$0" "$@"
