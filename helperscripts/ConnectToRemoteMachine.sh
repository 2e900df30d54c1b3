#!/usr/local/libexec/adt-helpers/ConnectToRemoteMachine --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ConnectToRemoteMachine --shim "$0" "$@"
