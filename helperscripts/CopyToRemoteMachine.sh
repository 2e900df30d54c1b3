#!/usr/local/libexec/adt-helpers/CopyToRemoteMachine --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/CopyToRemoteMachine --shim "$0" "$@"
