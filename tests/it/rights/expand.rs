//! `expand`, wherever it is known: an object stands only where its reader may read it by its own path, and only for a key with
//! the scope that reads it; else the id stays an id.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use countersign_acceptance::matrix::Matrix;
use countersign_acceptance::{Caller, Server, unique};
use serde_json::{Value, json};

use super::cases::Cases;
use super::operation::{Operation, operations};
use super::places;
use super::staff::Staff;
use super::things::Things;

/// Its rows are no records, and have no ids to expand.
const COUNTS: &str = "GET /v1/deals/summary";

struct Walk<'a> {
    cases: Cases<'a>,
    /// By the prefix of an id, the operation that reads its record.
    readers: BTreeMap<String, &'a Operation>,
    /// Fields that held an id, by operation, with the prefix of the id; and those that stayed ids.
    seen: &'a mut BTreeMap<(String, String), String>,
    hidden: &'a mut BTreeSet<String>,
    wrong: &'a mut Vec<String>,
}

fn rows(body: &Value) -> Vec<Value> {
    match body["data"].as_array() {
        Some(rows) => rows.clone(),
        None => vec![body.clone()],
    }
}

impl Walk<'_> {
    async fn operation(&mut self, operation: &Operation, fields: &[String]) -> anyhow::Result<()> {
        let (name, who) = (operation.name(), self.cases.own.who.clone());
        let path = self.cases.path(operation)?;
        let plain = who.get(&path).await?;
        if plain.status == 403 {
            return Ok(());
        }
        let expanded = who.get(&format!("{path}?expand={}", fields.join(","))).await?;
        if (plain.status, expanded.status) != (200, 200) {
            self.wrong
                .push(format!("{name}: {plain}\n    expanded: {expanded}"));
            return Ok(());
        }
        for (row, shown) in rows(&plain.body).iter().zip(rows(&expanded.body)) {
            for field in fields {
                if let Some(id) = row[field].as_str() {
                    self.field(&name, field, id, &shown[field]).await?;
                }
            }
        }
        Ok(())
    }

    async fn field(&mut self, name: &str, field: &str, id: &str, shown: &Value) -> anyhow::Result<()> {
        let (prefix, _) = id.split_once('_').context("no id")?;
        self.seen
            .insert((name.to_owned(), field.to_owned()), prefix.to_owned());
        let reader = self.readers.get(prefix);
        let reader = reader.with_context(|| format!("{name}: nothing reads the {field} {id}"))?;
        let path = reader.filled(&[id.to_owned()], false);
        let read = self.cases.own.who.get(&path).await?;
        let right = if read.status == 200 {
            shown["id"] == json!(id)
        } else {
            self.hidden.insert(format!("{name}, {field}"));
            *shown == json!(id)
        };
        if !right {
            self.wrong
                .push(format!("{name}, {field}: {shown}\n    read by its path: {read}"));
        }
        Ok(())
    }
}

/// Records that everyone sees, of an account that only its owner does.
async fn of_hidden_account(owner: &Things) -> anyhow::Result<()> {
    for noun in ["contacts", "deals"] {
        let body = json!({"name": unique("Seen"), "account": owner.id("acct")?, "visibility": "tenant"});
        let path = format!("/v1/{noun}");
        owner.who.post(&path, &body).await?.expect(201)?;
    }
    Ok(())
}

/// A key has a scope, also where none is asked for.
const READS_NOBODY: &str = "webhooks:read";

/// A key of somebody's with one scope.
async fn key(who: &Caller, scope: &str) -> anyhow::Result<Caller> {
    let words = json!({"name": "Expands", "scopes": [scope]});
    let made = who.post("/v1/api-keys", &words).await?.expect(201)?;
    let mut caller = who.clone();
    caller.token = Some(made.text("/key").to_owned());
    Ok(caller)
}

#[tokio::test(flavor = "multi_thread")]
async fn expand_shows_nobody_what_its_own_path_does_not() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh", "--sandbox", "--allow-egress", "127.0.0.0/8"]).await?;
    let staff = Staff::of(&server).await?;
    of_hidden_account(&staff.ann).await?;
    let document: Value = server.stranger().get("/openapi.json").await?.expect(200)?.body;
    let operations = operations(&document, "2026-01-01T00:00:00.000Z")?;
    let readers: BTreeMap<String, &Operation> = operations
        .iter()
        .filter(|one| one.method == "GET" && one.path.matches('/').count() == 3)
        .filter_map(|one| {
            let param = one.parameters().find(|param| param["in"] == "path")?;
            Some((places::prefix(&document, &param["schema"])?, one))
        })
        .collect();
    let (mut seen, mut hidden, mut wrong) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
    let expanding: Vec<(&Operation, Vec<String>)> = operations
        .iter()
        .map(|one| (one, places::expandable(one)))
        // What is searched by POST are the rows of the list.
        .filter(|(one, fields)| one.method == "GET" && !fields.is_empty() && one.name() != COUNTS)
        .collect();
    for own in [&staff.hal, &staff.gil] {
        let mut walk = Walk {
            cases: Cases {
                document: &document,
                operations: &operations,
                own,
            },
            readers: readers.clone(),
            seen: &mut seen,
            hidden: &mut hidden,
            wrong: &mut wrong,
        };
        for (operation, fields) in &expanding {
            walk.operation(operation, fields).await?;
        }
    }
    let mut matrix = Matrix::default();
    let cases = Cases {
        document: &document,
        operations: &operations,
        own: &staff.gil,
    };
    for (operation, fields) in &expanding {
        let (name, path) = (operation.name(), cases.path(operation)?);
        let scope = operation.scope().unwrap_or(READS_NOBODY);
        let holder = key(&staff.gil.who, scope).await?;
        for field in fields {
            let Some(prefix) = seen.get(&(name.clone(), field.clone())) else {
                wrong.push(format!("{name}: the walk has no row with a {field}"));
                continue;
            };
            let wanted = readers[prefix].scope().unwrap_or_default();
            let answer = holder.get(&format!("{path}?expand={field}")).await?;
            matrix.saw(&name, "expand with only the scope", answer.status);
            let right = if wanted == scope {
                answer.status == 200
            } else {
                answer.status == 403 && answer.text("/scope") == wanted
            };
            if !right {
                wrong.push(format!("{name}, expand={field} (a key with {scope}): {answer}"));
            }
        }
    }
    matrix.keep("expand")?;
    println!("expand: {} fields; hidden from some: {hidden:?}", seen.len());
    anyhow::ensure!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    anyhow::ensure!(hidden.len() >= 2, "nothing was hidden: {hidden:?}");
    Ok(())
}
