#!/usr/local/libexec/adt-helpers/CopyToReverseProxy --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyToReverseProxy --shim "$0" "$@"
