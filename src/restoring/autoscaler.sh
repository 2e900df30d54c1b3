# shellcheck shell=sh
# What RestoreLatestBackup does on an autoscaler, as root: the webservers that it makes of the snapshot get the lines at the
# end of this file into their cloud-init configuration, by which they install the latest backup in their first boot.
#
#   sh scale-ups.sh prepare cloudhost=NAME   does it, and has cron do it again: each minute, and after what undoes it
#   sh scale-ups.sh amend cloudhost=NAME     does it again where it is gone
#
# The toolkit fetches its scripts anew at each start of the machine, and with them the file as it was.
#
# ADT_MACHINE_ROOT is where the machine's files are; it is empty on a machine.
set -u
umask 022
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

root=${ADT_MACHINE_ROOT:-}
kept=$root/var/lib/adt-helpers/restore
begins='# adt-helpers: begin'
ends='# adt-helpers: end'

main() {
    action=$1
    cloudhost=${2#cloudhost=}
    home=$root$(cat "$root/home/homedir.dat") || refuse "it has no '/home/homedir.dat', so it is no server of the toolkit"
    yaml=$home/providerscripts/server/cloud-init/$cloudhost/webserver-by-snapshot.yaml
    [ -f "$yaml" ] || refuse "it has no '$yaml', so it makes no webservers of snapshots"
    # What it says would be mailed each minute.
    again="/bin/sh $kept/scale-ups.sh amend cloudhost=$cloudhost >/dev/null 2>&1"
    amend
    if [ "$action" = prepare ]; then
        follow_the_update
        mkdir -p "$root/etc/cron.d" || refuse "'/etc/cron.d' cannot be made"
        printf '%s\n' "* * * * * root $again" >"$root/etc/cron.d/adt-scale-ups.new"
        mv "$root/etc/cron.d/adt-scale-ups.new" "$root/etc/cron.d/adt-scale-ups" || refuse "'/etc/cron.d/adt-scale-ups' cannot be written"
    fi
    echo 'adt prepared yes'
}

refuse() {
    printf 'adt refused %s\n' "$*"
    exit 1
}

# The file keeps its mode and owner, and is replaced in one step.
amend() {
    new=$yaml.adt-new
    cp -p "$yaml" "$new" || refuse "'$new' cannot be written"
    sed "/^$begins/,/^$ends/d" "$yaml" >"$new" || refuse "'$new' cannot be written"
    # The last line may have no end.
    [ -z "$(tail -c 1 "$new")" ] || echo >>"$new"
    if grep -q '^bootcmd:' "$new"; then
        rm -f "$new"
        refuse "'$yaml' has a bootcmd of its own, which this version does not know"
    fi
    { echo "$begins" && lines && echo "$ends"; } >>"$new" || refuse "'$new' cannot be written"
    if cmp -s "$new" "$yaml"; then
        rm -f "$new"
    else
        mv "$new" "$yaml" || refuse "'$yaml' cannot be written"
    fi
}

# A webserver that is made before the next minute must not be made without the lines.
follow_the_update() {
    crontab=$root/var/spool/cron/crontabs/root
    if [ -f "$crontab" ] && grep 'UpdateInfrastructure\.sh' "$crontab" | grep -qv 'scale-ups\.sh'; then
        sed -i "/UpdateInfrastructure\.sh/{/scale-ups\.sh/!s|\$|; $(printf '%s' "$again" | sed 's/&/\\&/g')|}" "$crontab" ||
            refuse "'/var/spool/cron/crontabs/root' cannot be changed"
    fi
}

lines() {
    cat <<'ADT-LINES'
@LINES@
ADT-LINES
}

main "$@"
