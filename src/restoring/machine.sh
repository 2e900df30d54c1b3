# shellcheck shell=sh
# What RestoreLatestBackup does on a machine of a build. It runs as root there, sent by the build machine each time, and
# answers with lines `adt NAME VALUE`; whatever else it prints is for a person.
#
#   sh machine.sh facts                          what the machine holds
#   sh machine.sh hold seconds=N                 keep cron from making backups, for N seconds at most if nothing is begun
#   sh machine.sh let-go run=RUN                 let cron make backups again, if RUN held it and changed nothing
#   sh machine.sh keep                           let cron make backups of what the machine has, whatever that is
#   sh machine.sh begin phase=check|install ...  begin a phase, which goes on when the connection ends
#   sh machine.sh look                           how far the phase is
#   sh machine.sh first-boot ...                 both phases at once, on a webserver that an autoscaler has just made
#
# A machine whose content was changed and not found right stays held: what it would back up is no good.
#
# ADT_MACHINE_ROOT is where the machine's files are; it is empty on a machine.
set -u
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

root=${ADT_MACHINE_ROOT:-}
kept=$root/var/lib/adt-helpers/restore
crontab=$root/var/spool/cron/crontabs/root
webroot=$root/var/www/html
held='#ADT-HELD '
# They make backups, or give what the machine serves to the other webservers.
held_lines='^[^#].*\(BackupFromCron\|FileSystemsSyncingController\)\.sh'

phase='' kind='' period='' object='' size='' date='' prefix='' seconds='' not_before='' run='' keep=''

main() {
    action=$1
    shift
    for word in "$@"; do
        case $word in
        phase=*) phase=${word#*=} ;;
        kind=*) kind=${word#*=} ;;
        period=*) period=${word#*=} ;;
        object=*) object=${word#*=} ;;
        size=*) size=${word#*=} ;;
        date=*) date=${word#*=} ;;
        prefix=*) prefix=${word#*=} ;;
        seconds=*) seconds=${word#*=} ;;
        not_before=*) not_before=${word#*=} ;;
        run=*) run=${word#*=} ;;
        keep=*) keep=${word#*=} ;;
        *) refuse "it does not know '$word'" ;;
        esac
    done
    [ "$action" = facts ] || mkdir -p "$kept" || exit 1
    HOME=$root$(cat "$root/home/homedir.dat") || refuse "it has no '/home/homedir.dat', so it is no server of the toolkit"
    export HOME
    case $action in
    facts) facts ;;
    hold) hold_for_a_while ;;
    let-go) let_go && facts ;;
    keep) rm -rf "$work" "$kept/checked" "$kept/changing" "$kept/was-free" "$kept/made-from-snapshot" && release && facts ;;
    begin) begin ;;
    look) look ;;
    carry-out) carry_out ;;
    first-boot) first_boot ;;
    *) refuse "it does not know '$action'" ;;
    esac
}

refuse() {
    printf 'adt refused %s\n' "$*"
    exit 1
}

# ---- what the machine holds

facts() {
    answer held "$(yes_if is_held)"
    answer backups "$(backups_running)"
    answer new "$(yes_if is_new)"
    answer changing "$(yes_if [ -f "$kept/changing" ])"
    answer period "$(setting BUILDARCHIVECHOICE)"
    [ ! -f "$kept/restored" ] || answer restored "$(cat "$kept/restored")"
}

answer() {
    printf 'adt %s %s\n' "$1" "$2"
}

yes_if() {
    if "$@"; then echo yes; else echo no; fi
}

setting() {
    "$HOME/utilities/config/ExtractConfigValue.sh" "$1"
}

# Whether the machine was made of a snapshot and still serves what that holds.
is_new() {
    [ -f "$kept/made-from-snapshot" ]
}

# The scripts that make backups, told by their paths. These are no words of the command line, where grep would find itself.
backups_running() {
    grep -lasF -f /dev/fd/3 /proc/[0-9]*/cmdline 3<<END | grep -c .
$HOME/cron/BackupFromCron.sh
$HOME/application/backupscripts/Backup.sh
END
}

# ---- holding backups

is_held() {
    [ -f "$crontab" ] && grep -q "^$held" "$crontab"
}

hold() {
    if [ -f "$crontab" ] && grep -q "$held_lines" "$crontab"; then
        sed -i "/$held_lines/s/^/$held/" "$crontab" || return
    fi
}

release() {
    rm -f "$kept/hold"
    if is_held; then
        sed -i "s/^$held//" "$crontab" || return
    fi
}

# One that was not held before is let go of by the machine itself, should nobody come back.
hold_for_a_while() {
    if ! is_held && ! is_new; then
        echo "$run" >"$kept/hold"
        hold || refuse "'/var/spool/cron/crontabs/root' cannot be changed"
        # shellcheck disable=SC2016 # the inner shell expands its own words
        setsid /bin/sh -c 'sleep "$1"; exec /bin/sh "$2" let-go "run=$3"' adt "$seconds" "$kept/machine.sh" "$run" \
            >/dev/null 2>&1 </dev/null &
    fi
    hold || refuse "'/var/spool/cron/crontabs/root' cannot be changed"
    look
}

# What was changed has no file `hold` any more.
let_go() {
    exec 9>"$kept/lock"
    flock -w 60 9 || refuse "a phase is running there; it ends by itself"
    if [ -f "$kept/hold" ] && [ "$(cat "$kept/hold")" = "$run" ]; then
        release
    fi
}

# ---- a phase, which goes on when the connection ends

# The lock is the phase's: whoever finds it free knows that no phase runs.
begin() {
    exec 9>"$kept/lock"
    flock -n 9 || refuse "another phase is running there; wait until it ends"
    say running "it begins"
    : >"$kept/log"
    setsid /bin/sh "$kept/machine.sh" carry-out "phase=$phase" "kind=$kind" "period=$period" "object=$object" \
        "size=$size" "date=$date" "prefix=$prefix" "not_before=$not_before" >>"$kept/log" 2>&1 </dev/null &
    # The phase has the lock now. A short one is seen to its end at once.
    exec 9>&-
    tries=0
    while [ "$tries" -lt 15 ] && ! flock -n "$kept/lock" true; do
        sleep 0.1
        tries=$((tries + 1))
    done
    look
}

# The state is replaced in one step, so that nobody reads half of it.
say() {
    printf 'adt state %s\nadt said %s\n' "$1" "$2" >"$kept/state.new"
    mv "$kept/state.new" "$kept/state"
    printf '%s\n' "$2"
}

fail() {
    say failed "$*"
    exit 1
}

look() {
    exec 9>"$kept/lock"
    if flock -n 9 && grep -qs '^adt state running' "$kept/state"; then
        say failed "it was cut off; what it was doing is in $kept/log on the machine" >/dev/null
    fi
    cat "$kept/state" 2>/dev/null || answer state none
    [ ! -f "$kept/checked" ] || cat "$kept/checked"
    facts
}

carry_out() {
    case $phase-$kind in
    check-webserver) check_webroot ;;
    check-database) check_dump ;;
    install-webserver) install_webroot ;;
    install-database) install_dump ;;
    *) fail "it does not know '$phase' of a '$kind'" ;;
    esac
    say finished "$phase"
}

# A script of the servers, which must not inherit our lock: some leave others running.
theirs() {
    "$@" 9>&- </dev/null
}

# ---- the archive

work=$kept/work

# Fetches the backup into the work folder and looks whether it is whole and the one that was looked at before.
fetch() {
    rm -rf "$work" "$kept/checked"
    mkdir "$work" || fail "'$work' cannot be made"
    say running "fetching $object from the datastore"
    (cd "$work" && theirs "$HOME/providerscripts/datastore/operations/GetFromDatastore.sh" backup "$object" . "$period")
    [ -s "$work/$object" ] || fail "there is no backup '$object' in the datastore for '$period', or it could not be fetched"
    if [ -n "$size" ] && [ "$(wc -c <"$work/$object" | tr -d ' ')" != "$size" ]; then
        fail "the backup '$object' has another size than the datastore says; another backup was made, or it is cut"
    fi
    gzip -t "$work/$object" || fail "the backup '$object' is cut or damaged; nothing was changed"
    tar -tzf "$work/$object" >"$work/content" || fail "the backup '$object' is no whole archive; nothing was changed"
}

# ---- the webroot

check_webroot() {
    fetch
    grep -qE '^(\./)?XXXXXX-DO_NOT_REMOVE$' "$work/content" ||
        fail "the backup '$object' is no backup of a webroot: its mark XXXXXX-DO_NOT_REMOVE is missing"
    say running "unpacking the backup"
    needed=$(gzip -dc "$work/$object" | wc -c)
    free=$(df -Pk "$work" | awk 'NR == 2 { print $4 }')
    [ "$((needed / 1024 + 65536))" -le "$free" ] ||
        fail "the backup needs $((needed / 1048576)) MB and $work has $((free / 1024)) MB free; nothing was changed"
    mkdir "$work/new"
    tar -xzf "$work/$object" -C "$work/new" || fail "the backup '$object' cannot be unpacked; nothing was changed"
    application=$(setting APPLICATION | tr '[:lower:]' '[:upper:]')
    found=$(cat "$work/new/dba.dat" 2>/dev/null)
    if [ -n "$found" ] && [ -n "$application" ] && [ "$application" != NONE ] && [ "$found" != "$application" ]; then
        fail "the backup holds a site of '$found' and this build one of '$application': it is a backup of another site; nothing was changed"
    fi
    [ "$(setting DATABASEINSTALLATIONTYPE)" = None ] || [ -n "$(database_address)" ] ||
        fail "the config store has no 'databaseip', so the site could not find its database; nothing was changed"
    answer prefix "$(head -n 1 "$work/new/dbp.dat" 2>/dev/null)" >"$kept/checked"
}

# What is mounted below the webroot is in no backup, and nothing of it may be deleted.
mounts_below() {
    awk -v webroot="$webroot/" 'index($5, webroot) == 1 { print substr($5, length(webroot)) }' /proc/self/mountinfo
}

# What the servers' backup leaves out. Directories that are named for mounting are in it where nothing is mounted.
left_out() {
    mounts_below
    sed -n 's/^EXCLUDE_FROM_BACKUP://p' "$HOME/runtime/application.dat" 2>/dev/null | tr ' :' '\n' | sed -n 's;^/*\([^/].*\)$;/\1;p'
}

like() {
    rsync -a --delete -x --exclude-from="$work/left-out" "$@"
}

# The files of the backup that the site has not, or not so.
differing() {
    rsync -anc -x --exclude-from="$work/left-out" --itemize-changes "$work/new/" "$webroot/" | grep '^[<>ch*]' | head -n 1
}

install_webroot() {
    if [ ! -f "$kept/checked" ] || [ ! -d "$work/new" ]; then
        fail "the backup was not checked before"
    fi
    begin_to_change
    left_out >"$work/left-out"
    old=$root/var/www/adt-before-the-restore
    # Where an earlier try was cut off, what it kept is the site as it was.
    if [ ! -f "$kept/changing" ] || [ ! -d "$old" ]; then
        say running "keeping the site as it is"
        rm -rf "$old"
        cp -alx "$webroot" "$old" 2>/dev/null || { rm -rf "$old" && cp -ax "$webroot" "$old"; } ||
            fail_unchanged "the site as it is cannot be kept in '$old'; nothing was changed"
        : >"$kept/changing"
    fi
    say running "installing the backup"
    like "$work/new/" "$webroot/" || put_back "the files cannot be installed"
    differing=$(differing)
    # A site that is visited writes files of its own at any time.
    if [ -n "$differing" ]; then
        like "$work/new/" "$webroot/" || put_back "the files cannot be installed"
        differing=$(differing)
    fi
    [ -z "$differing" ] || put_back "the site differs from the backup: $differing"
    say running "setting up the application's configuration"
    configure || put_back "the application's configuration could not be set up; see $kept/log there"
    theirs "$HOME/utilities/security/EnforcePermissions.sh" || echo "EnforcePermissions.sh failed"
    # The copy that the webservers' synchronisation compares with is the old site's; it makes a new one.
    rm -rf "${webroot}1"
    rm -f "$kept/changing"
    it_is_the_latest
}

# As a build does after it installed the site: the configuration names the database of this build.
configure() {
    mark=$HOME/runtime/INITIAL_CONFIG_SET
    was_there=$(yes_if [ -f "$mark" ])
    rm -f "$mark"
    theirs "$HOME/application/configuration/InitialiseConfigurationByApplication.sh"
    [ "$was_there" = no ] || [ -f "$mark" ] || return
    names_the_database
}

# The mark says nothing of it: it is put as well when the configuration has no address.
names_the_database() {
    configuration=$(sed -n 's/^CONFIG_FILE://p' "$HOME/runtime/application.dat" 2>/dev/null | head -n 1)
    if [ -z "$configuration" ] || [ "$(setting DATABASEINSTALLATIONTYPE)" = None ]; then
        return 0
    fi
    grep -qF "$(database_address)" "$root$configuration"
}

# Where the application's configuration takes the address from.
database_address() {
    if [ "$(setting DATABASEINSTALLATIONTYPE)" = DBaaS ]; then
        setting DBIDENTIFIER
    else
        theirs "$HOME/providerscripts/datastore/config/wrapper/ListFromDatastore.sh" config 'databaseip/*'
    fi
}

put_back() {
    why=$1
    say running "$why; putting the site back as it was"
    if like "$old/" "$webroot/" && configure; then
        rm -f "$kept/changing"
        fail_unchanged "$why; the site is as it was"
    fi
    fail "$why; the site as it was is in '$old' on the machine, and could not be put back"
}

# ---- the database

check_dump() {
    [ -f "$HOME/runtime/DB_INITIALISED" ] ||
        fail "the database was never set up there ('runtime/DB_INITIALISED' is missing), so nothing can be installed into it"
    fetch
    dump=$(grep -xE '(\./)?applicationDB\.p?sql' "$work/content" | head -n 1)
    [ -n "$dump" ] || fail "the backup '$object' holds no dump of a database; nothing was changed"
    case $(setting DATABASEINSTALLATIONTYPE)-$dump in
    Postgres-*.sql | Maria-*.psql | MySQL-*.psql)
        fail "the dump '$dump' is of another kind of database than this build's; it is a backup of another site; nothing was changed" ;;
    esac
    say running "reading the dump"
    tar -xzOf "$work/$object" "$dump" | tail -n 1 | grep -q zzzz ||
        fail "the dump in '$object' is cut: its last line does not make the table zzzz; nothing was changed"
    if [ -n "$prefix" ] && ! tar -xzOf "$work/$object" "$dump" | grep -qF "$prefix"; then
        fail "the dump in '$object' has no table that begins with '$prefix', as the site's tables do: it is a backup of another site; nothing was changed"
    fi
    : >"$kept/checked"
}

install_dump() {
    [ -f "$kept/checked" ] || fail "the backup was not checked before"
    begin_to_change
    old=$kept/database-before-the-restore.tar.gz
    # Where an earlier try was cut off, what it kept is the database as it was.
    if [ -f "$kept/changing" ]; then
        make_room || fail "the database does not take orders; the database as it was is in '$old' on the machine"
    else
        say running "keeping a dump of the database as it is"
        rm -f "$old"
        (cd "$work" && theirs "$HOME/providerscripts/database/BackupDatabase.sh" "$old")
        # A snapshot has it still; what is in use is nowhere else, and a dump of Postgres needs an empty database.
        if is_postgres || ! is_new; then
            gzip -t "$old" || fail_unchanged "the database as it is cannot be dumped, so nothing was changed"
        fi
        : >"$kept/changing"
        if ! make_room; then
            rm -f "$kept/changing"
            fail_unchanged "the database does not take orders; nothing was changed"
        fi
    fi
    # A machine of a snapshot was never told it, and the dump's definers would be from nowhere.
    if [ -z "$(setting IPMASK)" ]; then
        theirs "$HOME/utilities/config/StoreConfigValue.sh" IPMASK "$("$HOME/utilities/processing/GetIP.sh" |
            sed -n 's/^\([0-9]*\.[0-9]*\)\..*/\1/p' | head -n 1).%.%"
    fi
    say running "installing the dump into the database"
    (cd "$HOME" && theirs "$HOME/application/db/InstallApplicationDB.sh" force)
    [ -f "$HOME/runtime/DB_APPLICATION_INSTALLED" ] ||
        fail "the dump was not installed; what InstallApplicationDB.sh said is in $kept/log on the machine, the database as it was in $old"
    rm -f "$kept/changing"
    it_is_the_latest
}

# The table zzzz, which a dump makes last, is in an image's database too, and has to say of this dump that it was read to its
# end. A dump of Postgres replaces nothing that is there.
make_room() {
    if is_postgres; then
        theirs "$HOME/utilities/remote/ConnectToPostgresDB.sh" 'DROP OWNED BY CURRENT_USER'
    else
        theirs "$HOME/utilities/remote/ConnectToMySQLDB.sh" 'DROP TABLE IF EXISTS zzzz'
    fi
}

is_postgres() {
    case $(setting DATABASEINSTALLATIONTYPE):$(setting DATABASEDBaaSINSTALLATIONTYPE) in
    Postgres:* | DBaaS:*Postgres*) ;;
    *) return 1 ;;
    esac
}

# ---- the end

# Whether the machine was free to make backups before, which it is again if nothing was changed in the end.
begin_to_change() {
    if [ -f "$kept/hold" ]; then
        mv "$kept/hold" "$kept/was-free"
    fi
    hold || fail "'/var/spool/cron/crontabs/root' cannot be changed"
}

fail_unchanged() {
    if [ -f "$kept/was-free" ]; then
        rm -f "$kept/was-free"
        release
    fi
    fail "$*"
}

it_is_the_latest() {
    echo "$date" >"$kept/restored"
    rm -rf "$work" "$kept/checked" "$kept/was-free" "$kept/made-from-snapshot"
    release || fail "the backup is installed, but '/var/spool/cron/crontabs/root' cannot be changed: remove '$held' there by hand"
}

# ---- a webserver that an autoscaler made of a snapshot

# In seconds, once the datastore tells it; nothing if it does not in a minute, or in 12 times the seconds that were given.
age_of_the_backup() {
    for times in 0 1 2 3 6; do
        sleep "$((times * ${seconds:-5}))"
        age=$(theirs "$HOME/providerscripts/datastore/operations/AgeOfDatastoreFile.sh" backup "$object" "$period")
        case $age in
        '' | *[!0-9-]*) ;;
        *)
            echo "$age"
            return
            ;;
        esac
    done
}

# Only when it serves the latest site it says that it is ready. A backup that is older than the snapshot is passed over.
first_boot() {
    exec 9>"$kept/lock"
    flock -n 9 || exit 0
    if [ ! -f "$kept/made-from-snapshot" ]; then
        exit 0
    fi
    say running "asking for the age of $object"
    age=$(age_of_the_backup)
    date=$(($(date +%s) - ${age:-0}))
    if [ -z "$age" ] && [ "$keep" = yes ]; then
        # A person said that there is none and that the snapshot's site will do. It makes no backups all the same.
        sed -i "/UpdateIPs\.sh/s/^$held//" "$crontab"
    elif [ -z "$age" ]; then
        fail "the datastore does not tell how old '$object' of '$period' is"
    elif [ "$date" -lt "$not_before" ]; then
        say running "the latest backup is older than the snapshot, which stays as it is"
        it_is_the_latest
    else
        # Each of the two ends the shell when it fails.
        check_webroot
        install_webroot
    fi
    touch "$HOME/runtime/INITIAL_BUILD_WEBSERVER_ONLINE" "$HOME/runtime/WEBSERVER_READY"
    say finished "first-boot"
}

main "$@"
