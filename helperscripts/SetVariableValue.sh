#!/usr/local/libexec/adt-helpers/SetVariableValue --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/SetVariableValue --shim "$0" "$@"
