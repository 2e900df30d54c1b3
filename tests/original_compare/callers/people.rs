//! What people call, and the two scripts that show something: `Log.sh` and `Password.sh`.

use super::CLOUDS;
use crate::scenario::{BY_SHELL, Reads, Scenario};
use crate::scenes::Step;

const LOGS: [(&str, &str); 3] = [
    ("logs/build_out-1", "first out\n"),
    ("logs/build_err-1", "first err\n"),
    ("logs/build_stat-1", "first stat\n"),
];

pub fn scenarios() -> Vec<Scenario> {
    let mut all = Vec::new();
    for cloud in CLOUDS {
        all.extend(display_password(cloud));
        all.extend(display_logging_streams(cloud));
        all.extend(edit_template(cloud));
        all.extend(reach(cloud));
        all.extend(infrastructure(cloud));
        all.extend(backups(cloud));
    }
    all.extend(development("linode"));
    all.extend(certificates("linode"));
    all.into_iter().map(Scenario::by_hand).collect()
}

/// The branch that nobody pushes to: what else they do needs a repository, of which there is none in the sandbox.
fn development(cloud: &'static str) -> Vec<Scenario> {
    let words: [(&str, &[&str]); 4] = [
        ("InitialiseToolkitForDevelopment", &["main"]),
        ("PushInfrastructureScriptsUpdates", &["message", "main"]),
        (
            "PushAndSyncInfrastructureScriptsUpdates",
            &["message", "main"],
        ),
        ("PushInfrastructureScriptsUpdates", &["", "dev"]),
    ];
    let of = |(helper, words): (&'static str, &[&str])| {
        Scenario::of(helper, cloud)
            .words(words)
            .stdin("\n\n\n")
            .reads(Reads::Nothing)
    };
    words.into_iter().map(of).collect()
}

/// A certificate without its key: a pipe cannot give the original both, since it reads each to the end of input.
fn certificates(cloud: &'static str) -> Vec<Scenario> {
    const PASTED: &str =
        "www.testwebsite.uk\n-----BEGIN CERTIFICATE-----\nTGVhZg==\n-----END CERTIFICATE-----\n";
    let old = [
        Step::BuildFile("ssl/www.testwebsite.uk/fullchain.pem", "old chain\n"),
        Step::BuildFile("ssl/www.testwebsite.uk/privkey.pem", "old key\n"),
    ];
    let of = |answers: &str| {
        Scenario::of("ManuallyUpdateSSLCertificate", cloud)
            .stdin(format!("{}\n{answers}{PASTED}", number(cloud)))
            .reads(Reads::Nothing)
            .scene(old.clone())
    };
    let elsewhere = of("n\n");
    vec![
        of(""),
        elsewhere.scene([Step::Active("azure", "test-build")]),
    ]
}

fn short(cloud: &str) -> &'static str {
    match cloud {
        "digitalocean" => "do",
        "exoscale" => "exo",
        "linode" => "lin",
        _ => "vul",
    }
}

pub fn number(cloud: &str) -> &'static str {
    match cloud {
        "digitalocean" => "1",
        "exoscale" => "2",
        "linode" => "3",
        _ => "4",
    }
}

/// `Password.sh` passes its two words, and asks without any when the status is one of failure.
fn display_password(cloud: &'static str) -> Vec<Scenario> {
    let of = |words: &[&str], stdin: &str| {
        Scenario::of("DisplayPassword", cloud)
            .words(words)
            .stdin(stdin)
            .reads(Reads::Status)
    };
    vec![
        of(&[short(cloud), "test-build"], ""),
        of(&[cloud, "test-build"], ""),
        of(&[cloud, "no-such-build"], ""),
        of(&[cloud], "q\n"),
        of(&[], &format!("{}\ntest-build\n", short(cloud))),
        of(&[], &format!("{}\nno-such-build\n", short(cloud))),
        of(&[], &format!("{}\nY\ntest-build\n", short(cloud)))
            .scene([Step::Active("azure", "other")]),
        of(&[], &format!("{}\nn\ntest-build\n", short(cloud)))
            .scene([Step::Active("azure", "other")]),
        of(&[cloud, "test-build"], "Y\n").scene([Step::Active("azure", "other")]),
    ]
}

/// `Log.sh` passes `linode crew` and its two words, and asks without any when the status is one of failure.
fn display_logging_streams(cloud: &'static str) -> Vec<Scenario> {
    let logs: Vec<Step> = LOGS
        .iter()
        .map(|(path, text)| Step::BuildFile(path, text))
        .collect();
    let of = |words: &[&str], stdin: &str| {
        Scenario::of("DisplayLoggingStreams", cloud)
            .words(words)
            .stdin(stdin)
            .reads(Reads::Both)
            .scene(logs.clone())
    };
    let mut all = vec![of(&["linode", "crew", "t", "1"], "")];
    for mode in ["t", "c", "v"] {
        for kind in ["1", "2", "3"] {
            all.push(of(&[cloud, "test-build", mode, kind], ""));
        }
    }
    all.push(of(&[short(cloud), "test-build", "c", "1"], ""));
    all.push(of(&[short(cloud), "test-build", "c", "1"], "").form(BY_SHELL));
    let mut asked = of(&[], &format!("{}\ntest-build\nc\n2\n", short(cloud)));
    asked.reads = Reads::Status;
    all.push(asked);
    let mut none = of(&[cloud, "test-build", "c", "1"], "");
    none.scene.clear();
    all.push(none);
    all
}

/// `Template.sh` passes no words.
fn edit_template(cloud: &'static str) -> Vec<Scenario> {
    let of = |words: &[&str], stdin: &str| {
        Scenario::of("EditTemplate", cloud)
            .words(words)
            .stdin(stdin)
            .reads(Reads::Status)
    };
    let template: &'static str = match cloud {
        "digitalocean" => "digitalocean1.tmpl",
        "exoscale" => "exoscale1.tmpl",
        "linode" => "linode1.tmpl",
        _ => "vultr1.tmpl",
    };
    let answers = format!("{}\n{template}\n", number(cloud));
    vec![
        of(&[cloud, template], ""),
        of(&[cloud, template], "").form(BY_SHELL),
        of(&[], &answers),
        of(&[], &format!("3\nY\n{template}\n")),
        of(&[], &format!("4\nn\n{template}\n")),
        of(&[cloud, "none.tmpl"], ""),
    ]
}

fn reach(cloud: &'static str) -> Vec<Scenario> {
    let mut all = Vec::new();
    let cloud_number = number(cloud);
    let of = |helper, words: &[&str], stdin: String, scene: &[Step]| {
        Scenario::of(helper, cloud)
            .words(words)
            .stdin(stdin)
            .reads(Reads::Nothing)
            .scene(scene.to_vec())
    };
    for helper in [
        "ConnectToAuthenticator",
        "ConnectToAutoscaler",
        "ConnectToDatabase",
        "ConnectToReverseProxy",
        "ConnectToWebserver",
    ] {
        let answers = format!("{cloud_number}\ntest-build\nY\n");
        all.push(of(helper, &[], answers.clone(), &[]));
        all.push(of(
            helper,
            &[],
            answers.clone(),
            &[Step::BuildFile("VPC-ACTIVE", "")],
        ));
        all.push(of(
            helper,
            &[],
            format!("{cloud_number}\ntest-build\nN\n"),
            &[],
        ));
        all.push(of(helper, &[], answers.clone(), &[Step::NoMachines]));
        all.push(of(helper, &[], "9\n".into(), &[]));
        all.push(of(
            helper,
            &[],
            answers.clone(),
            &[Step::Says("silent", "")],
        ));
        all.push(of(
            helper,
            &[],
            format!("{answers}n\n"),
            &[Step::Says("quick", "")],
        ));
    }
    for machine in ["Autoscaler", "Database", "Webserver"] {
        let answers = format!("{cloud_number}\ntest-build\nY\n");
        let (to, from, on) = match machine {
            "Autoscaler" => (
                "CopyToAutoscaler",
                "CopyFromAutoscaler",
                "ExecuteOnAutoscaler",
            ),
            "Database" => ("CopyToDatabase", "CopyFromDatabase", "ExecuteOnDatabase"),
            _ => ("CopyToWebserver", "CopyFromWebserver", "ExecuteOnWebserver"),
        };
        let file = [Step::File("a-file", "text\n")];
        let path = "/home/agile-user/adt-build-machine-scripts/a-file";
        all.push(of(to, &[path], format!("{answers}/tmp\n"), &file));
        all.push(of(to, &[], format!("{path}\n{answers}/tmp\n"), &file));
        all.push(of(from, &["/tmp/a-file"], format!("{answers}/tmp\n"), &[]));
        all.push(of(from, &[], format!("/tmp/a-file\n{answers}/tmp\n"), &[]));
        all.push(of(on, &["/bin/ls"], answers.clone(), &[]));
        all.push(of(
            on,
            &["/bin/ls -l /tmp"],
            answers.clone(),
            &[Step::BuildFile("VPC-ACTIVE", "")],
        ));
        all.push(of(on, &[], answers.clone(), &[]));
        all.push(of(
            on,
            &["/bin/ls"],
            format!("{answers}n\n"),
            &[Step::Says("quick", "")],
        ));
    }
    all
}

fn infrastructure(cloud: &'static str) -> Vec<Scenario> {
    let of = |helper, answers: &str, scene: &[Step]| {
        Scenario::of(helper, cloud)
            .stdin(format!("{}\ntest-build\n{answers}", number(cloud)))
            .reads(Reads::Nothing)
            .scene(scene.to_vec())
    };
    let vpc = [Step::BuildFile("VPC-ACTIVE", "")];
    vec![
        of("RebootInfrastructure", "Y\n", &vpc),
        of("RebootInfrastructure", "n\n", &vpc),
        of("RebootInfrastructure", "Y\n", &[Step::NoMachines]),
        of("ShutdownInfrastructure", "\nY\nn\n", &vpc),
        of("ShutdownInfrastructure", "\nY\nY\n", &vpc),
        of("ShutdownInfrastructure", "\nn\n", &vpc),
        of("ShutdownInfrastructure", "\nY\nn\n", &[Step::NoMachines]),
    ]
}

/// What machines make of their site: their standard output is for a person.
fn backups(cloud: &'static str) -> Vec<Scenario> {
    let of = |helper, answers: &str, scene: &[Step]| {
        Scenario::of(helper, cloud)
            .stdin(format!("{}\ntest-build\n{answers}", number(cloud)))
            .reads(Reads::Nothing)
            .scene(scene.to_vec())
    };
    let vpc = [Step::BuildFile("VPC-ACTIVE", "")];
    let mut all = Vec::new();
    for helper in ["PerformWebsiteBackup", "PerformDatabaseBackup"] {
        all.push(of(helper, "Y\n1\n\n", &vpc));
        all.push(of(helper, "Y\n6\n\n", &vpc));
        all.push(of(helper, "Y\n1\n\n", &[Step::NoMachines]));
    }
    for helper in ["PerformWebsiteBaseline", "PerformDatabaseBaseline"] {
        all.push(of(helper, "Y\n\nmysite\n\n", &vpc));
        all.push(of(helper, "Y\n\nmysite\n\n", &[Step::NoMachines]));
    }
    all.push(of(
        "GenerateLocalBackups",
        "Y\nN\nuser\n\nY\nN\n",
        &[Step::NoMachines],
    ));
    all
}
