//! Leave: what somebody works, what they ask for, take and give back, and the end of a year.

use serde_json::{Value, json};

use super::company::{Company, id};
use super::house::Call;

const TYPES: &str = include_str!("../../../../workflows/leave-types.yaml");
const LEAVE: &str = "workflow: leave\ntitle: Leave\nowners: {role: admin}\nform:\n  kind: {type: text, required: true}\n  dates: {type: date_range, required: true}\nleave: {type: kind, dates: dates}\nsteps:\n  - approval: manager\n    by: {manager_of: requester}\n";
const CHANGE: &str = "workflow: leave-change\ntitle: Change\nowners: {role: admin}\nform:\n  leave: {type: text, required: true}\n  dates: {type: date_range}\nleave: {changes: leave, dates: dates}\nsteps:\n  - end: approved\n";

impl Company {
    pub(super) async fn take_leave(&mut self) {
        for (path, text) in [
            ("/v1/leave-types/standard", TYPES),
            ("/v1/workflows/leave", LEAVE),
            ("/v1/workflows/leave-change", CHANGE),
        ] {
            self.then(Call::put("ada", path, text)).await;
            self.ask("ada", path);
        }
        let ann = self.user("ann").await;
        let employment = format!("/v1/users/{ann}/employment");
        let terms = json!({"joined_on": "2024-05-01", "left_on": null, "service_since": null,
            "terms": [{"from": "2026-07-01", "percent": 60, "working": {"monday": "09:00-17:00", "tuesday": "09:00-17:00", "wednesday": "09:00-17:00"}}]});
        self.then(Call::change("PUT", "ada", &employment, Some(terms)))
            .await;
        self.ask("ann", employment);
        let adjusted = json!({"user": ann, "type": "annual", "amount": 1.5, "on": "2026-01-01", "reason": "Brought along."});
        self.then(Call::post("ada", "/v1/leave/adjustments", adjusted))
            .await;
        let taken = self
            .leave(
                "leave",
                json!({"kind": "annual", "dates": {"start": "2026-05-04", "end": "2026-05-08"}}),
            )
            .await;
        self.decided("bo", &taken, "approve", json!({})).await;
        let back = self
            .leave(
                "leave",
                json!({"kind": "annual", "dates": {"start": "2026-06-01", "end": "2026-06-02"}}),
            )
            .await;
        self.decided("bo", &back, "reject", json!({"comment": "The fair is then."}))
            .await;
        let shorter = json!({"leave": taken, "dates": {"start": "2026-05-04", "end": "2026-05-05"}});
        self.leave("leave-change", shorter).await;
        self.leave(
            "leave",
            json!({"kind": "annual", "dates": {"start": "2026-08-03", "end": "2026-08-05"}}),
        )
        .await;
        let run = json!({"until": "2026-03-01"});
        self.then(Call::post("ada", "/v1/leave/runs", run)).await;
        self.recount_and_share_leave(&ann).await;
        self.ask("ann", "/v1/leave/balances?on=2026-12-31");
        self.ask("ann", "/v1/leave/ledger?type=annual&until=2027-04-30");
        self.ask("ann", "/v1/leave/who-is-away?from=2026-05-01&until=2026-08-31");
    }

    async fn recount_and_share_leave(&mut self, ann: &str) {
        let fewer = json!({"joined_on": "2024-05-01", "left_on": null, "service_since": null,
            "terms": [{"from": "2026-07-01", "percent": 40, "working": {"tuesday": "09:00-17:00", "wednesday": "09:00-17:00"}}]});
        self.then(Call::change(
            "PUT",
            "ada",
            format!("/v1/users/{ann}/employment"),
            Some(fewer),
        ))
        .await;
        let again = Call::post("ada", "/v1/leave/recounts", json!({}));
        self.then(again).await;
        let feed = json!({"shows": "company"});
        let kept = Call::post("ann", "/v1/leave/feeds", feed.clone());
        self.then(kept).await;
        let revoked = id(&self.then(Call::post("ann", "/v1/leave/feeds", feed)).await);
        let revoked = format!("/v1/leave/feeds/{revoked}");
        self.then(Call::change("DELETE", "ann", &revoked, None)).await;
        self.ask("ann", "/v1/leave/feeds");
    }

    async fn leave(&self, workflow: &str, form: Value) -> String {
        let made = Call::post("ann", "/v1/requests", json!({"workflow": workflow, "form": form}));
        id(&self.then(made).await)
    }
}
