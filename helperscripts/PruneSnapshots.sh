#!/usr/local/libexec/adt-helpers/PruneSnapshots --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/PruneSnapshots --shim "$0" "$@"
