//! From a schema to a shape.

use std::collections::HashMap;

use countersign_kernel::id::KINDS;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Form, Member, Object, Rest, Shape, Shapes};

/// Compiles the schema of a type, and those that it refers to.
pub(crate) fn compile<T: ToSchema>() -> Shapes {
    let mut schemas = Vec::new();
    T::schemas(&mut schemas);
    let json = |schema| serde_json::to_value(schema).unwrap_or_default();
    let named: HashMap<String, Value> = schemas
        .iter()
        .map(|(name, schema)| (name.clone(), json(schema)))
        .collect();
    let shapes = named
        .iter()
        .map(|(name, schema)| (name.clone(), shape(schema, &named)))
        .collect();
    Shapes {
        root: shape(&json(&T::schema()), &named),
        named: shapes,
    }
}

type Named = HashMap<String, Value>;

/// The shape of one schema.
pub(crate) fn shape(schema: &Value, named: &Named) -> Shape {
    if let Some(reference) = schema["$ref"].as_str() {
        return Shape::Named(reference.rsplit('/').next().unwrap_or_default().to_owned());
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return all_of(parts, named);
    }
    for word in ["oneOf", "anyOf"] {
        if let Some(parts) = schema[word].as_array() {
            return one_of(parts, named);
        }
    }
    match &schema["type"] {
        Value::Array(types) => {
            let kinds: Vec<&str> = types
                .iter()
                .filter_map(Value::as_str)
                .filter(|kind| *kind != "null")
                .collect();
            let shape = match kinds.as_slice() {
                [only] => of_type(only, schema, named),
                _ => Shape::Any,
            };
            if kinds.len() < types.len() {
                Shape::Nullable(Box::new(shape))
            } else {
                shape
            }
        }
        Value::String(kind) => of_type(kind, schema, named),
        _ => Shape::Any,
    }
}

fn of_type(kind: &str, schema: &Value, named: &Named) -> Shape {
    let size = |word: &str, other: usize| {
        schema[word]
            .as_u64()
            .map_or(other, |size| usize::try_from(size).unwrap_or(other))
    };
    match kind {
        "object" => object(schema, named),
        "array" => Shape::List {
            of: Box::new(shape(&schema["items"], named)),
            least: size("minItems", 0),
            most: size("maxItems", usize::MAX),
        },
        "string" => match schema["enum"].as_array() {
            Some(words) => Shape::Choice(
                words
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
            ),
            None => Shape::Text {
                form: form(schema),
                least: size("minLength", 0),
                most: size("maxLength", usize::MAX),
            },
        },
        "integer" => integer(schema),
        "number" => Shape::Number,
        "boolean" => Shape::YesNo,
        "null" => Shape::Null,
        _ => Shape::Any,
    }
}

fn integer(schema: &Value) -> Shape {
    let (low, high) = match schema["format"].as_str() {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let bound = |word: &str, other: i64| schema[word].as_f64().map_or(other, |bound| bound as i64);
    Shape::Integer {
        least: bound("minimum", low),
        most: bound("maximum", high),
    }
}

fn form(schema: &Value) -> Form {
    match schema["format"].as_str() {
        Some("date") => return Form::Date,
        Some("date-time") => return Form::Instant,
        Some("uuid") => return Form::Uuid,
        _ => {}
    }
    let Some(pattern) = schema["pattern"].as_str() else {
        return Form::Free;
    };
    let prefix = pattern
        .strip_prefix('^')
        .and_then(|pattern| pattern.strip_suffix("_[0-7][0-9a-hjkmnp-tv-z]{25}$"));
    if let Some((_, kind)) = prefix.and_then(|prefix| KINDS.iter().find(|(known, _)| *known == prefix)) {
        return Form::Id(kind);
    }
    regex_lite::Regex::new(pattern).map_or(Form::Unreadable, Form::Pattern)
}

fn object(schema: &Value, named: &Named) -> Shape {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema["properties"].as_object();
    let members: Vec<Member> = properties
        .into_iter()
        .flatten()
        .map(|(name, schema)| Member {
            name: name.clone(),
            shape: shape(schema, named),
            required: required.contains(&name.as_str()),
            read_only: schema["readOnly"] == true,
        })
        .collect();
    let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    if names == ["amount", "currency"]
        && schema
            .pointer("/properties/currency/pattern")
            .is_some_and(|pattern| pattern == "^[A-Z]{3}$")
    {
        return Shape::Money;
    }
    let rest = match &schema["additionalProperties"] {
        Value::Bool(false) => Rest::Refused,
        inner @ Value::Object(_) => Rest::Each(Box::new(shape(inner, named))),
        Value::Bool(true) => Rest::Each(Box::new(Shape::Any)),
        // An object that names no member is any object.
        _ if members.is_empty() && properties.is_none() => Rest::Each(Box::new(Shape::Any)),
        _ => Rest::Refused,
    };
    Shape::Object(Object { members, rest })
}

/// Several alternatives; null among them makes the rest nullable.
fn one_of(parts: &[Value], named: &Named) -> Shape {
    let mut shapes: Vec<Shape> = parts
        .iter()
        .filter(|part| part["type"] != "null")
        .map(|part| shape(part, named))
        .collect();
    let nullable = shapes.len() < parts.len();
    let shape = match (shapes.len(), shapes.pop()) {
        (1, Some(only)) => only,
        (_, last) => Shape::OneOf(shapes.into_iter().chain(last).collect()),
    };
    if nullable {
        Shape::Nullable(Box::new(shape))
    } else {
        shape
    }
}

/// A flattened type: the members of all parts together.
fn all_of(parts: &[Value], named: &Named) -> Shape {
    let mut whole = Object::default();
    for part in parts {
        let reference = part["$ref"]
            .as_str()
            .and_then(|reference| reference.rsplit('/').next());
        let part = reference.and_then(|name| named.get(name)).unwrap_or(part);
        match shape(part, named) {
            Shape::Object(object) => {
                whole.members.extend(object.members);
                if let Rest::Each(each) = object.rest {
                    whole.rest = Rest::Each(each);
                }
            }
            other if parts.len() == 1 => return other,
            _ => whole.rest = Rest::Each(Box::new(Shape::Any)),
        }
    }
    Shape::Object(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_cannot_be_read_lets_nothing_through() {
        let form = |pattern: &str| form(&serde_json::json!({"type": "string", "pattern": pattern}));
        assert!(matches!(form("^[a-z]+$"), Form::Pattern(_)));
        assert!(matches!(form("^[a-z"), Form::Unreadable));
    }
}
