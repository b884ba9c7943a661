//! The judgement: a command meets a state, and events or a refusal come of it.
//!
//! [`decide`] runs to rest: it folds its own events as it goes, within a budget, and says every consequence as an
//! event. To add a verb: a file under `verb/`, an arm in [`decide`], a variant in the vocabulary.

use chrono_tz::Tz;
use countersign_kernel::actor::{Actor, Publisher};
use countersign_kernel::calendar::Calendars;
use countersign_kernel::directory::Directory;
use countersign_kernel::money::Currency;
use countersign_kernel::time::Instant;
use serde_json::{Map, Value as Json};

use crate::definition::Workflow;
pub(crate) use crate::judge::{Judge, Place};
use crate::picking::{Missing, Standings};
use crate::refusal::Refusal;
use crate::state::State;
use crate::table::Tables;
use crate::verb;
use crate::vocabulary::{Command, Event};

/// What a judgement may read besides definition and state; nothing else is read.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    pub now: Instant,
    pub actor: Actor,
    pub directory: &'a Directory,
    pub calendars: &'a Calendars,
    pub tables: &'a Tables,
    /// The tenant's.
    pub currency: Currency,
    /// The tenant's.
    pub zone: Tz,
    /// Who published the version that is judged by: nobody decides by a rule of their own.
    pub publisher: Option<Publisher>,
    /// The workflow's facts as a submission has them; see [`crate::lookup`].
    pub looked_up: Map<String, Json>,
    /// How those stand of whom steps ask one.
    pub standings: Standings,
}

/// What came of a command, and what it was judged without.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// So from now on.
    pub events: Vec<Event>,
    /// Where something is missing, whoever keeps the events judges again by [`Facts::standings`] that say it.
    pub missing: Vec<Missing>,
}

/// What comes of a command: events that are so from now on, or a refusal that changes nothing.
pub fn decide(
    definition: &Workflow,
    state: &State,
    command: &Command,
    facts: &Facts<'_>,
) -> Result<Vec<Event>, Refusal> {
    judge(definition, state, command, facts).map(|judged| judged.events)
}

/// The same, with what was not known of those of whom a step asks one.
pub fn judge(
    definition: &Workflow,
    state: &State,
    command: &Command,
    facts: &Facts<'_>,
) -> Result<Judged, Refusal> {
    judged(Judge::new(definition, state, facts), command)
}

/// What would come of it if somebody did so, whatever they then fill in: fields that must be filled in stay empty.
pub(crate) fn suppose(
    definition: &Workflow,
    state: &State,
    command: &Command,
    facts: &Facts<'_>,
) -> Result<Judged, Refusal> {
    let mut judge = Judge::new(definition, state, facts);
    judge.supposes = true;
    judged(judge, command)
}

fn judged(mut judge: Judge<'_>, command: &Command) -> Result<Judged, Refusal> {
    match command {
        Command::Submit {
            version,
            number,
            requester,
            starter,
            form,
        } => {
            let who = verb::submit::Whose {
                requester: *requester,
                starter: *starter,
            };
            verb::submit::run(&mut judge, *version, number, who, form)
        }
        Command::Resubmit { form, comment } => verb::resubmit::run(&mut judge, form, comment.as_deref()),
        Command::Approve { task, comment, form } => {
            verb::approve::run(&mut judge, *task, comment.as_deref(), form.as_ref())
        }
        Command::Reject { task, comment } => verb::reject::run(&mut judge, *task, comment.as_deref()),
        Command::Return { task, to, comment } => {
            verb::give_back::run(&mut judge, *task, to.as_deref(), comment.as_deref())
        }
        Command::Transfer { task, to, comment } => {
            verb::transfer::run(&mut judge, *task, *to, comment.as_deref())
        }
        Command::Claim { task, comment } => verb::claim::claim(&mut judge, *task, comment.as_deref()),
        Command::Release { task, comment } => verb::claim::release(&mut judge, *task, comment.as_deref()),
        Command::AddApprover(add) => verb::add_approver::add(&mut judge, add),
        Command::RemoveApprover { task, who, comment } => {
            verb::add_approver::remove(&mut judge, *task, *who, comment.as_deref())
        }
        Command::Complete { task, comment, form } => {
            verb::complete::run(&mut judge, *task, comment.as_deref(), form.as_ref())
        }
        Command::Retry { step, comment } => {
            verb::held::retry(&mut judge, step.as_deref(), comment.as_deref())
        }
        Command::Skip { step, comment } => verb::held::skip(&mut judge, step.as_deref(), comment.as_deref()),
        Command::Reseat { task } => verb::reseat::run(&mut judge, *task),
        Command::Withdraw { comment } => verb::withdraw::run(&mut judge, comment.as_deref()),
        Command::Recall { comment } => verb::recall::run(&mut judge, comment.as_deref()),
        Command::Urge { comment } => verb::urge::run(&mut judge, comment.as_deref()),
        Command::Comment { task, text } => verb::comment::run(&mut judge, *task, text),
        Command::Fire { timer, event } => verb::fire::run(&mut judge, *timer, event.as_ref()),
        Command::ActionDone {
            scope,
            attempt,
            output,
        } => verb::act::done(&mut judge, *scope, *attempt, output),
        Command::ActionFailed {
            scope,
            attempt,
            reason,
        } => verb::act::failed(&mut judge, *scope, *attempt, reason),
    }?;
    judge.run();
    verb::complete::check(&judge)?;
    Ok(judge.into())
}

impl From<Judge<'_>> for Judged {
    fn from(judge: Judge<'_>) -> Self {
        Self {
            events: judge.events,
            missing: judge.missing,
        }
    }
}
