# shellcheck shell=sh
# Runs on a machine as root: puts the certificates and the key that come on standard input in place of those that its
# webserver has, and reloads that. Its answers are lines that begin with "adt ".
# $1 the folder where the machine's scripts are, $2 the site's address, $3 what the names of the old files end with
set -u
umask 077
root=${ADT_MACHINE_ROOT:-}
live=$root$1/ssl/live/$2

if [ ! -d "$live" ]; then
    echo "adt missing $1/ssl/live/$2"
    exit 72
fi
# What a run left that was cut off long ago.
find "$live" -maxdepth 1 -name '.adt-new.*' -mmin +60 -exec rm -rf {} +
new=$(mktemp -d "$live/.adt-new.XXXXXXXX") || exit 70
trap 'rm -rf "$new"' EXIT
trap 'exit 71' HUP INT TERM

# What comes before the first mark is the password, where sudo did not want it.
part=
whole=
while IFS= read -r line; do
    case $line in
    '#adt chain') part=fullchain.pem ;;
    '#adt key') part=privkey.pem ;;
    '#adt end')
        whole=yes
        break
        ;;
    *) [ -z "$part" ] || printf '%s\n' "$line" >>"$new/$part" || exit 70 ;;
    esac
done
if [ -z "$whole" ] || [ ! -s "$new/fullchain.pem" ] || [ ! -s "$new/privkey.pem" ]; then
    echo "the certificate did not arrive whole" >&2
    exit 73
fi

# The owner and the mode of the file that is there; the old one is kept.
prepared() {
    if [ ! -f "$live/$1" ]; then
        chmod 400 "$new/$1"
        return
    fi
    chown --reference="$live/$1" "$new/$1" && chmod --reference="$live/$1" "$new/$1" &&
        cp -p "$live/$1" "$live/$1.previous.$2"
}

if cmp -s "$new/fullchain.pem" "$live/fullchain.pem" && cmp -s "$new/privkey.pem" "$live/privkey.pem"; then
    echo "adt state same"
else
    prepared fullchain.pem "$3" && prepared privkey.pem "$3" || exit 74
    mv -f "$new/privkey.pem" "$live/privkey.pem" || exit 74
    if ! mv -f "$new/fullchain.pem" "$live/fullchain.pem"; then
        # A key without its certificate stops a webserver.
        [ ! -f "$live/privkey.pem.previous.$3" ] || cp -p "$live/privkey.pem.previous.$3" "$live/privkey.pem"
        exit 74
    fi
    echo "adt state put"
fi
/bin/sh "$root$1/providerscripts/webserver/ReloadWebserver.sh" </dev/null || exit 75
