#!/bin/sh
# Builds the binaries as they are installed and gathers them in the folder $1.
#
# They are linked statically where this machine can do that: the dynamic loader is a third of a short run
# (docs/PERFORMANCE.md). With an explicit --target, cargo keeps the flags from build scripts and procedural macros.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=install/shim.sh
. "$repository/install/shim.sh"
cd "$repository"

gathered=${1:?the folder to gather the binaries in}
target_dir=${CARGO_TARGET_DIR:-target}
triple=${CARGO_BUILD_TARGET:-$(rustc -vV | sed -n 's/^host: //p')}
flags=$(install/static-flags.sh "$triple")
[ -n "$flags" ] || printf 'static binaries cannot be linked here; these are dynamic and start a little slower\n' >&2

RUSTFLAGS="${RUSTFLAGS-}${RUSTFLAGS:+ }$flags" \
    cargo build --release --locked --bins --target "$triple" --target-dir "$target_dir"

rm -rf "$gathered"
mkdir -p "$gathered"
for name in $(helper_names); do
    cp "$target_dir/$triple/release/$name" "$gathered/$name"
done
