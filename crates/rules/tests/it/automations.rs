//! Automations on the real runner.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::http::Method;
use countersign_events::{Action, ActionError, Actions, Call, Consumer, Runner, Running};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::{ActionType, Catalogue, EventType, Field, FieldType, Link};
use countersign_kernel::id::EventId;
use countersign_kernel::time::Clock;
use countersign_storage::log::{self, Cause, ChangeContext};
use countersign_storage::{Db, Error, Uow, Work};
use countersign_testkit::{TestDb, for_each_database};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{ACME, Answer, House, Sent, get, put, send, user};

const WON: EventType = EventType {
    name: "crm.deal.won",
    object: "deal",
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
struct Note(Arc<Mutex<Vec<String>>>);

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
const NEVER: &str = "automation: never\nwhen_event: crm.deal.won\ndo:\n  - action: note\n    do: notes.write\n    with: {text: never}\n";

async fn runs(house: &House, name: &str, wanted: usize) -> Answer {
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
async fn at_work(db: TestDb, note: &Note, files: &[(&str, &str)]) -> (House, Running) {
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

async fn publish(house: &House, name: &str, text: &str, headers: &[(&str, &str)]) {
    let put = put(house, "fay", &format!("/v1/automations/{name}"), text, headers).await;
    assert!([200, 201].contains(&put.status), "{put:?}");
}

async fn win(house: &House, id: u128, amount: &'static str) {
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

/// Writes one note, and then another that is refused.
const HALF: &str = "automation: half\nwhen_event: crm.deal.won\ndo:\n  - action: first\n    do: notes.write\n    with: {text: Half}\n  - action: second\n    do: notes.write\n    with: {text: never}\n";
const WHOLE: &str = "automation: half\nwhen_event: crm.deal.won\ndo:\n  - action: first\n    do: notes.write\n    with: {text: Half}\n  - action: second\n    do: notes.write\n    with: {text: Whole}\n";

/// The people who were told, each with what of.
async fn notices(house: &House) -> Vec<(Uuid, String)> {
    let sql = "SELECT user_id, text FROM notices ORDER BY user_id, text";
    let reader = house.db.read(ACME).await.unwrap();
    let backend = sea_orm::ConnectionTrait::get_database_backend(&*reader);
    let rows =
        sea_orm::ConnectionTrait::query_all_raw(&*reader, sea_orm::Statement::from_string(backend, sql));
    let rows = rows.await.unwrap();
    rows.iter()
        .map(|row| {
            (
                row.try_get("", "user_id").unwrap(),
                row.try_get("", "text").unwrap(),
            )
        })
        .collect()
}

async fn retry(house: &House, who: &str, run: &str, headers: &[(&str, &str)]) -> Answer {
    let path = format!("/v1/runs/{run}/retry");
    send(house, who, Method::POST, &path, Sent::Nothing, headers).await
}

async fn mended(db: TestDb) {
    let note = Note::default();
    let (house, running) = at_work(db, &note, &[("half", HALF)]).await;
    win(&house, 1, "5000.00").await;
    let failed = runs(&house, "half", 1).await.json["data"][0].clone();
    running.stop().await.unwrap();
    assert_eq!(
        (&failed["status"], &failed["why"]),
        (&json!("failed"), &json!("Never.")),
        "{failed}"
    );
    assert!(
        note.0.lock().unwrap().is_empty(),
        "nothing of what is refused stays"
    );

    // The deal's owner and whoever published it hear of it, each once.
    let told = notices(&house).await;
    let whom: Vec<Uuid> = told.iter().map(|(whom, _)| *whom).collect();
    assert_eq!(whom, [user("fay").0, user("ann").0], "{told:?}");
    let run = failed["id"].as_str().unwrap();
    for wanted in ["half", "Crane", "Never.", run] {
        assert!(told[0].1.contains(wanted), "{told:?}");
    }

    // As it is it is refused again, and says so.
    assert_eq!(retry(&house, "ann", run, &[]).await.status, 403);
    assert_eq!(
        retry(&house, "fay", "run_01jd00000078s8000000000000", &[])
            .await
            .status,
        404
    );
    let again = retry(&house, "fay", run, &[]).await;
    assert_eq!(
        (again.status, &again.json["status"]),
        (200, &json!("failed")),
        "{again:?}"
    );
    assert_eq!(
        notices(&house).await.len(),
        2,
        "who starts it again is answered, and nobody told"
    );

    publish(&house, "half", WHOLE, &[("if-match", "\"1\"")]).await;
    let stale = retry(&house, "fay", run, &[("if-match", "\"1\"")]).await;
    assert_eq!(stale.status, 412, "{stale:?}");
    let key = [("idempotency-key", "once")];
    let done = retry(&house, "fay", run, &key).await;
    assert_eq!(
        (done.status, &done.json["status"]),
        (200, &json!("acted")),
        "{done:?}"
    );
    assert_eq!(
        (&done.json["version"], &done.json["automation_version"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(*note.0.lock().unwrap(), ["Half", "Whole"]);
    assert_eq!(
        retry(&house, "fay", run, &key).await.text,
        done.text,
        "once under its key"
    );
    let over = retry(&house, "fay", run, &[]).await;
    assert_eq!(
        (over.status, &over.json["code"]),
        (409, &json!("run_not_failed")),
        "{over:?}"
    );
    assert_eq!(note.0.lock().unwrap().len(), 2);
    let shown = get(&house, "ada", &format!("/v1/runs/{run}")).await;
    assert_eq!(
        (&shown.json, shown.headers["etag"].as_str()),
        (&done.json, "\"3\"")
    );
    logged(&house, run).await;
}

/// The log has each of what became of a run.
async fn logged(house: &House, run: &str) {
    let reader = house.db.read(ACME).await.unwrap();
    let (_, id) = countersign_kernel::id::any(run).unwrap();
    let entries = log::history(&reader, ACME, &Link::new("run", id), 0, 10)
        .await
        .unwrap();
    let told: Vec<(i64, &str, &Value)> = entries
        .iter()
        .map(|entry| (entry.version, entry.kind.as_str(), &entry.body["thing"]["status"]))
        .collect();
    let (failed, acted) = (json!("failed"), json!("acted"));
    assert_eq!(
        told,
        [
            (1, "rules.run.failed", &failed),
            (2, "rules.run.retried", &failed),
            (3, "rules.run.retried", &acted)
        ]
    );
    assert_eq!(entries[0].links, [Link::new("deal", Uuid::from_u128(1))]);
    assert_eq!(entries[0].cause, Some(EventId(Uuid::from_u128(1))));
    assert_eq!(entries[2].actor.user(), Some(user("fay")));
}

#[tokio::test]
async fn a_run_that_could_not_act_is_told_of_and_started_again_once_it_is_mended() {
    for_each_database(mended).await;
}

/// Fails on whatever the server tells of a run or sends as a notice, and so would lead to another of either.
async fn quiet(db: TestDb) {
    const EAR: &str = "automation: ear\nwhen_event: rules.run.failed\ndo:\n  - action: note\n    do: notes.write\n    with: {text: never}\n";
    let (house, running) = at_work(db, &Note::default(), &[("never", NEVER), ("ear", EAR)]).await;
    win(&house, 1, "5000.00").await;
    runs(&house, "never", 1).await;
    runs(&house, "ear", 1).await;
    win(&house, 2, "5000.00").await;
    runs(&house, "ear", 2).await;
    running.stop().await.unwrap();
    assert_eq!(
        runs(&house, "ear", 2).await.json["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let told = notices(&house).await;
    assert_eq!(
        told.len(),
        6,
        "of two wins fay hears for each automation, and ann of the deals: {told:?}"
    );
}

#[tokio::test]
async fn the_news_of_a_run_leads_to_no_further_news() {
    for_each_database(quiet).await;
}

/// More than may run within a minute, over four deals.
async fn too_many(db: TestDb) {
    let act =
        |place: usize| format!("  - action: note-{place}\n    do: notes.write\n    with: {{text: Busy}}\n");
    let acts = (0..1_900).map(act).collect::<Vec<_>>().concat();
    let busy = format!("automation: busy\nwhen_event: crm.deal.won\ndo:\n{acts}");
    let note = Note::default();
    let (house, running) = at_work(db, &note, &[("busy", busy.as_str())]).await;
    for id in 1..=6 {
        win(&house, id, "5000.00").await;
    }
    runs(&house, "busy", 3).await;
    let mut told = notices(&house).await;
    for _ in 0..100 {
        if !told.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        told = notices(&house).await;
    }
    running.stop().await.unwrap();
    assert_eq!(told.len(), 1, "once, however many events wait: {told:?}");
    assert_eq!(told[0].0, user("fay").0);
    assert!(told[0].1.contains("The automation busy waits"), "{told:?}");
    assert_eq!(
        note.0.lock().unwrap().len(),
        3 * 1_900,
        "what waits has done nothing"
    );
}

#[tokio::test]
async fn who_published_an_automation_hears_that_it_waits_since_too_much_runs() {
    for_each_database(too_many).await;
}
