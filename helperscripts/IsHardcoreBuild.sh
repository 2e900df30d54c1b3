#!/usr/local/libexec/adt-helpers/IsHardcoreBuild --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/IsHardcoreBuild --shim "$0" "$@"
