//! Tables: published like all definitions, asked by workflows and automations, and changed under them.

use std::collections::BTreeSet;

use countersign_events::Actions;
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::time::Clock as _;
use countersign_rules::definitions::Kind;
use countersign_testkit::{TestDb, for_each_database};
use serde_json::json;

use crate::house::{ACME, Answer, House, get, put, user};

const LIMITS: &str = "table: limits
title: {en: Limits, zh-CN: 额度}
owners: {role: finance}
given: {days: integer}
gives: {asks: text}
rows:
  - [up to 3, nobody]
  - [from 4, manager]
";

const LOAN: &str = "workflow: loan
title: Loan
owners: {role: hr}
form:
  days: {type: integer, required: true}
steps:
  - approval: manager
    when: table('limits', days) == 'manager'
    by: {manager_of: requester}
  - end: approved
tests:
  - name: A short loan needs nobody
    given: {requester: ann, form: {days: 2}}
    then:
      - skipped manager
    expect: approved
";

async fn house(db: TestDb) -> House {
    House::new(db, Catalogue::new(), &Actions::new()).await
}

async fn publish(house: &House, kind: &str, text: &str) -> Answer {
    let name = text.lines().next().unwrap().split_once(": ").unwrap().1;
    put(
        house,
        "fay",
        &format!("/v1/{kind}/{name}"),
        text,
        &[("if-match", "*")],
    )
    .await
}

/// Code, line and words of the findings in a refusal.
fn findings(answer: &Answer) -> Vec<String> {
    let errors = answer.json["errors"].as_array().unwrap();
    let said = |error: &serde_json::Value| format!("{}: {}", error["code"], error["detail"]);
    errors.iter().map(said).collect()
}

#[tokio::test]
async fn a_table_is_published_version_by_version_like_all_definitions() {
    for_each_database(|db| async {
        let house = house(db).await;
        let refused = put(&house, "eve", "/v1/tables/limits", LIMITS, &[]).await;
        assert_eq!(
            refused.status, 403,
            "the first version gives nobody a right: {refused:?}"
        );
        let first = publish(&house, "tables", LIMITS).await;
        assert_eq!(
            (first.status, &first.json["object"], &first.json["title"]),
            (201, &json!("table"), &json!("Limits")),
            "{first:?}"
        );
        let next = LIMITS.replace("up to 3", "up to 4").replace("from 4", "from 5");
        let next = put(
            &house,
            "eve",
            "/v1/tables/limits",
            &next,
            &[("if-match", "\"1\"")],
        )
        .await;
        assert_eq!(
            (next.status, &next.json["version"]),
            (200, &json!(2)),
            "its owners do: {next:?}"
        );
        let versions = get(&house, "ann", "/v1/tables/limits/versions").await;
        assert_eq!(versions.json["data"][1]["text"], json!(LIMITS));
        let all = get(&house, "ann", "/v1/tables").await;
        assert_eq!(all.json["data"][0]["name"], json!("limits"));
        let gap = LIMITS.replace("from 4", "from 5");
        let gap = put(&house, "eve", "/v1/tables/limits", &gap, &[("if-match", "*")]).await;
        assert_eq!(gap.status, 422, "{gap:?}");
        assert!(
            findings(&gap)[0].contains("No row holds where `days` is above 3 and under 5"),
            "{gap:?}"
        );
        let other = put(&house, "fay", "/v1/workflows/limits", LIMITS, &[]).await;
        assert!(findings(&other)[0].contains("/v1/tables/limits"), "{other:?}");
    })
    .await;
}

#[tokio::test]
async fn a_workflow_asks_the_tables_that_there_are() {
    for_each_database(|db| async {
        let house = house(db).await;
        let none = publish(&house, "workflows", LOAN).await;
        assert_eq!(none.status, 422, "{none:?}");
        assert!(
            findings(&none)[0].contains("There is no table `limits`"),
            "{none:?}"
        );
        assert_eq!(publish(&house, "tables", LIMITS).await.status, 201);
        let first = publish(&house, "workflows", LOAN).await;
        assert_eq!(first.status, 201, "{first:?}");
        let fails = LIMITS
            .replace("up to 3, nobody", "up to 1, nobody")
            .replace("from 4", "from 2");
        assert_eq!(publish(&house, "tables", &fails).await.status, 200);
        let again = LOAN.replace("Loan", "Loans");
        let again = publish(&house, "workflows", &again).await;
        assert_eq!(
            again.status, 422,
            "its stories are told with the tenant's tables: {again:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_table_that_is_asked_keeps_the_columns_that_it_is_asked_for() {
    for_each_database(|db| async {
        let house = house(db).await;
        assert_eq!(publish(&house, "tables", LIMITS).await.status, 201);
        assert_eq!(publish(&house, "workflows", LOAN).await.status, 201);
        let broken = [
            LIMITS
                .replace("days: integer", "days: text")
                .replace("up to 3", "few")
                .replace("from 4", "any"),
            LIMITS
                .replace("asks: text", "asks: text, why: text")
                .replace("nobody]", "nobody, few]")
                .replace("manager]", "manager, many]"),
            LIMITS.replace("rows:", "take: all\nrows:"),
        ];
        for text in broken {
            let refused = publish(&house, "tables", &text).await;
            assert_eq!(refused.status, 422, "{text}{refused:?}");
            let said = findings(&refused);
            assert!(
                said.iter()
                    .all(|one| one.contains("asked-otherwise") && one.contains("The workflow `loan`")),
                "{said:?}"
            );
        }
        let number = LIMITS
            .replace("days: integer", "days: number")
            .replace("from 4", "above 3");
        let number = publish(&house, "tables", &number).await;
        assert_eq!(number.status, 200, "it can be asked as before: {number:?}");
    })
    .await;
}

/// What would become of a loan of so many days, by the version of the workflow that is in force.
async fn outcome(house: &House, days: u32) -> String {
    let reader = house.db.read(ACME).await.unwrap();
    let tenant = house.rules.tenant_in(&reader, ACME).await.unwrap();
    let scene = tenant.scene(house.clock.now());
    let loan = tenant.newest.get(Kind::Workflow, "loan").unwrap();
    let facts = scene.facts(Actor::User(user("ann")), None);
    let simulated = countersign_engine::simulate(
        loan.workflow().unwrap(),
        &json!({ "days": days }),
        user("ann"),
        &facts,
    );
    let shown = simulated.unwrap().to_json(countersign_kernel::text::Locale::En);
    let states: Vec<String> = shown["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            format!(
                "{} {}",
                step["step"].as_str().unwrap(),
                step["state"].as_str().unwrap()
            )
        })
        .collect();
    states.join(", ")
}

#[tokio::test]
async fn a_change_of_a_table_counts_from_the_next_judgement_on_also_after_a_restart() {
    for_each_database(|db| async {
        let house = house(db).await;
        assert_eq!(publish(&house, "tables", LIMITS).await.status, 201);
        assert_eq!(publish(&house, "workflows", LOAN).await.status, 201);
        assert!(outcome(&house, 5).await.starts_with("manager asked"));
        let wider = LIMITS.replace("up to 3", "up to 9").replace("from 4", "from 10");
        assert_eq!(publish(&house, "tables", &wider).await.status, 200);
        assert!(outcome(&house, 5).await.starts_with("manager skipped"));
        let house = house.restarted(crate::house::pool());
        assert!(
            outcome(&house, 5).await.starts_with("manager skipped"),
            "it compiles by what it was read by"
        );
        let seen = get(&house, "ann", "/v1/workflows/loan").await;
        assert_eq!(seen.status, 200, "{seen:?}");
    })
    .await;
}

#[tokio::test]
async fn the_settings_may_give_the_right_to_publish_tables_alone() {
    let house = house(TestDb::sqlite().await).await;
    house.publishing("finance", &["limits"], &["table"]).await;
    let first = put(&house, "eve", "/v1/tables/limits", LIMITS, &[]).await;
    assert_eq!(first.status, 201, "{first:?}");
    let loan = put(&house, "eve", "/v1/workflows/loan", LOAN, &[]).await;
    assert_eq!(loan.status, 403, "{loan:?}");
    let kinds: BTreeSet<&str> = Kind::ALL.map(Kind::word).into();
    assert!(kinds.contains("table"));
}
