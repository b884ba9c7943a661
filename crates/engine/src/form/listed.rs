//! Fields by which lists of requests are filtered, sorted and summed: those that a file marks with `list: true`.

use countersign_kernel::filter::{FilterType, Value as Listed};
use countersign_kernel::id;
use countersign_kernel::money::{Currency, Money};
use serde_json::{Map, Value as Json};

use super::value::field_value;
use crate::definition::{Field, FieldKind, Form};
use crate::expr::{Type, Value};

/// The most of them that a form has.
pub const LISTED_MOST: usize = 8;

/// What lists compare of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListType {
    pub of: FilterType,
    /// Whether it is a text that people write, in whatever case.
    pub written: bool,
    /// What may be chosen, if it is a choice.
    pub words: Vec<String>,
}

/// Every field that is marked.
pub fn listed(form: &Form) -> impl Iterator<Item = (&Field, ListType)> {
    let marked = form.fields.iter().filter(|field| field.list);
    marked.filter_map(|field| Some((field, list_type(&field.kind, &field.slot.of)?)))
}

/// What lists compare of a field of this kind and type; nothing if it is not one plain and short value.
pub(crate) fn list_type(kind: &FieldKind, of: &Type) -> Option<ListType> {
    let plain = |of| ListType {
        of,
        written: false,
        words: Vec::new(),
    };
    let written = ListType {
        written: true,
        ..plain(FilterType::Text)
    };
    Some(match kind {
        FieldKind::Text | FieldKind::Email | FieldKind::Phone | FieldKind::Url | FieldKind::Department => {
            written
        }
        FieldKind::Number | FieldKind::Integer | FieldKind::Percent => plain(FilterType::Number),
        FieldKind::Money { .. } => plain(FilterType::Money),
        FieldKind::Date => plain(FilterType::Date),
        FieldKind::DateTime => plain(FilterType::Instant),
        FieldKind::Choice { options } => ListType {
            words: options.iter().map(|(name, _)| name.clone()).collect(),
            ..plain(FilterType::Text)
        },
        FieldKind::YesNo => plain(FilterType::YesNo),
        FieldKind::Person => plain(FilterType::Person),
        FieldKind::Record { of } => plain(FilterType::Record(of.word())),
        FieldKind::Computed { .. } => match of {
            Type::YesNo => plain(FilterType::YesNo),
            Type::Number | Type::Percent => plain(FilterType::Number),
            Type::Money => plain(FilterType::Money),
            Type::Text => written,
            Type::Choice(words) => ListType {
                words: words.to_vec(),
                ..plain(FilterType::Text)
            },
            Type::Date => plain(FilterType::Date),
            Type::Instant => plain(FilterType::Instant),
            Type::Person => plain(FilterType::Person),
            Type::Record(kind) => plain(FilterType::Record(kind)),
            _ => return None,
        },
        FieldKind::LongText
        | FieldKind::DateRange
        | FieldKind::Choices { .. }
        | FieldKind::People
        | FieldKind::File { .. }
        | FieldKind::List { .. }
        | FieldKind::Group { .. } => return None,
    })
}

/// What a kept form has in a field, as lists compare it; nothing where it is empty, or no value of this type.
pub fn list_value(field: &Field, of: &ListType, content: &Map<String, Json>) -> Option<Listed> {
    // What is kept names its currency.
    let value = field_value(&field.kind, content.get(&field.name)?, Currency::EUR);
    Some(match (of.of, value) {
        (FilterType::Number, Value::Number(number) | Value::Percent(number)) => Listed::Number(number),
        (FilterType::Money, Value::Money(amount, currency)) => {
            Listed::Money(Money::parse(&amount.normalize().to_string(), currency).ok()?)
        }
        (FilterType::Date, Value::Date(date)) => Listed::Date(date),
        (FilterType::Instant, Value::Instant(at)) => Listed::Instant(at),
        (FilterType::YesNo, Value::YesNo(yes)) => Listed::YesNo(yes),
        (FilterType::Person, Value::Person(person)) => Listed::Id(person.0),
        (FilterType::Record(_), Value::Text(text)) => Listed::Id(id::any(&text)?.1),
        (FilterType::Text, Value::Text(text)) if !text.is_empty() => Listed::Text(text),
        _ => return None,
    })
}
