use proptest::prelude::*;

use super::*;

fn value_of(content: &str, name: &str) -> Option<String> {
    match Template::parse(content.as_bytes()).values.remove(name)? {
        Setting::Literal(value) => Some(value),
        _ => None,
    }
}

#[test]
fn values_are_taken_as_they_are_written() {
    for (line, expected) in [
        ("export A=\"x\"  # comment", "x"),
        ("export A=\"x\"  #site's \"name\"", "x"),
        ("A=x", "x"),
        ("  export\tA='x y'", "x y"),
        ("export A=\"\"", ""),
        ("export A=", ""),
        ("export A=  # nothing", ""),
        ("export A=#1", "#1"),
        ("export A=a\\ b\\$c", "a b$c"),
        ("export A=\"a\"'b'c", "abc"),
        ("export A=\"5 $ a\"", "5 $ a"),
        ("export B=1 A=2", "2"),
        ("A=1; A=3\nA=2", "2"),
        ("if true; then A=1; fi\nA=2", "2"),
        ("A=1 # comment\r\n\r\nB=1\r", "1"),
        (". ./other\nA=2", "2"),
        ("A=2\nB=$(date)\necho 'A=3'", "2"),
        ("A=2\nexit\nB=3", "2"),
        ("export A='$HOME \\$ \\ \\n\\'", "$HOME \\$ \\ \\n\\"),
        ("export A=\"\\$5 \\\"q\\\" \\\\ \\n\"", "$5 \"q\" \\ \\n"),
        ("export A=\"Bob's site\"", "Bob's site"),
        ("export A=\"a#b\"", "a#b"),
        ("export A=\"a|b:c=d\"", "a|b:c=d"),
        ("export A=\"\u{a3}\"", "\u{a3}"),
        ("export A=\"1\"\nexport A=\"2\"", "2"),
    ] {
        assert_eq!(value_of(line, "A").as_deref(), Some(expected), "{line}");
    }
}

#[test]
fn a_line_that_sets_nothing_is_none_of_ours() {
    let content = "#!/bin/sh\n# A=\"x\"\n\nexport A\necho A=1\n1A=x\n=x\n\u{fc}=x\n\r\nunset B\n[ \"$A\" = 1 ]\n";
    assert_eq!(Template::parse(content.as_bytes()), Template::default());
}

#[test]
fn what_only_a_shell_can_read_is_named_with_its_line_and_without_its_value() {
    for value in [
        "hunter two",
        "\"hunter",
        "'hunter",
        "$hunter",
        "\"${hunter}\"",
        "\"`hunter`\"",
        "\"$(hunter)\"",
        "~hunter",
        "hunter*",
        "a;hunter",
        "hunter&",
        "\"a\nhunter\"",
        "\"$1hunter\"",
        "1\nREGION=a command hunter",
        "1\nread REGION",
        "1\nif hunter\nthen\nREGION=2\nfi",
        "1\n: ${REGION:=hunter}",
        "1\n. ./hunter",
        "1\n[ -f hunter ] && . hunter",
        "1\nexit\nREGION=hunter",
        "1\n[ hunter ] || return\nREGION=2",
        "1\ncat <<X\nREGION=hunter\nX",
        "1\nf() {\nREGION=hunter\n}\nf",
        "1\nf () { :; }\nREGION=hunter",
        "1\n(\nREGION=hunter\n)",
        "1\nfor REGION in hunter\ndo :\ndone",
        "1\nB=\"$(echo \"x REGION=hunter\")\"",
        "1\nB=`echo\nREGION=hunter`",
        "\"1\"\r",
        "\"1\"\r\nexport B=2\r",
    ] {
        let template = Template::parse(format!("# c\nexport REGION={value}\n").as_bytes());
        let why = template
            .ensure_readable(&["REGION"])
            .unwrap_err()
            .to_string();
        assert!(why.starts_with("line ") && why.contains("REGION"), "{why}");
        assert!(!why.contains("hunter"), "{why}");
        assert_eq!(template.environment().text("REGION").unwrap(), "");
        if !value.contains(". ") {
            template.ensure_readable(&["BUILDOS"]).unwrap();
        }
    }
    let template = Template::parse(b"export A=\"\xff\"\nexport B=\"\0\"");
    assert!(template.ensure_readable(&["A"]).is_err());
    assert!(template.ensure_readable(&["B"]).is_err());
}

/// Lines that decide whether another one is run, and what it does.
const AROUND: &[&str] = &[
    "A=1",
    "export A=2 # '",
    "A='3",
    "'",
    "\"",
    "exit",
    "return",
    "false || return",
    "echo exit; A=4",
    "if false; then",
    "if false",
    "then A=5",
    "then",
    "else",
    "fi",
    "for A in 6; do",
    "while false",
    "do",
    "done",
    "case a in",
    "b) A=7",
    ";;",
    "*)",
    "esac",
    "f() {",
    "f()",
    "{",
    "}",
    "f",
    "A=8; }",
    "(",
    ")",
    "cat <<X",
    "X",
    "A=$(echo",
    "A=`echo",
    "`",
    "true && A=9",
    "unset A",
    "export A",
    "echo A=10",
    "eval A=11",
    ": ${A=12}",
    ": $((A=13))",
    "A=14 true",
    "A=15 \\",
    "true | {",
];

/// What `sh` has of `A` after it sourced `content`.
#[allow(
    clippy::disallowed_methods,
    reason = "the shell is what the reader is held to"
)]
fn shells_own(content: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("template");
    std::fs::write(&file, content).unwrap();
    let script = ". \"$1\" >/dev/null 2>&1; printf '[%s]' \"$A\"";
    let output = std::process::Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(&file)
        .env_clear()
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.strip_prefix('[')?.strip_suffix(']')?.to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_around_an_assignment_a_value_is_what_the_shell_has(
        lines in proptest::collection::vec(proptest::sample::select(AROUND), 1..8),
    ) {
        let content = lines.join("\n") + "\n";
        if let Some(shells) = shells_own(&content) {
            let template = Template::parse(content.as_bytes());
            if template.ensure_readable(&["A"]).is_ok() {
                let read = value_of(&content, "A").unwrap_or_default();
                prop_assert_eq!(read, shells, "{}", content);
            }
        }
    }

    #[test]
    fn a_value_is_what_the_shell_has(content in "((export )?[AB]=[\"' $;~A#\\\\\r]{0,6}[\r]?\n){1,3}") {
        if let (Some(read), Some(shells)) = (value_of(&content, "A"), shells_own(&content)) {
            prop_assert_eq!(read, shells, "{}", content);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_template(content in proptest::collection::vec(any::<u8>(), 0..300)) {
        let environment = Template::parse(&content).environment();
        prop_assert!(environment.text("A").is_ok());
    }

    #[test]
    fn any_shell_like_text_is_a_template(content in "(export )?[AB]=[\"'$\\\\{} #nA-C\\n]{0,30}") {
        let environment = Template::parse(content.as_bytes()).environment();
        prop_assert!(environment.text("A").is_ok());
    }

    #[test]
    fn a_quoted_value_is_read_back_literally(value in "[^\\p{Cc}\"\\\\$`]{0,40}") {
        let content = format!("export A=\"{value}\"  # c'\n");
        prop_assert_eq!(value_of(&content, "A"), Some(value.clone()));
        if !value.contains('\'') {
            prop_assert_eq!(value_of(&format!("A='{value}'"), "A"), Some(value));
        }
    }
}
