//! Of whoever names the request and not the task.

use countersign_engine::{Refusal, own_task};

use super::Play;

pub(super) fn all() -> Vec<Refusal> {
    let steps = "  - parallel: both\n    need: all\n    branches:\n      one: [{approval: a, by: {manager_of: requester}}]\n      two: [{approval: b, by: {manager_of: requester}}]\n";
    let both = Play::of(steps);
    let task = |name: &str| own_task(&both.workflow, &both.state, &both.facts(name));
    ["bo", "hal"].map(|name| task(name).unwrap_err()).to_vec()
}
