//! Automations on the real runner.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign_events::{Action, ActionError, Actions, Call, Consumer, Runner, Running};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::{ActionType, Catalogue, EventType, Field, FieldType, Link};
use countersign_kernel::id::EventId;
use countersign_kernel::time::Clock;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Db, Error, Uow, Work};
use countersign_testkit::{TestDb, for_each_database};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{ACME, Answer, House, get, put, user};

const WON: EventType = EventType {
    name: "crm.deal.won",
    object: "deal",
    within: None,
    about: "A deal was won.",
    public: true,
    fields: &[
        Field {
            name: "name",
            of: FieldType::Text,
            optional: false,
            about: "Its name.",
        },
        Field {
            name: "amount",
            of: FieldType::Money,
            optional: false,
            about: "Its amount.",
        },
        Field {
            name: "owner",
            of: FieldType::Person,
            optional: true,
            about: "Whose it is.",
        },
    ],
    scope: "crm:deals:read",
};

/// Notes what it was asked to do; refuses the word `never`.
#[derive(Clone, Default)]
pub(crate) struct Note(pub(crate) Arc<Mutex<Vec<String>>>);

impl Action for Note {
    fn spec(&self) -> ActionType {
        ActionType {
            name: "notes.write",
            about: "Writes a note.",
            inputs: &[Field {
                name: "text",
                of: FieldType::Text,
                optional: false,
                about: "What.",
            }],
            outputs: &[],
            tells: &[],
        }
    }

    fn run<'a>(&'a self, uow: &'a mut Uow, call: &'a Call) -> BoxFuture<'a, Result<Value, ActionError>> {
        Box::pin(async move {
            let text = call.required("text")?.to_owned();
            if text == "never" {
                return Err(ActionError::refused("never", "Never.", "决不。"));
            }
            let notes = Arc::clone(&self.0);
            uow.after_commit(move || notes.lock().unwrap().push(text));
            Ok(json!({}))
        })
    }
}

/// A deal was won.
struct Win {
    id: u128,
    amount: &'static str,
    clock: Arc<dyn Clock>,
}

impl Work for Win {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let thing = json!({
            "name": "Crane",
            "amount": {"amount": self.amount, "currency": "EUR"},
            "owner": user("ann"),
        });
        uow.append(
            ChangeContext {
                actor: Actor::System,
                at: self.clock.now(),
                cause: Cause::default(),
            }
            .entry(
                EventId(Uuid::from_u128(self.id)),
                Link::new("deal", Uuid::from_u128(self.id)),
                1,
                WON.name,
            )
            .with_body(json!({"changed": ["status"], "thing": thing})),
        );
        Ok(())
    }
}

const BIG: &str = "automation: big-deal\nwhen_event: crm.deal.won\nwhen: event.deal.amount >= 1000\ndo:\n  - action: note\n    do: notes.write\n    with: {text: \"Won {event.deal.name}\"}\n";
pub(crate) const NEVER: &str = "automation: never\nwhen_event: crm.deal.won\ndo:\n  - action: note\n    do: notes.write\n    with: {text: never}\n";

pub(crate) async fn runs(house: &House, name: &str, wanted: usize) -> Answer {
    for _ in 0..200 {
        let found = get(
            house,
            "ada",
            &format!("/v1/automations/{name}/runs?sort=created_at"),
        )
        .await;
        assert_eq!(found.status, 200, "{found:?}");
        if found.json["data"].as_array().unwrap().len() >= wanted {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{name} did not run {wanted} times");
}

/// A company with these automations, at work.
pub(crate) async fn at_work(db: TestDb, note: &Note, files: &[(&str, &str)]) -> (House, Running) {
    let actions = Actions::new().with(note.clone());
    let house = House::new(db, Catalogue::new().with_events(&[WON]), &actions).await;
    for (name, text) in files {
        publish(&house, name, text, &[]).await;
    }
    let runner = Runner::new(
        Db::clone(&house.db),
        "test",
        countersign_events::runner::Options::default(),
    );
    let running = runner
        .consumer(Arc::clone(&*house.automations) as Arc<dyn Consumer>)
        .spawn();
    (house, running)
}

pub(crate) async fn publish(house: &House, name: &str, text: &str, headers: &[(&str, &str)]) {
    let put = put(house, "fay", &format!("/v1/automations/{name}"), text, headers).await;
    assert!([200, 201].contains(&put.status), "{put:?}");
}

pub(crate) async fn win(house: &House, id: u128, amount: &'static str) {
    let clock = Arc::clone(&house.clock) as Arc<dyn Clock>;
    house.db.write(ACME, Win { id, amount, clock }).await.unwrap();
}

async fn played(db: TestDb) {
    let note = Note::default();
    let (house, running) = at_work(db, &note, &[("big-deal", BIG), ("never", NEVER)]).await;
    for (id, amount) in [(1, "5000.00"), (2, "10.00")] {
        win(&house, id, amount).await;
    }
    told(&house, &note).await;
    running.stop().await.unwrap();
}

async fn told(house: &House, note: &Note) {
    let big = runs(house, "big-deal", 2).await;
    let told: Vec<(&str, bool)> = big.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| (run["status"].as_str().unwrap(), run["why"].is_string()))
        .collect();
    assert!(
        told.contains(&("acted", false)) && told.contains(&("skipped", true)),
        "{big:?}"
    );
    let never = runs(house, "never", 2).await;
    assert!(
        never.json["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|run| run["status"] == "failed" && run["why"] == "Never."),
        "{never:?}"
    );
    assert_eq!(
        *note.0.lock().unwrap(),
        ["Won Crane"],
        "what one refuses keeps no other from acting, once"
    );
    assert_eq!(
        get(house, "ann", "/v1/automations/big-deal/runs").await.status,
        403
    );
}

#[tokio::test]
async fn an_automation_acts_once_and_says_why_it_did_not() {
    for_each_database(played).await;
}
