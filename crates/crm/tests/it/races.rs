//! What is true of several records together stays true whoever changes them at once.

use actix_web::http::Method;
use countersign_testkit::{TestDb, for_each_database, in_step};
use serde_json::{Value, json};

use crate::house::{House, Reply, at, house};

/// A pipeline beside the default one, in which two stages are.
async fn pipeline(house: &House) -> Value {
    let stages = json!([{"name": "First", "probability": 10}, {"name": "Last", "probability": 90}]);
    house
        .post(
            "ada",
            "/v1/pipelines",
            json!({"name": "Partners", "stages": stages}),
        )
        .await
        .ok(201)
}

/// The pipeline without its last stage.
fn shorter(pipeline: &Value) -> Value {
    json!({"stages": [pipeline["stages"][0]]})
}

/// A change of what was read before.
async fn patch(house: &House, record: &Value, body: Value) -> Reply {
    let tag = format!("\"{}\"", record["version"]);
    house
        .call(
            Method::PATCH,
            "ada",
            &at(record),
            Some(body),
            &[("if-match", &tag)],
        )
        .await
}

async fn delete(house: &House, record: &Value) -> Reply {
    let tag = format!("\"{}\"", record["version"]);
    house
        .call(Method::DELETE, "ada", &at(record), None, &[("if-match", &tag)])
        .await
}

/// What two commands are over.
#[derive(Debug, Clone)]
struct Over {
    pipeline: Value,
    account: Value,
    /// In another pipeline.
    deal: Value,
}

async fn over(house: &House) -> Over {
    let account = house.account("ann", "Borealis").await;
    Over {
        pipeline: pipeline(house).await,
        deal: house.deal("ann", &account, "Seats", "1").await,
        account,
    }
}

/// Runs both orders of two commands, each over what is made anew: one is done, the other is refused as told.
async fn one_of<'a, A, B>(
    db: &'a TestDb,
    house: &'a House,
    one: impl Fn(&'a House, Over) -> A,
    other: impl Fn(&'a House, Over) -> B,
    refused: [(u16, &str); 2],
) where
    A: Future<Output = Reply>,
    B: Future<Output = Reply>,
{
    for other_first in [false, true] {
        let over = over(house).await;
        let (one, other) = (one(house, over.clone()), other(house, over));
        let (one, other) = if other_first {
            let (other, one) = in_step(db, other, one).await;
            (one, other)
        } else {
            in_step(db, one, other).await
        };
        let (won, lost, refused) = if one.status < 300 {
            (one, other, refused[1])
        } else {
            (other, one, refused[0])
        };
        assert!(won.status < 300, "neither: {won:?} {lost:?}");
        let code = lost.json["errors"][0]["code"]
            .as_str()
            .or(lost.json["code"].as_str());
        assert_eq!((lost.status, code), (refused.0, Some(refused.1)), "{lost:?}");
    }
}

async fn loses_a_stage(house: &House, over: Over) -> Reply {
    patch(house, &over.pipeline, shorter(&over.pipeline)).await
}

async fn goes(house: &House, over: Over) -> Reply {
    delete(house, &over.pipeline).await
}

/// A deal that stands in the last stage of the pipeline.
async fn is_made(house: &House, over: Over) -> Reply {
    let stage = &over.pipeline["stages"][1]["id"];
    let body = json!({"name": "Seats", "account": over.account["id"], "pipeline": over.pipeline["id"], "stage": stage});
    house.post("ann", "/v1/deals", body).await
}

async fn moves_in(house: &House, over: Over) -> Reply {
    let stage = &over.pipeline["stages"][1]["id"];
    patch(
        house,
        &over.deal,
        json!({"pipeline": over.pipeline["id"], "stage": stage}),
    )
    .await
}

const STAGE_GONE: (u16, &str) = (422, "not_found");
const STAGE_IN_USE: (u16, &str) = (422, "stage_in_use");
const PIPELINE_IN_USE: (u16, &str) = (409, "pipeline_in_use");

#[actix_web::test]
async fn no_stage_goes_under_a_deal_and_no_deal_stands_in_one_that_goes() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        one_of(&db, &house, loses_a_stage, is_made, [STAGE_IN_USE, STAGE_GONE]).await;
        one_of(&db, &house, loses_a_stage, moves_in, [STAGE_IN_USE, STAGE_GONE]).await;
    })
    .await;
}

#[actix_web::test]
async fn no_pipeline_goes_under_a_deal_and_no_deal_stands_in_one_that_goes() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        one_of(&db, &house, goes, is_made, [PIPELINE_IN_USE, STAGE_GONE]).await;
        one_of(&db, &house, goes, moves_in, [PIPELINE_IN_USE, STAGE_GONE]).await;
    })
    .await;
}

#[actix_web::test]
async fn a_pipeline_that_becomes_the_default_does_not_go() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let over = pipeline(&house).await;
        let (first, second) = in_step(
            &db,
            patch(&house, &over, json!({"default": true})),
            delete(&house, &over),
        )
        .await;
        assert_eq!((first.status, second.status), (200, 412), "{second:?}");
    })
    .await;
}

#[actix_web::test]
async fn one_pipeline_is_the_default_whoever_says_so() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let (one, other) = (pipeline(&house).await, pipeline(&house).await);
        let yes = json!({"default": true});
        let (first, second) = in_step(
            &db,
            patch(&house, &one, yes.clone()),
            patch(&house, &other, yes.clone()),
        )
        .await;
        assert_eq!((first.status, second.status), (200, 200), "{first:?} {second:?}");
        let new = json!({"name": "New", "stages": [{"name": "Only", "probability": 50}], "default": true});
        let (first, second) = in_step(
            &db,
            house.post("ada", "/v1/pipelines", new.clone()),
            house.post("ada", "/v1/pipelines", new.clone()),
        )
        .await;
        assert_eq!((first.status, second.status), (201, 201), "{first:?} {second:?}");
        let all = house.get("ada", "/v1/pipelines").await.ok(200);
        let defaults = all["data"].as_array().unwrap().iter();
        assert_eq!(
            defaults.filter(|one| one["default"] == json!(true)).count(),
            1,
            "{all}"
        );
    })
    .await;
}

#[actix_web::test]
async fn nothing_is_made_for_an_account_that_goes() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        for path in ["/v1/deals", "/v1/contacts"] {
            let account = house.account("ann", "Borealis").await;
            let body = json!({"name": "Seats", "account": account["id"]});
            let (gone, made) = in_step(&db, delete(&house, &account), house.post("ann", path, body)).await;
            gone.ok(204);
            made.refused(422, &["/account"]);
        }
    })
    .await;
}

#[actix_web::test]
async fn an_external_id_leads_to_one_record_for_those_who_bring_it_at_once() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let path = "/v1/accounts/by/erp/4711";
        let put = |name: &'static str, headers: &'static [(&'static str, &'static str)]| {
            house.call(Method::PUT, "ann", path, Some(json!({ "name": name })), headers)
        };
        let (first, second) = in_step(&db, put("One", &[]), put("Two", &[("idempotency-key", "two")])).await;
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201], "{first:?} {second:?}");
        assert_eq!(first.json["id"], second.json["id"]);
    })
    .await;
}

#[actix_web::test]
async fn a_lead_is_converted_once_and_two_of_one_company_make_one_account() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let lead = house.lead("ann", json!({})).await;
        let deal = json!({ "deal": {} });
        let (first, second) = in_step(
            &db,
            house.convert("ann", &lead, deal.clone()),
            house.convert("bo", &lead, deal.clone()),
        )
        .await;
        assert_eq!((first.status, second.status), (200, 409), "{second:?}");
        let number = async || {
            (
                house.many("ann", "accounts").await,
                house.many("ann", "contacts").await,
                house.many("ann", "deals").await,
            )
        };
        assert_eq!(number().await, (1, 1, 1));
        // The same again under its key is the same answer, and happens once.
        let next = house
            .lead("ann", json!({ "email": "b@other.example", "company": "Other" }))
            .await;
        let path = format!("{}/convert", at(&next));
        let one = house.keyed("ann", &path, "k", deal.clone()).await.ok(200);
        assert_eq!(house.keyed("ann", &path, "k", deal.clone()).await.ok(200), one);
        assert_eq!(number().await, (2, 2, 2));
        // Two people of one new company, and one person twice.
        let pair = async |email: [&str; 2]| {
            let mut leads = Vec::new();
            for email in email {
                leads.push(
                    house
                        .lead("ann", json!({ "company": "Pair", "email": email }))
                        .await,
                );
            }
            let (one, two) = (
                house.convert("ann", &leads[0], json!({})),
                house.convert("ann", &leads[1], json!({})),
            );
            let (one, two) = in_step(&db, one, two).await;
            (one.ok(200), two.ok(200))
        };
        let (one, two) = pair(["a@pair.example", "b@pair.example"]).await;
        assert_eq!(one["account"]["id"], two["account"]["id"]);
        assert_ne!(one["contact"]["id"], two["contact"]["id"]);
        let (one, two) = pair(["c@pair.example", "C@PAIR.example"]).await;
        assert_eq!(one["contact"]["id"], two["contact"]["id"]);
        assert_eq!(number().await, (3, 5, 2));
        // A rehearsal changes nothing.
        let tried = house
            .lead("ann", json!({ "company": "Tried", "email": null }))
            .await;
        let path = format!("{}/convert?validate_only=true", at(&tried));
        house.post("ann", &path, json!({})).await.ok(200);
        assert_eq!(number().await, (3, 5, 2));
        // Somebody who disqualifies it at once is told, or tells.
        let (won, lost) = in_step(
            &db,
            house.act("ann", &tried, "disqualify", json!({ "reason": "no" })),
            house.convert("bo", &tried, json!({})),
        )
        .await;
        assert_eq!((won.status, lost.status), (200, 409), "{lost:?}");
    })
    .await;
}
