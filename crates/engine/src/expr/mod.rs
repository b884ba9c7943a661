//! The expression language: small, typed, total; in the manner of a spreadsheet.
//!
//! A text becomes an [`Expr`] once, when a definition is checked; after that it only runs. What is left to fail
//! at run time is a [`Fault`], and what a fault means is decided by whoever asked.

mod call;
mod called;
mod compile;
mod eval;
mod function;
mod node;
mod partly;
mod pattern;
mod range;
mod roots;
mod scope;
mod spoken;
mod syntax;
mod template;
mod token;
mod types;
mod value;

use std::fmt;
use std::sync::Arc;

use chrono_tz::Tz;
use countersign_kernel::id::UserId;
use countersign_kernel::money::Currency;
use countersign_kernel::time::Instant;
use rust_decimal::Decimal;

use crate::definition::Table;
use crate::finding::Words;
use compile::Compiler;
use node::Node;

pub(crate) use called::called;
pub(crate) use eval::functions::rounded;
pub use eval::order;
pub use function::{FUNCTIONS, Function};
pub(crate) use range::{Cover, Range, range};
pub(crate) use roots::names_read;
pub(crate) use scope::learn;
pub use scope::{Item, Other, Scope};
pub use types::{Slot, Type};
pub(crate) use value::UNLIMITED;
pub use value::{DateRange, Span, Value};

/// What an expression reads from outside itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A field of the form (or, in a check of one, of the form as sent).
    Field(String),
    Requester,
    /// Whoever is asked, in a deadline or escalation.
    Approver,
    /// The candidate, in a "who".
    Candidate,
    Request(RequestPart),
    Step(String, StepPart),
    /// What was filled in when the work of a step was done.
    StepForm(String),
    /// The item of an `each` that stands around this, and what it is called.
    Item(String, String),
    /// A field of an earlier request, in the `where` of a fact.
    Other(String),
    /// The items of an `each` that came to this.
    ItemsOf(String, Items),
    /// A field of the event that woke an automation: `["deal", "amount"]`.
    Event(Vec<String>),
    /// The version of a table that is asked; empty where tables have none.
    Table(String),
    /// In `can_edit`: the value as changed, and as it was.
    New,
    Old,
    Today,
    Now,
}

/// What can be asked of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestPart {
    Id,
    /// Empty until it is submitted.
    Number,
    /// Of the latest submission.
    SubmittedAt,
    Round,
    Status,
}

/// What can be asked of a step: empty until it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepPart {
    /// `approved`, `rejected` or `returned`, as a text.
    Decision,
    /// Who decided it (the last voice).
    By,
    /// What they said.
    Comment,
    /// Whether it was approved.
    Approved,
    Rejected,
    /// Which of several ends of a wait came.
    Came,
}

/// Which items of an `each`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Items {
    Approved,
    Rejected,
}

/// What can be asked of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PersonPart {
    Id,
    Name,
    Email,
    Department,
    Title,
    Grade,
    CostCenter,
    Manager,
    Limit,
    Country,
    Roles,
    Groups,
    Skills,
}

/// What an expression sees. Whoever judges hands it in; nothing else is read.
pub trait Environment {
    /// The value behind a reference; [`Value::Empty`] where there is none.
    fn read(&self, what: &Reference) -> Value;
    /// What is known of a person .
    fn person(&self, who: UserId, part: PersonPart) -> Value;
    /// Working days of a range on the requester's calendar; halves count half.
    fn working_days(&self, range: DateRange) -> Result<Decimal, Fault>;
    /// The instant so much later (earlier if negative), on the requester's calendar.
    fn later(&self, from: Instant, span: Span) -> Result<Instant, Fault>;
    /// The table of this name, as it is now.
    fn table(&self, name: &str) -> Option<Arc<Table>>;
    /// What a bare number beside money means.
    fn currency(&self) -> Currency;
    /// Whose midnight ends a day: the zone where the requester works.
    fn zone(&self) -> Tz;
}

/// Why an expression had no value: the data's doing, not the text's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("a division by zero")]
    DivisionByZero,
    #[error("a number too large or too fine to count with")]
    Overflow,
    #[error("{0} and {1} do not compare without a rate")]
    OtherCurrency(Currency, Currency),
    #[error("{0:?} is no date")]
    NotADate(String),
    #[error("the value of {0} is missing")]
    Missing(String),
    #[error("no working day can be found from there")]
    NoCalendar,
    #[error("there is no table {0}")]
    NoTable(String),
    #[error("the table {0} has other columns than it had when this was published")]
    OtherTable(String),
    #[error("no row of the table {0} holds")]
    NoRow(String),
    #[error("several rows of the table {0} hold")]
    SeveralRows(String),
    #[error("`unlimited` is no number that can be kept")]
    Unlimited,
    #[error("more steps than an expression may take")]
    TooLong,
}

impl Fault {
    /// The same in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::DivisionByZero => "除数为零".to_owned(),
            Self::Overflow => "数值过大或过细，无法计算".to_owned(),
            Self::OtherCurrency(one, other) => format!("没有汇率，{one} 与 {other} 无法比较"),
            Self::NotADate(text) => format!("“{text}”不是日期"),
            Self::Missing(name) => format!("缺少 {name} 的值"),
            Self::NoCalendar => "从该时刻起找不到工作日".to_owned(),
            Self::NoTable(name) => format!("没有表 {name}"),
            Self::OtherTable(name) => format!("表 {name} 的列与发布时不同"),
            Self::NoRow(name) => format!("表 {name} 没有成立的行"),
            Self::SeveralRows(name) => format!("表 {name} 有多行成立"),
            Self::Unlimited => "`unlimited` 不是可以保存的数值".to_owned(),
            Self::TooLong => "表达式的步骤过多".to_owned(),
        }
    }
}

/// A typed expression, ready to run.
#[derive(Clone)]
pub struct Expr {
    source: String,
    slot: Slot,
    node: Node,
    references: Vec<Reference>,
    /// Paths that are filled in wherever this condition holds, and wherever it does not.
    facts: (Vec<String>, Vec<String>),
}

/// What is wrong with an expression, and where in its text, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub code: &'static str,
    pub from: usize,
    pub to: usize,
    pub message: Words,
    pub hint: Option<Box<Words>>,
}

impl Trouble {
    pub(crate) fn new(code: &'static str, from: usize, to: usize, message: Words) -> Self {
        Self {
            code,
            from,
            to,
            message,
            hint: None,
        }
    }

    pub(crate) fn hint(self, hint: Words) -> Self {
        Self {
            hint: Some(Box::new(hint)),
            ..self
        }
    }
}

/// What a place wants of its expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A condition.
    YesNo,
    /// Something that is there, of one of these types.
    OneOf(&'static [Type], &'static str, &'static str),
    /// The same, or nothing.
    Perhaps(&'static [Type], &'static str, &'static str),
    Anything,
}

impl Expr {
    /// Reads, resolves and types a text. All troubles at once, none that follows from another.
    pub fn compile(text: &str, scope: &Scope, wanted: &Wanted) -> Result<Self, Vec<Trouble>> {
        let tree = syntax::parse(text).map_err(|trouble| vec![trouble])?;
        let mut compiler = Compiler {
            scope,
            letters: text.chars().collect(),
            troubles: Vec::new(),
            known: Vec::new(),
            items: Vec::new(),
            references: Vec::new(),
        };
        let typed = match wanted {
            Wanted::YesNo => compiler.condition(&tree),
            Wanted::OneOf(types, en, zh) => compiler.one_of(&tree, types, en, zh),
            Wanted::Perhaps(types, en, zh) => compiler
                .compile(&tree)
                .and_then(|typed| compiler.of_these(&tree, typed, types, en, zh)),
            Wanted::Anything => compiler.compile(&tree),
        };
        let (Some(typed), true) = (typed, compiler.troubles.is_empty()) else {
            return Err(compiler.troubles);
        };
        let mut facts = (Vec::new(), Vec::new());
        compile::facts(&tree, true, &mut facts.0);
        compile::facts(&tree, false, &mut facts.1);
        Ok(Self {
            source: text.to_owned(),
            slot: typed.slot,
            node: typed.node,
            references: compiler.references,
            facts,
        })
    }

    /// Stands for a text that has no value: it is told elsewhere, and what reads it is not judged by it. What it
    /// says of empty fields still counts where its grammar is sound.
    pub(crate) fn unread(text: &str) -> Self {
        let mut facts = (Vec::new(), Vec::new());
        match syntax::parse(text) {
            Ok(tree) => {
                compile::facts(&tree, true, &mut facts.0);
                compile::facts(&tree, false, &mut facts.1);
            }
            Err(_) => {
                let all = vec![scope::EVERY_PATH.to_owned()];
                facts = (all.clone(), all);
            }
        }
        Self {
            source: text.to_owned(),
            slot: Slot::always(Type::Unread),
            node: Node::Value(Value::Empty),
            references: Vec::new(),
            facts,
        }
    }

    /// Whether it stands for a text that was found wrong.
    pub(crate) fn is_unread(&self) -> bool {
        self.slot.of == Type::Unread
    }

    /// Paths that are filled in wherever this condition holds (or wherever it does not).
    pub(crate) fn facts(&self, holds: bool) -> &[String] {
        if holds { &self.facts.0 } else { &self.facts.1 }
    }

    /// As written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The type of its value, and whether it may be empty.
    pub fn slot(&self) -> &Slot {
        &self.slot
    }

    /// What it reads, each once, in order.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.slot == other.slot
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({})", self.source)
    }
}
