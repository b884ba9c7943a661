//! Automations that could not act: who is told, and how a run is started again.

use std::time::Duration;

use actix_web::http::Method;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::EventId;
use countersign_storage::log;
use countersign_testkit::{TestDb, for_each_database};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::automations::{NEVER, Note, at_work, publish, runs, win};
use crate::house::{ACME, Answer, House, Sent, get, send, user};

/// Writes one note, and then another that is refused.
const HALF: &str = "automation: half\nwhen_event: crm.deal.won\ndo:\n  - action: first\n    do: notes.write\n    with: {text: Half}\n  - action: second\n    do: notes.write\n    with: {text: never}\n";
const WHOLE: &str = "automation: half\nwhen_event: crm.deal.won\ndo:\n  - action: first\n    do: notes.write\n    with: {text: Half}\n  - action: second\n    do: notes.write\n    with: {text: Whole}\n";

/// The people who were told, each with what of.
pub(crate) async fn notices(house: &House) -> Vec<(Uuid, String)> {
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
