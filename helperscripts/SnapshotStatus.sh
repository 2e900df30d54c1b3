#!/usr/local/libexec/adt-helpers/SnapshotStatus --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/SnapshotStatus --shim "$0" "$@"
