//! Somebody's own: one of everything that a person can have, in a company that has one of everything.

use std::collections::BTreeMap;

use anyhow::Context as _;
use countersign_acceptance::{Answer, Caller, Server, unique, until};
use reqwest::Method;
use serde_json::{Value, json};

use super::operation::definition;

/// Its form points to a record of every kind that a form can point to.
pub(super) const POINTING: &str = r"workflow: pointing
title: {en: Pointing}
owners: {role: admin}
submitters: everyone

form:
  what: {type: text, label: {en: What}, required: true, max_length: 200}
  boss: {type: person, label: {en: Who decides}, required: true}
  crew: {type: people, label: {en: Who comes along}}
  paper: {type: file, label: {en: Paper}}
  customer: {type: record, of: account, label: {en: Customer}}
  partner: {type: record, of: contact, label: {en: Partner}}
  deal: {type: record, of: deal, label: {en: Deal}}
  lines:
    type: list
    label: {en: Lines}
    fields:
      receipt: {type: file, label: {en: Receipt}}
      client: {type: record, of: account, label: {en: Client}}

steps:
  - approval: boss
    title: {en: Boss}
    by: {person: boss}
    allow: [transfer, return, add_approver, remove_approver]
    deadline: 5 working days
    can_edit: [boss, crew, paper, customer, partner, deal, lines]
";

/// The places of the form, and the prefixes of the ids that they take.
pub(super) const FORM: [(&str, &str); 8] = [
    ("/boss", "user"),
    ("/crew/0", "user"),
    ("/paper/0", "file"),
    ("/customer", "acct"),
    ("/partner", "cont"),
    ("/deal", "deal"),
    ("/lines/0/receipt/0", "file"),
    ("/lines/0/client", "acct"),
];

/// What somebody has, by the prefix of its id, and by the noun of the path where it has a name.
pub(super) struct Things {
    pub(super) who: Caller,
    ids: BTreeMap<&'static str, String>,
    /// A request that is not submitted yet, one that was returned, and one that they decide.
    draft: String,
    returned: String,
    asked: String,
    /// A task from which they added somebody.
    shared: String,
    /// A lead that is converted.
    converted: String,
    /// Somebody else of the company, to point to.
    third: String,
}

/// Definitions under a name that everyone of a company may use, put there by its admin.
pub(super) async fn define(admin: &Caller, name: &str) -> anyhow::Result<()> {
    let mut texts = vec![("/v1/workflows/pointing".to_owned(), POINTING.to_owned())];
    for noun in NAMED {
        let path = format!("/v1/{noun}/{name}");
        let text = definition(&path)?.replacen("walked", name, 1);
        texts.push((path, text));
    }
    for (path, text) in texts {
        let headers = [("content-type", "application/yaml"), ("if-match", "*")];
        let answer = admin.send_bytes(Method::PUT, &path, &headers, Some(text.into_bytes()));
        let answer = answer.await?;
        anyhow::ensure!(answer.status < 300, "{path}: {answer}");
    }
    Ok(())
}

/// A version that waits for a second person, who may be any of those that publish; by an admin.
pub(super) async fn propose(admin: &Caller, name: &str) -> anyhow::Result<String> {
    let second_person = async |wanted: bool| {
        let change = json!({"publishing": {"second_person": wanted}});
        admin.patch("/v1/settings", &change).await?.expect(200)
    };
    second_person(true).await?;
    let path = format!("/v1/calendars/{name}");
    let text = definition(&path)?.replacen("walked", name, 1);
    let headers = [("content-type", "application/yaml"), ("if-match", "*")];
    let proposal = admin.send_bytes(Method::PUT, &path, &headers, Some(text.into_bytes()));
    let proposal = proposal.await?.expect(202)?;
    second_person(false).await?;
    Ok(proposal.text("/id").to_owned())
}

/// Somebody new at a company, signed in.
pub(super) async fn hire(
    server: &Server,
    admin: &Caller,
    name: &str,
    roles: &[&str],
) -> anyhow::Result<Caller> {
    let email = format!("{name}@walked.example");
    let password = "parkett zwiebel dunkel";
    let person = json!({"name": name, "email": email, "password": password, "roles": roles});
    admin.post("/v1/users", &person).await?.expect(201)?;
    let words = json!({"email": email, "password": password});
    let entered = server
        .stranger()
        .post("/v1/auth/login", &words)
        .await?
        .expect(200)?;
    let mut caller = admin.clone();
    caller.token = Some(entered.text("/access_token").to_owned());
    Ok(caller)
}

pub(super) async fn id_of(who: &Caller) -> anyhow::Result<String> {
    Ok(who.get("/v1/me").await?.expect(200)?.text("/id").to_owned())
}

/// Nouns whose records have names that are each company's own.
pub(super) const NAMED: [&str; 5] = ["workflows", "automations", "calendars", "tables", "leave-types"];

/// Who is around somebody: who decides their requests and asks them to decide one, somebody to point to, and what the
/// definitions of their company are called.
pub(super) struct Around<'a> {
    pub(super) peer: &'a Caller,
    pub(super) third: &'a Caller,
    pub(super) named: &'a str,
}

impl Things {
    pub(super) async fn of(who: &Caller, around: &Around<'_>, visibility: &str) -> anyhow::Result<Self> {
        let mut things = Self {
            who: who.clone(),
            ids: BTreeMap::from([("by", unique("theirs"))]),
            draft: String::new(),
            returned: String::new(),
            asked: String::new(),
            shared: String::new(),
            converted: String::new(),
            third: id_of(around.third).await?,
        };
        let me = who.get("/v1/me").await?.expect(200)?;
        things.keep("user", &me);
        things.ids.insert("email", me.text("/email").to_owned());
        for noun in NAMED {
            things.ids.insert(noun, around.named.to_owned());
        }
        things.ids.insert("event-types", "crm.deal.won".to_owned());
        things.first("dept", "/v1/departments").await?;
        things.first("role", "/v1/roles").await?;
        things.first("sess", "/v1/sessions").await?;
        things.hooks().await?;
        things.customers(visibility).await?;
        things.office(around.peer).await?;
        things.platform().await?;
        Ok(things)
    }

    pub(super) fn id(&self, prefix: &str) -> anyhow::Result<&str> {
        let found = self.ids.get(prefix).map(String::as_str);
        found.with_context(|| format!("the walk has no {prefix}: say in Things how one is made"))
    }

    /// What a reference in a body points to: of people somebody else.
    pub(super) fn pointed(&self, prefix: &str) -> anyhow::Result<&str> {
        match prefix {
            "user" => Ok(&self.third),
            other => self.id(other),
        }
    }

    /// What an operation's path names: the request that it can be done with.
    pub(super) fn in_path(&self, operation: &str, prefix: &str) -> anyhow::Result<&str> {
        match operation {
            "PATCH /v1/requests/{id}" | "DELETE /v1/requests/{id}" | "POST /v1/requests/{id}/submit" => {
                Ok(&self.draft)
            }
            "POST /v1/requests/{id}/resubmit" => Ok(&self.returned),
            "POST /v1/requests/{id}/approve"
            | "POST /v1/requests/{id}/reject"
            | "POST /v1/requests/{id}/return" => Ok(&self.asked),
            "POST /v1/tasks/{id}/remove-approver" => Ok(&self.shared),
            // It names what it became.
            "GET /v1/leads/{id}" => Ok(&self.converted),
            "POST /v1/workflows/{name}/form/check" | "POST /v1/workflows/{name}/simulate" => Ok("pointing"),
            _ => self.id(prefix),
        }
    }

    /// A form of `pointing` that this person can submit.
    pub(super) fn form(&self) -> anyhow::Result<Value> {
        let mut form = json!({"what": "A walk", "crew": [], "paper": [], "lines": [{"receipt": []}]});
        for (at, prefix) in FORM {
            super::cases::put(&mut form, at, self.pointed(prefix)?)?;
        }
        Ok(form)
    }

    fn keep(&mut self, prefix: &'static str, made: &Answer) -> String {
        let id = made.text("/id").to_owned();
        self.ids.insert(prefix, id.clone());
        id
    }

    async fn make(&mut self, prefix: &'static str, path: &str, body: &Value) -> anyhow::Result<String> {
        let made = self.who.post(path, body).await?;
        anyhow::ensure!(made.status < 300, "{path} {body}: {made}");
        Ok(self.keep(prefix, &made))
    }

    /// The first row of a list, once there is one.
    async fn first(&mut self, prefix: &'static str, path: &str) -> anyhow::Result<()> {
        let who = self.who.clone();
        let row = until(path, 20, async || {
            let page = who.get(path).await?.expect(200)?;
            Ok(page.rows().first().cloned())
        });
        let row = row.await?;
        let id = row["id"].as_str().context("a row without id")?;
        self.ids.insert(prefix, id.to_owned());
        Ok(())
    }

    async fn hooks(&mut self) -> anyhow::Result<()> {
        let hook = json!({"url": "http://127.0.0.1:9/", "event_types": ["crm.account.created"]});
        self.make("whk", "/v1/webhooks", &hook).await?;
        let key = json!({"name": "Walks", "scopes": ["crm:deals:read"]});
        self.make("key", "/v1/api-keys", &key).await?;
        let feed = json!({"shows": "own"});
        self.make("lvf", "/v1/leave/feeds", &feed).await?;
        Ok(())
    }

    async fn customers(&mut self, visibility: &str) -> anyhow::Result<()> {
        let named = |more: Value| {
            let mut body = json!({"name": unique("Walked"), "visibility": visibility});
            if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
                body.extend(more);
            }
            body
        };
        let account = self.make("acct", "/v1/accounts", &named(json!({}))).await?;
        let of_account = named(json!({"account": account}));
        let contact = self.make("cont", "/v1/contacts", &of_account).await?;
        let deal = self.make("deal", "/v1/deals", &of_account).await?;
        let new = named(json!({"company": unique("Walks")}));
        self.converted = self.make("lead", "/v1/leads", &new).await?;
        let ask = json!({"account": account, "contact": contact, "deal": {}});
        let path = format!("/v1/leads/{}/convert", self.converted);
        self.who.post(&path, &ask).await?.expect(200)?;
        let lead = self.make("lead", "/v1/leads", &new).await?;
        let activity = json!({
            "type": "task", "subject": unique("Walked"), "visibility": visibility,
            "account": account, "contact": contact, "deal": deal, "lead": lead,
        });
        self.make("act", "/v1/activities", &activity).await?;
        let deal = self.who.get(&format!("/v1/deals/{deal}")).await?.expect(200)?;
        self.ids.insert("pipe", deal.text("/pipeline").to_owned());
        self.ids.insert("stage", deal.text("/stage").to_owned());
        for (noun, body) in [
            ("accounts", named(json!({}))),
            ("contacts", of_account.clone()),
            ("deals", of_account),
            ("activities", activity),
            ("leads", named(json!({}))),
        ] {
            let path = format!("/v1/{noun}/by/walk/{}", self.id("by")?);
            let made = self.who.put(&path, &body).await?;
            anyhow::ensure!(made.status == 201, "{path}: {made}");
        }
        Ok(())
    }

    async fn office(&mut self, peer: &Caller) -> anyhow::Result<()> {
        let file = self.who.upload().await?;
        self.ids.insert("file", file);
        let rows = format!("Name\n{}\n", unique("Walked"));
        let sheet = self.who.upload_as("walked.csv", "text/csv", rows).await?;
        self.ids.insert("sheet", sheet.clone());
        let rows = json!({"file": sheet, "kind": "accounts", "validate_only": true});
        let import = self.make("imp", "/v1/imports", &rows).await?;
        let who = self.who.clone();
        let path = format!("/v1/imports/{import}");
        let ended = until("the end of an import", 20, async || {
            let import = who.get(&path).await?.expect(200)?;
            Ok((import.text("/status") == "completed").then_some(()))
        });
        ended.await?;
        let request =
            |draft: bool, form: &Value| json!({"workflow": "pointing", "draft": draft, "form": form});
        let mut form = self.form()?;
        form["boss"] = json!(id_of(peer).await?);
        self.draft = self.make("req", "/v1/requests", &request(true, &form)).await?;
        let returned = self.make("req", "/v1/requests", &request(false, &form)).await?;
        let task = peer.tasks(&returned).await?;
        let task = task.first().and_then(|task| task["id"].as_str());
        let task = task.context("nobody was asked")?;
        let why = json!({"comment": "Which walk?"});
        let back = peer.post(&format!("/v1/tasks/{task}/return"), &why).await?;
        back.expect(200)?;
        self.returned = returned;
        self.make("req", "/v1/requests", &request(false, &form)).await?;
        let (_, task) = self.asked_by(peer).await?;
        let added = json!({"who": self.third, "where": "beside"});
        let path = format!("/v1/tasks/{task}/add-approver");
        self.who.post(&path, &added).await?.expect(200)?;
        self.shared = task;
        let (request, task) = self.asked_by(peer).await?;
        self.asked = request;
        self.ids.insert("task", task);
        Ok(())
    }

    /// A request that they are to decide, and their task in it.
    async fn asked_by(&self, peer: &Caller) -> anyhow::Result<(String, String)> {
        let form = json!({"what": "Theirs", "boss": self.id("user")?});
        let theirs = json!({"workflow": "pointing", "form": form});
        let theirs = peer.post("/v1/requests", &theirs).await?.expect(201)?;
        let asked = self.who.tasks(theirs.text("/id")).await?;
        let task = asked.first().and_then(|task| task["id"].as_str());
        let task = task.context("they were not asked")?;
        Ok((theirs.text("/id").to_owned(), task.to_owned()))
    }

    /// What comes of it all.
    async fn platform(&mut self) -> anyhow::Result<()> {
        let hook = self.id("whk")?.to_owned();
        self.first("dlv", &format!("/v1/webhooks/{hook}/deliveries"))
            .await?;
        self.first("ntc", "/v1/notices").await?;
        let account = self.id("acct")?.to_owned();
        self.first("evt", &format!("/v1/events?subject={account}"))
            .await?;
        Ok(())
    }

    /// What is sold and for how much, which admins alone write. The price is of a day long ago, so that others have room.
    async fn priced(&mut self, admin: &Caller) -> anyhow::Result<()> {
        let who = std::mem::replace(&mut self.who, admin.clone());
        let name = unique("Walked");
        let product = json!({"name": name, "code": name});
        let product = self.make("prod", "/v1/products", &product).await?;
        let book = json!({"name": name, "currency": "EUR"});
        let book = self.make("book", "/v1/price-books", &book).await?;
        let tiers = json!([{"unit_price": {"amount": "1.00", "currency": "EUR"}}]);
        let mut entry = json!({"price_book": book, "product": product, "tiers": tiers});
        entry["valid_until"] = json!("2020-12-31");
        self.make("price", "/v1/price-book-entries", &entry).await?;
        self.who = who;
        Ok(())
    }

    /// What few may write or look at: products with their prices, a run of an automation, a proposal.
    pub(super) async fn with_run(mut self, admin: &Caller) -> anyhow::Result<Self> {
        let proposal = propose(admin, &unique("proposed").to_lowercase()).await?;
        self.ids.insert("prop", proposal);
        self.priced(admin).await?;
        let who = std::mem::replace(&mut self.who, admin.clone());
        let runs = format!("/v1/automations/{}/runs?limit=1", self.id("automations")?);
        self.first("run", &runs).await?;
        self.who = who;
        Ok(self)
    }
}
