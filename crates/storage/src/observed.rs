//! What all connections of a server see together: how much was asked, and what keeps the database from taking changes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use sea_orm::Statement;

use crate::Why;
use crate::log::days::LogDays;

#[derive(Default)]
pub(crate) struct Observed {
    statements: AtomicU64,
    commits: AtomicU64,
    pub(crate) days: LogDays,
    hindrance: Mutex<Option<Why>>,
    /// What was asked, where a test wants to know.
    recorded: OnceLock<Mutex<Vec<String>>>,
}

impl Observed {
    pub(crate) fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// From now on statements are kept.
    pub(crate) fn start_recording(&self) {
        self.recorded.get_or_init(Mutex::default);
    }

    pub(crate) fn record(&self, statement: &Statement) {
        if let Some(recorded) = self.recorded.get() {
            let mut recorded = recorded.lock().unwrap_or_else(PoisonError::into_inner);
            recorded.push(statement.to_string());
        }
    }

    /// What was kept since it was last asked for.
    pub(crate) fn recorded(&self) -> Vec<String> {
        self.recorded.get().map_or_else(Vec::new, |recorded| {
            std::mem::take(&mut *recorded.lock().unwrap_or_else(PoisonError::into_inner))
        })
    }

    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    pub(crate) fn count_commit(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Remembers what lasts until somebody mends it.
    pub(crate) fn note(&self, error: &sqlx::Error) {
        if let Some(why) = Why::of(error).filter(|why| why.lasts()) {
            self.set(Some(why));
        }
    }

    pub(crate) fn set(&self, hindrance: Option<Why>) {
        *self.hindrance.lock().unwrap_or_else(PoisonError::into_inner) = hindrance;
    }

    pub(crate) fn hindrance(&self) -> Option<Why> {
        *self.hindrance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
