#!/bin/sh
# Builds the program as it is installed and puts it into the folder $1; with `demo` as $2 the simulated cloud too.
#
# It is linked statically where this machine can do that: the dynamic loader is a third of a short run
# (docs/PERFORMANCE.md). With an explicit --target, cargo keeps the flags from build scripts and procedural macros.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
cd "$repository"

gathered=${1:?the folder to put the program in}
target_dir=${CARGO_TARGET_DIR:-target}
triple=${CARGO_BUILD_TARGET:-$(rustc -vV | sed -n 's/^host: //p')}
flags=$(install/static-flags.sh "$triple")
[ -n "$flags" ] || printf 'a static program cannot be linked here; this one is dynamic and starts a little slower\n' >&2

RUSTFLAGS="${RUSTFLAGS-}${RUSTFLAGS:+ }$flags" \
    cargo build --release --locked --bins ${2:+--features "$2"} --target "$triple" --target-dir "$target_dir"

rm -rf "$gathered"
mkdir -p "$gathered"
cp "$target_dir/$triple/release/adt-helpers" "$gathered/adt-helpers"
[ "${2-}" != demo ] || cp "$target_dir/$triple/release/simulated-cloud" "$gathered/simulated-cloud"
