#!/usr/local/libexec/adt-helpers/VerifySnapshots --shim
# shellcheck shell=sh
exec /usr/local/libexec/adt-helpers/VerifySnapshots --shim "$0" "$@"
