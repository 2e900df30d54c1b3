#!/bin/sh
# Builds the binaries as they are installed and gathers them in the folder $1.
#
# They are linked statically, which a third of a short run is worth (docs/PERFORMANCE.md), where this machine's
# toolchain can do that; otherwise dynamically. The flags are for the binaries alone: with an explicit --target, cargo
# keeps them from build scripts and procedural macros.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=install/shim.sh
. "$repository/install/shim.sh"
cd "$repository"

gathered=${1:?the folder to gather the binaries in}
target_dir=${CARGO_TARGET_DIR:-target}
triple=${CARGO_BUILD_TARGET:-$(rustc -vV | sed -n 's/^host: //p')}
static='-C target-feature=+crt-static -C relocation-model=static'

# Whether a program linked with the flags $1 starts.
works_with() {
    printf 'fn main() {}\n' >"$trial/trial.rs"
    # shellcheck disable=SC2086 # several words
    rustc --target "$triple" $1 -o "$trial/trial" "$trial/trial.rs" 2>/dev/null && "$trial/trial"
}

trial=$(mktemp -d)
trap 'rm -rf "$trial"' EXIT
if works_with "$static"; then
    flags=$static
else
    flags=
    printf 'static binaries cannot be linked here; building dynamic ones, which start a little slower\n' >&2
fi

RUSTFLAGS="${RUSTFLAGS-}${RUSTFLAGS:+ }$flags" \
    cargo build --release --locked --bins --target "$triple" --target-dir "$target_dir"

rm -rf "$gathered"
mkdir -p "$gathered"
for name in $(helper_names); do
    cp "$target_dir/$triple/release/$name" "$gathered/$name"
done
