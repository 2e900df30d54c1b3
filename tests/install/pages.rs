//! The man pages and completions: what is written, and that it comes and goes with an installation.

#![allow(
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

use std::fs;
use std::path::Path;

use adt_helpers::helpers;

use crate::stage::{Stage, helper_names, names_in, succeeds};

const PAGE: &str = "prefix/share/man/man1/CreateServer.1.gz";

/// A stage with the pages that `make docs` writes.
fn written() -> Stage {
    let stage = Stage::new();
    let program = Path::new(env!("CARGO_BIN_EXE_adt-helpers"));
    let folder = stage.path("manuals");
    let words = [folder.to_str().unwrap()];
    succeeds(&stage.run(&program.with_file_name("examples/manuals"), &words));
    stage
}

/// The helpers whose arguments clap parses.
fn parsed() -> Vec<&'static str> {
    let parsed = helpers::ALL.iter().filter(|it| it.command().is_some());
    parsed.map(|helper| helper.name).collect()
}

/// What bash offers after these words have been typed.
fn offered(stage: &Stage, words: &[&str]) -> Vec<String> {
    let script = r#"
        . "$1" && shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        registered=$(complete -p "$1") && registered=${registered#*-F } && registered=${registered%% *}
        "$registered" "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let file = stage.path("manuals/completions/bash").join(words[0]);
    let mut all = vec!["-c", script, "bash", file.to_str().unwrap()];
    all.extend(words);
    let text = succeeds(&stage.run(Path::new("bash"), &all));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn every_helper_has_a_page_that_says_what_it_is_and_how_it_is_called() {
    let stage = written();
    let names = helper_names();
    let (own, of_helpers): (Vec<String>, Vec<String>) = names_in(&stage.path("manuals/man"), "1")
        .into_iter()
        .partition(|name| name.starts_with("adt-helpers"));
    assert_eq!(of_helpers, names);
    assert_eq!(
        own,
        [
            "adt-helpers",
            "adt-helpers-install",
            "adt-helpers-uninstall",
            "adt-helpers-update-toolkit"
        ]
    );
    let page = stage.text("manuals/man/adt-helpers-uninstall.1");
    assert!(
        page.contains("the shims are gone, and standard error says"),
        "{page}"
    );
    for name in names {
        let page = stage.text(&format!("manuals/man/{name}.1"));
        for words in [
            format!(".TH {name} 1 \"\" \"adt-helpers "),
            format!(".SH NAME\n{name} \\- "),
            format!(".SH SYNOPSIS\n\\fB{name}\\fR"),
            ".SH DESCRIPTION\n".to_owned(),
            ".SH EXAMPLE".to_owned(),
        ] {
            assert!(page.contains(&words), "no '{words}' in: {page}");
        }
    }
    let page = stage.text("manuals/man/CheckSnapshotBuild.1");
    assert!(page.contains("\\-\\-template\\-rules"), "{page}");
    assert!(page.contains(".SH \"EXIT STATUS\"\n"), "{page}");
}

#[test]
fn bash_completes_a_helper_under_both_of_its_names() {
    let stage = written();
    for name in parsed() {
        for name in [name.to_owned(), format!("{name}.sh")] {
            assert_eq!(offered(&stage, &[&name, "--hel"]), ["--help"]);
        }
    }
    let name = "ObtainWholeMachineSnapshot.sh";
    assert_eq!(offered(&stage, &[name, "--type", "web"]), ["webserver"]);
    let name = "DestroyServer.sh";
    assert_eq!(offered(&stage, &[name, "--dry"]), ["--dry-run"]);
}

#[test]
fn zsh_and_fish_know_both_names_too() {
    let stage = written();
    for name in parsed() {
        let zsh = stage.text(&format!("manuals/completions/zsh/_{name}"));
        assert!(zsh.starts_with(&format!("#compdef {name} {name}.sh\n")));
        assert!(zsh.contains(&format!("compdef _{name} {name} {name}.sh\n")));
        let fish = stage.text(&format!("manuals/completions/fish/{name}.fish"));
        assert!(fish.contains(&format!("complete -c {name} ")), "{fish}");
        let fish = stage.text(&format!("manuals/completions/fish/{name}.sh.fish"));
        assert_eq!(fish, format!("complete -c {name}.sh -w {name}\n"));
    }
}

#[test]
fn pages_are_put_where_man_and_the_shells_look_and_are_taken_back() {
    let stage = written();
    fs::create_dir_all(stage.path("prefix/share/man/man1")).unwrap();
    stage.write("prefix/share/man/man1/other.1", "not ours", 0o644);
    let before = stage.snapshot("");
    for _ in 0..2 {
        stage.install();
        for (installed, built) in [
            ("man/man1/GetOsName.1.gz", "man/GetOsName.1"),
            ("man/man1/CreateServer.1.gz", "man/CreateServer.1"),
            (
                "bash-completion/completions/CreateServer.sh",
                "completions/bash/CreateServer.sh",
            ),
            (
                "zsh/site-functions/_CreateServer",
                "completions/zsh/_CreateServer",
            ),
            (
                "fish/vendor_completions.d/CreateServer.fish",
                "completions/fish/CreateServer.fish",
            ),
        ] {
            let installed = format!("prefix/share/{installed}");
            let file = stage.path(&installed);
            let text = if file.extension().is_some_and(|it| it == "gz") {
                succeeds(&stage.run(Path::new("gzip"), &["-dc", file.to_str().unwrap()]))
            } else {
                stage.text(&installed)
            };
            assert_eq!(text, stage.text(&format!("manuals/{built}")));
            assert_eq!(stage.mode(&installed), 0o644);
        }
    }
    stage.uninstall();
    assert_eq!(stage.snapshot(""), before);
}

#[test]
fn a_package_has_the_pages_below_its_stage() {
    let stage = written();
    let destdir = format!("DESTDIR={}", stage.path("stage").display());
    succeeds(&stage.make("install", &[&destdir, "PREFIX=/usr"]));
    assert!(stage.exists("stage/usr/share/man/man1/CreateServer.1.gz"));
    succeeds(&stage.make("uninstall", &[&destdir, "PREFIX=/usr"]));
    assert!(!stage.exists("stage/usr"));
}

#[test]
fn without_pages_the_helpers_are_installed_all_the_same() {
    let stage = Stage::new();
    stage.install();
    assert!(stage.exists("prefix/libexec/adt-helpers/CreateServer"));
    assert!(!stage.exists("prefix/share"));
}

#[test]
fn pages_of_an_earlier_installation_do_not_outlive_it() {
    let stage = written();
    stage.install();
    fs::remove_file(stage.path("manuals/man/CreateServer.1")).unwrap();
    stage.install();
    assert!(!stage.exists(PAGE));
    assert!(stage.exists("prefix/share/man/man1/DestroyServer.1.gz"));
    stage.uninstall();
    assert!(!stage.exists("prefix"));
}

#[test]
fn a_page_that_somebody_else_put_there_stays() {
    let stage = written();
    fs::create_dir_all(stage.path("prefix/share/man/man1")).unwrap();
    stage.write(PAGE, "theirs", 0o600);
    let before = stage.snapshot("prefix");
    let build_home = format!("BUILD_HOME={}", stage.path("home").display());
    let output = stage.make("install", &[&build_home]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{output:?}");
    assert!(
        said.ends_with("/CreateServer.1.gz' is not from here and stays\n"),
        "{said}"
    );
    stage.uninstall();
    assert_eq!(stage.snapshot("prefix"), before);
}
