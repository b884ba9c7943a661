//! A definition's own tests: each story is played by the same judgement, under a fixed clock, in microseconds.

mod acts;
mod ending;
mod form;
mod happening;
mod play;
mod report;
mod sentence;

pub use form::as_sent;
pub use play::{play, play_within};
pub use report::{Failure, StoryReport, StoryResult, Unreached};
