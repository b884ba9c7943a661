//! What a definition starts, and what may stop it before it does.

use countersign_kernel::catalogue::ActionType;

use super::listener::Listener;
use crate::definition::{Document, Outcome, Piece, Step, StepKind, Template, Workflow};
use crate::expr::{Expr, Reference, RequestPart, Value};
use crate::finding::{Words, words};

/// The action that starts a request.
pub(super) const START: &str = "requests.start";

/// A workflow or an automation as the search for circles sees it.
#[derive(Debug, Clone)]
pub enum Outline {
    Workflow(Flow),
    Automation(Listener),
}

impl Outline {
    /// None of what starts nothing.
    pub fn of(document: &Document, actions: &[ActionType]) -> Option<Self> {
        match document {
            Document::Workflow(workflow) => Some(Self::Workflow(Flow::of(workflow, actions))),
            Document::Automation(automation) => Some(Self::Automation(Listener::of(automation, actions))),
            Document::Calendar(_) | Document::Table(_) | Document::LeaveTypes(_) => None,
        }
    }

    /// Whether it is of the same kind and name, and so another version of the same.
    pub(super) fn is_also(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Workflow(one), Self::Workflow(other)) => one.name == other.name,
            (Self::Automation(one), Self::Automation(other)) => one.name == other.name,
            _ => false,
        }
    }
}

/// What a step or an automation leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lead {
    /// A request of this workflow.
    Request(String),
    /// An event of this type that is not a request's.
    Event(&'static str),
}

/// Whether one thing follows from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Follows {
    Never,
    Surely,
    /// This may stop it.
    Unless(Words),
}

impl Follows {
    pub(super) fn unless(stop: Option<Words>) -> Self {
        stop.map_or(Self::Surely, Self::Unless)
    }

    /// One thing after the other; the first that may stop it is told.
    pub(super) fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Surely, next) => next,
            (first, _) => first,
        }
    }
}

/// A step that starts something.
#[derive(Debug, Clone)]
pub(super) struct Begin {
    pub id: String,
    pub line: usize,
    pub lead: Lead,
    /// The first thing that may stop a request before it comes here.
    pub stop: Option<Words>,
}

/// A workflow: what its requests start, and how far they come with nobody having decided.
#[derive(Debug, Clone)]
pub struct Flow {
    pub(super) name: String,
    pub(super) begins: Vec<Begin>,
    /// Whether somebody is asked.
    asked: Follows,
    /// How a request ends that nothing may stop.
    outcome: Option<Outcome>,
}

impl Flow {
    fn of(workflow: &Workflow, actions: &[ActionType]) -> Self {
        let mut walk = Walk {
            actions,
            flow: Self {
                name: workflow.name.clone(),
                begins: Vec::new(),
                asked: Follows::Never,
                outcome: None,
            },
        };
        let (stop, ended) = walk.list(&workflow.steps, None);
        walk.flow.outcome = match (stop, ended) {
            (Some(_), _) => None,
            (None, ended) => Some(ended.unwrap_or(Outcome::Approved)),
        };
        walk.flow
    }

    /// Whether this event of a request follows from its being submitted.
    pub(super) fn follows(&self, event: &str) -> Follows {
        let by_rule = |outcome: Outcome| self.outcome == Some(outcome);
        let surely = match event {
            "oa.request.submitted" => true,
            "oa.task.created" => return self.asked.clone(),
            "oa.request.approved" => by_rule(Outcome::Approved),
            "oa.request.rejected" => by_rule(Outcome::Rejected),
            "oa.request.cancelled" => by_rule(Outcome::Cancelled),
            _ => false,
        };
        let name = &self.name;
        let decided = || {
            words!(
                "what decides about `{name}` before `{event}`",
                "`{name}` 在 `{event}` 之前的决定"
            )
        };
        Follows::unless((!surely).then(decided))
    }
}

/// Goes through a workflow's steps as a request does.
struct Walk<'a> {
    actions: &'a [ActionType],
    flow: Flow,
}

impl Walk<'_> {
    /// What may have stopped a request by the end of a list, and how the list ends it for certain.
    fn list(&mut self, steps: &[Step], mut stop: Option<Words>) -> (Option<Words>, Option<Outcome>) {
        for step in steps {
            let condition = step.when.as_ref().is_some_and(|when| !always(when));
            let before = stop.clone().or_else(|| condition.then(|| self.condition(step)));
            if let (StepKind::End(end), false) = (&step.kind, condition) {
                return (stop, Some(end.outcome));
            }
            self.inside(step, before);
            if stop.is_none() && may_stop(step) {
                stop = Some(match &step.kind {
                    StepKind::Approval(_) => self.approval(step),
                    _ => self.condition(step),
                });
            }
        }
        (stop, None)
    }

    fn inside(&mut self, step: &Step, before: Option<Words>) {
        match &step.kind {
            StepKind::Approval(_) => {
                if self.flow.asked == Follows::Never {
                    self.flow.asked = Follows::unless(before);
                }
            }
            StepKind::Action(action) => {
                let leads = leads(&action.action, &action.with, self.actions);
                self.flow
                    .begins
                    .extend(leads.into_iter().map(|(lead, stop)| Begin {
                        id: step.key.clone(),
                        line: step.line,
                        lead,
                        stop: before.clone().or(stop),
                    }));
            }
            StepKind::Choose(_) => {
                let before = before.or_else(|| Some(self.condition(step)));
                for list in step.lists() {
                    self.list(list, before.clone());
                }
            }
            StepKind::Parallel(_) | StepKind::Repeat(_) | StepKind::Each(_) | StepKind::Stage(_) => {
                for list in step.lists() {
                    self.list(list, before.clone());
                }
            }
            StepKind::Wait(_) | StepKind::Cc(_) | StepKind::Set(_) | StepKind::End(_) => {}
        }
    }

    fn approval(&self, step: &Step) -> Words {
        let (key, name) = (&step.key, &self.flow.name);
        words!("the approval `{key}` of `{name}`", "`{name}` 的审批 `{key}`")
    }

    fn condition(&self, step: &Step) -> Words {
        let (key, name) = (&step.key, &self.flow.name);
        words!(
            "the condition at `{key}` of `{name}`",
            "`{name}` 中 `{key}` 处的条件"
        )
    }
}

/// Whether a request may come no further than this step: somebody decides there, or it ends there.
fn may_stop(step: &Step) -> bool {
    match &step.kind {
        StepKind::Approval(_) | StepKind::End(_) => true,
        StepKind::Wait(_) | StepKind::Action(_) | StepKind::Cc(_) | StepKind::Set(_) => false,
        StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Repeat(_)
        | StepKind::Each(_)
        | StepKind::Stage(_) => step.lists().concat().iter().any(may_stop),
    }
}

/// Whether a condition is none.
pub(super) fn always(when: &Expr) -> bool {
    when.constant() == Some(Value::YesNo(true))
}

/// What an action leads to, and what of the action itself may keep it from doing so again.
pub(super) fn leads(
    action: &str,
    with: &[(String, Template)],
    actions: &[ActionType],
) -> Vec<(Lead, Option<Words>)> {
    let input = |wanted: &str| with.iter().find(|(name, _)| name == wanted).map(|(_, text)| text);
    if action == START {
        // Which workflow a text with placeholders names is known when it runs.
        let workflow = input("workflow").and_then(literal);
        let stop = input("key").and_then(|key| key_stops(exprs(key)));
        return workflow
            .map(|name| (Lead::Request(name), stop))
            .into_iter()
            .collect();
    }
    let known = actions.iter().find(|known| known.name == action);
    let tells = known.into_iter().flat_map(|known| known.tells);
    let lead = |tells: &countersign_kernel::catalogue::Tells| {
        let stop = words!(
            "that `{action}` tells only what is new",
            "`{action}` 只通知新内容"
        );
        (Lead::Event(tells.event), tells.only_news.then_some(stop))
    };
    tells.map(lead).collect()
}

/// A key lets one live request be; one that is made of the request itself is another each time.
pub(super) fn key_stops<'a>(key: impl IntoIterator<Item = &'a Expr>) -> Option<Words> {
    let mut key = key.into_iter().flat_map(Expr::references);
    (!key.any(is_own)).then(|| words!("the `key` under which it is started", "发起时的 `key`"))
}

fn is_own(reference: &Reference) -> bool {
    match reference {
        Reference::Request(part) => matches!(part, RequestPart::Id | RequestPart::Number),
        Reference::Event(path) => match path.as_slice() {
            [object, field] => {
                matches!(object.as_str(), "request" | "task")
                    && matches!(field.as_str(), "id" | "number" | "task" | "request")
            }
            _ => false,
        },
        _ => false,
    }
}

fn exprs(template: &Template) -> impl Iterator<Item = &Expr> {
    template.pieces.iter().filter_map(|piece| match piece {
        Piece::Value(expr) => Some(expr),
        Piece::Text(_) => None,
    })
}

/// A text without placeholders.
fn literal(template: &Template) -> Option<String> {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Value(_) => None,
    };
    template.pieces.iter().map(piece).collect()
}
