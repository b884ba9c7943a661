//! Notices are sent by an action, and read by one person.

use std::sync::Arc;

use countersign_events::{Acting, Action, ActionError, Call, Rights};
use countersign_kernel::actor::Actor;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{EventId, UserId};
use countersign_kernel::time::Instant;
use countersign_platform::notices::SendNotice;
use countersign_storage::{Error, Uow, Work};
use countersign_testkit::{for_each_database, in_step};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{ACME, HAL, House, IVY};

struct Send {
    inputs: Value,
    key: String,
    rights: Rights,
}

impl Send {
    fn by_server(inputs: Value, key: &str) -> Self {
        Self {
            inputs,
            key: key.to_owned(),
            rights: Rights::Server,
        }
    }
}

#[derive(Debug)]
struct Refused(String);
impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

impl Work for Send {
    type Out = Value;
    type Error = Refused;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Value, Refused> {
        let call = Call {
            inputs: self.inputs.clone(),
            actor: Actor::Automation("tell".into()),
            rights: self.rights.clone(),
            publisher: None,
            cause: EventId(Uuid::from_u128(77)),
            depth: 1,
            key: self.key.clone(),
            now: Instant::from_millis(1_772_442_000_000),
            trace: None,
        };
        SendNotice.run(uow, &call).await.map_err(|error| match error {
            ActionError::Refused { code, .. } => Refused(code),
            ActionError::Storage(error) => error.into(),
            ActionError::Later(why) => Refused(why),
        })
    }
}

#[actix_web::test]
async fn a_notice_is_its_readers_alone_and_is_read_once() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        for (text, key) in [("one", "a"), ("two", "b")] {
            house
                .db
                .write(ACME, Send::by_server(json!({"to": HAL, "text": text}), key))
                .await
                .unwrap();
        }
        assert_eq!(
            house
                .db
                .write(ACME, Send::by_server(json!({"to": "hal", "text": "x"}), "c"))
                .await
                .unwrap_err()
                .0,
            "no_such_person"
        );
        assert_eq!(
            house
                .db
                .write(ACME, Send::by_server(json!({"to": HAL}), "d"))
                .await
                .unwrap_err()
                .0,
            "input_missing"
        );
        // What is behind the notices in the log is shown with it.
        house.happen(ACME, 1, 1, crate::house::WON).await;
        let mine = house.get("hal", "/v1/notices").await.ok(200);
        assert_eq!(mine.ids().len(), 2);
        assert!(house.get("ivy", "/v1/notices").await.ok(200).ids().is_empty());
        let path = format!("/v1/notices/{}", mine.ids()[0]);
        house.get("ivy", &path).await.refused(404, "notice_not_found");
        house.get("gil", &path).await.refused(404, "notice_not_found");
        let read = house
            .send("hal", "POST", &format!("{path}/read"), json!({}))
            .await
            .ok(200);
        assert_eq!(
            (read.json["version"].as_i64(), read.json["read_at"].is_string()),
            (Some(2), true)
        );
        let again = house
            .send("hal", "POST", &format!("{path}/read"), json!({}))
            .await
            .ok(200);
        assert_eq!(again.json["version"], 2);
        assert_eq!(
            house
                .get("hal", "/v1/notices?read_at[is_null]=true")
                .await
                .ok(200)
                .ids()
                .len(),
            1
        );
        assert_eq!(
            house
                .send("hal", "POST", "/v1/notices/read-all", json!({}))
                .await
                .ok(200)
                .json["marked"],
            1
        );
        let events = house
            .get("hal", "/v1/events?type=platform.notice.sent")
            .await
            .ok(200);
        assert_eq!(
            (
                events.ids().len(),
                events.json["data"][0]["data"]["notice"]["user"].clone()
            ),
            (2, json!(HAL))
        );
        assert!(
            house
                .get("ivy", "/v1/events?type=platform.notice.sent")
                .await
                .ok(200)
                .ids()
                .is_empty()
        );
    })
    .await;
}

#[actix_web::test]
async fn a_notice_read_twice_at_once_is_read_once() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        for round in 0..2 {
            let send = Send::by_server(json!({"to": HAL, "text": "one"}), ["a", "b"][round]);
            house.db.write(ACME, send).await.unwrap();
            let unread = house
                .get("hal", "/v1/notices?read_at[is_null]=true")
                .await
                .ok(200);
            let one = format!("/v1/notices/{}/read", unread.ids()[0]);
            let other = [one.as_str(), "/v1/notices/read-all"][round];
            let (first, second) = in_step(
                &house.db,
                house.send("hal", "POST", &one, json!({})),
                house.send("hal", "POST", other, json!({})),
            )
            .await;
            assert_eq!(first.ok(200).json["version"], 2);
            second.ok(200);
        }
    })
    .await;
}

/// The rights of Hal with these roles, where Ivy is beside him.
fn hals(roles: &[&str]) -> Rights {
    let person = |user: UserId| {
        let active = json!({"id": user, "name": "", "email": "", "active": true, "roles": [], "groups": [], "skills": []});
        (user, serde_json::from_value(active).unwrap())
    };
    let directory = Directory {
        people: [HAL, IVY].map(person).into(),
        ..Directory::default()
    };
    let acting = Acting {
        user: HAL,
        with: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    };
    Rights::Of(vec![acting], Arc::new(directory))
}

#[actix_web::test]
async fn whoever_may_not_speak_for_the_company_writes_to_nobody_but_themselves() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let send = async |to: UserId, roles: &'static [&'static str]| {
            let inputs = json!({"to": to, "text": "x"});
            let key = inputs.to_string();
            let rights = hals(roles);
            let sent = house.db.write(ACME, Send { inputs, key, rights }).await;
            sent.map(|_| ()).map_err(|refused| refused.0)
        };
        assert_eq!(send(HAL, &[]).await, Ok(()));
        assert_eq!(send(IVY, &["finance"]).await, Err("not_allowed".to_owned()));
        assert_eq!(send(IVY, &["hr"]).await, Ok(()));
        let stranger = UserId(Uuid::from_u128(0xffff));
        assert_eq!(send(stranger, &["admin"]).await, Err("no_such_person".to_owned()));
        assert_eq!(house.get("ivy", "/v1/notices").await.ok(200).ids().len(), 1);
    })
    .await;
}
