//! What somebody has to do today, and what is to be done next about a deal.

use actix_web::http::Method;
use countersign_kernel::time::{Clock as _, Instant};
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, at, house, user};

fn named(part: &Value, by: &str) -> Vec<String> {
    let rows = part["data"].as_array().unwrap().iter();
    rows.map(|row| row[by].as_str().unwrap().to_owned()).collect()
}

async fn due(house: &House, subject: &str, due_at: &str) -> Value {
    house
        .activity("ann", json!({ "subject": subject, "due_at": due_at }))
        .await
}

fn set(house: &House, now: &str) {
    house.clock.set(now.parse().unwrap());
}

#[actix_web::test]
async fn today_is_what_is_late_due_and_coming_where_the_caller_is() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        set(&house, "2027-03-02T21:30:00Z");
        due(&house, "late", "2027-03-01").await;
        due(&house, "just late", "2027-03-02T21:29:59.999Z").await;
        due(&house, "now", "2027-03-02T21:30:00Z").await;
        due(&house, "end of day", "2027-03-02").await;
        due(&house, "tomorrow", "2027-03-03T08:00:00Z").await;
        due(&house, "in a week", "2027-03-09").await;
        due(&house, "in eight days", "2027-03-10").await;
        let theirs = json!({ "subject": "abe's", "due_at": "2027-03-01", "owner": user("abe").to_string() });
        house.activity("ann", theirs).await;
        let done = due(&house, "done", "2027-03-01").await;
        house.act("ann", &done, "complete", json!({})).await.ok(200);
        let today = house.get("ann", "/v1/today").await.ok(200);
        assert_eq!(
            (&today["date"], &today["zone"]),
            (&json!("2027-03-02"), &json!("UTC"))
        );
        assert_eq!(named(&today["overdue"], "subject"), ["late", "just late"]);
        assert_eq!(named(&today["due_today"], "subject"), ["now", "end of day"]);
        assert_eq!(named(&today["upcoming"], "subject"), ["tomorrow", "in a week"]);
        assert_eq!(today["overdue"]["count"], json!(2));
        // Where it is the next day already.
        let east = house.get("ann", "/v1/today?zone=Asia/Shanghai").await.ok(200);
        assert_eq!(east["date"], json!("2027-03-03"));
        assert_eq!(
            named(&east["due_today"], "subject"),
            ["now", "end of day", "tomorrow"]
        );
        let narrow = house.get("ann", "/v1/today?limit=1").await.ok(200);
        assert_eq!(named(&narrow["overdue"], "subject"), ["late"]);
        assert_eq!(
            (&narrow["overdue"]["has_more"], &narrow["overdue"]["count"]),
            (&json!(true), &json!(2))
        );
        let abe = house.get("abe", "/v1/today").await.ok(200);
        assert_eq!(named(&abe["overdue"], "subject"), ["abe's"]);
        let key = house.get("ann/crm:activities:read", "/v1/today").await.ok(200);
        assert_eq!(key["rotting_deals"], json!(null));
        for wrong in ["zone=Berlin", "limit=0", "rot_days=0", "days=3"] {
            assert_eq!(
                house.get("ann", &format!("/v1/today?{wrong}")).await.status,
                400,
                "{wrong}"
            );
        }
        assert_eq!(house.get("ann/crm:deals:read", "/v1/today").await.status, 403);
    })
    .await;
}

#[actix_web::test]
async fn a_deal_rots_when_nothing_happens_and_one_without_a_next_step_is_told() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        set(&house, "2027-03-01T09:00:00Z");
        let account = house.account("ann", "Borealis").await;
        let mut deals = Vec::new();
        for name in ["idle", "called", "changed", "won"] {
            deals.push(house.deal("ann", &account, name, "1").await);
        }
        house.deal("abe", &account, "abe's", "1").await;
        let [_, called, changed, won] = deals.as_slice() else {
            unreachable!()
        };
        house.act("ann", won, "win", json!({})).await.ok(200);
        let about = json!({ "subject": "Ask", "deal": called["id"] });
        let ask = house.activity("ann", about).await;
        let parts = async || {
            let today = house.get("ann", "/v1/today").await.ok(200);
            let sorted = |part: &str| {
                let mut names = named(&today[part], "name");
                names.sort();
                assert_eq!(today[part]["count"], json!(names.len()));
                names
            };
            (sorted("rotting_deals"), sorted("deals_without_next_activity"))
        };
        assert_eq!(parts().await.0, Vec::<String>::new());
        set(&house, "2027-03-15T09:00:00Z");
        house
            .patch("ann", &at(changed), json!({ "probability": 30 }))
            .await
            .ok(200);
        house.act("ann", &ask, "complete", json!({})).await.ok(200);
        let (rotting, without) = parts().await;
        assert_eq!(rotting, Vec::<String>::new(), "fourteen days are not over yet");
        assert_eq!(without, ["called", "changed", "idle"]);
        house
            .clock
            .set(Instant::from_millis(house.clock.now().millis() + 1));
        assert_eq!(parts().await.0, ["idle"]);
        let sooner = house.get("ann", "/v1/today?rot_days=30").await.ok(200);
        assert_eq!(named(&sooner["rotting_deals"], "name"), Vec::<String>::new());
        house.act("ann", &ask, "reopen", json!({})).await.ok(200);
        assert_eq!(parts().await.1, ["changed", "idle"]);
    })
    .await;
}

#[actix_web::test]
async fn a_deal_shows_what_is_to_be_done_next() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Seats", "1").await;
        let other = house.deal("ann", &account, "Chairs", "1").await;
        assert_eq!(deal["next_activity"], json!(null));
        let next = async |who: &str| {
            let one = house.get(who, &at(&deal)).await.ok(200)["next_activity"].clone();
            let page = house.get(who, "/v1/deals?sort=name").await.ok(200);
            let rows: Vec<&Value> = page["data"].as_array().unwrap().iter().collect();
            assert_eq!((rows.len(), &rows[0]["next_activity"]), (2, &json!(null)));
            assert_eq!(rows[1]["next_activity"], one, "{who}");
            one["subject"].as_str().map(str::to_owned)
        };
        let about = |subject: &str, more: Value| {
            let mut body = json!({ "subject": subject, "deal": deal["id"] });
            body.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            body
        };
        house.activity("ann", about("some day", json!({}))).await;
        assert_eq!(next("ann").await.as_deref(), Some("some day"));
        let soon = about("soon", json!({ "due_at": house.later(60) }));
        let soon = house.activity("ann", soon).await;
        let quiet = about("quiet", json!({ "due_at": house.later(5), "visibility": "mine" }));
        house.activity("abe", quiet).await;
        house
            .activity(
                "ann",
                about("past", json!({ "due_at": house.later(-5), "status": "done" })),
            )
            .await;
        assert_eq!(next("ann").await.as_deref(), Some("soon"));
        assert_eq!(next("abe").await.as_deref(), Some("quiet"), "he alone sees it");
        assert_eq!(next("ann/crm:deals:read").await, None, "a key without the scope");
        // It changes without the deal's version, and nobody is told that the deal is as it was.
        let etag = house.get("ann", &at(&deal)).await.headers["etag"].clone();
        house.act("ann", &soon, "complete", json!({})).await.ok(200);
        let again = [("if-none-match", etag.as_str())];
        let shown = house.call(Method::GET, "ann", &at(&deal), None, &again).await;
        assert_eq!(shown.status, 200);
        assert_ne!(shown.headers["etag"], etag);
        assert_eq!(shown.json["next_activity"]["subject"], json!("some day"));
        let now = shown.headers["etag"].clone();
        let again = [("if-none-match", now.as_str())];
        let same = house.call(Method::GET, "ann", &at(&deal), None, &again).await;
        assert_eq!(same.status, 304);
        let named = [("if-match", now.as_str())];
        let named = house
            .call(
                Method::PATCH,
                "ann",
                &at(&deal),
                Some(json!({ "name": "Seats" })),
                &named,
            )
            .await;
        assert_eq!(named.status, 200, "it names the version, too");
        let account = house.get("ann", &at(&account)).await;
        let tag = account.headers["etag"].clone();
        let path = at(&account.json);
        let same = house
            .call(Method::GET, "ann", &path, None, &[("if-none-match", &tag)])
            .await;
        assert_eq!(same.status, 304);
        let moved = house
            .patch("ann", &at(&deal), json!({ "name": "Seats, more" }))
            .await
            .ok(200);
        assert_eq!(moved["next_activity"]["subject"], json!("some day"));
        assert_eq!(
            house.get("ann", &at(&other)).await.ok(200)["next_activity"],
            json!(null)
        );
    })
    .await;
}
