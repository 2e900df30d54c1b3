#!/usr/local/libexec/adt-helpers/ExecuteOnRemoteMachine --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ExecuteOnRemoteMachine --shim "$0" "$@"
