//! Checking, publishing and simulating cost what the operator allows, and a tenant at most its share.

use std::sync::mpsc;
use std::time::Duration;

use actix_web::http::Method;
use countersign_events::Actions;
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{DefinitionId, TypedId};
use countersign_kernel::time::Clock;
use countersign_rules::definitions::Kind;
use countersign_rules::{Error, Pool, Publish};
use countersign_testkit::{TestDb, for_each_database};
use countersign_web::Expected;
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use serde_json::json;

use crate::house::{ACME, Answer, House, Sent, get, put, send};

const CHECK: &str = "/v1/workflows/check";

fn text(name: &str) -> String {
    format!(
        "workflow: {name}\ntitle: {name}\nowners: {{role: finance}}\nform:\n  what: {{type: text, required: true}}\nsteps:\n  - approval: boss\n    by: {{role: finance}}\n"
    )
}

async fn house(db: TestDb) -> House {
    House::new(db, Catalogue::new(), &Actions::new()).await
}

async fn check(house: &House) -> Answer {
    send(house, "eve", Method::POST, CHECK, Sent::Yaml(&text("loan")), &[]).await
}

#[tokio::test]
async fn what_takes_too_long_is_stopped_and_nothing_is_kept() {
    for_each_database(|db| async {
        let house = house(db).await;
        assert_eq!(
            put(&house, "ada", "/v1/workflows/loan", &text("loan"), &[])
                .await
                .status,
            201
        );
        let house = house.restarted(Pool::new(1, Duration::ZERO));
        let form = Sent::Json(json!({ "form": { "what": "a bike" } }));
        let answers = [
            check(&house).await,
            send(
                &house,
                "ann",
                Method::POST,
                "/v1/workflows/loan/simulate",
                form,
                &[],
            )
            .await,
            put(&house, "ada", "/v1/workflows/visit", &text("visit"), &[]).await,
        ];
        for answer in answers {
            assert_eq!(
                (answer.status, &answer.json["code"]),
                (422, &json!("too_costly")),
                "{answer:?}"
            );
            assert!(
                answer.json["detail"]
                    .to_string()
                    .contains("fewer or shorter tests"),
                "{answer:?}"
            );
        }
        assert_eq!(get(&house, "eve", "/v1/workflows/visit").await.status, 404);
        assert_eq!(get(&house, "eve", "/v1/workflows/loan").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_tenant_beyond_its_share_is_told_to_come_back() {
    let house = house(TestDb::sqlite().await).await;
    let house = house.restarted(Pool::new(1, Duration::from_mins(10)));
    let pool = house.rules.definitions.pool();
    let (go, gone) = mpsc::channel::<()>();
    let blocks = pool.run(ACME, move |_| {
        gone.recv().unwrap_or_default();
        Ok(())
    });
    let mut work = vec![blocks.boxed()];
    work.extend((1..4).map(|_| pool.run(ACME, |_| Ok(())).boxed()));
    for one in &mut work {
        assert!(one.now_or_never().is_none(), "it has a place");
    }
    let answer = check(&house).await;
    assert_eq!(
        (answer.status, &answer.json["code"]),
        (429, &json!("too_many_checks")),
        "{answer:?}"
    );
    assert_eq!(answer.headers.get("retry-after").map(String::as_str), Some("1"));
    assert_eq!(
        get(&house, "eve", "/v1/workflows").await.status,
        200,
        "reading needs no place"
    );
    drop(go);
    join_all(work).await;
    assert_eq!(check(&house).await.status, 200);
}

#[tokio::test]
async fn a_file_is_kept_only_while_what_it_was_checked_against_stands() {
    for_each_database(|db| async {
        let house = house(db).await;
        let judged = house.judged(&text("loan")).await;
        assert_eq!(
            put(&house, "ada", "/v1/workflows/visit", &text("visit"), &[])
                .await
                .status,
            201
        );
        let publish = Publish {
            rules: house.rules.clone(),
            kind: Kind::Workflow,
            name: "loan".to_owned(),
            judged,
            actor: Actor::System,
            caller: None,
            expected: Expected::NotGiven,
            create_only: false,
            id: DefinitionId::mint(house.world.entropy.as_ref(), house.clock.now()),
            now: house.clock.now(),
            trace: None,
        };
        let refused = house.db.write(ACME, publish).await.unwrap_err();
        assert!(matches!(refused, Error::Moved), "{refused:?}");
        assert_eq!(get(&house, "eve", "/v1/workflows/loan").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn several_files_published_at_once_are_each_checked_against_those_before() {
    for_each_database(|db| async {
        let house = house(db).await;
        let publish = async |count: usize| {
            let name = format!("loan-{count}");
            put(&house, "ada", &format!("/v1/workflows/{name}"), &text(&name), &[])
                .await
                .status
        };
        assert_eq!(join_all((0..4).map(publish)).await, [201; 4]);
    })
    .await;
}
