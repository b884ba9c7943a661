//! The conditions of a list in the document: a field by itself, or with its operators in brackets.

use countersign_kernel::filter::{FilterField, FilterType, Op};
use countersign_kernel::id::KINDS;
use countersign_kernel::text::a;
use utoipa::openapi::path::{Parameter, ParameterStyle};
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, Type,
};

use super::{parameter, text};

/// A field as a condition: `amount=…`, and `amount[gte]=…` for each of its operators. A field of a related record stands
/// behind its `prefix`: `account.name`.
pub(super) fn condition(prefix: &str, field: &FilterField, needed: &str) -> Parameter {
    let (what, value) = value_of(field.of);
    let name = format!("{prefix}{}", field.name);
    with_operators(&name, &format!("{what}{needed}"), field.of, value)
}

/// A field that rows have by what somebody published, as a condition: `form.amount`. `words` are those that it may be, if it is a choice.
pub fn member_condition(path: &str, of: FilterType, words: &[String]) -> Parameter {
    let (what, value) = if words.is_empty() {
        value_of(of)
    } else {
        let listed = format!("One of {}.", words.join(", "));
        (listed, text().enum_values(Some(words.iter().map(String::as_str))))
    };
    with_operators(path, &what, of, value)
}

fn with_operators(name: &str, about: &str, of: FilterType, value: ObjectBuilder) -> Parameter {
    let value = value.build();
    let operators = of.ops().iter().fold(
        ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false))),
        |operators, op| operators.property(op.name(), operand(*op, &value)),
    );
    let either = AnyOfBuilder::new().item(Schema::Object(value)).item(operators);
    let mut condition = parameter(name, about, either);
    condition.style = Some(ParameterStyle::DeepObject);
    condition.explode = Some(true);
    condition
}

fn operand(op: Op, value: &Object) -> Schema {
    Schema::Object(match op {
        Op::In | Op::Nin => text().description(Some("Several, comma-separated.")).build(),
        Op::IsNull => ObjectBuilder::new().schema_type(Type::Boolean).build(),
        Op::Contains | Op::StartsWith => text().build(),
        _ => value.clone(),
    })
}

/// What a field is compared with, in words and as a schema.
fn value_of(of: FilterType) -> (String, ObjectBuilder) {
    let formatted = |format: KnownFormat| text().format(Some(SchemaFormat::KnownFormat(format)));
    let typed = |kind: Type| ObjectBuilder::new().schema_type(kind);
    match of {
        FilterType::Text => ("A text.".to_owned(), text()),
        FilterType::Choice(words) => (
            format!("One of {}.", words.join(", ")),
            text().enum_values(Some(words.iter().copied())),
        ),
        FilterType::Number => ("A number.".to_owned(), typed(Type::Number)),
        FilterType::Integer => ("A whole number.".to_owned(), typed(Type::Integer)),
        FilterType::Money => (
            "An amount: 1000 in the tenant's currency, or 1000 EUR.".to_owned(),
            text(),
        ),
        FilterType::Date => ("A date.".to_owned(), formatted(KnownFormat::Date)),
        FilterType::Instant => ("An instant.".to_owned(), formatted(KnownFormat::DateTime)),
        FilterType::YesNo => ("true or false.".to_owned(), typed(Type::Boolean)),
        FilterType::Person => (
            "The id of a user, or me.".to_owned(),
            text().pattern(Some(format!("^(me|{})$", id_pattern("user")))),
        ),
        FilterType::Record(kind) => (
            format!("The id of {}.", a(kind)),
            text().pattern(Some(format!("^{}$", id_pattern(kind)))),
        ),
    }
}

/// What the ids of a kind look like; the same as the schemas of typed ids say.
fn id_pattern(kind: &str) -> String {
    let known = KINDS.iter().find(|(_, known)| *known == kind);
    let prefix = known.map_or(kind, |(prefix, _)| *prefix);
    format!("{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}")
}
