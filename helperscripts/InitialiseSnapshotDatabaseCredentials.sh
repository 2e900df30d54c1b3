#!/usr/local/libexec/adt-helpers/InitialiseSnapshotDatabaseCredentials --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/InitialiseSnapshotDatabaseCredentials --shim "$0" "$@"
