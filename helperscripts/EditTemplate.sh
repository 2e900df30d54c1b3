#!/usr/local/libexec/adt-helpers/EditTemplate --shim
# adt-helpers: a shim
# shellcheck shell=sh
[ -f "$0" ] && { read -r adt_shim && read -r adt_shim; } 2>/dev/null <"$0" && [ "$adt_shim" = '# adt-helpers: a shim' ] && exec /usr/local/libexec/adt-helpers/EditTemplate --shim "$0" "$@"
unset adt_shim
/usr/local/libexec/adt-helpers/EditTemplate --shim "$0" "$@"
