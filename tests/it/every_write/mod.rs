//! Every operation that writes: sent again under its key it gives the same answer, byte for byte, and happens once, after
//! a crash too; and every entry that it leaves in the log says what led to it.

mod company;
mod customers;
mod leave;
mod office;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use countersign_acceptance::{Caller, until};
use serde_json::{Value, json};

use walk::Walk;

/// They read, though they are sent with POST.
const READS: &[&str] = &[
    "POST /v1/workflows/check",
    "POST /v1/workflows/{name}/form/check",
    "POST /v1/workflows/{name}/simulate",
];

/// Whoever sends these is not signed in yet, so there is nobody whose keys are kept: a refresh token, given twice within
/// moments, gives the same heir, a link works once, and the others begin or end one session.
const NOBODYS: &[&str] = &[
    "POST /v1/auth/login",
    "POST /v1/auth/logout",
    "POST /v1/auth/password",
    "POST /v1/auth/refresh",
    "POST /v1/auth/set-up",
];

/// Nothing of these stands in the log: a ticket is good for half a minute, and a sandbox's time is rehearsed.
const UNLOGGED: &[&str] = &["POST /v1/events/stream-ticket", "PUT /v1/sandbox/clock"];

#[tokio::test(flavor = "multi_thread")]
async fn every_write_happens_once_and_says_what_led_to_it() -> anyhow::Result<()> {
    let mut walk = Walk::begin(&["--sandbox", "--allow-egress", "127.0.0.0/8"]).await?;
    let ada = walk.caller("ada");
    let before = ada.all("/v1/audit").await?.len();
    office::definitions(&mut walk).await?;
    customers::records(&mut walk).await?;
    customers::pipelines(&mut walk).await?;
    customers::products(&mut walk).await?;
    customers::imports(&mut walk).await?;
    customers::deals(&mut walk).await?;
    office::decisions(&mut walk).await?;
    office::held(&mut walk).await?;
    office::runs(&mut walk).await?;
    leave::leave(&mut walk).await?;
    office::proposals(&mut walk).await?;
    company::organisation(&mut walk).await?;
    company::passwords(&mut walk).await?;
    company::files_and_notices(&mut walk).await?;
    company::webhooks(&mut walk).await?;
    company::clock(&mut walk).await?;
    walk_was_whole(&walk)?;

    let first = settled(&ada).await?;
    let wrong = unexplained(&walk, &first, before);
    anyhow::ensure!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let missing = not_met(&ada, &first).await?;
    anyhow::ensure!(missing.is_empty(), "no entry of {missing:?}");
    walk.again_after_a_crash().await?;
    let again = settled(&ada).await?;
    // The demo signs its people in whenever it starts.
    let new: Vec<&Value> = again
        .iter()
        .filter(|entry| entry["type"] != "identity.session.started" && !first.contains(entry))
        .collect();
    anyhow::ensure!(new.is_empty(), "happened twice: {new:#?}");
    Ok(())
}

fn walk_was_whole(walk: &Walk) -> anyhow::Result<()> {
    let sent: BTreeSet<&str> = walk.sent.iter().map(|sent| sent.operation.as_str()).collect();
    let mut missing = Vec::new();
    for (path, item) in walk.document["paths"].as_object().into_iter().flatten() {
        for method in ["post", "put", "patch", "delete"] {
            let name = format!("{} {path}", method.to_uppercase());
            let excused = path.ends_with("/search")
                || READS.contains(&name.as_str())
                || NOBODYS.contains(&name.as_str());
            if item.get(method).is_some() && !excused && !sent.contains(name.as_str()) {
                missing.push(name);
            }
        }
    }
    anyhow::ensure!(missing.is_empty(), "never sent: {missing:#?}");
    Ok(())
}

/// The whole audit, once consumers have nothing more to do.
async fn settled(ada: &Caller) -> anyhow::Result<Vec<Value>> {
    let mut last = Vec::new();
    until("the log stands still", 30, async || {
        let entries = ada.all("/v1/audit?sort=sequence").await?;
        let still = entries.len() == last.len();
        last = entries;
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        Ok(still.then(|| last.clone()))
    })
    .await
}

/// Entries of which the log does not say what led to them: an entry, somebody's request, or an instant that came.
fn unexplained(walk: &Walk, entries: &[Value], before: usize) -> Vec<String> {
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let by_id: BTreeMap<String, &Value> = entries.iter().map(|entry| (text(entry, "id"), entry)).collect();
    let fired: BTreeSet<(String, String)> = entries
        .iter()
        .filter(|entry| entry["type"] == "oa.timer.fired")
        .map(|entry| (text(entry, "subject"), text(entry, "at")))
        .collect();
    let sent = walk.sent.iter().map(|sent| &sent.trace);
    let traces: BTreeSet<&str> = sent.chain(&walk.once).map(String::as_str).collect();
    let why_not = |entry: &Value| match by_id.get(&text(entry, "cause")) {
        Some(cause) if cause["trace"] != entry["trace"] => Some(format!("another trace than {cause}")),
        Some(_) => None,
        None if entry["cause"] != json!(null) => Some("its cause is not in the log".to_owned()),
        None if fired.contains(&(text(entry, "subject"), text(entry, "at"))) => None,
        None if !text(entry, "actor").starts_with("user_") => {
            Some("nobody's, and without a cause".to_owned())
        }
        None => {
            (!traces.contains(text(entry, "trace").as_str())).then(|| "no trace of its request".to_owned())
        }
    };
    let mut wrong: Vec<String> = entries
        .iter()
        .skip(before)
        .filter_map(|entry| {
            Some(format!(
                "{} by {}: {}",
                entry["type"],
                entry["actor"],
                why_not(entry)?
            ))
        })
        .collect();
    let logged: BTreeSet<String> = entries.iter().map(|entry| text(entry, "trace")).collect();
    let unlogged = walk
        .sent
        .iter()
        .filter(|sent| !logged.contains(&sent.trace) && !UNLOGGED.contains(&sent.operation.as_str()));
    wrong.extend(unlogged.map(|sent| format!("{}: nothing of it in the log", sent.operation)));
    wrong
}

async fn not_met(ada: &Caller, entries: &[Value]) -> anyhow::Result<Vec<String>> {
    let met: BTreeSet<&str> = entries
        .iter()
        .filter_map(|entry| entry["type"].as_str())
        .collect();
    let types = ada.get("/v1/event-types").await?.expect(200)?;
    let names = types.rows().iter().filter_map(|one| one["name"].as_str());
    Ok(names
        .filter(|name| {
            // What other systems send is an area of types.
            let area = name.strip_suffix('*').unwrap_or(name);
            !met.iter()
                .any(|kind| kind == name || (area != *name && kind.starts_with(area)))
        })
        .map(str::to_owned)
        .collect())
}
