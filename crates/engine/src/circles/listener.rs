//! What an automation starts, and for which workflows' requests.

use countersign_kernel::catalogue::ActionType;

use super::outline::{Follows, Lead, key_stops, leads};
use crate::definition::{Automation, Do, DoKind};
use crate::expr::{Expr, Reference, Value};
use crate::finding::{Words, words};

/// An automation.
#[derive(Debug, Clone)]
pub struct Listener {
    pub(super) name: String,
    pub(super) events: Vec<String>,
    pub(super) begins: Vec<Act>,
}

/// One thing that an automation starts.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub id: String,
    pub line: usize,
    pub lead: Lead,
    /// Conditions, and whether each is to hold.
    demands: Vec<(Expr, bool)>,
    /// What of the action itself may keep it from being done again.
    stop: Option<Words>,
}

impl Listener {
    pub(super) fn of(automation: &Automation, actions: &[ActionType]) -> Self {
        let mut begins = Vec::new();
        let first = automation.when.iter().map(|when| (when.clone(), true)).collect();
        acts(&automation.does, first, actions, &mut begins);
        Self {
            name: automation.name.clone(),
            events: automation.when_event.clone(),
            begins,
        }
    }
}

impl Act {
    /// Whether it acts on an event of this workflow's request, or of another record.
    pub(super) fn follows(&self, automation: &str, workflow: Option<&str>) -> Follows {
        let known = |reference: &Reference| match reference {
            Reference::Event(path) if path.iter().map(String::as_str).eq(["request", "workflow"]) => {
                workflow.map(|name| Value::Text(name.to_owned()))
            }
            _ => None,
        };
        let mut open = false;
        for (condition, wanted) in &self.demands {
            match condition.settled(&known) {
                Some(holds) if holds != *wanted => return Follows::Never,
                Some(_) => {}
                None => open = true,
            }
        }
        let id = &self.id;
        let asked = || {
            words!(
                "the condition at `{id}` of the automation `{automation}`",
                "自动化 `{automation}` 中 `{id}` 处的条件"
            )
        };
        Follows::unless(open.then(asked).or_else(|| self.stop.clone()))
    }
}

fn acts(list: &[Do], demands: Vec<(Expr, bool)>, actions: &[ActionType], found: &mut Vec<Act>) {
    for one in list {
        let mut demands = demands.clone();
        demands.extend(one.when.iter().map(|when| (when.clone(), true)));
        let act = |(lead, stop)| Act {
            id: one.id.clone(),
            line: one.line,
            lead,
            demands: demands.clone(),
            stop,
        };
        match &one.kind {
            DoKind::Start(start) => {
                let stop = start.key.as_ref().and_then(|key| key_stops([key]));
                found.push(act((Lead::Request(start.workflow.clone()), stop)));
            }
            DoKind::Action { action, with } => {
                found.extend(leads(action, with, actions).into_iter().map(act));
            }
            DoKind::Choose { cases, otherwise } => {
                for case in cases {
                    let mut inside = demands.clone();
                    inside.push((case.when.clone(), true));
                    acts(&case.does, inside, actions, found);
                    demands.push((case.when.clone(), false));
                }
                acts(otherwise, demands, actions, found);
            }
        }
    }
}
