//! Running an expression: total, bounded, exact.

mod arithmetic;
mod budget;
pub(super) mod functions;
mod spans;
mod table;

use std::cell::Cell;
use std::cmp::Ordering;

use countersign_kernel::number;

use super::node::{Comparison, Node, RangePart};
use super::value::DateRange;
use super::{Environment, Expr, Fault, Reference, Value};
use arithmetic::{negative, same_currency};
use budget::BUDGET;
use spans::span_order;

impl Expr {
    /// The value of the expression where it stands.
    pub fn eval(&self, environment: &dyn Environment) -> Result<Value, Fault> {
        self.eval_counted(environment).0
    }

    /// Whether a condition holds; something empty does not.
    pub fn holds(&self, environment: &dyn Environment) -> Result<bool, Fault> {
        Ok(self.eval(environment)? == Value::YesNo(true))
    }

    /// Its value, where it reads nothing.
    pub fn constant(&self) -> Option<Value> {
        if self.is_unread() {
            return None;
        }
        match &self.node {
            Node::Value(value) => Some(value.clone()),
            Node::Negative(inside) => match inside.as_ref() {
                Node::Value(value) => negative(value.clone()).ok(),
                _ => None,
            },
            _ => None,
        }
    }

    /// What it read, for the history: each name with its value, in order.
    pub fn read_values(&self, environment: &dyn Environment) -> Vec<(String, Value)> {
        self.references
            .iter()
            .map(|reference| (reference.to_string(), environment.read(reference)))
            .collect()
    }
}

/// How two values lie; an instant beside a date is read as its day. `None`: they have no order.
pub fn order(one: &Value, other: &Value, environment: &dyn Environment) -> Result<Option<Ordering>, Fault> {
    let day = |value: &Value| match value {
        Value::Instant(at) => Value::Date(at.utc().with_timezone(&environment.zone()).date_naive()),
        other => other.clone(),
    };
    let run = Run {
        environment,
        left: Cell::new(BUDGET),
    };
    match (one, other) {
        (Value::Date(_), Value::Instant(_)) => run.order(one, &day(other)),
        (Value::Instant(_), Value::Date(_)) => run.order(&day(one), other),
        (Value::Percent(a), Value::Number(b)) | (Value::Number(a), Value::Percent(b)) => Ok(Some(a.cmp(b))),
        _ => run.order(one, other),
    }
}

struct Run<'a> {
    environment: &'a dyn Environment,
    left: Cell<u32>,
}

impl Run<'_> {
    fn eval(&self, node: &Node, items: &mut Vec<Value>) -> Result<Value, Fault> {
        self.spend(1)?;
        Ok(match node {
            Node::Value(value) => value.clone(),
            Node::Read(reference) => self.read(reference)?,
            Node::Item(place) => self.copy(items.get(*place))?,
            Node::Part(whole, name) => match self.eval(whole, items)? {
                Value::Group(mut parts) => parts.remove(name).unwrap_or(Value::Empty),
                _ => Value::Empty,
            },
            Node::RangePart(whole, part) => match self.eval(whole, items)? {
                Value::DateRange(range) => self.range_part(range, *part)?,
                _ => Value::Empty,
            },
            Node::PersonPart(whole, part) => match self.eval(whole, items)? {
                Value::Person(id) => self.environment.person(id, *part),
                _ => Value::Empty,
            },
            Node::Not(inside) => Value::YesNo(!self.truth(inside, items)?),
            Node::Negative(inside) => negative(self.eval(inside, items)?)?,
            Node::And(one, other) => Value::YesNo(self.truth(one, items)? && self.truth(other, items)?),
            Node::Or(one, other) => Value::YesNo(self.truth(one, items)? || self.truth(other, items)?),
            Node::Compare(comparison, one, other) => {
                let (one, other) = (self.eval(one, items)?, self.eval(other, items)?);
                Value::YesNo(self.compare(*comparison, &one, &other)?)
            }
            Node::Arithmetic(sign, one, other) => {
                let (one, other) = (self.eval(one, items)?, self.eval(other, items)?);
                self.arithmetic(*sign, one, other)?
            }
            Node::In(item, list) => {
                let (item, list) = (self.eval(item, items)?, self.eval(list, items)?);
                let Value::List(all) = list else {
                    return Ok(Value::YesNo(false));
                };
                self.spend(u32::try_from(all.len()).unwrap_or(u32::MAX))?;
                let mut found = false;
                for one in &all {
                    found |= self.compare(Comparison::Equal, one, &item)?;
                }
                Value::YesNo(found)
            }
            Node::ContainsText(whole, part) => {
                self.texts(whole, part, items, |whole, part| self.contains(whole, part))?
            }
            Node::StartsWith(whole, part) => {
                self.texts(whole, part, items, |whole, part| self.starts(whole, part))?
            }
            Node::Matches(whole, pattern) => match self.eval(whole, items)? {
                Value::Text(text) => {
                    self.spend(pattern.cost(&text))?;
                    Value::YesNo(pattern.is_match(&text))
                }
                _ => Value::YesNo(false),
            },
            Node::IsEmpty(inside, positive) => {
                Value::YesNo(self.eval(inside, items)?.is_empty() == *positive)
            }
            Node::If(condition, yes, no) => {
                self.eval(if self.truth(condition, items)? { yes } else { no }, items)?
            }
            Node::List(parts) => Value::List(
                parts
                    .iter()
                    .map(|part| self.eval(part, items))
                    .collect::<Result<_, _>>()?,
            ),
            Node::CivilDate(inside) => match self.eval(inside, items)? {
                Value::Instant(at) => {
                    Value::Date(at.utc().with_timezone(&self.environment.zone()).date_naive())
                }
                other => other,
            },
            Node::Call(function, arguments) => {
                let values = arguments
                    .iter()
                    .map(|part| self.eval(part, items))
                    .collect::<Result<Vec<_>, _>>()?;
                self.call(*function, &values)?
            }
            Node::Table(asked, arguments) => {
                let values = arguments
                    .iter()
                    .map(|part| self.eval(part, items))
                    .collect::<Result<Vec<_>, _>>()?;
                self.table(asked, &values)?
            }
            Node::Over(over, list, body) => {
                let Value::List(all) = self.eval(list, items)? else {
                    return self.over(*over, Vec::new());
                };
                let mut pairs = Vec::with_capacity(all.len());
                for item in all {
                    items.push(item.clone());
                    let value = self.eval(body, items);
                    items.pop();
                    pairs.push((item, value?));
                }
                self.over(*over, pairs)?
            }
        })
    }

    fn truth(&self, node: &Node, items: &mut Vec<Value>) -> Result<bool, Fault> {
        Ok(self.eval(node, items)? == Value::YesNo(true))
    }

    fn texts(
        &self,
        one: &Node,
        other: &Node,
        items: &mut Vec<Value>,
        fits: impl Fn(&str, &str) -> Result<bool, Fault>,
    ) -> Result<Value, Fault> {
        let (one, other) = (self.eval(one, items)?, self.eval(other, items)?);
        Ok(Value::YesNo(match (&one, &other) {
            (Value::Text(one_text), Value::Text(other_text)) if !one.is_empty() && !other.is_empty() => {
                fits(one_text, other_text)?
            }
            _ => false,
        }))
    }

    fn range_part(&self, range: DateRange, part: RangePart) -> Result<Value, Fault> {
        Ok(match part {
            RangePart::Start => Value::Date(range.start),
            RangePart::End => Value::Date(range.end),
            RangePart::Days => Value::Number(range.days()),
            RangePart::WorkingDays => Value::Number(self.count_days(range)?),
        })
    }

    fn compare(&self, comparison: Comparison, one: &Value, other: &Value) -> Result<bool, Fault> {
        if one.is_empty() || other.is_empty() {
            return match comparison {
                Comparison::Equal => Ok(false),
                Comparison::NotEqual => Ok(true),
                _ => Err(Fault::Missing("a compared field".to_owned())),
            };
        }
        let order = self.order(one, other)?;
        Ok(match comparison {
            Comparison::Equal => order == Some(Ordering::Equal),
            Comparison::NotEqual => order != Some(Ordering::Equal),
            Comparison::Less => order == Some(Ordering::Less),
            Comparison::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Comparison::Greater => order == Some(Ordering::Greater),
            Comparison::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        })
    }

    /// How two values lie; `None` for different ones that have no order.
    fn order(&self, one: &Value, other: &Value) -> Result<Option<Ordering>, Fault> {
        Ok(match (one, other) {
            (Value::Number(a), Value::Number(b)) | (Value::Percent(a), Value::Percent(b)) => Some(a.cmp(b)),
            (Value::Money(a, one), Value::Money(b, other)) => {
                same_currency(*one, *other)?;
                Some(a.cmp(b))
            }
            (Value::Money(a, currency), Value::Number(b)) => {
                same_currency(*currency, self.environment.currency())?;
                Some(a.cmp(b))
            }
            (Value::Number(a), Value::Money(b, currency)) => {
                same_currency(*currency, self.environment.currency())?;
                Some(a.cmp(b))
            }
            (Value::Unlimited, Value::Unlimited) => Some(Ordering::Equal),
            (Value::Unlimited, other) if is_counted(other) => Some(Ordering::Greater),
            (other, Value::Unlimited) if is_counted(other) => Some(Ordering::Less),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::Instant(a), Value::Instant(b)) => Some(a.cmp(b)),
            (Value::Duration(a), Value::Duration(b)) => span_order(*a, *b),
            // What another workflow's form holds has no type before it is there, and long numbers are texts in it.
            (Value::Text(a), Value::Number(b)) => number::exact(a).map(|a| a.cmp(b)),
            (Value::Number(a), Value::Text(b)) => number::exact(b).map(|b| a.cmp(&b)),
            (Value::Text(a), Value::Person(b)) | (Value::Person(b), Value::Text(a)) => {
                (*a == b.to_string()).then_some(Ordering::Equal)
            }
            (Value::Text(a), Value::Text(b)) => self.same(a, b)?.then_some(Ordering::Equal),
            (a, b) => (a == b).then_some(Ordering::Equal),
        })
    }
}

fn is_counted(value: &Value) -> bool {
    matches!(value, Value::Number(_) | Value::Percent(_) | Value::Money(..))
}

impl std::fmt::Display for Reference {
    /// As an expression writes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Field(name) => f.write_str(name),
            Self::Requester => f.write_str("requester"),
            Self::Approver => f.write_str("approver"),
            Self::Candidate => f.write_str("person"),
            Self::Request(part) => write!(f, "request.{}", part.word()),
            Self::Step(id, part) => write!(f, "step('{id}').{}", part.word()),
            Self::StepForm(id) => write!(f, "step('{id}').form"),
            Self::Item(_, name) => f.write_str(name),
            Self::ItemsOf(each, which) => write!(f, "step('{each}').{}", which.word()),
            Self::Event(path) => write!(f, "event.{}", path.join(".")),
            Self::Other(name) => write!(f, "other.{name}"),
            Self::Table(name) => write!(f, "table('{name}').version"),
            Self::New => f.write_str("new"),
            Self::Old => f.write_str("old"),
            Self::Today => f.write_str("today"),
            Self::Now => f.write_str("now"),
        }
    }
}
