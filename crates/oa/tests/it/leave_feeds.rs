//! Calendars of leave that other programs read.

use actix_web::http::Method;
use countersign_rules::definitions::Kind;
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{Answer, House, get, post, send};
use crate::leave::{CHINA, TYPES, ask, decide, id, office};

async fn feed(house: &House, who: &str, shows: &str) -> (String, String) {
    let made = post(house, who, "/v1/leave/feeds", json!({"shows": shows})).await;
    let link = made.json["link"].as_str().unwrap_or_default();
    let (_, path) = link.split_once("/v1/").unwrap_or_else(|| panic!("{made:?}"));
    (id(&made), format!("/v1/{path}"))
}

/// What a program without a token reads.
async fn read(house: &House, path: &str) -> Answer {
    send(house, "", Method::GET, path, None, &[]).await
}

/// Values of a property, as they are meant: lines that were folded are whole again.
fn values(answer: &Answer, name: &str) -> Vec<String> {
    let text = std::str::from_utf8(&answer.bytes).unwrap();
    assert!(text.lines().all(|line| line.len() <= 75), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let whole = text.replace("\r\n ", "");
    let named = whole.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.split(';').next() == Some(name)).then(|| value.to_owned())
    });
    named.collect()
}

#[tokio::test]
async fn a_calendar_program_reads_what_its_owner_may_see_until_the_link_is_revoked() {
    for_each_database(|db| async {
        let house = office(db).await;
        let taken = id(&ask(&house, "ann", "annual", "2026-04-09", "2026-04-10").await);
        decide(&house, "bo", &taken, "approve").await;
        id(&ask(&house, "ann", "sick", "2026-04-15", "2026-04-15").await);
        let (_, of_bo) = feed(&house, "bo", "company").await;
        let (of_dan_id, of_dan) = feed(&house, "dan", "company").await;

        let answer = read(&house, &of_bo).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let header = |name: &str| {
            let found = answer.headers.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        assert_eq!(header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(
            values(&answer, "SUMMARY"),
            ["Ann: Annual leave", "Ann: Sick leave"]
        );
        assert_eq!(values(&answer, "DTSTART"), ["20260409", "20260415"]);
        assert_eq!(
            values(&answer, "DTEND"),
            ["20260411", "20260416"],
            "the day after"
        );
        assert_eq!(values(&answer, "STATUS"), ["CONFIRMED", "TENTATIVE"]);
        assert_eq!(values(&answer, "SEQUENCE"), ["1", "0"], "it was approved since");
        assert_eq!(values(&answer, "TRANSP"), ["TRANSPARENT", "TRANSPARENT"]);
        let uids = values(&answer, "UID");
        assert!(
            uids.iter().all(|uid| uid.starts_with("leave_")) && uids[0] != uids[1],
            "{uids:?}"
        );
        let same = [("if-none-match", header("etag"))];
        assert_eq!(
            send(&house, "", Method::GET, &of_bo, None, &same).await.status,
            304
        );

        let hidden = read(&house, &of_dan).await;
        assert_eq!(values(&hidden, "SUMMARY"), ["Ann: Annual leave", "Ann: Away"]);
        let (_, own) = feed(&house, "ann-zh", "own").await;
        let own = read(&house, &own).await;
        assert_eq!(values(&own, "SUMMARY"), ["Ann: 年假", "Ann: 病假"]);
        assert_eq!(values(&own, "TRANSP"), ["OPAQUE", "OPAQUE"]);
        assert_eq!(values(&own, "NAME"), ["休假: Ann"]);

        let title = r#"{en: "Annual, or; \\ \r leave""#;
        for (name, text) in [("standard", TYPES), ("china", CHINA)] {
            let titled = text.replacen("{en: Annual leave", title, 1);
            assert!(titled.contains(title), "the file that ships has another title");
            house.publish_as(Kind::LeaveTypes, name, &titled).await;
        }
        let named = read(&house, &of_dan).await;
        assert_eq!(values(&named, "SUMMARY")[0], r"Ann: Annual\, or\; \\   leave");

        let delete = format!("/v1/leave/feeds/{of_dan_id}");
        assert_eq!(
            send(&house, "ann", Method::DELETE, &delete, None, &[])
                .await
                .status,
            404
        );
        let list = get(&house, "dan", "/v1/leave/feeds").await;
        assert_eq!(list.json["data"][0]["link"], Value::Null, "{list:?}");
        assert_eq!(
            send(&house, "dan", Method::DELETE, &delete, None, &[])
                .await
                .status,
            204
        );
        assert_eq!(read(&house, &of_dan).await.status, 404);
        assert_eq!(read(&house, &of_bo).await.status, 200);
        let mut guessed = of_bo.trim_end_matches(".ics").to_owned();
        let last = guessed.pop().unwrap();
        guessed.push(if last == '0' { '1' } else { '0' });
        for wrong in [
            guessed.as_str(),
            "/v1/leave/calendar/x",
            "/v1/leave/calendar/csf_x.ics",
        ] {
            assert_eq!(read(&house, wrong).await.status, 404, "{wrong}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_person_has_twenty_links_and_names_a_department_that_there_is() {
    for_each_database(|db| async {
        let house = office(db).await;
        let wrong = |body: Value| post(&house, "ann", "/v1/leave/feeds", body);
        for (body, pointer, code) in [
            (json!({"shows": "department"}), "/department", "missing"),
            (
                json!({"shows": "own", "department": "Sales"}),
                "/department",
                "not_allowed",
            ),
            (
                json!({"shows": "department", "department": "Sails"}),
                "/department",
                "unknown_department",
            ),
        ] {
            let answer = wrong(body).await;
            let error = &answer.json["errors"][0];
            assert_eq!(
                (answer.status, error["pointer"].as_str(), error["code"].as_str()),
                (422, Some(pointer), Some(code)),
                "{answer:?}"
            );
        }
        let rehearsal = "/v1/leave/feeds?validate_only=true";
        let rehearsed = post(&house, "ann", rehearsal, json!({"shows": "own"})).await;
        assert_eq!(
            (rehearsed.status, &rehearsed.json["link"]),
            (200, &Value::Null),
            "{rehearsed:?}"
        );
        for _ in 0..20 {
            feed(&house, "ann", "own").await;
        }
        let more = wrong(json!({"shows": "own"})).await;
        assert_eq!(more.json["errors"][0]["code"], "too_many_leave_feeds", "{more:?}");
        let all = get(
            &house,
            "ada",
            &format!("/v1/leave/feeds?user={}", crate::house::user("ann")),
        )
        .await;
        assert_eq!(all.json["data"].as_array().unwrap().len(), 20);
        let others = get(
            &house,
            "bo",
            &format!("/v1/leave/feeds?user={}", crate::house::user("ann")),
        )
        .await;
        assert_eq!(others.json["data"], json!([]));
    })
    .await;
}
