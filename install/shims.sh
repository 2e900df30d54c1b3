#!/bin/sh
# Writes helperscripts/<Name>.sh for each helper and removes those of helpers that are gone.
# With --check, changes nothing and fails if it would.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
folder=$repository/helperscripts
check=${1-}
target_dir=${CARGO_TARGET_DIR:-$repository/target}
stale=

expected=$(mktemp)
trap 'rm -f "$expected"' EXIT

(cd "$repository" && cargo build --quiet --locked --bins --target-dir "$target_dir")
program=$target_dir/debug/adt-helpers
names=$("$program" --list | cut -f 1)
for name in $names; do
    shim=$folder/$name.sh
    "$program" --shim-of "$name" >"$expected"
    if cmp -s "$expected" "$shim" && [ -x "$shim" ]; then
        continue
    fi
    stale="$stale $name"
    [ "$check" != --check ] || continue
    mkdir -p "$folder"
    cp "$expected" "$shim"
    chmod 755 "$shim"
done

for shim in "$folder"/*.sh; do
    [ -f "$shim" ] || continue
    name=$(basename "$shim" .sh)
    ! printf '%s\n' "$names" | grep -qxF -- "$name" || continue
    stale="$stale $name"
    [ "$check" = --check ] || rm -f "$shim"
done

if [ "$check" = --check ] && [ -n "$stale" ]; then
    printf "%s: helperscripts/ does not match src/helpers.rs (%s); run 'make shims'\n" "${0##*/}" "${stale# }" >&2
    exit 1
fi
