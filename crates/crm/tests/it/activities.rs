//! Activities: what is done about customers, and what is to be done.

use actix_web::http::Method;
use countersign_kernel::time::{Clock as _, Instant};
use countersign_testkit::{for_each_database, in_step};
use serde_json::{Value, json};

use crate::house::{House, at, house, user};

const PATH: &str = "/v1/activities";

impl House {
    pub(crate) async fn activity(&self, who: &str, body: Value) -> Value {
        let mut activity = json!({ "type": "task", "subject": "Call back" });
        if let (Some(members), Value::Object(more)) = (activity.as_object_mut(), body) {
            members.extend(more);
        }
        self.post(who, PATH, activity).await.ok(201)
    }

    pub(crate) fn later(&self, minutes: i64) -> String {
        Instant::from_millis(self.clock.now().millis() + minutes * 60_000).to_string()
    }

    pub(crate) async fn subjects(&self, who: &str, query: &str) -> Vec<String> {
        let page = self.get(who, &format!("{PATH}?{query}")).await.ok(200);
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|row| row["subject"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[actix_web::test]
async fn an_activity_is_open_until_it_is_completed_and_open_again_when_it_is_reopened() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let task = house.activity("ann", json!({})).await;
        assert_eq!(
            (&task["status"], &task["priority"], &task["owner"]),
            (&json!("open"), &json!("normal"), &json!(user("ann").to_string()))
        );
        assert_eq!(task["completed_at"], json!(null));
        let done = house.act("ann", &task, "complete", json!({})).await.ok(200);
        assert_eq!(
            (&done["status"], &done["completed_at"]),
            (&json!("done"), &json!(house.later(0)))
        );
        let again = house.act("ann", &task, "complete", json!({})).await;
        again.refused(409, &[]);
        assert_eq!(
            (&again.json["state"], &again.json["possible"]),
            (&json!("done"), &json!(["update", "reopen", "delete"]))
        );
        let open = house.act("ann", &task, "reopen", json!({})).await.ok(200);
        assert_eq!(
            (&open["status"], &open["completed_at"]),
            (&json!("open"), &json!(null))
        );
        assert_eq!(house.act("ann", &task, "reopen", json!({})).await.status, 409);
        // What a change says is what the verb would have been.
        for (status, kind) in [
            ("cancelled", "crm.activity.updated"),
            ("open", "crm.activity.reopened"),
            ("done", "crm.activity.completed"),
        ] {
            house
                .patch("ann", &at(&task), json!({ "status": status }))
                .await
                .ok(200);
            let history = house.get("ann", &format!("{}/history", at(&task))).await.ok(200);
            let last = history["data"].as_array().unwrap().last().unwrap().clone();
            assert_eq!(last["type"], json!(kind), "{status}");
        }
        assert_eq!(house.delete("ann", &at(&task)).await.status, 204);
        assert_eq!(house.act("ann", &task, "reopen", json!({})).await.status, 404);
        house.act("ann", &task, "restore", json!({})).await.ok(200);
    })
    .await;
}

#[actix_web::test]
async fn what_was_done_is_logged_as_done_and_a_note_is_nothing_to_do() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let call = json!({ "type": "call", "status": "done", "completed_at": house.later(-90), "body": "He said:\n\tyes." });
        let call = house.activity("ann", call).await;
        assert_eq!(call["completed_at"], json!(house.later(-90)));
        let note = house.activity("ann", json!({ "type": "note" })).await;
        assert_eq!(
            (&note["status"], &note["completed_at"]),
            (&json!("done"), &json!(house.later(0)))
        );
        for (wrong, place) in [
            (json!({ "completed_at": house.later(-1) }), "/completed_at"),
            (
                json!({ "status": "done", "completed_at": house.later(1) }),
                "/completed_at",
            ),
            (json!({ "subject": " " }), "/subject"),
            (json!({ "subject": "two\nlines" }), "/subject"),
            (json!({ "body": "a\u{7}b" }), "/body"),
            (json!({ "due_at": "tomorrow" }), "/due_at"),
            (json!({ "due_at": "2027-2-3" }), "/due_at"),
            (json!({ "starts_at": house.later(1) }), "/starts_at"),
            (json!({ "type": "meeting", "ends_at": house.later(1) }), "/ends_at"),
            (
                json!({ "type": "meeting", "starts_at": house.later(9), "ends_at": house.later(9) }),
                "/ends_at",
            ),
        ] {
            let mut body = json!({ "type": "task", "subject": "x" });
            body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
            house.post("ann", PATH, body).await.refused(422, &[place]);
        }
        house
            .post("ann", PATH, json!({ "type": "fax", "status": null, "subject": "x" }))
            .await
            .refused(400, &["/status"]);
    })
    .await;
}

#[actix_web::test]
async fn a_date_is_due_at_its_end_and_a_meeting_when_it_starts() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let task = house.activity("ann", json!({ "due_at": "2027-03-02" })).await;
        assert_eq!(
            (&task["due_at"], &task["due_on"]),
            (&json!("2027-03-02T23:59:59.999Z"), &json!("2027-03-02")),
            "a company without a zone is in UTC"
        );
        // What was read may be sent back.
        let same = house
            .patch("ann", &at(&task), json!({ "due_at": task["due_at"] }))
            .await
            .ok(200);
        assert_eq!((&same["due_on"], &same["version"]), (&task["due_on"], &json!(1)));
        let moved = house
            .patch(
                "ann",
                &at(&task),
                json!({ "due_at": "2027-03-02T10:00:00+01:00" }),
            )
            .await
            .ok(200);
        assert_eq!(
            (&moved["due_at"], &moved["due_on"]),
            (&json!("2027-03-02T09:00:00.000Z"), &json!(null))
        );
        let never = house
            .patch("ann", &at(&task), json!({ "due_at": null }))
            .await
            .ok(200);
        assert_eq!(never["due_at"], json!(null));
        let (one, two, three) = (house.later(60), house.later(120), house.later(180));
        let meeting = json!({ "type": "meeting", "starts_at": one, "ends_at": two });
        let meeting = house.activity("ann", meeting).await;
        assert_eq!(meeting["due_at"], json!(one));
        let later = json!({ "starts_at": two, "ends_at": three });
        let later = house.patch("ann", &at(&meeting), later).await.ok(200);
        assert_eq!(later["due_at"], json!(two), "it moves along");
        house
            .patch("ann", &at(&meeting), json!({ "due_at": three }))
            .await
            .ok(200);
        let earlier = house
            .patch("ann", &at(&meeting), json!({ "starts_at": one }))
            .await
            .ok(200);
        assert_eq!(earlier["due_at"], json!(three), "unless told otherwise");
        house
            .patch("ann", &at(&meeting), json!({ "type": "call" }))
            .await
            .refused(422, &["/starts_at"]);
    })
    .await;
}

#[actix_web::test]
async fn an_activity_is_about_what_its_writer_sees() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Borealis").await;
        let deal = house.deal("ann", &account, "Seats", "1").await;
        let contact = json!({ "name": "Nora", "account": account["id"] });
        let contact = house.post("ann", "/v1/contacts", contact).await.ok(201);
        let about = json!({ "deal": deal["id"], "contact": contact["id"] });
        let task = house.activity("ann", about.clone()).await;
        assert_eq!(task["account"], account["id"], "that of the deal");
        let alone = json!({ "contact": contact["id"], "account": null });
        assert_eq!(house.activity("ann", alone).await["account"], json!(null));
        house
            .patch("ann", &at(&deal), json!({ "visibility": "mine" }))
            .await
            .ok(200);
        // Hidden, another company's, deleted, or nobody's: all read the same.
        let hidden = json!({ "type": "task", "subject": "x", "deal": deal["id"], "contact": contact["id"] });
        let refused = house.post("hal", PATH, hidden.clone()).await;
        refused.refused(422, &["/deal"]);
        assert_eq!(refused.json["errors"].as_array().unwrap().len(), 1);
        house
            .post("gil", PATH, hidden)
            .await
            .refused(422, &["/deal", "/contact"]);
        assert_eq!(house.delete("ann", &at(&contact)).await.status, 204);
        let gone = json!({ "type": "task", "subject": "x", "contact": contact["id"] });
        house.post("ann", PATH, gone).await.refused(422, &["/contact"]);
        // Who sees the activity sees the deal's id, and expands it if they see the deal.
        let one = format!("{}?expand=deal,owner", at(&task));
        assert_eq!(
            house.get("ann", &one).await.ok(200)["deal"]["name"],
            json!("Seats")
        );
        let shown = house.get("abe", &at(&task)).await.ok(200);
        assert_eq!(shown["deal"], deal["id"]);
        // An edit of something else asks nothing about what it is about.
        house
            .patch("abe", &at(&task), json!({ "priority": "high" }))
            .await
            .ok(200);
        // What is mine is mine.
        let mine = house
            .activity("ann", json!({ "visibility": "mine", "subject": "Quiet" }))
            .await;
        for (who, status) in [
            ("ann", 200),
            ("bo", 200),
            ("ada", 200),
            ("abe", 404),
            ("gil", 404),
        ] {
            assert_eq!(house.get(who, &at(&mine)).await.status, status, "{who}");
        }
        assert!(house.subjects("abe", "q=quiet").await.is_empty());
        assert_eq!(house.act("abe", &mine, "complete", json!({})).await.status, 404);
        assert_eq!(house.act("gil", &task, "complete", json!({})).await.status, 404);
        assert_eq!(
            house
                .act("ann/crm:activities:read", &task, "complete", json!({}))
                .await
                .status,
            403
        );
    })
    .await;
}

#[actix_web::test]
async fn what_is_overdue_is_a_list() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        for (subject, due, status, owner) in [
            ("late", -60, "open", "ann"),
            ("later", -30, "open", "ann"),
            ("done", -30, "done", "ann"),
            ("coming", 30, "open", "ann"),
            ("abe's", -30, "open", "abe"),
        ] {
            let body = json!({ "subject": subject, "due_at": house.later(due), "status": status, "owner": user(owner).to_string() });
            house.activity("ann", body).await;
        }
        house.activity("ann", json!({ "subject": "some day" })).await;
        let now = house.later(0);
        let overdue = format!("owner=me&status=open&due_at[lt]={now}&sort=due_at");
        assert_eq!(house.subjects("ann", &overdue).await, ["late", "later"]);
        assert_eq!(house.subjects("abe", &overdue).await, ["abe's"]);
        let all = "owner=me&status=open&sort=due_at&limit=200";
        assert_eq!(
            house.subjects("ann", all).await,
            ["late", "later", "coming", "some day"],
            "what is never due stands last"
        );
        // Pages lose none and repeat none, and the count is true.
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{PATH}?owner=me&sort=-due_at&limit=2&count=exact{cursor}");
            let page = house.get("ann", &path).await.ok(200);
            assert_eq!(page["count"], json!(5));
            let rows = page["data"].as_array().unwrap();
            walked.extend(rows.iter().map(|row| row["subject"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(walked.len(), 5, "{walked:?}");
        assert_eq!((walked[0].as_str(), walked[4].as_str()), ("coming", "some day"));
        let or = json!({ "filter": { "or": [{ "subject": "late" }, { "status": { "ne": "open" } }] }, "sort": "subject" });
        let found = house.post("ann", &format!("{PATH}/search"), or).await.ok(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[actix_web::test]
async fn an_activity_from_elsewhere_comes_once_and_several_come_together() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let path = format!("{PATH}/by/outlook/AAMk-1");
        let put = |body: Value| house.call(Method::PUT, "ann", &path, Some(body), &[]);
        let mail = json!({ "type": "email", "subject": "Re: offer", "status": "done" });
        let one = put(mail.clone()).await.ok(201);
        assert_eq!(put(mail).await.ok(200)["version"], one["version"]);
        let rows = json!([
            { "op": "create", "data": { "type": "call", "subject": "a", "due_at": "2027-01-01" } },
            { "op": "create", "data": { "type": "call", "subject": "" } },
            { "op": "update", "id": one["id"], "version": 1, "data": { "status": "open" } },
        ]);
        let refused = house
            .keyed("ann", &format!("{PATH}/batch"), "k", json!({ "rows": rows }))
            .await;
        refused.refused(422, &["/rows/1/data/subject"]);
        let each = json!({ "rows": rows, "atomic": false });
        let each = house
            .keyed("ann", &format!("{PATH}/batch"), "l", each)
            .await
            .ok(200);
        let statuses: Vec<_> = each["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["status"].clone())
            .collect();
        assert_eq!(statuses, [201, 422, 200]);
    })
    .await;
}

#[actix_web::test]
async fn of_two_who_complete_it_at_once_one_does() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let task = house.activity("ann", json!({})).await;
        let (first, second) = in_step(
            &db,
            house.act("ann", &task, "complete", json!({})),
            house.act("bo", &task, "complete", json!({})),
        )
        .await;
        assert_eq!((first.status, second.status), (200, 409), "{second:?}");
        // Nothing is about what goes.
        let contact = house
            .post("ann", "/v1/contacts", json!({ "name": "Nora" }))
            .await
            .ok(201);
        let body = json!({ "type": "task", "subject": "x", "contact": contact["id"] });
        let (gone, made) = in_step(
            &db,
            house.delete("ann", &at(&contact)),
            house.post("ann", PATH, body),
        )
        .await;
        assert_eq!(gone.status, 204);
        made.refused(422, &["/contact"]);
    })
    .await;
}
