//! What a step is while it runs.

use std::collections::BTreeMap;

use crate::state::{Ballot, Kind, List};
use crate::vocabulary::{Entered, Opened};

pub(super) fn opened(entered: &Entered) -> Kind {
    let list = List {
        next: entered.from,
        done: false,
    };
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
        }),
        Opened::Case { case, .. } => Kind::Case { case: *case, list },
        Opened::Parallel {
            need,
            rest,
            branches,
            kept,
        } => {
            let results: BTreeMap<_, _> = kept.iter().cloned().collect();
            Kind::Parallel {
                need: *need,
                rest: *rest,
                branches: *branches,
                results,
            }
        }
        Opened::Repeat => Kind::Repeat { round: 1, list },
        Opened::Branch { name, .. } => Kind::Branch {
            name: name.clone(),
            list,
        },
        Opened::Action => Kind::Action { attempt: 0 },
        Opened::Unclear => Kind::Unclear,
    }
}
