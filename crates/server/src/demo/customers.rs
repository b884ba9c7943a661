//! Whom the sample company sells to: accounts, people there, and deals in several stages.

use anyhow::Context as _;
use chrono::TimeDelta;
use countersign_kernel::time::Instant;
use serde_json::{Value, json};

use super::LAST_ACCOUNT;
use super::client::{Client, id};
use super::products;

const FIRST: &[&str] = &[
    "Alpine", "Baltic", "Cobalt", "Delta", "Elbe", "Fjord", "Granite", "Harbour", "Isar", "Juniper",
];
const SECOND: &[&str] = &[
    "Foods",
    "Optics",
    "Logistics",
    "Paper",
    "Robotics",
    "Textiles",
    "Energy",
    "Glass",
    "Tools",
    "Media",
];
const COUNTRIES: &[&str] = &["DE", "FR", "NL", "AT", "DK", "ES", "IT", "PL"];
const GIVEN: &[&str] = &[
    "Lena", "Marc", "Nora", "Otto", "Pia", "Quin", "Rosa", "Sven", "Tara", "Uwe", "Vera", "Wim", "Xenia",
    "Yves", "Zoe",
];
const FAMILY: &[&str] = &[
    "Adam", "Bauer", "Conti", "Dupont", "Eriksen", "Fischer", "Garcia", "Huber", "Ivanov", "Jansen",
];
const NEEDS: &[&str] = &[
    "Renewal",
    "Pilot",
    "Rollout",
    "Extension",
    "Support",
    "Training",
    "Migration",
];

const ACCOUNTS: usize = 100;
const CONTACTS: usize = 150;
const DEALS: usize = 160;
const LEADS: usize = 40;
/// Of each seller.
const ACTIVITIES: usize = 60;
const TYPES: &[&str] = &["call", "email", "meeting", "task", "note"];
const SUBJECTS: &[&str] = &[
    "Ask about the offer",
    "Send the price list",
    "Show the product",
    "Prepare the contract",
    "They want delivery in May",
];

/// Everything in batches; the keys make a second run harmless.
pub(super) async fn fill(base: &str) -> anyhow::Result<()> {
    let sellers = [
        Client::sign_in(base, "ann@acme.example").await?,
        Client::sign_in(base, "abe@acme.example").await?,
    ];
    let [ann, abe] = &sellers;
    let pipeline = ann.get("/v1/pipelines?limit=1").await?;
    let stages = pipeline
        .pointer("/data/0/stages")
        .and_then(Value::as_array)
        .context("no pipeline")?;
    let begun = pipeline.pointer("/data/0/created_at").and_then(Value::as_str);
    let begun: Instant = begun.context("no pipeline")?.parse()?;
    let stages: Vec<String> = stages.iter().map(id).collect::<Result<_, _>>()?;
    let products = products::fill(base).await?;
    for (seller, name, turn) in [(ann, "ann", 0), (abe, "abe", 1)] {
        let deals = sell(seller, name, turn, &stages, begun).await?;
        for (number, deal) in (turn..).step_by(2).zip(&deals).skip(2).take(2) {
            products::sell(seller, deal, euros(number), &products).await?;
        }
    }
    win(ann).await?;
    make(
        ann,
        "accounts",
        "last",
        vec![json!({"name": LAST_ACCOUNT, "country": "DE", "domain": "zenith.example"})],
    )
    .await?;
    Ok(())
}

/// What one of the two sellers has: every second of all. Its deals.
async fn sell(
    seller: &Client,
    name: &str,
    turn: usize,
    stages: &[String],
    begun: Instant,
) -> anyhow::Result<Vec<String>> {
    let accounts = make(
        seller,
        "accounts",
        name,
        (turn..ACCOUNTS).step_by(2).map(account).collect(),
    )
    .await?;
    let contact = |number: usize| contact(number, pick(&accounts, number));
    make(
        seller,
        "contacts",
        name,
        (turn..CONTACTS).step_by(2).map(contact).collect(),
    )
    .await?;
    let deal = |number: usize| deal(number, pick(&accounts, number), pick(stages, number / 2));
    let deals = make(
        seller,
        "deals",
        name,
        (turn..DEALS).step_by(2).map(deal).collect(),
    )
    .await?;
    lose(seller, &deals).await?;
    let leads = make(
        seller,
        "leads",
        name,
        (turn..LEADS).step_by(2).map(lead).collect(),
    )
    .await?;
    disqualify(seller, &leads).await?;
    let activity = |number: usize| activity(number, pick(&deals, number), begun);
    make(
        seller,
        "activities",
        name,
        (0..ACTIVITIES).map(activity).collect(),
    )
    .await?;
    Ok(deals)
}

/// One batch; the ids in its order.
pub(super) async fn make(
    who: &Client,
    noun: &str,
    name: &str,
    rows: Vec<Value>,
) -> anyhow::Result<Vec<String>> {
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|data| json!({"op": "create", "data": data}))
        .collect();
    let key = format!("{noun}-{name}");
    let made = who
        .post(
            &format!("/v1/{noun}/batch"),
            &key,
            &json!({"atomic": true, "rows": rows}),
        )
        .await?;
    let made = made
        .get("data")
        .and_then(Value::as_array)
        .context("a batch without data")?;
    made.iter()
        .map(|row| id(row.get("object").unwrap_or(row)))
        .collect()
}

fn account(number: usize) -> Value {
    let first = pick(FIRST, number % 10);
    let second = pick(SECOND, number / 10);
    let domain = format!("{}-{}.example", first.to_lowercase(), second.to_lowercase());
    json!({"name": format!("{first} {second}"), "country": pick(COUNTRIES, number * 3), "domain": domain})
}

fn contact(number: usize, account: &str) -> Value {
    let (given, family) = (pick(GIVEN, number), pick(FAMILY, number / 15));
    let email = format!(
        "{}.{}.{number}@example.com",
        given.to_lowercase(),
        family.to_lowercase()
    );
    json!({"name": format!("{given} {family}"), "email": email, "account": account})
}

/// What a deal is worth.
fn euros(number: usize) -> usize {
    900 + number * 7919 % 60_000
}

fn deal(number: usize, account: &str, stage: &str) -> Value {
    let euros = euros(number);
    let close = format!("2027-{:02}-{:02}", 1 + number % 12, 1 + number * 5 % 28);
    json!({
        "name": format!("{} {}", pick(NEEDS, number), 1000 + number),
        "account": account,
        "stage": stage,
        "amount": {"amount": format!("{euros}.00"), "currency": "EUR"},
        "expected_close_on": close,
    })
}

/// Two in five are done; the others are due around the day on which the company began, so that a second run says the same.
fn activity(number: usize, deal: &str, begun: Instant) -> Value {
    let kind = pick(TYPES, number);
    let done = number / 5 % 5 < 2 || kind == "note";
    let days = i64::try_from(number % 16).unwrap_or_default() - 4;
    let due = begun.plus(TimeDelta::days(days));
    let meets = kind == "meeting" && !done;
    json!({
        "type": kind,
        "subject": pick(SUBJECTS, number),
        "deal": deal,
        "status": if done { "done" } else { "open" },
        "priority": if number.is_multiple_of(7) { "high" } else { "normal" },
        "due_at": match (done, meets) {
            (true, _) => Value::Null,
            (false, true) => json!(due),
            (false, false) => json!(due.utc().date_naive()),
        },
        "starts_at": meets.then_some(due),
        "ends_at": meets.then(|| due.plus(TimeDelta::hours(1))),
    })
}

/// Each tenth is of a company that is there already.
fn lead(number: usize) -> Value {
    let (given, family) = (pick(GIVEN, number * 7), pick(FAMILY, number * 3));
    let company = if number.is_multiple_of(10) {
        format!("{} {}", pick(FIRST, number / 10), pick(SECOND, 0))
    } else {
        format!("{family} {}", pick(SECOND, number))
    };
    let email = format!(
        "{}@{}.example",
        given.to_lowercase(),
        company.to_lowercase().replace(' ', "-")
    );
    let sources = ["web", "referral", "trade_fair", "call"];
    let statuses = ["new", "new", "working", "qualified"];
    json!({
        "name": format!("{given} {family}"),
        "company": company,
        "email": email,
        "source": pick(&sources, number),
        "status": pick(&statuses, number / 2),
        "estimated_amount": {"amount": format!("{}.00", 500 + number * 3571 % 30_000), "currency": "EUR"},
    })
}

/// Each fifth comes to nothing.
async fn disqualify(who: &Client, leads: &[String]) -> anyhow::Result<()> {
    for lead in leads.iter().skip(4).step_by(5) {
        let path = format!("/v1/leads/{lead}/disqualify");
        let reason = json!({"reason": "no budget"});
        who.post(&path, &format!("disqualify-{lead}"), &reason).await?;
    }
    Ok(())
}

/// Each tenth is lost.
async fn lose(who: &Client, deals: &[String]) -> anyhow::Result<()> {
    let reasons = ["price", "timing", "a competitor", "no budget"];
    for (number, deal) in deals.iter().enumerate().skip(9).step_by(10) {
        let reason = json!({"reason": pick(&reasons, number / 10)});
        who.post(
            &format!("/v1/deals/{deal}/lose"),
            &format!("lose-{deal}"),
            &reason,
        )
        .await?;
    }
    Ok(())
}

/// Two are won, so that their contracts are on people's desks.
async fn win(who: &Client) -> anyhow::Result<()> {
    let open = who
        .get("/v1/deals?owner=me&status=open&sort=created_at&limit=2")
        .await?;
    for deal in open.get("data").and_then(Value::as_array).into_iter().flatten() {
        let deal = id(deal)?;
        who.post(
            &format!("/v1/deals/{deal}/win"),
            &format!("win-{deal}"),
            &json!({}),
        )
        .await?;
    }
    Ok(())
}

/// The list goes round, so every number picks something.
fn pick<T: AsRef<str>>(list: &[T], number: usize) -> &str {
    list.get(number % list.len().max(1)).map_or("", AsRef::as_ref)
}
