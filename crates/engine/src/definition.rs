//! A checked definition: what the machine judges by. Built only by [`crate::check`], so whoever holds one
//! knows that its names resolve, its expressions are typed and its gaps have their stated defaults.

mod allow;
mod automation;
mod block;
mod form;
mod lookup;
mod people;
mod step;
mod story;
mod table;
mod wait;
mod who;

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_kernel::calendar::Calendar;
use countersign_kernel::text::{Locale, Text};

pub use allow::Allow;
pub use automation::{Automation, AutomationCase, Do, DoKind, Start};
pub use block::{Branch, Case, Choose, Each, EachNeed, Parallel, Repeat, Stage, Take};
pub use form::{Field, FieldKind, Form, Limits, RecordKind, Required};
pub use lookup::{Adds, Lookup, Within};
pub(crate) use lookup::{LIVE, LOOKED_AT, PERIODS};
pub use people::{Member, People};
pub use step::{
    Action, Approval, Asks, Comment, Deadline, End, IfFailed, IfNobody, IfRequester, IfSameApprover, Late,
    LateAct, Need, OnReject, Order, Outcome, RejectRule, Remind, Rest, ReturnTo, Step, StepKind, Weight,
};
pub use story::{Act, Expectation, Given, MayNot, Own, Says, Sentence, Story};
pub(crate) use table::VALID_FROM;
pub use table::{Bound, Cell, Column, ColumnType, Otherwise, Part, Row, Signature, Table, TakeRows};
pub use wait::{Awaited, EventWait, Matching, Wait, WaitFor};
pub use who::{Assign, PersonRef, Who, WhoKind, WhoPart};

use crate::expr::{Expr, Reference};
use crate::leave::{AsksForLeave, LeaveTypes};

/// A file under `workflows/`, checked.
#[derive(Debug, Clone)]
pub enum Document {
    Workflow(Box<Workflow>),
    Automation(Box<Automation>),
    Calendar(Box<Calendar>),
    /// Shared by all who ask it.
    Table(Arc<Table>),
    /// Shared by all whose leave it counts.
    LeaveTypes(Arc<LeaveTypes>),
}

impl Document {
    /// The document's identity for ever: `expense`.
    pub fn name(&self) -> &str {
        match self {
            Self::Workflow(workflow) => &workflow.name,
            Self::Automation(automation) => &automation.name,
            Self::Calendar(calendar) => &calendar.name,
            Self::Table(table) => &table.name,
            Self::LeaveTypes(types) => &types.name,
        }
    }

    /// `workflow`, `automation`, `calendar`, `table` or `leave_types`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Workflow(_) => "workflow",
            Self::Automation(_) => "automation",
            Self::Calendar(_) => "calendar",
            Self::Table(_) => "table",
            Self::LeaveTypes(_) => "leave_types",
        }
    }
}

/// A process that requests go through.
#[derive(Debug, Clone)]
pub struct Workflow {
    pub name: String,
    pub title: Text,
    pub description: Option<Text>,
    /// Who may publish a new version, and gets a task when a request is held.
    pub owners: Who,
    /// Who may submit; everyone unless the file says otherwise.
    pub submitters: Who,
    /// Who may read requests besides the requester, those asked and the owners.
    pub visible_to: Option<Who>,
    /// A line that stands for a request in lists; the title where the file gives none.
    pub summary: Option<Localized>,
    pub number: Numbering,
    pub form: Form,
    /// What is looked up of earlier requests at each submission.
    pub facts: Vec<Lookup>,
    pub checks: Vec<Check>,
    /// Which leave its requests ask for, where they do.
    pub leave: Option<AsksForLeave>,
    /// Until this step opens the requester may withdraw; without it, until the first decision.
    pub withdraw_until: Option<String>,
    pub recall_until: Option<String>,
    pub steps: Vec<Step>,
    /// The people of the file's own `people:` block.
    pub people: Option<People>,
    pub tests: Vec<Story>,
}

/// Every step of a list and of those inside, in the order of the file.
pub fn collect_steps<'a>(steps: &'a [Step], all: &mut Vec<&'a Step>) {
    step::collect(steps, all);
}

impl Workflow {
    /// What is looked up under this name.
    pub fn fact(&self, name: &str) -> Option<&Lookup> {
        self.facts.iter().find(|fact| fact.name == name)
    }

    /// What a `set` gives this name.
    pub fn variable(&self, name: &str) -> Option<&Expr> {
        let set = |step: &&Step| matches!(step.kind, StepKind::Set(_));
        let steps = self.each_step().into_iter().filter(set);
        steps.into_iter().find_map(|step| match &step.kind {
            StepKind::Set(fields) => fields
                .iter()
                .find(|(other, _)| other == name)
                .map(|(_, expr)| expr),
            _ => None,
        })
    }

    /// The step with this key, wherever it stands.
    pub fn step(&self, key: &str) -> Option<&Step> {
        step::find(&self.steps, key)
    }

    /// Every step in the order of the file, those inside others after them.
    pub fn each_step(&self) -> Vec<&Step> {
        let mut all = Vec::new();
        step::collect(&self.steps, &mut all);
        all
    }
}

/// A rule that runs at each submission.
#[derive(Debug, Clone)]
pub struct Check {
    pub line: usize,
    pub when: Expr,
    pub verdict: CheckVerdict,
}

/// What a check does where its `when` holds.
#[derive(Debug, Clone)]
pub enum CheckVerdict {
    /// Stops the submission with these words.
    Refuse(Localized),
    /// Shown to the submitter before and to the approver beside the form.
    Warn(Localized),
}

/// A text with `{…}` in it, in one language or in several.
#[derive(Debug, Clone, PartialEq)]
pub struct Localized(pub BTreeMap<String, Template>);

impl Localized {
    /// The text in this language, else in English, else in any.
    pub fn get(&self, locale: Locale) -> Option<&Template> {
        self.0
            .get(locale.tag())
            .or_else(|| self.0.get("en"))
            .or_else(|| self.0.values().next())
    }
}

/// A text in which `{amount}` is replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// As written.
    pub source: String,
    pub pieces: Vec<Piece>,
}

/// A piece of a [`Template`].
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Text(String),
    Value(Expr),
}

/// How a request's readable number is made: `EXP-{year}-{counter}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbering {
    /// As written.
    pub source: String,
    pub pieces: Vec<NumberPiece>,
}

/// A piece of a [`Numbering`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberPiece {
    /// A part of the source as it stands, by its range of bytes.
    Text {
        from: usize,
        to: usize,
    },
    Year,
    Month,
    /// Counts the requests that share all that stands before it.
    Counter,
}

impl Numbering {
    /// The number of a request submitted in this year and month, as the `counter`-th of its [`Self::series`].
    pub fn number(&self, year: i32, month: u32, counter: u64) -> String {
        self.write(year, month, &format!("{counter:05}"))
    }

    /// What the counter counts within: the number with the counter left out.
    pub fn series(&self, year: i32, month: u32) -> String {
        self.write(year, month, "")
    }

    fn write(&self, year: i32, month: u32, counter: &str) -> String {
        let part = |piece: &NumberPiece| match piece {
            NumberPiece::Text { from, to } => self.source.get(*from..*to).unwrap_or_default().to_owned(),
            NumberPiece::Year => format!("{year:04}"),
            NumberPiece::Month => format!("{month:02}"),
            NumberPiece::Counter => counter.to_owned(),
        };
        self.pieces.iter().map(part).collect()
    }
}

/// What other definitions need to know of a workflow: its form's fields and their types.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FormSummary {
    pub fields: BTreeMap<String, crate::expr::Slot>,
    /// Fields that whoever starts a request must give.
    pub required: Vec<String>,
}

/// The form fields that an expression reads, by name and once each.
pub fn fields_read(expr: &Expr) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for reference in expr.references() {
        if let Reference::Field(name) = reference
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}
