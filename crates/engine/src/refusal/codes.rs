//! The names of refusals.

use super::Refusal;
use crate::state::Verb;

impl Refusal {
    /// Every code, for what names one.
    pub const CODES: [&'static str; 48] = [
        "no_such_task",
        "not_your_task",
        "own_request",
        "restricted",
        "not_the_requester",
        "not_a_submitter",
        "for_somebody_else",
        "not_your_draft",
        "not_an_owner",
        "person_not_active",
        "not_for_this_task",
        "not_allowed_here",
        "already_submitted",
        "not_submitted",
        "request_over",
        "task_over",
        "returned_to_requester",
        "task_handed_on",
        "task_claimed",
        "task_not_claimed",
        "already_decided",
        "no_task_of_yours",
        "which_task",
        "not_returned",
        "not_held",
        "which_step",
        "not_skippable",
        "cannot_move",
        "recall_too_late",
        "withdraw_too_late",
        "nobody_to_urge",
        "urged_already",
        "too_many_returns",
        "already_asked",
        "waits_for_added",
        "too_many_added",
        "not_added_by_you",
        "added_has_decided",
        "still_held",
        "obsolete",
        "too_early",
        "form_invalid",
        "check_refused",
        "comment_needed",
        "comment_empty",
        "no_way_back",
        "no_such_person",
        "to_themselves",
    ];

    /// The name under which integrators know it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchTask => "no_such_task",
            Self::NotYours { .. } => "not_your_task",
            Self::OwnRequest => "own_request",
            Self::Restricted { .. } => "restricted",
            Self::NotTheRequester { .. } => "not_the_requester",
            Self::NotASubmitter { .. } => "not_a_submitter",
            Self::ForSomebodyElse => "for_somebody_else",
            Self::NotYourDraft => "not_your_draft",
            Self::NotAnOwner => "not_an_owner",
            Self::NotActive { .. } => "person_not_active",
            Self::NotForThisTask { .. } => "not_for_this_task",
            Self::NotAllowedHere { .. } => "not_allowed_here",
            Self::AlreadySubmitted => "already_submitted",
            Self::NotSubmitted => "not_submitted",
            Self::Over { .. } => "request_over",
            Self::TaskOver { .. } => "task_over",
            Self::WithTheRequester { .. } => "returned_to_requester",
            Self::HandedOn { .. } => "task_handed_on",
            Self::Claimed { .. } => "task_claimed",
            Self::NotClaimed => "task_not_claimed",
            Self::OneVoice { .. } => "already_decided",
            Self::NoTaskOfYours(_) => "no_task_of_yours",
            Self::WhichTask { .. } => "which_task",
            Self::NotReturned { .. } => "not_returned",
            Self::NotHeld { .. } => "not_held",
            Self::WhichStep { .. } => "which_step",
            Self::NotSkippable => "not_skippable",
            Self::CannotMove { .. } => "cannot_move",
            Self::TooLate { verb, .. } if *verb == Verb::Recall => "recall_too_late",
            Self::TooLate { .. } => "withdraw_too_late",
            Self::NobodyToUrge => "nobody_to_urge",
            Self::UrgedAlready { .. } => "urged_already",
            Self::TooManyReturns { .. } => "too_many_returns",
            Self::AlreadyAsked { .. } => "already_asked",
            Self::WaitsForAdded { .. } => "waits_for_added",
            Self::TooManyAdded { .. } => "too_many_added",
            Self::NotAddedByYou { .. } => "not_added_by_you",
            Self::AddedHasDecided { .. } => "added_has_decided",
            Self::StillHeld { .. } => "still_held",
            Self::Obsolete => "obsolete",
            Self::TooEarly { .. } => "too_early",
            Self::Form(_) => "form_invalid",
            Self::Check { .. } => "check_refused",
            Self::CommentNeeded { .. } => "comment_needed",
            Self::CommentEmpty => "comment_empty",
            Self::NoWayBack { .. } => "no_way_back",
            Self::NoSuchPerson { .. } => "no_such_person",
            Self::ToThemselves => "to_themselves",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_codes_is_that_of_the_refusals() {
        let given = include_str!("codes.rs").lines().filter_map(|line| {
            line.trim()
                .strip_prefix("Self::")?
                .split_once("=> \"")?
                .1
                .strip_suffix("\",")
        });
        assert!(given.eq(Refusal::CODES));
    }
}
