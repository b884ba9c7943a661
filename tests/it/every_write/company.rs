//! People, roles, departments, keys, sessions, settings; files, notices, webhooks and the sandbox's clock.

use countersign_acceptance::samples::{UPLOAD, UPLOAD_MEDIA};
use countersign_acceptance::{Sink, until};
use reqwest::Method;
use serde_json::json;

use super::walk::Walk;

pub async fn organisation(walk: &mut Walk) -> anyhow::Result<()> {
    let role = json!({"name": "walker", "about": "Walks."});
    let role = walk.post("ada", "/v1/roles", role).await?;
    let role = format!("/v1/roles/{}", role.text("/id"));
    walk.patch("ada", &role, json!({"about": "Walks far."})).await?;
    let room = walk
        .post("ada", "/v1/departments", json!({"name": "Walks"}))
        .await?;
    let room = format!("/v1/departments/{}", room.text("/id"));
    walk.patch("ada", &room, json!({"name": "Long walks"})).await?;
    let user = json!({"name": "Wes Wood", "email": "wes@acme.example"});
    let user = walk.post("ada", "/v1/users", user).await?;
    let user = format!("/v1/users/{}", user.text("/id"));
    walk.patch("ada", &user, json!({"title": "Walker"})).await?;
    walk.post("ada", &format!("{user}/disable"), json!({})).await?;
    walk.post("ada", &format!("{user}/enable"), json!({})).await?;
    walk.delete("ada", &role).await?;
    walk.delete("ada", &room).await?;
    walk.patch("ada", "/v1/settings", json!({"name": "Acme Walks"}))
        .await?;
    let key = json!({"name": "Walks", "scopes": ["crm:deals:read"]});
    let key = walk.post("ada", "/v1/api-keys", key).await?;
    walk.delete("ada", &format!("/v1/api-keys/{}", key.text("/id")))
        .await?;
    let sessions = walk.caller("hal").all("/v1/sessions").await?;
    let other = sessions.iter().find(|one| one["current"] == json!(false));
    let other = other.and_then(|one| one["id"].as_str()).unwrap_or_default();
    walk.delete("hal", &format!("/v1/sessions/{other}")).await?;
    Ok(())
}

/// Somebody new, who sets a first password by a link, and another by themselves.
pub async fn passwords(walk: &mut Walk) -> anyhow::Result<()> {
    let user = json!({"name": "Wil Wood", "email": "wil@acme.example"});
    let user = walk.post("ada", "/v1/users", user).await?;
    let path = format!("/v1/users/{}/password-link", user.text("/id"));
    let link = walk.post("ada", &path, json!({})).await?;
    let token = link.text("/link").rsplit('#').next().unwrap_or_default();
    let first = json!({"token": token, "password": "dunkel zwiebel parkett"});
    let set = walk.post_as_nobody("/v1/auth/password", &first).await?;
    walk.take_along("wil", set.text("/access_token"));
    let next =
        json!({"current_password": "dunkel zwiebel parkett", "new_password": "parkett zwiebel dunkel"});
    walk.post("wil", "/v1/me/password", next).await?;
    // Those of somebody who was made active again and is not signed in: the walk's others go on.
    let gone = walk
        .post(
            "ada",
            "/v1/users",
            json!({"name": "Win Wood", "email": "win@acme.example"}),
        )
        .await?;
    walk.delete("ada", &format!("/v1/users/{}/sessions", gone.text("/id")))
        .await?;
    Ok(())
}

pub async fn files_and_notices(walk: &mut Walk) -> anyhow::Result<()> {
    walk.write(
        "ann",
        Method::POST,
        "/v1/files",
        UPLOAD_MEDIA,
        Some(UPLOAD.into()),
    )
    .await?;
    walk.post("ann", "/v1/events/stream-ticket", json!({})).await?;
    let event = json!({"type": "custom.payment.handled", "data": {"invoice": 7}});
    walk.post("ada", "/v1/events", event).await?;
    let ann = walk.caller("ann");
    let told = async || {
        let notices = ann.get("/v1/notices").await?.expect(200)?;
        let first = notices.rows().first().and_then(|one| one["id"].as_str());
        Ok(first.map(str::to_owned))
    };
    let notice = until("a notice", 20, told).await?;
    walk.post("ann", &format!("/v1/notices/{notice}/read"), json!({}))
        .await?;
    walk.post("ann", "/v1/notices/read-all", json!({})).await?;
    Ok(())
}

pub async fn webhooks(walk: &mut Walk) -> anyhow::Result<()> {
    let sink = Sink::start()?;
    let new = json!({"url": sink.url, "event_types": ["crm.account.created"]});
    let made = walk.post("ada", "/v1/webhooks", new).await?;
    let path = format!("/v1/webhooks/{}", made.text("/id"));
    walk.patch("ada", &path, json!({"payload": "full"})).await?;
    walk.post("ada", &format!("{path}/rotate-secret"), json!({}))
        .await?;
    walk.post("ada", &format!("{path}/test"), json!({})).await?;
    let ada = walk.caller("ada");
    let arrived = async || {
        let deliveries = ada.get(&format!("{path}/deliveries")).await?.expect(200)?;
        let first = deliveries
            .rows()
            .first()
            .filter(|one| one["status"] == "succeeded");
        Ok(first.and_then(|one| one["id"].as_str()).map(str::to_owned))
    };
    let delivery = until("a delivery", 20, arrived).await?;
    let again = format!("{path}/deliveries/{delivery}/redeliver");
    walk.post("ada", &again, json!({})).await?;
    let since = json!({"since": "2026-01-01T00:00:00.000Z"});
    walk.post("ada", &format!("{path}/replay"), since).await?;
    walk.post("ada", &format!("{path}/disable"), json!({})).await?;
    walk.post("ada", &format!("{path}/enable"), json!({})).await?;
    walk.delete("ada", &path).await?;
    Ok(())
}

/// Weeks later: deadlines have passed by the time that the answer comes.
pub async fn clock(walk: &mut Walk) -> anyhow::Result<()> {
    let now = json!({"now": "2027-01-04T09:00:00.000Z"});
    walk.put("ada", "/v1/sandbox/clock", now).await?;
    Ok(())
}
