//! 8,800 real deals through the API: created in batches, moved, won and lost; lists and sums equal the file's.
//!
//! The file says stages and sellers; 1,425 of its deals name no account and stand under one of their own.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context as _;
use countersign_acceptance::{Caller, Server};
use serde_json::{Value, json};

use crate::data::{self, Table};

const NO_ACCOUNT: &str = "No account named";

/// The column of the deals' own names is the file's first.
const FIRST_COLUMN: &str = data::FIRST;

struct Row {
    name: String,
    agent: String,
    account: String,
    stage: String,
    /// Whole currency units; none before a deal is closed.
    value: Option<u64>,
}

fn rows(table: &Table) -> Vec<Row> {
    let row = |line: &HashMap<String, String>| Row {
        name: format!("{} {}", line[FIRST_COLUMN], line["product"]),
        agent: line["sales_agent"].clone(),
        account: if line["account"].is_empty() {
            NO_ACCOUNT.to_owned()
        } else {
            line["account"].clone()
        },
        stage: line["deal_stage"].clone(),
        value: line["close_value"].parse::<f64>().ok().map(|value| value as u64),
    };
    table.iter().map(row).collect()
}

/// Sends rows to `…/batch`, 200 at a time; the objects in their order.
async fn batch(who: &Caller, noun: &str, rows: Vec<Value>) -> anyhow::Result<Vec<Value>> {
    let mut objects = Vec::new();
    for (number, part) in rows.chunks(200).enumerate() {
        let rows: Vec<Value> = part
            .iter()
            .map(|data| json!({"op": "create", "data": data}))
            .collect();
        let body = json!({"atomic": true, "rows": rows});
        let key = format!("real-{noun}-{number}");
        let answer = who
            .post_once(&format!("/v1/{noun}/batch"), &body, &key)
            .await?
            .expect(200)?;
        objects.extend(answer.rows().iter().map(|row| row["object"].clone()));
    }
    Ok(objects)
}

fn id(object: &Value) -> anyhow::Result<String> {
    Ok(object["id"]
        .as_str()
        .with_context(|| format!("no id in {object}"))?
        .to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_sums_equal_the_file() -> anyhow::Result<()> {
    let Some(folder) = data::folder() else {
        return Ok(());
    };
    let rows = rows(&data::table(&folder.join("sales-pipeline/sales_pipeline.csv"))?);
    let server = Server::demo(&["--fresh"]).await?;
    // Another tenant's administrator, so that the sample company's deals are not among them.
    let gil = server.sign_in_for_long("gil", "globex").await?;
    let stages = json!([{"name": "Prospecting", "probability": 10}, {"name": "Engaging", "probability": 40}]);
    let pipeline = gil
        .post("/v1/pipelines", &json!({"name": "Real sales", "stages": stages}))
        .await?
        .expect(201)?;
    let stage = |place: usize| pipeline.text(&format!("/stages/{place}/id")).to_owned();
    let (prospecting, engaging) = (stage(0), stage(1));

    let mut agents = HashMap::new();
    let mut accounts = HashMap::new();
    for row in &rows {
        agents.entry(row.agent.clone()).or_insert_with(String::new);
        accounts.entry(row.account.clone()).or_insert_with(String::new);
    }
    for (name, agent) in &mut agents {
        let email = format!("{}@globex.example", name.to_lowercase().replace(' ', "."));
        let made = gil
            .post("/v1/users", &json!({"name": name, "email": email}))
            .await?
            .expect(201)?;
        made.text("/id").clone_into(agent);
    }
    let names: Vec<String> = accounts.keys().cloned().collect();
    let made = batch(
        &gil,
        "accounts",
        names.iter().map(|name| json!({"name": name})).collect(),
    )
    .await?;
    for (name, account) in names.into_iter().zip(&made) {
        accounts.insert(name, id(account)?);
    }

    let deal = |row: &Row| {
        let mut deal = json!({"name": row.name, "account": accounts[&row.account], "owner": agents[&row.agent],
            "pipeline": pipeline.text("/id"), "stage": prospecting});
        if let Some(value) = row.value {
            deal["amount"] = json!({"amount": format!("{value}.00"), "currency": "EUR"});
        }
        deal
    };
    let began = std::time::Instant::now();
    let deals = batch(&gil, "deals", rows.iter().map(deal).collect()).await?;
    assert_eq!(deals.len(), 8800);
    let created = began.elapsed();
    walk(&gil, &rows, &deals, &engaging).await?;

    compare(&gil, &rows, &agents).await?;
    let won = gil
        .get("/v1/deals/summary?group_by=status&status=won")
        .await?
        .expect(200)?;
    assert_eq!(won.body["total"]["count"], 4238);
    assert_eq!(won.body["total"]["sums"][0]["amount"], "10005534.00");
    println!(
        "real sales: 8,800 deals created in {:.1} s, walked in {:.1} s; won 4,238 for 10,005,534; stages and owners equal the file",
        created.as_secs_f64(),
        began.elapsed().saturating_sub(created).as_secs_f64()
    );
    Ok(())
}

/// Moves, wins and loses each deal as the file says, sixteen at a time.
async fn walk(who: &Caller, rows: &[Row], deals: &[Value], engaging: &str) -> anyhow::Result<()> {
    let mut lanes: Vec<Vec<(String, String)>> = vec![Vec::new(); 16];
    for (number, (row, deal)) in rows.iter().zip(deals).enumerate() {
        lanes[number % 16].push((id(deal)?, row.stage.clone()));
    }
    let mut walking = Vec::new();
    for lane in lanes {
        let (who, engaging) = (who.clone(), engaging.to_owned());
        walking.push(tokio::spawn(async move {
            for (deal, stage) in lane {
                if stage != "Prospecting" {
                    who.post(&format!("/v1/deals/{deal}/move"), &json!({"stage": engaging}))
                        .await?
                        .expect(200)?;
                }
                match stage.as_str() {
                    "Won" => drop(
                        who.post(&format!("/v1/deals/{deal}/win"), &json!({}))
                            .await?
                            .expect(200)?,
                    ),
                    "Lost" => {
                        let words = json!({"reason": "lost in the file"});
                        who.post(&format!("/v1/deals/{deal}/lose"), &words)
                            .await?
                            .expect(200)?;
                    }
                    _ => {}
                }
            }
            anyhow::Ok(())
        }));
    }
    for lane in walking {
        lane.await??;
    }
    Ok(())
}

/// Counts and sums by owner and by status, and the lists behind them.
async fn compare(who: &Caller, rows: &[Row], agents: &HashMap<String, String>) -> anyhow::Result<()> {
    let status = |row: &Row| match row.stage.as_str() {
        "Won" => "won",
        "Lost" => "lost",
        _ => "open",
    };
    let mut by_owner: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut by_stage: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for row in rows {
        let value = row.value.unwrap_or_default();
        for counted in [
            by_owner.entry(agents[&row.agent].clone()).or_default(),
            by_stage.entry(status(row)).or_default(),
        ] {
            counted.0 += 1;
            counted.1 += value;
        }
    }
    for (group, wanted) in [
        (
            "owner",
            by_owner
                .iter()
                .map(|(key, seen)| (key.as_str(), *seen))
                .collect::<Vec<_>>(),
        ),
        (
            "status",
            by_stage.iter().map(|(key, seen)| (*key, *seen)).collect(),
        ),
    ] {
        let summary = who
            .get(&format!("/v1/deals/summary?group_by={group}"))
            .await?
            .expect(200)?;
        for (key, (count, sum)) in wanted {
            let row = summary
                .rows()
                .iter()
                .find(|row| row["key"] == json!(key))
                .with_context(|| key.to_owned())?;
            assert_eq!(row["count"], json!(count), "{group} {key}");
            let shown = row["sums"][0]["amount"].as_str().unwrap_or("0.00");
            assert_eq!(shown, format!("{sum}.00"), "{group} {key}");
        }
    }
    for (status, (count, _)) in by_stage {
        let page = who
            .get(&format!("/v1/deals?status={status}&count=exact&limit=1"))
            .await?
            .expect(200)?;
        assert_eq!(page.body["count"], json!(count), "the list of {status}");
    }
    let listed = who.all("/v1/deals?status=lost").await?;
    assert_eq!(listed.len(), 2473, "a walk through the list sees each row once");
    Ok(())
}
