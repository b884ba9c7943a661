//! Who publishes what, as the settings say it.

use countersign_events::Actions;
use countersign_kernel::catalogue::Catalogue;
use countersign_testkit::{TestDb, for_each_database, in_step};
use serde_json::json;

use crate::house::{House, put};

const LOAN: &str = "workflow: loan\ntitle: Loan\nowners: {role: hr}\nnumber: L-{counter}\nform:\n  what: {type: text, required: true}\nsteps:\n  - approval: manager\n    by: {manager_of: requester}\n";
const CALENDAR: &str = "calendar: loan\nzone: Europe/Berlin\nworking: {monday to friday: \"09:00-17:00\"}\n";

async fn house(db: TestDb) -> House {
    House::new(db, Catalogue::new(), &Actions::new()).await
}

#[tokio::test]
async fn a_role_publishes_the_names_that_the_settings_give_it() {
    for_each_database(|db| async {
        let house = house(db).await;
        let loan = "/v1/workflows/loan";
        let refused = put(&house, "eve", loan, LOAN, &[]).await;
        assert_eq!(
            (refused.status, &refused.json["code"]),
            (403, &json!("not_an_owner"))
        );
        house.publishing("finance", &["loan*"], &["workflow"]).await;
        let first = put(&house, "eve", loan, LOAN, &[]).await;
        assert_eq!(first.status, 201, "{first:?}");
        let next = LOAN.replace("L-", "LOAN-");
        let next = put(&house, "eve", loan, &next, &[("if-match", "\"1\"")]).await;
        assert_eq!(next.status, 200, "{next:?}");
        let longer = LOAN.replace("workflow: loan", "workflow: loan-of-tools");
        let longer = put(&house, "eve", "/v1/workflows/loan-of-tools", &longer, &[]).await;
        assert_eq!(longer.status, 201, "{longer:?}");
        let other = LOAN.replace("workflow: loan", "workflow: lease");
        let other = put(&house, "eve", "/v1/workflows/lease", &other, &[]).await;
        assert_eq!(other.status, 403, "another name: {other:?}");
        let kind = put(&house, "eve", "/v1/calendars/loan", CALENDAR, &[]).await;
        assert_eq!(kind.status, 403, "another kind: {kind:?}");
        let ann = put(&house, "ann", loan, LOAN, &[("if-match", "*")]).await;
        assert_eq!(ann.status, 403, "another role: {ann:?}");
        house.publishing("finance", &["lease"], &[]).await;
        let gone = put(&house, "eve", loan, LOAN, &[("if-match", "*")]).await;
        assert_eq!(gone.status, 403, "the right is taken away: {gone:?}");
    })
    .await;
}

#[tokio::test]
async fn a_right_that_is_taken_away_is_missed_at_once() {
    for_each_database(|db| async {
        let house = house(db).await;
        house.publishing("finance", &["loan"], &[]).await;
        let ((), late) = in_step(
            &house.db,
            house.publishing("finance", &["lease"], &[]),
            put(&house, "eve", "/v1/workflows/loan", LOAN, &[]),
        )
        .await;
        assert_eq!(late.status, 403, "{late:?}");
    })
    .await;
}
