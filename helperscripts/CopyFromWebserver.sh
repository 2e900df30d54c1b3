#!/usr/local/libexec/adt-helpers/CopyFromWebserver --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyFromWebserver --shim "$0" "$@"
