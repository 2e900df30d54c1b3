//! An S3 server on the loopback interface (moto).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::tools::real_tool;

/// A key that the server knows no less than any other.
pub const ACCESS_KEY: &str = "ACCESSKEYOFTHETEST";

/// Whose keys the server accepts.
#[derive(Clone, Copy)]
pub enum Keys {
    /// Everybody's.
    Any,
    /// Nobody's.
    None,
}

/// An S3 server on a free port of this machine, ended with what it started when dropped.
pub struct S3Server {
    process: Child,
    pub port: u16,
    _directory: tempfile::TempDir,
}

impl S3Server {
    /// Starts it and waits, at most a minute, until it answers.
    pub fn start(keys: Keys) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("log");
        let sink = std::fs::File::create(&log).unwrap();
        // Should the test itself be killed, `timeout` ends the server.
        let mut command = Command::new("timeout");
        command
            .arg("300")
            .arg(real_tool("moto_server"))
            .args(["-H", "127.0.0.1", "-p", "0"])
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(sink.try_clone().unwrap())
            .stderr(sink);
        if matches!(keys, Keys::None) {
            command.env("INITIAL_NO_AUTH_ACTION_COUNT", "0");
        }
        let process = command.spawn().unwrap();
        let mut server = Self {
            process,
            port: 0,
            _directory: directory,
        };
        server.port = server.wait_for_port(&log);
        server
    }

    fn wait_for_port(&mut self, log: &Path) -> u16 {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(60) {
            let said = std::fs::read_to_string(log).unwrap();
            let port = said
                .split_once("Running on http://127.0.0.1:")
                .and_then(|(_, rest)| rest.split_once('\n'))
                .and_then(|(port, _)| port.trim().parse().ok());
            if let Some(port) = port.filter(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
            {
                return port;
            }
            if let Some(status) = self.process.try_wait().unwrap() {
                panic!("the S3 server ended with {status}: {said}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the S3 server is not ready after a minute")
    }

    /// What it answers to a plain GET, past the tools and the library.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", b"")
    }

    /// Puts an object past the tools and the library; the status it answers.
    #[allow(dead_code, reason = "not every test that starts a server puts objects")]
    pub fn put(&self, path: &str, media_type: &str, content: &[u8]) -> u16 {
        let headers = format!(
            "Content-Type: {media_type}\r\nContent-Length: {}\r\n",
            content.len()
        );
        self.ask("PUT", path, &headers, content).status
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: AWS {ACCESS_KEY}:x\r\n{headers}\r\n"
        )
        .unwrap();
        stream.write_all(body).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let head_end = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
        Answer {
            modified: head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(header, _)| header.eq_ignore_ascii_case("Last-Modified"))
                .map(|(_, value)| value.to_owned()),
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            body: bytes[head_end + 4..].to_vec(),
        }
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let group = i32::try_from(self.process.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        if let Some(group) = group {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.process.wait();
    }
}

/// An HTTP answer.
pub struct Answer {
    pub status: u16,
    /// When the object was written, as HTTP has it.
    pub modified: Option<String>,
    pub body: Vec<u8>,
}
