//! The table of files and the store of their bytes: what is lost is said, and what nobody needs leaves.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{FileId, TenantId};
use countersign_kernel::time::Instant;
use countersign_platform::files::{Sweeper, Swept, attach, compare};
use countersign_storage::{Db, Error, Uow, Work};
use countersign_testkit::{FixedClock, SeededEntropy, TestDb, for_each_database};
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::house::{ACME, GLOBEX, House, Seen};

const DAY: Duration = Duration::from_hours(24);

async fn upload(house: &House, content: &str) -> Seen {
    let form = format!(
        "--xxxx\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{content}\r\n--xxxx--\r\n"
    );
    let headers = [("content-type", "multipart/form-data; boundary=xxxx")];
    house
        .ask("hal", "POST", "/v1/files", &headers, form.as_bytes())
        .await
        .ok(201)
}

fn id(made: &Seen) -> FileId {
    made.json["id"].as_str().unwrap().parse().unwrap()
}

/// Where a file's bytes lie.
fn bytes(house: &House, made: &Seen) -> PathBuf {
    let sha256 = made.json["sha256"].as_str().unwrap();
    let folder = house.folder.path().join("files").join(ACME.to_string());
    folder.join(&sha256[..2]).join(sha256)
}

/// As if it had been written so long ago.
fn age(path: &Path, by: Duration) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    let now = file.metadata().unwrap().modified().unwrap();
    file.set_modified(now - by).unwrap();
}

/// The machine's present, told by a file that is written now.
fn now(house: &House) -> Instant {
    let path = house.folder.path().join("now");
    std::fs::write(&path, "").unwrap();
    let at = path.metadata().unwrap().modified().unwrap();
    let since = at.duration_since(std::time::UNIX_EPOCH).unwrap();
    Instant::from_millis(i64::try_from(since.as_millis()).unwrap())
}

fn sweeper(house: &House, at: Instant) -> Sweeper {
    Sweeper {
        db: Db::clone(&house.db),
        shelf: house.platform.shelf.clone(),
        clock: Arc::new(FixedClock::at(at)),
        entropy: Arc::new(SeededEntropy::default()),
    }
}

async fn sweep(house: &House) -> Swept {
    sweeper(house, now(house)).sweep(&[ACME, GLOBEX]).await
}

/// Once in each hour of a day, so that every content has been looked at.
async fn sweep_all(house: &House) -> Swept {
    let (mut all, at) = (Swept::default(), now(house));
    for hour in 0..24 {
        let swept = sweeper(house, at.plus(TimeDelta::hours(hour)))
            .sweep(&[ACME])
            .await;
        all.uploads += swept.uploads;
        all.files += swept.files;
        all.contents += swept.contents;
    }
    all
}

struct Sql(&'static str);

impl Work for Sql {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let conn = uow.writes().await?;
        let statement = Statement::from_string(conn.get_database_backend(), self.0);
        conn.execute_raw(statement).await?;
        Ok(())
    }
}

const EXPIRE: Sql =
    Sql("UPDATE files SET expires_at = '2001-01-01T00:00:00.000+00:00' WHERE expires_at IS NOT NULL");

/// Attaches a file to a deal, and keeps the unit of work open for a while.
struct Attach(FileId, Duration);

impl Work for Attach {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        attach(uow, &[self.0], &Link::new("deal", Uuid::from_u128(5))).await?;
        tokio::time::sleep(self.1).await;
        Ok(())
    }
}

#[actix_web::test]
async fn a_file_whose_bytes_are_lost_says_so_wherever_they_are_asked_for() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let made = upload(&house, "one").await;
        let path = made.header("location").to_owned();
        let link = house.get("hal", &format!("{path}/link")).await.ok(200);
        let link = link.json["url"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://localhost:8080")
            .to_owned();
        for content in [Some("on"), Some("ones"), None] {
            match content {
                Some(content) => std::fs::write(bytes(&house, &made), content).unwrap(),
                None => std::fs::remove_file(bytes(&house, &made)).unwrap(),
            }
            for (who, path) in [
                ("hal", format!("{path}/content")),
                ("hal", format!("{path}/link")),
                ("", link.clone()),
            ] {
                let refused = house.get(who, &path).await;
                refused.refused(410, "file_missing");
                assert_eq!(refused.json["retryable"], false);
            }
        }
        house.get("hal", &path).await.ok(200);
        upload(&house, "one").await;
        assert_eq!(
            house.get("", &link).await.ok(200).raw,
            b"one",
            "the same content, uploaded again, mends it"
        );
    })
    .await;
}

#[actix_web::test]
async fn table_and_store_are_compared_over_all_tenants() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let (lost, cut, fine) = (
            upload(&house, "lost").await,
            upload(&house, "cut").await,
            upload(&house, "fine").await,
        );
        std::fs::remove_file(bytes(&house, &lost)).unwrap();
        std::fs::write(bytes(&house, &cut), "c").unwrap();
        let folder = bytes(&house, &fine).parent().unwrap().to_owned();
        let (old, young) = (folder.join("ab".repeat(32)), folder.join("cd".repeat(32)));
        std::fs::write(&old, "old").unwrap();
        age(&old, DAY * 2);
        std::fs::write(&young, "an upload under way").unwrap();
        let stranger = TenantId(Uuid::from_u128(9));
        std::fs::create_dir(house.folder.path().join("files").join(stranger.to_string())).unwrap();
        let told = compare(&house.db, &house.platform.shelf, &[ACME, GLOBEX], now(&house))
            .await
            .unwrap();
        assert_eq!(told.files, 3);
        assert_eq!(
            (told.missing.count, told.missing.first),
            (1, vec![id(&lost).to_string()])
        );
        assert_eq!(
            (told.other_size.count, told.other_size.first),
            (1, vec![id(&cut).to_string()])
        );
        assert_eq!(
            (told.unnamed.count, told.unnamed.first),
            (1, vec!["ab".repeat(32)])
        );
        assert_eq!(
            (told.strangers.count, told.strangers.first),
            (1, vec![stranger.to_string()])
        );
    })
    .await;
}

#[actix_web::test]
async fn a_file_that_nothing_refers_to_goes_after_its_time_and_no_other() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let (alone, held, twin) = (
            upload(&house, "alone").await,
            upload(&house, "held").await,
            upload(&house, "held").await,
        );
        for made in [&alone, &held] {
            age(&bytes(&house, made), DAY * 9);
        }
        house
            .db
            .write(ACME, Attach(id(&held), Duration::ZERO))
            .await
            .unwrap();
        assert_eq!(
            sweep_all(&house).await,
            Swept::default(),
            "their time is not over"
        );
        house.db.write(ACME, EXPIRE).await.unwrap();
        assert_eq!(
            sweep(&house).await,
            Swept {
                files: 2,
                contents: 1,
                uploads: 0
            }
        );
        let gone = house.get("hal", alone.header("location")).await;
        gone.refused(404, "file_not_found");
        house
            .get("hal", twin.header("location"))
            .await
            .refused(404, "file_not_found");
        assert!(!bytes(&house, &alone).exists());
        let path = format!("{}/content", held.header("location"));
        assert_eq!(
            house.get("hal", &path).await.ok(200).raw,
            b"held",
            "a content that another file has stays"
        );
        assert_eq!(sweep_all(&house).await, Swept::default());
    })
    .await;
}

#[actix_web::test]
async fn what_a_file_names_is_never_taken_and_neither_is_what_is_younger_than_a_day() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let made = upload(&house, "named").await;
        let (named, folder) = (
            bytes(&house, &made),
            house.folder.path().join("files").join(ACME.to_string()),
        );
        let incoming = folder.join("incoming");
        let aside = incoming.join(format!(
            "{}.{}",
            made.json["sha256"].as_str().unwrap(),
            Uuid::from_u128(1).simple()
        ));
        std::fs::rename(&named, &aside).unwrap();
        let shelf = |byte: &str| {
            std::fs::create_dir(folder.join(byte)).unwrap();
            folder.join(byte).join(byte.repeat(32))
        };
        let old = [
            shelf("ab"),
            incoming.join("ab".repeat(16)),
            incoming.join("notes.txt"),
        ];
        let young = [shelf("cd"), incoming.join("cd".repeat(16))];
        for path in old.iter().chain(&young) {
            std::fs::write(path, "x").unwrap();
        }
        for path in old.iter().chain([&aside]) {
            age(path, DAY * 2);
        }
        let swept = sweep_all(&house).await;
        assert_eq!(
            swept,
            Swept {
                uploads: 1,
                files: 0,
                contents: 1
            }
        );
        assert!(
            named.exists() && !aside.exists(),
            "what a dead server had set aside is back"
        );
        assert!(
            old[2].exists() && young.iter().all(|path| path.exists()),
            "what is not ours or young stays"
        );
        assert!(!old[0].exists() && !old[1].exists());
    })
    .await;
}

#[actix_web::test]
async fn whoever_attaches_a_file_while_it_is_swept_keeps_it_or_is_told() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let made = upload(&house, "slow").await;
        house.db.write(ACME, EXPIRE).await.unwrap();
        let slow = house.db.write(ACME, Attach(id(&made), Duration::from_millis(300)));
        let during = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            sweep(&house).await
        };
        let (attached, swept) = tokio::join!(slow, during);
        attached.unwrap();
        assert_eq!(swept.files, 0, "it was attached before");
        for round in 0..20 {
            let made = upload(&house, &format!("round {round}")).await;
            house.db.write(ACME, EXPIRE).await.unwrap();
            let (attached, _) = tokio::join!(house.db.write(ACME, Attach(id(&made), Duration::ZERO)), sweep(&house));
            let seen = house.get("hal", made.header("location")).await;
            match attached {
                Ok(()) => drop(seen.ok(200)),
                Err(Error::Conflict) => seen.refused(404, "file_not_found"),
                Err(error) => panic!("{error}"),
            }
            let reader = house.db.read(ACME).await.unwrap();
            let lost = "SELECT 1 FROM file_links AS l WHERE NOT EXISTS (SELECT 1 FROM files AS f WHERE f.id = l.file_id)";
            let lost = Statement::from_string(reader.get_database_backend(), lost);
            assert!(reader.query_one_raw(lost).await.unwrap().is_none(), "a record refers to a file that is gone");
        }
    })
    .await;
}

#[actix_web::test]
async fn many_files_go_in_several_steps_and_a_broken_store_stops_no_other_tenant() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        house.db.write(ACME, Many).await.unwrap();
        let before = house.db.statements();
        assert_eq!(sweep(&house).await.files, 450);
        let cost = house.db.statements() - before;
        assert!(
            (6..=14).contains(&cost),
            "three steps, of a few statements each: {cost}"
        );

        house.db.write(ACME, Many).await.unwrap();
        let broken = house.folder.path().join("files").join(GLOBEX.to_string());
        std::fs::create_dir_all(broken.parent().unwrap()).unwrap();
        std::fs::write(broken, "not a folder").unwrap();
        let swept = sweeper(&house, now(&house)).sweep(&[GLOBEX, ACME]).await;
        assert_eq!(swept.files, 450);
    })
    .await;
}

/// 450 files whose time is over.
struct Many;

impl Work for Many {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let conn = uow.writes().await?;
        for number in 1..=450_u128 {
            let columns = "tenant_id, id, name, size, sha256, media_type, uploaded_by, version, created_at, updated_at, expires_at";
            let old = "'2001-01-01T00:00:00.000+00:00'";
            let (tenant, id) = match conn.get_database_backend() {
                sea_orm::DbBackend::Postgres => {
                    (format!("'{}'", ACME.0), format!("'{}'", Uuid::from_u128(number)))
                }
                _ => (
                    format!("x'{}'", ACME.0.simple()),
                    format!("x'{}'", Uuid::from_u128(number).simple()),
                ),
            };
            let row = format!(
                "{tenant}, {id}, 'a.txt', 1, '{number:064x}', 'text/plain', {tenant}, 1, {old}, {old}, {old}"
            );
            let sql = format!("INSERT INTO files ({columns}) VALUES ({row})");
            conn.execute_raw(Statement::from_string(conn.get_database_backend(), sql))
                .await?;
        }
        Ok(())
    }
}

#[actix_web::test]
async fn an_empty_store_is_no_trouble() {
    let house = House::new(TestDb::sqlite().await).await;
    let told = compare(&house.db, &house.platform.shelf, &[ACME], now(&house))
        .await
        .unwrap();
    assert_eq!(told, countersign_platform::files::Comparison::default());
}
