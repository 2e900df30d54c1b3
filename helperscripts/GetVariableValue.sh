#!/usr/local/libexec/adt-helpers/GetVariableValue --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/GetVariableValue --shim "$0" "$@"
