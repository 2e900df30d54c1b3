#!/bin/sh
# Prints the lines of src/installation/known_scripts.txt for the commit that a checkout of the toolkit is at: the hash and
# the path of each script that a helper stands in for, or may.
set -eu
[ $# -eq 1 ] || {
    printf 'usage: %s CHECKOUT\n' "${0##*/}" >&2
    exit 2
}
repository=$(cd "$(dirname "$0")/.." && pwd)
program=${CARGO_TARGET_DIR:-$repository/target}/debug/adt-helpers
(cd "$repository" && cargo build --quiet --locked --bins)
git -C "$1" log -1 --format='# %H of %cs'
{
    "$program" --list | cut -f 2- | tr '\t' '\n'
    git -C "$1" ls-tree --name-only HEAD helperscripts/ | grep '\.sh$'
} | sort -u | while read -r path; do
    git -C "$1" cat-file -e "HEAD:$path" 2>/dev/null || continue
    printf '%s  %s\n' "$(git -C "$1" show "HEAD:$path" | sha256sum | cut -d ' ' -f 1)" "$path"
done
