//! `countersign workflow publish`: files sent to a running server from the command line.

use std::process::{Command, Output};

use countersign_acceptance::{Caller, Server, server::binary};
use serde_json::{Value, json};

const FILE: &str = "workflow: pass\ntitle: Pass\nowners: {role: hr}\nform:\n  note: {type: text}\nsteps:\n  - end: approved\n";

fn publish(server: &Server, who: Option<&Caller>, words: &[&str]) -> anyhow::Result<Output> {
    let mut command = Command::new(binary()?);
    command
        .args(["workflow", "publish", "--server", &server.base()])
        .args(words)
        .current_dir(server.folder())
        .env("NO_PROXY", "127.0.0.1");
    if let Some(token) = who.and_then(|who| who.token.as_ref()) {
        command.env("COUNTERSIGN_TOKEN", token);
    }
    Ok(command.output()?)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_published_or_waits_for_a_second_person_or_is_refused() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let (ada, fay, ann) = (
        server.sign_in("ada").await?,
        server.sign_in("fay").await?,
        server.sign_in("ann").await?,
    );
    std::fs::write(server.folder().join("pass.yaml"), FILE)?;
    std::fs::write(
        server.folder().join("bad.yaml"),
        FILE.replace("end: approved", "aproval: x"),
    )?;

    let nobody = publish(&server, None, &["pass.yaml"])?;
    assert!(
        !nobody.status.success() && said(&nobody).contains("COUNTERSIGN_TOKEN"),
        "{nobody:?}"
    );
    let ann = publish(&server, Some(&ann), &["pass.yaml"])?;
    assert!(
        !ann.status.success() && said(&ann).contains("not published: A new name"),
        "{ann:?}"
    );
    let bad = publish(&server, Some(&fay), &["bad.yaml", "pass.yaml"])?;
    let words = said(&bad);
    assert!(!bad.status.success(), "{words}");
    assert!(
        words.contains("line 7, column") && words.contains("aproval"),
        "{words}"
    );
    assert!(
        words.contains("pass.yaml: published the workflow pass (version 1)"),
        "{words}"
    );
    let again = publish(&server, Some(&fay), &["pass.yaml"])?;
    assert!(
        again.status.success() && said(&again).contains("in force as it stands"),
        "{again:?}"
    );

    let wanted = json!({"publishing": {"second_person": true}});
    ada.patch("/v1/settings", &wanted).await?.expect(200)?;
    std::fs::write(
        server.folder().join("pass.yaml"),
        FILE.replace("title: Pass", "title: Pass on"),
    )?;
    let waits = publish(&server, Some(&fay), &["pass.yaml"])?;
    let words = said(&waits);
    assert!(waits.status.success(), "{words}");
    assert!(words.contains("proposed the workflow pass: prop_"), "{words}");
    assert!(words.contains("waits for a second person"), "{words}");
    std::fs::write(
        server.folder().join("pass.yaml"),
        FILE.replace("title: Pass", "title: Pass it"),
    )?;
    let waits = publish(&server, Some(&fay), &["--format", "json", "pass.yaml"])?;
    assert!(waits.status.success(), "{waits:?}");
    let told: Value = serde_json::from_slice(&waits.stdout)?;
    let file = &told["files"][0];
    assert_eq!(
        (&told["ok"], &file["outcome"]),
        (&json!(true), &json!("proposed")),
        "{told}"
    );
    assert!(
        file["waits_for"].as_str().unwrap().contains("second person"),
        "{told}"
    );
    let id = file["proposal"]["id"].as_str().unwrap();
    ada.post(&format!("/v1/proposals/{id}/publish"), &json!({}))
        .await?
        .expect(200)?;
    let now = fay.get("/v1/workflows/pass").await?.expect(200)?;
    assert_eq!(now.text("/title"), "Pass it");
    Ok(())
}
