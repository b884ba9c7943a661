//! The list of requests as one company sees it: filtered and sorted by the fields of its forms that they mark with `list: true`.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null where there is nothing, and whatever is written into here is an object"
)]

use std::collections::BTreeMap;

use countersign_engine::definition::Workflow;
use countersign_engine::form::listed;
use countersign_kernel::text::Locale;
use countersign_web::{Problem, member_condition};
use serde_json::{Map, Value as Json, json};

use crate::openapi::filters;

/// Where requests are listed, counted and summed.
const LISTS: [&str; 2] = ["/v1/requests", "/v1/requests/summary"];

/// A parameter that several workflows may have, each for something else.
#[derive(Default)]
struct Marked {
    about: Vec<String>,
    schemas: Vec<Json>,
}

/// Adds a parameter for each field, and names those by which a list is sorted.
pub(super) fn add(document: &mut Json, workflows: &[&Workflow], locale: Locale) -> Result<(), Problem> {
    let mut marked: BTreeMap<String, Marked> = BTreeMap::new();
    let (mut named, mut sorts) = (Map::new(), Vec::new());
    for workflow in workflows {
        let mut own = Vec::new();
        for (field, of) in listed(&workflow.form) {
            let path = format!("form.{}", field.name);
            let parameter = member_condition(&path, of.of, &of.words);
            let mut parameter = serde_json::to_value(parameter).map_err(Problem::internal)?;
            let mut schema = parameter["schema"].take();
            filters::name(&mut schema, &mut named);
            let what = parameter["description"].as_str().unwrap_or_default();
            let label = field
                .label
                .as_ref()
                .map_or(field.name.as_str(), |label| label.get(locale));
            let one = marked.entry(path.clone()).or_default();
            one.about
                .push(format!("With workflow={}, {label}: {what}", workflow.name));
            if !one.schemas.contains(&schema) {
                one.schemas.push(schema);
            }
            own.push(path);
        }
        if !own.is_empty() {
            sorts.push(format!("with workflow={}, {}", workflow.name, own.join(", ")));
        }
    }
    filters::keep(document, named);
    sort(document, &sorts);
    for (path, marked) in marked {
        put(document, &path, marked);
    }
    Ok(())
}

fn put(document: &mut Json, path: &str, mut marked: Marked) {
    let schema = match marked.schemas.len() {
        1 => marked.schemas.remove(0),
        _ => json!({"anyOf": marked.schemas}),
    };
    document["components"]["parameters"][path] = json!({
        "name": path, "in": "query", "description": marked.about.join(" "), "schema": schema, "style": "deepObject", "explode": true,
    });
    for list in LISTS {
        if let Some(parameters) = document["paths"][list]["get"]["parameters"].as_array_mut() {
            parameters.push(json!({"$ref": format!("#/components/parameters/{path}")}));
        }
    }
}

/// The list's own `sort` names the fields of forms, too.
fn sort(document: &mut Json, sorts: &[String]) {
    let components = document["components"]["parameters"].clone();
    let parameters = document["paths"][LISTS[0]]["get"]["parameters"].as_array_mut();
    for parameter in parameters.into_iter().flatten().filter(|_| !sorts.is_empty()) {
        let name = parameter["$ref"].as_str().and_then(|at| at.rsplit('/').next());
        let whole = name.map_or(&*parameter, |name| &components[name]);
        if whole["name"] != "sort" {
            continue;
        }
        let mut whole = whole.clone();
        let about = whole["description"].as_str().unwrap_or_default();
        whole["description"] = format!("{about} Or alone: {}.", sorts.join("; ")).into();
        *parameter = whole;
    }
}
