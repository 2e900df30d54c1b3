#!/usr/local/libexec/adt-helpers/ExtractConfigValue --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/ExtractConfigValue --shim "$0" "$@"
