#!/usr/local/libexec/adt-helpers/DisplayLoggingStreams --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/DisplayLoggingStreams --shim "$0" "$@"
