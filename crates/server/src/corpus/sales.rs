//! What salespeople do: each thing that can happen to a record of the CRM.

use serde_json::{Value, json};

use super::company::{Company, id};
use super::house::Call;

const CONTACTS: &str = "--corpus\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.csv\"\r\n\r\nId;Name;E-Mail;Firma\r\n\
    1;Ida Illner;ida@alpine.example;Alpine Foods\r\n2;Udo Ulm;udo@ulm.example;Ulm AG\r\n3;Nobody;none;Ulm AG\r\n--corpus--\r\n";

impl Company {
    /// A record, changed, deleted, and restored: its path.
    async fn record(&mut self, who: &str, noun: &str, body: Value, change: Value) -> String {
        let path = format!("/v1/{noun}");
        let made = self.then(Call::post(who, &*path, body)).await;
        let path = format!("{path}/{}", id(&made));
        self.patch(who, &path, change).await;
        self.delete(who, &path).await;
        self.verb(who, &path, "restore").await;
        self.ask(who, path.clone());
        self.ask(who, format!("{path}/history?limit=2"));
        path
    }

    /// Somebody who comes to nothing at first, and then to a contact at the account.
    async fn win_over(&mut self, account: &str) {
        let lead = json!({"name": "Ole Olsen", "company": "Alpine Foods", "email": "ole@alpine.example", "source": "web"});
        let lead = self
            .record("ann", "leads", lead, json!({"status": "working"}))
            .await;
        let id = lead.rsplit('/').next().unwrap_or_default();
        let note = json!({"type": "note", "subject": "Asked for prices", "lead": id});
        self.then(Call::post("ann", "/v1/activities", note)).await;
        let reason = json!({"reason": "no budget"});
        self.then(Call::post("ann", format!("{lead}/disqualify"), reason))
            .await;
        self.verb("ann", &lead, "reopen").await;
        let ask = json!({"account": account, "deal": {"name": "Filters"}});
        self.then(Call::post("ann", format!("{lead}/convert"), ask)).await;
        self.ask("ann", lead.clone());
        self.ask("ann", format!("{lead}/timeline?limit=3"));
    }

    pub(super) async fn sell(&mut self) {
        let account = json!({"name": "Alpine Foods", "country": "DE", "domain": "alpine.example"});
        let account = self
            .record("ann", "accounts", account, json!({"country": "AT"}))
            .await;
        self.ask("ann", format!("{account}/timeline?limit=3"));
        let account = account.rsplit('/').next().unwrap_or_default().to_owned();
        let contact = json!({"name": "Vera Voss", "email": "vera@alpine.example", "account": account});
        let contact = self
            .record("ann", "contacts", contact, json!({"phone": "+43 1 234567"}))
            .await;
        self.ask("ann", format!("{contact}/timeline"));
        let stages = json!([{"name": "New", "probability": 10}, {"name": "Nearly", "probability": 80}]);
        let pipeline = json!({"name": "Repairs", "stages": stages});
        self.record("ada", "pipelines", pipeline, json!({"name": "Repairs and parts"}))
            .await;
        let deal = |name: &str| json!({"name": name, "account": account, "amount": {"amount": "4000.00", "currency": "EUR"}});
        let won = self
            .record("ann", "deals", deal("Pumps"), json!({"probability": 60}))
            .await;
        self.ask("ann", format!("{won}/timeline?limit=2"));
        let stage = self.house.done(Call::get("ann", "/v1/pipelines")).await;
        let stage = stage["data"][0]["stages"][1]["id"].clone();
        self.then(Call::post("ann", format!("{won}/move"), json!({"stage": stage})))
            .await;
        let reason = json!({"reason": "price"});
        self.then(Call::post("ann", format!("{won}/lose"), reason)).await;
        self.verb("ann", &won, "reopen").await;
        let call = json!({"type": "call", "subject": "Ask about pumps", "deal": won.rsplit('/').next(), "due_at": "2027-03-01"});
        let call = self
            .record("ann", "activities", call, json!({"priority": "high"}))
            .await;
        self.verb("ann", &call, "complete").await;
        self.verb("ann", &call, "reopen").await;
        self.ask("ann", "/v1/today?zone=Europe/Berlin");
        // It starts a purchase, and what becomes of that comes back to it.
        self.verb("ann", &won, "win").await;
        let started = self
            .house
            .done(Call::get("ann", "/v1/requests?limit=1&sort=-created_at"))
            .await;
        let started = id(&started["data"][0]);
        self.decided("bo", &started, "reject", json!({"comment": "Not this year."}))
            .await;
        self.about(&started);
        self.win_over(&account).await;
        self.stumble(&account).await;
        self.move_in().await;
        self.price(&account).await;
    }

    /// What is sold and for how much, and a deal that sells it.
    async fn price(&mut self, account: &str) {
        let product = json!({"name": "Hose", "code": "HOSE-1", "unit": "metre", "tax_rate_percent": "19"});
        let product = self
            .record("ada", "products", product, json!({"description": "Red"}))
            .await;
        let book = json!({"name": "List prices", "currency": "EUR"});
        let book = self
            .record("ada", "price-books", book, json!({"name": "Prices"}))
            .await;
        self.patch("ada", &book, json!({"standard": true})).await;
        let end = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let (product, book) = (end(&product), end(&book));
        let tiers = json!([{"unit_price": {"amount": "7.50", "currency": "EUR"}}]);
        let price =
            json!({"price_book": book, "product": product, "tiers": tiers, "valid_from": "2026-01-01"});
        self.record(
            "ada",
            "price-book-entries",
            price,
            json!({"valid_until": "2029-12-31"}),
        )
        .await;
        self.ask(
            "ann",
            format!("/v1/price-books/{book}/prices/{product}?on=2027-03-01"),
        );
        let deal = json!({"name": "Hoses", "account": account});
        let deal = format!(
            "/v1/deals/{}",
            id(&self.then(Call::post("ann", "/v1/deals", deal)).await)
        );
        let lines = json!({"lines": [{"product": product, "quantity": "2.5", "discount_percent": "10"}]});
        let put = Call::change("PUT", "ann", format!("{deal}/lines"), Some(lines));
        self.then(put).await;
        self.ask("ann", format!("{deal}/lines"));
        self.ask("ann", deal);
    }

    /// Contacts come in from a file with one row that is none, and are taken back; another import is cancelled.
    async fn move_in(&mut self) {
        let file = self.then(Call::post("ann", "/v1/files", json!(CONTACTS))).await;
        let new =
            json!({"file": file["id"], "kind": "contacts", "create_missing": true, "source": "old-crm"});
        let import = id(&self.then(Call::post("ann", "/v1/imports", new)).await);
        let import = format!("/v1/imports/{import}");
        self.import().await;
        self.ask("ann", format!("{import}/rows?limit=2"));
        let found = self
            .house
            .done(Call::get("ann", "/v1/contacts?email=ida@alpine.example"))
            .await;
        let contact = format!("/v1/contacts/{}", id(&found["data"][0]));
        self.patch("ann", &contact, json!({"phone": "+43 1 765432"}))
            .await;
        self.verb("ann", &import, "undo").await;
        self.import().await;
        self.ask("ann", import);
        let again = json!({"file": file["id"], "kind": "leads", "match_on": "email", "validate_only": true});
        let import = id(&self.then(Call::post("ann", "/v1/imports", again)).await);
        let import = format!("/v1/imports/{import}");
        self.verb("ann", &import, "cancel").await;
        self.ask("ann", import);
        self.ask("ann", "/v1/imports?limit=1&sort=created_at");
    }

    async fn import(&self) {
        self.house.composed.workers.importer.turn().await.unwrap();
        self.house.settle(self.tenant).await;
    }

    /// A purchase takes euros: what is won in dollars starts none, also not when it is tried again.
    async fn stumble(&mut self, account: &str) {
        let deal =
            json!({"name": "Valves", "account": account, "amount": {"amount": "90.00", "currency": "USD"}});
        let deal = id(&self.then(Call::post("ann", "/v1/deals", deal)).await);
        let deal = format!("/v1/deals/{deal}");
        self.verb("ann", &deal, "win").await;
        let runs = self
            .house
            .done(Call::get("ada", "/v1/automations/welcome/runs?status=failed"))
            .await;
        let run = format!("/v1/runs/{}", id(&runs["data"][0]));
        self.verb("ada", &run, "retry").await;
        self.ask("ada", run);
        self.ask("ann", format!("{deal}/timeline"));
    }
}
