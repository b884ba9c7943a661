//! Uploads, who may read them, and how they come back.

use countersign_kernel::catalogue::Link;
use countersign_kernel::id::FileId;
use countersign_platform::files::attach;
use countersign_storage::{Error, Uow, Work};
use countersign_testkit::{TestDb, for_each_database};
use uuid::Uuid;

use crate::house::{ACME, House, Seen};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n";

fn form(name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--xxxx\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/pdf\r\n\r\n"
    );
    [head.as_bytes(), content, b"\r\n--xxxx--\r\n"].concat()
}

async fn upload(house: &House, who: &str, name: &str, content: &[u8], more: &[(&str, &str)]) -> Seen {
    let mut headers = vec![("content-type", "multipart/form-data; boundary=xxxx")];
    headers.extend(more);
    house
        .ask(who, "POST", "/v1/files", &headers, &form(name, content))
        .await
}

struct Attach(FileId, u128);

impl Work for Attach {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        attach(uow, &[self.0], &Link::new("deal", Uuid::from_u128(self.1))).await
    }
}

#[actix_web::test]
async fn a_file_comes_back_as_it_went_and_always_as_an_attachment() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let made = upload(&house, "hal", "Quittung 发票.pdf", PDF, &[]).await.ok(201);
        assert_eq!(
            (made.json["size"].as_u64(), made.json["media_type"].as_str()),
            (Some(PDF.len() as u64), Some("application/pdf"))
        );
        assert_eq!(
            made.header("location"),
            format!("/v1/files/{}", made.json["id"].as_str().unwrap())
        );
        let path = made.header("location").to_owned();
        let back = house.get("hal", &format!("{path}/content")).await.ok(200);
        assert_eq!(back.raw, PDF);
        assert_eq!(
            back.header("content-disposition"),
            "attachment; filename=\"Quittung __.pdf\"; filename*=UTF-8''Quittung%20%E5%8F%91%E7%A5%A8.pdf"
        );
        assert_eq!(
            (back.header("x-content-type-options"), back.header("content-type")),
            ("nosniff", "application/pdf")
        );

        let link = house.get("hal", &format!("{path}/link")).await.ok(200);
        let url = link.json["url"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://localhost:8080")
            .to_owned();
        assert_eq!(house.get("", &url).await.ok(200).raw, PDF);
        house
            .get("", &format!("{url}x"))
            .await
            .refused(404, "file_not_found");
    })
    .await;
}

#[actix_web::test]
async fn others_read_a_file_through_the_record_that_it_belongs_to() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let made = upload(&house, "hal", "r.pdf", PDF, &[]).await.ok(201);
        let path = made.header("location").to_owned();
        house.get("ivy", &path).await.refused(404, "file_not_found");
        house.get("gil", &path).await.refused(404, "file_not_found");
        house.get("ada", &path).await.ok(200);
        let id: FileId = made.json["id"].as_str().unwrap().parse().unwrap();
        house.db.write(ACME, Attach(id, 1_000)).await.unwrap();
        house.get("ivy", &path).await.refused(404, "file_not_found");
        house.db.write(ACME, Attach(id, 5)).await.unwrap();
        house.db.write(ACME, Attach(id, 5)).await.unwrap();
        house.get("ivy", &format!("{path}/content")).await.ok(200);
        // A key that reads files and no deals reads no files of deals.
        house.get("files", &path).await.refused(404, "file_not_found");
        house.get("gil", &path).await.refused(404, "file_not_found");
    })
    .await;
}

#[actix_web::test]
async fn what_is_not_what_it_says_is_refused_with_words() {
    let house = House::new(TestDb::sqlite().await).await;
    upload(&house, "hal", "r.pdf", b"<html>", &[])
        .await
        .refused(422, "invalid");
    upload(&house, "hal", "run.sh", b"#!/bin/sh\n", &[])
        .await
        .refused(422, "invalid");
    upload(&house, "hal", "empty.txt", b"", &[])
        .await
        .refused(422, "invalid");
    upload(&house, "hal", "r.pdf", &[PDF, &vec![b' '; 100_001]].concat(), &[])
        .await
        .refused(413, "too_large");
    upload(&house, "", "r.pdf", PDF, &[])
        .await
        .refused(401, "unauthenticated");
    let json = house
        .ask(
            "hal",
            "POST",
            "/v1/files",
            &[("content-type", "application/json")],
            b"{}",
        )
        .await;
    json.refused(415, "unsupported_media_type");
    let other =
        b"--xxxx\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\n\r\nx\r\n--xxxx--\r\n";
    let multipart = [("content-type", "multipart/form-data; boundary=xxxx")];
    house
        .ask("hal", "POST", "/v1/files", &multipart, other)
        .await
        .refused(400, "wrong_shape");
    let cut = &form("r.pdf", PDF)[..60];
    house
        .ask("hal", "POST", "/v1/files", &multipart, cut)
        .await
        .refused(400, "malformed_body");
    let left: Vec<_> = walk(house.folder.path())
        .into_iter()
        .filter(|path| path.is_file())
        .collect();
    assert!(
        left.is_empty(),
        "what was refused leaves nothing behind: {left:?}"
    );
}

#[actix_web::test]
async fn an_upload_sent_twice_under_one_key_is_one_file() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let key = [("idempotency-key", "once")];
        let first = upload(&house, "hal", "r.pdf", PDF, &key).await.ok(201);
        let again = upload(&house, "hal", "r.pdf", PDF, &key).await.ok(201);
        assert_eq!(
            (first.raw, again.header("idempotency-replayed")),
            (again.raw.clone(), "true")
        );
        upload(&house, "hal", "s.pdf", PDF, &key)
            .await
            .refused(422, "idempotency_key_reused");
    })
    .await;
}

#[actix_web::test]
async fn what_stands_around_the_file_is_bounded() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let multipart = [("content-type", "multipart/form-data; boundary=xxxx")];
        let (many, whole) = (vec![b'x'; 1 << 20], form("r.pdf", PDF));
        let head = b"--xxxx\r\ncontent-disposition: form-data; name=\"file\"; filename=\"".as_slice();
        let second = b"\r\n--xxxx\r\ncontent-disposition: ";
        let closing = &whole[..whole.len() - b"\r\n--xxxx--\r\n".len()];
        for (what, body) in [
            ("before the first part", [&many[..], &whole].concat()),
            ("in the head of the part", [head, &many].concat()),
            ("in the head of another part", [closing, second, &many].concat()),
        ] {
            let seen = house.ask("hal", "POST", "/v1/files", &multipart, &body).await;
            assert_eq!((seen.status.as_u16(), what), (400, what), "{}", seen.json);
        }
        let name = "n".repeat(8_000);
        let other =
            format!("--xxxx\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\nx\r\n--xxxx--\r\n");
        let refused = house
            .ask("hal", "POST", "/v1/files", &multipart, other.as_bytes())
            .await;
        refused.refused(400, "wrong_shape");
        assert!(
            refused.raw.len() < 2_000,
            "a refusal repeats no more than it must"
        );
    })
    .await;
}

#[actix_web::test]
async fn uploads_that_nobody_would_write_are_answered() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let multipart = [("content-type", "multipart/form-data; boundary=walk")];
        for body in countersign_fuzz::fuzz!().inputs("uploads").unwrap() {
            let seen = house.ask("hal", "POST", "/v1/files", &multipart, &body).await;
            assert!(seen.status.as_u16() < 500, "{:?} {}", seen.status, seen.json);
        }
    })
    .await;
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}
