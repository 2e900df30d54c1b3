//! A small stand-in for Linode's API v4 on the loopback interface: what `linode-cli` asks of it when snapshots are taken
//! and machines are looked up, with the troubles a test wants.

mod account;
mod http;

use std::fmt::Write as _;
use std::io::Read;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use account::{Account, Image, Linode};
use http::{Answer, Request};

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// What goes wrong with a request.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What the request line must hold, such as `POST /v4/images`.
    pub on: &'static str,
    /// How many requests meet it.
    pub times: usize,
    /// What comes back.
    pub trouble: Trouble,
    /// Whether the work is done all the same, and only the answer is lost.
    pub is_done: bool,
}

/// What comes back instead of an answer.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    /// An error as the API words it.
    Status(u16),
    /// Too many requests; come back in so many seconds.
    TooMany { retry_after: u32 },
    /// The error page of a gateway.
    Html502,
    /// Half of the answer.
    Cut,
    /// Nothing, until whoever asked gives up.
    Silence,
}

/// The stand-in, ended when dropped.
pub struct LinodeApi {
    /// Where it listens.
    pub port: u16,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    account: Mutex<Account>,
    faults: Mutex<Vec<Fault>>,
    log: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

impl LinodeApi {
    /// Starts it with what the account has.
    pub fn start(account: Account) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            account: Mutex::new(account),
            ..Shared::default()
        });
        let shared_too = Arc::clone(&shared);
        let listening = std::thread::spawn(move || shared_too.listen(&listener));
        Self {
            port,
            shared,
            listening: Some(listening),
        }
    }

    /// What the account has.
    pub fn account(&self) -> MutexGuard<'_, Account> {
        self.shared.account.lock().unwrap()
    }

    /// Lets requests go wrong from now on, instead of those that did before.
    pub fn faults(&self, faults: &[Fault]) {
        *self.shared.faults.lock().unwrap() = faults.to_vec();
    }

    /// The requests so far: method, target, what was filtered or sent, and what came back.
    pub fn log(&self) -> Vec<String> {
        self.shared.log.lock().unwrap().clone()
    }

    /// The requests so far that `start` so.
    pub fn requests(&self, start: &str) -> Vec<String> {
        let log = self.log().into_iter();
        log.filter(|line| line.starts_with(start)).collect()
    }

    /// Waits until a request that starts so has come in.
    pub fn wait_for(&self, start: &str) {
        let began = Instant::now();
        while self.requests(start).is_empty() {
            let log = self.log();
            assert!(began.elapsed() < PATIENCE, "no '{start}' among {log:#?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for LinodeApi {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

impl Shared {
    fn listen(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.is_over.load(Ordering::SeqCst) {
                return;
            }
            if let Ok(stream) = stream {
                let shared = Arc::clone(self);
                std::thread::spawn(move || shared.serve(stream));
            }
        }
    }

    /// One request, one answer: the connection is not kept.
    fn serve(&self, mut stream: TcpStream) {
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let Some(request) = Request::read(&mut stream) else {
            return;
        };
        let fault = self.next_fault(&request);
        let is_done = fault.as_ref().is_none_or(|fault| fault.is_done);
        let answer = is_done.then(|| self.account.lock().unwrap().answer(&request));
        let trouble = fault.map(|fault| fault.trouble);
        let said = match trouble {
            Some(Trouble::Status(status)) => Some(Answer::error(status, "Out of order")),
            Some(Trouble::TooMany { retry_after }) => {
                Some(Answer::error(429, "Too many requests").retry_after(retry_after))
            }
            Some(Trouble::Html502) => Some(Answer::html(502, "<html>Bad Gateway</html>")),
            Some(Trouble::Cut | Trouble::Silence) | None => None,
        };
        let said = said.or(answer).unwrap_or_default();
        self.note(&request, trouble, said.status);
        match trouble {
            Some(Trouble::Silence) => self.say_nothing(&mut stream),
            Some(Trouble::Cut) => said.write_half(&mut stream),
            _ => said.write(&mut stream),
        }
        let _ = stream.shutdown(Shutdown::Write);
    }

    fn next_fault(&self, request: &Request) -> Option<Fault> {
        let line = request.line();
        let mut faults = self.faults.lock().unwrap();
        let fault = faults
            .iter_mut()
            .find(|fault| fault.times > 0 && line.contains(fault.on))?;
        fault.times -= 1;
        Some(fault.clone())
    }

    fn note(&self, request: &Request, trouble: Option<Trouble>, status: u16) {
        let mut line = request.line();
        if let Some(filter) = request.header("x-filter") {
            let _ = write!(line, " {filter}");
        }
        if !request.body.is_empty() {
            let _ = write!(line, " {}", String::from_utf8_lossy(&request.body));
        }
        let _ = match trouble {
            Some(Trouble::Silence) => write!(line, " -> silence"),
            _ => write!(line, " -> {status}"),
        };
        self.log.lock().unwrap().push(line);
    }

    /// Waits until the other side hangs up, or the stand-in ends.
    fn say_nothing(&self, stream: &mut TcpStream) {
        let _ = stream.set_read_timeout(Some(Duration::from_millis(50)));
        let began = Instant::now();
        while began.elapsed() < PATIENCE && !self.is_over.load(Ordering::SeqCst) {
            match stream.read(&mut [0; 64]) {
                Ok(0) => return,
                Ok(_) => {}
                Err(why) if why.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}
