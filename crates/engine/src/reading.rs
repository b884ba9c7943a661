//! What expressions see of a request: the environment that the language asks for, over a state and the facts.

mod fields;
mod items;
mod words;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use chrono::TimeDelta;
use chrono_tz::Tz;
use countersign_kernel::calendar::{Calendar, civil_instant};
use countersign_kernel::directory::Person;
use countersign_kernel::id::UserId;
use countersign_kernel::money::{Currency, Money};
use countersign_kernel::text::Text;
use countersign_kernel::time::{Date, Instant};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::definition::{Table, Workflow};
use crate::expr::{
    DateRange, Environment, Expr, Fault, PersonPart, Reference, RequestPart, Span, Value, rounded,
};
use crate::machine::Facts;
use crate::refusal::both;
use crate::state::State;
use crate::vocabulary::{Outcome, Read, ScopeId, Status, Trouble};

pub use items::Item;

/// An environment over a request.
#[derive(Clone)]
pub(crate) struct Reading<'a> {
    pub definition: &'a Workflow,
    pub state: &'a State,
    pub facts: &'a Facts<'a>,
    /// Whoever is asked, in a deadline or an escalation.
    pub approver: Option<UserId>,
    /// The candidate, in a "who".
    pub candidate: Option<UserId>,
    /// In the bounds of an edit.
    pub change: Option<(Value, Value)>,
    /// The scope from which it is read: inside `each`, its item is seen.
    pub place: Option<ScopeId>,
    /// While items are grouped: the item.
    pub item: Option<Value>,
    /// While earlier requests are looked at: the form of one.
    pub other: Option<Value>,
    pub effort: &'a Effort,
}

/// What judging may still cost, and what was worked out on the way.
pub(crate) struct Effort {
    /// Templates and expressions are bounded each; this bounds them together.
    judgements: Cell<u32>,
    /// The items of each `each` that was looked at, by its scope.
    items: RefCell<BTreeMap<ScopeId, Rc<Vec<Value>>>>,
}

impl Effort {
    /// The items of an `each` that has just begun.
    pub(crate) fn remember(&self, block: ScopeId, items: Vec<Value>) {
        self.items.borrow_mut().insert(block, Rc::new(items));
    }
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            judgements: Cell::new(JUDGEMENTS),
            items: RefCell::default(),
        }
    }
}

impl<'a> Reading<'a> {
    pub(crate) fn new(
        definition: &'a Workflow,
        state: &'a State,
        facts: &'a Facts<'a>,
        effort: &'a Effort,
    ) -> Self {
        Self {
            definition,
            state,
            facts,
            approver: None,
            candidate: None,
            change: None,
            place: None,
            item: None,
            other: None,
            effort,
        }
    }

    pub(crate) fn within(mut self, place: ScopeId) -> Self {
        self.place = Some(place);
        self
    }

    fn of_item(mut self, item: Value) -> Self {
        self.item = Some(item);
        self
    }

    pub(crate) fn other(mut self, form: Value) -> Self {
        self.other = Some(form);
        self
    }

    pub(crate) fn approver(mut self, approver: Option<UserId>) -> Self {
        self.approver = approver;
        self
    }

    pub(crate) fn candidate(mut self, candidate: UserId) -> Self {
        self.candidate = Some(candidate);
        self
    }

    pub(crate) fn change(mut self, old: Value, new: Value) -> Self {
        self.change = Some((old, new));
        self
    }

    /// The value, or the trouble that holds a step.
    pub(crate) fn value(&self, expr: &Expr) -> Result<Value, Trouble> {
        self.spend(expr, 1)?;
        let (value, visited) = expr.eval_counted(self);
        self.spend(expr, visited / PARTS)?;
        value.map_err(|fault| trouble(expr, &fault))
    }

    pub(crate) fn holds(&self, expr: &Expr) -> Result<bool, Trouble> {
        Ok(self.value(expr)? == Value::YesNo(true))
    }

    fn spend(&self, expr: &Expr, judgements: u32) -> Result<(), Trouble> {
        match self.effort.judgements.get().checked_sub(judgements) {
            Some(left) => {
                self.effort.judgements.set(left);
                Ok(())
            }
            None => Err(trouble(expr, &Fault::TooLong)),
        }
    }

    /// What an expression read, as the history shows it.
    pub(crate) fn reads(&self, expr: &Expr) -> Vec<Read> {
        let shown = expr.read_values(self).into_iter();
        // What stands in an item has no name of its own here, and a table in a folder no version.
        let table = |name: &str| name.starts_with("table(");
        let silent = |name: &str, value: &Value| match value {
            Value::Group(_) => true,
            Value::Empty => table(name),
            _ => false,
        };
        let shown = shown.filter(|(name, value)| !silent(name, value));
        shown
            .map(|(name, value)| Read {
                name,
                value: if value.is_empty() {
                    "–".to_owned()
                } else {
                    self.show(&value)
                },
            })
            .collect()
    }

    fn name(&self, id: UserId) -> String {
        self.known(id)
            .map_or_else(|| id.to_string(), |person| person.name.clone())
    }

    /// The requester as they were when they submitted, others as they are.
    pub(crate) fn known(&self, id: UserId) -> Option<&'a Person> {
        let frozen = self.state.person.as_deref().filter(|person| person.id == id);
        frozen.or_else(|| self.facts.directory.person(id))
    }

    /// The calendar of a person's place, else the tenant's, else nine to five.
    pub(crate) fn calendar(&self, id: Option<UserId>) -> Calendar {
        let of_person = id
            .and_then(|id| self.known(id))
            .and_then(|person| self.facts.calendars.of(person));
        let found = of_person.or_else(|| self.facts.calendars.tenant());
        found
            .cloned()
            .unwrap_or_else(|| Calendar::nine_to_five("default", self.facts.zone))
    }

    /// The zone where a person works.
    pub(crate) fn zone_of(&self, id: Option<UserId>) -> Tz {
        let person = id.and_then(|id| self.known(id));
        self.facts.calendars.zone_of(person, self.facts.zone)
    }

    fn request(&self, part: RequestPart) -> Value {
        match part {
            RequestPart::Id => Value::Text(self.state.id.to_string()),
            RequestPart::Number if self.state.number.is_empty() => Value::Empty,
            RequestPart::Number => Value::Text(self.state.number.clone()),
            RequestPart::SubmittedAt => Value::Instant(self.state.submitted_at.unwrap_or(self.facts.now)),
            RequestPart::Round => Value::Number(Decimal::from(self.state.round)),
            RequestPart::Status => Value::Text(self.state.status.word().to_owned()),
        }
    }
}

/// So many expressions are judged for one command at most.
const JUDGEMENTS: u32 = 20_000;
/// So many parts of an expression count as one more judgement.
const PARTS: u32 = 100;

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => "approved",
        Outcome::Rejected => "rejected",
        Outcome::Skipped => "skipped",
    }
}

pub(crate) fn trouble(expr: &Expr, fault: &Fault) -> Trouble {
    Trouble::Rule {
        source: expr.source().to_owned(),
        fault: fault.to_string(),
        fault_zh: fault.zh(),
    }
}

impl Environment for Reading<'_> {
    fn read(&self, what: &Reference) -> Value {
        let person = |id: Option<UserId>| id.map_or(Value::Empty, Value::Person);
        match what {
            Reference::Field(name) => self.field(name),
            Reference::Other(name) => match &self.other {
                Some(Value::Group(fields)) => fields.get(name).cloned().unwrap_or(Value::Empty),
                _ => Value::Empty,
            },
            Reference::Requester => person(self.state.requester),
            Reference::Approver => person(self.approver),
            Reference::Candidate => person(self.candidate),
            Reference::Request(part) => self.request(*part),
            Reference::Step(key, part) => self.step(key, *part),
            Reference::StepForm(key) => self.step_form(key),
            Reference::Item(each, _) => self.item(each),
            Reference::ItemsOf(each, verdict) => self.items_with(each, *verdict),
            Reference::Event(_) => Value::Empty,
            Reference::Table(name) => version(self.facts, name),
            Reference::New => self.change.as_ref().map_or(Value::Empty, |(_, new)| new.clone()),
            Reference::Old => self.change.as_ref().map_or(Value::Empty, |(old, _)| old.clone()),
            Reference::Today => Value::Date(self.facts.now.utc().with_timezone(&self.zone()).date_naive()),
            Reference::Now => Value::Instant(self.facts.now),
        }
    }

    fn person(&self, who: UserId, part: PersonPart) -> Value {
        self.known(who)
            .map_or(Value::Empty, |person| part_of(person, part, self.facts.currency))
    }

    fn working_days(&self, range: DateRange) -> Result<Decimal, Fault> {
        Ok(working_days(&self.calendar(self.state.requester), range))
    }

    fn later(&self, from: Instant, span: Span) -> Result<Instant, Fault> {
        later(&self.calendar(self.state.requester), from, span)
    }

    fn table(&self, name: &str) -> Option<Arc<Table>> {
        self.facts.tables.get(name).cloned()
    }

    fn currency(&self) -> Currency {
        self.facts.currency
    }

    fn zone(&self) -> Tz {
        self.zone_of(self.state.requester)
    }
}

/// Which version of a table is asked.
pub(crate) fn version(facts: &Facts<'_>, table: &str) -> Value {
    let version = facts.tables.version(table);
    version.map_or(Value::Empty, |version| Value::Number(version.into()))
}

/// What is known of a person.
pub(crate) fn part_of(person: &Person, part: PersonPart, currency: Currency) -> Value {
    let text = |text: &Option<String>| text.clone().map_or(Value::Empty, Value::Text);
    let texts = |all: &std::collections::BTreeSet<String>| {
        Value::List(all.iter().cloned().map(Value::Text).collect())
    };
    match part {
        PersonPart::Id => Value::Text(person.id.to_string()),
        PersonPart::Name => Value::Text(person.name.clone()),
        PersonPart::Email => Value::Text(person.email.clone()),
        PersonPart::Department => text(&person.department),
        PersonPart::Title => text(&person.title),
        PersonPart::Grade => text(&person.grade),
        PersonPart::CostCenter => text(&person.cost_center),
        PersonPart::Country => text(&person.country),
        PersonPart::Manager => person.manager.map_or(Value::Empty, Value::Person),
        PersonPart::Limit => person.limit.map_or(Value::Empty, |minor| {
            Value::Money(Money::new(minor, currency).decimal(), currency)
        }),
        PersonPart::Roles => texts(&person.roles),
        PersonPart::Groups => texts(&person.groups),
        PersonPart::Skills => texts(&person.skills),
    }
}

/// The working days of a range on a calendar.
pub(crate) fn working_days(calendar: &Calendar, range: DateRange) -> Decimal {
    let halves = calendar.halves_of(range.start, range.end, range.start_half, range.end_half);
    Decimal::new(halves * 5, 1)
}

/// An instant so much later on a calendar.
pub(crate) fn later(calendar: &Calendar, from: Instant, span: Span) -> Result<Instant, Fault> {
    match span {
        Span::Clock(millis) => Ok(from.plus(TimeDelta::milliseconds(millis))),
        Span::WorkingMinutes(minutes) => {
            let minutes = u32::try_from(minutes).map_err(|_| Fault::Overflow)?;
            calendar.add_minutes(from, minutes).map_err(|_| Fault::NoCalendar)
        }
        Span::WorkingDays(days) => {
            let whole = days.trunc().to_u32().ok_or(Fault::Overflow)?;
            let at = calendar.add_days(from, whole).map_err(|_| Fault::NoCalendar)?;
            if days.fract().is_zero() {
                return Ok(at);
            }
            let stretches = calendar.stretches(calendar.date_of(at));
            let minutes: u32 = stretches
                .iter()
                .map(|one| u32::from(one.to.saturating_sub(one.from)))
                .sum();
            let part = rounded(days.fract() * Decimal::from(minutes), 0)
                .to_u32()
                .ok_or(Fault::Overflow)?;
            calendar.add_minutes(at, part).map_err(|_| Fault::NoCalendar)
        }
    }
}

/// The first moment of a day.
pub(crate) fn start_of(date: Date, zone: Tz) -> Instant {
    civil_instant(zone, date.and_time(chrono::NaiveTime::MIN))
}

/// The end of a day in a zone.
pub(crate) fn end_of(date: Date, zone: Tz) -> Instant {
    let next = date.succ_opt().unwrap_or(date);
    civil_instant(zone, next.and_time(chrono::NaiveTime::MIN))
}

/// In words, for people.
pub(crate) fn trouble_text(trouble: &Trouble) -> Text {
    match trouble {
        Trouble::Nobody => both("nobody can be asked.", "没有可以询问的人。"),
        Trouble::OnlyRequester => both(
            "only the requester could be asked, and nobody decides their own request.",
            "只有申请人可以被询问，而任何人都不能审批自己的申请。",
        ),
        Trouble::TooFew { need, found } => both(
            format!("{need} must approve, and only {found} can be asked."),
            format!("需要 {need} 人通过，但只有 {found} 人可以询问。"),
        ),
        Trouble::Rule {
            source,
            fault,
            fault_zh,
        } => both(
            format!("`{source}` could not be judged: {fault}."),
            format!("无法判断 `{source}`：{fault_zh}。"),
        ),
        Trouble::Repeated { at_most } => both(
            format!("it was done {at_most} times, which is as often as it may be, and should be done again."),
            format!("已重复 {at_most} 次，达到上限，但仍需重复。"),
        ),
        Trouble::Action { reason } => both(
            format!("the action failed: {reason}"),
            format!("动作失败：{reason}"),
        ),
        Trouble::Definition { reason } => both(reason.clone(), reason.clone()),
    }
}

/// Whether a request may still be judged on.
pub(crate) fn is_live(status: Status) -> bool {
    matches!(status, Status::Open | Status::Held)
}
