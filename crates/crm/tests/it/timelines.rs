use std::sync::Arc;
use std::time::Duration;

use countersign_crm::{TimelineKeeper, declare};
use countersign_events::Runner;
use countersign_events::runner::Options;
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::{Catalogue, EventType, Link};
use countersign_kernel::id::{DealId, EventId, TypedId};
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Error, Uow, Work};
use countersign_testkit::for_each_database;
use serde_json::json;
use uuid::Uuid;

use crate::house::{ACME, at, house};

/// An event of another area that concerns a deal.
struct Elsewhere(DealId);

pub(crate) const SIGNED: EventType = EventType {
    name: "elsewhere.file.signed",
    object: "file",
    within: None,
    about: "A file was signed.",
    public: true,
    fields: &[],
    scope: "elsewhere:files:read",
};

impl Work for Elsewhere {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.writes().await?;
        uow.append(
            ChangeContext {
                actor: Actor::System,
                at: Instant::from_millis(1_900_000_000_000),
                cause: Cause::default(),
            }
            .entry(
                EventId(Uuid::from_u128(77)),
                Link::new("file", Uuid::from_u128(5)),
                1,
                SIGNED.name,
            )
            .with_links(vec![
                Link::new("deal", self.0.uuid()),
                Link::new("file", Uuid::from_u128(5)),
            ])
            .with_body(json!({ "changed": [], "previous": {}, "thing": { "number": "P-1" } })),
        );
        Ok(())
    }
}

#[actix_web::test]
async fn a_timeline_holds_what_happened_in_every_area_newest_first() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let catalogue = Arc::new(declare(Catalogue::new()).with_events(&[SIGNED]));
        let runner = Runner::new(db.clone(), "here", Options::default())
            .consumer(Arc::new(TimelineKeeper::new(catalogue)))
            .spawn();
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Seats", "1").await;
        house
            .post("ann", &format!("{}/win", at(&deal)), json!({}))
            .await
            .ok(200);
        db.write(ACME, Elsewhere(deal["id"].as_str().unwrap().parse().unwrap()))
            .await
            .unwrap();
        assert!(runner.follower().caught_up(Duration::from_secs(10)).await);
        let kinds = |page: &serde_json::Value| -> Vec<String> {
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["type"].as_str().unwrap().to_owned())
                .collect()
        };
        let all = house.get("ada", &format!("{}/timeline", at(&deal))).await.ok(200);
        assert_eq!(
            kinds(&all),
            ["elsewhere.file.signed", "crm.deal.won", "crm.deal.created"]
        );
        assert_eq!(all["data"][0]["subject_name"], json!("P-1"));
        let seen = house
            .get("ann", &format!("{}/timeline?limit=1", at(&deal)))
            .await
            .ok(200);
        assert_eq!(kinds(&seen), ["crm.deal.won"], "she does not see the file");
        let cursor = seen["next_cursor"].as_str().unwrap();
        let rest = house
            .get("ann", &format!("{}/timeline?limit=1&cursor={cursor}", at(&deal)))
            .await
            .ok(200);
        assert_eq!(
            (kinds(&rest), &rest["has_more"]),
            (vec!["crm.deal.created".to_owned()], &json!(false))
        );
        let of_account = house
            .get("ann", &format!("{}/timeline", at(&account)))
            .await
            .ok(200);
        assert_eq!(
            kinds(&of_account),
            ["crm.deal.won", "crm.deal.created", "crm.account.created"]
        );
        let narrow = format!("{}/timeline?limit=1", at(&account));
        let narrow = house.get("ann/crm:accounts:read", &narrow).await.ok(200);
        assert_eq!(
            (kinds(&narrow), &narrow["has_more"]),
            (vec!["crm.account.created".to_owned()], &json!(false)),
            "a key hears of what its scopes read"
        );
        runner.stop().await.unwrap();
    })
    .await;
}

#[actix_web::test]
async fn an_activity_stands_on_the_timelines_of_what_it_is_about() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let catalogue = Arc::new(declare(Catalogue::new()));
        let runner = Runner::new(db.clone(), "here", Options::default())
            .consumer(Arc::new(TimelineKeeper::new(catalogue)))
            .spawn();
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Seats", "1").await;
        let call = house
            .activity("ann", json!({ "type": "call", "deal": deal["id"] }))
            .await;
        let quiet = json!({ "subject": "Quiet", "deal": deal["id"], "visibility": "mine" });
        house.activity("ann", quiet).await;
        house.act("ann", &call, "complete", json!({})).await.ok(200);
        assert!(runner.follower().caught_up(Duration::from_secs(10)).await);
        for record in [&account, &deal] {
            let path = format!("{}/timeline", at(record));
            let told = house.get("abe", &path).await.ok(200);
            let texts: Vec<&str> = told["data"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|entry| entry["subject"] == call["id"])
                .map(|entry| entry["text"].as_str().unwrap())
                .collect();
            assert_eq!(
                texts,
                ["Call back: ann completed it", "Call back: ann created it"]
            );
            assert!(!told.to_string().contains("Quiet"), "{told}");
            let owner = house.get("ann", &path).await.ok(200);
            assert!(owner.to_string().contains("Quiet"));
        }
        runner.stop().await.unwrap();
    })
    .await;
}
