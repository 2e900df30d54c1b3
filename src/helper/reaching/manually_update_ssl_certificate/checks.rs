//! Whether a pair can serve a site: openssl is asked. The key goes to it on standard input alone.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;

use super::pair::Pair;
use crate::command::{Command, Output, Program, Runner, Tool};
use crate::console::dated;
use crate::files::{self, NewMode, PrivateFolder};
use crate::foreign_text::{beginning, first_words};

/// How long openssl may take to look at a certificate or a key.
const LIMIT: Duration = Duration::from_secs(60);

const OPENSSL: Tool = Tool {
    names: &["openssl"],
    variable: "ADT_OPENSSL",
    toolkit_path: "/usr/bin/openssl",
    install: "install the package openssl",
};

/// openssl, which looks at certificates and keys.
#[derive(Debug)]
pub(super) struct Openssl<'a> {
    program: Program,
    runner: &'a Runner,
}

impl<'a> Openssl<'a> {
    /// The installed one.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(runner: &'a Runner) -> anyhow::Result<Self> {
        let program = OPENSSL.find()?;
        Ok(Self { program, runner })
    }

    /// Refuses a pair that cannot serve `host` now; until when it can.
    ///
    /// # Errors
    /// When the certificate is not for that host, is not valid now, does not belong to the key or to the rest of the
    /// chain, or cannot be read.
    pub fn ensure_usable(&self, pair: &Pair, host: &str) -> anyhow::Result<Timestamp> {
        let leaf = pair.certificates().first();
        let leaf = leaf.context("there is no certificate")?;
        let (from, until) = self.dates(leaf)?;
        let now = Timestamp::now();
        ensure!(
            now < until,
            "the certificate has expired on {}; get a new one",
            dated(until)
        );
        ensure!(
            from <= now,
            "the certificate is not valid before {}; wait until then, or see whether this machine's clock is right",
            dated(from)
        );
        self.ensure_for(leaf, host)?;
        self.ensure_key(leaf, pair.key())?;
        self.ensure_order(pair.certificates())?;
        Ok(until)
    }

    /// From when and until when a certificate is valid.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn dates(&self, certificate: &str) -> anyhow::Result<(Timestamp, Timestamp)> {
        let words = ["x509", "-noout", "-dates", "-dateopt", "iso_8601"];
        let said = self.answer(&words, certificate, "the certificate cannot be read")?;
        let date = |name: &str| {
            let mut lines = said.lines();
            let date = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            let date = date.and_then(|date| date.trim().parse::<Timestamp>().ok());
            date.with_context(|| {
                format!(
                    "openssl does not say the certificate's {name}; version 3 or later is needed"
                )
            })
        };
        Ok((date("notBefore")?, date("notAfter")?))
    }

    fn ensure_for(&self, leaf: &str, host: &str) -> anyhow::Result<()> {
        // Newer versions leave with 1 where it is not.
        let output = self.asked(&["x509", "-noout", "-checkhost", host], leaf)?;
        let said = String::from_utf8_lossy(&output.stdout);
        if said.contains("does match certificate") {
            return Ok(());
        }
        let names = self.answer(
            &["x509", "-noout", "-subject", "-ext", "subjectAltName"],
            leaf,
            "the certificate's names cannot be read",
        );
        let names = names.unwrap_or_default();
        let names: Vec<&str> = names.split_whitespace().collect();
        bail!(
            "the certificate is not for {host}, but for: {}; the first certificate must be the site's own",
            beginning(&names.join(" "))
        )
    }

    fn ensure_key(&self, leaf: &str, key: &str) -> anyhow::Result<()> {
        let of_certificate = self.answer(
            &["x509", "-noout", "-pubkey"],
            leaf,
            "the certificate has no public key",
        )?;
        // With a password, though an empty one, it never asks for one.
        let of_key = self.answer(
            &["pkey", "-pubout", "-passin", "pass:"],
            key,
            "the private key cannot be read",
        )?;
        ensure!(
            of_certificate == of_key,
            "the private key is not the certificate's: their public keys differ; take the key with which the certificate was asked for"
        );
        Ok(())
    }

    /// Each certificate must be issued by the next.
    fn ensure_order(&self, certificates: &[String]) -> anyhow::Result<()> {
        let folder = PrivateFolder::temporary()?;
        let file = folder.path().join("next.pem");
        for (number, pair) in certificates.windows(2).enumerate() {
            let [certificate, next] = pair else {
                continue;
            };
            files::replace(&file, next.as_bytes(), NewMode::Secret)?;
            let place = file
                .to_str()
                .context("the temporary folder's name is not UTF-8")?;
            let words = [
                "verify",
                "-partial_chain",
                "-no-CAfile",
                "-no-CApath",
                "-no-CAstore",
                "-trusted",
                place,
            ];
            let output = self.asked(&words, certificate)?;
            ensure!(
                output.status == 0,
                "certificate {} of the chain is not vouched for by the next: {}; put them in order, the site's own first, each \
                 followed by its issuer's",
                number + 1,
                reason(&output)
            );
        }
        Ok(())
    }

    /// What openssl answers on standard output.
    fn answer(&self, words: &[&str], input: &str, failure: &str) -> anyhow::Result<String> {
        let output = self.asked(words, input)?;
        ensure!(output.status == 0, "{failure}: {}", reason(&output));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn asked(&self, words: &[&str], input: &str) -> anyhow::Result<Output> {
        let command = Command::reading(&self.program, words);
        let command = command.timeout(LIMIT).input(input);
        Ok(self.runner.run(&command)?)
    }
}

/// Why openssl refuses something, in its own words.
fn reason(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let mut lines = said.lines();
    let telling = lines.find(|line| line.starts_with("error ") || line.contains("error:"));
    first_words(
        telling
            .or_else(|| said.lines().next())
            .unwrap_or("openssl does not say why"),
    )
}
