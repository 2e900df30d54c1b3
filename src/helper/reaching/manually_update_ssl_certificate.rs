//! `ManuallyUpdateSSLCertificate`: a certificate that a person has, in place of a site's (contract 02 §2.12, 10 §2.10).
//!
//! Certificates are where a build looks for them, in two buckets from which machines fetch them, and on the machines. The
//! buckets come before the machines: each night a webserver takes what the bucket has.

mod checks;
mod machines;
mod pair;
mod places;

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Parser;
use jiff::Timestamp;

use self::checks::Openssl;
use self::machines::Delivery;
use self::pair::Pair;
use self::places::Places;
use crate::ask;
use crate::build::stores;
use crate::command;
use crate::console::{self, dated};
use crate::foreign_text::beginning;
use crate::names::WebsiteUrl;
use crate::reach::infrastructure::called;
use crate::reach::{BuildChoice, Host, Reach, active_unless_named};

/// Puts a certificate of your own, and its key, in place of a site's: on this machine, in the build's buckets, and on the
/// machines that serve it, whose webservers are reloaded.
///
/// First it is made sure that the key is the certificate's, that the certificate is for the site and valid now, and that
/// the chain is in order. If not, nothing is changed. The old files are kept beside the new, called '.previous.' and the date.
///
/// The build is the active one, unless --build names another. What else is not given is asked for.
#[derive(Debug, Parser)]
#[command(
    name = "ManuallyUpdateSSLCertificate",
    version,
    after_help = "Examples:\n  ManuallyUpdateSSLCertificate\n  ManuallyUpdateSSLCertificate --chain fullchain.pem --key privkey.pem --dry-run\n  ManuallyUpdateSSLCertificate --cloudhost vultr --build prod --url www.example.com --chain fullchain.pem --key privkey.pem --yes"
)]
pub struct Arguments {
    #[command(flatten)]
    build: BuildChoice,

    /// The address that the certificate is for; asked for when not given
    #[arg(long, value_name = "URL")]
    url: Option<WebsiteUrl>,

    /// The file of the certificates, the site's own first; read from standard input when not given
    #[arg(long, value_name = "FILE", requires = "key")]
    chain: Option<PathBuf>,

    /// The file of the private key; read from standard input when not given
    #[arg(long, value_name = "FILE", requires = "chain")]
    key: Option<PathBuf>,

    /// Who logs in; the servers' user of the build when not given
    #[arg(long, value_name = "USER")]
    user: Option<String>,

    /// Trust the host keys that the machines show now, whatever is known of them
    #[arg(long)]
    accept_host_key: bool,

    /// Do it without asking
    #[arg(long)]
    yes: bool,

    /// Check the certificate and say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Checks the pair, and puts it everywhere.
///
/// # Errors
/// When a check fails or it is not agreed to, which changes nothing; when it does not get everywhere.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    command::watch_for_interrupts()?;
    let choice = active_unless_named(&arguments.build)?;
    let reach = Reach::of(&choice, arguments.user.as_deref())?;
    let openssl = Openssl::find(&reach.runner)?;
    let places = Places::of(&reach.build, url(&reach, arguments)?)?;
    show_present(&places, &openssl)?;
    let pair = match (&arguments.chain, &arguments.key) {
        (Some(chain), Some(key)) => Pair::of_files(chain, key)?,
        _ => Pair::asked_for()?,
    };
    let until = openssl
        .ensure_usable(&pair, places.url.as_str())
        .context("nothing was changed")?;
    console::say(format_args!(
        "The new certificate is for {} and valid until {}.",
        places.url,
        dated(until)
    ));
    if pair.certificates().len() == 1 {
        console::say(format_args!(
            "It comes without its issuer's, which browsers may want; paste the whole chain if there is one."
        ));
    }
    let machines = reach.machines_once(&places.kinds)?;
    if arguments.dry_run {
        return plan(&places, &machines);
    }
    put_everywhere(&reach, &places, &pair, &machines, arguments)
}

/// The address, which must be one that the build's machines serve.
fn url(reach: &Reach, arguments: &Arguments) -> anyhow::Result<WebsiteUrl> {
    let urls = places::addresses_of(&reach.build)?;
    let names: Vec<&str> = urls.iter().map(WebsiteUrl::as_str).collect();
    let names = names.join(" ");
    if let Some(given) = &arguments.url {
        ensure!(
            urls.contains(given),
            "the build serves no '{}'; expected one of: {names}",
            beginning(given.as_str())
        );
        return Ok(given.clone());
    }
    console::say(format_args!("The build has these addresses: {names}"));
    let usual = urls.first().context("the build has no address")?;
    loop {
        let answer = ask::text(&format!(
            "Which one is the certificate for? (nothing for {usual})"
        ))?;
        if answer.is_empty() {
            return Ok(usual.clone());
        }
        if let Some(url) = urls.iter().find(|url| url.as_str() == answer) {
            return Ok(url.clone());
        }
        console::say(format_args!("That is not one of: {names}"));
    }
}

/// Says until when the certificate is valid that is there now.
fn show_present(places: &Places, openssl: &Openssl<'_>) -> anyhow::Result<()> {
    let Some(chain) = places.present_chain()? else {
        console::say(format_args!("This machine has no certificate for it yet."));
        return Ok(());
    };
    match openssl.dates(&chain) {
        Ok((_, until)) => console::say(format_args!(
            "The certificate that is there now is valid until {}.",
            dated(until)
        )),
        // It is to be replaced in any case.
        Err(why) => console::say(format_args!("The certificate that is there now: {why:#}")),
    }
    Ok(())
}

fn plan(places: &Places, machines: &[Host]) -> anyhow::Result<()> {
    let on_machines = machines.iter();
    let on_machines = on_machines.map(|it| format!("would be replaced on {}", called(it)));
    Ok(console::print_lines(
        places.planned().into_iter().chain(on_machines),
    )?)
}

fn put_everywhere(
    reach: &Reach,
    places: &Places,
    pair: &Pair,
    machines: &[Host],
    arguments: &Arguments,
) -> anyhow::Result<()> {
    // What each of them would fail for is found out now.
    let store = stores::first(reach.build.home()).context("nothing was changed")?;
    if !machines.is_empty() {
        reach.root_password().context("nothing was changed")?;
    }
    if !arguments.yes {
        agreed(machines)?;
    }
    let date = Timestamp::now().strftime("%Y-%m-%dT%H-%M-%SZ").to_string();
    command::on_interrupt_say("stopped; run this again, so that the new certificate is everywhere");
    places.put_here(pair, &date)?;
    places
        .upload(&store, &reach.runner)
        .context("the new certificate is on this machine alone; run this again")?;
    if machines.is_empty() {
        console::say(format_args!(
            "No machine that serves it is running; new ones fetch it from the bucket."
        ));
        return Ok(());
    }
    let delivery = Delivery {
        reach,
        pair,
        url: places.url.as_str(),
        date: &date,
        accepts_new_keys: arguments.accept_host_key,
    };
    delivery.to_all(machines)
}

fn agreed(machines: &[Host]) -> anyhow::Result<()> {
    let names: Vec<String> = machines.iter().map(called).collect();
    let names = match names.as_slice() {
        [] => "no machine is running".to_owned(),
        names => format!("on {}", names.join(", ")),
    };
    let answer = ask::text(&format!(
        "It replaces the one on this machine, in the buckets, and {names}: press Enter to have it done, or n to leave it"
    ))?;
    ensure!(
        !["n", "no"].contains(&answer.to_ascii_lowercase().as_str()),
        "nothing was changed, since the answer was no"
    );
    Ok(())
}
