//! What a tool does when an object does not arrive whole: the file that was there stays, and no half one is left.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use adt_helpers::command::Runner;
use adt_helpers::datastore::{Bucket, DatastoreTool};

use super::s3_server::{Keys, S3Server};
use super::{in_a_clean_environment, name, open};

/// What the object holds; nothing else that the server says has it in it.
const CONTENT: &[u8] = b"USERNAME:ux1 PASSWORD:p9x7c3v1bp DBNAME:n1\n";

/// What happens to it on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    Flipped,
    Cut,
    Refused,
}

#[test]
fn s3cmd_leaves_what_was_there_when_a_download_is_damaged() {
    in_a_clean_environment(
        "damage::s3cmd_leaves_what_was_there_when_a_download_is_damaged",
        || leaves_what_was_there(DatastoreTool::S3cmd, &[Damage::Flipped, Damage::Cut]),
    );
}

#[test]
fn s3cmd_leaves_what_was_there_when_a_download_is_refused() {
    in_a_clean_environment(
        "damage::s3cmd_leaves_what_was_there_when_a_download_is_refused",
        || leaves_what_was_there(DatastoreTool::S3cmd, &[Damage::Refused]),
    );
}

/// Nothing tells s5cmd of a flipped bit.
#[test]
fn s5cmd_leaves_what_was_there_when_a_download_fails() {
    in_a_clean_environment(
        "damage::s5cmd_leaves_what_was_there_when_a_download_fails",
        || leaves_what_was_there(DatastoreTool::S5cmd, &[Damage::Cut, Damage::Refused]),
    );
}

#[test]
fn rclone_leaves_what_was_there_when_a_download_is_damaged() {
    in_a_clean_environment(
        "damage::rclone_leaves_what_was_there_when_a_download_is_damaged",
        || {
            let all = [Damage::Flipped, Damage::Cut, Damage::Refused];
            leaves_what_was_there(DatastoreTool::Rclone, &all);
        },
    );
}

fn leaves_what_was_there(tool: DatastoreTool, damages: &[Damage]) {
    let server = S3Server::start(Keys::Any);
    let home = tempfile::tempdir().unwrap();
    let runner = Runner::default();
    let bucket: Bucket = "www-testwebsite-uk-linode-snap".parse().unwrap();
    let file = home.path().join("db_credentials.dat");
    std::fs::write(&file, CONTENT).unwrap();
    let direct = open(tool, home.path(), server.port);
    direct.create_bucket_if_absent(&runner, &bucket).unwrap();
    direct.upload(&runner, &file, &bucket, None).unwrap();
    let into = home.path().join("into");
    std::fs::create_dir(&into).unwrap();
    let here = into.join("db_credentials.dat");
    for damage in damages {
        // As long as what should arrive, so that its size gives nothing away.
        let older = vec![b'x'; CONTENT.len()];
        std::fs::write(&here, &older).unwrap();
        let hindered = open(tool, home.path(), between(server.port, *damage));
        let object = name("db_credentials.dat");
        let outcome = hindered.download(&runner, &bucket, &object, &into);
        assert!(outcome.is_err(), "{tool} {damage:?}: {outcome:?}");
        assert_eq!(std::fs::read(&here).unwrap(), older, "{tool} {damage:?}");
        let names = std::fs::read_dir(&into).unwrap().count();
        assert_eq!(names, 1, "{tool} {damage:?}: something is left");
        let whole = open(tool, home.path(), server.port);
        assert!(whole.download(&runner, &bucket, &object, &into).unwrap());
        assert_eq!(std::fs::read(&here).unwrap(), CONTENT);
    }
}

/// The port of somebody on the way to the server who does this damage, for as long as the test lasts.
fn between(server: u16, damage: Damage) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let client = client.unwrap();
            let server = TcpStream::connect(("127.0.0.1", server)).unwrap();
            let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || asking(from, to, damage));
            std::thread::spawn(move || answering(server, client, damage));
        }
    });
    port
}

/// Passes on what the tool asks, but for the object where that is refused.
fn asking(mut client: TcpStream, mut server: TcpStream, damage: Damage) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        let asked = &buffer[..count];
        let line = asked
            .split(|byte| *byte == b'\r')
            .next()
            .unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        if damage == Damage::Refused
            && line.starts_with("GET /")
            && line.contains("/db_credentials.dat ")
        {
            let refusal = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            let _ = client.write_all(refusal);
            break;
        }
        if server.write_all(asked).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

/// Passes on what the server says, but for the object's content.
fn answering(mut server: TcpStream, mut client: TcpStream, damage: Damage) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = server.read(&mut buffer) {
        let mut said = buffer[..count].to_vec();
        let content = said.windows(CONTENT.len()).position(|part| part == CONTENT);
        if let Some(at) = content {
            match damage {
                Damage::Flipped => said[at + 22] ^= 1,
                _ => said.truncate(at + CONTENT.len() / 2),
            }
        }
        if client.write_all(&said).is_err() || (content.is_some() && damage == Damage::Cut) {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}
