//! Members of merge patches in the document.

use serde_json::{Map, Value};

/// Puts the schemas of merge patch members where they are used: `Member<X>` is a way to write `X | null | absent`,
/// nothing that a caller should meet by name.
pub fn tidy_members(document: &mut Value) {
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let (members, others) = std::mem::take(schemas)
        .into_iter()
        .partition::<Map<_, _>, _>(|(name, _)| name.starts_with("Member_"));
    *schemas = others;
    inline(document, &members);
}

fn inline(json: &mut Value, members: &Map<String, Value>) {
    let named = json
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|at| at.strip_prefix("#/components/schemas/"))
        .and_then(|name| members.get(name))
        .and_then(Value::as_object);
    if let (Some(named), Value::Object(here)) = (named, &mut *json) {
        here.remove("$ref");
        // Absent is not null here: one leaves the member as it is, the other clears it.
        here.remove("default");
        for (word, said) in named {
            here.entry(word.clone()).or_insert_with(|| said.clone());
        }
    }
    match json {
        Value::Object(members_here) => members_here.values_mut().for_each(|inner| inline(inner, members)),
        Value::Array(list) => list.iter_mut().for_each(|inner| inline(inner, members)),
        _ => {}
    }
}
