#!/bin/sh
# Lets the program put every script back that it replaced, and removes what install.sh put in place, wherever its manifest
# says that is.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=install/tree.sh
. "$repository/install/tree.sh"

main() {
    read_places
    if [ ! -f "$manifest" ]; then
        printf 'nothing is installed in %s\n' "$destdir$libexec"
        return 0
    fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    check_folders
    # What runs every week would miss the program.
    [ ! -f "$destdir$libexec/.schedule" ] || "$repository/install/schedule.sh" remove
    status=0
    [ -n "$destdir" ] || take_shims_back
    remove_program
    cp "$manifest" "$work/manifest"
    rm -f "$manifest"
    manifest=$work/manifest
    remove_folders
    restore_times
    printf 'the helpers are gone from %s\n' "$destdir$prefix"
    return "$status"
}

check_folders() {
    {
        printf '%s\n' "$manifest"
        recorded page | while IFS= read -r page; do printf '%s\n' "$destdir$page"; done
    } | while IFS= read -r file; do
        [ ! -d "${file%/*}" ] || [ -w "${file%/*}" ] || fail "'${file%/*}' cannot be written to by this user"
    done
}

# The program knows where its shims are. An installation of 0.1.0 has no such program: the one that was built does it.
take_shims_back() {
    knowing=$destdir$libexec/$program
    [ -x "$knowing" ] || knowing=${BINDIR-}/$program
    [ -x "$knowing" ] ||
        fail "'$libexec' has an older version of the helpers, which does not know how to take its shims back; say 'make build' first"
    "$knowing" uninstall --names "$libexec" --development "$development" || status=$?
    # With 3 all shims are gone and something was not as it had been, which was said. Else some are still there, and
    # need the program.
    [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || exit "$status"
}

remove_program() {
    recorded bin | while IFS= read -r name; do
        rm -f "$destdir$libexec/$name"
    done
    recorded page | while IFS= read -r page; do
        rm -f "$destdir$page"
    done
}

# Removes the folders that were made, innermost first; one that holds something else by now stays.
remove_folders() {
    recorded dir | sort -r | while IFS= read -r folder; do
        [ ! -d "$destdir$folder" ] || rmdir "$destdir$folder" 2>/dev/null || true
    done
}

restore_times() {
    recorded time | while IFS="$tab" read -r time folder; do
        [ ! -d "$destdir$folder" ] || touch -d "$time" "$destdir$folder"
    done
}

main
