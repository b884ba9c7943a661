//! Ids of what is not the caller's, in every place that takes an id: another company's, and what a colleague keeps private.
//! Each is answered exactly like an id that nobody has, and writes nothing; the caller's own at the same place is taken.

use countersign_acceptance::matrix::Matrix;
use countersign_acceptance::{Caller, Server};
use reqwest::Method;
use serde_json::Value;

use super::cases::{Case, Cases};
use super::operation::{Operation, operations};
use super::staff::Staff;
use super::things::{NAMED, Things, id_of};
use super::{ENDLESS, PUBLIC, shape, unknown};

const COLLEAGUE: &str = "a colleague";

/// What a colleague may keep private, by the prefixes of the ids.
const PRIVATE: [&str; 18] = [
    "acct", "cont", "deal", "act", "lead", "req", "task", "file", "ntc", "whk", "dlv", "key", "sess", "evt",
    "run", "by", "sheet", "imp",
];

/// A draft holds what was filled in so far; what it points to is judged when it is submitted.
const DRAFTING: &str = "PATCH /v1/requests/{id}";

/// Who would be asked if the form were this, and how it stands: they read nothing that the form points to.
const SUPPOSING: [&str; 2] = [
    "POST /v1/workflows/{name}/simulate",
    "POST /v1/workflows/{name}/form/check",
];

/// A new pipeline has no stages yet that could be named.
const HAS_NONE: [(&str, &str); 1] = [("POST /v1/pipelines", "body /stages/0/id")];

struct Walk<'a> {
    cases: Cases<'a>,
    /// Whose ids are tried, and what is said of them.
    others: &'a Things,
    whose: &'static str,
    wrong: Vec<String>,
    tried: usize,
    matrix: Matrix,
    /// How often a draft was changed.
    drafted: usize,
}

impl Walk<'_> {
    async fn operation(&mut self, operation: &Operation, only: &[&str]) -> anyhow::Result<()> {
        let name = operation.name();
        let cases = match self.cases.of(operation) {
            Ok(cases) => cases,
            Err(error) => {
                self.wrong.push(format!("{name}: {error:#}"));
                return Ok(());
            }
        };
        for case in cases {
            if only.is_empty() || only.contains(&case.prefix.as_str()) {
                let walked = self.case(operation, &case).await;
                let fault = walked
                    .err()
                    .map(|error| format!("{name}, {}: {error:#}", case.place));
                self.wrong.extend(fault);
            }
        }
        Ok(())
    }

    async fn case(&mut self, operation: &Operation, case: &Case) -> anyhow::Result<()> {
        let (own, name) = (self.cases.own, operation.name());
        let place = format!("{name}, {} of {}", case.place, self.whose);
        let in_path = case.place.starts_with("path ");
        let theirs = if in_path && !NAMED.contains(&case.prefix.as_str()) {
            self.others.in_path(&name, &case.prefix)?
        } else {
            self.others.id(&case.prefix)?
        };
        let (theirs, nobodys) = (theirs.to_owned(), unknown(theirs));
        // A condition may name what is not there, and so may a workflow: its checks say so. A name is free where nobody of the company has taken it.
        let free = in_path && operation.method == Method::PUT && operation.path.ends_with('}');
        let condition = case.place.starts_with("filter ") || case.prefix == "email";
        let rehearsed = free || condition;
        let seen = case.send(operation, &own.who, &theirs, rehearsed).await?;
        let none = case.send(operation, &own.who, &nobodys, rehearsed).await?;
        self.tried += 1;
        let (kind, _) = case.place.split_once(' ').unwrap_or_default();
        let column = format!("{}: {kind}", self.whose);
        self.matrix.saw(&name, &column, seen.status);
        self.wrong.extend(operation.undocumented(&place, &seen));
        let shown = shape(&seen, std::slice::from_ref(&theirs));
        let expected = shape(&none, std::slice::from_ref(&nobodys));
        if shown != expected {
            self.wrong
                .push(format!("{place}: {shown}\n    where nothing is: {expected}"));
        }
        let filled_in = !in_path && case.place.starts_with("body /form/");
        let draft = filled_in && name == DRAFTING;
        // The right to look, and a role that the colleague lacks, come before what is looked for.
        let by_role = !operation.roles().is_empty();
        let barred = seen.status == 403 && (!in_path || by_role) && self.whose == COLLEAGUE;
        let taken = rehearsed || draft || (filled_in && SUPPOSING.contains(&name.as_str()));
        if (seen.status < 300) != taken && !barred {
            self.wrong.push(format!("{place}: {seen}"));
        }
        if !in_path && !barred && !HAS_NONE.contains(&(name.as_str(), case.place.as_str())) {
            // A draft stands as it was before.
            let mine = own.pointed(&case.prefix)?;
            let answer = case.send(operation, &own.who, mine, !draft).await?;
            if answer.status >= 300 {
                self.wrong
                    .push(format!("{place}: the walk's own is refused too: {answer}"));
            }
            self.drafted += if draft { 3 } else { 0 };
        }
        Ok(())
    }
}

/// How many changes the log tells of somebody.
async fn changes(admin: &Caller, who: &Caller) -> anyhow::Result<usize> {
    let of = id_of(who).await?;
    Ok(admin.all(&format!("/v1/audit?actor={of}")).await?.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_not_ones_own_is_answered_like_one_that_nobody_has() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh", "--sandbox", "--allow-egress", "127.0.0.0/8"]).await?;
    let staff = Staff::of(&server).await?;
    let (anns, hals, gils) = (&staff.ann, &staff.hal, &staff.gil);
    let document: Value = server.stranger().get("/openapi.json").await?.expect(200)?.body;
    let file = staff.ada.get("/v1/me").await?;
    let operations = operations(&document, file.text("/created_at"))?;
    let (mut wrong, mut matrix) = (Vec::new(), Matrix::default());
    for (whose, own, admin, only) in [
        ("another company", gils, &staff.gil.who, &[][..]),
        (COLLEAGUE, hals, &staff.ada, &PRIVATE[..]),
    ] {
        let before = changes(admin, &own.who).await?;
        let mut walk = Walk {
            cases: Cases {
                document: &document,
                operations: &operations,
                own,
            },
            others: anns,
            whose,
            wrong: Vec::new(),
            tried: 0,
            matrix: std::mem::take(&mut matrix),
            drafted: 0,
        };
        for operation in &operations {
            let name = operation.name();
            if !PUBLIC.contains(&name.as_str()) && name != ENDLESS && operation.noun() != "event-types" {
                walk.operation(operation, only).await?;
            }
        }
        // A draft that names a thing gives no right to it.
        for operation in operations.iter().filter(|one| one.method == Method::GET) {
            if operation.path.starts_with("/v1/files/") {
                walk.operation(operation, only).await?;
            }
        }
        let written = changes(admin, &own.who).await? - before;
        if written != walk.drafted {
            walk.wrong.push(format!(
                "{whose}: {written} changes were written, not {}",
                walk.drafted
            ));
        }
        println!("ids of {whose}: {} places", walk.tried);
        wrong.append(&mut walk.wrong);
        matrix = walk.matrix;
    }
    matrix.keep("ids")?;
    anyhow::ensure!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}
