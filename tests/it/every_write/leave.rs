//! Leave: what somebody works, adjustments, requests that set days aside, take them and give them back, and a run.

use serde_json::{Value, json};

use super::office::task;
use super::walk::Walk;

const LEAVE: &str = r"
workflow: walked-leave
title: Leave
owners: {role: hr}
form:
  kind:  {type: text, required: true}
  dates: {type: date_range, required: true}
leave: {type: kind, dates: dates}
steps:
  - approval: manager
    by: {manager_of: requester}
";

const CHANGE: &str = r"
workflow: walked-leave-change
title: Change of leave
owners: {role: hr}
form:
  leave: {type: text, required: true}
  dates: {type: date_range}
leave: {changes: leave, dates: dates}
steps:
  - approval: manager
    by: {manager_of: requester}
";

pub async fn leave(walk: &mut Walk) -> anyhow::Result<()> {
    walk.put_yaml("ada", "/v1/workflows/walked-leave", LEAVE).await?;
    walk.put_yaml("ada", "/v1/workflows/walked-leave-change", CHANGE)
        .await?;
    let hal = walk.caller("hal").get("/v1/me").await?.text("/id").to_owned();
    let terms = json!({"joined_on": "2020-01-01", "left_on": null, "service_since": null, "terms": []});
    walk.put("fay", &format!("/v1/users/{hal}/employment"), terms)
        .await?;
    let adjusted = json!({"user": hal, "type": "annual", "amount": 2, "reason": "Brought along."});
    walk.post("fay", "/v1/leave/adjustments", adjusted).await?;
    let taken = asked(
        walk,
        "walked-leave",
        json!({"kind": "annual", "dates": dates("2027-06-07", "2027-06-11")}),
    )
    .await?;
    decided(walk, &taken, "approve").await?;
    let drawn = asked(
        walk,
        "walked-leave",
        json!({"kind": "annual", "dates": dates("2027-07-05", "2027-07-09")}),
    )
    .await?;
    decided(walk, &drawn, "reject").await?;
    let id = taken.trim_start_matches("/v1/requests/");
    let cancelled = asked(walk, "walked-leave-change", json!({"leave": id})).await?;
    decided(walk, &cancelled, "approve").await?;
    walk.post("fay", "/v1/leave/runs", json!({"until": "2027-01-01"}))
        .await?;
    walk.post("fay", "/v1/leave/recounts", json!({})).await?;
    let feed = walk
        .post("hal", "/v1/leave/feeds", json!({"shows": "company"}))
        .await?;
    let feed = format!("/v1/leave/feeds/{}", feed.text("/id"));
    walk.delete("hal", &feed).await?;
    Ok(())
}

fn dates(start: &str, end: &str) -> Value {
    json!({"start": start, "end": end})
}

async fn asked(walk: &mut Walk, workflow: &str, form: Value) -> anyhow::Result<String> {
    let new = json!({"workflow": workflow, "form": form});
    let made = walk.post("hal", "/v1/requests", new).await?;
    Ok(format!("/v1/requests/{}", made.text("/id")))
}

async fn decided(walk: &mut Walk, request: &str, verb: &str) -> anyhow::Result<()> {
    let task = task(walk, "ivy", request).await?;
    walk.post("ivy", &format!("{task}/{verb}"), json!({"comment": "So be it."}))
        .await?;
    Ok(())
}
