//! What is true of deals, pipelines, accounts and external ids together.

use serde_json::{Value, json};

use super::fixture::{Fixture, delete, id, made, patch};
use super::{Pair, both, one_of};
use crate::{Answer, Caller, unique};

pub(super) const PAIRS: &[Pair] = &[
    Pair::new("a stage goes and a deal is made in it", |fixture| {
        Box::pin(place(fixture, Goes::Stage, false))
    }),
    Pair::new("a stage goes and a deal moves into it", |fixture| {
        Box::pin(place(fixture, Goes::Stage, true))
    }),
    Pair::new("a pipeline goes and a deal is made in it", |fixture| {
        Box::pin(place(fixture, Goes::Pipeline, false))
    }),
    Pair::new("a pipeline goes and a deal moves into it", |fixture| {
        Box::pin(place(fixture, Goes::Pipeline, true))
    }),
    Pair::new("two pipelines become the default", |fixture| {
        Box::pin(two_defaults(fixture))
    }),
    Pair::new("a pipeline becomes the default and goes", |fixture| {
        Box::pin(default_goes(fixture))
    }),
    Pair::new("an account goes and a deal is made for it", |fixture| {
        Box::pin(account(fixture, "/v1/deals"))
    }),
    Pair::new("an account goes and a contact is made for it", |fixture| {
        Box::pin(account(fixture, "/v1/contacts"))
    }),
    Pair::new("an account goes and a deal changes to it", |fixture| {
        Box::pin(account_changed(fixture))
    }),
    Pair::new("one external id for two", |fixture| {
        Box::pin(external_id(fixture))
    }),
    Pair::new("a deal is won and lost", |fixture| {
        Box::pin(won_and_lost(fixture))
    }),
    Pair::new("two changes of one version of a deal", |fixture| {
        Box::pin(versions(fixture))
    }),
    Pair::new("a record is deleted twice", |fixture| {
        Box::pin(deleted_twice(fixture))
    }),
];

#[derive(Clone, Copy)]
enum Goes {
    Stage,
    Pipeline,
}

fn path(record: &Value) -> String {
    let object = record.get("object").and_then(Value::as_str).unwrap_or_default();
    format!("/v1/{object}s/{}", id(record))
}

async fn new_account(ann: &Caller) -> anyhow::Result<Value> {
    made(ann, "/v1/accounts", &json!({"name": unique("Race")})).await
}

async fn new_deal(ann: &Caller, account: &Value) -> anyhow::Result<Value> {
    made(
        ann,
        "/v1/deals",
        &json!({"name": "Seats", "account": id(account)}),
    )
    .await
}

async fn new_pipeline(ada: &Caller) -> anyhow::Result<Value> {
    let stages = json!([{"name": "First", "probability": 10}, {"name": "Last", "probability": 90}]);
    made(
        ada,
        "/v1/pipelines",
        &json!({"name": unique("P"), "stages": stages}),
    )
    .await
}

fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

async fn place(fixture: &Fixture, goes: Goes, moves: bool) -> anyhow::Result<String> {
    let (ada, ann) = (fixture.who("ada")?, fixture.who("ann")?);
    let pipeline = new_pipeline(&ada).await?;
    let account = new_account(&ann).await?;
    let deal = new_deal(&ann, &account).await?;
    let shorter = json!({"stages": [at(&pipeline, "/stages/0")]});
    let there = json!({"pipeline": id(&pipeline), "stage": at(&pipeline, "/stages/1/id")});
    let mut new = json!({"name": "Seats", "account": id(&account)});
    if let (Some(new), Some(there)) = (new.as_object_mut(), there.as_object()) {
        new.extend(there.clone());
    }
    let home = path(&pipeline);
    let leave = async {
        match goes {
            Goes::Stage => patch(&ada, &home, "*", &shorter).await,
            Goes::Pipeline => delete(&ada, &home).await,
        }
    };
    let own = path(&deal);
    let enter = async {
        if moves {
            patch(&ann, &own, "*", &there).await
        } else {
            ann.post("/v1/deals", &new).await
        }
    };
    let (first, second) = fixture.race(leave, enter).await?;
    let end = one_of(
        &first,
        &second,
        &[
            (422, "stage_in_use"),
            (409, "pipeline_in_use"),
            (422, "not_found"),
        ],
    )?;
    stands_somewhere(&ann, if moves { Some(&deal) } else { None }, &second).await?;
    Ok(end)
}

/// The deal's stage is one of its pipeline's.
async fn stands_somewhere(ann: &Caller, moved: Option<&Value>, answer: &Answer) -> anyhow::Result<()> {
    if answer.status >= 300 {
        return Ok(());
    }
    let deal = moved.unwrap_or(&answer.body);
    let deal = ann.get(&path(deal)).await?.expect(200)?.body;
    let pipeline = at(&deal, "/pipeline").as_str().unwrap_or_default();
    let home = ann.get(&format!("/v1/pipelines/{pipeline}")).await?.expect(200)?;
    let stages = at(&home.body, "/stages").as_array().cloned().unwrap_or_default();
    anyhow::ensure!(
        stages.iter().any(|stage| at(stage, "/id") == at(&deal, "/stage")),
        "a deal stands in no stage: {deal}"
    );
    Ok(())
}

async fn two_defaults(fixture: &Fixture) -> anyhow::Result<String> {
    let ada = fixture.who("ada")?;
    let (one, other) = (path(&new_pipeline(&ada).await?), path(&new_pipeline(&ada).await?));
    let yes = json!({"default": true});
    let (first, second) = fixture
        .race(patch(&ada, &one, "*", &yes), patch(&ada, &other, "*", &yes))
        .await?;
    let all = ada.all("/v1/pipelines").await?;
    let defaults = all
        .iter()
        .filter(|one| at(one, "/default") == &json!(true))
        .count();
    anyhow::ensure!(defaults == 1, "{defaults} pipelines are the default");
    both(&first, &second)
}

async fn default_goes(fixture: &Fixture) -> anyhow::Result<String> {
    let ada = fixture.who("ada")?;
    let pipeline = path(&new_pipeline(&ada).await?);
    let yes = json!({"default": true});
    let (first, second) = fixture
        .race(patch(&ada, &pipeline, "*", &yes), delete(&ada, &pipeline))
        .await?;
    one_of(
        &first,
        &second,
        &[(409, "default_pipeline"), (404, "pipeline_not_found")],
    )
}

/// Both may be done, first the one and then the other; nothing is made for an account that is gone.
async fn account(fixture: &Fixture, kind: &str) -> anyhow::Result<String> {
    let ann = fixture.who("ann")?;
    let account = new_account(&ann).await?;
    let (home, new) = (path(&account), json!({"name": "Seats", "account": id(&account)}));
    let (gone, made) = fixture.race(delete(&ann, &home), ann.post(kind, &new)).await?;
    told_of_account(gone, made)
}

async fn account_changed(fixture: &Fixture) -> anyhow::Result<String> {
    let ann = fixture.who("ann")?;
    let account = new_account(&ann).await?;
    let deal = path(&new_deal(&ann, &new_account(&ann).await?).await?);
    let (home, change) = (path(&account), json!({"account": id(&account)}));
    let (gone, changed) = fixture
        .race(delete(&ann, &home), patch(&ann, &deal, "*", &change))
        .await?;
    told_of_account(gone, changed)
}

fn told_of_account(gone: Answer, made: Answer) -> anyhow::Result<String> {
    gone.expect(204)?;
    if made.status < 300 {
        return Ok("made before it went".to_owned());
    }
    let made = made.expect(422)?;
    anyhow::ensure!(made.text("/errors/0/pointer") == "/account", "{made}");
    Ok("gone before".to_owned())
}

async fn external_id(fixture: &Fixture) -> anyhow::Result<String> {
    let ann = fixture.who("ann")?;
    let path = format!("/v1/accounts/by/erp/{}", unique("x"));
    let (one, other) = (json!({"name": "One"}), json!({"name": "Other"}));
    let (first, second) = fixture.race(ann.put(&path, &one), ann.put(&path, &other)).await?;
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    anyhow::ensure!(
        statuses == [200, 201] && first.text("/id") == second.text("/id"),
        "{first} | {second}"
    );
    Ok("made, then changed".to_owned())
}

async fn won_and_lost(fixture: &Fixture) -> anyhow::Result<String> {
    let ann = fixture.who("ann")?;
    let deal = path(&new_deal(&ann, &new_account(&ann).await?).await?);
    let (win, lose) = (format!("{deal}/win"), format!("{deal}/lose"));
    let (none, why) = (json!({}), json!({"reason": "price"}));
    let (first, second) = fixture.race(ann.post(&win, &none), ann.post(&lose, &why)).await?;
    one_of(&first, &second, &[(409, "wrong_state")])
}

async fn versions(fixture: &Fixture) -> anyhow::Result<String> {
    let ann = fixture.who("ann")?;
    let deal = path(&new_deal(&ann, &new_account(&ann).await?).await?);
    let (one, other) = (json!({"name": "One"}), json!({"name": "Other"}));
    let (first, second) = fixture
        .race(
            patch(&ann, &deal, "\"1\"", &one),
            patch(&ann, &deal, "\"1\"", &other),
        )
        .await?;
    one_of(&first, &second, &[(412, "version_moved")])
}

async fn deleted_twice(fixture: &Fixture) -> anyhow::Result<String> {
    let ann = fixture.who("ann")?;
    let account = path(&new_account(&ann).await?);
    let (first, second) = fixture
        .race(delete(&ann, &account), delete(&ann, &account))
        .await?;
    one_of(&first, &second, &[(404, "account_not_found")])
}
