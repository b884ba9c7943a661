//! A draft keeps the files that it names, as long as they are its writer's.

use std::sync::Arc;

use countersign_kernel::id::{FileId, UserId};
use countersign_kernel::time::Clock;
use countersign_platform::files::{Shelf, Sweeper, facts};
use countersign_storage::{Db, Error, Uow, Work};
use countersign_testkit::{SeededEntropy, for_each_database};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;
use uuid::Uuid;

use crate::house::{ACME, House, expense, get, post, user};

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
            (403, &json!("for_somebody_else")),
            "{refused:?}"
        );
        let still = get(&house, "ann", &path).await;
        assert_eq!(still.json["status"], "draft");
    })
    .await;
}
