#!/bin/sh
# Prints the compiler flags for a static binary of the target $1, or nothing where this machine cannot link or run one.
set -eu

# Nothing unwinds here (a panic aborts), so the tables for it are left out.
flags='-C target-feature=+crt-static -C force-unwind-tables=no'

trial=$(mktemp -d)
trap 'rm -rf "$trial"' EXIT
printf 'fn main() {}\n' >"$trial/trial.rs"
# shellcheck disable=SC2086 # several words
if rustc --target "$1" $flags -o "$trial/trial" "$trial/trial.rs" 2>/dev/null && "$trial/trial"; then
    printf '%s\n' "$flags"
fi
