//! Leads, until they are won as a contact, an account and a deal, or come to nothing.

use actix_web::http::Method;
use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, Reply, at, house, user};

const PATH: &str = "/v1/leads";

impl House {
    pub(crate) async fn lead(&self, who: &str, more: Value) -> Value {
        let mut lead =
            json!({ "name": "Nora Nord", "company": "Borealis", "email": "nora@borealis.example" });
        if let (Some(members), Value::Object(more)) = (lead.as_object_mut(), more) {
            members.extend(more);
        }
        self.post(who, PATH, lead).await.ok(201)
    }

    pub(crate) async fn convert(&self, who: &str, lead: &Value, ask: Value) -> Reply {
        self.act(who, lead, "convert", ask).await
    }

    /// How many of a kind there are.
    pub(crate) async fn many(&self, who: &str, kind: &str) -> usize {
        let page = self.get(who, &format!("/v1/{kind}?limit=200")).await.ok(200);
        page["data"].as_array().unwrap().len()
    }
}

/// What became of the account, the contact and the deal.
fn origins(conversion: &Value) -> [&Value; 3] {
    ["account", "contact", "deal"].map(|member| &conversion[member]["origin"])
}

#[actix_web::test]
async fn a_lead_is_new_worked_on_and_comes_to_nothing_or_not() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let more = json!({ "source": "trade_fair", "notes": "Met in Oslo.\nTall.", "estimated_amount": { "amount": "0.00", "currency": "EUR" } });
        let lead = house.lead("ann", more).await;
        assert_eq!(
            (&lead["status"], &lead["owner"], &lead["source"]),
            (&json!("new"), &json!(user("ann").to_string()), &json!("trade_fair"))
        );
        for status in ["working", "qualified"] {
            let changed = house.patch("ann", &at(&lead), json!({ "status": status })).await.ok(200);
            assert_eq!(changed["status"], json!(status));
        }
        for status in ["converted", "disqualified"] {
            house
                .patch("ann", &at(&lead), json!({ "status": status }))
                .await
                .refused(422, &["/status"]);
        }
        house
            .post(
                "ann",
                PATH,
                json!({ "name": " ", "email": "nobody", "phone": "x", "source": "Trade fair", "company": "a\nb", "status": "converted" }),
            )
            .await
            .refused(422, &["/name", "/email", "/phone", "/source", "/company", "/status"]);
        house
            .act("ann", &lead, "disqualify", json!({ "reason": " " }))
            .await
            .refused(422, &["/reason"]);
        let why = json!({ "reason": "no budget" });
        let gone = house.act("ann", &lead, "disqualify", why.clone()).await.ok(200);
        assert_eq!(
            (&gone["status"], &gone["disqualified_reason"]),
            (&json!("disqualified"), &json!("no budget"))
        );
        for (verb, body) in [("disqualify", why), ("convert", json!({}))] {
            let refused = house.act("ann", &lead, verb, body).await;
            refused.refused(409, &[]);
            assert_eq!(refused.json["possible"], json!(["update", "reopen", "delete"]));
        }
        let back = house.act("ann", &lead, "reopen", json!({})).await.ok(200);
        assert_eq!(
            (&back["status"], &back["disqualified_reason"]),
            (&json!("working"), &json!(null))
        );
        assert_eq!(house.act("ann", &lead, "reopen", json!({})).await.status, 409);
        assert_eq!(house.delete("ann", &at(&lead)).await.status, 204);
        house.act("ann", &lead, "restore", json!({})).await.ok(200);
        assert_eq!(house.get("ann", &format!("{PATH}?q=borealis.ex")).await.names(), ["Nora Nord"]);
        let put = house
            .call(Method::PUT, "ann", &format!("{PATH}/by/web/1"), Some(json!({ "name": "x" })), &[])
            .await;
        put.ok(201);
    })
    .await;
}

#[actix_web::test]
async fn what_a_lead_became_is_made_where_nothing_is_there() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let amount = json!({ "amount": "0.00", "currency": "EUR" });
        let lead = house
            .lead(
                "ann",
                json!({ "estimated_amount": amount, "phone": "+47 22 00 00 00", "visibility": "mine" }),
            )
            .await;
        let call = house
            .activity("ann", json!({ "subject": "Call", "lead": lead["id"] }))
            .await;
        let done = house
            .convert(
                "bo",
                &lead,
                json!({ "deal": { "expected_close_on": "2027-05-01" } }),
            )
            .await
            .ok(200);
        assert_eq!(origins(&done), ["created"; 3]);
        assert_eq!(
            (&done["lead"]["status"], &done["activities"]),
            (&json!("converted"), &json!(1))
        );
        let of = async |member: &str, who: &str| {
            let path = format!("/v1/{member}s/{}", done[member]["id"].as_str().unwrap());
            house.get(who, &path).await
        };
        let account = of("account", "ann").await.ok(200);
        assert_eq!(
            (&account["name"], &account["domain"]),
            (&json!("Borealis"), &json!("borealis.example"))
        );
        let contact = of("contact", "ann").await.ok(200);
        assert_eq!(
            (&contact["email"], &contact["phone"], &contact["account"]),
            (
                &json!("nora@borealis.example"),
                &json!("+47 22 00 00 00"),
                &account["id"]
            )
        );
        let deal = of("deal", "ann").await.ok(200);
        assert_eq!(deal["amount"], amount, "nothing is an amount too");
        assert_eq!(
            (&deal["name"], &deal["expected_close_on"]),
            (&json!("Borealis"), &json!("2027-05-01"))
        );
        assert_eq!(deal["next_activity"]["id"], call["id"]);
        // All is the lead's owner's, and as private as the lead.
        for member in ["account", "contact", "deal"] {
            let record = of(member, "ann").await.ok(200);
            assert_eq!(record["owner"], lead["owner"], "{member}");
            assert_eq!(of(member, "hal").await.status, 404, "{member}");
        }
        let moved = house.get("ann", &at(&call)).await.ok(200);
        assert_eq!(
            (
                &moved["account"],
                &moved["contact"],
                &moved["deal"],
                &moved["lead"]
            ),
            (&account["id"], &contact["id"], &deal["id"], &lead["id"])
        );
        let shown = house
            .get("ann", &format!("{}?expand=account,deal", at(&lead)))
            .await
            .ok(200);
        assert_eq!(
            (&shown["account"]["id"], &shown["deal"]["id"]),
            (&account["id"], &deal["id"])
        );
        let again = house.convert("ann", &lead, json!({})).await;
        again.refused(409, &[]);
        assert!(
            again.json["detail"]
                .as_str()
                .unwrap()
                .contains(account["id"].as_str().unwrap())
        );
        let history = house.get("ann", &format!("{}/history", at(&lead))).await.ok(200);
        let last = history["data"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (&last["type"], &last["text"]),
            (&json!("crm.lead.converted"), &json!("bo converted it"))
        );
    })
    .await;
}

#[actix_web::test]
async fn what_is_there_is_matched_and_the_chosen_one_is_honoured() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = json!({ "name": "Borealis Shipping", "domain": "borealis.example" });
        let account = house.post("ann", "/v1/accounts", account).await.ok(201);
        // By the domain of the address; the address in another spelling is the same.
        let first = house
            .lead("ann", json!({ "email": "Nora@Borealis.Example" }))
            .await;
        let first = house.convert("ann", &first, json!({})).await.ok(200);
        assert_eq!(
            origins(&first),
            [&json!("domain"), &json!("created"), &json!(null)]
        );
        assert_eq!(first["account"]["id"], account["id"]);
        let second = house
            .lead("abe", json!({ "name": "N. Nord", "company": "Else" }))
            .await;
        let second = house.convert("abe", &second, json!({})).await.ok(200);
        assert_eq!(
            origins(&second),
            [&json!("contact"), &json!("email"), &json!(null)]
        );
        assert_eq!(
            (&second["contact"]["id"], &second["account"]["id"]),
            (&first["contact"]["id"], &account["id"])
        );
        // By name, in another spelling; an address at a free provider says nothing of a company.
        let named = json!({ "company": " BOREALIS shipping", "email": "x@gmail.com" });
        let named = house.lead("ann", named).await;
        let named = house.convert("ann", &named, json!({ "deal": {} })).await.ok(200);
        assert_eq!(
            origins(&named),
            [&json!("name"), &json!("created"), &json!("created")]
        );
        let free = json!({ "company": "Private", "email": "y@gmail.com" });
        let free = house.lead("ann", free).await;
        let free = house.convert("ann", &free, json!({})).await.ok(200);
        assert_eq!(origins(&free)[0], "created");
        let path = format!("/v1/accounts/{}", free["account"]["id"].as_str().unwrap());
        assert_eq!(house.get("ann", &path).await.ok(200)["domain"], json!(null));
        // The one that is named counts, whatever would match.
        let other = house.account("ann", "Other").await;
        let contact = json!({ "name": "Olga", "email": "olga@other.example" });
        let contact = house.post("ann", "/v1/contacts", contact).await.ok(201);
        let lead = house.lead("ann", json!({})).await;
        let given = json!({ "account": other["id"], "contact": contact["id"], "deal": { "name": "Chairs" } });
        let given = house.convert("ann", &lead, given).await.ok(200);
        assert_eq!(
            origins(&given),
            [&json!("given"), &json!("given"), &json!("created")]
        );
        let olga = house.get("ann", &at(&contact)).await.ok(200);
        assert_eq!(olga["account"], other["id"], "she was at none");
        let path = format!("/v1/deals/{}", given["deal"]["id"].as_str().unwrap());
        assert_eq!(house.get("ann", &path).await.ok(200)["account"], other["id"]);
        // Of several nobody guesses.
        house.account("ann", "Twin").await;
        let twin = house.account("ann", "TWIN").await;
        let lead = house
            .lead("ann", json!({ "company": "twin", "email": null }))
            .await;
        let which = house.convert("ann", &lead, json!({})).await;
        which.refused(409, &[]);
        assert!(
            which.json["detail"]
                .as_str()
                .unwrap()
                .contains(twin["id"].as_str().unwrap())
        );
        house
            .convert("ann", &lead, json!({ "account": twin["id"] }))
            .await
            .ok(200);
    })
    .await;
}

#[actix_web::test]
async fn what_the_caller_does_not_see_is_neither_matched_nor_named() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let hidden = json!({ "name": "Borealis", "domain": "borealis.example", "visibility": "mine" });
        let hidden = house.post("ann", "/v1/accounts", hidden).await.ok(201);
        let nora = json!({ "name": "Nora", "email": "nora@borealis.example", "visibility": "mine" });
        let nora = house.post("ann", "/v1/contacts", nora).await.ok(201);
        let lead = house.lead("hal", json!({})).await;
        for (member, theirs, none) in [
            ("account", &hidden["id"], "acct_01jczzzzzzzzzzzzzzzzzzzzzz"),
            ("contact", &nora["id"], "cont_01jczzzzzzzzzzzzzzzzzzzzzz"),
        ] {
            let place = format!("/{member}");
            let refused = house.convert("hal", &lead, json!({ member: theirs })).await;
            refused.refused(422, &[&place]);
            let unknown = house.convert("hal", &lead, json!({ member: none })).await;
            assert_eq!(refused.json["errors"], unknown.json["errors"], "{member}");
        }
        // Nothing was made by what was refused.
        assert_eq!(
            (
                house.many("hal", "accounts").await,
                house.many("hal", "contacts").await
            ),
            (0, 0)
        );
        let stage = json!({ "deal": { "stage": "stage_01jczzzzzzzzzzzzzzzzzzzzzz" } });
        house
            .convert("hal", &lead, stage)
            .await
            .refused(422, &["/deal/stage"]);
        assert_eq!(house.many("hal", "accounts").await, 0, "all or nothing");
        let done = house.convert("hal", &lead, json!({})).await.ok(200);
        assert_eq!(
            origins(&done),
            [&json!("created"), &json!("created"), &json!(null)]
        );
        let mine = house.lead("ann", json!({ "visibility": "mine" })).await;
        for who in ["hal", "gil"] {
            assert_eq!(house.convert(who, &mine, json!({})).await.status, 404, "{who}");
        }
        for scopes in [
            "crm:leads:write",
            "crm:leads:write+crm:accounts:write+crm:contacts:write",
        ] {
            let refused = house.convert(&format!("ann/{scopes}"), &mine, json!({})).await;
            assert_eq!(
                (refused.status, &refused.json["code"]),
                (403, &json!("missing_scope")),
                "{scopes}"
            );
        }
        // Nobody's company: a person without one, and no deal without an account.
        let person = json!({ "company": null, "email": "p@gmail.com", "name": "Pat" });
        let person = house.lead("ann", person).await;
        let deal = house.convert("ann", &person, json!({ "deal": {} })).await;
        deal.refused(422, &["/account"]);
        let alone = house.convert("ann", &person, json!({})).await.ok(200);
        assert_eq!(
            (&alone["account"], origins(&alone)[1]),
            (&json!(null), &json!("created"))
        );
    })
    .await;
}
