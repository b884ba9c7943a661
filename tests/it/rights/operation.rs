//! The operations of the API's own document, and how each is sent.

use anyhow::Context as _;
use countersign_acceptance::samples::{AUTOMATION, TABLE, UPLOAD, UPLOAD_MEDIA};
use countersign_acceptance::server::root;
use countersign_acceptance::{Answer, Caller, unique};
use reqwest::Method;
use serde_json::{Value, json};

/// An operation, as the document describes it.
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) said: Value,
    /// The media type and bytes of a body that it could take.
    pub(super) body: Option<(String, Vec<u8>)>,
}

impl Operation {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The scope that the document declares; of several, the first.
    pub(super) fn scope(&self) -> Option<&str> {
        self.scopes().first().copied()
    }

    /// All scopes that the document declares: each is needed.
    pub(super) fn scopes(&self) -> Vec<&str> {
        let scopes = self.said["security"][0]["bearer"].as_array();
        scopes.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Its id, as `GET /v1/me` names it.
    pub(super) fn id(&self) -> &str {
        self.said["operationId"].as_str().unwrap_or_default()
    }

    /// The roles that the document declares to be needed.
    pub(super) fn roles(&self) -> Vec<&str> {
        let roles = self.said["x-roles"].as_array().into_iter().flatten();
        roles.filter_map(Value::as_str).collect()
    }

    /// Whether the document declares that the right to publish is needed.
    pub(super) fn publishes(&self) -> bool {
        self.said["x-publishes"].is_array()
    }

    /// Whether the document declares that no key may.
    pub(super) fn is_for_sessions(&self) -> bool {
        self.said["x-session"] == true
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.said["parameters"].as_array().into_iter().flatten()
    }

    /// What the path names: `id`, `delivery`.
    pub(super) fn names(&self) -> Vec<&str> {
        let parts = self.path.split('/');
        parts
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect()
    }

    /// The path with these in the places of its names, and the parameters that it must have.
    pub(super) fn filled(&self, ids: &[String], rehearsed: bool) -> String {
        let mut path = self.path.clone();
        for (name, id) in self.names().into_iter().zip(ids) {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        let needed = |one: &&Value| one["in"] == "query" && one["required"] == true;
        let mut query: Vec<String> = self
            .parameters()
            .filter(needed)
            .map(|one| {
                let example = one["example"].as_str().or(one["schema"]["examples"][0].as_str());
                let value = example.unwrap_or("stage");
                format!("{}={value}", one["name"].as_str().unwrap_or_default())
            })
            .collect();
        if rehearsed && self.rehearses() {
            query.push("validate_only=true".to_owned());
        }
        if query.is_empty() {
            path
        } else {
            format!("{path}?{}", query.join("&"))
        }
    }

    /// The first word of its path: `deals`.
    pub(super) fn noun(&self) -> &str {
        self.path.split('/').nth(2).unwrap_or_default()
    }

    /// Whether it can be asked to do everything but write.
    pub(super) fn rehearses(&self) -> bool {
        self.parameters().any(|one| one["name"] == "validate_only")
    }

    /// Whether it only asks, with a body.
    pub(super) fn asks(&self) -> bool {
        let asking = ["/search", "/check", "/simulate"];
        asking.iter().any(|end| self.path.ends_with(end))
    }

    /// Sends it with its body and whatever headers it must have.
    pub(super) async fn send(&self, who: &Caller, path: &str) -> anyhow::Result<Answer> {
        self.send_body(who, path, self.body.clone()).await
    }

    /// Whether it says that a change names its version.
    pub(super) fn needs_version(&self) -> bool {
        let changes = matches!(self.method, Method::PATCH | Method::PUT | Method::DELETE);
        changes && self.said["responses"]["428"].is_object()
    }

    /// Sends it as one who knows no version.
    pub(super) async fn send_unversioned(&self, who: &Caller, path: &str) -> anyhow::Result<Answer> {
        let (media, bytes) = self.body.clone().unzip();
        let headers: Vec<_> = media
            .iter()
            .map(|media| ("content-type", media.as_str()))
            .collect();
        who.send_bytes(self.method.clone(), path, &headers, bytes).await
    }

    /// Sends it with another body.
    pub(super) async fn send_body(
        &self,
        who: &Caller,
        path: &str,
        body: Option<(String, Vec<u8>)>,
    ) -> anyhow::Result<Answer> {
        let mut headers = Vec::new();
        // What is kept by its name in another system is made where there is none.
        if (matches!(self.method, Method::PATCH | Method::PUT | Method::DELETE)
            && !self.path.contains("/by/"))
            || path.starts_with("/v1/tasks/")
        {
            headers.push(("if-match", "*"));
        }
        let key = unique("walk");
        if self.path.ends_with("/batch") {
            headers.push(("idempotency-key", key.as_str()));
        }
        let (media, bytes) = body.unzip();
        if let Some(media) = &media {
            headers.push(("content-type", media));
        }
        who.send_bytes(self.method.clone(), path, &headers, bytes).await
    }

    /// What is wrong with any answer: a fault of the server, or a status that the document does not know.
    pub(super) fn undocumented(&self, who: &str, answer: &Answer) -> Option<String> {
        let said = &self.said["responses"];
        let known = [answer.status.to_string().as_str(), "default"]
            .iter()
            .any(|status| said.get(status).is_some());
        (answer.status >= 500 || !known).then(|| format!("{} ({who}): not documented: {answer}", self.name()))
    }
}

/// Every operation of the document, with a body for each that takes one.
pub(super) fn operations(document: &Value, real_now: &str) -> anyhow::Result<Vec<Operation>> {
    let mut all = Vec::new();
    let paths = document["paths"].as_object().context("no paths")?;
    for (path, item) in paths {
        for (method, said) in item.as_object().context("no operations")? {
            let said = &resolved(document, said);
            let content = said.pointer("/requestBody/content").and_then(Value::as_object);
            let taken = content.and_then(|content| content.iter().next());
            let body = taken
                .map(|(media, content)| body(document, path, media, content, real_now))
                .transpose()?;
            all.push(Operation {
                method: method.to_uppercase().parse()?,
                path: path.clone(),
                said: said.clone(),
                body,
            });
        }
    }
    Ok(all)
}

pub(super) fn body(
    document: &Value,
    path: &str,
    media: &str,
    content: &Value,
    now: &str,
) -> anyhow::Result<(String, Vec<u8>)> {
    let bytes = match media {
        "application/yaml" => definition(path)?.into_bytes(),
        "multipart/form-data" => {
            return Ok((UPLOAD_MEDIA.to_owned(), UPLOAD.into()));
        }
        // The example would turn the company's clock back.
        _ if path == "/v1/sandbox/clock" => serde_json::to_vec(&json!({"now": now}))?,
        _ => {
            let given = content.get("example").cloned();
            serde_json::to_vec(&given.unwrap_or_else(|| example(document, &content["schema"])))?
        }
    };
    Ok((media.to_owned(), bytes))
}

/// An operation with what it shares with others in the places of the references; schemas stay where they are.
fn resolved(document: &Value, said: &Value) -> Value {
    match said {
        Value::Object(members) => {
            let shared = members.get("$ref").and_then(Value::as_str);
            let shared = shared.filter(|at| !at.starts_with("#/components/schemas/"));
            if let Some(found) = shared.and_then(|at| document.pointer(at.trim_start_matches('#'))) {
                return resolved(document, found);
            }
            let members = members.iter();
            Value::Object(
                members
                    .map(|(name, inner)| (name.clone(), resolved(document, inner)))
                    .collect(),
            )
        }
        Value::Array(list) => list.iter().map(|inner| resolved(document, inner)).collect(),
        other => other.clone(),
    }
}

/// A value of a schema: its example, or the least that it demands.
fn example(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let found = document.pointer(reference.trim_start_matches('#'));
        return found.map_or(Value::Null, |schema| example(document, schema));
    }
    if let Some(given) = schema.pointer("/examples/0") {
        return given.clone();
    }
    if let Some(first) = ["oneOf", "anyOf"]
        .iter()
        .find_map(|of| schema[of].as_array()?.iter().find(|one| one["type"] != "null"))
    {
        return example(document, first);
    }
    match schema["type"].as_str() {
        Some("string") => schema["enum"].get(0).cloned().unwrap_or_else(|| json!("words")),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("array") => json!([]),
        _ => {
            let needed = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            let members =
                needed.map(|name| (name.to_owned(), example(document, &schema["properties"][name])));
            Value::Object(members.collect())
        }
    }
}

/// A definition under the name `walked`, which nobody else has.
pub(super) fn definition(path: &str) -> anyhow::Result<String> {
    let (file, name) = match path.split('/').nth(2) {
        Some("automations") => return Ok(AUTOMATION.to_owned()),
        Some("tables") => return Ok(TABLE.to_owned()),
        Some("calendars") => ("calendars/default.yaml", "calendar: "),
        Some("leave-types") => ("leave-types/gb.yaml", "leave_types: "),
        _ => ("expense.yaml", "workflow: "),
    };
    let text = std::fs::read_to_string(root().join("workflows").join(file))?;
    // What a file is stands in its first line that is no comment.
    let lines = text.lines().skip_while(|line| line.starts_with('#')).skip(1);
    let rest: Vec<&str> = lines.collect();
    Ok(format!("{name}walked\n{}\n", rest.join("\n")))
}
