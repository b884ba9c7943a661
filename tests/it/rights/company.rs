//! A company that has one of everything, and those who may no longer do anything in it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use countersign_acceptance::{Caller, Server, unique, until};
use reqwest::Method;
use serde_json::json;

use super::operation::{Operation, definition};
use super::things::propose;

/// The company, and what it has: by the first word of a path, the ids that the path's names stand for.
pub(super) struct Company {
    pub(super) people: Vec<Caller>,
    pub(super) ids: BTreeMap<String, Vec<String>>,
}

impl Company {
    pub(super) async fn of(server: &Server) -> anyhow::Result<Self> {
        let ada = server.sign_in("ada").await?;
        let mut ids = BTreeMap::from([("files".to_owned(), vec![ada.upload().await?])]);
        for noun in ["calendars", "tables", "leave-types", "workflows", "automations"] {
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
        let ran = until("a run", 10, async || {
            let runs = ada
                .get("/v1/automations/walked/runs?limit=1")
                .await?
                .expect(200)?;
            let run = runs.rows().first().and_then(|run| run["id"].as_str());
            Ok(run.map(str::to_owned))
        });
        ids.insert("runs".to_owned(), vec![ran.await?]);
        let told = async || Ok((!ada.get("/v1/notices").await?.rows().is_empty()).then_some(()));
        until("a notice", 10, told).await?;
        ids.insert("proposals".to_owned(), vec![propose(&ada, "walked-too").await?]);
        ids.insert("webhooks".to_owned(), vec![hook, sent]);
        ids.insert("event-types".to_owned(), vec!["crm.deal.won".to_owned()]);
        ids.insert("downloads".to_owned(), vec!["no-link".to_owned()]);
        let rows = format!("Name\n{}\n", unique("Walked"));
        let sheet = ada.upload_as("walked.csv", "text/csv", rows).await?;
        let import = json!({"file": sheet, "kind": "accounts", "validate_only": true});
        let import = ada.post("/v1/imports", &import).await?.expect(202)?;
        ids.insert("imports".to_owned(), vec![import.text("/id").to_owned()]);
        let feed = json!({"shows": "own"});
        let feed = ada.post("/v1/leave/feeds", &feed).await?.expect(201)?;
        ids.insert("leave".to_owned(), vec![feed.text("/id").to_owned()]);
        ids.insert("by".to_owned(), vec!["walk".to_owned(), "1".to_owned()]);
        let mut people = vec![ada];
        for name in ["ann", "bo", "cleo"] {
            people.push(server.sign_in(name).await?);
        }
        Ok(Self { people, ids })
    }

    pub(super) fn ada(&self) -> &Caller {
        &self.people[0]
    }

    /// Real ids for a path's names.
    pub(super) async fn ids(&mut self, operation: &Operation) -> anyhow::Result<Vec<String>> {
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

    /// A key with these scopes, of an admin's.
    pub(super) async fn key(&self, scopes: &[&str]) -> anyhow::Result<Caller> {
        let words = json!({"name": "Walks", "scopes": scopes});
        let made = self.ada().post("/v1/api-keys", &words).await?.expect(201)?;
        let mut caller = self.ada().clone();
        caller.token = Some(made.text("/key").to_owned());
        Ok(caller)
    }
}

/// Those who could once: each with the reason.
pub(super) async fn ended(
    server: &Server,
    company: &Company,
    scopes: &[String],
) -> anyhow::Result<Vec<(&'static str, Caller)>> {
    let ada = company.ada();
    let key = async |who: &Caller, expires: Option<String>| -> anyhow::Result<(String, Caller)> {
        let words = json!({"name": "Ends", "scopes": scopes, "expires_at": expires});
        let made = who.post("/v1/api-keys", &words).await?.expect(201)?;
        let mut caller = who.clone();
        caller.token = Some(made.text("/key").to_owned());
        Ok((made.text("/id").to_owned(), caller))
    };
    let (id, revoked) = key(ada, None).await?;
    ada.delete(&format!("/v1/api-keys/{id}")).await?.expect(204)?;
    let words = json!({"name": "Now", "scopes": scopes});
    let now = ada.post("/v1/api-keys", &words).await?.expect(201)?;
    let now = chrono::DateTime::parse_from_rfc3339(now.text("/created_at"))?;
    let soon = now + chrono::TimeDelta::seconds(2);
    let (_, expired) = key(ada, Some(soon.to_rfc3339())).await?;
    let (dan, eve) = (server.sign_in("dan").await?, server.sign_in("eve").await?);
    let (_, of_disabled) = key(&dan, None).await?;
    let id = async |who: &Caller| -> anyhow::Result<String> {
        Ok(who.get("/v1/me").await?.expect(200)?.text("/id").to_owned())
    };
    let (dans, eves) = (id(&dan).await?, id(&eve).await?);
    ada.post(&format!("/v1/users/{dans}/disable"), &json!({}))
        .await?
        .expect(200)?;
    ada.delete(&format!("/v1/users/{eves}/sessions"))
        .await?
        .expect(204)?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(vec![
        ("revoked key", revoked),
        ("expired key", expired),
        ("disabled person", dan),
        ("key of a disabled person", of_disabled),
        ("signed out", eve),
    ])
}
