//! What copies are made of: a few of each kind, made through the API by the people of the sample company.

use anyhow::Context as _;
use countersign_kernel::id;
use serde_json::{Value, json};
use uuid::Uuid;

use super::template::{AMOUNT, NAME};
use crate::bench::server::Server;

/// Ids of what was made.
pub(super) struct Made {
    pub(super) accounts: Vec<Uuid>,
    /// With their account.
    pub(super) contacts: Vec<(Uuid, Uuid)>,
    pub(super) deals: Vec<(Uuid, Uuid)>,
    /// Each waits for Bo.
    pub(super) open: Vec<Uuid>,
    /// With finance, approved and rejected.
    pub(super) others: Vec<Uuid>,
}

const OWNERS: usize = 20;
const STAGES: usize = 4;
const CURRENCIES: [&str; 4] = ["EUR", "USD", "JPY", "GBP"];
const WORKFLOW: &str = "fill-expense";

pub(super) async fn make(server: &Server) -> anyhow::Result<Made> {
    server
        .publish(WORKFLOW, include_str!("fill-expense.yaml"))
        .await?;
    let ada = Person::sign_in(server, "ada").await?;
    let owners = owners(&ada).await?;
    let pipelines = ada.get("/v1/pipelines").await?;
    let stages = pipelines.pointer("/data/0/stages").and_then(Value::as_array);
    let stages: Vec<&Value> = stages.into_iter().flatten().take(STAGES).collect();
    anyhow::ensure!(
        stages.len() == STAGES,
        "the first pipeline has fewer than {STAGES} stages"
    );
    let mut made = Made {
        accounts: Vec::new(),
        contacts: Vec::new(),
        deals: Vec::new(),
        open: Vec::new(),
        others: Vec::new(),
    };
    for (place, owner) in owners.iter().enumerate() {
        let currencies = CURRENCIES.iter().cycle().skip(place);
        let country = ["DE", "US", "JP", "GB"].iter().cycle().nth(place);
        let account = json!({"name": NAME, "owner": owner, "country": country});
        let account = ada.post("/v1/accounts", &account).await?;
        let account_id = uuid(&account, "/id")?;
        made.accounts.push(account_id);
        let account = account.get("id");
        let contact = json!({"name": NAME, "owner": owner, "account": account, "phone": "+49 30 1234567"});
        let contact = ada.post("/v1/contacts", &contact).await?;
        made.contacts.push((uuid(&contact, "/id")?, account_id));
        for ((nth, stage), currency) in stages.iter().enumerate().zip(currencies) {
            let amount = if *currency == "JPY" {
                AMOUNT.to_string()
            } else {
                format!("{AMOUNT}.00")
            };
            let deal = json!({
                "name": NAME, "owner": owner, "account": account, "stage": stage.get("id"),
                "amount": {"amount": amount, "currency": currency},
                "expected_close_on": format!("2027-{:02}-{:02}", 1 + nth * 3, 1 + place),
            });
            let deal = ada.post("/v1/deals", &deal).await?;
            made.deals.push((uuid(&deal, "/id")?, account_id));
            if nth == STAGES - 1 && place % 2 == 0 {
                let path = format!("/v1/deals/{}/lose", text(&deal, "/id")?);
                ada.post(&path, &json!({"reason": "Too dear"})).await?;
            }
        }
    }
    requests(server, &mut made).await?;
    Ok(made)
}

/// The people of the company, and as many more as it takes.
async fn owners(ada: &Person<'_>) -> anyhow::Result<Vec<String>> {
    for number in 1..=OWNERS {
        let email = format!("owner{number}@acme.example");
        let found = ada.get(&format!("/v1/users?email={email}")).await?;
        if found.pointer("/data/0").is_none() {
            let person = json!({"name": format!("Owner {number}"), "email": email});
            ada.post("/v1/users", &person).await?;
        }
    }
    let found = ada.get("/v1/users?email[starts_with]=owner&limit=200").await?;
    let people = found.get("data").and_then(Value::as_array).context("no people")?;
    people
        .iter()
        .take(OWNERS)
        .map(|person| text(person, "/id"))
        .collect()
}

async fn requests(server: &Server, made: &mut Made) -> anyhow::Result<()> {
    let (bo, dan) = (
        Person::sign_in(server, "bo").await?,
        Person::sign_in(server, "dan").await?,
    );
    let form = json!({"purpose": NAME, "amount": {"amount": format!("{AMOUNT}.00"), "currency": "EUR"}});
    let wanted = json!({"workflow": WORKFLOW, "form": form});
    for name in ["ann", "abe"] {
        let requester = Person::sign_in(server, name).await?;
        for decided in [
            &[][..],
            &[(&bo, "approve")],
            &[(&bo, "approve"), (&dan, "approve")],
            &[(&bo, "reject")],
        ] {
            let request = requester.post("/v1/requests", &wanted).await?;
            let path = format!("/v1/requests/{}", text(&request, "/id")?);
            for (who, verb) in decided {
                who.post(&format!("{path}/{verb}"), &json!({"comment": "Seen"}))
                    .await?;
            }
            let list = if decided.is_empty() {
                &mut made.open
            } else {
                &mut made.others
            };
            list.push(uuid(&request, "/id")?);
        }
    }
    Ok(())
}

fn text(answer: &Value, pointer: &str) -> anyhow::Result<String> {
    let text = answer.pointer(pointer).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("no {pointer} in {answer}"))?
        .to_owned())
}

fn uuid(answer: &Value, pointer: &str) -> anyhow::Result<Uuid> {
    let text = text(answer, pointer)?;
    let (_, uuid) = id::any(&text).with_context(|| format!("{text} is no id"))?;
    Ok(uuid)
}

/// Somebody of the sample company, signed in.
struct Person<'a> {
    server: &'a Server,
    token: String,
}

impl<'a> Person<'a> {
    async fn sign_in(server: &'a Server, name: &str) -> anyhow::Result<Self> {
        let token = server.sign_in(name).await?;
        Ok(Self { server, token })
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let url = format!("{}{path}", self.server.base);
        let call = self.server.client.get(url);
        self.answer(path, call).await
    }

    async fn post(&self, path: &str, words: &Value) -> anyhow::Result<Value> {
        let url = format!("{}{path}", self.server.base);
        let call = self.server.client.post(url).json(words);
        self.answer(path, call).await
    }

    async fn answer(&self, path: &str, call: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        let answer = call.bearer_auth(&self.token).send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        anyhow::ensure!(status.is_success(), "{path}: {status} {body}");
        Ok(body)
    }
}
