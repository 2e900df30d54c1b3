#!/bin/sh
# Installs the Debian package $1 on this machine, runs a helper over a toolkit made up for it, upgrades, removes and purges it, and
# fails when something does not hold or stays behind. `make deb-check` calls it; it needs root and lintian.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
cd "$repository"
package=${1:?the package}

main() {
    check_machine
    lintian --fail-on error,warning "$package"
    work=$(mktemp -d)
    trap 'dpkg --purge adt-helpers >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
    make_toolkit
    installs
    is_used
    upgrades
    runs_the_demo
    is_removed
    say 'the package installs, works, upgrades and leaves nothing behind'
}

say() {
    printf 'deb-check: %s\n' "$1"
}

fail() {
    printf 'deb-check: %s\n' "$1" >&2
    exit 1
}

check_machine() {
    [ "$(id -u)" -eq 0 ] || fail "only root can install a package; run it as root, on a machine that may be changed"
    for program in lintian dpkg git; do
        command -v "$program" >/dev/null || fail "$program is not installed; on Debian: apt-get install $program"
    done
    ! dpkg -s adt-helpers >/dev/null 2>&1 || fail "adt-helpers is installed on this machine, which this would remove"
    for folder in /usr/libexec/adt-helpers /var/lib/adt-helpers; do
        [ ! -e "$folder" ] || fail "'$folder' is there, and belongs to no package"
    done
}

# A toolkit as a clone leaves it, with the sample build active.
make_toolkit() {
    toolkit=$work/toolkit
    mkdir -p "$toolkit/helperscripts" "$toolkit/initscripts" "$toolkit/providerscripts/server"
    cp -R runtimedata "$toolkit/"
    echo digitalocean >"$toolkit/runtimedata/ACTIVE_CLOUDHOST"
    echo test-build >"$toolkit/runtimedata/ACTIVE_BUILD_IDENTIFIER"
    for script in ExpeditedAgileDeploymentToolkit helperscripts/GetVariableValue initscripts/InitialiseServerUserCredentials \
        providerscripts/server/ListServerIDs; do
        printf '#!/bin/sh\necho the script itself\n' >"$toolkit/$script.sh"
    done
    git init --quiet "$toolkit"
    git -C "$toolkit" add .
    git -C "$toolkit" -c user.name=check -c user.email=check@example.invalid commit --quiet -m 'a toolkit'
    export BUILD_HOME="$toolkit"
}

installs() {
    dpkg -i "$package" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
    dpkg -L adt-helpers | sort >"$work/files"
    [ -z "$(git -C "$toolkit" status --porcelain)" ] || fail 'the package touched a toolkit by itself'
    adt-helpers | tail -n 1 | grep -qF "'adt-helpers install'" || fail 'the program does not say what to do next'
    say "$(adt-helpers --version) is installed, $(($(dpkg-query -W -f '${Installed-Size}' adt-helpers))) kB"
}

# The shim works by path and through sh.
is_used() {
    adt-helpers-install "$toolkit" --development "$work/none"
    value=$(sed -n 's/^REGION=//p' "$toolkit/runtimedata/digitalocean/test-build/build_environment" | tr -d '"')
    script=$toolkit/helperscripts/GetVariableValue.sh
    [ "$("$script" REGION)" = "$value" ] || fail "the shim does not print REGION, which is '$value'"
    [ "$(/bin/sh "$script" REGION)" = "$value" ] || fail "through sh the shim does not print REGION, which is '$value'"
}

# A script that a checkout put back meanwhile gets its shim again.
upgrades() {
    git -C "$toolkit" checkout --quiet -- providerscripts
    version=$(dpkg-query -W -f '${Version}' adt-helpers)
    newer=$(install/deb.sh --deb-version "$version+check")
    dpkg -i "$newer" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
    rm -f "$newer"
    [ "$("$script" REGION)" = "$value" ] || fail 'after an upgrade the shim does not work'
    grep -q -- --shim "$toolkit/providerscripts/server/ListServerIDs.sh" || fail 'an upgrade did not put the shims on again'
}

# The demo's loop, with the program of the package.
runs_the_demo() {
    mkdir "$work/demo"
    ln -s /usr/libexec/adt-helpers/adt-helpers "$(realpath "${BINDIR:?the folder that was built}")/simulated-cloud" "$work/demo"
    BINDIR=$work/demo demo/run >"$work/said" 2>&1 || { tail -n 40 "$work/said" >&2; fail "the demo's loop failed"; }
}

is_removed() {
    dpkg -r adt-helpers >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
    changed=$(git -C "$toolkit" status --porcelain)
    [ -z "$changed" ] || fail "the toolkit is not as it was before: $changed"
    [ "$("/bin/sh" "$script")" = 'the script itself' ] || fail 'a script is not back'
    dpkg --purge adt-helpers >"$work/said" 2>&1
    while IFS= read -r path; do
        case $path in
        *adt-helpers*) [ ! -e "$path" ] || fail "'$path' stays behind" ;;
        esac
    done <"$work/files"
    left=$(find /usr /var/lib /etc -xdev -name '*adt-helpers*' -not -path '*/target/*' 2>/dev/null | head -n 3)
    [ -z "$left" ] || fail "these stay behind: $left"
}

main
