//! Whoever published what judges a request does not decide it.

use std::collections::BTreeSet;

use countersign_engine::definition::Document;
use countersign_engine::refusal::Restriction;
use countersign_engine::vocabulary::What;
use countersign_engine::{Command, Facts, Refusal, State, Surroundings, check, decide};
use countersign_kernel::actor::Publisher;

use crate::judgement::{Desk, form, submission};

#[test]
fn who_published_a_version_is_not_asked_to_decide_by_it() {
    let mut desk = Desk::expense();
    desk.submit("1800.00");
    let bo = desk.who("bo");
    let task = desk.task("bo");
    let approve = Command::Approve {
        task,
        comment: None,
        form: None,
    };
    let own = |actor: &str| Facts {
        publisher: Some(bo.into()),
        ..desk.facts(actor)
    };
    let refused = decide(&desk.workflow, &desk.state, &approve, &own("bo"));
    assert!(matches!(
        refused,
        Err(Refusal::Restricted {
            why: Restriction::OwnRule,
            ..
        })
    ));
    let submit = submission("EXP-2", None, form("1800.00"));
    let asked = decide(&desk.workflow, &State::new(desk.state.id), &submit, &own("ann")).unwrap();
    let seats = asked.iter().filter_map(|event| match &event.what {
        What::SeatOpened(seat) => Some(seat.asked.holder),
        _ => None,
    });
    assert_eq!(
        seats.collect::<Vec<_>>(),
        [desk.who("cleo")],
        "who manages Bo decides instead"
    );
}

/// Of a role, those suffice who may decide. Where whoever published the text and whoever asks are all of it, the
/// publisher's line is asked.
#[test]
fn a_role_of_publisher_and_requester_is_not_stuck() {
    let text =
        include_str!("stories/expense.yaml").replace("by: {manager_of: requester}", "by: {role: finance}");
    let checked = check(&text, &Surroundings::default());
    let Some(Document::Workflow(workflow)) = checked.document else {
        panic!("{:?}", checked.findings)
    };
    let desk = Desk::expense();
    for (publisher, proposer, requester, asked) in [
        ("ada", None, "ann", vec!["eve", "dan"]),
        ("eve", None, "ann", vec!["dan"]),
        ("eve", None, "dan", vec!["cleo"]),
        ("dan", None, "eve", vec!["cleo"]),
        ("ada", Some("eve"), "ann", vec!["dan"]),
        ("ada", Some("eve"), "dan", vec!["cleo"]),
    ] {
        let facts = Facts {
            publisher: Some(Publisher {
                user: desk.who(publisher),
                proposer: proposer.map(|name| desk.who(name)),
            }),
            ..desk.facts(requester)
        };
        let submit = submission("EXP-2", None, form("1800.00"));
        let events = decide(&workflow, &State::new(desk.state.id), &submit, &facts).unwrap();
        let holders: BTreeSet<_> = events
            .iter()
            .filter_map(|event| match &event.what {
                What::SeatOpened(seat) => Some(seat.asked.holder),
                _ => None,
            })
            .collect();
        let wanted: BTreeSet<_> = asked.iter().map(|name| desk.who(name)).collect();
        assert_eq!(
            holders, wanted,
            "{publisher} published, {proposer:?} proposed, {requester} asks"
        );
    }
}
