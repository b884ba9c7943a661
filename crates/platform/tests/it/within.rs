//! Events about something smaller than the record in whose history they stand, and types by area.

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::{EventType, Field, FieldType, Link, Within};
use countersign_kernel::id::{EventId, show};
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Error, Uow, Work};
use countersign_testkit::for_each_database;
use serde_json::json;
use uuid::Uuid;

use crate::house::{ACME, HAL, House, WON, shown};

const fn field(name: &'static str, of: FieldType) -> Field {
    Field {
        name,
        of,
        optional: false,
        about: "",
    }
}

/// What happens to a contact stands in the history of its deal.
pub(crate) const MET: EventType = EventType {
    name: "crm.contact.met",
    object: "contact",
    within: Some(Within {
        kind: "deal",
        fields: &[
            field("id", FieldType::Record("deal")),
            field("contact", FieldType::Record("contact")),
            field("place", FieldType::Text),
        ],
        renamed: &[("id", "contact"), ("deal", "id")],
        changed: &["met_at"],
    }),
    about: "A contact was met.",
    public: true,
    fields: &[
        field("id", FieldType::Record("contact")),
        field("deal", FieldType::Record("deal")),
        field("place", FieldType::Text),
    ],
    scope: "crm:deals:read",
};

struct Meet {
    id: EventId,
    deal: Uuid,
    contact: Uuid,
    version: i64,
}

impl Work for Meet {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        uow.writes().await?;
        let change = ChangeContext {
            actor: Actor::User(HAL),
            at: Instant::from_millis(1_772_442_000_000),
            cause: Cause::default(),
        };
        let (deal, contact) = (show("deal", self.deal), show("contact", self.contact));
        let entry = change
            .entry(self.id, Link::new("deal", self.deal), self.version, MET.name)
            .with_links(vec![
                Link::new("contact", Uuid::from_u128(99)),
                Link::new("contact", self.contact),
            ])
            .with_body(
                json!({"changed": ["people"], "thing": {"id": deal, "contact": contact, "place": "Riga"}}),
            );
        uow.append(entry);
        Ok(())
    }
}

async fn meet(house: &House, deal: u128, version: i64, contact: u128) -> String {
    let id = EventId(Uuid::now_v7());
    let work = Meet {
        id,
        deal: Uuid::from_u128(deal),
        contact: Uuid::from_u128(contact),
        version,
    };
    house.db.write(ACME, work).await.unwrap();
    shown(&house.db, ACME, id).await;
    id.to_string()
}

#[actix_web::test]
async fn an_event_is_about_the_smaller_record_and_ordered_by_the_larger() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let won = house.happen(ACME, 1, 1, WON).await.to_string();
        let met = meet(&house, 1, 2, 5).await;
        let hidden = meet(&house, 1_001, 1, 6).await;
        let other = meet(&house, 2, 1, 6).await;
        let id = |kind: &str, number: u128| show(kind, Uuid::from_u128(number));
        let (deal, contact) = (id("deal", 1), id("contact", 5));

        let one = house.get("hal", &format!("/v1/events/{met}")).await.ok(200).json;
        assert_eq!(one["subject"], json!(contact));
        assert_eq!(one["data"]["version"], 2);
        assert_eq!(
            one["data"]["url"],
            format!("http://localhost:8080/v1/contacts/{contact}")
                .trim_start_matches("http://localhost:8080")
        );
        assert_eq!(
            (
                &one["data"]["object"],
                &one["data"]["id"],
                &one["data"]["changed_fields"]
            ),
            (&json!("contact"), &json!(contact), &json!(["met_at"]))
        );
        assert_eq!(
            one["data"]["contact"],
            json!({"id": contact, "deal": deal, "place": "Riga"})
        );
        assert_eq!(one["data"]["links"], json!([deal, id("contact", 99), contact]));

        let found = async |query: String| {
            let page = house.get("hal", &format!("/v1/events?{query}")).await.ok(200);
            page.ids().iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found(format!("subject={deal}")).await, [won.clone(), met.clone()]);
        assert_eq!(found(format!("subject={contact}")).await, [met.as_str()]);
        assert_eq!(
            found(format!("subject={}", id("contact", 6))).await,
            [other.as_str()]
        );
        assert_eq!(
            found(format!("subject={contact}&type=crm.deal.*")).await,
            Vec::<String>::new()
        );
        assert_eq!(
            found(format!("subject={contact}&subject={deal}")).await,
            [won.clone(), met.clone()]
        );
        house
            .get("hal", &format!("/v1/events/{hidden}"))
            .await
            .refused(404, "event_not_found");
        assert_eq!(
            house
                .get("ada", "/v1/events?type=crm.contact.*")
                .await
                .ok(200)
                .ids(),
            [&met, &hidden, &other]
        );
    })
    .await;
}

#[actix_web::test]
async fn types_are_named_by_area() {
    for_each_database(async |db| {
        let house = House::new(db).await;
        let won = house.happen(ACME, 1, 1, WON).await.to_string();
        let met = meet(&house, 1, 2, 5).await;
        let lost = house.happen(ACME, 2, 1, "crm.deal.lost").await.to_string();
        for (types, wanted) in [
            ("crm.deal.*", vec![&won, &lost]),
            ("crm.*", vec![&won, &met, &lost]),
            ("*", vec![&won, &met, &lost]),
            ("crm.contact.*,crm.deal.won", vec![&won, &met]),
            ("platform.*", vec![]),
        ] {
            let page = house
                .get("hal", &format!("/v1/events?type={types}"))
                .await
                .ok(200);
            assert_eq!(page.ids(), wanted, "{types}");
        }
        let page = house
            .get("hal", "/v1/events?type=crm.deal.*&limit=1")
            .await
            .ok(200);
        let cursor = page.json["next_cursor"].as_str().unwrap();
        let next = house
            .get("hal", &format!("/v1/events?type=crm.deal.*&cursor={cursor}"))
            .await
            .ok(200);
        assert_eq!(next.ids(), [&lost]);
        for (wrong, hint) in [
            (
                "crm.deals.*",
                "There is no event type crm.deals.*. Did you mean crm.deal.*?",
            ),
            ("crm.de*", "There is no event type crm.de*. Did you mean crm.*?"),
            (
                "zebra.*",
                "There is no event type zebra.*. GET /v1/event-types lists them.",
            ),
        ] {
            let answer = house.get("hal", &format!("/v1/events?type={wrong}")).await;
            answer.refused(400, "bad_parameter");
            let detail = answer.json["errors"][0]["detail"].as_str().unwrap();
            assert_eq!(detail, hint, "{}", answer.json);
        }
    })
    .await;
}
