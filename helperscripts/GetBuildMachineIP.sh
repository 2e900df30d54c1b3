#!/usr/local/libexec/adt-helpers/GetBuildMachineIP --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/GetBuildMachineIP --shim "$0" "$@"
