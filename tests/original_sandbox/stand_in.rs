//! A stand-in for the toolkit: the least that behaves as the contract says its scripts do, in our own words.

use std::path::Path;

/// Name, folder and text of each script.
const SCRIPTS: [(&str, &str, &str); 6] = [
    (
        "GetVariableValue",
        "helperscripts",
        r#"#!/bin/sh
runtime=$(/bin/cat /home/buildhome.dat)/runtimedata
build=$runtime/$(/bin/cat "$runtime/ACTIVE_CLOUDHOST")/$(/bin/cat "$runtime/ACTIVE_BUILD_IDENTIFIER")
/bin/sed -n "s/\"//g; s/^$1=//p" "$build/build_environment"
"#,
    ),
    (
        "SetVariableValue",
        "helperscripts",
        r#"#!/bin/sh
runtime=$(/bin/cat /home/buildhome.dat)/runtimedata
build=$runtime/$(/bin/cat "$runtime/ACTIVE_CLOUDHOST")/$(/bin/cat "$runtime/ACTIVE_BUILD_IDENTIFIER")
if /bin/grep -q "^${1%%=*}=" "$build/build_environment"; then
    /bin/sed -i "s/^${1%%=*}=.*/$1/" "$build/build_environment"
else
    /bin/echo "$1" >> "$build/build_environment"
fi
"#,
    ),
    (
        "IsHardcoreBuild",
        "helperscripts",
        "#!/bin/sh\n[ -f /root/HARDCORE ] && echo 1 || echo 0\n",
    ),
    (
        "ListServerIDs",
        "providerscripts/server",
        r#"#!/bin/sh
/usr/local/bin/doctl compute droplet list -o json | /usr/bin/jq -r --arg part "$1" '.[] | select(.name | contains($part)) | .id'
"#,
    ),
    (
        "ObtainWholeMachineSnapshot",
        "helperscripts",
        r#"#!/bin/sh
home=$(/bin/cat /home/buildhome.dat)
echo "which machine type, 1 to 5?"
read -r answer
[ "$answer" = 4 ] || exit 0
id=$("$home/providerscripts/server/ListServerIDs.sh" ws-lon1-test-build digitalocean | /usr/bin/head -n 1)
name=$(/usr/local/bin/doctl compute droplet list -o json | /usr/bin/jq -r ".[] | select(.id == $id).name")
/usr/local/bin/doctl compute droplet-action snapshot --snapshot-name "$name" "$id"
until [ -n "$snapshot" ]; do
    snapshot=$(/usr/local/bin/doctl compute snapshot list -o json | /usr/bin/jq -r ".[] | select(.name == \"$name\").id")
    /bin/sleep 0.1
done
directory=$home/runtimedata/wholemachinesnapshots/$WEBSITE_URL/snapshots
/bin/mkdir -p "$directory"
echo "webserver:$snapshot" > "$directory/snapshot_ids.dat"
set -- --config=/root/.s3cfg-1 --host=https://sos.example.invalid
/usr/bin/s3cmd "$@" mb s3://www-testwebsite-uk-digitalocean-snap
/usr/bin/s3cmd "$@" put "$directory/snapshot_ids.dat" s3://www-testwebsite-uk-digitalocean-snap/snapshot_ids.dat
"#,
    ),
    (
        "Look",
        "helperscripts",
        "#!/bin/sh\n# Looks around as a test asks it to.\neval \"$1\"\n",
    ),
];

/// A checkout of the stand-in.
pub fn toolkit() -> tempfile::TempDir {
    let toolkit = tempfile::tempdir().unwrap();
    for (name, folder, text) in SCRIPTS {
        write(toolkit.path(), &format!("{folder}/{name}.sh"), text);
    }
    write(
        toolkit.path(),
        "builddescriptors/buildstyles.dat",
        "DATASTORETOOL:rclone\n",
    );
    toolkit
}

/// Writes a file of a toolkit.
pub fn write(toolkit: &Path, path: &str, content: &str) {
    let path = toolkit.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}
