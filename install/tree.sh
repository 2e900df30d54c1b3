# shellcheck shell=sh
# What an installation leaves in the file system and how it is taken back. Read by install.sh and uninstall.sh.
#
# The manifest beside the binaries has a line for everything an installation made, its fields separated by tabs:
#   bin  <Name>             the program, or its name as a helper, in the manifest's folder
#   page <path>             a man page or a shell's completions
#   tree <path>             a folder that shims were put into
#   shim <path>             a shim, below every such folder
#   dir  <path>             a folder that did not exist, outermost first
#   time <time> <path>      when a folder that did exist was last changed before
# Paths are those the installed files will have: below DESTDIR, where one is given.

# shellcheck disable=SC2034 # read by install.sh and uninstall.sh
tab=$(printf '\t')

# shellcheck disable=SC2034 # as above
program=adt-helpers

# Sets the places that both scripts work on from the variables of `make`.
read_places() {
    prefix=${PREFIX:-/usr/local}
    prefix=${prefix%/}
    destdir=${DESTDIR-}
    destdir=${destdir%/}
    case $prefix in
    /*) ;;
    *) fail "PREFIX '$prefix' is not an absolute path" ;;
    esac
    case $prefix in
    *[!A-Za-z0-9/._+,:@%=-]*)
        fail "PREFIX '$(one_line "$prefix")' has a character that the first line of a script cannot hold"
        ;;
    esac
    case $destdir in
    '' | /*) ;;
    *) destdir=$(pwd)/$destdir ;;
    esac
    libexec=$prefix/libexec/adt-helpers
    manifest=$destdir$libexec/.manifest
    development=${DEVELOPMENT:-/home/development}
    development=${development%/}
}

# The text $1 fit for an error message.
one_line() {
    printf '%s' "$1" | tr '[:cntrl:]' '?'
}

# The second field of the manifest's lines of the kind $1.
recorded() {
    [ ! -f "$manifest" ] || sed -n "s/^$1$tab//p" "$manifest"
}

# Where the original of the script $1 is kept.
kept_path() {
    printf '%s/.legacy/%s' "${1%/*}" "${1##*/}"
}

# Takes the shim at $1 back and puts the original in its place. A script that came back by itself (a checkout, a sync)
# is newer than the one kept and stays; the shim of an installation elsewhere is not ours to take.
put_back() {
    kept=$(kept_path "$1")
    if is_shim "$1" "$libexec"; then
        if [ -e "$kept" ] || [ -L "$kept" ]; then
            mv -f "$kept" "$1"
        else
            rm -f "$1"
        fi
    elif ! is_shim "$1"; then
        if [ -e "$1" ] || [ -L "$1" ]; then
            rm -f "$kept"
        elif [ -e "$kept" ] || [ -L "$kept" ]; then
            mv -f "$kept" "$1"
        fi
    fi
    [ ! -d "${kept%/*}" ] || rmdir "${kept%/*}" 2>/dev/null || true
}
