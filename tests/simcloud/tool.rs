//! What every simulated tool is: a parser of argument lists that yields a call.

use crate::answer::{Answer, Failure};
use crate::cloud::Cloud;
use crate::state::Provider;
use crate::{doctl, exo, linode, rclone, s3cmd, s5cmd, vultr};

/// A call that was understood.
pub trait Call {
    /// Whether it changes something.
    fn mutates(&self) -> bool;

    /// What it does and prints when all is well.
    fn run(&self, cloud: &mut Cloud) -> Answer;

    /// What it prints when the API fails.
    fn fails(&self, failure: Failure) -> Answer;

    /// What it prints after a partial list; exo alone says something.
    fn partial(&self, answer: Answer) -> Answer {
        answer
    }
}

/// Understands the argument list of a tool, or says what is odd about it.
pub type Parse = fn(&[String]) -> Result<Box<dyn Call>, String>;

#[derive(Clone, Copy)]
pub struct Tool {
    pub name: &'static str,
    pub parse: Parse,
    /// None: a datastore tool.
    pub provider: Option<Provider>,
    /// Whether the tool repeats a POST by itself after a 5xx.
    pub repeats: bool,
}

pub const TOOLS: [Tool; 8] = [
    Tool {
        name: "doctl",
        parse: doctl::parse,
        provider: Some(Provider::DigitalOcean),
        repeats: true,
    },
    Tool {
        name: "exo",
        parse: exo::parse,
        provider: Some(Provider::Exoscale),
        repeats: true,
    },
    Tool {
        name: "linode-cli",
        parse: linode::parse,
        provider: Some(Provider::Linode),
        repeats: false,
    },
    Tool {
        name: "vultr",
        parse: vultr::parse,
        provider: Some(Provider::Vultr),
        repeats: true,
    },
    Tool {
        name: "vultr-cli",
        parse: vultr::parse,
        provider: Some(Provider::Vultr),
        repeats: true,
    },
    Tool {
        name: "s3cmd",
        parse: s3cmd::parse,
        provider: None,
        repeats: true,
    },
    Tool {
        name: "s5cmd",
        parse: s5cmd::parse,
        provider: None,
        repeats: true,
    },
    Tool {
        name: "rclone",
        parse: rclone::parse,
        provider: None,
        repeats: true,
    },
];
