//! Of whom a step asks one: what has to be known of them, what is said where it is not, and whom it then asks.

use std::collections::BTreeMap;

use countersign_engine::definition::Workflow;
use countersign_engine::finding::Finding;
use countersign_engine::vocabulary::Command;
use countersign_engine::{Facts, Missing, Standing, Standings, Surroundings, check, judge, simulate};
use countersign_kernel::id::UserId;
use countersign_kernel::text::Locale;
use serde_json::json;

use crate::judgement::Desk;

const TICKET: &str = "workflow: ticket\ntitle: Ticket\nowners: {role: hr}\nform:\n  what: {type: text, required: true}\nsteps:\n  - parallel: both\n    branches:\n      left: [{approval: left, by: {role: finance}, assign: least_busy}]\n      right: [{approval: right, by: {role: finance}, assign: in_turn}]\n";

/// Whom the two steps ask, and what was missing.
fn asked(desk: &Desk, standings: &Standings) -> (Vec<UserId>, Vec<Missing>) {
    let facts = Facts {
        standings: standings.clone(),
        ..desk.facts("ann")
    };
    let command = Command::Submit {
        version: 1,
        number: "T-1".into(),
        requester: None,
        starter: None,
        form: json!({"what": "Screen"}),
    };
    let judged = judge(&desk.workflow, &desk.state, &command, &facts).unwrap();
    let mut state = desk.state.clone();
    for event in &judged.events {
        countersign_engine::apply(&mut state, event);
    }
    let seats = state.open_seats().map(|seat| seat.holder);
    (seats.collect(), judged.missing)
}

#[test]
fn what_is_not_known_is_said_and_then_asked_by() {
    let desk = Desk::of(TICKET);
    let (dan, eve) = (desk.who("dan"), desk.who("eve"));
    let (_, missing) = asked(&desk, &Standings::default());
    let [open, turns] = missing.as_slice() else {
        panic!("{missing:?}")
    };
    assert_eq!((open.step.as_str(), turns.step.as_str()), ("left", "right"));
    let Standing::OpenTasks(people) = &open.standing else {
        panic!("{open:?}")
    };
    assert_eq!((people.len(), &turns.standing), (2, &Standing::Turns));
    for (least, other) in [(dan, eve), (eve, dan)] {
        let mut standings = Standings::default();
        standings.know_open_tasks(least, 3);
        standings.know_open_tasks(other, 4);
        standings.know_turns("right", BTreeMap::from([(least, 7), (other, 2)]));
        assert_eq!(asked(&desk, &standings), (vec![least, other], Vec::new()));
        standings.know_turns("right", BTreeMap::from([(other, 2)]));
        assert_eq!(
            asked(&desk, &standings).0,
            [least, least],
            "never asked comes first"
        );
    }
}

#[test]
fn a_simulation_tells_why_it_is_they() {
    let desk = Desk::of(TICKET);
    let (dan, eve) = (desk.who("dan"), desk.who("eve"));
    let mut facts = desk.facts("ann");
    let form = json!({"what": "Screen"});
    let unknown = simulate(&desk.workflow, &form, desk.who("ann"), &facts).unwrap();
    assert_eq!(unknown.missing.len(), 2);
    facts.standings.know_open_tasks(dan, 3);
    facts.standings.know_open_tasks(eve, 2);
    facts
        .standings
        .know_turns("right", BTreeMap::from([(eve, 1), (dan, 0)]));
    let simulated = simulate(&desk.workflow, &form, desk.who("ann"), &facts).unwrap();
    assert_eq!(simulated.missing, []);
    let whys = |locale: Locale| {
        let who = simulated.steps.iter().flat_map(|step| &step.who);
        who.map(|whom| whom.why.get(locale).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        whys(Locale::En),
        [
            "Eve Ek, in the role finance; they had the fewest open tasks (2).",
            "Dan Diaz, in the role finance; it was their turn."
        ]
    );
    assert_eq!(
        whys(Locale::ZhCn),
        [
            "Eve Ek（角色 finance）；待办任务最少（2 个）。",
            "Dan Diaz（角色 finance）；轮到此人。"
        ]
    );
}

fn findings(approval: &str) -> Vec<(&'static str, String)> {
    let text = TICKET.replace("assign: least_busy", approval);
    let checked = check(&text, &Surroundings::default());
    let errors = checked.findings.iter().filter(|one| one.is_error());
    errors
        .map(|one| (one.code, one.display("ticket.yaml", Locale::En)))
        .collect()
}

#[test]
fn what_does_not_stand_beside_it_is_found() {
    for (approval, code, words) in [
        (
            "assign: in_turn, need: all",
            "need-unreachable",
            "Only one of them is asked and decides alone",
        ),
        (
            "assign: least_busy, order: one_by_one",
            "wrong-shape",
            "Only one of them is asked.",
        ),
        (
            "assign: one_at_a_time",
            "unknown-word",
            "Write `order: one_by_one` in its place.",
        ),
        (
            "assign: least_bussy",
            "unknown-word",
            "Did you mean `least_busy`?",
        ),
    ] {
        let found = findings(approval);
        let [(is, said)] = found.as_slice() else {
            panic!("{approval}: {found:?}")
        };
        assert!(*is == code && said.contains(words), "{approval}: {said}");
    }
}

#[test]
fn a_file_says_who_is_asked_in_words() {
    let Some(countersign_engine::definition::Document::Workflow(workflow)) =
        check(TICKET, &Surroundings::default()).document
    else {
        panic!()
    };
    let workflow: Box<Workflow> = workflow;
    let document = countersign_engine::definition::Document::Workflow(workflow);
    let prose = countersign_engine::prose(&document, Locale::En);
    assert!(
        prose.contains("Only the one of them with the fewest open tasks is asked."),
        "{prose}"
    );
    assert!(
        prose.contains("They are asked in turn: only the one who was asked least recently."),
        "{prose}"
    );
    let explained = countersign_engine::explain(&document);
    assert!(explained.contains("assign: least_busy"), "{explained}");
    assert!(explained.contains("need: any"), "{explained}");
}

#[test]
fn of_a_line_of_managers_one_is_asked_and_none_after_the_other() {
    for assign in ["pool", "least_busy", "in_turn"] {
        let text = TICKET.replace(
            "by: {role: finance}, assign: least_busy",
            &format!("by: {{managers_of: requester, up_to: 2}}, assign: {assign}"),
        );
        let document = check(&text, &Surroundings::default()).document.unwrap();
        let explained = countersign_engine::explain(&document);
        let again = check(&explained, &Surroundings::default());
        assert!(
            !again.findings.iter().any(Finding::is_error),
            "{assign}: {explained}\n{:?}",
            again.findings
        );
        assert!(!explained.contains("one_by_one"), "{assign}: {explained}");
    }
}
