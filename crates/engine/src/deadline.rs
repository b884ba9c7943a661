//! When an answer is no longer waited for. The engine has no clock: whoever asks says when it is enough.

use std::cell::Cell;

/// Looked at between pieces of work, so that it really ends what it interrupts.
pub struct Deadline<'a> {
    is_over: &'a dyn Fn() -> bool,
    /// Once passed it stays so: what was left out meanwhile is never taken for an answer.
    passed: Cell<bool>,
}

impl<'a> Deadline<'a> {
    pub fn new(is_over: &'a dyn Fn() -> bool) -> Self {
        Self {
            is_over,
            passed: Cell::new(false),
        }
    }

    /// For whoever waits as long as it takes.
    pub fn none() -> Deadline<'static> {
        Deadline::new(&|| false)
    }

    pub fn has_passed(&self) -> bool {
        if !self.passed.get() {
            self.passed.set((self.is_over)());
        }
        self.passed.get()
    }

    /// An answer, unless parts of it may be missing.
    pub(crate) fn kept<T>(&self, answer: T) -> Result<T, TooCostly> {
        if self.has_passed() {
            Err(TooCostly)
        } else {
            Ok(answer)
        }
    }
}

/// The work took longer than its deadline and was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it takes more work than is waited for")]
pub struct TooCostly;
