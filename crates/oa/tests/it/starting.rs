//! `requests.start`: at most one live request for a key, and one for an event.

use std::sync::Arc;

use countersign_events::{Acting, Action, ActionError, Call, Rights};
use countersign_identity::Directories;
use countersign_kernel::actor::{Actor, Publisher};
use countersign_kernel::directory::Directory;
use countersign_kernel::id::EventId;
use countersign_kernel::time::Clock;
use countersign_oa::StartRequest;
use countersign_storage::{Db, Uow, Work};
use countersign_testkit::{for_each_database, in_step};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{ACME, House, post, task, user, verb};

struct Run {
    action: StartRequest,
    call: Call,
}

#[derive(Debug)]
enum Failed {
    Storage(countersign_storage::Error),
    Refused(String),
}

impl From<countersign_storage::Error> for Failed {
    fn from(error: countersign_storage::Error) -> Self {
        Self::Storage(error)
    }
}

impl Work for Run {
    type Out = Value;
    type Error = Failed;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Value, Failed> {
        let ran = self.action.run(uow, &self.call).await;
        ran.map_err(|error| match error {
            ActionError::Storage(error) => Failed::Storage(error),
            refused => Failed::Refused(refused.to_string()),
        })
    }
}

async fn start(house: &House, event: u128, key: &str) -> Value {
    start_by(house, event, key, Rights::Server).await.unwrap()
}

async fn start_by(house: &House, event: u128, key: &str, rights: Rights) -> Result<Value, String> {
    start_published_by(None, house, event, key, rights).await
}

async fn start_published_by(
    publisher: Option<Publisher>,
    house: &House,
    event: u128,
    key: &str,
    rights: Rights,
) -> Result<Value, String> {
    let mut inputs = crate::house::expense("700.00");
    inputs["requester"] = json!(user("ann"));
    inputs["key"] = json!(key);
    let event = EventId(Uuid::from_u128(event));
    let call = Call {
        inputs,
        actor: Actor::Automation("test".into()),
        rights,
        publisher,
        cause: event,
        depth: 1,
        key: format!("{event}/test/0"),
        now: house.clock.now(),
        trace: None,
    };
    loop {
        let run = Run {
            action: StartRequest::new(house.office.clone()),
            call: call.clone(),
        };
        match house.db.write(ACME, run).await {
            // As consumers do.
            Err(Failed::Storage(error)) if error.is_conflict() => {}
            Err(Failed::Storage(error)) => panic!("{error}"),
            Err(Failed::Refused(why)) => return Err(why),
            Ok(done) => return Ok(done),
        }
    }
}

#[tokio::test]
async fn two_events_that_start_under_one_key_at_once_start_one_request() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let (one, other) = in_step(&house.db, start(&house, 1, "deal-1"), start(&house, 2, "deal-1")).await;
        let started = [&one, &other]
            .into_iter()
            .filter(|call| call["started"] == json!(true));
        assert_eq!(
            (started.count(), &one["request"]),
            (1, &other["request"]),
            "{one} {other}"
        );
    })
    .await;
}

#[tokio::test]
async fn who_published_what_starts_a_request_does_not_decide_it() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let bo = user("bo");
        let second = Publisher {
            user: user("ada"),
            proposer: Some(bo),
        };
        for (event, (publisher, said)) in (1..).zip([
            (bo.into(), "bo published the automation"),
            (second, "bo proposed it"),
        ]) {
            let key = format!("deal-{event}");
            let started = start_published_by(Some(publisher), &house, event, &key, Rights::Server)
                .await
                .unwrap();
            let id = started["request"].as_str().unwrap();
            assert!(task(&house, "bo", id).await.is_none(), "{said}");
            let asked = task(&house, "cleo", id).await.unwrap();
            assert!(
                asked["why"]
                    .as_str()
                    .unwrap()
                    .contains("published what started it"),
                "{asked}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_same_event_never_starts_twice_and_a_key_is_held_while_it_lives() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let first = start(&house, 1, "deal-1").await;
        assert_eq!(first["started"], json!(true));
        assert_eq!(
            start(&house, 1, "deal-1").await,
            json!({"request": first["request"], "started": false}),
            "the same event"
        );
        assert_eq!(
            start(&house, 2, "deal-1").await["started"],
            json!(false),
            "the key is held"
        );
        let id = first["request"].as_str().unwrap();
        assert!(
            house.log(id).await.iter().all(|entry| entry.depth == 2),
            "one deeper than the event that led to it, which is of depth 1"
        );
        let path = verb(&house, "bo", id, "reject").await;
        assert_eq!(
            post(&house, "bo", &path, json!({"comment": "No."})).await.json["request_status"],
            "rejected"
        );
        assert_eq!(
            start(&house, 1, "deal-1").await["started"],
            json!(false),
            "still the same event"
        );
        let second = start(&house, 3, "deal-1").await;
        assert_eq!(
            (second["started"].as_bool(), second["request"] == first["request"]),
            (Some(true), false),
            "a rejection frees the key"
        );
    })
    .await;
}

#[tokio::test]
async fn a_request_is_started_for_somebody_else_by_a_right_alone() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let by = |name: &str, roles: &[&str], directory: Directory| {
            let acting = Acting {
                user: user(name),
                with: None,
                roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            };
            Rights::Of(vec![acting], Arc::new(directory))
        };
        let directories = Directories::new(Db::clone(&house.db), Arc::default());
        let all = directories.directory(ACME).await.unwrap();
        let all = || Directory::clone(&all);
        for (event, name, roles) in [(1, "abe", &[][..]), (2, "dan", &["finance"])] {
            let refused = start_by(&house, event, "no", by(name, roles, all()))
                .await
                .unwrap_err();
            assert!(refused.contains("start a request for somebody else"), "{refused}");
        }
        for (event, name, roles) in [(3, "ann", &[][..]), (4, "abe", &["hr"])] {
            let started = start_by(&house, event, name, by(name, roles, all()))
                .await
                .unwrap();
            assert_eq!(started["started"], json!(true), "{name}");
        }
        let mut without = all();
        without.people.get_mut(&user("ann")).unwrap().active = false;
        let refused = start_by(&house, 5, "gone", by("abe", &["hr"], without))
            .await
            .unwrap_err();
        assert!(refused.contains("active person"), "{refused}");
    })
    .await;
}
