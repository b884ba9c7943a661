//! Fields that name a department.

use countersign_acceptance::Server;
use reqwest::Method;
use serde_json::{Value, json};

const FILE: &str = "workflow: cost-share\ntitle: Cost share\nowners: {role: finance}\nsubmitters: everyone\nsummary: Share\nnumber: C-{counter}\n\
    form:\n  pays: {type: department, required: true}\n  shares:\n    type: list\n    fields:\n      of: {type: department}\n      percent: {type: integer}\n\
    steps:\n  - approval: head\n    by: {head_of: pays}\n  - end: approved\n";

/// The places and codes of what is wrong.
fn told(errors: &Value) -> Vec<(String, String)> {
    let errors = errors.as_array().into_iter().flatten();
    let word = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    errors
        .map(|error| (word(error, "pointer"), word(error, "code")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_department_is_one_that_there_is() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let (ann, fay) = (server.sign_in("ann").await?, server.sign_in("fay").await?);
    let headers = [("content-type", "application/yaml")];
    let put = fay.send_bytes(
        Method::PUT,
        "/v1/workflows/cost-share",
        &headers,
        Some(FILE.into()),
    );
    put.await?.expect(201)?;
    let departments = ann
        .get("/v1/departments?head[is_null]=false")
        .await?
        .expect(200)?;
    let name = departments.text("/data/0/name").to_owned();

    let slip = json!({"pays": format!("{name}x"), "shares": [{"of": name, "percent": 50}, {"of": "Nowhere", "percent": 50}]});
    let wanted = ["/form/pays", "/form/shares/1/of"].map(|at| (at.to_owned(), "not_found".to_owned()));
    let check = "/v1/workflows/cost-share/form/check";
    let state = ann.post(check, &json!({"form": slip})).await?.expect(200)?.body;
    assert_eq!(
        (told(&state["errors"]), state["complete"].as_bool()),
        (wanted.to_vec(), Some(false))
    );
    let new = json!({"workflow": "cost-share", "form": slip});
    let refused = ann.post("/v1/requests", &new).await?.expect(422)?.body;
    assert_eq!(told(&refused["errors"]), wanted);
    assert_eq!(
        refused["errors"][0]["detail"],
        format!("There is no department `{name}x`. Did you mean `{name}`?")
    );

    // Whatever is wrong with a form, and whoever finds it, has one code.
    assert_eq!(refused["code"], "form_invalid");
    for form in [json!({"pays": 3}), json!({}), json!({"pays": name, "paid": 1})] {
        let new = json!({"workflow": "cost-share", "form": form});
        let refused = ann.post("/v1/requests", &new).await?.expect(422)?.body;
        assert_eq!(
            (&refused["code"], &refused["type"]),
            (&json!("form_invalid"), &json!("/problems/invalid")),
            "{form}"
        );
    }

    let good = json!({"pays": name, "shares": [{"of": name, "percent": 100}]});
    let state = ann.post(check, &json!({"form": good})).await?.expect(200)?.body;
    assert_eq!((&state["errors"], &state["complete"]), (&json!([]), &json!(true)));
    let new = json!({"workflow": "cost-share", "form": good});
    ann.post("/v1/requests", &new).await?.expect(201)?;
    Ok(())
}
