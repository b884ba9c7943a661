//! Publishing under one name at once.

use countersign_events::Actions;
use countersign_kernel::catalogue::Catalogue;
use countersign_testkit::{for_each_database, in_step};

use crate::house::{Answer, House, put};

const LOAN: &str = "workflow: loan\ntitle: Loan\nowners: {role: finance}\nnumber: L-{counter}\nform:\n  what: {type: text, required: true}\nsteps:\n  - approval: manager\n    by: {manager_of: requester}\n";

/// Finance has no say in the next one.
fn handed_over() -> String {
    LOAN.replace("role: finance", "role: hr")
}

async fn publish(house: &House, who: &str, text: &str, header: (&'static str, &'static str)) -> Answer {
    put(house, who, "/v1/workflows/loan", text, &[header]).await
}

#[tokio::test]
async fn a_name_is_taken_once() {
    for_each_database(|db| async {
        let house = House::new(db, Catalogue::new(), &Actions::new()).await;
        let only = ("if-none-match", "*");
        let other = LOAN.replace("L-", "LOAN-");
        let (first, second) = in_step(
            &house.db,
            publish(&house, "fay", LOAN, only),
            publish(&house, "fay", &other, only),
        )
        .await;
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 412], "{first:?} {second:?}");
    })
    .await;
}

#[tokio::test]
async fn who_may_publish_is_said_by_the_version_in_force() {
    for_each_database(|db| async {
        let house = House::new(db, Catalogue::new(), &Actions::new()).await;
        let made = publish(&house, "fay", LOAN, ("if-none-match", "*")).await;
        assert_eq!(made.status, 201, "{made:?}");
        let any = ("if-match", "*");
        let (handed, late) = in_step(
            &house.db,
            publish(&house, "eve", &handed_over(), any),
            publish(&house, "eve", LOAN, any),
        )
        .await;
        assert_eq!((handed.status, late.status), (200, 403), "{late:?}");
    })
    .await;
}
