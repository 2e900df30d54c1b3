//! The variables of a build, the probes, and an autoscaler's settings.

use std::collections::BTreeSet;
use std::path::Path;

use super::CLOUDS;
use crate::scenario::{BY_SHELL, Reads, Scenario};
use crate::scenes::Step;

/// In backticks, as nearly all callers have it: trailing line ends are lost.
const CAPTURED: &str = r#"value="`"$helper" "$@"`"; /usr/bin/printf '<%s>\n' "$value""#;

/// Through the filters that some callers put behind it.
const FILTERED: &str =
    r#""$helper" "$@" | /usr/bin/head -c 12; "$helper" "$@" | /bin/sed 's/[:_]/ /g'"#;

/// One after the other, each in backticks.
const EACH: &str = r#"for name in "$@"; do value="`"$helper" "$name"`"; /usr/bin/printf '%s=<%s>\n' "$name" "$value"; done"#;

pub fn scenarios(checkout: &Path) -> Vec<Scenario> {
    let mut all = get_variable_value(checkout);
    all.extend(set_variable_value());
    all.extend(probes());
    all.extend(extract_config_value());
    all.extend(build_machine_ip());
    all.extend(run_service_command());
    all
}

fn get_variable_value(checkout: &Path) -> Vec<Scenario> {
    let of = |cloud| Scenario::of("GetVariableValue", cloud);
    let names = names_asked_for(checkout, "GetVariableValue.sh");
    let mut all: Vec<Scenario> = CLOUDS
        .into_iter()
        .map(|cloud| of(cloud).words(&names).form(EACH))
        .collect();
    all.extend([
        of("linode").words(["REGION"]),
        of("linode").words(["REGION"]).form(BY_SHELL),
        of("vultr").words(["VPC_IP_RANGE"]).form(CAPTURED),
        of("vultr").words(["APPLICATION_NAME"]).form(FILTERED),
        of("vultr").words(["NOT_SET_ANYWHERE"]).form(CAPTURED),
        of("vultr").words(["SYSTEM_EMAIL_USERNAME"]).form(CAPTURED),
        of("vultr"),
        of("vultr").words([""]),
        of("vultr").words(["URL"]),
        of("vultr").words(["region"]),
        of("vultr").words(["R.GION"]),
        of("digitalocean")
            .words(["TWO"])
            .scene([Step::Line("TWO=one"), Step::Line("TWO=two")]),
        of("digitalocean")
            .words(["A"])
            .scene([Step::Line(r#"A="b \"c\" d=e""#)]),
        of("digitalocean")
            .words(["A"])
            .scene([Step::Line("A=  two  blanks  ")]),
        of("digitalocean")
            .words(["A"])
            .scene([Step::Line("export A=b")]),
        of("digitalocean")
            .words(["A"])
            .scene([Step::Line("A=it's | $HOME `x` \\ #y")]),
        of("digitalocean")
            .words(["A"])
            .scene([Step::Line("A=one\nB two\nC=three")]),
        of("exoscale").words(["REGION"]).scene([Step::NoFile(
            "runtimedata/exoscale/test-build/build_environment",
        )]),
        of("exoscale")
            .words(["REGION"])
            .scene([Step::NoFile("runtimedata/ACTIVE_CLOUDHOST")]),
        of("exoscale")
            .words(["REGION"])
            .scene([Step::NoFile("runtimedata/ACTIVE_BUILD_IDENTIFIER")]),
        of("exoscale")
            .words(["REGION"])
            .scene([Step::Active("exoscale", "no-such-build")]),
        of("exoscale")
            .words(["SERVER_USER"])
            .scene([Step::NoEnv("SERVER_USER")]),
        of("exoscale")
            .words(["SERVER_USER_PASSWORD"])
            .scene([Step::NoEnv("SERVER_USER_PASSWORD")]),
    ]);
    all
}

/// What follows a script's name in the lines of a checkout.
fn names_asked_for(checkout: &Path, script: &str) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![checkout.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != ".git" {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "sh") {
                let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
                for after in text.split(script).skip(1) {
                    let word = after.trim_start().trim_start_matches(['"', '\'']);
                    let word: String = word
                        .chars()
                        .take_while(|it| it.is_ascii_alphanumeric() || *it == '_')
                        .collect();
                    if !word.is_empty() {
                        names.insert(word);
                    }
                }
            }
        }
    }
    assert!(names.len() > 50, "only {} names are asked for", names.len());
    names.into_iter().collect()
}

fn set_variable_value() -> Vec<Scenario> {
    let of = |words: &[&str]| {
        Scenario::of("SetVariableValue", "linode")
            .words(words)
            .reads(Reads::Nothing)
    };
    let mut all: Vec<Scenario> = [
        "DB_IDENTIFIER=10.0.0.9",
        "DB_NAME=nxyz",
        "DB_PASSWORD=p123456",
        "DB_USERNAME=u123456",
        "DB_PORT=2035",
        "SERVER_USER=XabcX",
        "SERVER_USER_PASSWORD=abc",
        "ENABLE_DDOS_PROTECION=1",
        "PRODUCTION=0",
        "DEVELOPMENT=1",
        "SNAPSHOT_ID=30000004",
        "SNAPSHOT_ID=private/30000004",
        "SYSTEM_EMAIL_USERNAME=me@example.com",
        "SYSTEM_EMAIL_PASSWORD=secret",
        "SYSTEM_EMAIL_PROVIDER=1",
        "SYSTEM_TOEMAIL_ADDRESS=you@example.com",
        "SYSTEM_FROMEMAIL_ADDRESS=me@example.com",
        "NO_AUTOSCALERS=0",
        "NO_WEBSERVERS=1",
        "REGION=xx",
        "NAME=z",
        "WEBSITE_NAME=two words",
        "WEBSITE_NAME=a=b",
        "WEBSITE_NAME=",
        "APPLICATION_NAME=x&y",
        "APPLICATION_NAME=x\\ny",
        "APPLICATION_NAME=a/b",
        "APPLICATION_NAME=\"quoted\"",
        "NEW_ONE=a/b&c",
        "NOTHING",
        "",
    ]
    .iter()
    .map(|word| of(&[word]))
    .collect();
    all.extend([
        of(&[]),
        of(&["REGION=yy"]).form(BY_SHELL),
        of(&["SNAPSHOT_ID=private/30000005"]).scene([Step::Line("SNAPSHOT_ID=private/1")]),
        of(&["A=b"]).scene([Step::NoFile(
            "runtimedata/linode/test-build/build_environment",
        )]),
        of(&["A=b"]).scene([Step::Active("linode", "no-such-build")]),
        of(&["A=b"]).scene([Step::NoFile("runtimedata/ACTIVE_CLOUDHOST")]),
        of(&["A=c"]).scene([Step::Line("A=1"), Step::Line("B=2"), Step::Line("A=3")]),
    ]);
    all
}

fn probes() -> Vec<Scenario> {
    let mut all = Vec::new();
    for (helper, flag) in [
        ("IsHardcoreBuild", "HARDCORE"),
        ("IsParameterBuild", "PARAMETER"),
    ] {
        for form in [CAPTURED, BY_SHELL] {
            let probe = Scenario::of(helper, "vultr").form(form);
            all.extend([probe.clone(), probe.scene([Step::RootFile(flag, "")])]);
        }
    }
    let systems = [
        ("debian", "12"),
        ("debian", "13"),
        ("debian", "14"),
        ("debian", "15"),
        ("debian", "16"),
        ("ubuntu", "22.04"),
        ("ubuntu", "24.04"),
        ("ubuntu", "26.04"),
        ("fedora", "40"),
        ("", ""),
    ];
    for (system, version) in systems {
        let scene = [
            Step::Env("BUILDOS", system),
            Step::Env("BUILDOS_VERSION", version),
        ];
        all.push(
            Scenario::of("GetOsName", "exoscale")
                .scene(scene)
                .form(CAPTURED),
        );
    }
    all.push(Scenario::of("GetOsName", "exoscale").scene([Step::NoEnv("BUILDOS_VERSION")]));
    all
}

/// On an autoscaler; what its scripts ask for, and odd values.
fn extract_config_value() -> Vec<Scenario> {
    let of = |word: &str| {
        Scenario::of("ExtractConfigValue", "linode")
            .on_autoscaler()
            .words([word])
            .form(CAPTURED)
    };
    let mut all: Vec<Scenario> = [
        "CLOUDHOST",
        "BUILDIDENTIFIER",
        "REGION",
        "S3HOSTBASE",
        "EMPTY",
        "TWICE",
        "NOTSET",
        "REGIO.",
        "HOST",
        "",
    ]
    .iter()
    .map(|word| of(word))
    .collect();
    all.push(of("REGION").form(BY_SHELL));
    all.push(of("BLANK").scene([Step::Setting("BLANK: ")]));
    all.push(of("A").scene([Step::Setting("A:one:two::three")]));
    all.push(of("A").scene([Step::Setting("A::")]));
    all.push(of("A").scene([Step::Setting("A:one\nA:two:three")]));
    all
}

fn build_machine_ip() -> Vec<Scenario> {
    let of = |scene: &[Step]| {
        Scenario::of("GetBuildMachineIP", "vultr")
            .form(CAPTURED)
            .scene(scene.to_vec())
    };
    let page = "<html><body>503 Service Unavailable</body></html>\n";
    vec![
        of(&[Step::Says("wget", "203.0.113.10")]),
        of(&[Step::Says("wget", "203.0.113.10")]).form(BY_SHELL),
        of(&[Step::Says("wget", "203.0.113.10\n")]),
        of(&[
            Step::Says("curl", "203.0.113.11\n"),
            Step::Says("hostname", "10.0.0.2 \n"),
        ]),
        of(&[Step::Says("hostname", "203.0.113.12 10.0.0.2 fd00::1 \n")]),
        of(&[
            Step::Says("wget", ""),
            Step::Says("hostname", "203.0.113.12\n"),
        ]),
        of(&[
            Step::Says("wget", page),
            Step::Says("curl", "203.0.113.11\n"),
        ]),
        of(&[Step::Says("wget", page)]),
        of(&[]),
    ]
}

fn run_service_command() -> Vec<Scenario> {
    let of = |words: &[&str]| {
        Scenario::of("RunServiceCommand", "vultr")
            .words(words)
            .reads(Reads::Both)
    };
    vec![
        of(&["ssh", "restart"]),
        of(&["ssh", "restart"]).form(BY_SHELL),
        of(&["cron", "restart"]),
        of(&["cron", "stop"]).scene([Step::Says("status-service", "3")]),
        of(&["ssh", "restart"]).scene([Step::Says("status-systemctl", "1")]),
        of(&["ssh"]),
        of(&[]),
    ]
}
