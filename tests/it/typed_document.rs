//! The API's description with a company's own forms.

use countersign_acceptance::Server;
use serde_json::{Value, json};

/// Whether a value is right by the schema of this name.
fn holds(document: &Value, name: &str, value: &Value) -> anyhow::Result<bool> {
    let schema =
        json!({"$ref": format!("#/components/schemas/{name}"), "components": document["components"]});
    let validator = jsonschema::validator_for(&schema).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(validator.is_valid(value))
}

#[tokio::test]
async fn a_company_reads_its_own_forms_in_the_document() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let ann = server.sign_in("ann").await?;
    let document = ann.get("/v1/openapi.json").await?.expect(200)?.body;
    let general = server.stranger().get("/openapi.json").await?.expect(200)?.body;
    assert_eq!(
        document["paths"].as_object().map(serde_json::Map::len),
        general["paths"].as_object().map(serde_json::Map::len)
    );

    let form = json!({"purpose": "Taxi", "amount": {"amount": "24.50", "currency": "EUR"}, "category": "travel", "spent_on": "2026-03-02"});
    let new = json!({"workflow": "expense", "form": form});
    assert!(holds(&document, "NewRequestOfExpense", &new)?);
    let mut slip = new.clone();
    slip["form"]["category"] = json!("travels");
    assert!(!holds(&document, "NewRequestOfExpense", &slip)?);
    let mut other = new.clone();
    other["workflow"] = json!("leave");
    assert!(!holds(&document, "NewRequestOfExpense", &other)?);
    let draft = json!({"workflow": "expense", "draft": true, "form": {"purpose": "Taxi"}});
    assert!(holds(&document, "NewDraft", &draft)? && !holds(&document, "NewDraft", &new)?);
    let body = "/paths/~1v1~1requests/post/requestBody/content/application~1json/schema/oneOf";
    let bodies = document.pointer(body).and_then(Value::as_array);
    let workflows = ann.get("/v1/workflows").await?.expect(200)?;
    assert_eq!(
        bodies.map(Vec::len),
        Some(workflows.rows().len() + 1),
        "and a draft"
    );
    ann.post("/v1/requests", &new).await?.expect(201)?;

    // What its form marks with `list: true` is what its list is filtered and sorted by.
    let listed = &document["paths"]["/v1/requests"]["get"]["parameters"];
    let at = json!({"$ref": "#/components/parameters/form.amount"});
    assert!(listed.as_array().is_some_and(|all| all.contains(&at)), "{listed}");
    let amount = &document["components"]["parameters"]["form.amount"];
    assert!(
        amount["description"]
            .as_str()
            .is_some_and(|about| about.contains("With workflow=expense, "))
    );
    let filter = amount["schema"].clone();
    let filter = json!({"allOf": [filter], "components": document["components"]});
    let filter = jsonschema::validator_for(&filter).map_err(|error| anyhow::anyhow!("{error}"))?;
    assert!(filter.is_valid(&json!({"gte": "20"})) && !filter.is_valid(&json!({"above": "20"})));
    let sort = listed
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["name"] == "sort");
    let sort = sort
        .and_then(|one| one["description"].as_str())
        .unwrap_or_default();
    assert!(
        sort.contains("decided_at, ") && sort.contains("form.amount"),
        "{sort}"
    );
    let page = ann
        .get("/v1/requests?workflow=expense&form.amount[gte]=20&sort=-form.amount")
        .await?;
    assert!(!page.expect(200)?.rows().is_empty());
    assert!(general["components"]["parameters"].get("form.amount").is_none());
    let (own, of_all) = (document.to_string().len(), general.to_string().len());
    assert!(own < of_all + 100_000, "{own} bytes beside {of_all}");

    let text = "workflow: a-house-pet\ntitle: Pet\nowners: {role: hr}\nform:\n  name: {type: text, required: true}\nsteps:\n  - approval: hr\n    by: {role: hr}\n";
    let fay = server.sign_in("fay").await?;
    let headers = [("content-type", "application/yaml")];
    let put = fay.send_bytes(
        "PUT".parse()?,
        "/v1/workflows/a-house-pet",
        &headers,
        Some(text.into()),
    );
    put.await?.expect(201)?;
    let document = ann.get("/v1/openapi.json").await?.expect(200)?.body;
    assert!(holds(&document, "AHousePetForm", &json!({"name": "Rex"}))?);
    let others = server.sign_in_at("gil", "globex").await?;
    let theirs = others.get("/v1/openapi.json").await?.expect(200)?.body;
    assert!(theirs["components"]["schemas"].get("AHousePetForm").is_none());
    Ok(())
}
