//! When somebody leaves or loses a role, what waits for them goes to somebody else, by itself.

use std::sync::Arc;
use std::time::Duration;

use countersign_events::{Options, Runner, Running};
use countersign_identity::Occasion;
use countersign_identity::people::Status;
use countersign_identity::people::leaving::{Leaving, LeftTasks};
use countersign_identity::people::patch::UserPatch;
use countersign_identity::people::service::{SetStatus, Update};
use countersign_identity::tenants::service::ChangeSettings;
use countersign_identity::tenants::{PublishingChange, SettingsChange};
use countersign_kernel::actor::Actor;
use countersign_kernel::money::Currency;
use countersign_oa::{Leavings, Notices, Successions};
use countersign_storage::Db;
use countersign_testkit::for_each_database;
use countersign_web::Expected;
use serde_json::{Value, json};

use crate::house::{ACME, House, get, post, submit, task, user, verb};

pub(crate) fn occasion(house: &House) -> Occasion {
    Occasion::system(house.clock.as_ref(), house.world.entropy.as_ref())
}

/// The server's part that hears of who left.
fn listening(house: &House) -> Running {
    Runner::new(Db::clone(&house.db), "test", Options::default())
        .consumer(Arc::new(Successions::new(house.office.clone())))
        .spawn()
}

pub(crate) async fn disable(house: &House, name: &str) {
    let work = SetStatus {
        id: user(name),
        status: Status::Disabled,
        expected: Expected::NotGiven,
        occasion: occasion(house),
        directories: (*house.directories).clone(),
    };
    house.db.write(ACME, work).await.unwrap();
}

pub(crate) async fn patch(house: &House, name: &str, patch: Value) {
    let patch: UserPatch = serde_json::from_value(patch).unwrap();
    let work = Update {
        id: user(name),
        patch,
        expected: Expected::NotGiven,
        currency: Currency::EUR,
        may_give_roles: true,
        occasion: occasion(house),
        directories: (*house.directories).clone(),
    };
    house.db.write(ACME, work).await.unwrap();
}

/// Waits until the open task of a request is this person's.
async fn comes_to(house: &House, who: &str, request: &str) -> Value {
    for _ in 0..200 {
        if let Some(task) = task(house, who, request).await {
            return task;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nothing came to {who}");
}

async fn history(house: &House, request: &str) -> String {
    get(house, "ann", &format!("/v1/requests/{request}/history"))
        .await
        .json
        .to_string()
}

#[tokio::test]
async fn what_waits_for_one_who_left_goes_to_the_next_in_the_line() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let running = listening(&house);
        let (first, second) = (submit(&house, "700.00").await, submit(&house, "800.00").await);
        assert!(task(&house, "bo", &first).await.is_some());
        disable(&house, "bo").await;
        let task = comes_to(&house, "cleo", &first).await;
        comes_to(&house, "cleo", &second).await;
        assert!(
            task["why"].as_str().unwrap().contains("in the place of Bo"),
            "{task}"
        );
        let told = history(&house, &first).await;
        assert!(told.contains("they may not act here any more"), "{told}");
        let approved = post(
            &house,
            "cleo",
            &verb(&house, "cleo", &first, "approve").await,
            json!({}),
        )
        .await;
        assert_eq!(approved.status, 200, "{approved:?}");
        running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_role_that_was_taken_away_decides_nothing_and_the_task_goes_on() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let request = submit(&house, "1800.00").await;
        post(
            &house,
            "bo",
            &verb(&house, "bo", &request, "approve").await,
            json!({}),
        )
        .await;
        let approve = verb(&house, "dan", &request, "approve").await;
        patch(&house, "dan", json!({"roles": []})).await;
        let refused = post(&house, "dan", &approve, json!({})).await;
        assert_eq!(
            (refused.status, &refused.json["code"]),
            (403, &json!("restricted")),
            "{refused:?}"
        );
        assert!(
            refused.json["detail"].as_str().unwrap().contains("role finance"),
            "{refused:?}"
        );
        let running = listening(&house);
        for _ in 0..200 {
            if task(&house, "dan", &request).await.is_none() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(
            task(&house, "dan", &request).await.is_none(),
            "nothing is asked of dan any more"
        );
        let approved = post(
            &house,
            "eve",
            &verb(&house, "eve", &request, "approve").await,
            json!({}),
        )
        .await;
        assert_eq!(approved.status, 200, "{approved:?}");
        running.stop().await.unwrap();
    })
    .await;
}

/// The notices of somebody.
async fn told(house: &House, who: &str) -> Vec<String> {
    let list = get(house, who, "/v1/notices?sort=created_at").await;
    assert_eq!(list.status, 200, "{list:?}");
    let notices = list.json["data"].as_array().unwrap().iter();
    notices
        .map(|notice| notice["text"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_admins_are_told_of_a_role_that_lost_its_last_holder() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let running = Runner::new(Db::clone(&house.db), "notices", Options::default())
            .consumer(Arc::new(Notices::new(house.office.clone())))
            .spawn();
        let heard = async || assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        heard().await;
        patch(&house, "dan", json!({"roles": []})).await;
        heard().await;
        assert_eq!(told(&house, "ada").await, [""; 0], "eve holds it still");
        disable(&house, "eve").await;
        heard().await;
        let remedy = "Steps that ask for it are held, and the owners of their workflows are asked. Give it to somebody: PATCH /v1/users/{id} with `roles`.";
        let by_leaving = format!("Nobody holds the role finance any more: Eve was disabled. {remedy}");
        assert_eq!(told(&house, "ada").await, [by_leaving.as_str()]);
        patch(&house, "dan", json!({"roles": ["finance"]})).await;
        patch(&house, "dan", json!({"roles": []})).await;
        heard().await;
        let by_taking = format!("Nobody holds the role finance any more: Dan lost it. {remedy}");
        assert_eq!(told(&house, "ada").await, [by_leaving, by_taking]);
        for other in ["dan", "bo", "ann", "cleo"] {
            assert_eq!(told(&house, other).await, [""; 0], "{other}");
        }
        running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn other_admins_hear_of_a_change_of_who_publishes() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let running = Runner::new(Db::clone(&house.db), "test", Options::default())
            .consumer(Arc::new(Notices::new(house.office.clone())))
            .spawn();
        let follower = running.follower();
        assert!(follower.caught_up(Duration::from_secs(20)).await);
        patch(&house, "bo", json!({"roles": ["admin"]})).await;
        let change = async |second_person: Option<bool>, name: Option<&str>| {
            let work = ChangeSettings {
                change: SettingsChange {
                    name: name.map(str::to_owned),
                    publishing: PublishingChange {
                        second_person,
                        ..PublishingChange::default()
                    },
                    ..SettingsChange::default()
                },
                expected: Expected::NotGiven,
                occasion: Occasion {
                    actor: Actor::User(user("bo")),
                    ..occasion(&house)
                },
                memory: Arc::clone(house.directories.memory()),
            };
            house.db.write(ACME, work).await.unwrap();
            assert!(follower.caught_up(Duration::from_secs(20)).await);
        };
        change(None, Some("Acme again")).await;
        assert_eq!(told(&house, "ada").await, [""; 0], "who publishes is as before");
        change(Some(true), None).await;
        change(Some(false), None).await;
        let heard = told(&house, "ada").await;
        assert!(
            heard.len() == 2 && heard.iter().all(|text| text.starts_with("Bo")),
            "{heard:?}"
        );
        assert!(
            heard
                .iter()
                .any(|text| text.contains("no longer waits for a second one")),
            "{heard:?}"
        );
        assert_eq!(told(&house, "bo").await, [""; 0], "whoever did it knows");
        running.stop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_becomes_of_open_tasks_is_counted_before_somebody_leaves() {
    const SOLO: &str = "workflow: solo\ntitle: Solo\nowners: {role: finance}\nnumber: SOL-{counter}\nform:\n  what: {type: text}\nsteps:\n  - approval: bo\n    by: {user: bo@acme.example}\n";
    const TRIO: &str = "workflow: trio\ntitle: Trio\nowners: {role: finance}\nnumber: TRI-{counter}\nform:\n  what: {type: text}\nsteps:\n  - approval: any\n    by: [{role: finance}, {user: bo@acme.example}]\n    need: any\n";
    for_each_database(|db| async {
        let house = House::new(db).await;
        house.publish("solo", SOLO).await;
        house.publish("trio", TRIO).await;
        let leavings = Leavings::new(house.office.clone());
        assert_eq!(
            leavings.foreseen(ACME, user("bo")).await.unwrap(),
            LeftTasks::default()
        );
        let expense = submit(&house, "700.00").await;
        submit(&house, "800.00").await;
        let start = async |workflow: &str| {
            let body = json!({"workflow": workflow, "form": {"what": "x"}});
            let made = post(&house, "ann", "/v1/requests", body).await;
            assert_eq!(made.status, 201, "{made:?}");
            made.json["id"].as_str().unwrap().to_owned()
        };
        let solo = start("solo").await;
        let trio = start("trio").await;
        let expected = LeftTasks {
            handed_on: 2,
            held: 1,
            dropped: 1,
            not_counted: 0,
        };
        assert_eq!(leavings.foreseen(ACME, user("bo")).await.unwrap(), expected);
        let still = task(&house, "bo", &solo).await;
        assert!(still.is_some(), "nothing of what was judged is kept");
        let running = listening(&house);
        disable(&house, "bo").await;
        assert!(running.follower().caught_up(Duration::from_secs(20)).await);
        assert!(task(&house, "cleo", &expense).await.is_some());
        let status = async |request: &str| {
            get(&house, "ann", &format!("/v1/requests/{request}")).await.json["status"].clone()
        };
        assert_eq!(
            (status(&solo).await, status(&trio).await),
            (json!("held"), json!("open"))
        );
        assert_eq!(
            leavings.foreseen(ACME, user("bo")).await.unwrap(),
            LeftTasks::default()
        );
        running.stop().await.unwrap();
    })
    .await;
}
