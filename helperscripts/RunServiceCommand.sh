#!/usr/local/libexec/adt-helpers/RunServiceCommand --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/RunServiceCommand --shim "$0" "$@"
