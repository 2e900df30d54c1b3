#!/usr/local/libexec/adt-helpers/ObtainWholeMachineSnapshot --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ObtainWholeMachineSnapshot --shim "$0" "$@"
