use proptest::prelude::*;

use super::*;

fn environment(content: &[u8]) -> BuildEnvironment {
    BuildEnvironment::new(content.to_vec())
}

fn values(content: &[u8], name: &str) -> Vec<Vec<u8>> {
    environment(content).values(name.as_bytes()).collect()
}

#[test]
fn a_value_is_all_after_the_first_equals_sign_without_quotes() {
    let content =
        b"GIT_USER=Wintersys ADT User\nTOKEN=a=b=\"c\"==\nREGION=\nS='q' $x `y`\r\nLAST=no newline";
    assert_eq!(
        values(content, "GIT_USER"),
        [b"Wintersys ADT User".to_vec()]
    );
    assert_eq!(values(content, "TOKEN"), [b"a=b=c==".to_vec()]);
    assert_eq!(values(content, "REGION"), [b"".to_vec()]);
    assert_eq!(values(content, "S"), [b"'q' $x `y`\r".to_vec()]);
    assert_eq!(values(content, "LAST"), [b"no newline".to_vec()]);
}

#[test]
fn a_name_is_neither_a_pattern_nor_a_suffix_nor_exported() {
    let content = b"PRIMARY_REGION=0\nexport REGION=x\n REGION=y\nREGIONS=z\n";
    assert!(values(content, "REGION").is_empty());
    assert!(values(content, "PRIMARY.REGION").is_empty());
    assert!(values(content, "").is_empty());
}

#[test]
fn every_definition_is_a_value_in_file_order() {
    assert_eq!(
        values(b"A=1\nB=2\nA=3\n", "A"),
        [b"1".to_vec(), b"3".to_vec()]
    );
}

#[test]
fn setting_replaces_in_place_and_touches_no_other_line() {
    let old = environment(b"PRIMARY_REGION=0\nREGION=lon1\nMULTI_REGION=0\n\xff\xfe=kept\r\n");
    let new = old.with(&Assignment::parse(b"REGION=a/b&c\\n").unwrap());
    assert_eq!(
        new.as_bytes(),
        b"PRIMARY_REGION=0\nREGION=a/b&c\\n\nMULTI_REGION=0\n\xff\xfe=kept\r\n"
    );
}

#[test]
fn setting_what_is_not_there_appends_a_line_of_its_own() {
    let new = environment(b"A=1").with(&Assignment::parse(b"SNAPSHOT_ID=private/123").unwrap());
    assert_eq!(new.as_bytes(), b"A=1\nSNAPSHOT_ID=private/123\n");
    let first = environment(b"").with(&Assignment::parse(b"B=").unwrap());
    assert_eq!(first.as_bytes(), b"B=\n");
}

#[test]
fn what_is_no_assignment_is_refused_without_showing_the_value() {
    for argument in [
        &b""[..],
        b"NAME",
        b"=x",
        b"A B=x",
        b"1A=x",
        b"A-B=x",
        b"A=x\nEVIL=y",
        b"A=x\0",
    ] {
        assert!(
            Assignment::parse(argument).is_err(),
            "{}",
            argument.escape_ascii()
        );
    }
    let refusal = Assignment::parse(b"DB_PASSWORD=hunter2\nX=1")
        .unwrap_err()
        .to_string();
    assert!(!refusal.contains("hunter2"), "{refusal}");
}

proptest! {
    #[test]
    fn what_is_set_is_read_back_and_the_rest_stays(
        content in proptest::collection::vec(any::<u8>(), 0..200),
        name in "[A-Za-z_][A-Za-z0-9_]{0,12}",
        value in "[^\"\n\0]{0,40}",
    ) {
        let old = environment(&content);
        let assignment = Assignment::parse(format!("{name}={value}").as_bytes()).unwrap();
        let new = old.with(&assignment);
        let read = new.values(name.as_bytes()).next().unwrap();
        prop_assert_eq!(read, value.into_bytes());
        prop_assert_eq!(new.with(&assignment), new.clone());
        let others = |environment: &BuildEnvironment| -> Vec<Vec<u8>> {
            environment.as_bytes().split(|byte| *byte == b'\n').filter(|line| value_in(line, name.as_bytes()).is_none()).filter(|line| !line.is_empty())
                .map(<[u8]>::to_vec).collect()
        };
        prop_assert_eq!(others(&old), others(&new));
    }
}

#[test]
fn a_value_that_a_shell_acts_upon_is_not_inert() {
    for value in ["", "Xk3JdQ9sPzLw8RtYv2NX", "admin:::app", "a/b+c=,@%!#-_.^"] {
        assert!(is_inert(value.as_bytes()), "{value}");
    }
    for value in [
        "a b", "a\tb", "a\nb", "$(id)", "`id`", "a;b", "a&b", "a|b", "<a", ">a", "a'b", "a\"b",
        "a\\", "~root", "(", "\0", "\u{7f}",
    ] {
        assert!(!is_inert(value.as_bytes()), "{value:?}");
    }
}
