//! What a page needs to draw a form and a task.

use countersign_acceptance::Server;
use reqwest::Method;
use serde_json::{Value, json};

const FIRST: &str = "workflow: desk\ntitle: Desk\nowners: {role: finance}\nsubmitters: everyone\nsummary: Desk\nnumber: D-{counter}\n\
    form:\n  wish: {type: text, required: true}\n  place: {type: text}\n  note: {type: text}\n\
    steps:\n  - approval: finance\n    by: {role: finance}\n    need: any\n    can_edit: [note]\n    require: [place]\n";

fn form() -> String {
    FIRST.replace(
        "  note: {type: text}\n",
        "  note: {type: text}\n  floor: {type: integer}\n",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_draws_what_a_running_request_was_asked_and_what_its_approver_may_change() -> anyhow::Result<()>
{
    let server = Server::demo(&["--fresh"]).await?;
    let (ann, fay, dan) = (
        server.sign_in("ann").await?,
        server.sign_in("fay").await?,
        server.sign_in("dan").await?,
    );
    let yaml = [("content-type", "application/yaml")];
    let path = "/v1/workflows/desk";
    let put = fay.send_bytes(Method::PUT, path, &yaml, Some(FIRST.into()));
    put.await?.expect(201)?;
    let new = json!({"workflow": "desk", "form": {"wish": "By the window"}});
    let request = ann.post("/v1/requests", &new).await?.expect(201)?;
    let next = [yaml[0], ("if-match", "\"1\"")];
    let put = fay.send_bytes(Method::PUT, path, &next, Some(form().into()));
    put.await?.expect(200)?;

    let version = &request.body["workflow"]["version"];
    let asked = ann
        .get(&format!("{path}/form?version={version}"))
        .await?
        .expect(200)?;
    assert_eq!(asked.body["x-order"], json!(["wish", "place", "note"]));
    let newest = ann.get(&format!("{path}/form")).await?.expect(200)?;
    assert_eq!(newest.body["x-order"], json!(["wish", "place", "note", "floor"]));
    let none = ann.get(&format!("{path}/form?version=3")).await?.expect(400)?;
    assert!(
        none.text("/errors/0/detail").contains("the newest is 2"),
        "{none:?}"
    );

    let tasks = format!("/v1/tasks?request={}&assignee=me", request.text("/id"));
    let task = |page: &Value| {
        (
            page["data"][0]["editable"].clone(),
            page["data"][0]["required"].clone(),
        )
    };
    let open = dan.get(&tasks).await?.expect(200)?;
    assert_eq!(task(&open.body), (json!(["note", "place"]), json!(["place"])));
    let approve = format!("/v1/tasks/{}/approve", open.text("/data/0/id"));
    let empty = dan.post(&approve, &json!({})).await?.expect(422)?;
    assert_eq!(empty.text("/errors/0/pointer"), "/form/place", "{empty:?}");
    let filled = json!({"form": {"place": "3.14"}});
    dan.post(&approve, &filled).await?.expect(200)?;
    let done = dan.get(&tasks).await?.expect(200)?;
    assert_eq!(
        task(&done.body),
        (json!([]), json!([])),
        "nothing is open any more"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_change_an_answer_is_refused_where_it_would_not() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let ada = server.sign_in("ada").await?;
    let document = ada.get("/openapi.json").await?.expect(200)?.body;
    let named = |one: &Value, name: &str| {
        let shared = one["$ref"].as_str().map(|at| at.trim_start_matches('#'));
        shared.and_then(|at| document.pointer(at)).unwrap_or(one)["name"] == name
    };
    let paths = document["paths"].as_object().unwrap();
    let (mut refused, mut known) = (0, 0);
    for (path, item) in paths.iter().filter(|(path, _)| !path.contains('{')) {
        let Some(get) = item
            .get("get")
            .filter(|get| get["security"][0].get("bearer").is_some())
        else {
            continue;
        };
        for name in ["expand", "fields"] {
            let answer = ada.get(&format!("{path}?{name}=zzz")).await?;
            assert_eq!(answer.status, 400, "{path}: {answer:?}");
            assert_eq!(answer.text("/errors/0/parameter"), name, "{path}: {answer:?}");
            let mut parameters = get["parameters"].as_array().into_iter().flatten();
            if parameters.any(|one| named(one, name)) {
                assert_ne!(
                    answer.text("/errors/0/code"),
                    "unknown_parameter",
                    "{path}: {answer:?}"
                );
                known += 1;
            } else {
                assert_eq!(
                    answer.text("/errors/0/code"),
                    "unknown_parameter",
                    "{path}: {answer:?}"
                );
                refused += 1;
            }
        }
    }
    assert!(refused > 20 && known > 20, "{refused} refused, {known} known");
    Ok(())
}
