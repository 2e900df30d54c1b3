//! `ManuallyUpdateSSLCertificate`: a certificate that real openssl has made, here, in the buckets, and on machines with
//! disks.

mod authority;
mod refusals;

use std::path::{Path, PathBuf};

use self::authority::{Authority, Issued};
use crate::real_buckets;
use crate::s3_server::{Keys, S3Server};
use crate::world::disk::{executable, write};
use crate::world::disks::Disks;
use crate::world::ssh::{Server, user};
use crate::world::{DOORS, Door, Ended, Stage, URL, World};

const HELPER: &str = "ManuallyUpdateSSLCertificate";

/// The buckets, and the folder in each.
const BUCKETS: [(&str, &str); 2] = [
    ("www-testwebsite-uk-digitalocean-zero-ssl", ""),
    ("www-testwebsite-uk-config-xk3j", "ssl/www.testwebsite.uk/"),
];

/// The folder of a machine's certificate.
fn live(url: &str) -> String {
    format!("home/{}/ssl/live/{url}", user())
}

/// Gives a machine an old certificate, and a webserver that notes that it was reloaded.
fn serves(disks: &Disks, server: &Server, url: &str) {
    let disk = disks.disk(server);
    for (name, content) in [
        ("fullchain.pem", "old chain\n"),
        ("privkey.pem", "old key\n"),
    ] {
        let path = disk.file(&live(url)).join(name);
        write(&path, content);
        authority::set_mode(&path, 0o440);
    }
    let script = format!(
        "home/{}/providerscripts/webserver/ReloadWebserver.sh",
        user()
    );
    executable(
        &disk.file(&script),
        "#!/bin/sh\ncat \"${0%/*}\"/../../ssl/live/*/fullchain.pem >>\"$ADT_MACHINE_ROOT/reloaded\"\n",
    );
}

/// The webservers and the reverse proxy.
fn serving(disks: &Disks) -> Vec<&Server> {
    let labels = ["webserver", "reverseproxy"].into_iter();
    labels
        .flat_map(|label| disks.stage.fleet.servers_of(label))
        .collect()
}

fn disks() -> Disks {
    let disks = Disks::at("digitalocean");
    for server in serving(&disks) {
        serves(&disks, server, URL);
    }
    disks
}

fn folder(world: &World) -> PathBuf {
    world.build(&format!("ssl/digitalocean/zero/{URL}"))
}

/// The certificate that the toolkit's script has left, with a key that everybody may read.
fn has_old(folder: &Path) {
    for (name, content) in [
        ("fullchain.pem", "old chain\n"),
        ("privkey.pem", "old key\n"),
    ] {
        write(&folder.join(name), content);
        authority::set_mode(&folder.join(name), 0o644);
    }
}

fn put(stage: &Stage, issued: &Issued, words: &[&str]) -> Ended {
    let run = stage.world().helper(Door::Binary, HELPER);
    run.args(["--cloudhost", stage.cloudhost(), "--build", "test-build"])
        .args(["--url", URL, "--chain"])
        .args([&issued.chain_file, Path::new("--key"), &issued.key_file])
        .args(words)
        .ends()
}

/// The names in a folder, with their contents; the date of an old file is left out.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let name = match name.split_once(".previous.") {
                Some((name, _)) => format!("{name}.previous"),
                None => name,
            };
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Both files, and the old ones beside them.
fn replaced(issued: &Issued) -> Vec<(String, String)> {
    [
        ("fullchain.pem", issued.chain.as_str()),
        ("fullchain.pem.previous", "old chain\n"),
        ("privkey.pem", &issued.key),
        ("privkey.pem.previous", "old key\n"),
    ]
    .map(|(name, content)| (name.to_owned(), content.to_owned()))
    .to_vec()
}

fn assert_is_everywhere(disks: &Disks, issued: &Issued) {
    let world = disks.world();
    assert_eq!(files(&folder(world)), replaced(issued));
    for (bucket, place) in BUCKETS {
        let objects = world.bucket(bucket);
        for (name, content) in [
            ("fullchain.pem", &issued.chain),
            ("privkey.pem", &issued.key),
        ] {
            let object = objects.get(&format!("{place}{name}")).unwrap();
            assert_eq!(object, content.as_bytes(), "{bucket} {name}");
        }
    }
    for server in serving(disks) {
        let disk = disks.disk(server);
        assert_eq!(files(&disk.file(&live(URL))), replaced(issued));
        for name in ["fullchain.pem", "privkey.pem"] {
            assert_eq!(world.mode(&disk.file(&live(URL)).join(name)), "440");
        }
        let reloaded = std::fs::read_to_string(disk.file("reloaded")).unwrap();
        assert_eq!(reloaded, issued.chain);
    }
}

#[test]
fn a_certificate_that_is_pasted_is_checked_and_gets_everywhere() {
    for door in DOORS {
        let disks = disks();
        has_old(&folder(disks.world()));
        let issued = Authority::new().issues(URL);
        let answers = format!("1\nwww.other.uk\n\n{}\n{}\n", issued.chain, issued.key);
        let run = disks.world().helper(door, HELPER);
        let ended = run.stdin(answers).ends();
        let said = ended.succeeded();
        for server in serving(&disks) {
            let line = format!("{} ({}): has it, and its", server.name, server.address);
            assert!(said.contains(&line), "{ended}");
        }
        ended.says("That is not one of: www.testwebsite.uk\n");
        ended.says("The certificate that is there now: the certificate cannot be read: ");
        assert_is_everywhere(&disks, &issued);
        let key = folder(disks.world()).join("privkey.pem");
        assert_eq!(disks.world().mode(&key), "600");
        assert!(!ended.to_string().contains(&disks.stage.password));
        assert!(
            !ended
                .to_string()
                .contains(issued.key.lines().nth(1).unwrap())
        );
    }
}

#[test]
fn a_second_run_keeps_what_is_there_and_reloads_again() {
    let disks = disks();
    has_old(&folder(disks.world()));
    let issued = Authority::new().issues(URL);
    put(&disks.stage, &issued, &["--yes"]).succeeded();
    assert_is_everywhere(&disks, &issued);
    let ended = put(&disks.stage, &issued, &["--yes"]);
    assert_eq!(
        ended.succeeded().matches("had it already").count(),
        3,
        "{ended}"
    );
    ended.says("The certificate that is there now is valid until 20");
    assert_eq!(files(&folder(disks.world())), replaced(&issued));
    for server in serving(&disks) {
        assert_eq!(
            files(&disks.disk(server).file(&live(URL))),
            replaced(&issued)
        );
    }
}

#[test]
fn the_key_and_the_password_are_on_standard_input_alone() {
    let stage = Stage::at("digitalocean");
    let issued = Authority::new().issues(URL);
    let web = stage.fleet.server("webserver");
    for server in stage.fleet.servers_of("webserver") {
        stage.plays(server, "cat $MACHINE.input >&2; echo adt state put");
    }
    stage.plays(stage.fleet.server("reverseproxy"), "echo adt state put");
    let ended = put(&stage, &issued, &["--yes"]);
    ended.succeeded();
    let (asked, input) = stage.asked(web);
    let mark = format!(
        "{}\n\n#adt chain\n{}#adt key\n{}#adt end\n",
        stage.password, issued.chain, issued.key
    );
    assert_eq!(input, mark);
    let secret = issued.key.lines().nth(1).unwrap();
    for place in [asked, stage.seen(), ended.to_string()] {
        assert!(!place.contains(secret) && !place.contains(&stage.password));
    }
}

#[test]
fn a_machine_that_does_not_use_it_is_told_and_the_others_have_it() {
    let disks = disks();
    let issued = Authority::new().issues(URL);
    let [first, second, proxy] = serving(&disks)[..] else {
        panic!("two webservers and a reverse proxy");
    };
    std::fs::remove_dir_all(disks.disk(first).file(&live(URL))).unwrap();
    let reload = format!(
        "home/{}/providerscripts/webserver/ReloadWebserver.sh",
        user()
    );
    executable(
        &disks.disk(second).file(&reload),
        "echo 'nginx: no' >&2; exit 1\n",
    );
    let ended = put(&disks.stage, &issued, &["--yes"]);
    assert_eq!(ended.status, Some(1), "{ended}");
    let said = ended.stdout();
    for (server, fate) in [
        (first, format!("failed: it has no folder /{}", live(URL))),
        (
            second,
            "failed: it has it, but its webserver was not reloaded".to_owned(),
        ),
        (proxy, "has it, and its webserver was reloaded".to_owned()),
    ] {
        let line = format!("{} ({}): {fate}", server.name, server.address);
        assert!(said.contains(&line), "{line}: {ended}");
    }
    ended.says("2 of 3 machines do not use the new certificate: ");
    assert_eq!(
        files(&disks.disk(second).file(&live(URL))),
        replaced(&issued)
    );
}

#[test]
fn an_authenticators_certificate_goes_to_its_own_buckets_and_machine() {
    const AUTH: &str = "auth.testwebsite.uk";
    let disks = disks();
    let world = disks.world();
    world.set_variable("AUTH_SERVER_URL", Some(AUTH));
    let server = disks.stage.fleet.server("authenticator");
    serves(&disks, server, AUTH);
    let issued = Authority::new().issues(AUTH);
    let run = world.helper(Door::Binary, HELPER);
    let answers = format!("1\n{AUTH}\n{}{}\n", issued.chain, issued.key);
    let ended = run.stdin(answers).ends();
    let said = ended.succeeded();
    assert_eq!(said.lines().count(), 1, "{ended}");
    assert_eq!(
        files(&disks.disk(server).file(&live(AUTH))),
        replaced(&issued)
    );
    let key = world.build(&format!("ssl/cloudflare/zero/{AUTH}/privkey.pem"));
    assert_eq!(std::fs::read_to_string(key).unwrap(), issued.key);
    for (bucket, object) in [
        (
            "auth-testwebsite-uk-cloudflare-zero-ssl",
            "privkey.pem".to_owned(),
        ),
        (
            "auth-testwebsite-uk-config-xk3j",
            format!("ssl/{AUTH}/privkey.pem"),
        ),
    ] {
        assert_eq!(world.bucket(bucket)[&object], issued.key.as_bytes());
    }
}

#[test]
fn a_folder_of_a_certificate_by_hand_gets_it_too() {
    let stage = Stage::at("digitalocean");
    let by_hand = stage.world().build(&format!("ssl/digitalocean/{URL}"));
    has_old(&by_hand);
    stage.world().edit_state(|state| state.machines.clear());
    let issued = Authority::new().issues(URL);
    put(&stage, &issued, &["--yes"]).says("No machine that serves it is running");
    assert_eq!(files(&by_hand), replaced(&issued));
    let names: Vec<String> = files(&folder(stage.world()))
        .into_iter()
        .map(|it| it.0)
        .collect();
    assert_eq!(names, ["fullchain.pem", "privkey.pem"]);
}

#[test]
fn the_build_is_the_active_one_and_another_cloud_is_asked_about() {
    let stage = Stage::at("digitalocean");
    let world = stage.world();
    world.edit_state(|state| state.machines.clear());
    let issued = Authority::new().issues(URL);
    let pasted = format!("\n{}{}\n", issued.chain, issued.key);
    for (active, questions, becomes) in [
        ("vultr\n", "1\nN\n", "vultr\n"),
        ("vultr\n", "1\nY\n", "digitalocean\n"),
        ("digitalocean\n", "1\n", "digitalocean\n"),
        // Without an active build its name is asked for.
        ("", "1\nN\ntest-build\n", ""),
    ] {
        world.write("runtimedata/ACTIVE_CLOUDHOST", active);
        let run = world.helper(Door::Shell, HELPER);
        run.stdin(format!("{questions}{pasted}")).ends().succeeded();
        let file = world.home("runtimedata/ACTIVE_CLOUDHOST");
        assert_eq!(std::fs::read_to_string(file).unwrap(), becomes);
        let key = folder(world).join("privkey.pem");
        assert_eq!(std::fs::read_to_string(&key).unwrap(), issued.key);
        std::fs::remove_file(key).unwrap();
    }
}

#[test]
fn a_real_tool_uploads_it_to_both_buckets() {
    let server = S3Server::start(Keys::Any);
    let stage = Stage::of(real_buckets::world("s3cmd", server.port));
    stage.world().edit_state(|state| state.machines.clear());
    let issued = Authority::new().issues(URL);
    put(&stage, &issued, &["--yes"]).succeeded();
    for place in [
        "www-testwebsite-uk-linode-zero-ssl".to_owned(),
        format!("www-testwebsite-uk-config-xk3j/ssl/{URL}"),
    ] {
        for (name, content) in [
            ("fullchain.pem", &issued.chain),
            ("privkey.pem", &issued.key),
        ] {
            let answer = server.get(&format!("/{place}/{name}"));
            assert_eq!(
                (answer.status, answer.body),
                (200, content.clone().into_bytes())
            );
        }
    }
}

#[test]
fn a_person_at_a_terminal_pastes_a_certificate() {
    use expectrl::Expect;
    let disks = disks();
    let issued = Authority::new().issues(URL);
    let mut session = disks.world().helper(Door::Shim, HELPER).on_a_terminal();
    for (question, answer) in [("4) Vultr", "1"), ("is the certificate for?", "")] {
        session.expect(question).unwrap();
        session.send_line(answer).unwrap();
    }
    session.expect("Paste the chain").unwrap();
    for line in issued.chain.lines().chain(issued.key.lines()) {
        session.send_line(line).unwrap();
    }
    session.expect("press Enter to have it done").unwrap();
    session.send_line("").unwrap();
    session
        .expect("has it, and its webserver was reloaded")
        .unwrap();
}
