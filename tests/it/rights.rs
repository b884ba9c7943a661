//! Who may do what, asked of every operation that the document knows: nobody, a key without the scope, a key with only
//! the scope, and another company's administrator with ids that are real, but not theirs.

use std::collections::BTreeMap;

use anyhow::Context as _;
use countersign_acceptance::samples::{AUTOMATION, UPLOAD, UPLOAD_MEDIA};
use countersign_acceptance::server::root;
use countersign_acceptance::{Answer, Caller, Server, unique, until};
use reqwest::Method;
use serde_json::{Value, json};

/// Nobody need be signed in.
const PUBLIC: &[&str] = &[
    "GET /.well-known/jwks.json",
    "GET /set-password",
    "GET /set-up",
    "GET /v1/downloads/{link}",
    "POST /v1/auth/login",
    "POST /v1/auth/logout",
    "POST /v1/auth/password",
    "POST /v1/auth/refresh",
    "POST /v1/auth/set-up",
];

/// What the path names is no company's own: it is made where there is none, or is the same for all.
const NOT_OWNED: &[&str] = &[
    "GET /v1/downloads/{link}",
    "GET /v1/event-types/{name}",
    "PUT /v1/accounts/by/{source}/{external_id}",
    "PUT /v1/automations/{name}",
    "PUT /v1/calendars/{name}",
    "PUT /v1/contacts/by/{source}/{external_id}",
    "PUT /v1/deals/by/{source}/{external_id}",
    "PUT /v1/workflows/{name}",
];

/// An answer of this one does not end.
const ENDLESS: &str = "GET /v1/events/stream";

/// An operation, as the document describes it.
struct Operation {
    method: Method,
    path: String,
    said: Value,
    /// The media type and bytes of a body that it could take.
    body: Option<(String, Vec<u8>)>,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The scope that the document declares.
    fn scope(&self) -> Option<&str> {
        self.said["security"][0]["bearer"][0].as_str()
    }

    fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.said["parameters"].as_array().into_iter().flatten()
    }

    /// What the path names: `id`, `delivery`.
    fn names(&self) -> Vec<&str> {
        let parts = self.path.split('/');
        parts
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect()
    }

    /// The path with these in the places of its names, and the parameters that it must have.
    fn filled(&self, ids: &[String], rehearsed: bool) -> String {
        let mut path = self.path.clone();
        for (name, id) in self.names().into_iter().zip(ids) {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        let needed = |one: &&Value| one["in"] == "query" && one["required"] == true;
        let mut query: Vec<String> = self
            .parameters()
            .filter(needed)
            .map(|one| format!("{}=stage", one["name"].as_str().unwrap_or_default()))
            .collect();
        if rehearsed && self.parameters().any(|one| one["name"] == "validate_only") {
            query.push("validate_only=true".to_owned());
        }
        if query.is_empty() {
            path
        } else {
            format!("{path}?{}", query.join("&"))
        }
    }

    /// Sends it with its body and whatever headers it must have.
    async fn send(&self, who: &Caller, path: &str) -> anyhow::Result<Answer> {
        let mut headers = Vec::new();
        if matches!(self.method, Method::PATCH | Method::PUT | Method::DELETE)
            || path.starts_with("/v1/tasks/")
        {
            headers.push(("if-match", "*"));
        }
        let key = unique("walk");
        if self.path.ends_with("/batch") {
            headers.push(("idempotency-key", key.as_str()));
        }
        let (media, bytes) = self.body.clone().unzip();
        if let Some(media) = &media {
            headers.push(("content-type", media));
        }
        who.send_bytes(self.method.clone(), path, &headers, bytes).await
    }

    /// What is wrong with any answer: a fault of the server, or a status that the document does not know.
    fn undocumented(&self, who: &str, answer: &Answer) -> Option<String> {
        let known = self.said["responses"].get(answer.status.to_string()).is_some();
        (answer.status >= 500 || !known).then(|| format!("{} ({who}): not documented: {answer}", self.name()))
    }
}

/// Every operation of the document, with a body for each that takes one.
fn operations(document: &Value, real_now: &str) -> anyhow::Result<Vec<Operation>> {
    let mut all = Vec::new();
    let paths = document["paths"].as_object().context("no paths")?;
    for (path, item) in paths {
        for (method, said) in item.as_object().context("no operations")? {
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

fn body(
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

/// A value of a schema: its example, or the least that it demands.
fn example(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let found = document.pointer(reference.trim_start_matches('#'));
        return found.map_or(Value::Null, |schema| example(document, schema));
    }
    if let Some(given) = schema.get("example") {
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
fn definition(path: &str) -> anyhow::Result<String> {
    let (file, name) = match path.split('/').nth(2) {
        Some("automations") => return Ok(AUTOMATION.to_owned()),
        Some("calendars") => ("calendars/default.yaml", "calendar: "),
        _ => ("expense.yaml", "workflow: "),
    };
    let text = std::fs::read_to_string(root().join("workflows").join(file))?;
    let (_, rest) = text.split_once('\n').context("one line")?;
    Ok(format!("{name}walked\n{rest}"))
}

/// The company, and what it has: by the first word of a path, the ids that the path's names stand for.
struct Company {
    people: Vec<Caller>,
    ids: BTreeMap<String, Vec<String>>,
}

impl Company {
    async fn of(server: &Server) -> anyhow::Result<Self> {
        let ada = server.sign_in("ada").await?;
        let mut ids = BTreeMap::from([("files".to_owned(), vec![ada.upload().await?])]);
        for noun in ["calendars", "workflows", "automations"] {
            let path = format!("/v1/{noun}/walked");
            let yaml = definition(&path)?.into_bytes();
            let headers = [("content-type", "application/yaml"), ("if-match", "*")];
            let answer = ada.send_bytes(Method::PUT, &path, &headers, Some(yaml)).await?;
            anyhow::ensure!(answer.status < 300, "{path}: {answer}");
            ids.insert(noun.to_owned(), vec!["walked".to_owned()]);
        }
        let hook = json!({"url": "http://127.0.0.1:9/", "event_types": ["crm.account.created"]});
        let hook = ada.post("/v1/webhooks", &hook).await?.expect(201)?;
        let hook = hook.text("/id").to_owned();
        let me = ada.get("/v1/me").await?.expect(200)?;
        let account = json!({"name": unique("Walked"), "owner": me.text("/id")});
        ada.post("/v1/accounts", &account).await?.expect(201)?;
        let sent = until("a delivery", 10, async || {
            let rows = ada.all(&format!("/v1/webhooks/{hook}/deliveries")).await?;
            Ok(rows.first().and_then(|one| one["id"].as_str()).map(str::to_owned))
        });
        let sent = sent.await?;
        let told = async || Ok((!ada.get("/v1/notices").await?.rows().is_empty()).then_some(()));
        until("a notice", 10, told).await?;
        ids.insert("webhooks".to_owned(), vec![hook, sent]);
        ids.insert("event-types".to_owned(), vec!["crm.deal.won".to_owned()]);
        ids.insert("downloads".to_owned(), vec!["no-link".to_owned()]);
        ids.insert("by".to_owned(), vec!["walk".to_owned(), "1".to_owned()]);
        let mut people = vec![ada];
        for name in ["ann", "bo", "cleo"] {
            people.push(server.sign_in(name).await?);
        }
        Ok(Self { people, ids })
    }

    fn ada(&self) -> &Caller {
        &self.people[0]
    }

    /// Real ids for a path's names.
    async fn ids(&mut self, operation: &Operation) -> anyhow::Result<Vec<String>> {
        let wanted = operation.names().len();
        let noun = if operation.path.contains("/by/") {
            "by"
        } else {
            operation.path.split('/').nth(2).unwrap_or_default()
        };
        if wanted > 0 && !self.ids.contains_key(noun) {
            let mut found = None;
            for person in &self.people {
                let page = person.get(&format!("/v1/{noun}?limit=1")).await?.expect(200)?;
                found = found.or_else(|| page.rows().first()?["id"].as_str().map(str::to_owned));
            }
            let found = found.with_context(|| format!("nobody sees any of {noun}"))?;
            self.ids.insert(noun.to_owned(), vec![found]);
        }
        let ids = self.ids.get(noun).into_iter().flatten();
        Ok(ids.take(wanted).cloned().collect())
    }

    /// A key of the administrator's with one scope.
    async fn key(&self, scope: &str) -> anyhow::Result<Caller> {
        let words = json!({"name": format!("Walks with {scope}"), "scopes": [scope]});
        let made = self.ada().post("/v1/api-keys", &words).await?.expect(201)?;
        let mut caller = self.ada().clone();
        caller.token = Some(made.text("/key").to_owned());
        Ok(caller)
    }
}

/// An id or name of the same kind that nobody has.
fn unknown(id: &str) -> String {
    match id.split_once('_') {
        Some((kind, _)) => format!("{kind}_01jd00000078s8000000000000"),
        None => format!("{id}-not"),
    }
}

/// A problem without what tells one request from another.
fn shape(answer: &Answer, ids: &[String]) -> String {
    let mut body = answer.body.clone();
    if let Some(members) = body.as_object_mut() {
        members.remove("instance");
        members.remove("request_id");
    }
    let told = ids
        .iter()
        .fold(body.to_string(), |text, id| text.replace(id, "ID"));
    format!("{} {told}", answer.status)
}

fn is_problem(answer: &Answer, status: u16) -> bool {
    let media = answer.header("content-type").unwrap_or_default();
    answer.status == status && media.starts_with("application/problem+json")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_asks_who_calls_and_shows_nobody_what_is_not_theirs() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh", "--sandbox", "--allow-egress", "127.0.0.0/8"]).await?;
    let mut company = Company::of(&server).await?;
    let (stranger, gil) = (server.stranger(), server.sign_in_at("gil", "globex").await?);
    let document = stranger.get("/openapi.json").await?.expect(200)?.body;
    let file = company.ids["files"].first().cloned().unwrap_or_default();
    let now = company.ada().get(&format!("/v1/files/{file}")).await?;
    let operations = operations(&document, now.text("/created_at"))?;
    let (others, hooks) = (
        company.key("webhooks:read").await?,
        company.key("crm:deals:read").await?,
    );
    let mut keys: BTreeMap<String, Caller> = BTreeMap::new();
    let mut wrong: Vec<String> = Vec::new();
    let mut answers: BTreeMap<u16, usize> = BTreeMap::new();
    for operation in &operations {
        let name = operation.name();
        let ids = company.ids(operation).await?;
        let (path, rehearsed) = (operation.filled(&ids, false), operation.filled(&ids, true));

        if PUBLIC.contains(&name.as_str()) {
            let answer = operation.send(&stranger, &path).await?;
            wrong.extend(operation.undocumented("nobody", &answer));
            continue;
        }
        // With neither body nor sense: who is not signed in learns of neither.
        let senseless = format!("{path}{}sense=none", if path.contains('?') { '&' } else { '?' });
        let answer = stranger
            .send(operation.method.clone(), &senseless, &[], None)
            .await?;
        wrong.extend(operation.undocumented("nobody", &answer));
        if !is_problem(&answer, 401) {
            wrong.push(format!("{name} (nobody): not 401: {answer}"));
        }

        if let Some(scope) = operation.scope() {
            let lacking = if scope.starts_with("webhooks") {
                &hooks
            } else {
                &others
            };
            let answer = operation.send(lacking, &path).await?;
            wrong.extend(operation.undocumented("a key without the scope", &answer));
            if !is_problem(&answer, 403) || answer.text("/scope") != scope {
                wrong.push(format!("{name} (a key without {scope}): {answer}"));
            }
            if !keys.contains_key(scope) {
                keys.insert(scope.to_owned(), company.key(scope).await?);
            }
        }
        if name != ENDLESS {
            let having = operation.scope().map_or(&others, |scope| &keys[scope]);
            let answer = operation.send(having, &rehearsed).await?;
            *answers.entry(answer.status).or_default() += 1;
            wrong.extend(operation.undocumented("a key with the scope", &answer));
            if answer.text("/code") == "missing_scope" {
                wrong.push(format!("{name} (a key with all that is declared): {answer}"));
            }
        }

        if !ids.is_empty() && !NOT_OWNED.contains(&name.as_str()) {
            let nobodys: Vec<String> = ids.iter().map(|id| unknown(id)).collect();
            let theirs = operation.send(&gil, &path).await?;
            let none = operation.send(&gil, &operation.filled(&nobodys, false)).await?;
            wrong.extend(operation.undocumented("another company", &theirs));
            let (theirs, none) = (shape(&theirs, &ids), shape(&none, &nobodys));
            if !theirs.starts_with("404") || theirs != none {
                wrong.push(format!(
                    "{name} (another company): {theirs}\n    where nothing is: {none}"
                ));
            }
        }
    }
    println!("rights: whoever may was answered {answers:?}");
    anyhow::ensure!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    anyhow::ensure!(operations.len() > 100, "only {} operations", operations.len());
    Ok(())
}
