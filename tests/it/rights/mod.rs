//! Who may do what, asked of every operation that the document knows: nobody, whoever's right has ended, a key with each other
//! scope, a key with only the scope; and what each place shows that takes an id of what is not the caller's.

use std::collections::{BTreeMap, BTreeSet};

use countersign_acceptance::matrix::Matrix;
use countersign_acceptance::{Answer, Caller, Server};
use serde_json::Value;

mod callers;
mod cases;
mod company;
mod expand;
mod ids;
mod operation;
mod places;
mod staff;
mod stream;
mod things;

use company::{Company, ended};
use operation::{Operation, operations};

/// Nobody need be signed in.
const PUBLIC: &[&str] = &[
    "GET /.well-known/jwks.json",
    "GET /set-password",
    "GET /set-up",
    "GET /v1/downloads/{link}",
    "GET /v1/leave/calendar/{link}",
    "POST /v1/auth/login",
    "POST /v1/auth/logout",
    "POST /v1/auth/password",
    "POST /v1/auth/refresh",
    "POST /v1/auth/set-up",
];

/// An answer of this one does not end.
const ENDLESS: &str = "GET /v1/events/stream";

/// Whether a scope is another one, or the right to write what the other reads.
fn allows(scope: &str, wanted: &str) -> bool {
    let write = wanted.strip_suffix(":read").map(|noun| format!("{noun}:write"));
    scope == wanted || write.is_some_and(|write| scope == write)
}

/// Every scope that an operation declares.
fn scopes(operations: &[Operation]) -> Vec<String> {
    let all: BTreeSet<&str> = operations.iter().filter_map(Operation::scope).collect();
    all.into_iter().map(str::to_owned).collect()
}

/// An id, name or address of the same kind that nobody has.
fn unknown(id: &str) -> String {
    if let Some((name, place)) = id.split_once('@') {
        return format!("{}@{place}", "x".repeat(name.len()));
    }
    match id.split_once('_') {
        Some((kind, _)) => format!("{kind}_01jd00000078s8000000000000"),
        None => format!("{id}-not"),
    }
}

/// A problem without what tells one request from another.
fn shape(answer: &Answer, ids: &[String]) -> String {
    let mut body = answer.body.clone();
    forget(&mut body);
    let told = ids
        .iter()
        .fold(body.to_string(), |text, id| text.replace(id, "ID"));
    format!("{} {told}", answer.status)
}

/// What tells one sending from another.
const MOVING: [&str; 8] = [
    "instance",
    "request_id",
    "next_cursor",
    "version",
    "created_at",
    "updated_at",
    "due_at",
    "secret",
];

/// Takes out what tells one sending from another.
fn forget(body: &mut Value) {
    match body {
        Value::Object(members) => {
            for name in MOVING {
                members.remove(name);
            }
            members.values_mut().for_each(forget);
        }
        Value::Array(all) => all.iter_mut().for_each(forget),
        _ => {}
    }
}

fn is_problem(answer: &Answer, status: u16) -> bool {
    let media = answer.header("content-type").unwrap_or_default();
    answer.status == status && media.starts_with("application/problem+json")
}

/// What each caller is answered.
struct Walk {
    stranger: Caller,
    /// Those who could once: each with the reason.
    ended: Vec<(&'static str, Caller)>,
    /// By scope, a key of an admin's with it alone.
    keys: BTreeMap<String, Caller>,
    /// The same with several, by the operation that needs them.
    several: BTreeMap<String, Caller>,
    matrix: Matrix,
    wrong: Vec<String>,
}

impl Walk {
    async fn operation(&mut self, operation: &Operation, ids: &[String]) -> anyhow::Result<()> {
        let name = operation.name();
        let (path, rehearsed) = (operation.filled(ids, false), operation.filled(ids, true));
        if PUBLIC.contains(&name.as_str()) {
            let answer = operation.send(&self.stranger, &path).await?;
            self.matrix.saw(&name, "anonymous", answer.status);
            self.wrong.extend(operation.undocumented("nobody", &answer));
            return Ok(());
        }
        self.nobody(operation, &path).await?;
        if let Some(scope) = operation.scope() {
            self.matrix.saw(&name, "scope", scope);
            for (other, key) in self.keys.iter().filter(|(other, _)| !allows(other, scope)) {
                let answer = operation.send(key, &path).await?;
                self.matrix.saw(&name, "key with another scope", answer.status);
                self.wrong
                    .extend(operation.undocumented(&format!("a key with {other}"), &answer));
                if !is_problem(&answer, 403) || answer.text("/scope") != scope {
                    self.wrong
                        .push(format!("{name} (a key with {other}, not {scope}): {answer}"));
                }
            }
        }
        if name != ENDLESS {
            let single = &self.keys[operation.scope().unwrap_or("crm:deals:read")];
            let having = self.several.get(&name).unwrap_or(single);
            if let Some(second) = operation.scopes().get(1) {
                let answer = operation.send(single, &rehearsed).await?;
                if !is_problem(&answer, 403) || answer.text("/scope") != *second {
                    self.wrong
                        .push(format!("{name} (a key with its first scope): {answer}"));
                }
            }
            if operation.needs_version() && operation.rehearses() && !operation.path.contains("/by/") {
                let answer = operation.send_unversioned(having, &rehearsed).await?;
                if answer.status < 300 {
                    self.wrong.push(format!("{name} (without a version): {answer}"));
                }
            }
            let answer = operation.send(having, &rehearsed).await?;
            self.matrix.saw(&name, "key with only the scope", answer.status);
            self.wrong
                .extend(operation.undocumented("a key with the scope", &answer));
            if answer.text("/code") == "missing_scope" {
                self.wrong
                    .push(format!("{name} (a key with all that is declared): {answer}"));
            }
        }
        Ok(())
    }

    async fn nobody(&mut self, operation: &Operation, path: &str) -> anyhow::Result<()> {
        let name = operation.name();
        // With neither body nor sense: who is not signed in learns of neither.
        let senseless = format!("{path}{}sense=none", if path.contains('?') { '&' } else { '?' });
        let sent = self
            .stranger
            .send(operation.method.clone(), &senseless, &[], None);
        let answer = sent.await?;
        self.matrix.saw(&name, "anonymous", answer.status);
        self.wrong.extend(operation.undocumented("nobody", &answer));
        if !is_problem(&answer, 401) {
            self.wrong.push(format!("{name} (nobody): not 401: {answer}"));
        }
        for (whose, caller) in &self.ended {
            let answer = operation.send(caller, path).await?;
            self.matrix.saw(&name, whose, answer.status);
            if !is_problem(&answer, 401) {
                self.wrong.push(format!("{name} ({whose}): not 401: {answer}"));
            }
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_asks_who_calls() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh", "--sandbox", "--allow-egress", "127.0.0.0/8"]).await?;
    let mut company = Company::of(&server).await?;
    let stranger = server.stranger();
    let document = stranger.get("/openapi.json").await?.expect(200)?.body;
    let file = company.ids["files"].first().cloned().unwrap_or_default();
    let now = company.ada().get(&format!("/v1/files/{file}")).await?;
    let operations = operations(&document, now.text("/created_at"))?;
    let scopes = scopes(&operations);
    let mut keys: BTreeMap<String, Caller> = BTreeMap::new();
    for scope in &scopes {
        keys.insert(scope.clone(), company.key(&[scope]).await?);
    }
    let mut several = BTreeMap::new();
    for operation in operations.iter().filter(|one| one.scopes().len() > 1) {
        several.insert(operation.name(), company.key(&operation.scopes()).await?);
    }
    let mut walk = Walk {
        stranger,
        ended: ended(&server, &company, &scopes).await?,
        keys,
        several,
        matrix: Matrix::default(),
        wrong: Vec::new(),
    };
    for operation in &operations {
        let ids = company.ids(operation).await?;
        walk.operation(operation, &ids).await?;
    }
    walk.matrix.keep("callers")?;
    let wrong = walk.wrong;
    anyhow::ensure!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    anyhow::ensure!(operations.len() > 100, "only {} operations", operations.len());
    Ok(())
}
