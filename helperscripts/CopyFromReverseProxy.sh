#!/usr/local/libexec/adt-helpers/CopyFromReverseProxy --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyFromReverseProxy --shim "$0" "$@"
