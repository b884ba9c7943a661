//! What the committed document promises of an answer: its status is declared, and its body fits the schema.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use anyhow::{Context as _, ensure};
use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../api-spec/openapi.json");
    serde_json::from_str(text).unwrap_or_default()
});

/// By operation and status; none where the document says nothing of the body.
type Known = BTreeMap<(String, String), Option<Arc<Validator>>>;
static KNOWN: Mutex<Known> = Mutex::new(BTreeMap::new());

/// Demands that an answer is one that the document has for this call. What is no operation of it is not judged.
pub(crate) fn holds(method: &Method, path: &str, answer: &Answer) -> anyhow::Result<()> {
    let path = path.split('?').next().unwrap_or_default();
    let Some((template, operation)) = operation(method, path) else {
        return Ok(());
    };
    if answer.bytes.is_empty() || answer.body.is_null() {
        return Ok(());
    }
    let name = format!("{method} {template}");
    let Some(validator) = validator(&name, operation, answer.status)? else {
        return Ok(());
    };
    let faults: Vec<String> = validator
        .iter_errors(&answer.body)
        .take(3)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    let faults = faults.join("; ");
    ensure!(
        faults.is_empty(),
        "{name} answers what its schema does not have: {faults}: {answer}"
    );
    Ok(())
}

/// The operation that a path means: of two templates that fit, the one that names more of it.
fn operation(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let verb = method.as_str().to_ascii_lowercase();
    let paths = DOCUMENT.get("paths")?.as_object()?;
    let fitting = paths.iter().filter(|(template, _)| fits(template, path));
    let (template, item) = fitting.min_by_key(|(template, _)| template.matches('{').count())?;
    Some((template.as_str(), item.get(&verb)?))
}

fn fits(template: &str, path: &str) -> bool {
    let (mut said, mut found) = (template.split('/'), path.split('/'));
    loop {
        match (said.next(), found.next()) {
            (None, None) => return true,
            (Some(said), Some(found)) if said == found => {}
            (Some(said), Some(found)) if said.starts_with('{') && !found.is_empty() => {}
            _ => return false,
        }
    }
}

fn validator(name: &str, operation: &Value, status: u16) -> anyhow::Result<Option<Arc<Validator>>> {
    let key = (name.to_owned(), status.to_string());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(validator) = known.get(&key) {
        return Ok(validator.clone());
    }
    let responses = operation.get("responses").context("no responses")?;
    let response = responses
        .get(&key.1)
        .or_else(|| responses.get("default"))
        .with_context(|| format!("{name} does not declare {status}"))?;
    let at = response.get("$ref").and_then(Value::as_str);
    let shared = at.and_then(|at| DOCUMENT.pointer(at.trim_start_matches('#')));
    let content = shared.unwrap_or(response).get("content");
    let schema = ["application/json", "application/problem+json"]
        .iter()
        .find_map(|media| content?.get(media)?.get("schema"));
    let validator = schema.map(|schema| {
        let whole = json!({"allOf": [schema], "components": DOCUMENT.get("components")});
        jsonschema::validator_for(&whole)
            .map(Arc::new)
            .map_err(|error| anyhow::anyhow!("{name}: {error}"))
    });
    let validator = validator.transpose()?;
    known.insert(key, validator.clone());
    Ok(validator)
}
