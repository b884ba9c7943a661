//! 8,800 real deals and their customers, moved in as files: what is refused, what comes in, and what it is worth equal the files.

use countersign_acceptance::{Caller, Server, until};
use serde_json::{Value, json};

use crate::data::{self, Table};

/// The column of the deals' own ids is the file's first.
fn first_column(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
        .split(',')
        .next()
        .unwrap_or_default()
}

async fn import(who: &Caller, text: &str, ask: Value) -> anyhow::Result<Value> {
    let file = who.upload_as("export.csv", "text/csv", text.to_owned()).await?;
    let mut body = ask;
    body["file"] = json!(file);
    let begun = who.post("/v1/imports", &body).await?.expect(202)?;
    let path = format!("/v1/imports/{}", begun.text("/id"));
    until("the end of an import", 300, async || {
        let import = who.get(&path).await?.expect(200)?;
        Ok((import.text("/status") != "running").then_some(import.body))
    })
    .await
}

fn counts(import: &Value) -> [i64; 4] {
    ["created", "updated", "unchanged", "refused"].map(|name| import[name].as_i64().unwrap_or(-1))
}

fn of<'a>(table: &'a Table, stage: &'a str) -> impl Iterator<Item = &'a str> {
    let rows = table
        .iter()
        .filter(move |row| row["deal_stage"] == stage && !row["account"].is_empty());
    rows.map(|row| row["close_value"].as_str())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_moves_in() -> anyhow::Result<()> {
    let Some(folder) = data::folder() else {
        return Ok(());
    };
    let read = |name: &str| std::fs::read_to_string(folder.join("sales-pipeline").join(name));
    let (accounts, deals) = (read("accounts.csv")?, read("sales_pipeline.csv")?);
    let table = data::table(&folder.join("sales-pipeline/sales_pipeline.csv"))?;
    let server = Server::demo(&["--fresh"]).await?;
    let gil = server.sign_in_for_long("gil", "globex").await?;
    let stages = json!([{"name": "Prospecting", "probability": 10}, {"name": "Engaging", "probability": 40}]);
    let pipeline = json!({"name": "Real sales", "stages": stages, "default": true});
    gil.post("/v1/pipelines", &pipeline).await?.expect(201)?;
    let agents: std::collections::BTreeSet<&str> =
        table.iter().map(|row| row["sales_agent"].as_str()).collect();
    for name in agents {
        let email = format!("{}@globex.example", name.to_lowercase().replace(' ', "."));
        gil.post("/v1/users", &json!({"name": name, "email": email}))
            .await?
            .expect(201)?;
    }

    // One country is misspelt.
    let ask = json!({"kind": "accounts"});
    assert_eq!(
        counts(&import(&gil, &accounts, ask.clone()).await?),
        [84, 0, 0, 1]
    );
    assert_eq!(counts(&import(&gil, &accounts, ask).await?), [0, 0, 84, 1]);

    let began = std::time::Instant::now();
    let ask = json!({
        "kind": "deals", "source": "legacy", "create_missing": true,
        "mapping": {(first_column(&deals)): "external_id", "product": "name"},
    });
    let done = import(&gil, &deals, ask.clone()).await?;
    println!("imports: 8,800 deals took {} ms", began.elapsed().as_millis());
    let named = table.iter().filter(|row| !row["account"].is_empty()).count() as i64;
    assert_eq!(counts(&done), [named, 0, 0, 8_800 - named]);
    assert_eq!(done["accounts_created"], json!(1));
    let sums = gil.get("/v1/deals/summary?group_by=status").await?.expect(200)?;
    let won: i64 = of(&table, "Won")
        .filter_map(|value| value.parse::<i64>().ok())
        .sum();
    let row = sums.rows().iter().find(|row| row["key"] == "won");
    let row = row.cloned().unwrap_or_default();
    assert_eq!(
        (&row["count"], &row["sums"][0]["amount"]),
        (&json!(of(&table, "Won").count()), &json!(format!("{won}.00")))
    );
    let began = std::time::Instant::now();
    assert_eq!(
        counts(&import(&gil, &deals, ask).await?),
        [0, 0, named, 8_800 - named]
    );
    println!(
        "imports: 8,800 deals again took {} ms",
        began.elapsed().as_millis()
    );
    Ok(())
}
