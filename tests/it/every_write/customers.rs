//! Accounts, contacts, pipelines and deals, up to a contract that comes back to its deal.

use countersign_acceptance::samples::UPLOAD_MEDIA;
use countersign_acceptance::until;
use reqwest::Method;
use serde_json::{Value, json};

use super::walk::Walk;

pub async fn records(walk: &mut Walk) -> anyhow::Result<()> {
    let account = walk
        .post("ann", "/v1/accounts", json!({"name": "Walked", "country": "DE"}))
        .await?;
    let account = account.text("/id").to_owned();
    for (noun, first) in [
        ("accounts", json!({"name": "Walked twice"})),
        ("contacts", json!({"name": "Wanda Walk", "account": account})),
        ("deals", json!({"name": "Walked", "account": account})),
        (
            "activities",
            json!({"type": "task", "subject": "Walk", "account": account}),
        ),
        ("leads", json!({"name": "Lea Walk", "company": "Walkers"})),
    ] {
        let named = if noun == "activities" { "subject" } else { "name" };
        let made = walk.post("ann", &format!("/v1/{noun}"), first.clone()).await?;
        let path = format!("/v1/{noun}/{}", made.text("/id"));
        walk.patch("ann", &path, json!({named: "Walked on"})).await?;
        walk.delete("ann", &path).await?;
        walk.post("ann", &format!("{path}/restore"), json!({})).await?;
        let by = format!("/v1/{noun}/by/walk/{noun}");
        walk.put("ann", &by, first.clone()).await?;
        let rows = json!({"rows": [{"op": "create", "data": first}]});
        walk.post("ann", &format!("/v1/{noun}/batch"), rows).await?;
    }
    let call = json!({"type": "call", "subject": "Walk along", "account": account});
    let call = walk.post("ann", "/v1/activities", call).await?;
    for verb in ["complete", "reopen"] {
        let path = format!("/v1/activities/{}/{verb}", call.text("/id"));
        walk.post("ann", &path, json!({})).await?;
    }
    let lead = json!({"name": "Lea Long", "company": "Long walkers", "email": "lea@long.example"});
    let lead = walk.post("ann", "/v1/leads", lead).await?;
    let path = format!("/v1/leads/{}", lead.text("/id"));
    let why = json!({"reason": "no time"});
    walk.post("ann", &format!("{path}/disqualify"), why).await?;
    walk.post("ann", &format!("{path}/reopen"), json!({})).await?;
    let about = json!({"type": "note", "subject": "Walks far", "lead": lead.text("/id")});
    walk.post("ann", "/v1/activities", about).await?;
    let deal = json!({"deal": {"name": "Boots"}});
    walk.post("ann", &format!("{path}/convert"), deal).await?;
    Ok(())
}

pub async fn pipelines(walk: &mut Walk) -> anyhow::Result<()> {
    let new = json!({"name": "Walked", "stages": [{"name": "First", "probability": 10}]});
    let made = walk.post("ada", "/v1/pipelines", new).await?;
    let path = format!("/v1/pipelines/{}", made.text("/id"));
    walk.patch("ada", &path, json!({"name": "Walked on"})).await?;
    walk.delete("ada", &path).await?;
    walk.post("ada", &format!("{path}/restore"), json!({})).await?;
    Ok(())
}

/// Products, price books and the prices in them; and what a deal sells of them.
pub async fn products(walk: &mut Walk) -> anyhow::Result<()> {
    let product = json!({"name": "Boots", "code": "BOOTS"});
    let product = walk.post("ada", "/v1/products", product).await?;
    let book = json!({"name": "Walkers", "currency": "EUR"});
    let book = walk.post("ada", "/v1/price-books", book).await?;
    let (product, book) = (product.text("/id").to_owned(), book.text("/id").to_owned());
    let price = |from: &str, until: &str| {
        let tiers = json!([{"unit_price": {"amount": "90.00", "currency": "EUR"}}]);
        json!({"price_book": book, "product": product, "tiers": tiers, "valid_from": from, "valid_until": until})
    };
    let named = |name: &str| json!({"name": name, "code": name});
    for (noun, change, bodies) in [
        (
            "products",
            named("Walked on"),
            [named("a"), named("b"), named("c")],
        ),
        (
            "price-book-entries",
            json!({"valid_until": "2020-01-30"}),
            [
                price("2020-01-01", "2020-01-31"),
                price("2020-02-01", "2020-02-28"),
                price("2020-03-01", "2020-03-31"),
            ],
        ),
    ] {
        let [one, by, row] = bodies;
        let made = walk.post("ada", &format!("/v1/{noun}"), one).await?;
        kept(walk, &format!("/v1/{noun}/{}", made.text("/id")), change).await?;
        walk.put("ada", &format!("/v1/{noun}/by/walk/{noun}"), by).await?;
        let rows = json!({"rows": [{"op": "create", "data": row}]});
        walk.post("ada", &format!("/v1/{noun}/batch"), rows).await?;
    }
    kept(
        walk,
        &format!("/v1/price-books/{book}"),
        json!({"name": "Walked on"}),
    )
    .await?;
    let account = walk
        .post("ann", "/v1/accounts", json!({"name": "Barefoot"}))
        .await?;
    let deal = json!({"name": "Boots", "account": account.text("/id")});
    let deal = walk.post("ann", "/v1/deals", deal).await?;
    let price = json!({"amount": "90.00", "currency": "EUR"});
    let lines = json!({"lines": [{"product": product, "quantity": "2", "unit_price": price}]});
    walk.put("ann", &format!("/v1/deals/{}/lines", deal.text("/id")), lines)
        .await?;
    Ok(())
}

/// A record of an admin's is changed, deleted and brought back.
async fn kept(walk: &mut Walk, path: &str, change: Value) -> anyhow::Result<()> {
    walk.patch("ada", path, change).await?;
    walk.delete("ada", path).await?;
    walk.post("ada", &format!("{path}/restore"), json!({})).await?;
    Ok(())
}

/// Rows come in and are taken back; many are cancelled.
pub async fn imports(walk: &mut Walk) -> anyhow::Result<()> {
    let ann = walk.caller("ann");
    let upload = async |walk: &mut Walk, rows: String| {
        let body = format!(
            "--walk\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{rows}\r\n--walk--\r\n"
        );
        let file = walk.write(
            "ann",
            Method::POST,
            "/v1/files",
            UPLOAD_MEDIA,
            Some(body.into_bytes()),
        );
        anyhow::Ok(file.await?.text("/id").to_owned())
    };
    let is = async |path: &str, status: &str| {
        let import = until(status, 20, async || {
            let import = ann.get(path).await?.expect(200)?;
            Ok((import.text("/status") == status).then_some(()))
        });
        import.await
    };
    let file = upload(walk, "Name,Account\nWalked in,Walked firm\n".to_owned()).await?;
    let new = json!({"file": file, "kind": "contacts", "create_missing": true});
    let made = walk.post("ann", "/v1/imports", new).await?;
    let path = format!("/v1/imports/{}", made.text("/id"));
    is(&path, "completed").await?;
    walk.post("ann", &format!("{path}/undo"), json!({})).await?;
    is(&path, "undone").await?;
    let rows: Vec<String> = (0..30_000).map(|row| format!("Walked {row}\n")).collect();
    let file = upload(walk, format!("Name\n{}", rows.concat())).await?;
    let new = json!({"file": file, "kind": "accounts", "validate_only": true});
    let made = walk.post("ann", "/v1/imports", new).await?;
    let path = format!("/v1/imports/{}", made.text("/id"));
    walk.post("ann", &format!("{path}/cancel"), json!({})).await?;
    Ok(())
}

/// A deal is lost, found again, moved, and won; its contract is approved, which the deal then shows.
pub async fn deals(walk: &mut Walk) -> anyhow::Result<()> {
    let ann = walk.caller("ann");
    let account = walk.post("ann", "/v1/accounts", json!({"name": "Buyer"})).await?;
    let amount = json!({"amount": "1000.00", "currency": "EUR"});
    let deal = json!({"name": "Sale", "account": account.text("/id"), "amount": amount});
    let deal = walk.post("ann", "/v1/deals", deal).await?.text("/id").to_owned();
    let path = format!("/v1/deals/{deal}");
    let there = json!({"reason": "Too dear"});
    walk.post("ann", &format!("{path}/lose"), there).await?;
    walk.post("ann", &format!("{path}/reopen"), json!({})).await?;
    let pipelines = ann.get("/v1/pipelines").await?.expect(200)?;
    let stage = pipelines.body["data"][0]["stages"][1]["id"].clone();
    walk.post("ann", &format!("{path}/move"), json!({"stage": stage}))
        .await?;
    walk.post("ann", &format!("{path}/win"), json!({})).await?;
    let ada = walk.caller("ada");
    let contract = until("the contract", 20, async || {
        let rows = ada.all("/v1/requests?workflow=contract").await?;
        let its = rows.iter().find(|one| one["form"]["deal"] == json!(deal));
        Ok(its.and_then(|one| one["id"].as_str()).map(str::to_owned))
    });
    let contract = contract.await?;
    for who in ["gus", "dan"] {
        walk.post(who, &format!("/v1/requests/{contract}/approve"), json!({}))
            .await?;
    }
    let shown = async || {
        let deal = ann.get(&path).await?.expect(200)?;
        Ok((deal.text("/contract/status") == "approved").then_some(()))
    };
    until("the contract at its deal", 20, shown).await
}
