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
