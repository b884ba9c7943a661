//! Each place of an operation that takes an id, as a request that is right but for that id.

use anyhow::Context as _;
use countersign_acceptance::{Answer, Caller};
use serde_json::{Value, json};

use super::operation::Operation;
use super::places::{self, OPS, Taken};
use super::things::{FORM, POINTING, Things};

/// Where the id goes.
const MARK: &str = "THE-ID";

/// A request, right but for one id.
pub(super) struct Case {
    /// Where the id goes: `body /owner`.
    pub(super) place: String,
    /// What is pointed to, by the prefix of its id.
    pub(super) prefix: String,
    path: String,
    body: Option<(String, String)>,
}

impl Case {
    /// Sends it with this id.
    pub(super) async fn send(
        &self,
        operation: &Operation,
        who: &Caller,
        id: &str,
        rehearsed: bool,
    ) -> anyhow::Result<Answer> {
        let mut path = self.path.replace(MARK, id);
        if rehearsed && operation.rehearses() {
            path.push_str(if path.contains('?') { "&" } else { "?" });
            path.push_str("validate_only=true");
        }
        let body = self.body.as_ref();
        let body = body.map(|(media, text)| (media.clone(), text.replace(MARK, id).into_bytes()));
        operation.send_body(who, &path, body).await
    }
}

/// Puts a text at a pointer; all but its last part has to be there.
pub(super) fn put(body: &mut Value, at: &str, id: &str) -> anyhow::Result<()> {
    let (before, last) = at.rsplit_once('/').context("no pointer")?;
    let place = body
        .pointer_mut(before)
        .with_context(|| format!("the example has nothing at {before}"))?;
    match place {
        Value::Array(all) => {
            all.clear();
            all.push(json!(id));
        }
        Value::Object(members) => {
            members.insert(last.to_owned(), json!(id));
        }
        other => anyhow::bail!("{before} is {other}"),
    }
    Ok(())
}

/// The operations of a document, and somebody's own to fill them with.
pub(super) struct Cases<'a> {
    pub(super) document: &'a Value,
    pub(super) operations: &'a [Operation],
    pub(super) own: &'a Things,
}

impl Cases<'_> {
    /// Every place of an operation.
    pub(super) fn of(&self, operation: &Operation) -> anyhow::Result<Vec<Case>> {
        let mut all = self.in_path(operation)?;
        all.extend(self.in_filter(operation)?);
        all.extend(self.in_body(operation)?);
        Ok(all)
    }

    fn own_path(&self, operation: &Operation) -> anyhow::Result<Vec<(String, String)>> {
        let (name, noun) = (operation.name(), operation.noun());
        let kind = |one: &str| {
            let named = |param: &&Value| param["name"] == one && param["in"] == "path";
            let schema = operation.parameters().find(named).map(|one| &one["schema"]);
            schema.and_then(|schema| places::prefix(self.document, schema))
        };
        let ids = operation.names().into_iter().map(|one| {
            Ok(match one {
                "source" => (String::new(), "walk".to_owned()),
                "external_id" => ("by".to_owned(), self.own.id("by")?.to_owned()),
                "link" => (String::new(), "no-link".to_owned()),
                _ => {
                    let kind = kind(one).unwrap_or_else(|| noun.to_owned());
                    let id = self.own.in_path(&name, &kind)?.to_owned();
                    (kind, id)
                }
            })
        });
        ids.collect()
    }

    fn in_path(&self, operation: &Operation) -> anyhow::Result<Vec<Case>> {
        let own = self.own_path(operation)?;
        let names = operation.names();
        let mut all = Vec::new();
        for (at, (prefix, _)) in own.iter().enumerate().filter(|(_, (kind, _))| !kind.is_empty()) {
            let mut ids: Vec<String> = own.iter().map(|(_, id)| id.clone()).collect();
            MARK.clone_into(&mut ids[at]);
            let body = self.body(operation)?.map(|(media, text)| {
                let named = media == "application/yaml";
                let text = if named {
                    text.replacen(&own[at].1, MARK, 1)
                } else {
                    text
                };
                (media, text)
            });
            all.push(Case {
                place: format!("path {}", names[at]),
                prefix: prefix.clone(),
                path: operation.filled(&ids, false),
                body,
            });
        }
        Ok(all)
    }

    /// The path with somebody's own ids.
    pub(super) fn path(&self, operation: &Operation) -> anyhow::Result<String> {
        let own = self.own_path(operation)?;
        let ids: Vec<String> = own.into_iter().map(|(_, id)| id).collect();
        Ok(operation.filled(&ids, false))
    }

    /// The operation on somebody's own, changing nothing.
    pub(super) async fn rehearse(&self, operation: &Operation, who: &Caller) -> anyhow::Result<Answer> {
        let mut path = self.path(operation)?;
        if operation.rehearses() {
            path.push_str(if path.contains('?') { "&" } else { "?" });
            path.push_str("validate_only=true");
        }
        let body = self.body(operation)?;
        let body = body.map(|(media, text)| (media, text.into_bytes()));
        operation.send_body(who, &path, body).await
    }

    fn in_filter(&self, operation: &Operation) -> anyhow::Result<Vec<Case>> {
        let mut all = Vec::new();
        for (field, prefix) in places::filters(self.document, operation) {
            let ops: &[&str] = if places::has_operators(operation, &field) {
                &OPS
            } else {
                &[]
            };
            let named = ops.iter().map(|op| format!("{field}[{op}]"));
            for name in std::iter::once(field.clone()).chain(named) {
                let path = self.path(operation)?;
                let join = if path.contains('?') { '&' } else { '?' };
                all.push(Case {
                    place: format!("filter {name}"),
                    prefix: prefix.clone(),
                    path: format!("{path}{join}{name}={MARK}"),
                    body: self.body(operation)?,
                });
            }
        }
        Ok(all)
    }

    /// A body that the operation takes, with somebody's own ids.
    fn body(&self, operation: &Operation) -> anyhow::Result<Option<(String, String)>> {
        let Some((media, bytes)) = &operation.body else {
            return Ok(None);
        };
        let text = String::from_utf8(bytes.clone())?;
        if media == "application/yaml" {
            // A definition bears the name that its path says.
            let named = text.replacen("walked", self.own.id(operation.noun())?, 1);
            return Ok(Some((media.clone(), named)));
        }
        if !media.ends_with("json") {
            return Ok(Some((media.clone(), text)));
        }
        let body = self.filled(operation, serde_json::from_str(&text)?)?;
        Ok(Some((media.clone(), body.to_string())))
    }

    fn filled(&self, operation: &Operation, mut body: Value) -> anyhow::Result<Value> {
        let taken = Taken::by(self.document, operation);
        for (at, prefix) in &taken.ids {
            if body.pointer(at).is_some_and(Value::is_string) {
                // A row that names no kind is a decision.
                let prefix = if prefix.is_empty() { "task" } else { prefix };
                put(&mut body, at, self.own.pointed(prefix)?)?;
            }
        }
        if taken.free.iter().any(|free| free == "/form") {
            if !body.is_object() {
                body = json!({});
            }
            body["form"] = self.own.form()?;
        }
        match operation.name().as_str() {
            "POST /v1/requests" => body["workflow"] = json!("pointing"),
            "POST /v1/webhooks" | "PATCH /v1/webhooks/{id}" => {
                body = json!({"url": "http://127.0.0.1:9/", "event_types": ["crm.account.created"]});
            }
            "PATCH /v1/pipelines/{id}" => {
                let stage = json!({"id": self.own.id("stage")?, "name": "First", "probability": 10});
                body = json!({"stages": [stage]});
            }
            "POST /v1/imports" => body = json!({"file": self.own.id("sheet")?, "kind": "accounts"}),
            _ if operation.path.ends_with("/search") => body = json!({}),
            _ if operation.path.ends_with("/complete") => body = json!({}),
            // All but this the step lets its approver change.
            _ if operation.path.ends_with("/approve") => {
                body["form"].as_object_mut().map(|form| form.remove("what"));
            }
            _ => {}
        }
        Ok(body)
    }

    fn in_body(&self, operation: &Operation) -> anyhow::Result<Vec<Case>> {
        let Some((media, text)) = self.body(operation)? else {
            return Ok(Vec::new());
        };
        match media.as_str() {
            "application/yaml" if operation.noun() == "workflows" => return self.in_workflow(operation),
            media if !media.ends_with("json") => return Ok(Vec::new()),
            _ => {}
        }
        let (taken, body) = (Taken::by(self.document, operation), serde_json::from_str(&text)?);
        let path = self.path(operation)?;
        let case = |place: String, prefix: &str, body: &Value| Case {
            place,
            prefix: prefix.to_owned(),
            path: path.clone(),
            body: Some((media.clone(), body.to_string())),
        };
        let mut all = Vec::new();
        if taken.free.iter().any(|free| free == "/rows/0/data") {
            for (place, prefix, rows) in self.rows(operation)? {
                all.push(case(place, &prefix, &json!({"rows": [rows]})));
            }
            return Ok(all);
        }
        for (at, prefix) in &taken.ids {
            let mut body: Value = Value::clone(&body);
            put(&mut body, at, MARK)?;
            // Rows are read from no other file.
            let prefix = match (operation.name().as_str(), prefix.as_str()) {
                ("POST /v1/imports", "file") => "sheet",
                (_, other) => other,
            };
            all.push(case(format!("body {at}"), prefix, &body));
        }
        for free in &taken.free {
            match free.as_str() {
                // The task that is walked has no form of its own; `oa` tests what one points to (`work`).
                "/form" if operation.path.ends_with("/complete") => {}
                "/form" => {
                    for (at, prefix) in FORM {
                        let (at, mut body) = (format!("{free}{at}"), Value::clone(&body));
                        put(&mut body, &at, MARK)?;
                        all.push(case(format!("body {at}"), prefix, &body));
                    }
                }
                "/filter" => {
                    for (place, prefix, filter) in self.long_filters(operation)? {
                        let mut body = Value::clone(&body);
                        body["filter"] = filter;
                        all.push(case(place, &prefix, &body));
                    }
                }
                // Columns of a file; what another system says, which is looked at by nothing that it names.
                "/mapping" | "/data" => {}
                other => anyhow::bail!("the walk does not know what {other} of its body may point to"),
            }
        }
        Ok(all)
    }

    /// A workflow names a person by their address.
    fn in_workflow(&self, operation: &Operation) -> anyhow::Result<Vec<Case>> {
        let named = POINTING.replace("{person: boss}", &format!("{{user: {MARK}}}"));
        Ok(vec![Case {
            place: "body by: user".to_owned(),
            prefix: "email".to_owned(),
            path: self.path(operation)?,
            body: Some((
                "application/yaml".to_owned(),
                named.replacen("pointing", self.own.id("workflows")?, 1),
            )),
        }])
    }

    fn other(&self, name: &str) -> anyhow::Result<&Operation> {
        let found = self.operations.iter().find(|one| one.name() == name);
        found.with_context(|| format!("there is no {name}, whose words it takes"))
    }

    /// Rows of a batch: its data is the body of what it does to one record.
    fn rows(&self, batch: &Operation) -> anyhow::Result<Vec<(String, String, Value)>> {
        let list = batch.path.trim_end_matches("/batch");
        if list == "/v1/tasks" {
            // Its rows are decisions, whose bodies point to nothing.
            let row = json!({"op": "approve", "id": MARK});
            return Ok(vec![("row approve id".to_owned(), "task".to_owned(), row)]);
        }
        let one = self.other(&format!("PATCH {list}/{{id}}"))?;
        let new = self.other(&format!("POST {list}"))?;
        let (prefix, id) = self.own_path(one)?.into_iter().next().context("no id")?;
        let mut all = Vec::new();
        for (op, operation) in [("create", new), ("update", one)] {
            let (_, text) = self.body(operation)?.context("no body")?;
            let data: Value = serde_json::from_str(&text)?;
            for (at, pointed) in Taken::by(self.document, operation).ids {
                let mut row = json!({"op": op, "data": data});
                if op == "update" {
                    row["id"] = json!(id);
                    row["version"] = json!(1);
                }
                put(&mut row, &format!("/data{at}"), MARK)?;
                all.push((format!("row {op} {at}"), pointed, row));
            }
        }
        let changed = match list {
            "/v1/activities" => json!({"subject": "Walked"}),
            "/v1/price-book-entries" => json!({"valid_until": "2021-12-31"}),
            _ => json!({"name": "Walked"}),
        };
        let update = json!({"op": "update", "id": MARK, "version": 1, "data": changed});
        let delete = json!({"op": "delete", "id": MARK, "version": 1});
        all.push(("row update id".to_owned(), prefix.clone(), update));
        all.push(("row delete id".to_owned(), prefix, delete));
        Ok(all)
    }

    /// Conditions of a search: those that its list takes; else of a webhook.
    fn long_filters(&self, search: &Operation) -> anyhow::Result<Vec<(String, String, Value)>> {
        let list = search.path.strip_suffix("/search");
        let fields = match list {
            Some(list) => places::filters(self.document, self.other(&format!("GET {list}"))?),
            // What the events of an account say.
            None => [("id", "acct"), ("owner", "user")]
                .map(|(field, prefix)| (field.to_owned(), prefix.to_owned()))
                .to_vec(),
        };
        let mut all = Vec::new();
        for (field, prefix) in fields {
            for op in OPS {
                let many = matches!(op, "in" | "nin");
                let value = if many { json!([MARK]) } else { json!(MARK) };
                let filter = json!({field.as_str(): {op: value}});
                all.push((format!("filter {field}[{op}]"), prefix.clone(), filter));
            }
        }
        Ok(all)
    }
}
