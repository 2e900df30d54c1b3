#!/bin/sh
# Makes the Debian package of the program in the folder BINDIR and the pages in MANUALS, with cargo-deb. `make deb` calls it.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
cd "$repository"
target=${CARGO_TARGET_DIR:-target}
# Cargo.toml names it, below the folder that cargo-deb takes for its own builds.
stage=$target/release/deb
documents=$stage/usr/share/doc/adt-helpers

main() {
    cargo deb --version >/dev/null 2>&1 || cargo install --locked cargo-deb
    rm -rf "$stage"
    mkdir -p "$stage"
    DESTDIR=$stage PREFIX=/usr BUILD_HOME='' install/install.sh >/dev/null
    # It is for `make uninstall`; here dpkg knows what there is.
    rm "$stage/usr/libexec/adt-helpers/.manifest"
    mv "$stage/usr/share/zsh/site-functions" "$stage/usr/share/zsh/vendor-completions"
    lay_out_documents
    cargo deb --no-build --no-strip --quiet --output "$target/debian/" "$@"
}

lay_out_documents() {
    mkdir -p "$documents/docs"
    cp README.md CONTRIBUTING.md "$documents/"
    cp docs/*.md "$documents/docs/"
    cp -R docs/schemas "$documents/docs/"
    mkdir -p "$stage/usr/share/lintian/overrides"
    cp install/debian/lintian-overrides "$stage/usr/share/lintian/overrides/adt-helpers"
    gzip -9nc CHANGELOG.md >"$documents/changelog.gz"
    debian_changelog | gzip -9n >"$documents/changelog.Debian.gz"
}

# What Debian wants of a package besides: who made this revision of it, and when. The time is that of the commit.
debian_changelog() {
    version=$(cargo pkgid | sed 's/.*[#@]//')
    seconds=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
    maintainer=$(sed -n 's/^maintainer = "\(.*\)"$/\1/p' Cargo.toml)
    printf 'adt-helpers (%s-1) unstable; urgency=medium\n\n  * Made from the source of this version; see changelog.gz.\n\n -- %s  %s\n' \
        "$version" "$maintainer" "$(LC_ALL=C date -uR -d "@$seconds")"
}

main "$@"
