//! What is planned: the variables of a build that decide whether it fits the snapshots.

use std::collections::BTreeMap;

use crate::names::MachineType;
use crate::toolkit::build_directory::BuildDirectory;
use crate::toolkit::build_environment::BuildEnvironment;
use crate::toolkit::first_boot::SWITCH;

/// The variables of a build that the rules look at.
pub const PLANNED_VARIABLES: [&str; 17] = [
    "ALGORITHM",
    "APPLICATION",
    "BUILDOS",
    "BUILDOS_VERSION",
    "BUILD_ARCHIVE_CHOICE",
    "BUILD_FROM_SNAPSHOT",
    "BUILD_IDENTIFIER",
    "CLOUDHOST",
    "DATABASE_INSTALLATION_TYPE",
    "MULTI_REGION",
    "NO_AUTHENTICATORS",
    "NO_AUTOSCALERS",
    "NO_REVERSE_PROXY",
    "NO_WEBSERVERS",
    "REGION",
    SWITCH,
    "WEBSERVER_CHOICE",
];

/// A build that is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    variables: BTreeMap<&'static str, String>,
    only: Option<MachineType>,
}

impl Plan {
    /// The plan in a build's variables.
    ///
    /// # Errors
    /// When one of them is not UTF-8.
    pub fn of(environment: &BuildEnvironment) -> anyhow::Result<Self> {
        let mut variables = BTreeMap::new();
        for name in PLANNED_VARIABLES {
            variables.insert(name, environment.text(name)?);
        }
        Ok(Self {
            variables,
            only: None,
        })
    }

    /// The plan for a build whose name and cloud are settled.
    #[must_use]
    pub fn at(mut self, build: &BuildDirectory) -> Self {
        let (cloudhost, identifier) = (build.cloudhost(), build.identifier());
        self.variables.insert("CLOUDHOST", cloudhost.to_string());
        self.variables
            .insert("BUILD_IDENTIFIER", identifier.to_string());
        self
    }

    /// The part of the plan that is about one machine type, for whoever is about to build just that.
    #[must_use]
    pub fn only(mut self, kind: MachineType) -> Self {
        self.only = Some(kind);
        self
    }

    /// The value of one of [`PLANNED_VARIABLES`], empty when it is not set.
    pub fn text(&self, name: &str) -> &str {
        self.variables.get(name).map_or("", String::as_str)
    }

    /// Whether the variable is `1`, which is how the scripts say yes.
    pub fn says_yes(&self, name: &str) -> bool {
        self.text(name) == "1"
    }

    /// The machine types that the build makes.
    pub fn machine_types(&self) -> Vec<MachineType> {
        let all = MachineType::ALL.into_iter();
        let planned = all.filter(|kind| match self.only {
            Some(only) => *kind == only,
            None => self.makes(*kind),
        });
        planned.collect()
    }

    /// Whether the build makes machines of a type. Beside a managed database there is a database machine too.
    pub fn makes(&self, kind: MachineType) -> bool {
        if let Some(name) = count_variable(kind) {
            return self.count(name).is_some_and(|count| count > 0);
        }
        let database = self.text("DATABASE_INSTALLATION_TYPE").trim();
        !database.is_empty() && !database.eq_ignore_ascii_case("none")
    }

    /// The variables that should be numbers of machines and are not; the scripts make none then.
    pub fn unreadable_counts(&self) -> Vec<&'static str> {
        let names = MachineType::ALL.into_iter().filter_map(count_variable);
        let unreadable = names.filter(|name| self.count(name).is_none());
        unreadable.collect()
    }

    /// How many machines a variable asks for; none when it is not set.
    fn count(&self, name: &str) -> Option<i64> {
        match self.text(name).trim() {
            "" => Some(0),
            number => number.parse().ok(),
        }
    }
}

/// The variable that says how many machines of a type there are; the database is one, if there is one.
fn count_variable(kind: MachineType) -> Option<&'static str> {
    match kind {
        MachineType::Authenticator => Some("NO_AUTHENTICATORS"),
        MachineType::ReverseProxy => Some("NO_REVERSE_PROXY"),
        MachineType::Autoscaler => Some("NO_AUTOSCALERS"),
        MachineType::Webserver => Some("NO_WEBSERVERS"),
        MachineType::Database => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(variables: &str) -> Plan {
        Plan::of(&BuildEnvironment::new(variables.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn a_type_is_planned_when_its_number_is_above_zero() {
        for (variables, expected) in [
            ("NO_AUTHENTICATORS=1\n", vec![MachineType::Authenticator]),
            ("NO_REVERSE_PROXY=2\n", vec![MachineType::ReverseProxy]),
            ("NO_AUTOSCALERS=1\n", vec![MachineType::Autoscaler]),
            ("NO_WEBSERVERS=10\n", vec![MachineType::Webserver]),
            ("NO_WEBSERVERS=0\nNO_AUTOSCALERS=-1\n", vec![]),
            ("NO_WEBSERVERS=\n", vec![]),
            ("NO_WEBSERVERS=many\n", vec![]),
            (
                "DATABASE_INSTALLATION_TYPE=Maria\n",
                vec![MachineType::Database],
            ),
            (
                "DATABASE_INSTALLATION_TYPE=DBaaS\n",
                vec![MachineType::Database],
            ),
            ("DATABASE_INSTALLATION_TYPE=None\n", vec![]),
            ("DATABASE_INSTALLATION_TYPE=\n", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(plan(variables).machine_types(), expected, "{variables}");
        }
    }

    #[test]
    fn a_number_that_is_none_is_named() {
        assert_eq!(
            plan("NO_WEBSERVERS=many\n").unreadable_counts(),
            ["NO_WEBSERVERS"]
        );
        assert_eq!(plan("NO_WEBSERVERS= 3 \n").unreadable_counts(), [""; 0]);
    }

    #[test]
    fn one_type_can_be_looked_at_alone() {
        let only = plan("NO_WEBSERVERS=1\nNO_AUTOSCALERS=1\n").only(MachineType::Webserver);
        assert_eq!(only.machine_types(), [MachineType::Webserver]);
    }
}
