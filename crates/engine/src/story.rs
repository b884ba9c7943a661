//! A definition's own tests: each story is played by the same judgement, under a fixed clock, in microseconds.

mod acts;
mod ending;
mod form;
mod happening;
mod play;
mod report;
mod sentence;

use crate::deadline::{Deadline, TooCostly};
use crate::definition::Document;
use crate::surroundings::Surroundings;

pub use form::as_sent;
pub use play::{play, play_within};
pub use report::{Failure, StoryReport, StoryResult, Unreached};

/// Plays the stories of a file; none where files of its kind have none.
pub fn play_file(document: &Document, around: &Surroundings) -> Option<StoryReport> {
    match document {
        Document::Workflow(workflow) => Some(play(workflow, around)),
        Document::LeaveTypes(types) => Some(crate::leave::play(types, around, &Deadline::none())),
        Document::Automation(_) | Document::Calendar(_) | Document::Table(_) => None,
    }
}

/// The same for whoever waits no longer than this.
pub fn play_file_within(
    document: &Document,
    around: &Surroundings,
    deadline: &Deadline<'_>,
) -> Result<Option<StoryReport>, TooCostly> {
    match document {
        Document::Workflow(workflow) => play_within(workflow, around, deadline).map(Some),
        Document::LeaveTypes(types) => deadline.kept(Some(crate::leave::play(types, around, deadline))),
        Document::Automation(_) | Document::Calendar(_) | Document::Table(_) => Ok(None),
    }
}
