use std::sync::Arc;

use countersign_crm::ShowContract;
use countersign_events::{Acting, Action, ActionError, Call, Rights};
use countersign_kernel::actor::Actor;
use countersign_kernel::id::{EventId, RequestId};
use countersign_kernel::time::Instant;
use countersign_storage::{Uow, Work};
use countersign_testkit::for_each_database;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{ACME, House, at, directory, house, user};

/// One call of the action, as an automation makes it.
struct Calling(Call);

#[derive(Debug)]
struct Failed(String);

impl From<countersign_storage::Error> for Failed {
    fn from(error: countersign_storage::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<ActionError> for Failed {
    fn from(error: ActionError) -> Self {
        Self(error.to_string())
    }
}

impl Work for Calling {
    type Out = Value;
    type Error = Failed;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Value, Failed> {
        Ok(ShowContract.run(uow, &self.0).await?)
    }
}

fn call(deal: &Value, request: u128, status: &str, key: &str) -> Calling {
    Calling(Call {
        inputs: json!({ "deal": deal["id"], "request": RequestId(Uuid::from_u128(request)).to_string(), "number": format!("CON-{request}"), "status": status }),
        actor: Actor::Automation("contract-outcome".to_owned()),
        rights: Rights::Server,
        publisher: None,
        cause: EventId(Uuid::from_u128(1)),
        depth: 1,
        key: key.to_owned(),
        now: Instant::from_millis(1_800_000_000_000),
        trace: None,
    })
}

#[actix_web::test]
async fn the_newest_contract_stands_on_the_deal_and_all_stand_on_the_account() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Seats", "1").await;
        assert_eq!(deal["contract"], json!(null));
        for (request, status, shown) in [
            (7, "open", true),
            (7, "rejected", true),
            (8, "open", true),
            (7, "withdrawn", false),
            (8, "approved", true),
        ] {
            let out = db
                .write(ACME, call(&deal, request, status, &format!("{request}{status}")))
                .await
                .unwrap();
            assert_eq!(out["shown"], json!(shown), "{request} {status}");
        }
        let before = house.get("ann", &at(&deal)).await.ok(200);
        let again = db.write(ACME, call(&deal, 8, "approved", "again")).await.unwrap();
        assert_eq!(again["shown"], json!(false), "no news");
        let deal = house.get("ann", &at(&deal)).await.ok(200);
        assert_eq!(deal["version"], before["version"]);
        assert_eq!(
            (&deal["contract"]["number"], &deal["contract"]["status"]),
            (&json!("CON-8"), &json!("approved"))
        );
        let account = house.get("ann", &at(&account)).await.ok(200);
        let listed: Vec<_> = account["contracts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (&one["number"], &one["status"], &one["deal"]))
            .collect();
        assert_eq!(
            listed,
            [
                (&json!("CON-8"), &json!("approved"), &deal["id"]),
                (&json!("CON-7"), &json!("withdrawn"), &deal["id"])
            ]
        );
        assert_eq!(
            account["version"],
            json!(6),
            "its representation changed with each news"
        );
        let history = house.get("ann", &format!("{}/history", at(&deal))).await.ok(200);
        let last = history["data"].as_array().unwrap().last().unwrap();
        assert_eq!(last["type"], json!("crm.deal.contract_changed"));
        assert_eq!(last["actor"], json!("automation:contract-outcome"));
        let nowhere = json!({ "id": "deal_01jczzzzzzzzzzzzzzzzzzzzzz" });
        assert!(db.write(ACME, call(&nowhere, 9, "open", "x")).await.is_err());
    })
    .await;
}

#[actix_web::test]
async fn contracts_go_with_their_deal_to_another_account() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let (old, new) = (
            house.account("ann", "Old").await,
            house.account("ann", "New").await,
        );
        let deal = house.deal("ann", &old, "Seats", "1").await;
        db.write(ACME, call(&deal, 7, "approved", "a")).await.unwrap();
        let moved = house
            .patch("ann", &at(&deal), json!({ "account": new["id"] }))
            .await;
        moved.ok(200);
        let now = async |account: &Value| house.get("ann", &at(account)).await.ok(200);
        let (old, new) = (now(&old).await, now(&new).await);
        assert_eq!(old["contracts"], json!([]));
        assert_eq!(new["contracts"][0]["number"], json!("CON-7"));
        assert_eq!(
            (&old["version"], &new["version"]),
            (&json!(3), &json!(2)),
            "both are told"
        );
        db.write(ACME, call(&deal, 7, "withdrawn", "b")).await.unwrap();
        let (old, new) = (now(&old).await, now(&new).await);
        assert_eq!(old["contracts"], json!([]));
        assert_eq!(new["contracts"][0]["status"], json!("withdrawn"));
    })
    .await;
}

/// The same, by the rights of these people.
fn call_by(people: &[(&str, &[&str])], deal: &Value) -> Calling {
    let acting = people.iter().map(|(name, roles)| Acting {
        user: user(name),
        with: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    });
    let Calling(call) = call(deal, 7, "approved", "by rights");
    Calling(Call {
        rights: Rights::Of(acting.collect(), Arc::new(directory())),
        publisher: None,
        ..call
    })
}

#[actix_web::test]
async fn an_action_changes_what_those_may_change_by_whose_rights_it_runs() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Seats", "1").await;
        house
            .patch("ann", &at(&deal), json!({ "visibility": "mine" }))
            .await
            .ok(200);
        for nobody in [&[][..], &[("abe", &[][..])], &[("abe", &["hr", "finance"])]] {
            let refused = db.write(ACME, call_by(nobody, &deal)).await.unwrap_err();
            assert!(refused.0.contains("gone"), "{}", refused.0);
        }
        let untouched = house.get("ann", &at(&deal)).await.ok(200);
        assert_eq!(untouched["contract"], json!(null));
        for somebody in [
            &[("abe", &[][..]), ("ann", &[])][..],
            &[("bo", &[])],
            &[("abe", &["admin"])],
        ] {
            db.write(ACME, call_by(somebody, &deal)).await.unwrap();
        }
        let shown = house.get("ann", &at(&deal)).await.ok(200);
        assert_eq!(shown["contract"]["status"], json!("approved"));
    })
    .await;
}

/// The account's contracts as somebody reads them: in the record, in a list, and in the place of its id.
async fn contracts(house: &House, who: &str, account: &Value, deal: &Value) -> Vec<usize> {
    let number = |list: &Value| list.as_array().unwrap().len();
    let one = house.get(who, &at(account)).await.ok(200);
    let listed = house.get(who, "/v1/accounts").await.ok(200);
    let expanded = house.get(who, &format!("{}?expand=account", at(deal))).await;
    let mut found = vec![number(&one["contracts"]), number(&listed["data"][0]["contracts"])];
    if expanded.status == 200 {
        found.push(number(&expanded.json["account"]["contracts"]));
    }
    found
}

#[actix_web::test]
async fn an_account_lists_the_contracts_of_those_deals_that_the_reader_sees() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let (open, private) = (
            house.deal("ann", &account, "Open", "1").await,
            house.deal("ann", &account, "Private", "1").await,
        );
        house
            .patch("ann", &at(&private), json!({ "visibility": "mine" }))
            .await
            .ok(200);
        db.write(ACME, call(&open, 7, "open", "a")).await.unwrap();
        db.write(ACME, call(&private, 8, "open", "b")).await.unwrap();
        for (who, want) in [("ann", 2), ("bo", 2), ("ada", 2), ("hal", 1), ("abe", 1)] {
            assert_eq!(contracts(&house, who, &account, &open).await, [want; 3], "{who}");
        }
        for (key, want) in [
            ("ann/crm:accounts:read", 0),
            ("ada/crm:accounts:read", 0),
            ("hal/crm:accounts:read+crm:deals:read", 1),
        ] {
            let listed = contracts(&house, key, &account, &open).await;
            assert!(listed.iter().all(|found| *found == want), "{key}: {listed:?}");
        }
        // Whoever changes the account hides nothing from others by it, and is told no more.
        let changed = house
            .patch("hal", &at(&account), json!({ "country": "NO" }))
            .await
            .ok(200);
        assert_eq!(changed["contracts"].as_array().unwrap().len(), 1);
        let private = private["id"].as_str().unwrap();
        for (who, told) in [("ann", true), ("hal", false), ("ann/crm:accounts:read", false)] {
            let history = house.get(who, &format!("{}/history", at(&account))).await.ok(200);
            assert_eq!(history["data"].as_array().unwrap().len(), 4);
            assert_eq!(history.to_string().contains(private), told, "{who}: {history}");
        }
        let history = house
            .get("hal", &format!("{}/history", at(&account)))
            .await
            .ok(200);
        assert_eq!(history["data"][1]["changes"][0]["field"], "contracts");
        assert_eq!(history["data"][2]["changes"], json!([]));
        assert_eq!(history["data"][3]["changes"].as_array().unwrap().len(), 1);
    })
    .await;
}
