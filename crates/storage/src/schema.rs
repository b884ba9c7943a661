//! Whether a database's schema is the one that this version knows.

use countersign_migrations::Migrator;
use sea_orm_migration::MigratorTrait as _;

use crate::Error;

/// Which steps of the schema a database has, against those that this version knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// Steps that are still to be taken.
    pub missing: Vec<String>,
    /// Steps that a newer version took.
    pub newer: Vec<String>,
}

/// The steps that were taken; asked where the table of them is.
pub(crate) const TAKEN: &str = "SELECT version FROM seaql_migrations ORDER BY version";

impl Schema {
    pub(crate) fn of(taken: &[String]) -> Self {
        let known: Vec<String> = Migrator::migrations()
            .iter()
            .map(|step| step.name().to_owned())
            .collect();
        let without = |all: &[String], others: &[String]| {
            let rest = all.iter().filter(|step| !others.contains(step));
            rest.cloned().collect()
        };
        Self {
            missing: without(&known, taken),
            newer: without(taken, &known),
        }
    }

    /// What is wrong, and what to do, where a newer version was here.
    pub fn ahead(&self) -> Option<(String, &'static str)> {
        (!self.newer.is_empty()).then(|| {
            let what = format!(
                "a newer version made the schema of this database: countersign {} does not know its {}",
                env!("CARGO_PKG_VERSION"),
                self.newer.join(", ")
            );
            let remedy = "start that version, or a later one; to stay with this one, restore the backup from before the update";
            (what, remedy)
        })
    }

    /// Refuses to work on what a newer version made.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.ahead() {
            Some((what, remedy)) => Err(Error::Setup(format!("{what}: {remedy}"))),
            None => Ok(()),
        }
    }
}
