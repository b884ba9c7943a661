//! What a reader of the log gets in one go.

use sea_orm::QueryResult;

use super::window::WindowCursor;
use crate::Error;

/// What was read in one go. Without entries, the reader is at the end of what it may see.
#[derive(Debug, Clone)]
pub struct LogBatch<T> {
    pub entries: Vec<T>,
    /// Where it began: behind a window that held nothing more, but before all that came later. Whoever waits at the
    /// end waits here, so that all who have read the same entries stand at the same place.
    pub began: WindowCursor,
    /// Where the next batch begins.
    pub next: WindowCursor,
    /// The window that the entries were read in: [`WindowCursor::at`] is the place behind one of them.
    pub window: WindowCursor,
    /// Whether more lay in that window when it was read.
    pub full: bool,
    /// Whether entries came after the window that may not be read yet: an older transaction is still open, and nobody
    /// says when it ends.
    pub held_back: bool,
}

impl<T> LogBatch<T> {
    pub(super) fn end(at: WindowCursor) -> Self {
        Self {
            entries: Vec::new(),
            began: at,
            next: at,
            window: at,
            full: false,
            held_back: false,
        }
    }

    /// The rows of one window; `end` is where a reader goes on that has seen the last of them.
    pub(super) fn of(
        rows: &[QueryResult],
        read: impl Fn(&QueryResult) -> Result<(i64, T), Error>,
        span: Span,
        limit: u64,
    ) -> Result<Self, Error> {
        let Span { began, window, end } = span;
        let read: Vec<(i64, T)> = rows.iter().map(read).collect::<Result<_, _>>()?;
        let full = rows.len() as u64 >= limit;
        let next = match read.last() {
            Some((seq, _)) if full => window.at(*seq),
            _ => end,
        };
        Ok(Self {
            entries: read.into_iter().map(|(_, entry)| entry).collect(),
            began,
            next,
            window,
            full,
            held_back: false,
        })
    }

    /// Whether the reader has seen all that it may see now.
    pub fn is_end(&self) -> bool {
        self.entries.is_empty()
    }
}

/// What a batch was read from.
pub(super) struct Span {
    pub(super) began: WindowCursor,
    pub(super) window: WindowCursor,
    /// Behind all of it.
    pub(super) end: WindowCursor,
}
