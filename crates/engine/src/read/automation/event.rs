//! Events: which types wake an automation, and what they carry.

use crate::expr::{Slot, Type};
use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Desk;
use crate::surroundings::Surroundings;
use countersign_kernel::catalogue::{CUSTOM, EventType, Field, FieldType, is_custom};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn event_types(desk: &Desk<'_>, node: &Node, around: &Surroundings) -> Option<Vec<EventType>> {
    let mut types = Vec::new();
    let mut sound = true;
    for item in Desk::one_or_list(node) {
        let text = desk.text(item)?;
        // What other systems send has no fields that are known: workflows wait for it, and nothing else can be made of it.
        let public: Vec<&EventType> = around
            .events
            .iter()
            .filter(|of| of.public && of.name != CUSTOM)
            .collect();
        match public.iter().find(|of| of.name == text) {
            Some(of) => types.push(**of),
            None => {
                let names: Vec<&str> = public.iter().map(|of| of.name).collect();
                let area = text.split('.').next().unwrap_or_default();
                let near_area: Vec<&str> = names
                    .iter()
                    .copied()
                    .filter(|name| name.starts_with(area))
                    .take(12)
                    .collect();
                let all = if near_area.is_empty() {
                    names.iter().take(12).copied().collect::<Vec<_>>().join(", ")
                } else {
                    near_area.join(", ")
                };
                let hint = match desk.nearest(text, names.iter().copied()) {
                    _ if is_custom(text) => words!(
                        "Automations do not hear what other systems send yet; a workflow can: `- wait: ID` with `event: {text}`.",
                        "自动化尚不能响应其他系统发送的事件；工作流可以：`- wait: ID` 并写 `event: {text}`。"
                    ),
                    Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                    None => words!("There are: {all}.", "有：{all}。"),
                };
                desk.error(
                    "unknown-event",
                    item,
                    words!("No event is called `{text}`.", "没有名为 `{text}` 的事件。"),
                    hint,
                );
                sound = false;
            }
        }
    }
    (sound && !types.is_empty()).then_some(types)
}

/// What `event.` gives: the fields of every type that may come; what not all of them carry may be empty.
pub(in crate::read) fn event_fields(
    types: &[EventType],
    around: &Surroundings,
) -> BTreeMap<String, BTreeMap<String, Slot>> {
    let forms = form_slot(around);
    let mut objects: BTreeMap<String, BTreeMap<String, Slot>> = BTreeMap::new();
    for (object, carried) in types.iter().flat_map(carried) {
        let fields = objects.entry(object.to_owned()).or_default();
        for field in carried {
            fields
                .entry(field.name.to_owned())
                .or_insert_with(|| slot(field.of, field.optional, &forms));
        }
    }
    for (object, fields) in &mut objects {
        for (name, slot) in fields.iter_mut() {
            let everywhere = types.iter().all(|of| {
                let fields = carried(of)
                    .filter(|(one, _)| one == object)
                    .flat_map(|(_, fields)| fields);
                fields
                    .into_iter()
                    .any(|field| field.name == name && !field.optional)
            });
            slot.optional |= !everywhere && !matches!(slot.of, Type::Group(_));
        }
    }
    objects
}

/// The records whose fields an event of a type carries.
fn carried(of: &EventType) -> impl Iterator<Item = (&'static str, &'static [Field])> {
    let whole = of.within.map(|within| (within.kind, within.fields));
    std::iter::once((of.object, of.fields)).chain(whole)
}

/// The forms of all workflows, as one: a field that means different things in two has no type.
pub(super) fn form_slot(around: &Surroundings) -> Slot {
    if around.workflows.is_empty() {
        return Slot::maybe(Type::Unknown);
    }
    let mut fields: BTreeMap<String, Slot> = BTreeMap::new();
    for form in around.workflows.values() {
        for (name, slot) in &form.fields {
            let of = match fields.get(name) {
                Some(known) if known.of != slot.of => Type::Unknown,
                _ => slot.of.clone(),
            };
            fields.insert(name.clone(), Slot::maybe(of));
        }
    }
    Slot::always(Type::Group(Arc::new(fields)))
}

pub(super) fn slot(of: FieldType, optional: bool, forms: &Slot) -> Slot {
    let of = match of {
        FieldType::Text => Type::Text,
        FieldType::Integer | FieldType::Decimal => Type::Number,
        FieldType::Money => Type::Money,
        FieldType::Percent => Type::Percent,
        FieldType::Date => Type::Date,
        FieldType::Instant => Type::Instant,
        FieldType::YesNo => Type::YesNo,
        FieldType::Person => Type::Person,
        FieldType::Record(kind) => Type::Record(kind),
        FieldType::Form => return forms.clone(),
        FieldType::Json => Type::Unknown,
    };
    Slot { of, optional }
}
