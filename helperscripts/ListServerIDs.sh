#!/usr/local/libexec/adt-helpers/ListServerIDs --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ListServerIDs --shim "$0" "$@"
