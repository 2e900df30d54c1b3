//! Machines that can be logged in to: a real ssh server for each, on an address of the loopback interface of its own.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::World;
use crate::simcloud_state::Machine;

/// The key that opens the machines of the sample build.
const KEY: &str = "keys/id_ed25519_AGILE_DEPLOYMENT_BUILD_KEY_test-build";

/// A bash that sshd starts reads the user's `.bashrc`, but none that another shell has started: what this machine's user has
/// there is not what a server has.
const NO_BASHRC: &str = "SHLVL=1";

/// Keys are exchanged in a tenth of the time that the quantum-safe way takes both sides.
const QUICK_EXCHANGE: &str = "KexAlgorithms curve25519-sha256";

/// The setting of an ssh server that runs a command of its own, whatever is asked for.
pub(super) const FORCE: &str = "ForceCommand";

/// A world whose machines answer to ssh.
pub struct Fleet {
    /// The world.
    pub world: World,
    /// The port that all of them listen at, `SSH_PORT`.
    pub port: u16,
    servers: Vec<Server>,
    /// The script that every login runs in place of what it asks for.
    pub(super) stage: Option<PathBuf>,
    /// What the servers that are started from now on have for scp.
    sftp: &'static str,
}

/// An ssh server, ended when dropped.
pub struct Server {
    /// The machine's name; a command that runs there finds it in `MACHINE`.
    pub name: String,
    /// Its address.
    pub address: Ipv4Addr,
    process: Child,
    directory: PathBuf,
}

impl Fleet {
    /// The sample build at `cloudhost` with a second webserver; every machine answers.
    pub fn at(cloudhost: &str) -> Self {
        Self::of(World::at(cloudhost))
    }

    /// The machines of `world`, and a second webserver; every machine answers.
    pub fn of(world: World) -> Self {
        Self::started(world, None)
    }

    /// As [`Fleet::of`], where every login runs the script `stage` in place of what it asks for.
    pub(super) fn started(world: World, stage: Option<PathBuf>) -> Self {
        let second = world.machine(7, &second_webserver(&world));
        world.edit_state(|state| state.machines.push(second));
        let port = free_port();
        world.edit_environment(|text| {
            let port = format!("SSH_PORT={port}");
            replaced(&text, "SSH_PORT=", &port)
        });
        std::fs::write(world.build("credentials/SERVERUSER"), user() + "\n").unwrap();
        make_key(&world.build(KEY));
        let names: Vec<String> = world.machines().into_iter().map(|it| it.name).collect();
        let mut fleet = Self {
            world,
            port,
            servers: Vec::new(),
            stage,
            sftp: "Subsystem sftp internal-sftp",
        };
        // All are started before any is waited for.
        for (number, name) in names.iter().enumerate() {
            fleet.servers.push(fleet.start(number, name));
        }
        for server in &mut fleet.servers {
            server.wait(port);
        }
        let addresses: Vec<(String, Ipv4Addr)> = fleet
            .servers
            .iter()
            .map(|it| (it.name.clone(), it.address))
            .collect();
        fleet.world.edit_state(|state| {
            for (name, address) in addresses {
                let mut machines = state.machines.iter_mut();
                let machine: &mut Machine = machines.find(|it| it.name == name).unwrap();
                machine.public_ip = address.to_string();
            }
        });
        fleet
    }

    /// The servers of the machines of one type, in the provider's order.
    pub fn servers_of(&self, label: &str) -> Vec<&Server> {
        let first = self.world.machine_name(label);
        let names = match label {
            "webserver" => vec![first, second_webserver(&self.world)],
            _ => vec![first],
        };
        self.servers
            .iter()
            .filter(|it| names.contains(&it.name))
            .collect()
    }

    /// The server of the first machine of a type.
    pub fn server(&self, label: &str) -> &Server {
        self.servers_of(label)[0]
    }

    /// Ends the server of a machine, which is then as good as gone.
    pub fn stop(&mut self, name: &str) {
        self.servers.retain(|server| server.name != name);
    }

    /// Gives a machine other host keys, as one that was made anew has.
    pub fn make_anew(&mut self, name: &str) {
        let number = self.servers.iter().position(|it| it.name == name).unwrap();
        drop(self.servers.remove(number));
        let mut server = self.start(number, name);
        server.wait(self.port);
        self.servers.insert(number, server);
    }

    /// Makes a machine anew whose server has no SFTP, or not where this line of its configuration says.
    pub fn lose_sftp(&mut self, name: &str, line: &'static str) {
        self.sftp = line;
        self.make_anew(name);
    }

    /// The file of the host keys of a machine that the helpers write.
    pub fn known_hosts(&self, prefix: &str, server: &Server) -> PathBuf {
        self.world
            .build(&format!("keys/{prefix}_{}keys", server.address))
    }

    fn start(&self, number: usize, name: &str) -> Server {
        let directory = self.world.path("sshd").join(name);
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).unwrap();
        make_key(&directory.join("host_key"));
        let address = address(number);
        let forced = self.stage.as_ref().map_or_else(String::new, |script| {
            format!("{FORCE} /bin/sh {}\n", script.display())
        });
        let configuration = format!(
            "{forced}ListenAddress {address}\nPort {port}\nHostKey {directory}/host_key\nAuthorizedKeysFile {key}.pub\nPidFile none\n\
             StrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n{sftp}\n\
             SetEnv MACHINE={name} {NO_BASHRC}\nPrintMotd no\nPrintLastLog no\n{QUICK_EXCHANGE}\n",
            port = self.port,
            sftp = self.sftp,
            directory = directory.display(),
            key = self.world.build(KEY).display(),
        );
        let file = directory.join("sshd_config");
        std::fs::write(&file, configuration).unwrap();
        let log = std::fs::File::create(directory.join("log")).unwrap();
        // Root's sshd wants it. An ordinary user's does without, and could not make it.
        let _ = std::fs::create_dir_all("/run/sshd");
        // Should the test itself be killed, `timeout` ends the server.
        let process = Command::new("timeout")
            .args(["300", "/usr/sbin/sshd", "-D", "-e", "-f"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Server {
            name: name.to_owned(),
            address,
            process,
            directory,
        }
    }
}

impl Server {
    fn wait(&mut self, port: u16) {
        let began = Instant::now();
        while TcpStream::connect((self.address, port)).is_err() {
            let ended = self.process.try_wait().unwrap();
            assert!(
                ended.is_none() && began.elapsed() < Duration::from_secs(60),
                "sshd does not answer ({ended:?}): {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What the server says about itself.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    /// How many times somebody logged in.
    pub fn logins(&self) -> usize {
        self.log().matches("Accepted publickey").count()
    }

    /// The fingerprint of its host key.
    pub fn fingerprint(&self) -> String {
        let output = Command::new("ssh-keygen")
            .args(["-l", "-f"])
            .arg(self.directory.join("host_key.pub"))
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.split_whitespace().nth(1).unwrap().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // `timeout` passes the signal on to the server; a kill would leave it behind.
        let _ = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        let _ = self.process.wait();
    }
}

/// The user that runs the tests, which is the only one that an ssh server of an ordinary user lets in.
pub fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn second_webserver(world: &World) -> String {
    world
        .machine_name("webserver")
        .replace("-init-1", "-init-2")
}

/// An address of this machine: every one under 127/8 is. No other test that runs now has it.
fn address(number: usize) -> Ipv4Addr {
    let [_, _, high, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, high.max(1), low, u8::try_from(number + 1).unwrap())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn make_key(path: &Path) {
    let _ = std::fs::remove_file(path);
    let status = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"])
        .arg(path)
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn replaced(text: &str, name: &str, line: &str) -> String {
    let lines = text
        .lines()
        .map(|old| if old.starts_with(name) { line } else { old });
    lines.map(|line| line.to_owned() + "\n").collect()
}
