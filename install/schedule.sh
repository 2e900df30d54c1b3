#!/bin/sh
# Lets systemd, or cron where that is not in charge, take, verify and prune the snapshots of the active build every week;
# with `remove`, takes that back. `make install-schedule` and `make uninstall-schedule` call it; `make install` does not.
set -eu
umask 022
repository=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=install/tree.sh
. "$repository/install/tree.sh"

job=adt-snapshots-weekly
units=/etc/systemd/system
crontab=/etc/cron.d/$job
parts=$repository/install/schedule

main() {
    read_places
    made=$destdir$libexec/.schedule
    if [ "${1-}" = remove ]; then
        remove
        return 0
    fi
    scheduler=$(chosen_scheduler)
    build_home=$(named_build_home)
    for binary in ObtainWholeMachineSnapshot VerifySnapshots PruneSnapshots; do
        [ -x "$destdir$libexec/$binary" ] ||
            fail "'$destdir$libexec/$binary' is not installed; say 'make install' first"
    done
    check_places
    # The other scheduler's, if that was chosen before: the week has one run.
    [ ! -f "$made" ] || take_back
    place "$repository/install/weekly.sh" "$libexec/$job" 755
    case $scheduler in
    systemd)
        place "$parts/$job.service" "$units/$job.service" 644 "${build_home:+Environment=BUILD_HOME=$build_home}"
        place "$parts/$job.timer" "$units/$job.timer" 644
        ! is_live || { systemctl daemon-reload && systemctl --quiet enable --now "$job.timer"; }
        ;;
    cron) place "$parts/$job.cron" "$crontab" 644 "${build_home:+BUILD_HOME=$build_home}" ;;
    esac
    printf 'every week %s runs %s\n' "$scheduler" "$libexec/$job"
}

# systemd where it is in charge of this machine, and in a package's stage.
chosen_scheduler() {
    case ${SCHEDULER-} in
    systemd | cron) printf '%s\n' "$SCHEDULER" ;;
    '')
        if [ -n "$destdir" ] || [ -d /run/systemd/system ]; then echo systemd; else echo cron; fi
        ;;
    *) fail "SCHEDULER '$(one_line "$SCHEDULER")' is neither systemd nor cron" ;;
    esac
}

# The toolkit's folder to write down; nothing where the job finds it by itself.
named_build_home() {
    case ${BUILD_HOME-} in
    '')
        [ -n "$destdir" ] || [ -f /home/buildhome.dat ] ||
            fail "no BUILD_HOME is given and /home/buildhome.dat does not exist; say 'make install-schedule BUILD_HOME=<the toolkit's folder>'"
        ;;
    *[!A-Za-z0-9/._+,:@=-]*)
        fail "BUILD_HOME '$(one_line "$BUILD_HOME")' has a character that a unit or a crontab cannot hold"
        ;;
    /*) printf '%s\n' "$BUILD_HOME" ;;
    *) fail "BUILD_HOME '$BUILD_HOME' is not an absolute path" ;;
    esac
}

is_live() {
    [ -z "$destdir" ] && [ -d /run/systemd/system ]
}

# The paths of what this schedule has, a line each.
wanted() {
    printf '%s\n' "$libexec/$job"
    case $scheduler in
    systemd) printf '%s\n' "$units/$job.service" "$units/$job.timer" ;;
    cron) printf '%s\n' "$crontab" ;;
    esac
}

# Everything is checked before anything is changed.
check_places() {
    wanted | while IFS= read -r path; do
        if [ -e "$destdir$path" ] && ! grep -qxF -- "$path" "$made" 2>/dev/null; then
            fail "'$destdir$path' is not from here; move it out of the way"
        fi
        folder=$destdir${path%/*}
        while [ -n "$folder" ] && [ ! -e "$folder" ]; do folder=${folder%/*}; done
        [ -w "${folder:-/}" ] || fail "'${folder:-/}' cannot be written to by this user"
    done
}

# Puts the file $1 at $2 with the mode $3, its places filled in: the binaries' folder, and $4 for the toolkit's.
place() {
    mkdir -p "$destdir${2%/*}"
    printf '%s\n' "$2" >>"$made"
    if [ -n "${4-}" ]; then named="s|^@BUILD_HOME@\$|$4|"; else named='/^@BUILD_HOME@$/d'; fi
    sed -e "s|@LIBEXEC@|$libexec|" -e "$named" "$1" >"$destdir$2.new"
    chmod "$3" "$destdir$2.new"
    mv -f "$destdir$2.new" "$destdir$2"
}

remove() {
    if [ ! -f "$made" ]; then
        printf 'nothing is scheduled by %s\n' "$destdir$libexec"
        return 0
    fi
    take_back
    printf 'nothing is scheduled any more\n'
}

# Removes what an earlier run made, the timer stopped first.
take_back() {
    if is_live && grep -qxF -- "$units/$job.timer" "$made"; then
        systemctl --quiet disable --now "$job.timer" || true
    fi
    while IFS= read -r path; do
        rm -f "$destdir$path"
    done <"$made"
    ! is_live || systemctl daemon-reload || true
    rm -f "$made"
    # In a package's stage these folders are ours; on a machine they are never empty, or the system's.
    [ -z "$destdir" ] || (cd "$destdir" && rmdir -p etc/systemd/system etc/cron.d 2>/dev/null) || true
}

main "$@"
