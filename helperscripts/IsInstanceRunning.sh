#!/usr/local/libexec/adt-helpers/IsInstanceRunning --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/IsInstanceRunning --shim "$0" "$@"
