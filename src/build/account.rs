//! How a build is known at its provider.

use super::Build;
use crate::cloud::Account;
use crate::names::Region;

impl Build {
    /// The account of a build whose machines are there: the zone is the one that they are in.
    ///
    /// # Errors
    /// When the zone is not known, or a file of the build is there and cannot be read.
    pub fn account(&self) -> anyhow::Result<Account> {
        self.account_in(Some(self.current_region()?))
    }

    /// The account for a question that needs no build: a CLI that is set up does without its zone and token.
    ///
    /// # Errors
    /// When the token is there and cannot be read.
    pub fn account_as_far_as_known(&self) -> anyhow::Result<Account> {
        self.account_in(self.current_region().ok())
    }

    /// The account of a build that is planned: the zone is the one it plans, not the one it was in before, and its
    /// token may be a variable that no step has written to its file yet.
    ///
    /// # Errors
    /// When a file of the build is there and cannot be read.
    pub fn planned_account(&self) -> anyhow::Result<Account> {
        let planned_zone = self.environment().text("REGION")?.parse().ok();
        let account = self.account_in(planned_zone)?;
        let planned_token = self.environment().values(b"TOKEN").next();
        let planned_token = planned_token.filter(|token| !token.is_empty());
        Ok(Account {
            token: account.token.or(planned_token),
            token_place: account
                .token_place
                .or_else(|| Some("the variable TOKEN of the build".to_owned())),
            ..account
        })
    }

    fn account_in(&self, zone: Option<Region>) -> anyhow::Result<Account> {
        Ok(Account {
            zone,
            token: self.directory().token()?,
            token_place: self.directory().token_place(),
        })
    }
}
