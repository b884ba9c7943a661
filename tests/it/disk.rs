//! A disk that is full: whoever asks is told so, the server says that it is not ready, and goes on when there is room.

use std::io::Write as _;
use std::path::Path;

use countersign_acceptance::caller::Answer;
use countersign_acceptance::samples::UPLOAD_MEDIA;
use countersign_acceptance::{Caller, Server, until};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_named_while_it_lasts_and_forgotten_when_there_is_room() -> anyhow::Result<()> {
    let mut server = Server::prepare("demo", &[]).await?;
    if !server.put_on_small_disk(64)? {
        println!("no disk of its own can be mounted here: nothing is tested");
        return Ok(());
    }
    server.spawn().await?;
    let ann = server.sign_in("ann").await?;
    upload(&ann, LARGE, &[]).await?.expect(201)?;
    let filler = server.small_disk()?.join("filler");
    fill(&filler)?;

    let refused = upload(&ann, LARGE, &[]).await?.expect(503)?;
    assert_eq!(refused.text("/code"), "disk_full", "{refused}");
    assert_eq!(refused.header("retry-after"), Some("30"));
    let refused = upload(&ann, SMALL, &[("accept-language", "zh-CN")])
        .await?
        .expect(503)?;
    assert!(refused.text("/detail").contains("磁盘已满"), "{refused}");
    assert_not_ready(&server).await?;
    if server.database_url().is_none() {
        let refused = until("a change is refused", 60, async || {
            let answer = note(&ann).await?;
            Ok((answer.status != 201).then_some(answer))
        });
        let refused = refused.await?.expect(503)?;
        assert_eq!(refused.text("/code"), "disk_full", "{refused}");
    }
    // A trial is made, and fails.
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    assert_not_ready(&server).await?;
    ann.get("/v1/requests").await?.expect(200)?;

    std::fs::remove_file(&filler)?;
    until("ready again", 10, async || {
        let answer = server.stranger().get("/readyz").await?;
        Ok((answer.status == 200).then_some(()))
    })
    .await?;
    upload(&ann, LARGE, &[]).await?.expect(201)?;
    note(&ann).await?.expect(201)?;
    Ok(())
}

async fn assert_not_ready(server: &Server) -> anyhow::Result<()> {
    let answer = server.stranger().get("/readyz").await?.expect(503)?;
    assert_eq!(answer.text("/code"), "disk_full", "{answer}");
    Ok(())
}

/// As much as the disk takes, to the last byte.
fn fill(filler: &Path) -> anyhow::Result<()> {
    let mut file = std::fs::File::create(filler)?;
    for size in [1 << 20, 4_096, 1] {
        let piece = vec![0_u8; size];
        while file.write_all(&piece).is_ok() {}
    }
    Ok(())
}

/// Lines of a text: half a mebibyte, and so few that they are written in one go.
const LARGE: usize = 40_000;
const SMALL: usize = 2_000;

async fn upload(who: &Caller, lines: usize, headers: &[(&str, &str)]) -> anyhow::Result<Answer> {
    let text = countersign_acceptance::unique("line ").repeat(lines);
    let body = format!(
        "--walk\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{text}\r\n--walk--\r\n"
    );
    let mut all = vec![("content-type", UPLOAD_MEDIA)];
    all.extend(headers);
    who.send_bytes(Method::POST, "/v1/files", &all, Some(body.into_bytes()))
        .await
}

/// A draft with many words in it: fewer than one person may have fill what SQLite's log holds of the disk already.
async fn note(who: &Caller) -> anyhow::Result<Answer> {
    let words = "word ".repeat(60_000);
    who.post(
        "/v1/requests",
        &json!({"workflow": "expense", "draft": true, "form": {"purpose": words}}),
    )
    .await
}
