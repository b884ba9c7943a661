//! Filters through relations tell nothing of records that the caller does not see.

use countersign_testkit::for_each_database;
use serde_json::{Value, json};

use crate::house::{House, at, house, user};

/// A field of the account, an operator, a right guess and a wrong one.
const GUESSES: &[(&str, &str, &str, &str)] = &[
    ("country", "eq", "AT", "PT"),
    ("country", "ne", "PT", "AT"),
    ("country", "in", "AT,CH", "PT,CH"),
    ("country", "nin", "PT,CH", "AT,CH"),
    ("country", "contains", "A", "P"),
    ("country", "starts_with", "A", "P"),
    ("country", "is_null", "false", "true"),
    ("domain", "eq", "quill.example", "other.example"),
    ("domain", "ne", "other.example", "quill.example"),
    ("domain", "contains", "quill", "other"),
    ("domain", "starts_with", "quill", "other"),
    ("domain", "is_null", "false", "true"),
    ("name", "eq", "Quillfeather", "Wuillfeather"),
    ("name", "ne", "Wuillfeather", "Quillfeather"),
    ("name", "in", "Quillfeather", "Wuillfeather"),
    ("name", "contains", "feather", "father"),
    ("name", "starts_with", "Quill", "Wuill"),
    ("owner", "eq", "ann", "abe"),
    ("owner", "is_null", "false", "true"),
    ("visibility", "eq", "mine", "tenant"),
    ("visibility", "ne", "tenant", "mine"),
    (
        "created_at",
        "gt",
        "2000-01-01T00:00:00.000Z",
        "2099-01-01T00:00:00.000Z",
    ),
    (
        "created_at",
        "lte",
        "2099-01-01T00:00:00.000Z",
        "2000-01-01T00:00:00.000Z",
    ),
    (
        "updated_at",
        "gte",
        "2000-01-01T00:00:00.000Z",
        "2099-01-01T00:00:00.000Z",
    ),
    (
        "updated_at",
        "lt",
        "2099-01-01T00:00:00.000Z",
        "2000-01-01T00:00:00.000Z",
    ),
];

/// An account that Ann alone sees, with a deal and a contact that everybody sees.
async fn hidden(house: &House) -> Value {
    let account =
        json!({ "name": "Quillfeather", "country": "AT", "domain": "quill.example", "visibility": "mine" });
    let account = house.post("ann", "/v1/accounts", account).await.ok(201);
    house.deal("ann", &account, "a deal", "10.00").await;
    let contact = json!({ "name": "a contact", "account": account["id"] });
    house.post("ann", "/v1/contacts", contact).await.ok(201);
    let activity = json!({ "subject": "an activity", "account": account["id"] });
    house.activity("ann", activity).await;
    account
}

/// What a list, its search and its sums answer to a comparison.
async fn told(house: &House, who: &str, noun: &str, field: &str, op: &str, value: &str) -> Vec<Value> {
    let mut told = Vec::new();
    let value = &if (field, op) == ("owner", "eq") {
        user(value).to_string()
    } else {
        value.to_owned()
    };
    let query = format!("account.{field}[{op}]={value}");
    let by = if noun == "activities" {
        "sort=subject&limit=1&count=exact"
    } else {
        "sort=name&limit=1&count=exact"
    };
    for more in ["sort=-created_at", by, "expand=account", "q=a"] {
        told.push(
            house
                .get(who, &format!("/v1/{noun}?{query}&{more}"))
                .await
                .ok(200),
        );
    }
    if noun == "deals" {
        for by in ["stage", "owner", "status"] {
            let summary = format!("/v1/deals/summary?group_by={by}&{query}");
            told.push(house.get(who, &summary).await.ok(200));
        }
    }
    let value = match op {
        "in" | "nin" => json!(value.split(',').collect::<Vec<_>>()),
        "is_null" => json!(value == "true"),
        _ => json!(value),
    };
    let test = json!({ format!("account.{field}"): { op: value } });
    for filter in [
        json!({ "and": [{ "not": { "id": { "is_null": true } } }, test]}),
        json!({ "not": test }),
    ] {
        let search = json!({ "filter": filter, "count": "exact" });
        told.push(
            house
                .post(who, &format!("/v1/{noun}/search"), search)
                .await
                .ok(200),
        );
    }
    told
}

/// Whether right and wrong guesses are answered alike.
async fn alike(house: &House, who: &str) -> Vec<bool> {
    let mut all = Vec::new();
    for noun in ["deals", "contacts", "activities"] {
        for (field, op, right, wrong) in GUESSES {
            let right = told(house, who, noun, field, op, right).await;
            let wrong = told(house, who, noun, field, op, wrong).await;
            all.push(right == wrong);
        }
    }
    all
}

async fn nothing_is_told(house: &House, who: &str) {
    for (place, same) in alike(house, who).await.into_iter().enumerate() {
        assert!(same, "{who}: {:?}", GUESSES[place % GUESSES.len()]);
    }
}

#[actix_web::test]
async fn guesses_about_a_hidden_account_are_answered_alike() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        hidden(&house).await;
        nothing_is_told(&house, "hal").await;
        nothing_is_told(&house, "abe").await;
        // Whoever sees the account is answered.
        for who in ["ann", "bo", "ada"] {
            assert!(alike(&house, who).await.iter().all(|same| !same), "{who}");
        }
    })
    .await;
}

#[actix_web::test]
async fn guesses_about_a_deleted_account_are_answered_alike() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = hidden(&house).await;
        house
            .patch("ann", &at(&account), json!({ "visibility": "tenant" }))
            .await
            .ok(200);
        assert_eq!(
            house.get("hal", "/v1/deals?account.country=AT").await.names(),
            ["a deal"]
        );
        assert_eq!(house.delete("ann", &at(&account)).await.status, 204);
        for who in ["hal", "ann", "ada"] {
            nothing_is_told(&house, who).await;
        }
    })
    .await;
}

#[actix_web::test]
async fn a_key_asks_through_no_relation_whose_kind_it_does_not_read() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = hidden(&house).await;
        house
            .patch("ann", &at(&account), json!({ "visibility": "tenant" }))
            .await
            .ok(200);
        let key = "ann/crm:deals:read+crm:contacts:read";
        for path in [
            "deals?account.country=AT",
            "contacts?account.name[contains]=Q",
            "deals/summary?group_by=stage&account.country=AT",
        ] {
            let refused = house.get(key, &format!("/v1/{path}")).await.ok(403);
            assert_eq!(refused["scope"], "crm:accounts:read", "{path}");
        }
        for noun in ["deals", "contacts"] {
            let search = json!({ "filter": { "not": { "account.country": "AT" } } });
            let refused = house
                .post(key, &format!("/v1/{noun}/search"), search)
                .await
                .ok(403);
            assert_eq!(refused["scope"], "crm:accounts:read");
            house
                .get(
                    key,
                    &format!("/v1/{noun}?account={}", account["id"].as_str().unwrap()),
                )
                .await
                .ok(200);
        }
        let both = format!("{key}+crm:accounts:read");
        assert_eq!(
            house.get(&both, "/v1/deals?account.country=AT").await.names(),
            ["a deal"]
        );
    })
    .await;
}
