//! What happens to a task is told about the task, in the order of its request, to whoever may read the request.

use countersign_acceptance::{Answer, Caller, Server, Sink, until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::main_job::expense;

/// An automation that reads both records which such an event carries.
const TOLD: &str = "automation: decided\ntitle: Told\nwhen_event: [oa.task.decided, oa.request.approved]\n\
    when: event.task.decision == 'approved' and event.request.task is not empty\ndo:\n  - action: tell\n    do: notices.send\n    with:\n\
    \x20     to: \"{event.request.requester}\"\n\
    \x20     text: \"{event.task.step} of {event.request.number}, now {event.request.status} and {event.task.request_status}\"\n";

async fn events(who: &Caller, query: &str) -> anyhow::Result<Vec<Value>> {
    let mut found = Vec::new();
    let mut path = format!("/v1/events?limit=50&{query}");
    loop {
        let page = who.get(&path).await?.expect(200)?;
        found.extend_from_slice(page.rows());
        if page.body["has_more"] == false {
            return Ok(found);
        }
        path = format!("/v1/events?limit=50&{query}&cursor={}", page.text("/next_cursor"));
    }
}

async fn publish(who: &Caller, text: &str) -> anyhow::Result<Answer> {
    let headers = [("content-type", "application/yaml"), ("if-match", "*")];
    let body = Some(text.as_bytes().to_vec());
    who.send_bytes(Method::PUT, "/v1/automations/decided", &headers, body)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_task_is_about_the_task() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh", "--allow-egress", "127.0.0.0/8"]).await?;
    let (ada, hal, ivy, ann) = (
        server.sign_in("ada").await?,
        server.sign_in("hal").await?,
        server.sign_in("ivy").await?,
        server.sign_in("ann").await?,
    );
    publish(&ada, TOLD).await?.expect(201)?;
    let sink = Sink::start()?;
    let hook = json!({"url": sink.url, "event_types": ["oa.*"], "payload": "full"});
    let hook = ada.post("/v1/webhooks", &hook).await?.expect(201)?;
    let request = expense(&hal, "1800.00").await?;
    // What is said of a request by its id holds of what happens to its tasks, too.
    let filter = json!({"filter": {"and": [{"id": request}, {"status": "open"}]}});
    ada.patch(&format!("/v1/webhooks/{}", hook.text("/id")), &filter)
        .await?
        .expect(200)?;
    let task = ivy.tasks(&request).await?.first().cloned().unwrap();
    let task = task["id"].as_str().unwrap();
    ivy.approve(&request).await?.expect(200)?;

    let decided = until("the decision at the endpoint", 60, async || {
        let mut got = sink.got().into_iter().map(|arrived| arrived.json());
        Ok(got.find(|event| event["type"] == "oa.task.decided"))
    })
    .await?;
    let data = &decided["data"];
    assert_eq!((&decided["subject"], &data["id"]), (&json!(task), &json!(task)));
    assert_eq!(data["object"], "task");
    assert!(
        data["url"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/v1/tasks/{task}")),
        "{data}"
    );
    assert_eq!(
        data["changed_fields"],
        json!(["status", "decision", "decided_at"])
    );
    assert_eq!(data["links"][0], json!(request), "{data}");
    let shown = &data["task"];
    assert_eq!((&shown["id"], &shown["request"]), (&json!(task), &json!(request)));
    assert_eq!(
        (&shown["decision"], &shown["request_status"]),
        (&json!("approved"), &json!("open"))
    );
    assert!(
        shown.get("task").is_none() && shown.get("status").is_none(),
        "{shown}"
    );

    let types = |found: &[Value]| -> Vec<String> {
        let of = |event: &Value| event["type"].as_str().unwrap().to_owned();
        found.iter().map(of).collect()
    };
    let of_task = events(&hal, &format!("subject={task}")).await?;
    assert_eq!(types(&of_task), ["oa.task.created", "oa.task.decided"]);
    let whole = events(&hal, &format!("subject={request}")).await?;
    let by_area = events(
        &hal,
        &format!("subject={request}&type=oa.task.*&type=oa.request.*"),
    )
    .await?;
    assert_eq!(types(&whole), types(&by_area));
    let of_request = |event: &Value| event["data"]["version"].as_i64().unwrap();
    assert!(whole.iter().map(of_request).is_sorted(), "{whole:?}");
    assert_eq!(
        types(&whole).first().map(String::as_str),
        Some("oa.request.submitted")
    );
    assert!(types(&whole).contains(&"oa.task.decided".to_owned()));
    for hidden in [format!("subject={task}"), format!("subject={request}")] {
        assert_eq!(
            events(&ann, &hidden).await?,
            Vec::<Value>::new(),
            "who may not read the request"
        );
    }
    let wrong = ada.get("/v1/events?type=oa.tasks.*").await?.expect(400)?;
    assert!(
        wrong.text("/detail").contains("Did you mean oa.task.*?"),
        "{wrong}"
    );

    let told = until("the automation's word", 30, async || {
        let notices = hal.all("/v1/notices").await?;
        let mut texts = notices
            .iter()
            .filter_map(|notice| notice["text"].as_str().map(str::to_owned));
        Ok(texts.find(|text| text.starts_with("manager of")))
    })
    .await?;
    assert!(told.ends_with(", now open and open"), "{told}");
    Ok(())
}
