//! Sessions are kept whole for as long as any of their tokens may count, and a while longer.

use std::time::Duration;

use countersign_identity::sessions::trim;
use countersign_storage::{Error, Uow, Work};
use countersign_testkit::for_each_database;
use sea_orm::{ConnectionTrait, Statement};

use crate::company::{Company, company};

const MONTH: Duration = Duration::from_hours(30 * 24);

struct Sql(&'static str);

impl Work for Sql {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.writes().await?.execute_unprepared(self.0).await?;
        Ok(())
    }
}

async fn sql(company: &Company, text: &'static str) {
    company.db.write(company.acme, Sql(text)).await.unwrap();
}

/// Sessions and refresh tokens.
async fn rows(company: &Company) -> (i64, i64) {
    let reader = company.db.read(company.acme).await.unwrap();
    let both = "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM refresh_tokens)";
    let statement = Statement::from_string(reader.get_database_backend(), both);
    let row = reader.query_one_raw(statement).await.unwrap().unwrap();
    (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())
}

async fn trim_after(company: &Company, kept: Duration) -> u64 {
    trim::trim(&company.db, company.acme, kept).await.unwrap()
}

const LONG_AGO: &str = "UPDATE sessions SET expires_at = '2001-01-01T00:00:00.000+00:00'";

#[actix_web::test]
async fn a_used_token_is_known_as_stolen_as_long_as_its_session_may_live() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        let next = ann.refresh(&ann.refresh).await;
        let next = next.json["refresh_token"].as_str().unwrap().to_owned();
        sql(
            &company,
            "UPDATE sessions SET expires_at = '2999-01-01T00:00:00.000+00:00'",
        )
        .await;
        assert_eq!(trim_after(&company, MONTH).await, 0);
        assert_eq!(rows(&company).await, (1, 2));
        company.seconds_pass(11);
        assert_eq!(ann.refresh(&ann.refresh).await.code(), "session_ended");
        assert_eq!(ann.refresh(&next).await.status, 401, "the whole family");
    })
    .await;
}

#[actix_web::test]
async fn expired_sessions_go_after_their_time_with_all_their_tokens() {
    for_each_database(|db| async {
        let company = company(db).await;
        let ann = company.sign_in("ann@acme.example").await;
        ann.refresh(&ann.refresh).await;
        sql(&company, LONG_AGO).await;
        assert_eq!(trim_after(&company, MONTH * 12 * 100).await, 0, "the young stay");
        company.sign_in("ann@acme.example").await;
        assert_eq!(rows(&company).await, (2, 3), "signing in deletes nothing");
        sql(&company, LONG_AGO).await;
        assert_eq!(trim_after(&company, MONTH).await, 5);
        assert_eq!(rows(&company).await, (0, 0));
        assert_eq!(ann.me().await, 401);
    })
    .await;
}

#[actix_web::test]
async fn a_long_family_goes_in_several_steps() {
    for_each_database(|db| async {
        let company = company(db).await;
        company.sign_in("ann@acme.example").await;
        // Twice as many each time.
        for _ in 0..9 {
            let double = "INSERT INTO refresh_tokens (tenant_id, session_id, hash, created_at) \
                          SELECT tenant_id, session_id, hash || '-' || (SELECT count(*) FROM refresh_tokens), created_at FROM refresh_tokens";
            sql(&company, double).await;
        }
        sql(&company, LONG_AGO).await;
        assert_eq!(rows(&company).await, (1, 512));
        let before = company.db.statements();
        assert_eq!(trim_after(&company, MONTH).await, 513);
        assert_eq!(company.db.statements() - before, 12, "four steps of three statements");
    })
    .await;
}
