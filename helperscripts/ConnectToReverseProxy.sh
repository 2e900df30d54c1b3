#!/usr/local/libexec/adt-helpers/ConnectToReverseProxy --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ConnectToReverseProxy --shim "$0" "$@"
