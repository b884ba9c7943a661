//! Workflows and automations that start each other: found when one of them is checked, with the way and where to cut it.

use std::sync::Arc;

use countersign_engine::finding::{Finding, Severity};
use countersign_engine::{Outline, Surroundings, check, form};
use countersign_kernel::text::Locale;

use crate::around::around;

const APPROVAL: &str = "  - approval: manager\n    by: {manager_of: requester}\n";

fn starts(workflow: &str, more: &str) -> String {
    format!(
        "  - action: go-on\n    do: requests.start\n    with: {{workflow: {workflow}, requester: \"{{requester.id}}\", form: none{more}}}\n"
    )
}

fn workflow(name: &str, steps: &str) -> String {
    format!(
        "workflow: {name}\ntitle: Any\nowners: {{role: finance}}\nform:\n  note: {{type: text}}\n  left: {{type: number}}\nsteps:\n{steps}"
    )
}

fn automation(event: &str, when: &str, does: &str) -> String {
    format!("automation: follow\nwhen_event: {event}\nwhen: {when}\ndo:\n{does}")
}

fn start(workflow: &str, more: &str) -> String {
    format!(
        "  - start: {workflow}\n    requester: event.request.requester\n{more}    form: {{note: again}}\n"
    )
}

/// The world with these files in force.
fn with(files: &[String]) -> Surroundings {
    let mut around = around();
    for file in files {
        let checked = check(file, &around);
        let document = checked
            .document
            .unwrap_or_else(|| panic!("{file}\n{:?}", checked.findings));
        if let countersign_engine::definition::Document::Workflow(workflow) = &document {
            around
                .workflows
                .insert(workflow.name.clone(), form::summary(workflow));
        }
        let outline = Outline::of(&document, &around.actions).map(Arc::new);
        around.in_force.get_or_insert_default().extend(outline);
    }
    around
}

fn circles(file: &str, around: &Surroundings) -> Vec<Finding> {
    let checked = check(file, around);
    let other: Vec<&Finding> = checked
        .findings
        .iter()
        .filter(|one| one.code != "start-circle" && one.is_error())
        .collect();
    assert!(other.is_empty(), "{file}\n{other:?}");
    let found = checked.findings.into_iter();
    found.filter(|one| one.code == "start-circle").collect()
}

fn severity(file: &str, around: &Surroundings) -> Option<Severity> {
    circles(file, around).first().map(|one| one.severity)
}

#[test]
fn what_nobody_and_nothing_stops_is_an_error_and_the_rest_a_warning() {
    let step = |steps: &str| severity(&workflow("one", steps), &around());
    let again = starts("one", "");
    let choose = |case: &str, otherwise: &str| {
        format!(
            "  - choose: size\n    cases:\n      - when: left > 1\n        steps: {case}\n    otherwise: {otherwise}\n"
        )
    };
    let form = "[{action: tell, do: notices.send, with: {to: \"{requester.id}\", text: Hi}}]";
    #[rustfmt::skip] // A table: a row reads as one.
    let table = [
        ("nothing before it", again.clone(), Some(Severity::Error)),
        ("an approval before it", format!("{APPROVAL}{again}"), Some(Severity::Warning)),
        ("an approval after it", format!("{again}{APPROVAL}"), Some(Severity::Error)),
        ("an approval in another branch", format!("  - parallel: both\n    branches:\n      ask:\n        - {{approval: manager, by: {{manager_of: requester}}}}\n      act:\n        - {}", again.trim_start().trim_start_matches("- ").replace("    ", "          ")), Some(Severity::Error)),
        ("a condition of its own", again.replace("    do:", "    when: note is not empty\n    do:"), Some(Severity::Warning)),
        ("a condition that always holds", again.replace("    do:", "    when: true\n    do:"), Some(Severity::Error)),
        ("an end that may come first", format!("  - end: approved\n    when: note is empty\n{again}"), Some(Severity::Warning)),
        ("a choice that may ask", format!("{}{again}", choose("[{approval: manager, by: {manager_of: requester}}]", "[]").replace("left > 1", "left is not empty and left > 1")), Some(Severity::Warning)),
        ("a choice that only tells", format!("{}{again}", choose(form, "[]").replace("left > 1", "left is not empty and left > 1")), Some(Severity::Error)),
        ("a key that stays the same", starts("one", ", key: once"), Some(Severity::Warning)),
        ("a key that is another each time", starts("one", ", key: \"{request.id}\""), Some(Severity::Error)),
        ("another workflow", starts("leave", ""), None),
        ("one that is known only when it runs", starts("\"{note}x\"", ""), None),
    ];
    for (what, steps, wanted) in table {
        assert_eq!(step(&steps), wanted, "{what}:\n{steps}");
    }
}

#[test]
fn the_way_over_several_files_is_told_and_where_it_is_cut() {
    let one = workflow("one", &starts("two", ""));
    let (two, three) = (
        workflow("two", "  - end: approved\n"),
        workflow("three", &starts("one", "")),
    );
    let when = "event.request.workflow in ['two', 'leave']";
    let follow = automation("oa.request.approved", when, &start("three", ""));
    let base = with(std::slice::from_ref(&two));
    assert_eq!(circles(&one, &base), [], "what it starts leads nowhere yet");
    let mut around = with(&[
        two.clone(),
        workflow("one", "  - end: approved\n"),
        three.clone(),
        follow.clone(),
    ]);
    let [found] = &circles(&one, &around)[..] else {
        panic!("one circle")
    };
    assert_eq!(
        (found.severity, found.line, found.path.as_str()),
        (Severity::Error, 8, "/steps/0/action")
    );
    let way =
        "`one` → (step `go-on`) `two` → (`three` of the automation `follow`) `three` → (step `go-on`) `one`";
    assert!(found.message.en.contains(way), "{}", found.message.en);
    assert!(
        found.message.zh.contains("自动化 `follow`"),
        "{}",
        found.message.zh
    );
    let hint = found.hint.as_ref().unwrap().get(Locale::En);
    for cut in [
        "step `go-on` of `one`",
        "`three` of the automation `follow`",
        "step `go-on` of `three`",
    ] {
        assert!(hint.contains(cut), "{hint}");
    }
    // Whichever of them comes last closes it, and none is an error where somebody decides about another.
    around = with(&[
        two.clone(),
        workflow("one", "  - end: approved\n"),
        three,
        one.clone(),
    ]);
    let [found] = &circles(&follow, &around)[..] else {
        panic!("one circle")
    };
    assert_eq!((found.severity, found.line), (Severity::Error, 5));
    let asks = workflow("three", &format!("{APPROVAL}{}", starts("one", "")));
    around = with(&[two, workflow("one", "  - end: approved\n"), asks, one]);
    let [found] = &circles(&follow, &around)[..] else {
        panic!("one circle")
    };
    assert_eq!(found.severity, Severity::Warning);
    assert!(
        found.message.en.contains("the approval `manager` of `three`"),
        "{}",
        found.message.en
    );
}

#[test]
fn an_automation_hears_only_the_workflows_that_it_names_and_what_happens_unasked() {
    let (open, asks) = (workflow("one", "  - end: approved\n"), workflow("one", APPROVAL));
    let of = |event: &str, when: &str, more: &str, file: &String| {
        severity(
            &automation(event, when, &start("one", more)),
            &with(std::slice::from_ref(file)),
        )
    };
    let named = "event.request.workflow == 'one'";
    #[rustfmt::skip] // A table: a row reads as one.
    let table = [
        ("oa.request.submitted", named, "", &asks, Some(Severity::Error)),
        ("oa.request.submitted", "event.request.workflow != 'one'", "", &asks, None),
        ("oa.request.submitted", "not (event.request.workflow == 'one')", "", &asks, None),
        ("oa.request.submitted", "event.request.workflow == 'one' and event.request.number != 'X'", "", &asks, Some(Severity::Warning)),
        ("oa.request.submitted", named, "    key: event.request.id\n", &asks, Some(Severity::Error)),
        ("oa.request.submitted", named, "    key: event.request.workflow\n", &asks, Some(Severity::Warning)),
        ("oa.request.approved", named, "", &open, Some(Severity::Error)),
        ("oa.request.approved", named, "", &asks, Some(Severity::Warning)),
        ("oa.request.withdrawn", named, "", &open, Some(Severity::Warning)),
    ];
    for (event, when, more, file, wanted) in table {
        assert_eq!(
            of(event, when, more, file),
            wanted,
            "{event} when {when} {more}\n{file}"
        );
    }
}
