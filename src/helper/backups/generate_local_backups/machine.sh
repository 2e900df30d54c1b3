# shellcheck shell=sh
# Runs on a machine as root: makes an archive of the site's files or of the database in a folder of its own, which the user
# that logs in may read. Its answers are lines that begin with "adt ".
# $1 website or database, $2 the folder where the machine's scripts are
set -u
umask 077
root=${ADT_MACHINE_ROOT:-}
home=$root$2
site=$root/var/www/html
folder=$(mktemp -d /tmp/adt-local-backup.XXXXXXXX) || exit 70
file=$folder/archive.tar.gz
trap 'rm -rf "$folder"; exit 71' HUP INT TERM
trap '[ -n "${done-}" ] || rm -rf "$folder"' EXIT

missing() {
    echo "adt missing $*"
    exit 72
}

# What a script of the toolkit leaves in /tmp, under a name that ends with $1.
taken() {
    found=$(find /tmp -maxdepth 1 -type f -name "*$1" -newer "$folder/before" | tail -n 1)
    [ -n "$found" ] || return 1
    mv "$found" "$file"
}

touch "$folder/before"
case $1 in
website)
    script=$home/application/processing/BundleSourcecodeByApplication.sh
    if [ -f "$script" ]; then
        echo "adt by $script"
        /bin/sh "$script" /var/www/html </dev/null && taken -applicationsourcecode.tar.gz
    elif [ -d "$site" ]; then
        echo "adt by tar of $site"
        tar --one-file-system -czf "$file" -C "$site" . </dev/null
        # 1 is that a file changed meanwhile, as on a site that is in use.
        [ $? -le 1 ] || exit 73
    else
        missing "neither $script nor $site"
    fi
    ;;
*)
    script=$home/providerscripts/git/utilities/BackupDatabase.sh
    other=$home/providerscripts/database/BackupDatabase.sh
    cd "$folder" || exit 70
    if [ -f "$script" ]; then
        echo "adt by $script"
        /bin/sh "$script" </dev/null && taken -database.tar.gz
    elif [ -f "$other" ]; then
        echo "adt by $other"
        /bin/sh "$other" "$file" </dev/null
    else
        missing "neither $script nor $other"
    fi
    ;;
esac
if [ ! -s "$file" ]; then
    echo "no archive was made" >&2
    exit 74
fi
sum=$(sha256sum <"$file") || exit 75
[ -z "${SUDO_USER:-}" ] || chown -R "$SUDO_USER" "$folder" || exit 75
echo "adt sum ${sum%% *}"
echo "adt folder $folder"
done=yes
