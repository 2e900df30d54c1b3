# shellcheck shell=sh
# What a shim is, and which there are. The scripts beside this one read it.

# The kernel reads this many bytes of a script's first line and no more.
longest_first_line=255

# Fails with one line on standard error.
fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

# Asks the program $1 which helpers there are. No other list says so.
ask_for_helpers() {
    helpers_listed=$("$1" --list) || fail "'$1' does not say which helpers it has; say 'make build' first"
    [ -n "$helpers_listed" ] || fail "'$1' has no helpers"
}

# The helpers' names, a line each.
helper_names() {
    printf '%s\n' "$helpers_listed" | cut -f 1
}

# The shims' paths below BUILD_HOME, a line each: every helper in helperscripts/, and where else the toolkit keeps it.
shim_paths() {
    printf '%s\n' "$helpers_listed" | cut -f 2- | tr '\t' '\n'
}

# What the second line of every shim says, by which a shim knows itself.
shim_mark='# adt-helpers: a shim'

# The shim that starts the binary $1, in three ways. Run by its path: the kernel starts the binary with `--shim` and that
# path. Run as `/bin/sh <path>`: $0 is the shim, and `exec` lets the binary take the shell's place, so that a signal
# reaches it. Sourced (`. <path>`): $0 is somebody else's, who goes on after the binary and has its status, so there is no
# `exec`. A subshell for the look at $0 would cost a third of the start. A first line too long for the kernel is left to
# the shell.
shim_text() {
    first_line="#!$1 --shim"
    [ "${#first_line}" -le "$longest_first_line" ] || first_line='#!/bin/sh'
    # shellcheck disable=SC2016 # the shim's own
    printf '%s\n' "$first_line" "$shim_mark" '# shellcheck shell=sh' \
        '[ -f "$0" ] && { read -r adt_shim && read -r adt_shim; } 2>/dev/null <"$0" && [ "$adt_shim" = '"'$shim_mark' ] && exec $1 --shim \"\$0\" \"\$@\"" \
        'unset adt_shim' \
        "$1 --shim \"\$0\" \"\$@\""
}

# Whether the file $1 is a shim for a binary below the folder $2; without $2, below any. Those of earlier versions had
# the `exec` on their third line, and ended there.
is_shim() {
    [ -f "$1" ] && [ ! -L "$1" ] || return 1
    # shellcheck disable=SC2016 # as above
    case $(sed -n '3p;4p;5q' "$1" | grep -v '^# shellcheck shell=sh$') in
    "exec ${2-}/"*' --shim "$0" "$@"') return 0 ;;
    *'&& exec '"${2-}/"*' --shim "$0" "$@"') return 0 ;;
    *) return 1 ;;
    esac
}
