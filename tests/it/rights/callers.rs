//! What a role is needed for: people without it, keys that only read, and people who held it until just now.

use std::collections::{BTreeMap, BTreeSet};

use countersign_acceptance::matrix::Matrix;
use countersign_acceptance::{Answer, Caller, Server};
use serde_json::{Value, json};

use super::cases::Cases;
use super::operation::{Operation, operations};
use super::staff::Staff;
use super::things::{hire, id_of};
use super::{ENDLESS, PUBLIC, is_problem, scopes};

/// What asks for a role, and those that may; finance owns the workflow that is published. All else is for every person of the
/// company, as far as they see what it is about.
const ROLES: &[(&str, &str)] = &[
    ("GET /v1/audit", "admin"),
    ("GET /v1/audit/verify", "admin"),
    ("PUT /v1/automations/{name}", "admin hr"),
    ("GET /v1/automations/{name}/runs", "admin hr"),
    ("PUT /v1/calendars/{name}", "admin hr"),
    ("POST /v1/leave/adjustments", "admin hr"),
    ("POST /v1/leave/recounts", "admin hr"),
    ("POST /v1/leave/runs", "admin hr"),
    ("PUT /v1/leave-types/{name}", "admin hr"),
    ("PUT /v1/tables/{name}", "admin hr"),
    ("POST /v1/departments", "admin"),
    ("DELETE /v1/departments/{id}", "admin"),
    ("PATCH /v1/departments/{id}", "admin"),
    ("POST /v1/events", "admin"),
    ("POST /v1/pipelines", "admin"),
    ("DELETE /v1/pipelines/{id}", "admin"),
    ("PATCH /v1/pipelines/{id}", "admin"),
    ("POST /v1/pipelines/{id}/restore", "admin"),
    ("POST /v1/price-book-entries", "admin"),
    ("POST /v1/price-book-entries/batch", "admin"),
    ("PUT /v1/price-book-entries/by/{source}/{external_id}", "admin"),
    ("DELETE /v1/price-book-entries/{id}", "admin"),
    ("PATCH /v1/price-book-entries/{id}", "admin"),
    ("POST /v1/price-book-entries/{id}/restore", "admin"),
    ("POST /v1/price-books", "admin"),
    ("DELETE /v1/price-books/{id}", "admin"),
    ("PATCH /v1/price-books/{id}", "admin"),
    ("POST /v1/price-books/{id}/restore", "admin"),
    ("POST /v1/products", "admin"),
    ("POST /v1/products/batch", "admin"),
    ("PUT /v1/products/by/{source}/{external_id}", "admin"),
    ("DELETE /v1/products/{id}", "admin"),
    ("PATCH /v1/products/{id}", "admin"),
    ("POST /v1/products/{id}/restore", "admin"),
    ("POST /v1/proposals/{id}/publish", "admin hr"),
    ("POST /v1/proposals/{id}/reject", "admin hr"),
    ("POST /v1/roles", "admin"),
    ("DELETE /v1/roles/{id}", "admin"),
    ("PATCH /v1/roles/{id}", "admin"),
    ("GET /v1/runs/{id}", "admin hr"),
    ("POST /v1/runs/{id}/retry", "admin hr"),
    ("PATCH /v1/settings", "admin"),
    ("POST /v1/users", "admin"),
    ("PATCH /v1/users/{id}", "admin"),
    ("POST /v1/users/{id}/disable", "admin"),
    ("PUT /v1/users/{id}/employment", "admin hr"),
    ("POST /v1/users/{id}/enable", "admin"),
    ("POST /v1/users/{id}/password-link", "admin"),
    ("PUT /v1/workflows/{name}", "admin hr finance"),
];

/// No key may: these are a person's own, give passwords, or want a second person.
const PERSONS: &[&str] = &[
    "POST /v1/api-keys",
    "POST /v1/leave/feeds",
    "POST /v1/me/password",
    "POST /v1/proposals/{id}/publish",
    "POST /v1/users/{id}/password-link",
];

/// A key may, but not with roles and a password, which a new person has in the walk.
const GIVES: &str = "POST /v1/users";

/// A key that only reads may: a ticket is for reading, and a sandbox has nothing to protect.
const FREE: &[&str] = &["POST /v1/events/stream-ticket", "PUT /v1/sandbox/clock"];

/// The roles that an operation asks for, if it does.
fn wanted(name: &str) -> Option<&'static str> {
    let found = ROLES.iter().find(|(known, _)| *known == name);
    found.map(|(_, roles)| *roles)
}

/// Whether the document declares what this list says.
fn declared(operation: &Operation) -> bool {
    let name = operation.name();
    let roles = wanted(&name).unwrap_or_default().split(' ');
    let right = if operation.publishes() {
        wanted(&name).is_some() && operation.roles().is_empty()
    } else {
        operation.roles() == roles.filter(|role| !role.is_empty()).collect::<Vec<_>>()
    };
    right && operation.is_for_sessions() == PERSONS.contains(&name.as_str())
}

/// A refusal for want of a role, not of a scope, and not for what the thing is.
fn refused(answer: &Answer) -> bool {
    is_problem(answer, 403) && matches!(answer.text("/code"), "forbidden" | "not_an_owner")
}

struct Walk<'a> {
    cases: Cases<'a>,
    matrix: Matrix,
    /// What each caller is told that they may ask for.
    allowed: BTreeMap<String, BTreeSet<String>>,
    wrong: Vec<String>,
}

impl Walk<'_> {
    /// The operation on what is the walk's own, changing nothing.
    async fn send(&mut self, operation: &Operation, who: &Caller, column: &str) -> anyhow::Result<Answer> {
        let answer = self.cases.rehearse(operation, who).await?;
        self.matrix.saw(&operation.name(), column, answer.status);
        self.wrong.extend(operation.undocumented(column, &answer));
        self.told(operation, who, column, &answer).await?;
        Ok(answer)
    }

    /// Whether the caller was told beforehand what they are answered now.
    async fn told(
        &mut self,
        operation: &Operation,
        who: &Caller,
        column: &str,
        answer: &Answer,
    ) -> anyhow::Result<()> {
        if !self.allowed.contains_key(column) {
            let me = who.get("/v1/me").await?.expect(200)?;
            let ids = me.body["allowed"].as_array().into_iter().flatten();
            let ids = ids.filter_map(Value::as_str).map(str::to_owned);
            self.allowed.insert(column.to_owned(), ids.collect());
        }
        let allowed = self.allowed[column].contains(operation.id());
        let name = operation.name();
        let lacks_scope = answer.text("/code") == "missing_scope";
        // What is refused for whose it is, the record says; and by name, what may be published.
        let by_record = !(wanted(&name).is_some() || operation.is_for_sessions() || column == "no role");
        let by_name = operation.publishes() || (name == GIVES && who.is_key());
        let wrong = if allowed {
            lacks_scope || (refused(answer) && !by_record && !by_name)
        } else {
            !lacks_scope && !refused(answer)
        };
        if wrong {
            let said = if allowed { "allowed" } else { "not allowed" };
            self.wrong
                .push(format!("{name} ({column}): {said}, says /v1/me: {answer}"));
        }
        Ok(())
    }

    /// What every operation that asks for a role answers to people without it, and to those who have it.
    async fn roles(&mut self, operation: &Operation, people: &[(&str, Caller)]) -> anyhow::Result<()> {
        let name = operation.name();
        let wanted = wanted(&name);
        for (role, who) in people {
            let answer = self.send(operation, who, role).await?;
            let may = wanted.is_none_or(|roles| roles.split(' ').any(|one| one == *role));
            // Whether others may do what asks for no role is a matter of whose it is.
            let known = wanted.is_some() || *role == "no role";
            if known && refused(&answer) == may {
                let wanted = wanted.unwrap_or("no role");
                self.wrong
                    .push(format!("{name} ({role}; {wanted} is needed): {answer}"));
            }
        }
        Ok(())
    }

    /// Keys: of somebody without a role, with every scope; of an admin, with every scope that reads.
    async fn keys(&mut self, operation: &Operation, plain: &Caller, reading: &Caller) -> anyhow::Result<()> {
        let name = operation.name();
        let by_person = PERSONS.contains(&name.as_str()) || name == GIVES;
        let answer = self.send(operation, plain, "key without a role").await?;
        let barred = by_person || wanted(&name).is_some();
        if refused(&answer) != barred {
            self.wrong
                .push(format!("{name} (a key of somebody without a role): {answer}"));
        }
        let answer = self.send(operation, reading, "key that reads").await?;
        let writes = operation.scope().is_some_and(|scope| !scope.ends_with(":read"));
        let right = if writes {
            is_problem(&answer, 403) && answer.text("/code") == "missing_scope"
        } else {
            refused(&answer) == by_person && answer.text("/code") != "missing_scope"
        };
        let reads = operation.method == "GET" || operation.asks();
        if !right || !(writes || reads || by_person || FREE.contains(&name.as_str())) {
            self.wrong
                .push(format!("{name} (a key that only reads): {answer}"));
        }
        Ok(())
    }

    /// Somebody held a role, signed in and with a key, and holds it no more.
    async fn taken(
        &mut self,
        server: &Server,
        admin: &Caller,
        role: &str,
        scopes: &[String],
    ) -> anyhow::Result<()> {
        let person = hire(server, admin, &format!("rae-{role}"), &[role]).await?;
        let holder = key(&person, scopes).await?;
        let operations = self.cases.operations;
        let asking: Vec<&Operation> = operations
            .iter()
            .filter(|one| wanted(&one.name()).is_some_and(|roles| roles.split(' ').any(|one| one == role)))
            .collect();
        let callers = [("role taken, session", &person), ("role taken, key", &holder)];
        for operation in &asking {
            for (column, who) in callers {
                let answer = self.cases.rehearse(operation, who).await?;
                let name = operation.name();
                let by_person = (PERSONS.contains(&name.as_str()) || name == GIVES) && who.is_key();
                if refused(&answer) != by_person {
                    self.wrong.push(format!(
                        "{} ({role}, before; {column}): {answer}",
                        operation.name()
                    ));
                }
            }
        }
        let path = format!("/v1/users/{}", id_of(&person).await?);
        admin.patch(&path, &json!({"roles": []})).await?.expect(200)?;
        for operation in &asking {
            for (column, who) in callers {
                let answer = self.send(operation, who, column).await?;
                if !refused(&answer) {
                    self.wrong.push(format!(
                        "{} ({role} no more; {column}): {answer}",
                        operation.name()
                    ));
                }
            }
        }
        Ok(())
    }
}

/// A key of somebody's with these scopes.
async fn key(who: &Caller, scopes: &[String]) -> anyhow::Result<Caller> {
    let words = json!({"name": "Walks", "scopes": scopes});
    let made = who.post("/v1/api-keys", &words).await?.expect(201)?;
    let mut caller = who.clone();
    caller.token = Some(made.text("/key").to_owned());
    Ok(caller)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_asked_for_at_every_call() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh", "--sandbox", "--allow-egress", "127.0.0.0/8"]).await?;
    let staff = Staff::of(&server).await?;
    let document: Value = server.stranger().get("/openapi.json").await?.expect(200)?.body;
    let now = staff.hal.who.upload().await?;
    let now = staff
        .hal
        .who
        .get(&format!("/v1/files/{now}"))
        .await?
        .expect(200)?;
    let operations = operations(&document, now.text("/created_at"))?;
    let scopes = scopes(&operations);
    let reading: Vec<String> = scopes
        .iter()
        .filter(|one| one.ends_with(":read"))
        .cloned()
        .collect();
    let mut people = vec![("admin", staff.ada.clone()), ("no role", staff.hal.who.clone())];
    for (role, name) in [
        ("hr", "fay"),
        ("finance", "eve"),
        ("legal", "gus"),
        ("ceo", "cleo"),
    ] {
        people.push((role, server.sign_in(name).await?));
    }
    let (plain, reads) = (
        key(&staff.hal.who, &scopes).await?,
        key(&staff.ada, &reading).await?,
    );
    let mut walk = Walk {
        cases: Cases {
            document: &document,
            operations: &operations,
            own: &staff.hal,
        },
        matrix: Matrix::default(),
        allowed: BTreeMap::new(),
        wrong: Vec::new(),
    };
    for operation in &operations {
        let name = operation.name();
        if PUBLIC.contains(&name.as_str()) || name == ENDLESS {
            continue;
        }
        walk.matrix.saw(&name, "role", wanted(&name).unwrap_or_default());
        if !declared(operation) {
            walk.wrong
                .push(format!("{name}: the document declares other needs"));
        }
        walk.roles(operation, &people).await?;
        walk.keys(operation, &plain, &reads).await?;
    }
    for role in ["admin", "hr", "finance"] {
        walk.taken(&server, &staff.ada, role, &scopes).await?;
    }
    let known: BTreeMap<String, &Operation> = operations.iter().map(|one| (one.name(), one)).collect();
    let named = ROLES.iter().map(|(name, _)| name).chain(PERSONS);
    let gone = named.filter(|name| !known.contains_key(**name));
    walk.wrong
        .extend(gone.map(|name| format!("there is no {name} any more")));
    walk.matrix.keep("roles")?;
    anyhow::ensure!(
        walk.wrong.is_empty(),
        "{} wrong:\n{}",
        walk.wrong.len(),
        walk.wrong.join("\n")
    );
    Ok(())
}
