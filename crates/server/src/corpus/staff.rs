//! What administrators do: people, departments, roles, keys, definitions, endpoints.

use serde_json::{Value, json};

use super::company::{Company, id};
use super::house::{Call, PASSWORD};

const TABLE: &str = "table: levels\ntitle: Levels\nowners: {role: finance}\ngiven: {urgency: text}\ngives: [level]\nrows:\n  - [low, 1]\n  - [any, 2]\ntake: first\n";
const CALENDAR: &str =
    "calendar: default\nzone: Europe/Berlin\nworking: {monday to friday: \"09:00-17:00\"}\n";

const LEASE: &str = "workflow: lease\ntitle: {en: Lease, zh-CN: 租赁}\nowners: {role: admin}\nform:\n  what: {type: text, required: true}\nsteps:\n  - end: approved\n";

impl Company {
    /// What is made, changed and ended by an administrator: the path of the record.
    async fn kept(&mut self, path: &str, body: Value) -> String {
        let made = self.then(Call::post("ada", path, body)).await;
        let path = format!("{path}/{}", id(&made));
        self.ask("ada", path.clone());
        path
    }

    pub(super) async fn patch(&self, who: &str, path: &str, body: Value) {
        self.then(Call::change("PATCH", who, path, Some(body))).await;
    }

    pub(super) async fn delete(&self, who: &str, path: &str) {
        self.then(Call::change("DELETE", who, path, None)).await;
    }

    pub(super) async fn verb(&self, who: &str, path: &str, verb: &str) {
        self.then(Call::post(who, format!("{path}/{verb}"), json!({})))
            .await;
    }

    pub(super) async fn administer(&mut self) {
        let bo = self.user("bo").await;
        let sales = self
            .kept("/v1/departments", json!({"name": "Sales", "head": bo}))
            .await;
        self.patch("ada", &sales, json!({"name": "Sales and service"}))
            .await;
        let spare = self.kept("/v1/departments", json!({"name": "Spare"})).await;
        self.delete("ada", &spare).await;
        let buyer = self.kept("/v1/roles", json!({"name": "buyer"})).await;
        self.patch("ada", &buyer, json!({"about": "Buys."})).await;
        let spare = self.kept("/v1/roles", json!({"name": "spare"})).await;
        self.delete("ada", &spare).await;
        let gil = json!({"name": "Gil", "email": "gil@acme.example", "roles": ["buyer"], "country": "DE"});
        let gil = self.kept("/v1/users", gil).await;
        self.patch(
            "ada",
            &gil,
            json!({"title": "Buyer", "limit": {"amount": "100.00", "currency": "EUR"}}),
        )
        .await;
        self.verb("ada", &gil, "disable").await;
        self.verb("ada", &gil, "enable").await;
        self.patch("ada", "/v1/settings", json!({"name": "Acme & Co."}))
            .await;
        self.sign_in_and_out().await;
        self.set_passwords(&gil).await;
    }

    /// A first password by a link, another by its person, who is then signed out everywhere; and a link that is not used yet.
    async fn set_passwords(&mut self, user: &str) {
        let link = format!("{user}/password-link");
        let made = self.then(Call::post("ada", &link, json!({}))).await;
        let token = made["link"].as_str().unwrap().rsplit('#').next().unwrap();
        let first = json!({"token": token, "password": "dunkel zwiebel parkett"});
        let gil = self.then(Call::post("", "/v1/auth/password", first)).await;
        let gil = gil["access_token"].as_str().unwrap();
        let next =
            json!({"current_password": "dunkel zwiebel parkett", "new_password": "parkett zwiebel dunkel"});
        self.then(Call::post(gil, "/v1/me/password", next)).await;
        self.delete("ada", &format!("{user}/sessions")).await;
        self.then(Call::post("ada", &link, json!({}))).await;
    }

    /// A session that ends, one that goes on in every later version, and keys.
    async fn sign_in_and_out(&mut self) {
        let credentials = json!({"email": "gus@acme.example", "password": PASSWORD});
        let refresh = async || {
            let session = self
                .then(Call::post("", "/v1/auth/login", credentials.clone()))
                .await;
            json!({"refresh_token": session["refresh_token"]})
        };
        let (ended, kept) = (refresh().await, refresh().await);
        self.then(Call::post("", "/v1/auth/logout", ended)).await;
        self.questions.push(Call::post("", "/v1/auth/refresh", kept));
        let key = |name: &str| {
            Call::post(
                "ann",
                "/v1/api-keys",
                json!({"name": name, "scopes": ["oa:requests:read"]}),
            )
        };
        let kept = self.then(key("Reports")).await;
        self.ask(kept["key"].as_str().unwrap(), "/v1/me");
        let revoked = id(&self.then(key("Lost")).await);
        self.delete("ann", &format!("/v1/api-keys/{revoked}")).await;
    }

    /// Versions that wait for a second person: one that is published, one rejected, one withdrawn, and one that still waits.
    pub(super) async fn propose(&mut self) {
        let finance = json!([{"role": "finance", "names": ["lease-*"], "kinds": ["workflow"]}]);
        let wanted = json!({"publishing": {"second_person": true, "rights": finance}});
        self.patch("ada", "/v1/settings", wanted).await;
        for (verb, who, body) in [
            ("publish", "eve", json!({"comment": "As agreed."})),
            ("reject", "eve", json!({"comment": "Not yet."})),
            ("withdraw", "ada", json!({})),
            ("wait", "", json!({})),
        ] {
            let name = format!("lease-{verb}");
            let text = LEASE.replacen("lease", &name, 1);
            let proposal = self
                .then(Call::put("ada", format!("/v1/workflows/{name}"), &text))
                .await;
            let path = format!("/v1/proposals/{}", id(&proposal));
            if !who.is_empty() {
                self.then(Call::post(who, format!("{path}/{verb}"), body)).await;
            }
            self.ask("ann", path);
        }
    }

    pub(super) async fn publish(&mut self) {
        for (path, text) in [
            ("/v1/calendars/default", CALENDAR),
            ("/v1/tables/levels", TABLE),
            ("/v1/workflows/purchase", include_str!("purchase.yaml")),
            ("/v1/automations/welcome", include_str!("welcome.yaml")),
            ("/v1/automations/outcome", include_str!("outcome.yaml")),
        ] {
            self.then(Call::put("ada", path, text)).await;
            self.ask("ada", path);
        }
        let hook = |name: &str| json!({"url": format!("https://hooks.example/{name}"), "event_types": ["oa.request.approved", "crm.deal.won"]});
        let live = self.kept("/v1/webhooks", hook("live")).await;
        self.ask("ada", format!("{live}/deliveries?limit=1&sort=created_at"));
        let spare = self.kept("/v1/webhooks", hook("spare")).await;
        self.patch("ada", &spare, json!({"payload": "full"})).await;
        for verb in ["rotate-secret", "test", "disable", "enable"] {
            self.verb("ada", &spare, verb).await;
        }
        let since = json!({"since": "2026-03-01T00:00:00Z"});
        self.then(Call::post("ada", format!("{spare}/replay"), since))
            .await;
        self.delete("ada", &spare).await;
    }
}
