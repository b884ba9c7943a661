//! Versions that wait for a second person.

use countersign_events::Actions;
use countersign_identity::Occasion;
use countersign_identity::people;
use countersign_identity::people::service::SetStatus;
use countersign_identity::tenants::PublishingChange;
use countersign_kernel::actor::Publisher;
use countersign_kernel::catalogue::{Catalogue, Link};
use countersign_kernel::id::{ProposalId, TypedId};
use countersign_rules::definitions::Kind;
use countersign_storage::log;
use countersign_testkit::{TestDb, for_each_database, in_step};
use countersign_web::Expected;
use serde_json::{Value, json};

use crate::could_not::notices;
use crate::house::{ACME, Answer, House, get, post, put, user};

const LOAN: &str = "workflow: loan\ntitle: {en: Loan, zh-CN: 借用}\nowners: {role: finance}\nnumber: L-{counter}\nform:\n  what: {type: text, required: true}\nsteps:\n  - approval: manager\n    by: {manager_of: requester}\n";
const PATH: &str = "/v1/workflows/loan";

async fn second_person(house: &House, wanted: bool) {
    let change = PublishingChange {
        second_person: Some(wanted),
        ..PublishingChange::default()
    };
    house.settings(change).await;
}

async fn house(db: TestDb) -> House {
    let house = House::new(db, Catalogue::new(), &Actions::new()).await;
    second_person(&house, true).await;
    house
}

/// Where the proposal stands that this makes.
async fn proposed(house: &House, who: &str, text: &str, headers: &[(&str, &str)]) -> String {
    let proposed = put(house, who, PATH, text, headers).await;
    assert_eq!(
        (proposed.status, &proposed.json["status"]),
        (202, &json!("open")),
        "{proposed:?}"
    );
    let path = proposed.headers["location"].clone();
    assert!(
        path.ends_with(proposed.json["id"].as_str().unwrap()),
        "{proposed:?}"
    );
    path
}

async fn publish(house: &House, who: &str, path: &str) -> Answer {
    post(house, who, &format!("{path}/publish"), json!({})).await
}

fn said(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.json["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn what_one_proposes_another_publishes() {
    for_each_database(|db| async {
        let house = house(db).await;
        let path = proposed(&house, "fay", LOAN, &[]).await;
        assert_eq!(
            get(&house, "ann", PATH).await.status,
            404,
            "nothing is in force yet"
        );
        let seen = get(&house, "ada", &path).await;
        assert_eq!(
            (
                &seen.json["text"],
                &seen.json["version_in_force"],
                &seen.json["proposed_by"]
            ),
            (&json!(LOAN), &json!(0), &json!(user("fay"))),
            "{seen:?}"
        );
        assert_eq!(said(&publish(&house, "ann", &path).await), (403, "not_an_owner"));
        assert_eq!(said(&publish(&house, "fay", &path).await), (403, "own_proposal"));
        assert_eq!(
            said(&publish(&house, "fay's key", &path).await),
            (403, "forbidden")
        );
        assert_eq!(
            said(&publish(&house, "ada's key", &path).await),
            (403, "forbidden")
        );
        let published = publish(&house, "ada", &path).await;
        assert_eq!(
            (
                published.status,
                &published.json["status"],
                &published.json["published_version"]
            ),
            (200, &json!("published"), &json!(1)),
            "{published:?}"
        );
        assert_eq!(
            said(&publish(&house, "ada", &path).await),
            (409, "proposal_settled")
        );
        let versions = get(&house, "ann", "/v1/workflows/loan/versions").await;
        let first = &versions.json["data"][0];
        assert_eq!(
            (&first["published_by"], &first["proposed_by"], &first["text"]),
            (&json!(user("ada")), &json!(user("fay")), &json!(LOAN)),
            "{versions:?}"
        );
        assert_eq!(
            get(&house, "ann", &path).await.json["text"],
            json!(LOAN),
            "it stands in the version"
        );
        told(&house, &path).await;
    })
    .await;
}

/// The log says what happened, and each of the two hears of the other.
async fn told(house: &House, path: &str) {
    let id: ProposalId = path.rsplit('/').next().unwrap().parse().unwrap();
    let reader = house.db.read(ACME).await.unwrap();
    let subject = Link::new("proposal", id.0);
    let entries = log::history(&reader, ACME, &subject, 0, 10).await.unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["rules.proposal.opened", "rules.proposal.published"]);
    let notices = notices(house).await;
    let who: Vec<_> = notices.iter().map(|(to, _)| *to).collect();
    assert_eq!(
        who,
        [user("ada").0, user("fay").0],
        "who may publish it, and who proposed it: {notices:?}"
    );
    assert!(
        notices[0].1.contains("Fay proposes version 1") && notices[1].1.contains("Ada published"),
        "{notices:?}"
    );
}

#[tokio::test]
async fn neither_of_the_two_decides_and_it_acts_by_what_both_may() {
    for_each_database(|db| async {
        let house = house(db).await;
        let by = async |proposer: &str, publisher: &str, text: &str| {
            let path = proposed(&house, proposer, text, &[("if-match", "*")]).await;
            let published = publish(&house, publisher, &path).await;
            assert_eq!(published.status, 200, "{published:?}");
            let reader = house.db.read(ACME).await.unwrap();
            let tenant = house.rules.tenant_in(&reader, ACME).await.unwrap();
            let one = tenant.newest.get(Kind::Workflow, "loan").unwrap();
            let publisher = Publisher {
                user: user(publisher),
                proposer: Some(user(proposer)),
            };
            assert_eq!(one.publisher(), Some(publisher));
            let rights = one.rights(None, &tenant.directory);
            assert!(
                !rights.are_of(user(proposer)) && !rights.are_of(publisher.user),
                "of neither alone"
            );
            rights.reach_others()
        };
        let first = put(&house, "fay", PATH, LOAN, &[]).await;
        let path = format!("/v1/proposals/{}", first.json["id"].as_str().unwrap());
        assert_eq!(publish(&house, "ada", &path).await.status, 200);
        assert!(
            by("ada", "fay", &LOAN.replace("L-", "A-")).await,
            "hr and admin both reach others"
        );
        assert!(
            !by("eve", "fay", &LOAN.replace("L-", "B-")).await,
            "finance does not"
        );
        assert!(
            !by("fay", "eve", &LOAN.replace("L-", "C-")).await,
            "nor with hr's help"
        );
    })
    .await;
}

#[tokio::test]
async fn a_proposal_is_rejected_by_another_and_withdrawn_by_its_own() {
    for_each_database(|db| async {
        let house = house(db).await;
        let path = proposed(&house, "fay", LOAN, &[]).await;
        let reject = format!("{path}/reject");
        assert_eq!(
            post(&house, "ada", &reject, json!({})).await.status,
            422,
            "why is said"
        );
        let why = json!({"comment": "Who lends what?"});
        assert_eq!(
            said(&post(&house, "fay", &reject, why.clone()).await),
            (403, "own_proposal")
        );
        assert_eq!(
            said(&post(&house, "ann", &reject, why.clone()).await),
            (403, "not_an_owner")
        );
        let rejected = post(&house, "ada", &reject, why).await;
        assert_eq!(
            (
                rejected.status,
                &rejected.json["status"],
                &rejected.json["comment"]
            ),
            (200, &json!("rejected"), &json!("Who lends what?")),
            "{rejected:?}"
        );
        let other = proposed(&house, "fay", LOAN, &[]).await;
        let withdraw = format!("{other}/withdraw");
        assert_eq!(
            said(&post(&house, "ada", &withdraw, json!({})).await),
            (403, "not_your_proposal")
        );
        let withdrawn = post(&house, "fay", &withdraw, json!({})).await;
        assert_eq!(
            (withdrawn.status, &withdrawn.json["status"]),
            (200, &json!("withdrawn"))
        );
        assert_eq!(
            said(&publish(&house, "ada", &other).await),
            (409, "proposal_settled")
        );
        let listed = get(
            &house,
            "ann",
            "/v1/proposals?status=rejected&kind=workflow&name=loan",
        )
        .await;
        assert_eq!(
            listed.json["data"].as_array().map(Vec::len),
            Some(1),
            "{listed:?}"
        );
        assert_eq!(listed.json["data"][0].get("text"), None::<&Value>);
        let nobody = format!("/v1/proposals/{}", ProposalId::from(user("ann").uuid()));
        assert_eq!(
            said(&get(&house, "ann", &nobody).await),
            (404, "proposal_not_found")
        );
    })
    .await;
}

#[tokio::test]
async fn it_is_judged_again_by_what_holds_when_it_is_published() {
    for_each_database(|db| async {
        let house = house(db).await;
        house.publishing("finance", &["loan"], &[]).await;
        let one = proposed(&house, "eve", LOAN, &[]).await;
        let other = proposed(&house, "fay", &LOAN.replace("L-", "LOAN-"), &[]).await;
        assert_eq!(publish(&house, "ada", &other).await.status, 200);
        let stale = publish(&house, "ada", &one).await;
        assert_eq!(said(&stale), (409, "proposal_stale"));
        assert!(stale.text.contains("If-Match: \\\"1\\\""), "{stale:?}");
        let owned = LOAN.replace("{role: finance}", "{role: hr}").replace("L-", "N-");
        let next = proposed(&house, "eve", &owned, &[("if-match", "\"1\"")]).await;
        assert_eq!(
            publish(&house, "ada", &next).await.status,
            200,
            "an owner proposed it"
        );
        let mine = proposed(&house, "eve", LOAN, &[("if-match", "\"2\"")]).await;
        house.publishing("finance", &["lease"], &[]).await;
        assert_eq!(
            said(&publish(&house, "ada", &mine).await),
            (409, "proposer_lost_right")
        );
        assert_eq!(said(&publish(&house, "eve", &mine).await), (403, "not_an_owner"));
        house.publishing("finance", &["loan"], &[]).await;
        second_person(&house, false).await;
        assert_eq!(
            said(&publish(&house, "eve", &mine).await),
            (403, "own_proposal"),
            "it stays a proposal"
        );
        assert_eq!(publish(&house, "fay", &mine).await.status, 200);
        let alone = put(&house, "eve", PATH, &owned, &[("if-match", "\"3\"")]).await;
        assert_eq!(
            alone.status, 200,
            "no second person is wanted any more: {alone:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_not_proposed() {
    let house = house(TestDb::sqlite().await).await;
    let wrong = put(&house, "ada", PATH, &LOAN.replace("manager_of", "manger_of"), &[]).await;
    assert_eq!(said(&wrong), (422, "definition_has_errors"));
    assert_eq!(
        said(&put(&house, "ann", PATH, LOAN, &[]).await),
        (403, "not_an_owner")
    );
    let none = get(&house, "ada", "/v1/proposals").await;
    assert_eq!(none.json["data"], json!([]), "{none:?}");
}

#[tokio::test]
async fn what_nobody_else_may_publish_is_not_proposed() {
    for_each_database(|db| async {
        let house = house(db).await;
        let leaves = SetStatus {
            id: user("fay"),
            status: people::Status::Disabled,
            expected: Expected::NotGiven,
            occasion: Occasion::system(house.clock.as_ref(), house.world.entropy.as_ref()),
            directories: (*house.rules.directories).clone(),
        };
        house.db.write(ACME, leaves).await.unwrap();
        let refused = put(&house, "ada", PATH, LOAN, &[]).await;
        assert_eq!(said(&refused), (409, "nobody_to_publish"), "{refused:?}");
        let none = get(&house, "ada", "/v1/proposals").await;
        assert_eq!(none.json["data"], json!([]), "{none:?}");
        house.publishing("finance", &["loan"], &[]).await;
        let path = proposed(&house, "ada", LOAN, &[]).await;
        assert_eq!(publish(&house, "eve", &path).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn two_who_settle_a_proposal_at_once_do_so_once() {
    for_each_database(|db| async {
        let house = house(db).await;
        house.publishing("finance", &["loan"], &[]).await;
        let path = proposed(&house, "eve", LOAN, &[]).await;
        let (one, other) = in_step(
            &house.db,
            publish(&house, "ada", &path),
            publish(&house, "fay", &path),
        )
        .await;
        let mut both = [said(&one), said(&other)];
        both.sort_unstable();
        assert_eq!(both, [(200, ""), (409, "proposal_settled")], "{one:?} {other:?}");
        let versions = get(&house, "ann", "/v1/workflows/loan/versions").await;
        assert_eq!(
            versions.json["data"].as_array().map(Vec::len),
            Some(1),
            "{versions:?}"
        );

        let next = LOAN.replace("L-", "LOAN-");
        let path = proposed(&house, "eve", &next, &[("if-match", "\"1\"")]).await;
        let withdraw = format!("{path}/withdraw");
        let (published, withdrawn) = in_step(
            &house.db,
            publish(&house, "ada", &path),
            post(&house, "eve", &withdraw, json!({})),
        )
        .await;
        let mut both = [said(&published), said(&withdrawn)];
        both.sort_unstable();
        assert_eq!(
            both,
            [(200, ""), (409, "proposal_settled")],
            "{published:?} {withdrawn:?}"
        );
    })
    .await;
}
