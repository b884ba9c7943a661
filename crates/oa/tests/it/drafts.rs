//! A draft keeps the files that it names, as long as they are its writer's.

use std::sync::Arc;

use actix_web::http::Method;
use countersign_kernel::id::{FileId, UserId};
use countersign_kernel::time::Clock;
use countersign_platform::files::{Shelf, Sweeper, facts};
use countersign_storage::{Db, Error, Uow, Work};
use countersign_testkit::{SeededEntropy, for_each_database};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{ACME, Answer, House, expense, get, post, send, user};

/// A file of somebody's whose time is over, unless a record refers to it.
struct Uploaded(FileId, UserId);

impl Work for Uploaded {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let conn = uow.writes().await?;
        let id = |id: Uuid| match conn.get_database_backend() {
            DbBackend::Postgres => format!("'{id}'"),
            _ => format!("x'{}'", id.simple()),
        };
        let old = "'2001-01-01T00:00:00.000+00:00'";
        let sql = format!(
            "INSERT INTO files (tenant_id, id, name, size, sha256, media_type, uploaded_by, version, created_at, updated_at, \
             expires_at) VALUES ({}, {}, 'a.pdf', 1, '00', 'application/pdf', {}, 1, {old}, {old}, {old})",
            id(ACME.0),
            id(self.0.0),
            id(self.1.0)
        );
        conn.execute_raw(Statement::from_string(conn.get_database_backend(), sql))
            .await?;
        Ok(())
    }
}

#[tokio::test]
async fn a_draft_keeps_its_writers_files_and_no_others() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let ids: Vec<FileId> = (1..=4).map(|number| FileId(Uuid::from_u128(number))).collect();
        for (place, id) in ids.iter().enumerate() {
            let who = if place == 3 { "abe" } else { "ann" };
            house.db.write(ACME, Uploaded(*id, user(who))).await.unwrap();
        }
        let mut draft = expense("42.00");
        draft["draft"] = json!(true);
        // Deep in the form, where no field may be any more when the draft is submitted.
        draft["form"]["receipt"] = json!([ids[0]]);
        draft["form"]["lines"] = json!([{"proof": {"file": ids[1], "other": ids[3]}}, "file_none", 7]);
        let saved = post(&house, "ann", "/v1/requests", draft).await;
        assert_eq!(saved.status, 201, "{saved:?}");

        let sweeper = Sweeper {
            db: Db::clone(&house.db),
            shelf: Shelf::new("/nonexistent", 10),
            clock: Arc::clone(&house.clock) as Arc<dyn Clock>,
            entropy: Arc::new(SeededEntropy::default()),
        };
        assert_eq!(sweeper.sweep(&[ACME]).await.files, 2);
        let left = facts(&house.db.read(ACME).await.unwrap(), ACME, &ids)
            .await
            .unwrap();
        let mut left: Vec<FileId> = left.into_iter().map(|file| file.id).collect();
        left.sort();
        assert_eq!(
            left,
            ids[..2],
            "what no draft names goes, and what is not its writer's"
        );
    })
    .await;
}

#[tokio::test]
async fn whose_a_draft_is_was_said_when_it_was_saved() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let mut draft = expense("700.00");
        draft["draft"] = json!(true);
        draft["form"]["receipt"] = json!([]);
        let saved = post(&house, "ann", "/v1/requests", draft).await;
        let path = format!("/v1/requests/{}", saved.json["id"].as_str().unwrap());
        // An administrator reads every draft. Whoever submitted it for her would be taken for the one who asks.
        let refused = post(&house, "ada", &format!("{path}/submit"), json!({})).await;
        assert_eq!(
            (refused.status, &refused.json["code"]),
            (403, &json!("not_your_draft")),
            "{refused:?}"
        );
        let still = get(&house, "ann", &path).await;
        assert_eq!(still.json["status"], "draft");
    })
    .await;
}

#[tokio::test]
async fn what_no_submission_takes_is_told_while_it_is_a_draft() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let mut draft = expense("700.00");
        draft["draft"] = json!(true);
        let sound = post(&house, "ann", "/v1/requests", draft.clone()).await;
        assert_eq!(sound.json["warnings"], json!([]), "{sound:?}");
        draft["form"]["purpos"] = json!("Taxi");
        let saved = post(&house, "ann", "/v1/requests", draft).await;
        let told = json!(["There is no field `purpos`. Did you mean `purpose`?"]);
        assert_eq!((saved.status, &saved.json["warnings"]), (201, &told), "{saved:?}");
        let path = format!("/v1/requests/{}", saved.json["id"].as_str().unwrap());
        assert_eq!(get(&house, "ann", &path).await.json["warnings"], told);
    })
    .await;
}

/// A saved draft of ann's that names this file; its path.
async fn save(house: &House, receipt: FileId) -> String {
    let mut draft = expense("700.00");
    draft["draft"] = json!(true);
    draft["form"]["receipt"] = json!([receipt]);
    let saved = post(house, "ann", "/v1/requests", draft).await;
    assert_eq!(
        (saved.status, &saved.json["version"]),
        (201, &json!(0)),
        "{saved:?}"
    );
    format!("/v1/requests/{}", saved.json["id"].as_str().unwrap())
}

/// Sends a change, or a deletion where there is no body, for this version.
async fn change(house: &House, who: &str, path: &str, version: i64, body: Option<Value>) -> Answer {
    let method = if body.is_some() {
        Method::PATCH
    } else {
        Method::DELETE
    };
    let tag = format!("\"{version}\"");
    send(house, who, method, path, body, &[("if-match", &tag)]).await
}

#[tokio::test]
async fn a_draft_is_changed_by_its_writer_until_it_is_submitted() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let receipt = FileId(Uuid::from_u128(7));
        house.db.write(ACME, Uploaded(receipt, user("ann"))).await.unwrap();
        let path = save(&house, receipt).await;
        let patch = || Some(json!({"form": {"amount": {"amount": "701.00"}, "purpose": "Train", "receipt": null}}));

        let none = send(&house, "ann", Method::PATCH, &path, patch(), &[]).await;
        assert_eq!(none.status, 428, "{none:?}");
        let other = change(&house, "ada", &path, 0, patch()).await;
        assert_eq!((other.status, &other.json["code"]), (403, &json!("not_your_draft")), "{other:?}");
        let changed = change(&house, "ann", &path, 0, patch()).await;
        assert_eq!((changed.status, &changed.json["version"]), (200, &json!(1)), "{changed:?}");
        assert_eq!(
            changed.json["form"],
            json!({"purpose": "Train", "amount": {"amount": "701.00", "currency": "EUR"}, "category": "travel"})
        );
        for nothing in [json!({}), json!({"form": {}}), json!({"form": {"purpose": "Train", "receipt": null}})] {
            let same = change(&house, "ann", &path, 1, Some(nothing)).await;
            assert_eq!((same.status, &same.json["version"]), (200, &json!(1)), "{same:?}");
        }
        let late = change(&house, "ann", &path, 0, patch()).await;
        assert_eq!(late.status, 412, "{late:?}");
        assert_eq!(expiring(&house, receipt).await, 1, "no draft names it any more");

        let submitted = post(&house, "ann", &format!("{path}/submit"), json!({})).await;
        assert_eq!(submitted.status, 200, "{submitted:?}");
        let version = submitted.json["version"].as_i64().unwrap();
        assert!(version > 2, "an ETag of the draft is none of the request: {version}");
        let over = change(&house, "ann", &path, version, patch()).await;
        assert_eq!((over.status, &over.json["code"]), (409, &json!("already_submitted")), "{over:?}");
        let over = change(&house, "ann", &path, version, None).await;
        assert_eq!((over.status, &over.json["code"]), (409, &json!("already_submitted")), "{over:?}");

        // What was a draft folds from its history like any other.
        let row = "UPDATE requests SET state_format = 0, state = '{}'";
        house.db.write(ACME, Sql(row)).await.unwrap();
        let still = get(&house, "ann", &path).await;
        assert_eq!((still.status, &still.json["form"]), (200, &changed.json["form"]), "{still:?}");
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_deleted_by_its_writer() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        let receipt = FileId(Uuid::from_u128(8));
        house
            .db
            .write(ACME, Uploaded(receipt, user("ann")))
            .await
            .unwrap();
        let path = save(&house, receipt).await;
        assert_eq!(expiring(&house, receipt).await, 0);
        assert_eq!(change(&house, "ada", &path, 0, None).await.status, 403);
        assert_eq!(change(&house, "abe", &path, 0, None).await.status, 404);
        assert_eq!(change(&house, "ann", &path, 7, None).await.status, 412);
        let empty = change(&house, "ann", &path, 0, Some(json!({"form": null}))).await;
        assert_eq!(
            (empty.status, &empty.json["form"]),
            (200, &json!({})),
            "{empty:?}"
        );
        assert_eq!(change(&house, "ann", &path, 1, None).await.status, 204);
        assert_eq!(change(&house, "ann", &path, 0, None).await.status, 404);
        assert_eq!(get(&house, "ann", &path).await.status, 404);
        assert_eq!(expiring(&house, receipt).await, 1, "no draft names it any more");
    })
    .await;
}

struct Sql(&'static str);

impl Work for Sql {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let conn = uow.writes().await?;
        conn.execute_unprepared(self.0).await?;
        Ok(())
    }
}

/// How many of the files expire: one or none.
async fn expiring(house: &House, file: FileId) -> i64 {
    let reader = house.db.read(ACME).await.unwrap();
    let sql = "SELECT COUNT(*) AS n FROM files WHERE id = $1 AND expires_at IS NOT NULL";
    let statement = Statement::from_sql_and_values(reader.get_database_backend(), sql, [file.0.into()]);
    let row = reader.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get("", "n").unwrap()
}
