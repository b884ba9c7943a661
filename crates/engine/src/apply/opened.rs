//! What a step is while it runs.

use std::collections::BTreeMap;

use countersign_kernel::time::Instant;

use crate::definition::{Need, Rest};
use crate::state::{Ballot, Kind, List, Waiting};
use crate::vocabulary::{AwaitedEvent, Entered, Opened, Outcome};

pub(super) fn opened(entered: &Entered) -> Kind {
    let (next, done) = (entered.from, false);
    let list = List { next, done };
    match &entered.kind {
        Opened::Approval {
            need,
            order,
            reject,
            rest,
            places,
            queue,
            agreed,
        } => Kind::Approval(Ballot {
            need: *need,
            order: *order,
            reject: *reject,
            rest: *rest,
            places: *places,
            queue: queue.clone(),
            agreed: agreed.clone(),
            votes: Vec::new(),
            added: Vec::new(),
        }),
        Opened::Case { case, .. } => Kind::Case { case: *case, list },
        Opened::Parallel {
            need,
            rest,
            branches,
            kept,
        } => block(*need, *rest, *branches, kept.iter().cloned().collect(), false),
        Opened::Each {
            need,
            rest,
            items,
            each_decides,
        } => block(*need, *rest, *items, BTreeMap::new(), *each_decides),
        Opened::Item { number } => Kind::Item {
            number: *number,
            list,
        },
        Opened::Repeat => Kind::Repeat { round: 1, list },
        Opened::Branch { name, .. } => Kind::Branch {
            name: name.clone(),
            list,
        },
        Opened::Stage => Kind::Stage(list),
        Opened::Wait {
            until,
            timer,
            name,
            events,
        } => {
            let has_come = until.is_some() && timer.is_none();
            Kind::Wait(waiting(*until, name.as_ref(), events, has_come))
        }
        Opened::Action => Kind::Action { attempt: 0 },
        Opened::Unclear => Kind::Unclear,
    }
}

fn waiting(
    until: Option<Instant>,
    name: Option<&String>,
    events: &[AwaitedEvent],
    has_come: bool,
) -> Waiting {
    Waiting {
        until,
        came: name.filter(|_| has_come).cloned(),
        name: name.cloned(),
        events: events.to_vec(),
    }
}

fn block(
    need: Need,
    rest: Rest,
    branches: u32,
    results: BTreeMap<String, Outcome>,
    each_decides: bool,
) -> Kind {
    Kind::Parallel {
        need,
        rest,
        branches,
        results,
        each_decides,
    }
}
