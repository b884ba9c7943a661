//! `expand`: objects in the places of ids, one query for each kind.

use std::collections::{BTreeSet, HashMap};

use countersign_kernel::filter::Noun;
use countersign_kernel::id;
use countersign_kernel::text::{Words, nearest};
use serde_json::Value;
use uuid::Uuid;

use crate::ctx::Ctx;
use crate::problem::{FAULTS_MAX, Fault, Problem};

/// The kinds that the caller asked for, each with its fields.
fn wanted(ctx: &Ctx, noun: &Noun) -> Result<HashMap<&'static str, Vec<&'static str>>, Problem> {
    let mut kinds: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut faults = Vec::new();
    let known: Vec<&str> = noun.expandable.iter().map(|(field, _)| *field).collect();
    for name in &ctx.standard.expand {
        match noun.expandable.iter().find(|(field, _)| field == name) {
            Some((field, kind)) => {
                let fields = kinds.entry(kind).or_default();
                if !fields.contains(field) {
                    fields.push(field);
                }
            }
            None if faults.len() == FAULTS_MAX => break,
            None => {
                faults.push(Fault::parameter(
                    "expand",
                    "not_expandable",
                    not_expandable(name, &known),
                ));
            }
        }
    }
    if faults.is_empty() {
        Ok(kinds)
    } else {
        Err(Problem::bad_parameters(faults))
    }
}

fn not_expandable(name: &str, known: &[&str]) -> Words {
    let given: String = name.chars().take(60).collect();
    let (en, zh) = match nearest(name, known.iter().copied()) {
        Some(near) => (format!("did you mean {near}?"), format!("是否想写 {near}？")),
        None => (
            format!("known are {}.", known.join(", ")),
            format!("可用：{}。", known.join(", ")),
        ),
    };
    Words::new(
        format!("{given:?} cannot be expanded; {en}"),
        format!("{given:?} 不能展开；{zh}"),
    )
}

/// Puts objects in the places of ids in all rows, for callers who read their kinds.
pub(crate) async fn expand(ctx: &Ctx, noun: &Noun, rows: &mut [Value]) -> Result<(), Problem> {
    for (kind, fields) in wanted(ctx, noun)? {
        let ids: BTreeSet<Uuid> = rows
            .iter()
            .flat_map(|row| fields.iter().filter_map(|field| uuid_of(row.get(*field)?)))
            .collect();
        let Some(expander) = ctx.world.expanders.of(kind) else {
            continue;
        };
        // Asked before anything is found, so that the answer does not depend on the rows.
        ctx.require(expander.scope())?;
        if ids.is_empty() {
            continue;
        }
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let objects = expander.load(ctx, &ids).await?;
        for row in rows.iter_mut() {
            for field in &fields {
                let Some(place) = row.get_mut(*field) else {
                    continue;
                };
                if let Some(object) = uuid_of(place).and_then(|uuid| objects.get(&uuid)) {
                    *place = object.clone();
                }
            }
        }
    }
    Ok(())
}

fn uuid_of(value: &Value) -> Option<Uuid> {
    id::any(value.as_str()?).map(|(_, uuid)| uuid)
}

/// The faults of references that lead to nothing that the caller may see, as far as expanders know their kinds.
pub(crate) async fn absent(ctx: &Ctx, ids: &[(String, &'static str, Uuid)]) -> Result<Vec<Fault>, Problem> {
    let kinds: BTreeSet<&str> = ids.iter().map(|(_, kind, _)| *kind).collect();
    let mut faults = Vec::new();
    for kind in kinds {
        let Some(expander) = ctx.world.expanders.of(kind) else {
            continue;
        };
        let mine = || ids.iter().filter(|(_, of, _)| *of == kind);
        let uuids: Vec<Uuid> = mine()
            .map(|(_, _, uuid)| *uuid)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let there = expander.load(ctx, &uuids).await?;
        faults.extend(
            mine()
                .filter(|(_, _, uuid)| !there.contains_key(uuid))
                .map(|(place, _, _)| Fault::no_such(place.clone(), kind)),
        );
    }
    Ok(faults)
}
