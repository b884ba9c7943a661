//! A request that is sent twice happens once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use countersign_storage::idempotency::{self, Kept, Key, Keyed, Outcome};
use countersign_storage::trim::STEP;
use countersign_storage::{Error, Uow, Work};
use countersign_testkit::for_each_database;
use futures_util::future::join_all;

use crate::things::{ACME, GLOBEX, fresh, insert, make, names, touch, work};

/// Adds a thing, under an id of its own for each copy, like a request would.
struct Order {
    id: uuid::Uuid,
    ran: Arc<AtomicU32>,
}

impl Work for Order {
    type Out = uuid::Uuid;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<uuid::Uuid, Error> {
        insert(uow, self.id, &self.id.to_string()).await?;
        self.ran.fetch_add(1, Ordering::SeqCst);
        Ok(self.id)
    }
}

fn key(key: &str, fingerprint: u8) -> Key {
    Key {
        caller: "user_1".to_owned(),
        key: key.to_owned(),
        fingerprint: [fingerprint; 32],
    }
}

fn render(id: &uuid::Uuid) -> Kept {
    Kept {
        status: 201,
        headers: vec![("location".to_owned(), format!("/v1/things/{id}"))],
        body: id.as_bytes().to_vec(),
    }
}

fn order(key: Option<Key>, validate_only: bool) -> Keyed<Order, fn(&uuid::Uuid) -> Kept> {
    Keyed {
        work: Order {
            id: fresh(),
            ran: Arc::default(),
        },
        key,
        render,
        validate_only,
    }
}

fn kept(outcome: Outcome<uuid::Uuid>) -> Kept {
    match outcome {
        Outcome::Fresh { kept, .. } | Outcome::Replayed(kept) => kept,
    }
}

#[tokio::test]
async fn a_replay_answers_what_was_answered() {
    for_each_database(|db| async move {
        make(&db).await;
        let first = db.write(ACME, order(Some(key("k", 1)), false)).await.unwrap();
        assert!(matches!(first, Outcome::Fresh { .. }));
        let second = db.write(ACME, order(Some(key("k", 1)), false)).await.unwrap();
        assert!(matches!(second, Outcome::Replayed(_)));
        assert_eq!(kept(first), kept(second));
        assert_eq!(names(&db, ACME, false).await.len(), 1);
        let other = db.write(ACME, order(Some(key("k", 2)), false)).await;
        assert!(matches!(other, Err(Error::KeyReused)));
        let elsewhere = db.write(GLOBEX, order(Some(key("k", 2)), false)).await.unwrap();
        assert!(
            matches!(elsewhere, Outcome::Fresh { .. }),
            "keys belong to their tenant"
        );
    })
    .await;
}

#[tokio::test]
async fn of_32_copies_at_once_one_runs() {
    for_each_database(|db| async move {
        make(&db).await;
        let ran = Arc::new(AtomicU32::new(0));
        let copies = (0..32).map(|_| {
            let work = Order {
                id: fresh(),
                ran: Arc::clone(&ran),
            };
            db.write(
                ACME,
                Keyed {
                    work,
                    key: Some(key("k", 1)),
                    render,
                    validate_only: false,
                },
            )
        });
        let outcomes: Vec<_> = join_all(copies).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(
            outcomes
                .iter()
                .filter(|outcome| matches!(outcome, Outcome::Fresh { .. }))
                .count(),
            1
        );
        let answers: std::collections::HashSet<_> =
            outcomes.into_iter().map(|outcome| kept(outcome).body).collect();
        assert_eq!(answers.len(), 1);
        assert_eq!(names(&db, ACME, false).await.len(), 1);
        assert_eq!(ran.load(Ordering::SeqCst), 1, "the copies waited for their turn");
    })
    .await;
}

/// Copies of a change that its first run makes impossible (a version moves): they are answered, not refused.
#[tokio::test]
async fn copies_of_a_change_are_replayed_and_not_refused() {
    for_each_database(|db| async move {
        make(&db).await;
        let id = fresh();
        db.write(ACME, crate::things::Add(id, "anvil".to_owned()))
            .await
            .unwrap();
        let copies = (0..32).map(|_| {
            let work = work(move |uow| {
                Box::pin(async move {
                    touch(uow, id, 1).await?;
                    Ok(id)
                })
            });
            db.write(
                ACME,
                Keyed {
                    work,
                    key: Some(key("k", 1)),
                    render,
                    validate_only: false,
                },
            )
        });
        for outcome in join_all(copies).await {
            outcome.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_only_validates_keeps_neither_change_nor_answer() {
    for_each_database(|db| async move {
        make(&db).await;
        let tried = db.write(ACME, order(Some(key("k", 1)), true)).await.unwrap();
        assert!(matches!(tried, Outcome::Fresh { .. }));
        assert!(names(&db, ACME, false).await.is_empty());
        let real = db.write(ACME, order(Some(key("k", 1)), false)).await.unwrap();
        assert!(matches!(real, Outcome::Fresh { .. }));
    })
    .await;
}

#[tokio::test]
async fn a_refused_request_can_be_sent_again_under_its_key() {
    for_each_database(|db| async move {
        make(&db).await;
        let refused = Keyed {
            work: work(|uow| {
                Box::pin(async move {
                    insert(uow, fresh(), "anvil").await?;
                    Err::<uuid::Uuid, _>(Error::Conflict)
                })
            }),
            key: Some(key("k", 1)),
            render,
            validate_only: false,
        };
        assert!(matches!(db.write(ACME, refused).await, Err(Error::Conflict)));
        let again = db.write(ACME, order(Some(key("k", 1)), false)).await.unwrap();
        assert!(matches!(again, Outcome::Fresh { .. }));
    })
    .await;
}

#[tokio::test]
async fn old_answers_are_forgotten_in_steps() {
    for_each_database(|db| async move {
        make(&db).await;
        for number in 0..STEP + 50 {
            let key = key(&format!("k{number}"), 1);
            db.write(ACME, order(Some(key), false)).await.unwrap();
        }
        let trim = async |kept| idempotency::trim(&db, ACME, kept).await.unwrap();
        assert_eq!(trim(Duration::from_mins(1)).await, 0);
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let before = db.statements();
        assert_eq!(trim(Duration::ZERO).await, STEP + 50);
        assert_eq!(db.statements() - before, 2, "two steps of one statement");
    })
    .await;
}
