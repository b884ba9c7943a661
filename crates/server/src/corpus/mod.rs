//! Every format that was ever stored opens the same in every later version.
//!
//! `crates/server/corpus/N` holds what a scripted company left in the database of some version, and what that version
//! answered. A corpus is never changed: where a format changes, `cargo xtask corpus` keeps another beside it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod away;
mod company;
mod house;
mod kept;
mod like;
mod sales;
mod staff;

use std::sync::Mutex;

use countersign_engine::State;
use countersign_engine::state::STATE_FORMAT;
use countersign_engine::stored::EVENT_FORMAT;
use countersign_engine::vocabulary::Event;
use countersign_kernel::catalogue::means;
use countersign_storage::Backend;
use countersign_testkit::{FixedClock, TestDb, corpus, for_each_database};
use serde_json::Value;

use company::Company;
use house::House;
use kept::{Asked, Formats, Kept};

/// What hangs on how the database counts its transactions, and cannot move to another kind of database.
const OF_ITS_DATABASE: [&str; 2] = ["seals", "checkpoints"];

/// As many at once as there are processors: each takes some seconds.
#[test]
fn every_corpus_opens_as_it_did() {
    let numbers = Mutex::new(kept::numbers().into_iter());
    let next = || numbers.lock().unwrap().next();
    let open_some = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.unwrap();
        while let Some(number) = next() {
            runtime.block_on(for_each_database(|db| async move {
                opens(db, &Kept::read(number), number).await;
            }));
        }
    };
    let at_once = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(open_some);
        }
    });
}

async fn opens(db: TestDb, kept: &Kept, number: u32) {
    let data = kept.data_folder();
    let moved = db.backend() != Backend::Sqlite;
    let mut rows = kept.rows.clone();
    rows.retain(|table, _| !(moved && OF_ITS_DATABASE.contains(&table.as_str())));
    corpus::load(&db, &kept.formats.schema, &rows).await;
    let house = House::over(db, data.path(), FixedClock::at(kept.formats.now)).await;
    for asked in &kept.answers {
        if moved && asked.call.path == "/v1/audit/verify" {
            continue;
        }
        let (status, answer) = house.call(&asked.call).await;
        let place = format!("corpus {number}: {} {}", asked.call.method, asked.call.path);
        assert_eq!(status, asked.status, "{place}: {answer:#}");
        if let Some(then) = &asked.answer {
            like::assert_holds(&place, then, &answer);
        }
    }
}

#[tokio::test]
async fn what_is_written_now_is_what_the_newest_corpus_holds() {
    let kept = Kept::read(kept::newest());
    let data = tempfile::tempdir().unwrap();
    let company = Company::at_work(TestDb::sqlite().await, data.path()).await;
    let differences = like::differences(&kept.rows, &corpus::dump(&company.house.db).await);
    assert!(
        differences.is_empty(),
        "what is stored is written differently now. Where the form changed, raise STATE_FORMAT or EVENT_FORMAT (ARCHITECTURE.md, \
         Invariants); then, and where the same thing only happens otherwise, `cargo xtask corpus` keeps what is written now \
         beside the older corpora:\n{}",
        differences.join("\n")
    );
}

/// A member that is new, gone, or named or written otherwise is a new format, whatever else the company does now.
#[test]
fn states_and_events_of_the_present_formats_are_written_as_they_were() {
    for number in kept::numbers() {
        let kept = Kept::read(number);
        for row in kept
            .table("requests")
            .filter(|_| kept.formats.state == STATE_FORMAT)
        {
            let state: State = serde_json::from_str(row["state"].get()).unwrap();
            assert_eq!(
                serde_json::to_string(&state).unwrap(),
                row["state"].get(),
                "corpus {number}: raise STATE_FORMAT"
            );
        }
        for row in kept.table("log").filter(|_| kept.formats.events == EVENT_FORMAT) {
            let body: Value = serde_json::from_str(row["body"].get()).unwrap();
            let private = row
                .get("private")
                .map(|text| serde_json::from_str::<Value>(text.get()).unwrap());
            if let Some(event) = body.get("event") {
                let words = private.and_then(|private| private.get("event").cloned());
                let read = Event::join(event.clone(), words.clone()).unwrap();
                let written = read.split().unwrap();
                assert_eq!(
                    written,
                    (event.clone(), words),
                    "corpus {number}: raise EVENT_FORMAT"
                );
            }
        }
    }
}

#[test]
fn the_newest_corpus_holds_every_type_of_event() {
    let kept = Kept::read(kept::newest());
    let held: Vec<String> = kept
        .table("log")
        .map(|row| row["kind"].get().trim_matches('"').to_owned())
        .collect();
    let catalogue = crate::compose::catalogue();
    let missing: Vec<&str> = catalogue
        .events()
        .map(|of| of.name)
        .chain(ENGINE)
        .filter(|name| *name != OF_MANY && !held.iter().any(|kind| means(name, kind)))
        .collect();
    assert!(missing.is_empty(), "let the company do these: {missing:?}");
}

/// Of a workflow with hundreds of requests, which this company has not: `oa` tests it (`listed`).
const OF_MANY: &str = "oa.requests.listed";

/// History alone: no event that anybody can subscribe to.
const ENGINE: [&str; 16] = [
    "oa.action.done",
    "oa.action.failed",
    "oa.action.wanted",
    "oa.request.discarded",
    "oa.request.drafted",
    "oa.request.edited",
    "oa.step.closed",
    "oa.step.ended",
    "oa.step.event_came",
    "oa.step.entered",
    "oa.step.set",
    "oa.step.skipped",
    "oa.task.completed",
    "oa.task.reopened",
    "oa.timer.fired",
    "oa.timer.set",
];

#[tokio::test]
#[ignore = "writes what is stored now as a new corpus: cargo xtask corpus"]
async fn write_a_corpus() {
    let data = tempfile::tempdir().unwrap();
    let company = Company::at_work(TestDb::sqlite().await, data.path()).await;
    let rows = corpus::dump(&company.house.db).await;
    let known = kept::numbers().last().map(|number| Kept::read(*number));
    let differs = known.is_none_or(|known| !like::differences(&known.rows, &rows).is_empty());
    assert!(differs, "the newest corpus holds all of this already");
    let files = kept::files(data.path());
    // As in a later version, everybody signs in anew.
    company.house.sign_everybody_out();
    let formats = Formats {
        schema: corpus::schema(),
        now: countersign_kernel::time::Clock::now(&*company.house.clock),
        state: STATE_FORMAT,
        events: EVENT_FORMAT,
    };
    let mut answers = Vec::new();
    let mut questions: std::collections::VecDeque<_> = company.questions.iter().cloned().collect();
    while let Some(call) = questions.pop_front() {
        let (status, answer) = company.house.call(&call).await;
        // What was deleted is not found.
        assert!(status < 300 || status == 404, "{call:?}: {answer:#}");
        // A cursor is kept by whoever was given it.
        let next = answer["next_cursor"].as_str().map(|cursor| call.after(cursor));
        questions.extend(next.filter(|_| !call.path.contains("cursor=")));
        answers.push(Asked::of(call, status, answer));
    }
    Kept {
        formats,
        rows,
        files,
        answers,
    }
    .write_new();
}
