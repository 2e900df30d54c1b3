#!/usr/local/libexec/adt-helpers/IsParameterBuild --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/IsParameterBuild --shim "$0" "$@"
