//! A company whose days leave every kind of row and of event behind.

use chrono::TimeDelta;
use countersign_identity::set_up;
use countersign_kernel::id::TenantId;
use countersign_testkit::{FixedClock, TestDb};
use serde_json::{Value, json};

use super::house::{Call, House, PASSWORD};

const RECEIPT: &str = "--corpus\r\nContent-Disposition: form-data; name=\"file\"; filename=\"r.pdf\"\r\n\r\n%PDF-1.4\n%%EOF\n\r\n--corpus--\r\n";

/// Whom they report to, and their roles.
const PEOPLE: [(&str, Option<&str>, &[&str]); 6] = [
    ("cleo", None, &[]),
    ("bo", Some("cleo"), &[]),
    ("ann", Some("bo"), &[]),
    ("eve", Some("cleo"), &["finance"]),
    ("dan", Some("eve"), &["finance"]),
    ("gus", Some("cleo"), &["legal"]),
];

pub(super) struct Company {
    pub(super) house: House,
    pub(super) tenant: TenantId,
    /// What will be asked of it, in every later version.
    pub(super) questions: Vec<Call>,
}

pub(super) fn id(answer: &Value) -> String {
    answer["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no id in {answer:#}"))
        .to_owned()
}

impl Company {
    /// Founds it and lets it work.
    pub(super) async fn at_work(db: TestDb, data: &std::path::Path) -> Self {
        let house = House::over(db, data, FixedClock::default()).await;
        let tenant = found(&house).await;
        let mut company = Self {
            house,
            tenant,
            questions: Vec::new(),
        };
        company.administer().await;
        company.publish().await;
        company.sell().await;
        company.decide().await;
        company.hold_and_wait().await;
        company.take_leave().await;
        company.mend().await;
        company.propose().await;
        company.lists();
        company
    }

    pub(super) async fn then(&self, call: Call) -> Value {
        let answer = self.house.done(call).await;
        self.house.settle(self.tenant).await;
        answer
    }

    pub(super) fn ask(&mut self, who: &str, path: impl Into<String>) {
        self.questions.push(Call::get(who, path));
    }

    /// Requests that people and rules bring to each of their ends.
    async fn decide(&mut self) {
        self.request("Pens", "42.00").await;
        self.request("Rocket", "200000.00").await;
        self.request("Lamp", "500.00").await;
        let chair = self.request("Chair", "700.00").await;
        // The last step tells of a record, and a chair is none: it is held, and an owner says that it is mended.
        self.decided("bo", &chair, "approve", json!({})).await;
        self.decided("eve", &chair, "complete", json!({"comment": "Try again."}))
            .await;
        let about = self.user("ann").await;
        let told = self.request(&about, "710.00").await;
        self.decided("bo", &told, "approve", json!({})).await;
        let drawn = self.request("Claimed twice", "510.00").await;
        for (verb, body) in [
            ("urge", json!({"comment": "Today, please."})),
            ("recall", json!({})),
            ("withdraw", json!({})),
        ] {
            self.then(Call::post("ann", format!("/v1/requests/{drawn}/{verb}"), body))
                .await;
        }
        let refused = self.request("Massage chair", "800.00").await;
        self.decided("bo", &refused, "comment", json!({"text": "Is that for work?"}))
            .await;
        self.decided("bo", &refused, "reject", json!({"comment": "Not for work."}))
            .await;
        let back = self.request("Hotel", "720.00").await;
        self.decided(
            "bo",
            &back,
            "return",
            json!({"comment": "Without the minibar, please."}),
        )
        .await;
        let again = self.request("Train", "640.00").await;
        self.decided("bo", &again, "return", json!({"comment": "Second class?"}))
            .await;
        let form = json!({"form": {"what": "Train, second class"}});
        self.then(Call::post("ann", format!("/v1/requests/{again}/resubmit"), form))
            .await;
        let handed = self.request("Desk", "900.00").await;
        let to = self.user("cleo").await;
        self.decided("bo", &handed, "transfer", json!({"to": to, "comment": "Yours."}))
            .await;
        self.ask_others().await;
        self.buy_something_large().await;
        let pieces = self.request("Cabinet", "650.00").await;
        self.decided("bo", &pieces, "approve", json!({})).await;
        self.decided("eve", &pieces, "approve", json!({})).await;
        self.lose_a_role().await;
        self.drafts().await;
    }

    /// Others are asked too, before, beside and after whoever the rule asks; one of them is not, after all.
    async fn ask_others(&mut self) {
        let sofa = self.request("Sofa", "660.00").await;
        let (gus, eve) = (self.user("gus").await, self.user("eve").await);
        let first = json!({"who": gus, "where": "before", "comment": "Is there room?"});
        self.decided("bo", &sofa, "add-approver", first).await;
        let beside = json!({"who": eve, "where": "beside"});
        self.decided("bo", &sofa, "add-approver", beside.clone()).await;
        self.decided("bo", &sofa, "remove-approver", json!({"who": eve}))
            .await;
        self.decided("gus", &sofa, "approve", json!({})).await;
        let then = json!({"who": eve, "where": "after"});
        self.decided("bo", &sofa, "add-approver", then).await;
        let table = self.request("Table", "670.00").await;
        self.decided("bo", &table, "add-approver", beside).await;
    }

    /// A request that goes through most of the steps.
    async fn buy_something_large(&mut self) {
        let big = self.request("Press", "9000.00").await;
        self.decided("bo", &big, "approve", json!({"comment": "Fine."}))
            .await;
        self.decided("gus", &big, "approve", json!({})).await;
        self.decided("eve", &big, "approve", json!({})).await;
        self.decided("dan", &big, "approve", json!({"form": {"urgency": "high"}}))
            .await;
        self.decided("eve", &big, "approve", json!({})).await;
        for crates in [0, 2] {
            self.decided("ann", &big, "complete", json!({"form": {"crates": crates}}))
                .await;
        }
        self.deliver(&big).await;
    }

    /// What a request waits for is said by another system.
    async fn deliver(&mut self, request: &str) {
        let delivered = json!({"type": "custom.parcel.delivered", "data": {"request": request}});
        let sent = self
            .then(Call::post("ada", "/v1/events", delivered).once("delivered"))
            .await;
        self.ask("ada", format!("/v1/events/{}", id(&sent)));
        self.house.composed.workers.timers.turn().await.unwrap();
        self.house.settle(self.tenant).await;
    }

    /// What waits for somebody who loses their role goes on without them.
    async fn lose_a_role(&mut self) {
        let van = self.request("Van", "1500.00").await;
        self.decided("bo", &van, "approve", json!({})).await;
        let dan = format!("/v1/users/{}", self.user("dan").await);
        self.patch("ada", &dan, json!({"roles": []})).await;
        self.patch("ada", &dan, json!({"roles": ["finance"]})).await;
    }

    async fn drafts(&mut self) {
        let receipt = self.then(Call::post("ann", "/v1/files", json!(RECEIPT))).await;
        let form = json!({"what": "Not sure yet", "notes": [1, {"a": null, "receipt": receipt["id"]}]});
        let draft = json!({"workflow": "purchase", "draft": true, "form": form});
        let other = id(&self.then(Call::post("ann", "/v1/requests", draft.clone())).await);
        let other = format!("/v1/requests/{other}");
        self.patch("ann", &other, json!({"form": {"notes": null}})).await;
        self.delete("ann", &other).await;
        let draft = id(&self.then(Call::post("ann", "/v1/requests", draft)).await);
        self.ask("ann", format!("/v1/requests/{draft}"));
        self.ask("ann", format!("/v1/files/{}", id(&receipt)));
    }

    /// What nobody can decide, and what nobody does in time.
    async fn hold_and_wait(&mut self) {
        let told = self.house.done(Call::get("ann", "/v1/notices")).await;
        self.verb("ann", &format!("/v1/notices/{}", id(&told["data"][0])), "read")
            .await;
        let held = id(&self.then(purchase("cleo", "Boat", "3000.00")).await);
        self.about(&held);
        let lorry = self.request("Lorry", "9500.00").await;
        for (who, verb) in [
            ("bo", "approve"),
            ("dan", "claim"),
            ("dan", "release"),
            ("eve", "claim"),
            ("eve", "approve"),
            ("eve", "approve"),
            ("dan", "approve"),
        ] {
            self.decided(who, &lorry, verb, json!({})).await;
        }
        self.house.advance(TimeDelta::days(3));
        self.house.composed.workers.timers.turn().await.unwrap();
        self.house.settle(self.tenant).await;
    }

    /// What is held is tried again, gone on without, and gone on with by a newer version.
    async fn mend(&mut self) {
        let why = json!({"comment": "A shelf is no record."});
        let shelf = self.request("Shelf", "730.00").await;
        self.decided("bo", &shelf, "approve", json!({})).await;
        for verb in ["retry", "skip"] {
            let path = format!("/v1/requests/{shelf}/{verb}");
            self.then(Call::post("eve", path, why.clone())).await;
        }
        let cupboard = self.request("Cupboard", "740.00").await;
        self.decided("bo", &cupboard, "approve", json!({})).await;
        let newer = include_str!("purchase.yaml").replace("It is yours.", "Here it is.");
        let newer = Call::change("PUT", "ada", "/v1/workflows/purchase", Some(json!(newer)));
        self.then(newer).await;
        self.then(Call::post("eve", format!("/v1/requests/{cupboard}/move"), why))
            .await;
    }

    fn lists(&mut self) {
        for (who, path) in [
            ("ada", "/v1/audit/verify"),
            ("ann", "/v1/requests?limit=3&sort=created_at"),
            ("ada", "/v1/requests?limit=4&status=open&sort=-created_at"),
            ("bo", "/v1/tasks?assignee=me&limit=2&sort=created_at"),
            ("ada", "/v1/events?limit=20"),
            ("ada", "/v1/audit?limit=20&sort=sequence"),
            ("ada", "/v1/users?limit=3&sort=name"),
            ("ada", "/v1/roles"),
            ("ann", "/v1/notices"),
            ("ann", "/v1/deals?limit=1&sort=name"),
            ("ada", "/v1/workflows/purchase/versions"),
            ("ada", "/v1/automations/welcome/runs"),
            ("ada", "/v1/settings"),
            ("ann", "/v1/proposals?limit=2&sort=proposed_at"),
            ("ann", "/v1/workflows/lease-publish/versions"),
        ] {
            self.ask(who, path);
        }
    }

    /// A request of ann's, made once however often it is sent.
    async fn request(&mut self, what: &str, amount: &str) -> String {
        let call = purchase("ann", what, amount).once(what);
        let made = id(&self.then(call.clone()).await);
        self.questions.push(call);
        self.about(&made);
        made
    }

    pub(super) fn about(&mut self, request: &str) {
        self.ask("ada", format!("/v1/requests/{request}"));
        self.ask("ada", format!("/v1/requests/{request}/next"));
        self.ask("ada", format!("/v1/requests/{request}/history?limit=7"));
    }

    /// Somebody's one open task.
    pub(super) async fn decided(&self, who: &str, request: &str, verb: &str, body: Value) {
        let inbox = format!("/v1/tasks?assignee=me&status=open&request={request}");
        let inbox = self.house.done(Call::get(who, inbox)).await;
        let task = id(&inbox["data"][0]);
        self.then(Call::post(who, format!("/v1/tasks/{task}/{verb}"), body))
            .await;
    }

    pub(super) async fn user(&self, first: &str) -> String {
        let found = format!("/v1/users?email={first}@acme.example");
        id(&self.house.done(Call::get("ada", found)).await["data"][0])
    }
}

fn purchase(who: &str, what: &str, amount: &str) -> Call {
    let mut form = json!({"what": what, "amount": {"amount": amount, "currency": "EUR"}, "urgency": "low"});
    if what == "Cabinet" {
        form["pieces"] = json!([{"name": "Board", "area": "lab"}, {"name": "Nail", "area": "office"}]);
    }
    Call::post(who, "/v1/requests", json!({"workflow": "purchase", "form": form}))
}

/// The first tenant, by the link of the first start, and its people.
async fn found(house: &House) -> TenantId {
    let link = set_up::service::link(&house.composed.identity)
        .await
        .unwrap()
        .unwrap();
    let token = link.rsplit(['#', '=']).next().unwrap();
    let ada = json!({
        "token": token, "email": "ada@acme.example", "name": "Ada", "password": PASSWORD,
        "tenant": {"name": "Acme", "slug": "acme", "currency": "EUR", "zone": "Europe/Berlin"}
    });
    house.done(Call::post("", "/v1/auth/set-up", ada)).await;
    let mut ids: Vec<(&str, String)> = Vec::new();
    for (first, manager, roles) in PEOPLE {
        let manager = manager.and_then(|name| ids.iter().find(|(known, _)| *known == name));
        let person = json!({
            "name": format!("{}{}", first[..1].to_uppercase(), &first[1..]), "email": format!("{first}@acme.example"),
            "manager": manager.map(|(_, id)| id), "roles": roles, "password": PASSWORD,
        });
        ids.push((
            first,
            id(&house.done(Call::post("ada", "/v1/users", person)).await),
        ));
    }
    let reader = house.db.across_tenants().await.unwrap();
    countersign_identity::tenants::store::all(&reader).await.unwrap()[0]
}
