#!/bin/sh
# Puts every script back that install.sh replaced, and removes what it made, wherever its manifest says that is.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=install/shim.sh
. "$repository/install/shim.sh"
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
    list_shims >"$work/shims"
    check_folders
    # What runs every week would miss the binaries.
    [ ! -f "$destdir$libexec/.schedule" ] || "$repository/install/schedule.sh" remove
    restore_scripts
    remove_binaries
    remove_pages
    cp "$manifest" "$work/manifest"
    rm -f "$manifest"
    manifest=$work/manifest
    remove_folders
    restore_times
    printf 'the scripts are as they were before the installation\n'
}

# The shims' paths, a line each. A development tree that was copied from BUILD_HOME later has them as well.
list_shims() {
    { recorded tree && printf '%s\n' "$development"; } | awk '!seen[$0]++' | while IFS= read -r tree; do
        recorded shim | while IFS= read -r shim; do
            printf '%s\n' "$destdir$tree/$shim"
        done
    done
}

check_folders() {
    {
        printf '%s\n' "$manifest"
        recorded page | while IFS= read -r page; do printf '%s\n' "$destdir$page"; done
        cat "$work/shims"
    } | while IFS= read -r file; do
        [ ! -d "${file%/*}" ] || [ -w "${file%/*}" ] || fail "'${file%/*}' cannot be written to by this user"
    done
}

restore_scripts() {
    while IFS= read -r shim; do
        [ ! -d "${shim%/*}" ] || put_back "$shim"
    done <"$work/shims"
}

remove_binaries() {
    recorded bin | while IFS= read -r name; do
        rm -f "$destdir$libexec/$name"
    done
}

remove_pages() {
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
