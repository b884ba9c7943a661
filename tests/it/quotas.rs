//! How much one person or tenant may keep, as an operator sets it.

use countersign_acceptance::{Answer, Caller, Server, unique};
use reqwest::Method;
use serde_json::json;

const SETTINGS: &str = "[quotas]\nversions_per_definition = 2\nwebhooks_per_person = 1\nsessions_per_person = 2\n\
    api_keys_per_person = 1\ndrafts_per_person = 2\nfile_bytes_per_tenant = 1000\ndefinitions_per_tenant = 24\n\
    open_proposals_per_tenant = 1\nrows_per_export = 3\n";

async fn server() -> anyhow::Result<Server> {
    let mut server = Server::prepare("demo", &["--fresh"]).await?;
    std::fs::write(server.folder().join("countersign.toml"), SETTINGS)?;
    server.spawn().await?;
    Ok(server)
}

async fn publish(who: &Caller, name: &str, title: &str, etag: &str) -> anyhow::Result<Answer> {
    let text = format!(
        "workflow: {name}\ntitle: {title}\nowners: {{role: hr}}\nform:\n  note: {{type: text}}\nsteps:\n  - end: approved\n"
    );
    let mut headers = vec![("content-type", "application/yaml")];
    if !etag.is_empty() {
        headers.push(("if-match", etag));
    }
    let path = format!("/v1/workflows/{name}");
    who.send_bytes(Method::PUT, &path, &headers, Some(text.into_bytes()))
        .await
}

fn refused(answer: &Answer, quota: &str) {
    assert_eq!(
        (answer.status, answer.text("/code")),
        (409, "quota_exceeded"),
        "{answer}"
    );
    assert_eq!(answer.text("/quota"), quota);
    assert!(
        answer.text("/detail").contains(&format!("quotas.{quota}")),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_more_than_the_quota_is_refused_by_its_name() -> anyhow::Result<()> {
    let server = server().await?;
    let (ann, fay) = (server.sign_in("ann").await?, server.sign_in("fay").await?);

    let draft = json!({"workflow": "expense", "draft": true, "form": {"purpose": "Taxi"}});
    // The sample company has drafts of its own.
    while ann.all("/v1/requests?requester=me&status=draft").await?.len() < 2 {
        ann.post("/v1/requests", &draft).await?.expect(201)?;
    }
    refused(&ann.post("/v1/requests", &draft).await?, "drafts_per_person");
    fay.post("/v1/requests", &draft).await?.expect(201)?;

    let endpoint = json!({"url": "https://example.com/hook", "event_types": ["crm.deal.won"]});
    ann.post("/v1/webhooks", &endpoint).await?.expect(201)?;
    refused(&ann.post("/v1/webhooks", &endpoint).await?, "webhooks_per_person");

    let key = json!({"name": "bridge", "scopes": ["crm:deals:read"]});
    let first = ann.post("/v1/api-keys", &key).await?.expect(201)?;
    refused(&ann.post("/v1/api-keys", &key).await?, "api_keys_per_person");
    let path = format!("/v1/api-keys/{}", first.text("/id"));
    ann.delete(&path).await?.expect(204)?;
    ann.post("/v1/api-keys", &key).await?.expect(201)?;

    for _ in 0..3 {
        let name = json!({"name": unique("Export")});
        ann.post("/v1/accounts", &name).await?.expect(201)?;
    }
    for order in ["", "&sort=name"] {
        let all = format!("/v1/accounts/export?name[starts_with]=Export{order}");
        let answer = ann.get(&all).await?.expect(200)?;
        let lines = String::from_utf8_lossy(&answer.bytes).lines().count();
        assert_eq!(lines, 4, "{answer}");
    }
    ann.post("/v1/accounts", &json!({"name": unique("Export")}))
        .await?
        .expect(201)?;
    for order in ["", "&sort=name"] {
        let all = format!("/v1/accounts/export?name[starts_with]=Export{order}");
        refused(&ann.get(&all).await?, "rows_per_export");
    }

    let full = async {
        for _ in 0..20 {
            ann.upload().await?;
        }
        anyhow::Ok(())
    };
    let told = full.await.map_err(|error| error.to_string()).unwrap_err();
    assert!(told.contains("file_bytes_per_tenant"), "{told}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_proposals_wait() -> anyhow::Result<()> {
    let server = server().await?;
    let (ada, fay) = (server.sign_in("ada").await?, server.sign_in("fay").await?);
    let change = json!({"publishing": {"second_person": true}});
    ada.patch("/v1/settings", &change).await?.expect(200)?;
    let waits = publish(&fay, "waits", "One", "").await?.expect(202)?;
    refused(
        &publish(&fay, "waits-too", "Two", "").await?,
        "open_proposals_per_tenant",
    );
    let path = format!("/v1/proposals/{}/publish", waits.text("/id"));
    ada.post(&path, &json!({})).await?.expect(200)?;
    publish(&fay, "waits-too", "Two", "").await?.expect(202)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn definitions_have_so_many_names_and_versions() -> anyhow::Result<()> {
    let server = server().await?;
    let fay = server.sign_in("fay").await?;
    let first = publish(&fay, "plain", "One", "").await?.expect(201)?;
    let second = publish(&fay, "plain", "Two", first.header("etag").unwrap_or_default()).await?;
    let second = second.expect(200)?;
    let etag = second.header("etag").unwrap_or_default();
    refused(
        &publish(&fay, "plain", "Three", etag).await?,
        "versions_per_definition",
    );
    publish(&fay, "plain", "Two", etag).await?.expect(200)?;
    for number in 0.. {
        let made = publish(&fay, &format!("more-{number}"), "More", "").await?;
        if made.status != 201 {
            refused(&made, "definitions_per_tenant");
            assert!((1..20).contains(&number), "{number}");
            break;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_too_many_ends_the_session_that_was_used_least_recently() -> anyhow::Result<()> {
    let server = server().await?;
    let mut callers = Vec::new();
    for _ in 0..3 {
        callers.push(server.sign_in("hal").await?);
    }
    let mut seen = Vec::new();
    for caller in &callers {
        seen.push(caller.get("/v1/me").await?.status);
    }
    assert_eq!(seen, [401, 200, 200]);
    let sessions = callers[2].get("/v1/sessions").await?.expect(200)?;
    assert_eq!(sessions.rows().len(), 2);
    Ok(())
}

/// Accounts, a hundred at once, until one batch is refused; how many were made.
async fn fill_the_day(who: &Caller, begin: usize) -> anyhow::Result<usize> {
    for batch in begin.. {
        let rows: Vec<_> = (0..100)
            .map(|row| json!({"op": "create", "data": {"name": format!("Bulk {batch} {row}")}}))
            .collect();
        let answer = who
            .post_once("/v1/accounts/batch", &json!({"rows": rows}), &unique("fill"))
            .await?;
        if answer.status != 200 {
            refused(&answer, "log_entries_per_tenant_and_day");
            return Ok((batch - begin) * 100);
        }
        anyhow::ensure!(batch - begin < 50, "nothing was refused");
    }
    Ok(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_adds_so_much_to_the_log_on_a_day() -> anyhow::Result<()> {
    let mut server = Server::demo(&[]).await?;
    server.kill()?;
    let settings = "[quotas]\nlog_entries_per_tenant_and_day = 3000\n";
    std::fs::write(server.folder().join("countersign.toml"), settings)?;
    server.spawn().await?;
    let ann = server.sign_in("ann").await?;
    let made = fill_the_day(&ann, 0).await?;
    assert!((1..=3000).contains(&made), "{made}");

    // What is kept says so as well after a restart; what adds nothing to the log goes on.
    server.kill()?;
    server.spawn().await?;
    let ann = server.sign_in("ann").await?;
    let again = fill_the_day(&ann, 50).await?;
    assert!(again <= 100, "{again} were made beside {made}");
    ann.get("/v1/accounts?limit=1").await?.expect(200)?;
    Ok(())
}
