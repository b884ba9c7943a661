//! What is on people's desks: requests in every state.

use serde_json::{Value, json};

use super::client::{Client, id};

/// The people who ask and decide here.
struct Desk {
    hal: Client,
    ann: Client,
    abe: Client,
    cleo: Client,
    ivy: Client,
    bo: Client,
    dan: Client,
    fay: Client,
}

pub(super) async fn fill(base: &str) -> anyhow::Result<()> {
    let sign_in = |name: &'static str| Client::sign_in(base, name);
    let desk = Desk {
        hal: sign_in("hal@acme.example").await?,
        ann: sign_in("ann@acme.example").await?,
        abe: sign_in("abe@acme.example").await?,
        cleo: sign_in("cleo@acme.example").await?,
        ivy: sign_in("ivy@acme.example").await?,
        bo: sign_in("bo@acme.example").await?,
        dan: sign_in("dan@acme.example").await?,
        fay: sign_in("fay@acme.example").await?,
    };
    desk.expenses().await?;
    desk.leave().await
}

impl Desk {
    async fn expenses(&self) -> anyhow::Result<()> {
        // Decided by rule.
        for (number, (who, purpose, amount, category)) in [
            (&self.hal, "Taxi to the airport", "42.50", "travel"),
            (
                &self.ann,
                "Lunch with Alpine Foods (two guests)",
                "68.00",
                "meals",
            ),
            (&self.abe, "Train to Hamburg", "119.90", "travel"),
        ]
        .into_iter()
        .enumerate()
        {
            expense(who, &format!("rule-{number}"), purpose, amount, category).await?;
        }
        // On a manager's desk.
        expense(&self.hal, "open", "Conference ticket", "640.00", "other").await?;
        expense(&self.abe, "open-2", "Trade fair stand", "930.00", "other").await?;
        // Through manager and finance.
        let laptop = expense(&self.hal, "approved", "Laptop", "1800.00", "equipment").await?;
        self.ivy
            .decide(
                &laptop,
                "approve",
                &json!({"comment": "The old one is six years old."}),
            )
            .await?;
        self.dan.decide(&laptop, "approve", &json!({})).await?;
        // On finance's desk.
        let screens = expense(&self.ann, "finance", "Two screens", "1150.00", "equipment").await?;
        self.bo.decide(&screens, "approve", &json!({})).await?;
        // Rejected, returned, withdrawn.
        let chair = expense(&self.hal, "rejected", "Massage chair", "2400.00", "equipment").await?;
        self.ivy
            .decide(&chair, "reject", &json!({"comment": "Not a work expense."}))
            .await?;
        let hotel = expense(&self.abe, "returned", "Hotel in Vienna", "720.00", "travel").await?;
        self.bo
            .decide(
                &hotel,
                "return",
                &json!({"comment": "Please split off the minibar."}),
            )
            .await?;
        let mistake = expense(&self.ann, "withdrawn", "Claimed twice", "510.00", "other").await?;
        self.ann
            .post(
                &format!("/v1/requests/{mistake}/withdraw"),
                "withdraw",
                &json!({}),
            )
            .await?;
        Ok(())
    }

    async fn leave(&self) -> anyhow::Result<()> {
        leave(&self.hal, "open", "annual", "2027-02-15", "2027-02-19", "Skiing").await?;
        let short = leave(
            &self.ann,
            "approved",
            "annual",
            "2027-05-10",
            "2027-05-14",
            "Hiking",
        )
        .await?;
        self.bo.decide(&short, "approve", &json!({})).await?;
        let long = leave(
            &self.abe,
            "hr",
            "unpaid",
            "2027-07-01",
            "2027-07-31",
            "Wedding and travel",
        )
        .await?;
        self.bo.decide(&long, "approve", &json!({})).await?;
        let denied = leave(
            &self.hal,
            "rejected",
            "annual",
            "2027-12-20",
            "2027-12-31",
            "Christmas",
        )
        .await?;
        self.ivy
            .decide(
                &denied,
                "reject",
                &json!({"comment": "The release is that week."}),
            )
            .await?;
        let ordinary = leave(
            &self.fay,
            "cleo",
            "annual",
            "2027-04-12",
            "2027-04-16",
            "Family visit",
        )
        .await?;
        self.cleo.decide(&ordinary, "approve", &json!({})).await?;
        // Nobody manages Cleo: the step is held, and HR gets a task.
        leave(
            &self.cleo,
            "held",
            "annual",
            "2027-08-02",
            "2027-08-06",
            "Sailing",
        )
        .await?;
        let draft =
            json!({"workflow": "leave", "draft": true, "form": {"kind": "annual", "reason": "Not sure yet"}});
        self.ann.post("/v1/requests", "leave-draft", &draft).await?;
        Ok(())
    }
}

async fn expense(
    who: &Client,
    key: &str,
    purpose: &str,
    amount: &str,
    category: &str,
) -> anyhow::Result<String> {
    let receipt = who.receipt(&format!("receipt-{key}")).await?;
    let form = json!({"purpose": purpose, "amount": {"amount": amount, "currency": "EUR"}, "category": category,
        "spent_on": "2026-11-02", "receipt": [receipt]});
    submit(who, &format!("expense-{key}"), "expense", &form).await
}

async fn leave(
    who: &Client,
    key: &str,
    kind: &str,
    start: &str,
    end: &str,
    reason: &str,
) -> anyhow::Result<String> {
    let form = json!({"kind": kind, "dates": {"start": start, "end": end}, "reason": reason});
    submit(who, &format!("leave-{key}"), "leave", &form).await
}

async fn submit(who: &Client, key: &str, workflow: &str, form: &Value) -> anyhow::Result<String> {
    id(&who
        .post("/v1/requests", key, &json!({"workflow": workflow, "form": form}))
        .await?)
}
