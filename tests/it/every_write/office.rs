//! Requests and tasks, decided in every way, and one that is held.

use countersign_acceptance::samples::{AUTOMATION, TABLE};
use countersign_acceptance::{Answer, until};
use serde_json::json;

use super::walk::Walk;

/// One decision of Bo's; a request about `cancel` ends by itself.
const WORKFLOW: &str = r#"workflow: walked
title: {en: Walked}
description: Every way to decide.
owners: {role: hr}
submitters: everyone
summary: "{what}"
number: WLK-{year}-{counter}

form:
  what: {type: text, label: {en: What}, required: true, max_length: 200}

steps:
  - choose: kind
    cases:
      - when: what == 'cancel'
        steps:
          - end: cancelled
    otherwise: []

  - cc: told
    to: {user: cleo@acme.example}

  - approval: boss
    title: {en: Boss}
    by: {user: bo@acme.example}
    assign: pool
    allow: [transfer, return, add_approver, remove_approver]
    deadline: 5 working days
    remind: {before: 1 working day}

tests:
  - name: Bo decides
    given: {requester: ann, form: {what: A walk}}
    then:
      - bo approves
    expect: approved
"#;

/// It can tell nobody of a record that is none.
const STUMBLING: &str = r#"automation: stumbling
when_event: oa.request.cancelled
when: event.request.workflow == 'walked'
do:
  - action: tell
    do: notices.send
    with: {to: "{event.request.requester}", text: Cancelled, about: none}
"#;

const CALENDAR: &str = include_str!("../../../workflows/calendars/default.yaml");
const LEAVE: &str = include_str!("../../../workflows/leave-types.yaml");

pub async fn definitions(walk: &mut Walk) -> anyhow::Result<()> {
    let (_, calendar) = CALENDAR.split_once('\n').unwrap_or_default();
    let calendar = format!("calendar: walked\n{calendar}");
    walk.put_yaml("ada", "/v1/calendars/walked", &calendar).await?;
    walk.put_yaml("ada", "/v1/tables/walked", TABLE).await?;
    let leave = LEAVE.replacen("leave_types: standard", "leave_types: walked", 1);
    walk.put_yaml("ada", "/v1/leave-types/walked", &leave).await?;
    walk.put_yaml("ada", "/v1/workflows/walked", WORKFLOW).await?;
    walk.put_yaml("ada", "/v1/automations/walked", AUTOMATION).await?;
    walk.put_yaml("ada", "/v1/automations/stumbling", STUMBLING)
        .await?;
    Ok(())
}

/// What a second person publishes, what they reject, and what is withdrawn.
pub async fn proposals(walk: &mut Walk) -> anyhow::Result<()> {
    let wanted = |wanted: bool| json!({"publishing": {"second_person": wanted}});
    walk.patch("ada", "/v1/settings", wanted(true)).await?;
    for (who, verb, body) in [
        ("fay", "publish", json!({"comment": "As agreed."})),
        ("fay", "reject", json!({"comment": "Not yet."})),
        ("ada", "withdraw", json!({})),
    ] {
        let name = format!("proposed-{verb}");
        let text = WORKFLOW.replacen("walked", &name, 1).replacen("WLK", "PRP", 1);
        let path = format!("/v1/workflows/{name}");
        let proposal = walk.put_yaml("ada", &path, &text).await?;
        anyhow::ensure!(proposal.status == 202, "{proposal}");
        let path = format!("/v1/proposals/{}/{verb}", proposal.text("/id"));
        walk.post(who, &path, body).await?;
    }
    walk.patch("ada", "/v1/settings", wanted(false)).await?;
    Ok(())
}

/// A run that could not act is started again, and cannot again.
pub async fn runs(walk: &mut Walk) -> anyhow::Result<()> {
    let ada = walk.caller("ada");
    let run = until("a run", 20, async || {
        let runs = ada
            .get("/v1/automations/stumbling/runs?limit=1")
            .await?
            .expect(200)?;
        let run = runs.rows().first().and_then(|run| run["id"].as_str());
        Ok(run.map(str::to_owned))
    })
    .await?;
    walk.post("ada", &format!("/v1/runs/{run}/retry"), json!({}))
        .await?;
    Ok(())
}

pub async fn decisions(walk: &mut Walk) -> anyhow::Result<()> {
    submitted(walk, "cancel").await?;

    let path = submitted(walk, "transferred, then approved").await?;
    let words = json!({"comment": "Soon?"});
    walk.post("ann", &format!("{path}/comment"), words.clone())
        .await?;
    let task = task(walk, "bo", &path).await?;
    walk.post("bo", &format!("{task}/comment"), words).await?;
    walk.post("bo", &format!("{task}/claim"), json!({})).await?;
    walk.post("bo", &format!("{task}/release"), json!({"comment": "Away."}))
        .await?;
    let cleo = walk.caller("cleo").get("/v1/me").await?.text("/id").to_owned();
    for (verb, body) in [
        ("add", json!({"who": cleo, "where": "before"})),
        ("remove", json!({"who": cleo})),
    ] {
        walk.post("bo", &format!("{task}/{verb}-approver"), body).await?;
    }
    walk.post("bo", &format!("{task}/transfer"), json!({"to": cleo}))
        .await?;
    let task = self::task(walk, "cleo", &path).await?;
    walk.post("cleo", &format!("{task}/approve"), json!({})).await?;

    let why = json!({"comment": "Which walk?"});
    let path = submitted(walk, "returned twice, then approved").await?;
    let task = self::task(walk, "bo", &path).await?;
    walk.post("bo", &format!("{task}/return"), why.clone()).await?;
    walk.post("ann", &format!("{path}/resubmit"), json!({})).await?;
    walk.post("bo", &format!("{path}/return"), why.clone()).await?;
    let form = json!({"form": {"what": "The long walk"}});
    walk.post("ann", &format!("{path}/resubmit"), form).await?;
    walk.post("bo", &format!("{path}/approve"), json!({})).await?;

    let path = submitted(walk, "approved with others").await?;
    let task = self::task(walk, "bo", &path).await?;
    let id = task.trim_start_matches("/v1/tasks/");
    let rows = json!({"rows": [{"op": "approve", "id": id}]});
    walk.post("bo", "/v1/tasks/batch", rows).await?;

    let path = submitted(walk, "rejected by its task").await?;
    let task = self::task(walk, "bo", &path).await?;
    walk.post("bo", &format!("{task}/reject"), why.clone()).await?;
    let path = submitted(walk, "rejected").await?;
    walk.post("bo", &format!("{path}/reject"), why).await?;

    let draft = json!({"workflow": "walked", "draft": true, "form": {"what": "A draft"}});
    let other = walk.post("ann", "/v1/requests", draft.clone()).await?;
    let path = format!("/v1/requests/{}", other.text("/id"));
    let form = json!({"form": {"what": "Another draft"}});
    walk.patch("ann", &path, form).await?;
    walk.delete("ann", &path).await?;
    let draft = walk.post("ann", "/v1/requests", draft).await?;
    let path = format!("/v1/requests/{}", draft.text("/id"));
    walk.post("ann", &format!("{path}/submit"), json!({})).await?;
    walk.post(
        "ann",
        &format!("{path}/urge"),
        json!({"comment": "Today, please."}),
    )
    .await?;
    walk.post("ann", &format!("{path}/recall"), json!({})).await?;
    walk.post("ann", &format!("{path}/withdraw"), json!({})).await?;
    Ok(())
}

/// Nobody manages Cleo, so her leave is held; once somebody does, it goes on.
pub async fn held(walk: &mut Walk) -> anyhow::Result<()> {
    let form = json!({"kind": "annual", "dates": {"start": "2027-09-06", "end": "2027-09-10"}});
    let leave = json!({"workflow": "leave", "form": form});
    let leave = walk.post("cleo", "/v1/requests", leave).await?;
    let path = format!("/v1/requests/{}", leave.text("/id"));
    let task = task(walk, "fay", &path).await?;
    let chair = json!({"name": "Una Ulm", "email": "una@acme.example"});
    let chair = walk.post("ada", "/v1/users", chair).await?;
    let cleo = walk.caller("cleo").get("/v1/me").await?.text("/id").to_owned();
    let manager = json!({"manager": chair.text("/id")});
    walk.patch("ada", &format!("/v1/users/{cleo}"), manager).await?;
    walk.post("fay", &format!("{task}/complete"), json!({})).await?;
    mended(walk).await
}

/// Nobody has the address that is asked: it is tried again, left out, and asked otherwise by a newer version.
async fn mended(walk: &mut Walk) -> anyhow::Result<()> {
    let text = WORKFLOW.replace("walked", "stuck").replace("WLK", "STK");
    let (text, _) = text.split_once("tests:").unwrap_or_default();
    let asking = |email: &str| text.replace("bo@acme.example", email);
    walk.put_yaml("ada", "/v1/workflows/stuck", &asking("late@acme.example"))
        .await?;
    let new = json!({"workflow": "stuck", "form": {"what": "A walk"}});
    let mut paths = Vec::new();
    for _ in 0..3 {
        let made = walk.post("ann", "/v1/requests", new.clone()).await?;
        paths.push(format!("/v1/requests/{}", made.text("/id")));
    }
    let why = json!({"comment": "There is nobody to be asked."});
    walk.post("fay", &format!("{}/skip", paths[0]), why.clone())
        .await?;
    walk.put_yaml("ada", "/v1/workflows/stuck", &asking("bo@acme.example"))
        .await?;
    walk.post("fay", &format!("{}/move", paths[1]), why.clone())
        .await?;
    let late = json!({"name": "Lea Late", "email": "late@acme.example"});
    walk.post("ada", "/v1/users", late).await?;
    walk.post("fay", &format!("{}/retry", paths[2]), why).await?;
    Ok(())
}

async fn submitted(walk: &mut Walk, what: &str) -> anyhow::Result<String> {
    let new = json!({"workflow": "walked", "form": {"what": what}});
    let made: Answer = walk.post("ann", "/v1/requests", new).await?;
    Ok(format!("/v1/requests/{}", made.text("/id")))
}

/// The path of somebody's one open task in a request.
pub async fn task(walk: &Walk, who: &str, request: &str) -> anyhow::Result<String> {
    let id = request.trim_start_matches("/v1/requests/");
    let tasks = walk.caller(who).tasks(id).await?;
    let task = tasks.first().and_then(|task| task["id"].as_str());
    let task = task.ok_or_else(|| anyhow::anyhow!("{who} has no task in {request}"))?;
    Ok(format!("/v1/tasks/{task}"))
}
