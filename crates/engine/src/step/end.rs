//! `end`: the whole request ends there.

use crate::definition::{End, Outcome};
use crate::machine::{Judge, Place};
use crate::vocabulary::{Ended, Opened, Status};

pub(crate) fn begin<'a>(judge: &mut Judge<'a>, at: Place<'a>, end: &'a End) {
    let status = match end.outcome {
        Outcome::Approved => Status::Approved,
        Outcome::Rejected => Status::Rejected,
        Outcome::Cancelled => Status::Cancelled,
    };
    let note = match end
        .note
        .as_ref()
        .map(|note| judge.reading_in(at.parent).render(note))
    {
        None => None,
        Some(Ok(note)) => Some(note),
        Some(Err(_)) => end
            .note
            .as_ref()
            .and_then(|note| note.get(Default::default()))
            .map(|note| note.source.as_str().into()),
    };
    if let Some(doubt) = at.doubt.clone() {
        // What is in doubt never lets anything pass.
        let scope = judge.enter(&at, Opened::Unclear, 0);
        return judge.hold(scope, doubt);
    }
    judge.end(Ended {
        status,
        step: Some(at.step.key.clone()),
        note,
        comment: None,
    });
}
