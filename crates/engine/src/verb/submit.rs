//! **Submit**: the requester fills in the form, and the request begins.

use countersign_kernel::actor::{Actor, Publisher};
use countersign_kernel::id::UserId;
use countersign_kernel::text::Text;
use serde_json::{Map, Value as Json};

use crate::definition::CheckVerdict;
use crate::filling;
use crate::machine::Judge;
use crate::reading::Reading;
use crate::refusal::Refusal;
use crate::state::State;
use crate::vocabulary::{Submitted, What};

/// Whose a request is, besides the actor.
pub(crate) struct Whose {
    /// For whom it is submitted, if not for the actor.
    pub requester: Option<UserId>,
    /// Who published what starts it.
    pub starter: Option<Publisher>,
}

pub(crate) fn run(
    judge: &mut Judge<'_>,
    version: i64,
    number: &str,
    whose: Whose,
    form: &Json,
) -> Result<(), Refusal> {
    if judge.state.requester.is_some() {
        return Err(Refusal::AlreadySubmitted);
    }
    let requester = who(judge, whose.requester)?;
    may_submit(judge, requester)?;
    number.clone_into(&mut judge.state.number);
    let filled = accept(judge, requester, form)?;
    let whole = judge.emit(What::Submitted(Submitted {
        workflow: judge.definition.name.clone(),
        version,
        title: judge.definition.title.clone(),
        number: number.to_owned(),
        requester,
        starter: whose.starter.map(|starter| starter.user),
        second_starter: whose.starter.and_then(|starter| starter.proposer),
        person: judge.facts.directory.person(requester).cloned().map(Box::new),
        form: filled.form,
        facts: filled.facts,
        summary: filled.summary,
        warnings: filled.warnings,
    }));
    judge.go_on(whole);
    Ok(())
}

fn who(judge: &Judge<'_>, requester: Option<UserId>) -> Result<UserId, Refusal> {
    match (&judge.facts.actor, requester) {
        (Actor::User(actor), None) => Ok(*actor),
        (Actor::User(actor), Some(requester)) if *actor == requester => Ok(*actor),
        (Actor::User(actor), Some(requester)) if acts_for_others(judge, *actor) => Ok(requester),
        (Actor::User(_), Some(_)) | (Actor::Automation(_) | Actor::System, None) => {
            Err(Refusal::ForSomebodyElse)
        }
        (Actor::Automation(_) | Actor::System, Some(requester)) => Ok(requester),
    }
}

fn acts_for_others(judge: &Judge<'_>, actor: UserId) -> bool {
    let person = judge.facts.directory.person(actor);
    person.is_some_and(|person| person.active && person.acts_for_others())
}

pub(crate) fn may_submit(judge: &Judge<'_>, requester: UserId) -> Result<(), Refusal> {
    if !judge.facts.directory.is_active(requester) {
        return Err(Refusal::NotActive {
            who: judge.named(requester),
        });
    }
    let mut seen = judge.state.clone();
    seen.requester = Some(requester);
    seen.person = None;
    let reading = Reading {
        state: &seen,
        ..judge.reading()
    };
    let found = reading.find(&judge.definition.submitters).unwrap_or_default();
    if found.iter().any(|one| one.user == requester) {
        return Ok(());
    }
    Err(Refusal::NotASubmitter {
        workflow: judge.definition.title.clone(),
    })
}

/// A form that may be submitted, and what is to be said of it.
pub(crate) struct Accepted {
    pub form: Map<String, Json>,
    /// What was looked up for it.
    pub facts: Map<String, Json>,
    pub summary: Option<Text>,
    pub warnings: Vec<Text>,
}

/// Checks a form as this submission would have it: its shape, its limits, the file's checks. After a return it
/// holds what changed.
pub(crate) fn accept(judge: &Judge<'_>, requester: UserId, form: &Json) -> Result<Accepted, Refusal> {
    let mut seen = seen_by(judge, requester);
    let reading = Reading {
        state: &seen,
        ..judge.reading()
    };
    let accepted = match judge.state.round {
        0 => filling::accept(&judge.definition.form, form, &reading),
        _ => filling::change(&judge.definition.form, &judge.state.form, form, &reading),
    };
    seen.form = accepted.map_err(Refusal::Form)?;
    let reading = Reading {
        state: &seen,
        ..judge.reading()
    };
    let warnings = checks(&reading)?;
    let summary = summary(&reading);
    Ok(Accepted {
        form: seen.form,
        facts: seen.facts,
        summary,
        warnings,
    })
}

/// The request as this submission would have it, its form aside.
pub(crate) fn seen_by(judge: &Judge<'_>, requester: UserId) -> State {
    let mut seen: State = judge.state.clone();
    seen.requester = Some(requester);
    seen.person = judge.facts.directory.person(requester).cloned().map(Box::new);
    seen.submitted_at = Some(judge.facts.now);
    seen.facts.clone_from(&judge.facts.looked_up);
    seen.round += 1;
    seen
}

/// A check that can't be judged counts as refused.
pub(crate) fn checks(reading: &Reading<'_>) -> Result<Vec<Text>, Refusal> {
    let mut warnings = Vec::new();
    for check in &reading.definition.checks {
        let (words, refuses) = match &check.verdict {
            CheckVerdict::Refuse(words) => (words, true),
            CheckVerdict::Warn(words) => (words, false),
        };
        match reading.holds(&check.when) {
            Ok(false) => {}
            Ok(true) => {
                let text = reading
                    .render(words)
                    .unwrap_or_else(|_| check.when.source().into());
                if refuses {
                    return Err(Refusal::Check { text });
                }
                warnings.push(text);
            }
            Err(trouble) => {
                return Err(Refusal::Check {
                    text: crate::reading::trouble_text(&trouble),
                });
            }
        }
    }
    Ok(warnings)
}

/// The line that stands for the request in lists.
pub(crate) fn summary(reading: &Reading<'_>) -> Option<Text> {
    reading
        .definition
        .summary
        .as_ref()
        .and_then(|summary| reading.render(summary).ok())
}
