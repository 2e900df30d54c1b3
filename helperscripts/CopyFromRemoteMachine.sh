#!/usr/local/libexec/adt-helpers/CopyFromRemoteMachine --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyFromRemoteMachine --shim "$0" "$@"
