//! How lists are found: by an index in their order, however many rows there are.

use countersign_testkit::{for_each_database, plans};
use serde_json::json;

use crate::house::{ACME, house};

const LARGE: &[&str] = &[
    "accounts",
    "activities",
    "contacts",
    "deals",
    "external_ids",
    "leads",
    "price_book_entries",
    "deal_lines",
    "products",
    "timeline",
];

const OF_ALL: &[&str] = &[
    "",
    "sort=created_at",
    "sort=updated_at",
    "sort=-updated_at",
    "sort=name",
    "sort=-name",
    "owner=me",
    "owner=me&sort=created_at",
    "name=Acme",
    "name[starts_with]=Ac",
    "name[contains]=cm",
    "name[contains]=cm&sort=name",
    "name[contains]=nothing",
    "q=cm",
    "q=cm&count=exact",
    "count=exact",
    "limit=1&sort=name&cursor=next",
    "limit=1&cursor=next",
];

const OF_CONTACTS: &[&str] = &[
    "sort=email",
    "sort=-email",
    "email=a@acme.example",
    "email[starts_with]=a",
];

const OF_DEALS: &[&str] = &[
    "sort=amount",
    "sort=-amount",
    "sort=-amount&amount[gte]=1",
    "sort=expected_close_on",
    "sort=-expected_close_on",
    "status=open",
    "stage={stage}",
    "pipeline={pipeline}",
    "stage={stage}&owner=me",
    "lost_reason[contains]=dear",
    "account.country=DE",
];

const OF_LEADS: &[&str] = &[
    "sort=company",
    "sort=-company",
    "sort=-email",
    "company=Acme",
    "company[starts_with]=Ac",
    "email=a@acme.example",
    "status=new",
    "status=new&owner=me",
];

const OF_ACTIVITIES: &[&str] = &[
    "",
    "sort=created_at",
    "sort=-updated_at",
    "sort=subject",
    "sort=due_at",
    "sort=-due_at",
    "sort=due_at&limit=1&cursor=next",
    "owner=me",
    "owner=me&status=open&sort=due_at",
    "owner=me&status=open&sort=due_at&due_at[lt]=2027-01-01T00:00:00Z",
    "owner=me&status=open&sort=due_at&due_at[lt]=2027-01-01T00:00:00Z&count=exact",
    "status=open&sort=due_at",
    "account={account}",
    "deal={deal}",
    "contact={contact}",
    "subject[starts_with]=Ac",
    "subject[contains]=cm",
    "q=cm",
    "account.country=DE",
];

const OF_PRODUCTS: &[&str] = &[
    "",
    "sort=created_at",
    "sort=-updated_at",
    "sort=name",
    "sort=-name",
    "sort=code",
    "sort=-code",
    "code=p-1",
    "code[starts_with]=p",
    "q=p-1",
    "count=exact",
    "active=true",
];

const OF_ENTRIES: &[&str] = &[
    "",
    "sort=created_at",
    "sort=-updated_at",
    "price_book={book}",
    "product={product}",
    "product={product}&price_book={book}",
];

/// What is sorted all the same, and why.
const SORTED: &[(&str, &str)] = &[
    ("name=", "few have one name"),
    ("email=", "few have one address"),
    ("code=", "one has a code"),
    ("company=", "few are of one company"),
    ("[starts_with]", "few, or in the order of the list"),
];

#[actix_web::test]
async fn no_list_reads_or_sorts_a_whole_table() {
    for_each_database(|db| async move {
        let house = house(&db).await;
        let account = house.account("ann", "Acme").await;
        house.account("ann", "Acme Two").await;
        for number in ["1", "2"] {
            let contact =
                json!({"name": "Acme", "email": format!("{number}@acme.example"), "account": account["id"]});
            house.post("ann", "/v1/contacts", contact).await.ok(201);
        }
        let deal = house.deal("ann", &account, "Acme", "10.00").await;
        house.deal("ann", &account, "Acme", "20.00").await;
        let contact = house.get("ann", "/v1/contacts").await.ok(200)["data"][0].clone();
        for number in [1, 2] {
            let about = json!({"subject": "Acme", "due_at": house.later(number), "deal": deal["id"], "contact": contact["id"]});
            house.activity("ann", about).await;
            let lead = json!({"name": "Acme", "company": "Acme", "email": format!("{number}@acme.example")});
            house.post("ann", "/v1/leads", lead).await.ok(201);
        }
        let (product, book) = (house.product("P-1").await, house.price_book("EUR", true).await);
        house.product("P-2").await;
        house.price(&book, &product, &[("0", "1.00")], json!([null, null])).await.ok(201);
        let mut paths = Vec::new();
        for (kind, own) in [
            ("accounts", &[][..]),
            ("contacts", OF_CONTACTS),
            ("deals", OF_DEALS),
            ("leads", OF_LEADS),
        ] {
            let all = OF_ALL.iter().chain(own);
            paths.extend(all.map(|query| format!("/v1/{kind}?{query}")));
        }
        paths.extend(OF_ACTIVITIES.iter().map(|query| format!("/v1/activities?{query}")));
        paths.extend(OF_PRODUCTS.iter().map(|query| format!("/v1/products?{query}")));
        paths.extend(OF_ENTRIES.iter().map(|query| format!("/v1/price-book-entries?{query}")));
        paths.push("/v1/price-books/{book}/prices/{product}".to_owned());
        paths.push("/v1/deals/{deal}/lines".to_owned());
        paths.push("/v1/today".to_owned());
        for group in ["stage", "owner", "status"] {
            paths.push(format!("/v1/deals/summary?group_by={group}"));
        }
        for kind in ["accounts", "contacts", "deals", "leads", "activities"] {
            for query in ["", "sort=created_at", "sort=-updated_at", "q=cm", "owner=me"] {
                paths.push(format!("/v1/{kind}/export?{query}"));
            }
        }
        db.start_recording();
        let mut faults = Vec::new();
        for path in paths {
            let mut path = path
                .replace("{stage}", deal["stage"].as_str().unwrap())
                .replace("{pipeline}", deal["pipeline"].as_str().unwrap())
                .replace("{product}", product["id"].as_str().unwrap())
                .replace("{book}", book["id"].as_str().unwrap())
                .replace("{account}", account["id"].as_str().unwrap())
                .replace("{contact}", contact["id"].as_str().unwrap())
                .replace("{deal}", deal["id"].as_str().unwrap());
            if let Some(first) = path.strip_suffix("&cursor=next") {
                let page = house.get("ann", first).await.ok(200);
                path = path.replace("next", page["next_cursor"].as_str().unwrap());
            }
            for who in ["ada", "ann"] {
                if path.contains("cursor=") && who == "ada" {
                    continue;
                }
                db.recorded();
                house.get(who, &path).await.ok(200);
                for sql in db.recorded() {
                    let fault = plans::fault_of(&db, ACME, &sql, LARGE).await;
                    faults.extend(fault.map(|fault| format!("{who} {path}: {fault}")));
                }
            }
        }
        faults.retain(|fault| !SORTED.iter().any(|(path, _)| fault.contains(path)));
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    })
    .await;
}
