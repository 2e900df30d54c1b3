#!/usr/local/libexec/adt-helpers/ConnectToWebserver --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ConnectToWebserver --shim "$0" "$@"
