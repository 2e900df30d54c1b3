# shellcheck shell=sh
# What `make install` leaves in the file system beside the shims, which the program itself sees to. Read by install.sh,
# uninstall.sh and schedule.sh.
#
# The manifest beside the program has a line for everything that was put in place, its fields separated by tabs:
#   bin  <Name>             the program, or its name as a helper, in the manifest's folder
#   page <path>             a man page, a shell's completions, or a name of the program on PATH
#   dir  <path>             a folder that did not exist, outermost first
#   time <time> <path>      when a folder that did exist was last changed before
# Paths are those the installed files will have: below DESTDIR, where one is given.
# That of 0.1.0 also has `tree` and `shim` lines, from which the program learns where the shims are.

# shellcheck disable=SC2034 # read by install.sh and uninstall.sh
tab=$(printf '\t')

# shellcheck disable=SC2034 # as above
program=adt-helpers

# Fails with one line on standard error.
fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

# Sets the places that the scripts work on from the variables of `make`.
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
