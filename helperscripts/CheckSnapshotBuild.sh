#!/usr/local/libexec/adt-helpers/CheckSnapshotBuild --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CheckSnapshotBuild --shim "$0" "$@"
