#!/bin/sh
# Puts the program in place and a shim where the toolkit has each script, keeping the script beside it in .legacy/.
# `make install` calls it; the variables are explained there. Everything is checked before anything is changed.
set -eu
umask 022
repository=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=install/shim.sh
. "$repository/install/shim.sh"
# shellcheck source=install/tree.sh
. "$repository/install/tree.sh"

main() {
    read_places
    build_home=$(chosen_build_home)
    trees=$(trees_to_change)
    binaries=${BINDIR:?the folder of the program}
    check_program
    work=$(mktemp -d)
    new=
    trap 'rm -rf "$work" ${new:+"$new"}' EXIT
    trap 'exit 1' HUP INT TERM
    shim_paths >"$work/shims"
    list_pages >"$work/pages"
    list_folders >"$work/folders"
    check_folders
    check_scripts

    plan >"$work/plan"
    make_folders
    record "$work/plan"
    install_program
    install_pages
    install_shims
    drop_what_is_gone
    record "$work/plan" without-what-is-gone
    tell
}

# The toolkit's folder; nothing where a package is made that leaves the toolkit alone.
chosen_build_home() {
    chosen=${BUILD_HOME-}
    if [ -z "$chosen" ]; then
        [ -z "$destdir" ] || return 0
        [ -f /home/buildhome.dat ] ||
            fail "no BUILD_HOME is given and /home/buildhome.dat does not exist; say 'make install BUILD_HOME=<the toolkit's folder>'"
        chosen=$(cat /home/buildhome.dat)
        [ -n "$chosen" ] || fail "/home/buildhome.dat is empty; say 'make install BUILD_HOME=<the toolkit's folder>'"
    fi
    shown=$(one_line "$chosen")
    case $chosen in
    *[[:cntrl:]]*) fail "BUILD_HOME '$shown' has a control character in it" ;;
    /*) ;;
    *) fail "BUILD_HOME '$shown' is not an absolute path" ;;
    esac
    while [ "$chosen" != "${chosen%/}" ]; do chosen=${chosen%/}; done
    # A package's stage starts empty; a tree that is there must be the toolkit's.
    if [ -n "$destdir" ] && [ ! -e "$destdir$chosen" ]; then
        printf '%s\n' "$chosen"
        return 0
    fi
    [ -e "$destdir$chosen" ] || fail "BUILD_HOME '$destdir$shown' does not exist"
    [ -d "$destdir$chosen" ] || fail "BUILD_HOME '$destdir$shown' is not a folder"
    [ -d "$destdir$chosen/helperscripts" ] ||
        fail "BUILD_HOME '$destdir$shown' is not the toolkit's folder: it has no folder helperscripts"
    printf '%s\n' "$chosen"
}

# The folders that get shims, a line each. The toolkit's `sync` copies /home/development over BUILD_HOME, so that a shim
# which is not there too would not last.
trees_to_change() {
    if [ -z "$build_home" ]; then
        printf '%s\n' "$prefix/share/adt-helpers"
        return 0
    fi
    printf '%s\n' "$build_home"
    [ -d "$destdir$development/helperscripts" ] || return 0
    [ "$(real "$destdir$development")" = "$(real "$destdir$build_home")" ] || printf '%s\n' "$development"
}

real() {
    (cd "$1" 2>/dev/null && pwd -P)
}

check_program() {
    if [ ! -f "$binaries/$program" ] || [ ! -x "$binaries/$program" ]; then
        fail "'$binaries' has no program '$program'; say 'make build' first"
    fi
    ask_for_helpers "$binaries/$program"
}

# The man pages and completions that were built, a line each: the path it will have, a tab, and where it is now. One that
# somebody else put there is not ours to replace.
list_pages() {
    [ -n "${MANUALS-}" ] || return 0
    while read -r built installed; do
        for file in "$MANUALS/$built"/*; do
            page=$prefix/share/$installed/${file##*/}
            [ -f "$file" ] || continue
            if [ -e "$destdir$page" ] && ! recorded page | grep -qxF -- "$page"; then
                printf "'%s' is not from here and stays\n" "$destdir$page" >&2
                continue
            fi
            printf '%s\t%s\n' "$page" "$file"
        done
    done <<END
man man/man1
completions/bash bash-completion/completions
completions/zsh zsh/site-functions
completions/fish fish/vendor_completions.d
END
}

# The folders that files are put into, a line each.
list_folders() {
    printf '%s\n' "$libexec"
    cut -f 1 "$work/pages" | sed 's|/[^/]*$||' | sort -u
    printf '%s\n' "$trees" | while IFS= read -r tree; do
        sed 's|/[^/]*$||' "$work/shims" | sort -u | while IFS= read -r folder; do
            printf '%s\n' "$tree/$folder"
        done
    done
}

check_folders() {
    while IFS= read -r folder; do
        existing=$destdir$folder
        while [ -n "$existing" ] && [ ! -e "$existing" ]; do existing=${existing%/*}; done
        [ -d "${existing:-/}" ] || fail "'$existing' is not a folder"
        [ -w "${existing:-/}" ] || fail "'${existing:-/}' cannot be written to by this user"
    done <"$work/folders"
}

check_scripts() {
    each_shim >"$work/each"
    while IFS= read -r shim; do
        [ ! -d "$destdir$shim" ] || fail "'$destdir$shim' is a folder, not a script"
    done <"$work/each"
}

# The shims' paths in all trees, a line each.
each_shim() {
    printf '%s\n' "$trees" | while IFS= read -r tree; do
        while IFS= read -r shim; do
            printf '%s\n' "$tree/$shim"
        done <"$work/shims"
    done
}

# The manifest's lines for this installation, looked up while the file system is still as it was.
plan() {
    { printf '%s\n' "$program" && helper_names; } | sed "s/^/bin$tab/"
    cut -f 1 "$work/pages" | sed "s/^/page$tab/"
    printf '%s\n' "$trees" | sed "s/^/tree$tab/"
    sed "s/^/shim$tab/" "$work/shims"
    while IFS= read -r folder; do
        missing=
        while [ -n "$folder" ] && [ ! -e "$destdir$folder" ]; do
            missing="dir$tab$folder
$missing"
            folder=${folder%/*}
        done
        printf '%s' "$missing"
        # What the first installation saw is what an uninstallation restores.
        known=$(recorded dir && recorded time | cut -f 2)
        if [ -d "$destdir$folder" ] && ! printf '%s\n' "$known" | grep -qxF -- "$folder"; then
            printf 'time\t%s\t%s\n' "$(stat -c %y "$destdir$folder")" "$folder"
        fi
    done <"$work/folders"
}

make_folders() {
    while IFS= read -r folder; do
        mkdir -p "$destdir$folder"
    done <"$work/folders"
}

# Writes the manifest: what it had before, and the lines of $1 that are new. Folders of an earlier installation stay, as
# do its times.
record() {
    if [ -f "$manifest" ]; then cat "$manifest"; fi >"$work/old"
    if [ "${2-}" = without-what-is-gone ]; then
        grep -v -e "^bin$tab" -e "^page$tab" -e "^shim$tab" "$work/old" >"$work/rest" || true
        mv "$work/rest" "$work/old"
    fi
    cat "$work/old" "$1" | awk '!seen[$0]++' >"$manifest.new"
    mv -f "$manifest.new" "$manifest"
}

# One rename replaces the program under all its names: a build that runs meanwhile never sees two versions. Links of an
# earlier installation stay as they are.
install_program() {
    new=$(mktemp "$destdir$libexec/.program.XXXXXX")
    cat "$binaries/$program" >"$new"
    chmod 755 "$new"
    mv -f "$new" "$destdir$libexec/$program"
    new=
    for name in $(helper_names); do
        link=$destdir$libexec/$name
        [ "$(readlink "$link" 2>/dev/null)" != "$program" ] || continue
        new=$destdir$libexec/.link.$$
        ln -s "$program" "$new"
        mv -f "$new" "$link"
        new=
    done
}

install_pages() {
    while IFS="$tab" read -r page file; do
        new=$(mktemp "$destdir${page%/*}/.page.XXXXXX")
        cat "$file" >"$new"
        chmod 644 "$new"
        mv -f "$new" "$destdir$page"
        new=
    done <"$work/pages"
}

install_shims() {
    while IFS= read -r shim; do
        place_shim "$destdir$shim"
    done <"$work/each"
}

# Puts a shim at $1 with the mode and the owner of what is there.
place_shim() {
    name=$(basename "$1" .sh)
    kept=$(kept_path "$1")
    shim_text "$libexec/$name" >"$work/shim"
    if cmp -s "$work/shim" "$1" && [ ! -L "$1" ]; then
        return 0
    fi
    if { [ -e "$1" ] || [ -L "$1" ]; } && ! is_shim "$1"; then
        mkdir -p "${kept%/*}"
        cp -pP "$1" "$kept.new"
        mv -f "$kept.new" "$kept"
    fi
    new=$(mktemp "${1%/*}/.shim.XXXXXX")
    cat "$work/shim" >"$new"
    like=$1
    [ -e "$like" ] || like=$kept
    if [ -e "$like" ]; then
        chown "$(stat -L -c %u:%g "$like")" "$new" 2>/dev/null || true
        chmod "$(stat -L -c %a "$like")" "$new"
    else
        chmod 755 "$new"
    fi
    mv -f "$new" "$1"
    new=
}

# Takes back the shims, the binaries and the pages that an earlier installation had and this one does not.
drop_what_is_gone() {
    recorded shim | grep -vxF -f "$work/shims" | while IFS= read -r shim; do
        recorded tree | while IFS= read -r tree; do
            put_back "$destdir$tree/$shim"
        done
    done
    { printf '%s\n' "$program" && helper_names; } >"$work/names"
    recorded bin | grep -vxF -f "$work/names" | while IFS= read -r name; do
        rm -f "$destdir$libexec/$name"
    done
    recorded page | while IFS= read -r page; do
        cut -f 1 "$work/pages" | grep -qxF -- "$page" || rm -f "$destdir$page"
    done
}

tell() {
    printf 'installed %s helpers in %s\n' "$(helper_names | grep -c .)" "$destdir$libexec"
    printf '%s\n' "$trees" | while IFS= read -r tree; do
        printf 'shims are in %s\n' "$destdir$tree"
    done
    [ ! -s "$work/pages" ] || printf 'man pages and completions are in %s\n' "$destdir$prefix/share"
}

main
