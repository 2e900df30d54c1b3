#!/usr/local/libexec/adt-helpers/CopyToWebserver --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyToWebserver --shim "$0" "$@"
