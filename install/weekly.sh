#!/bin/sh
# Takes fresh snapshots of the active build, verifies them and prunes the old ones; what goes wrong is mailed.
#
# `make install-schedule` puts it beside the binaries and lets systemd or cron start it every week. It asks nothing and
# needs nothing of its environment. Each step runs only after the one before it went well, so that nothing is pruned
# while it is not known that the fresh snapshots are there.
set -u
umask 077
name=adt-snapshots-weekly

# How long one step may take, and sending the mail.
step_limit=${ADT_STEP_LIMIT:-2h}
mail_limit=5m

main() {
    # The tools find their accounts below HOME, which is not set everywhere.
    HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d : -f 6)}
    # cron's PATH is short, and the providers' tools are elsewhere; pipx puts them below HOME.
    PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin:$HOME/.local/bin:$HOME/bin
    export PATH HOME
    binaries=$(cd "${0%/*}" && pwd) || exit 1
    find_build_home
    take_turn
    said=$(mktemp) || fail "cannot make a temporary file for what the steps say"
    trap 'rm -f "$said"' EXIT
    # A signal ends the step that runs, which then has failed.
    trap : HUP INT TERM

    step take ObtainWholeMachineSnapshot --all --replace
    step verify VerifySnapshots
    step prune PruneSnapshots --keep 2 --within 14d --yes
    printf '%s: done\n' "$name"
}

# Fails with one line on standard error.
fail() {
    printf '%s: %s\n' "$name" "$1" >&2
    exit 1
}

# As the helpers find it: the environment's, else what /home/buildhome.dat says.
find_build_home() {
    home=${BUILD_HOME-}
    if [ -z "$home" ]; then
        [ -f /home/buildhome.dat ] ||
            fail "BUILD_HOME is not set and '/home/buildhome.dat' does not exist; set BUILD_HOME to the toolkit's directory"
        home=$(sed 's/[[:space:]]*$//' /home/buildhome.dat)
    fi
    case $home in
    /*) ;;
    *) fail "BUILD_HOME is '$home', which is not an absolute path; it names the toolkit's directory" ;;
    esac
    cd "$home" || fail "BUILD_HOME '$home' cannot be entered"
    export BUILD_HOME="$home"
}

# One run at a time. The kernel's lock on the toolkit's directory ends with the run, whatever ends it. NFS locks no
# directory: there a file in it is locked, and where nothing can be locked, the run goes on and says so.
take_turn() {
    exec 9<"$home" || exit 1
    is_locked && return
    exec 9>>"$home/.$name.lock" || exit 1
    is_locked || printf "%s: '%s' cannot be locked, so nothing keeps two runs from working at the same time\n" "$name" "$home" >&2
}

# Whether file 9 is locked now; does not return when another run has locked it, of which flock says 1 and nothing else.
is_locked() {
    flock -n 9
    case $? in
    0) return 0 ;;
    1) fail "another run is working; nothing was done" ;;
    *) return 1 ;;
    esac
}

# Runs the step $1, the helper $2 with the arguments after it; does not return when it failed.
step() {
    step=$1
    shift
    printf '%s: %s: %s\n' "$name" "$step" "$*" | tee -a "$said"
    begin=$(wc -c <"$said")
    program=$1
    shift
    # --foreground: whoever runs this by hand can stop it with Ctrl-C.
    timeout --foreground --kill-after=1m "$step_limit" "$binaries/$program" "$@" </dev/null >>"$said" 2>&1 9<&-
    status=$?
    tail -c "+$((begin + 1))" "$said"
    ! went_well "$step" "$status" || return 0
    report "$step" "$(ending "$status")" "$program"
    exit 1
}

# Verifying with status 1 is no failure: it tells of snapshots that nothing records, which the next step prunes. What could
# not be checked has another status.
went_well() {
    [ "$2" -eq 0 ] || { [ "$1" = verify ] && [ "$2" -eq 1 ]; }
}

ending() {
    case $1 in
    124 | 137) printf 'did not end within %s' "$step_limit" ;;
    *) printf 'ended with status %s' "$1" ;;
    esac
}

# Says on standard error and by mail that the step $1, the helper $3, $2.
report() {
    case $1 in
    take) rest='Nothing was verified or pruned.' ;;
    verify) rest='Nothing was pruned.' ;;
    *) rest='The fresh snapshots are there.' ;;
    esac
    printf "%s: the step '%s' failed: %s %s\n" "$name" "$1" "$3" "$2" >&2
    subject="Weekly snapshots failed: $1"
    message=$(letter "$1" "$2" "$3" "$rest" | fit_for_the_mailer)
    mailer=$home/providerscripts/email/SendEmail.sh
    # It is a script of the toolkit, whose mode depends on what the toolkit did last.
    timeout --foreground --kill-after=10s "$mail_limit" /bin/sh "$mailer" "$subject" "$message" ERROR </dev/null >&2 9<&- ||
        printf "%s: the mail about it could not be sent: '%s' %s\n" "$name" "$mailer" "$(mail_ending $?)" >&2
}

# What is mailed. One argument of a program must stay below 128 kB, and a mail is to be read.
letter() {
    cat <<END
The weekly snapshots on $(uname -n) stopped at the step '$1': $3 $2. $4

Run it again by hand once the cause is gone: $binaries/$name

The last lines that were said:

$(tail -n 100 "$said" | tr -d '\000-\010\013-\037\177' | tail -c 50000)
END
}

# The text of standard input as the toolkit's mailers take it. SendEmail hands the message to sendemail without quotes:
# it arrives as words, patterns among them become the names of files, one with a '-' before it is an option, and '0' ends
# the message. All of it would be one line, which must not be longer than a kilobyte, but sendemail ends a line at '\n'.
fit_for_the_mailer() {
    tr '\t*?[]' ' __()' | fold -s -w 500 |
        sed -e 's/.*/ & \\n/' -e "s/ \(-[^ ]*\)/ '\1'/g" -e "s/ 0 / '0' /g" -e "s/ 0 / '0' /g"
}

mail_ending() {
    step_limit=$mail_limit
    ending "$1"
}

main
