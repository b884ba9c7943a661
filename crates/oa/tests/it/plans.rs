//! How lists are found: by an index in their order, however many rows there are.

use countersign_testkit::{for_each_database, plans};

use crate::house::{ACME, House, get, submit};

const LARGE: &[&str] = &["requests", "tasks", "request_readers", "timers", "log"];

const LISTS: &[&str] = &[
    "/v1/requests?",
    "/v1/requests?sort=created_at",
    "/v1/requests?sort=submitted_at",
    "/v1/requests?sort=-submitted_at",
    "/v1/requests?status=open",
    "/v1/requests?status=held",
    "/v1/requests?requester=me",
    "/v1/requests?requester=me&status=open",
    "/v1/requests?workflow=expense",
    "/v1/requests?workflow=expense&status=open",
    "/v1/requests?submitted_at[gte]=2020-01-01T00:00:00Z&sort=submitted_at",
    "/v1/requests?sort=decided_at",
    "/v1/requests?sort=-decided_at",
    "/v1/requests?decided_at[gte]=2020-01-01T00:00:00Z&decided_at[lt]=2040-01-01T00:00:00Z&sort=-decided_at",
    "/v1/requests?q=exp",
    "/v1/requests?summary[contains]=a",
    "/v1/requests?count=exact",
    "/v1/tasks?assignee=me&status=open",
    "/v1/tasks?assignee=me&status=open&sort=created_at",
    "/v1/tasks?assignee=me&status=open&sort=due_at",
    "/v1/tasks?assignee=me&status=done",
    "/v1/tasks?assignee=me&status=open&count=exact",
    "/v1/tasks?",
    "/v1/tasks?status=open",
    "/v1/tasks?sort=created_at",
    "/v1/tasks?sort=due_at",
    "/v1/tasks/summary",
];

#[tokio::test]
async fn no_list_reads_or_sorts_a_whole_table() {
    for_each_database(|db| async {
        let house = House::new(db).await;
        for _ in 0..3 {
            submit(&house, "700.00").await;
        }
        house.db.start_recording();
        let mut faults = Vec::new();
        for path in LISTS {
            for who in ["ada", "bo", "ann", "cleo"] {
                house.db.recorded();
                let answer = get(&house, who, path).await;
                assert_eq!(answer.status, 200, "{path}: {answer:?}");
                for sql in house.db.recorded() {
                    let fault = plans::fault_of(&house.db, ACME, &sql, LARGE).await;
                    faults.extend(fault.map(|fault| format!("{who} {path}: {fault}")));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    })
    .await;
}
