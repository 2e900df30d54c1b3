//! `PerformWebsiteBaseline` and `PerformDatabaseBaseline`, with real git and repositories on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use crate::world::ssh::{Server, user};
use crate::world::{DOORS, Door, Ended, Run, Stage};

/// The helper, the machine's type, its script and what the repository's name ends with.
const BOTH: [(&str, &str, &str, &str); 2] = [
    (
        "PerformWebsiteBaseline",
        "webserver",
        "CreateWebrootBaseline.sh",
        "webroot-sourcecode-baseline",
    ),
    (
        "PerformDatabaseBaseline",
        "database",
        "CreateDBBaseline.sh",
        "db-baseline",
    ),
];

/// Shows the command lines of all that runs here.
const ALL: &str = "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '";

/// The token of the repositories, which no test may show.
const TOKEN: &str = "ghp-Secret7token";

/// A stage whose build has repositories at github, which are folders of this machine.
struct Site {
    stage: Stage,
}

impl Site {
    fn new() -> Self {
        let stage = Stage::at("digitalocean");
        let world = stage.world();
        for (name, value) in [
            ("PROVIDER", "github"),
            ("USERNAME", "pusher"),
            ("OWNER", "owner"),
            ("TOKEN", TOKEN),
        ] {
            let name = format!("APPLICATION_REPOSITORY_{name}");
            world.set_variable(&name, Some(value));
        }
        let site = Self { stage };
        let folder = site.folder().display().to_string();
        site.reaches(&format!("file://{folder}/"));
        site
    }

    fn folder(&self) -> PathBuf {
        self.stage.world().path("repositories")
    }

    /// Whoever asks github asks this address from now on.
    fn reaches(&self, address: &str) {
        let text = format!(
            "[url \"{address}\"]\n\tinsteadOf = https://github.com/\n[user]\n\tname = x\n\temail = x@y\n"
        );
        std::fs::write(self.stage.world().path("gitconfig"), text).unwrap();
    }

    /// An empty repository.
    fn repository(&self, name: &str) -> PathBuf {
        let path = self.folder().join("owner").join(format!("{name}.git"));
        git(&["init", "-q", "--bare", path.to_str().unwrap()]);
        path
    }

    /// The server's script pushes into the repository, as it does.
    fn pushes(&self, server: &Server, repository: &str) {
        let folder = self.stage.world().path("work");
        let (folder, repository) = (
            folder.display(),
            self.folder().join("owner").join(repository),
        );
        self.stage.plays(
            server,
            &format!(
                "case $SSH_ORIGINAL_COMMAND in\n*ExtractConfigValue*) printf 'github\\npusher\\nwordpress\\n' ;;\n\
                 *Baseline.sh*) PATH=/usr/local/bin:$PATH; echo 'Log file is at: x'; rm -rf {folder}; mkdir {folder}; cd {folder} || exit\n\
                 (git init -q; git checkout -q -b main; echo x >index.php; git add .\n\
                 git -c user.name=x -c user.email=x@y commit -qm x; git init -q --bare '{repository}.git'\n\
                 git push -q '{repository}.git' main) >/dev/null 2>&1 </dev/null; exit 0 ;;\nesac\n",
                repository = repository.display()
            ),
        );
    }

    /// The server's script does this.
    fn plays(&self, server: &Server, part: &str) {
        let part = format!(
            "case $SSH_ORIGINAL_COMMAND in *ExtractConfigValue*) printf 'github\\npusher\\nwordpress\\n' ;; *) {part} ;; esac"
        );
        self.stage.plays(server, &part);
    }

    fn helper(&self, door: Door, name: &str) -> Run<'_> {
        let world = self.stage.world();
        let run = world.helper(door, name).env("ADT_GIT", git_path());
        run.env("GIT_CONFIG_GLOBAL", world.path("gitconfig"))
    }

    fn run(&self, name: &str, server: &Server, words: &[&str]) -> Ended {
        self.helper(Door::Binary, name)
            .args(["--cloudhost", "digitalocean", "--build", "test-build"])
            .args(["--machine", &server.name])
            .args(words)
            .ends()
    }

    /// What the machine was asked to do but for its settings.
    fn asked_to_do(&self, server: &Server) -> Vec<String> {
        let asked = self.stage.asked(server).0;
        let lines = asked.lines().filter(|line| line.contains("Baseline.sh"));
        lines.map(str::to_owned).collect()
    }
}

fn git_path() -> PathBuf {
    let output = Command::new("sh").args(["-c", "command -v git"]).output();
    let path = String::from_utf8(output.unwrap().stdout).unwrap();
    PathBuf::from(path.trim())
}

fn git(words: &[&str]) {
    assert!(Command::new("git").args(words).status().unwrap().success());
}

#[test]
fn the_answers_of_the_script_have_a_baseline_made_and_the_repository_tells() {
    for (door, (helper, label, script, ending)) in DOORS.into_iter().zip(BOTH) {
        let site = Site::new();
        let server = site.stage.fleet.server(label);
        site.pushes(server, &format!("mysite-{ending}"));
        let run = site.helper(door, helper);
        let ended = run.stdin("1\ntest-build\nY\n\nmysite\n\n").ends();
        let said = ended.succeeded();
        let expected = format!(
            "the repository 'mysite-{ending}' of 'owner' at github has the baseline: its branch main is at "
        );
        assert!(said.contains(&expected), "{ended}");
        let asked = format!(
            "DEBIAN_FRONTEND=noninteractive /usr/bin/sudo -S -E -p '' /home/{}/application/backupscripts/{script} mysite",
            user()
        );
        assert_eq!(site.asked_to_do(server), [asked], "{ended}");
        ended.says("repository user: pusher\n  application: wordpress\n");
        assert!(!ended.to_string().contains(TOKEN), "{ended}");
    }
}

#[test]
fn a_repository_that_has_something_is_left_alone() {
    for (helper, label, _, ending) in BOTH {
        let site = Site::new();
        let server = site.stage.fleet.server(label);
        site.pushes(server, &format!("mysite-{ending}"));
        let words = ["--identifier", "mysite", "--yes"];
        site.run(helper, server, &words).succeeded();
        let ended = site.run(helper, server, &words);
        let said = ended.failed();
        assert!(
            said.contains("is not empty (its branch main is at "),
            "{ended}"
        );
        assert_eq!(site.asked_to_do(server).len(), 1, "{ended}");
    }
}

#[test]
fn what_the_repository_says_is_told_as_it_is() {
    for (helper, label, _, ending) in BOTH {
        let site = Site::new();
        let server = site.stage.fleet.server(label);
        let words = ["--identifier", "mysite", "--yes"];
        for (part, is_there, why) in [
            (
                "echo nothing",
                false,
                "is not there, or the token may not see it; the machine ended well",
            ),
            (
                "echo full >&2; exit 1",
                true,
                "is still empty; the machine failed with status 1; it said last: full",
            ),
            (
                "echo nothing",
                true,
                "is still empty; the machine ended well, which it does in any case",
            ),
        ] {
            site.plays(server, part);
            if is_there {
                site.repository(&format!("mysite-{ending}"));
            }
            let ended = site.run(helper, server, &words);
            let said = ended.failed();
            assert!(said.contains(why), "{why}: {ended}");
        }
    }
}

#[test]
fn a_repository_that_cannot_be_asked_is_told_and_no_database_replaces_it_unseen() {
    let site = Site::new();
    let world = site.stage.world();
    world.set_variable("APPLICATION_REPOSITORY_PROVIDER", Some("sourceforge"));
    for (helper, label, ..) in BOTH {
        let server = site.stage.fleet.server(label);
        site.plays(server, "echo nothing");
        let ended = site.run(helper, server, &["--identifier", "mysite", "--yes"]);
        let said = ended.failed();
        let why = "is 'sourceforge'; expected github, gitlab or bitbucket";
        assert!(said.contains(why), "{ended}");
        let was_asked = site.asked_to_do(server).len();
        assert_eq!(was_asked, usize::from(label == "webserver"), "{ended}");
    }
}

#[test]
fn without_an_answer_or_an_identifier_nothing_is_made() {
    let site = Site::new();
    let server = site.stage.fleet.server("database");
    site.plays(server, "echo nothing");
    let before = "1\ntest-build\nY\n";
    for answers in [
        "",
        "n\n",
        "\n",
        "\n\n",
        "\na b\n",
        "\nmysite\n",
        "\nmysite\nno\n",
    ] {
        let run = site.helper(Door::Binary, "PerformDatabaseBaseline");
        let ended = run.stdin(format!("{before}{answers}")).ends();
        ended.failed();
        assert_eq!(site.asked_to_do(server), [""; 0], "{answers:?}: {ended}");
    }
    let ended = site.run("PerformDatabaseBaseline", server, &["--identifier", "-x"]);
    assert_eq!(ended.status, Some(2), "{ended}");
    let words = ["--identifier", "mysite", "--dry-run"];
    let ended = site.run("PerformDatabaseBaseline", server, &words);
    assert!(
        ended
            .succeeded()
            .starts_with("a baseline would be put into")
    );
    assert_eq!(site.asked_to_do(server), [""; 0], "{ended}");
}

#[test]
fn a_machine_that_does_not_say_its_settings_makes_no_baseline() {
    let site = Site::new();
    let server = site.stage.fleet.server("webserver");
    site.stage.plays(server, "echo 'sudo: no' >&2; exit 1");
    let words = ["--identifier", "mysite", "--yes"];
    let ended = site.run("PerformWebsiteBaseline", server, &words);
    let said = ended.failed();
    assert!(said.contains("does not say its settings"), "{ended}");
    assert!(said.contains("sudo: no"), "{ended}");
    assert_eq!(site.asked_to_do(server), [""; 0]);
    assert!(!site.stage.seen().contains(&site.stage.password));
}

#[test]
fn the_token_of_the_repository_reaches_the_provider_and_no_command_line() {
    let site = Site::new();
    let server = site.stage.fleet.server("webserver");
    site.plays(server, "echo nothing");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    site.reaches(&format!("http://{}/", listener.local_addr().unwrap()));
    let seen = site.stage.world().path("seen");
    let provider = std::thread::spawn(move || {
        let mut headers = Vec::new();
        for stream in listener.incoming().take(2) {
            let mut stream = stream.unwrap();
            let reader = BufReader::new(stream.try_clone().unwrap());
            let lines = reader.lines().map(|line| line.unwrap());
            let lines: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let mut all = Command::new("sh");
            all.args(["-c", ALL]);
            std::fs::write(&seen, all.output().unwrap().stdout).unwrap();
            let is_known = lines.iter().any(|line| line.starts_with("Authorization: "));
            headers.extend(lines);
            let answer = if is_known {
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            } else {
                "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            };
            stream.write_all(answer.as_bytes()).unwrap();
        }
        headers
    });
    let words = ["--identifier", "mysite", "--dry-run"];
    let ended = site.run("PerformWebsiteBaseline", server, &words);
    ended
        .says("is not there, or the token may not see it")
        .succeeded();
    let headers = provider.join().unwrap();
    let sent = headers
        .iter()
        .find_map(|line| line.strip_prefix("Authorization: Basic "));
    let script = format!("printf '%s' 'pusher:{TOKEN}' | base64");
    let expected = Command::new("sh").args(["-c", &script]).output().unwrap();
    let expected = String::from_utf8(expected.stdout).unwrap();
    assert_eq!(sent, Some(expected.trim()), "{headers:?}");
    assert!(
        headers[0].contains("/owner/mysite-webroot-sourcecode-baseline.git/"),
        "{headers:?}"
    );
    let seen = std::fs::read_to_string(site.stage.world().path("seen")).unwrap();
    assert!(seen.contains("ls-remote") && !seen.contains(TOKEN));
}

#[test]
fn a_person_at_a_terminal_has_a_baseline_made() {
    use expectrl::Expect;
    let site = Site::new();
    let server = site.stage.fleet.server("webserver");
    site.pushes(server, "mysite-webroot-sourcecode-baseline");
    let helper = site.helper(Door::Shim, "PerformWebsiteBaseline");
    let mut session = helper.on_a_terminal();
    for (question, answer) in [
        ("4) Vultr", "1"),
        ("name of the build?", "test-build"),
        ("Y/N", "y"),
        ("if this is right", ""),
        ("What is the identifier?", "mysite"),
        ("have it made", ""),
    ] {
        session.expect(question).unwrap();
        session.send_line(answer).unwrap();
    }
    session.expect("has the baseline: its branch main").unwrap();
}
