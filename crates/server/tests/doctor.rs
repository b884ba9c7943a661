//! `doctor` looks at the bytes of uploaded files, too.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use countersign_kernel::id::{FileId, TenantId};
use sqlx::Connection as _;
use uuid::Uuid;

/// What a command says, and whether it succeeds.
fn say(words: &[&str], data: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(words)
        .arg("--data-dir")
        .arg(data)
        .current_dir(data)
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said)
}

/// A row for a file of one byte with this content; gives its tenant.
async fn add_row(data: &Path, id: Uuid, sha256: &str) -> TenantId {
    let url = format!("sqlite:{}", data.join("countersign.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let tenant: Uuid = sqlx::query_scalar("SELECT id FROM tenants")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO files (tenant_id, id, name, size, sha256, media_type, uploaded_by, version, created_at, updated_at) \
         VALUES (?1, ?2, 'a.txt', 1, ?3, 'text/plain', ?1, 1, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00')",
    )
    .bind(tenant)
    .bind(id)
    .bind(sha256)
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    TenantId(tenant)
}

#[test]
fn a_database_that_is_not_there_is_wrong_and_is_not_made() {
    let data = tempfile::tempdir().unwrap();
    let (fine, said) = say(&["doctor"], data.path());
    assert!(!fine && said.contains("there is no database at"), "{said}");
    assert!(
        said.contains("--data-dir") && said.contains("one thing is wrong"),
        "{said}"
    );
    assert_eq!(
        std::fs::read_dir(data.path()).unwrap().count(),
        0,
        "nothing was made"
    );
}

#[tokio::test]
async fn files_without_their_bytes_are_wrong_and_named_with_the_remedy() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let (made, said) = say(&["admin", "create-tenant", "acme"], data);
    assert!(made, "{said}");
    let (id, sha256) = (FileId(Uuid::from_u128(7)), "ab".repeat(32));
    let tenant = add_row(data, id.0, &sha256).await;

    let (fine, said) = say(&["doctor"], data);
    assert!(!fine, "{said}");
    assert!(
        said.contains(&format!("1 files have lost their bytes: {id}")),
        "{said}"
    );
    assert!(said.contains("restore the folder `files`"), "{said}");

    let folder = data.join("files").join(tenant.to_string()).join("ab");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&sha256), "x").unwrap();
    let (fine, said) = say(&["doctor"], data);
    assert!(
        fine && said.contains("the bytes of all 1 files are there"),
        "{said}"
    );
}

#[test]
fn a_store_that_takes_nothing_is_wrong_and_named_with_the_remedy() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let (made, said) = say(&["admin", "create-tenant", "acme"], data);
    assert!(made, "{said}");
    let (fine, said) = say(&["doctor"], data);
    assert!(fine && said.contains("the database takes changes"), "{said}");
    assert!(said.contains("files takes files"), "{said}");

    // What is written there comes to a device that is always full.
    std::fs::create_dir_all(data.join("files")).unwrap();
    std::os::unix::fs::symlink("/dev/full", data.join("files").join("trial")).unwrap();
    let (fine, said) = say(&["doctor"], data);
    assert!(!fine && said.contains("is full"), "{said}");
    assert!(said.contains("make room on it"), "{said}");
}

#[tokio::test]
async fn what_a_newer_version_made_is_wrong_and_refused_in_the_same_words() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let (made, said) = say(&["admin", "create-tenant", "acme"], data);
    assert!(made, "{said}");
    let url = format!("sqlite:{}", data.join("countersign.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_flying_cars', 0)")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let (fine, told) = say(&["doctor"], data);
    assert!(!fine && told.contains("one thing is wrong"), "{told}");
    let what = "a newer version made the schema of this database";
    let remedy = "start that version, or a later one";
    for words in [&["serve"][..], &["migrate"]] {
        let (started, said) = say(words, data);
        assert!(!started, "{said}");
        for word in [what, "m9999_flying_cars", remedy] {
            assert!(
                said.contains(word) && told.contains(word),
                "{word}: {said} {told}"
            );
        }
    }
}

#[test]
fn beside_a_running_server_what_can_be_read_is_looked_at() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let (made, said) = say(&["admin", "create-tenant", "acme"], data);
    assert!(made, "{said}");
    let mut server = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(data)
        .current_dir(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let listens = lines.next().unwrap().unwrap();
    let (fine, said) = say(&["doctor"], data);
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(fine, "{listens}: {said}");
    for word in [
        "a server works on it",
        "the schema is that of this version",
        "nothing is wrong",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn an_address_of_another_kind_of_database_is_no_file() {
    let data = tempfile::tempdir().unwrap();
    let (fine, said) = say(&["doctor", "--database-url", "mysql://x"], data.path());
    assert!(!fine && said.contains("begins with \"mysql\""), "{said}");
    assert!(said.contains("write sqlite:PATH or postgres://"), "{said}");
}
