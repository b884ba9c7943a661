//! A new tenant that begins with the workflows that ship: by the set-up link, and by the command line.

use std::process::{Command, Output};

use countersign_acceptance::{Answer, Caller, Server, server::binary};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery";

/// A server where nobody is; nothing is started yet. It has no folder of workflows: the binary's own are meant.
async fn nobody() -> anyhow::Result<Server> {
    let server = Server::prepare("serve", &[]).await?;
    std::fs::remove_file(server.folder().join("workflows"))?;
    Ok(server)
}

/// The command line over the server's database.
fn countersign(server: &Server, words: &[&str]) -> anyhow::Result<Output> {
    let mut command = Command::new(binary()?);
    command.args(words).current_dir(server.folder());
    if let Some(url) = server.database_url() {
        command.args(["--database-url", &url]);
    }
    Ok(command.output()?)
}

fn with_token(server: &Server, answer: &Answer) -> Caller {
    let token = answer.text("/access_token").to_owned();
    Caller::new(server.client.clone(), [server.base()].into(), Some(token))
}

async fn sign_in(server: &Server, email: &str) -> anyhow::Result<Caller> {
    let words = json!({"email": email, "password": PASSWORD});
    let answer = server
        .stranger()
        .post("/v1/auth/login", &words)
        .await?
        .expect(200)?;
    Ok(with_token(server, &answer))
}

/// Ann, who reports to Bo, asks for two days off at once, and Bo approves.
async fn a_leave_is_approved(server: &Server, ada: &Caller) -> anyhow::Result<()> {
    let mut manager = Value::Null;
    for name in ["bo", "ann"] {
        let email = format!("{name}@acme.example");
        let person = json!({"name": name, "email": email, "manager": manager, "password": PASSWORD});
        let made = ada.post("/v1/users", &person).await?.expect(201)?;
        manager = made.body["id"].clone();
    }
    let (ann, bo) = (
        sign_in(server, "ann@acme.example").await?,
        sign_in(server, "bo@acme.example").await?,
    );
    let dates = json!({"start": "2027-03-01", "end": "2027-03-02"});
    let leave = json!({"workflow": "leave", "form": {"kind": "annual", "dates": dates}});
    let leave = ann.post("/v1/requests", &leave).await?.expect(201)?;
    assert_eq!(leave.text("/status"), "open", "{leave}");
    let approved = bo.approve(leave.text("/id")).await?.expect(200)?;
    assert_eq!(approved.text("/request_status"), "approved", "{approved}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_link_brings_what_ships() -> anyhow::Result<()> {
    let mut server = nobody().await?;
    server.spawn().await?;
    let log = server.log_with("/set-up#").await?;
    let token = log.split_once("/set-up#").unwrap().1.lines().next().unwrap();
    let body = json!({"token": token, "name": "Ada", "email": "ada@acme.example", "password": PASSWORD, "with_workflows": true,
        "tenant": {"slug": "acme", "name": "Acme", "zone": "Asia/Shanghai", "currency": "CNY"}});
    let done = server
        .stranger()
        .post("/v1/auth/set-up", &body)
        .await?
        .expect(200)?;
    assert_eq!(done.body["shipped"]["refused"], json!([]), "{done}");
    let published = done.body["shipped"]["published"].as_array().unwrap();
    assert_eq!(published.len(), 21, "{done}");
    let ada = with_token(&server, &done);
    let calendar = ada.get("/v1/calendars/default").await?.expect(200)?;
    assert!(
        calendar.text("/text").contains("zone: Asia/Shanghai"),
        "{calendar}"
    );
    server
        .log_with("published in the name of the first admin")
        .await?;
    a_leave_is_approved(&server, &ada).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_brings_what_ships() -> anyhow::Result<()> {
    let mut server = nobody().await?;
    let create = ["admin", "create-tenant", "acme", "--with-workflows"];
    let alone = countersign(&server, &create)?;
    let words = String::from_utf8_lossy(&alone.stderr).into_owned();
    assert!(!alone.status.success() && words.contains("--admin"), "{words}");

    let create = [&create[..], &["--admin", "ada@acme.example"]].concat();
    let made = countersign(&server, &create)?;
    let words = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(made.status.success(), "{made:?}");
    assert!(
        words.contains("published the workflow leave (version 1)"),
        "{words}"
    );
    let twice = countersign(&server, &create)?;
    let said = String::from_utf8_lossy(&twice.stderr).into_owned();
    assert!(
        !twice.status.success() && said.contains("there is a tenant acme already"),
        "{said}"
    );

    server.spawn().await?;
    let token = words
        .split_once("/set-password#")
        .unwrap()
        .1
        .lines()
        .next()
        .unwrap();
    let body = json!({"token": token, "password": PASSWORD});
    let signed_in = server
        .stranger()
        .post("/v1/auth/password", &body)
        .await?
        .expect(200)?;
    a_leave_is_approved(&server, &with_token(&server, &signed_in)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_comes_instead_and_what_it_holds_amiss_is_told() -> anyhow::Result<()> {
    let server = nobody().await?;
    let folder = server.folder().join("workflows");
    std::fs::create_dir(&folder)?;
    let good = "workflow: pass\ntitle: Pass\nowners: {role: hr}\nform:\n  note: {type: text}\nsteps:\n  - end: approved\n";
    std::fs::write(folder.join("pass.yaml"), good)?;
    std::fs::write(
        folder.join("bad.yaml"),
        good.replace("end: approved", "aproval: manager"),
    )?;
    std::fs::write(folder.join("what.yaml"), "something: else\n")?;
    let create = [
        "admin",
        "create-tenant",
        "acme",
        "--admin",
        "ada@acme.example",
        "--with-workflows",
    ];
    let made = countersign(&server, &create)?;
    let words = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(!made.status.success(), "not all of it is done: {made:?}");
    for told in [
        "made the tenant acme",
        "published the workflow pass (version 1)",
        "not published: workflows/bad.yaml: ",
        "line 7, column ",
        "not published: workflows/what.yaml: The file begins with none of",
        "/set-password#",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
    assert!(!words.contains("leave"), "{words}");
    Ok(())
}
