#!/bin/sh
# Puts the program, its names, man pages and completions in place, and lets the program put its shims over the toolkit.
# `make install` calls it; the variables are explained there. Everything is checked before anything is changed.
set -eu
umask 022
repository=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=install/tree.sh
. "$repository/install/tree.sh"

# The names of the program on PATH; the second and the third stand for `adt-helpers install` and `uninstall`.
commands='adt-helpers adt-helpers-install adt-helpers-uninstall'

main() {
    read_places
    built=${BINDIR:?the folder of the program}/$program
    check_program
    work=$(mktemp -d)
    new=
    trap 'rm -rf "$work" ${new:+"$new"}' EXIT
    trap 'exit 1' HUP INT TERM
    list_pages | that_are_free >"$work/pages"
    list_commands | that_are_free | cut -f 1 >"$work/commands"
    list_folders >"$work/folders"
    check_folders
    check_toolkit

    plan >"$work/plan"
    make_folders
    record "$work/plan"
    printf '%s goes to %s, with the names of %s helpers\n' \
        "$("$built" --version)" "$destdir$libexec" "$(grep -c . "$work/names")"
    install_program
    install_names
    install_commands
    [ ! -s "$work/pages" ] || printf 'man pages and completions go to %s\n' "$destdir$prefix/share"
    install_pages
    [ -n "$destdir" ] || shims
    drop_what_is_gone
    record "$work/plan" without-what-is-gone
    [ -z "$destdir" ] || printf "next, on the machine itself: 'adt-helpers install' puts the shims over a toolkit\n"
}

check_program() {
    if [ ! -f "$built" ] || [ ! -x "$built" ]; then
        fail "'${built%/*}' has no program '$program'; say 'make build' first"
    fi
}

# The toolkit that is to get shims must be one; a package leaves it alone.
check_toolkit() {
    "$built" --list | cut -f 1 >"$work/names"
    [ -s "$work/names" ] || fail "'$built' does not say which helpers it has; say 'make build' first"
    if [ -n "$destdir" ]; then
        [ -z "${BUILD_HOME-}" ] ||
            fail "with DESTDIR no toolkit gets shims, so BUILD_HOME says nothing; on the machine itself say 'adt-helpers install'"
        return 0
    fi
    shims --check
}

# Lets the program put its shims in place; with --check, lets it only say whether it can.
shims() {
    "$built" install --names "$libexec" --development "$development" "$@"
}

# The man pages and completions that were built, a line each: the path it will have, a tab, and where it is now.
list_pages() {
    [ -n "${MANUALS-}" ] || return 0
    while read -r folder installed; do
        for file in "$MANUALS/$folder"/*; do
            [ ! -f "$file" ] || printf '%s\t%s\n' "$prefix/share/$installed/$(installed_as "$file")" "$file"
        done
    done <<END
man man/man1
man7 man/man7
completions/bash bash-completion/completions
completions/zsh zsh/site-functions
completions/fish fish/vendor_completions.d
END
}

# The name of the file $1 once it is installed: man pages are compressed, as those of the system are.
installed_as() {
    case $1 in
    *.[17]) printf '%s.gz' "${1##*/}" ;;
    *) printf '%s' "${1##*/}" ;;
    esac
}

# The names on PATH, a line each: the path, a tab, and nothing.
list_commands() {
    for name in $commands; do
        printf '%s\t\n' "$prefix/bin/$name"
    done
}

# The lines of standard input whose path is free or was ours before. What somebody else put there is not ours to replace.
that_are_free() {
    recorded page >"$work/known"
    cat >"$work/wanted"
    while IFS="$tab" read -r path _; do
        if [ -e "$destdir$path" ] || [ -L "$destdir$path" ]; then printf '%s\n' "$path"; fi
    done <"$work/wanted" >"$work/there"
    grep -vxF -f "$work/known" "$work/there" >"$work/theirs" || true
    while IFS= read -r path; do
        printf "'%s' is not from here and stays\n" "$destdir$path" >&2
    done <"$work/theirs"
    awk -F '\t' 'FILENAME == ARGV[1] { theirs[$0]; next } !($1 in theirs)' "$work/theirs" "$work/wanted"
}

# The folders that files are put into, a line each.
list_folders() {
    printf '%s\n' "$libexec"
    { cut -f 1 "$work/pages" && cat "$work/commands"; } | sed 's|/[^/]*$||' | sort -u
}

check_folders() {
    while IFS= read -r folder; do
        existing=$destdir$folder
        while [ -n "$existing" ] && [ ! -e "$existing" ]; do existing=${existing%/*}; done
        [ -d "${existing:-/}" ] || fail "'$existing' is not a folder"
        [ -w "${existing:-/}" ] || fail "'${existing:-/}' cannot be written to by this user"
    done <"$work/folders"
}

# The manifest's lines for this installation, looked up while the file system is still as it was.
plan() {
    { printf '%s\n' "$program" && cat "$work/names"; } | sed "s/^/bin$tab/"
    { cut -f 1 "$work/pages" && cat "$work/commands"; } | sed "s/^/page$tab/"
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
        grep -v -e "^bin$tab" -e "^page$tab" -e "^shim$tab" -e "^tree$tab" "$work/old" >"$work/rest" || true
        mv "$work/rest" "$work/old"
    fi
    cat "$work/old" "$1" | awk '!seen[$0]++' >"$manifest.new"
    mv -f "$manifest.new" "$manifest"
}

# It is replaced in one step: a program that runs is never written into.
install_program() {
    new=$(mktemp "$destdir$libexec/.new.XXXXXX")
    cat "$built" >"$new"
    chmod 755 "$new"
    mv -f "$new" "$destdir$libexec/$program"
    new=
}

# A link for each helper. Whatever stands there, a program of its own as 0.1.0 had it too, is replaced in one step each.
install_names() {
    new=$(mktemp -d "$destdir$libexec/.new.XXXXXX")
    while IFS= read -r name; do
        ln -s "$program" "$new/$name"
    done <"$work/names"
    mv -f "$new"/* "$destdir$libexec/"
    rmdir "$new"
    new=
}

install_commands() {
    while IFS= read -r path; do
        ln -s "../libexec/adt-helpers/$program" "$destdir$path.new"
        mv -f "$destdir$path.new" "$destdir$path"
    done <"$work/commands"
}

# Folder by folder: each page is put in its place in one step.
install_pages() {
    cut -f 1 "$work/pages" | sed 's|/[^/]*$||' | sort -u >"$work/page-folders"
    while IFS= read -r folder; do
        new=$(mktemp -d "$destdir$folder/.new.XXXXXX")
        awk -F '\t' -v folder="$folder" '{ its = $1; sub("/[^/]*$", "", its) } its == folder { print $2 }' "$work/pages" |
            xargs -d '\n' cp -t "$new"
        case $folder in */man/*) gzip -9n "$new"/* ;; esac
        chmod 644 "$new"/*
        mv -f "$new"/* "$destdir$folder/"
        rmdir "$new"
        new=
    done <"$work/page-folders"
}

# Takes back the names and the pages that an earlier installation had and this one does not.
drop_what_is_gone() {
    recorded bin | grep -vxF -e "$program" -f "$work/names" | while IFS= read -r name; do
        rm -f "$destdir$libexec/$name"
    done
    { cut -f 1 "$work/pages" && cat "$work/commands"; } >"$work/wanted"
    recorded page | grep -vxF -f "$work/wanted" | while IFS= read -r page; do
        rm -f "$destdir$page"
    done
}

main
