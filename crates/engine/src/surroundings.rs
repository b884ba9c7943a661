//! What a file is checked against: all of it data.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use countersign_kernel::calendar::Calendar;
use countersign_kernel::catalogue::{ActionType, EventType};
use countersign_kernel::directory::Directory;
use countersign_kernel::money::Currency;

use crate::circles::Outline;
use crate::definition::{FormSummary, People, Signature};
use crate::table::Tables;

/// What is known around a file when it is checked.
#[derive(Debug, Clone)]
pub struct Surroundings {
    pub events: Vec<EventType>,
    pub actions: Vec<ActionType>,
    /// The tenant's people and roles; without it, those of the stories are looked at.
    pub directory: Option<Directory>,
    /// The people of stories, where a file has none of its own.
    pub people: People,
    pub calendars: Vec<Calendar>,
    pub tables: Tables,
    /// How tables are asked by what is in force.
    pub asked: Vec<Asking>,
    /// Workflows that automations can start and events can tell of, by name.
    pub workflows: BTreeMap<String, FormSummary>,
    /// What is in force and starts others; none where circles are not looked for.
    pub in_force: Option<Vec<Arc<Outline>>>,
    /// The tenant's.
    pub currency: Currency,
    /// The tenant's.
    pub zone: Tz,
}

/// That something in force asks a table.
#[derive(Debug, Clone)]
pub struct Asking {
    /// `workflow` or `automation`, and its name.
    pub by: (&'static str, String),
    pub table: String,
    /// As the table was when that was published.
    pub as_was: Signature,
}

impl Default for Surroundings {
    /// The built-in sample company, in euros, in Berlin, from nine to five.
    fn default() -> Self {
        Self {
            events: Vec::new(),
            actions: Vec::new(),
            directory: None,
            people: crate::people::sample(),
            calendars: vec![Calendar::nine_to_five("default", chrono_tz::Europe::Berlin)],
            tables: Tables::default(),
            asked: Vec::new(),
            workflows: BTreeMap::new(),
            in_force: Some(Vec::new()),
            currency: Currency::EUR,
            zone: chrono_tz::Europe::Berlin,
        }
    }
}

impl Surroundings {
    /// The people whose names and roles a file is checked against.
    pub(crate) fn organisation<'a>(&'a self, own: Option<&'a People>) -> &'a Directory {
        self.directory
            .as_ref()
            .unwrap_or_else(|| &own.unwrap_or(&self.people).directory)
    }
}
