//! Files that are small and costly: each is answered with a finding that names the bound, on a stack as small as a
//! worker's, and with no more findings than people read.

use std::cell::Cell;
use std::thread;

use countersign_engine::definition::{Document, Workflow};
use countersign_engine::finding::Finding;
use countersign_engine::{
    Checked, Deadline, Facts, TooCostly, check, check_within, play_within, simulate_within,
};
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Calendars;
use serde_json::json;

use crate::around::{NO_TABLES, around};

/// Checks on a thread with the stack of a worker of the server.
fn checked(text: String) -> Checked {
    let thread = thread::Builder::new().stack_size(2 << 20);
    let checked = thread.spawn(move || check(&text, &around())).unwrap();
    checked.join().unwrap()
}

fn expense(steps: &str) -> String {
    format!(
        "workflow: sample\ntitle: Sample\nowners: {{role: finance}}\nform:\n  amount: {{type: number, required: true}}\n  name: {{type: text, required: true}}\n  lines: {{type: list, fields: {{cost: {{type: number, required: true}}}}, required: true}}\nsteps:\n  - approval: manager\n    by: {{manager_of: requester}}\n{steps}"
    )
}

fn when(expression: &str) -> String {
    expense(&format!("    when: {expression}\n"))
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn what_is_nested_too_deep_is_one_finding() {
    for depth in [65, 200, 3_000, 30_000] {
        let nested = |open: &str, close: &str| format!("{}x{}", open.repeat(depth), close.repeat(depth));
        let lines = |line: &str| {
            let depth = depth.min(400);
            (0..depth)
                .map(|level| format!("{}{line}\n", " ".repeat(level)))
                .collect::<Vec<_>>()
                .concat()
        };
        let mut files = vec![
            nested("[", "]"),
            nested("{a: ", "}"),
            nested("[{a: ", "}]"),
            format!("a: {}", nested("[", "]")),
            format!("calendar: {}", nested("{", "}")),
            format!("- {}", "- ".repeat(depth)),
            "? ".repeat(depth),
            lines("- "),
            lines("a:"),
            format!("a:\n{}", nested(" - [", "]")),
            format!("a: [\n{}", nested("[\n", "]\n")),
        ];
        files.retain(|file| file.len() < 1 << 20);
        for file in files {
            let start: String = file.chars().take(40).collect();
            let findings = checked(file).findings;
            assert!(findings.len() <= 3, "{depth} {start}: {findings:?}");
            assert!(
                codes(&findings).contains(&"too-large"),
                "{depth} {start}: {findings:?}"
            );
        }
    }
}

/// How long the long files are: a twentieth of what is allowed, unless `BOUNDS_BYTES` says otherwise.
#[expect(clippy::disallowed_methods, reason = "who measures says how much")]
fn length() -> usize {
    let asked = std::env::var("BOUNDS_BYTES").ok();
    asked.and_then(|bytes| bytes.parse().ok()).unwrap_or(50_000)
}

/// A long file of the same piece, whatever it is.
fn filled(piece: &str) -> String {
    piece.repeat(length() / piece.len())
}

/// As many numbered pieces as a file of this length may have, of so many parts each.
fn numbered(parts: usize, piece: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for count in 0..95_000 / parts {
        let next = piece(count);
        if text.len() + next.len() > length() {
            break;
        }
        text.push_str(&next);
    }
    text
}

#[test]
fn long_files_are_read_in_one_pass() {
    let files = [
        filled("["),
        filled("{"),
        filled("{a: "),
        filled("] : [\n"),
        filled("] : [[\n"),
        filled("'"),
        filled("\""),
        format!("a: [{}]", filled("'")),
        format!("a: [{}]", filled("\"")),
        format!("a: [{}]", filled(" '")),
        filled("a: '\n"),
        filled("a: \"\n"),
        filled("- '\n"),
        filled("] : '''\n"),
        filled("\n"),
        filled(" "),
        filled("\t\n"),
        filled(" a\n"),
        filled("# x\n"),
        filled("&a "),
        filled("*a\n"),
        filled("- *a\n"),
        filled("- &a x\n"),
        filled("!!str "),
        filled("- !x y\n"),
        filled("%YAML 1.2\n"),
        filled("---\n"),
        filled("...\n"),
        filled("a\n"),
        filled("a"),
        filled("a:"),
        filled("a: "),
        filled("a: b\n"),
        filled("\u{0}"),
        filled("\u{feff}"),
        filled("\r"),
        filled("\r\n"),
        filled("- \n"),
        filled("? \n"),
        filled(": \n"),
        filled("|\n"),
        filled("a: |\n"),
        filled("- |\n x\n"),
        filled("then:\n"),
        filled("- a: b: c\n"),
        filled("a:b\n"),
        filled(", "),
        format!("{{{}}}", filled("a, b: c, ")),
        format!("{{{}}}", filled("b, ")),
        format!("[{}]", filled("b, ")),
        format!("[{}]", filled("b: c d: e, ")),
        format!("[{}]", filled("%, ")),
        format!("{}{}{}", "[".repeat(60), filled("a, "), "]".repeat(60)),
        format!("a: {{{}}}", numbered(3, |count| format!("k{count}: v, "))),
        format!("a: \"{}\"", filled("\\u4e00")),
        numbered(3, |count| format!("key{count}: value\n")),
        format!(
            "workflow: sample\n{}",
            numbered(3, |count| format!("key{count}: value\n"))
        ),
        format!(
            "workflow: sample\nform: {{{}}}",
            numbered(3, |count| format!("k{count}: v, "))
        ),
        format!(
            "workflow: sample\nform:\n{}",
            numbered(5, |count| format!("  k{count}: {{type: text}}\n"))
        ),
        format!(
            "workflow: sample\nform:\n{}",
            numbered(7, |count| format!("  k{count}: {{type: computed, is: amuont}}\n"))
        ),
        format!(
            "workflow: sample\nform:\n{}",
            numbered(7, |count| format!("  k{count}: {{type: computed, is: 1}}\n"))
        ),
        expense(&numbered(9, |count| {
            format!("  - approval: a{count}\n    by: {{manager_of: requester}}\n")
        })),
        expense(&numbered(11, |count| {
            format!("  - approval: a{count}\n    by: {{rloe: finance}}\n    when: amuont{count} > 5\n")
        })),
        expense(&numbered(3, |count| format!("  - aproval: a{count}\n"))),
        expense(&format!(
            "  - choose: size\n    cases:\n{}    otherwise: []\n",
            numbered(9, |count| format!(
                "      - when: amount > {count} and amount <= {}\n        steps: []\n",
                count + 2
            ))
        )),
        expense(&format!(
            "tests:\n{}",
            numbered(20, |count| format!(
                "  - name: s{count}\n    given: {{requester: ann, form: {{amount: 5}}}}\n    then:\n      - x{count} approves\n    expect: approved\n"
            ))
        )),
        format!(
            "calendar: x\nzone: Europe/Berlin\nworking: {{monday: \"09:00-17:00\"}}\nholidays:\n{}",
            numbered(3, |count| format!("  h{count}: x\n"))
        ),
        format!(
            "workflow: sample\npeople:\n{}",
            numbered(7, |count| format!(
                "  p{count}: {{manager: p{count}x, department: d{count}}}\n"
            ))
        ),
        format!("workflow: sample\ntitle: \"{}\"", filled("{amuont} ")),
        format!(
            "workflow: sample\nform: {{a: {{type: text}}}}\nsummary: \"{}\"",
            filled("{amuont} ")
        ),
    ];
    for file in files {
        assert!(checked(file).findings.len() <= 101);
    }
}

#[test]
fn an_expression_is_bounded_before_it_is_compiled() {
    for depth in [70, 4_000] {
        let expressions = [
            format!("{}amount{} > 5", "(".repeat(depth), ")".repeat(depth)),
            format!("{}amount > 5", "not ".repeat(depth)),
            format!("{}amount > 5", "- ".repeat(depth)),
            format!("{}true{} > 5", "max(1, ".repeat(depth), ")".repeat(depth)),
            format!("{}1{} > 5", "max(".repeat(depth), ",1)".repeat(depth)),
            format!("{}true", "if true then true else ".repeat(depth)),
            format!("{}1{} > 5", "[".repeat(depth), "]".repeat(depth)),
            format!(
                "{}1{} == 5",
                "if ".repeat(depth),
                " between 1 and 2 then 1 else 2".repeat(depth)
            ),
            format!(
                "{}1{} == 5",
                "(if ".repeat(depth.min(30)),
                " between 1 and 2 then 1 else 2)".repeat(depth.min(30))
            ),
            format!("1{} > 5", " + 1".repeat(depth * 2)),
            format!("true{}", " and true".repeat(depth * 2)),
            format!("true{}", " or amuont".repeat(depth * 2)),
            format!("amount{} > 5", ".a".repeat(depth * 2)),
        ];
        for expression in expressions {
            let start: String = expression.chars().take(40).collect();
            let findings = checked(when(&expression)).findings;
            assert!(findings.iter().any(Finding::is_error), "{depth} {start}");
            assert!(findings.len() <= 101, "{depth} {start}");
        }
    }
}

#[test]
fn what_people_write_fits() {
    let many: Vec<String> = (0..60).map(|count| format!("amount == {count}")).collect();
    let deep = format!("{}amount{} > 5", "(".repeat(30), ")".repeat(30));
    for expression in [many.join(" or "), deep] {
        let findings = checked(when(&expression)).findings;
        assert!(!findings.iter().any(Finding::is_error), "{findings:?}");
    }
}

#[test]
fn matching_a_pattern_costs_as_much_as_it_takes() {
    let file = when("name matches '((a?){300})*' or name matches '(a|b)*c'");
    let findings = checked(file).findings;
    assert!(!findings.iter().any(Finding::is_error), "{findings:?}");
    for pattern in ["(((((a{9}){9}){9}){9}){9})", "(((((a?){99}){99}){99}){99})"] {
        let findings = checked(when(&format!("name matches '{pattern}'"))).findings;
        assert_eq!(codes(&findings), ["bad-pattern"], "{pattern}");
    }
}

/// Runs work whose deadline passes when it is looked at for the `asks`th time; and how often it was looked at.
fn ended_after<T>(asks: u32, work: impl FnOnce(&Deadline<'_>) -> T) -> (T, u32) {
    let asked = Cell::new(0);
    let is_over = || {
        asked.set(asked.get() + 1);
        asked.get() >= asks
    };
    let done = work(&Deadline::new(&is_over));
    (done, asked.get())
}

fn workflow(text: &str) -> Workflow {
    let checked = check(text, &around());
    match checked.document {
        Some(Document::Workflow(workflow)) => *workflow,
        _ => panic!("{:?}", checked.findings),
    }
}

fn many_steps() -> String {
    let step = |count: usize| {
        format!("  - approval: a{count}\n    when: amount > {count}\n    by: {{role: finance}}\n")
    };
    expense(&(0..200).map(step).collect::<String>())
}

#[test]
fn a_check_ends_with_its_deadline() {
    let text = many_steps();
    let check =
        |deadline: &Deadline<'_>| check_within(&text, &around(), deadline).map(|checked| checked.is_ok());
    let (all, asked) = ended_after(u32::MAX, check);
    assert_eq!(all, Ok(true));
    assert!(asked > 200, "it is looked at for each step: {asked}");
    assert_eq!(ended_after(50, check), (Err(TooCostly), 50));
}

#[test]
fn test_runs_end_with_their_deadline() {
    let test = |count: usize| {
        format!(
            "  - name: t{count}\n    given: {{requester: ann, form: {{amount: 0, name: x, lines: [{{cost: 1}}]}}}}\n    then:\n      - bo approves\n    expect: approved\n"
        )
    };
    let tests: String = (0..100).map(test).collect();
    let workflow = workflow(&expense(&format!("tests:\n{tests}")));
    let play =
        |deadline: &Deadline<'_>| play_within(&workflow, &around(), deadline).map(|report| report.ok());
    let (all, asked) = ended_after(u32::MAX, play);
    assert_eq!(all, Ok(true));
    assert!(asked > 200, "it is looked at for each test and sentence: {asked}");
    assert_eq!(ended_after(50, play), (Err(TooCostly), 50));
}

#[test]
fn a_simulation_ends_with_its_deadline() {
    let workflow = workflow(&many_steps());
    let around = around();
    let calendars = Calendars::new(around.calendars.clone());
    let ann = around.people.id("ann").unwrap();
    let facts = Facts {
        now: "2026-03-02T09:00:00Z".parse().unwrap(),
        actor: Actor::User(ann),
        directory: &around.people.directory,
        calendars: &calendars,
        tables: &NO_TABLES,
        currency: around.currency,
        zone: around.zone,
        publisher: None,
        looked_up: serde_json::Map::new(),
        standings: countersign_engine::Standings::default(),
    };
    let form = json!({ "amount": "500", "name": "x", "lines": [{ "cost": "1" }] });
    let simulate = |deadline: &Deadline<'_>| {
        let simulated = simulate_within(&workflow, &form, ann, &facts, deadline);
        simulated.map(|simulation| simulation.unwrap().steps.len())
    };
    let (all, asked) = ended_after(u32::MAX, simulate);
    assert_eq!(all, Ok(201));
    assert!(asked > 200, "it is looked at for each answer: {asked}");
    assert_eq!(ended_after(50, simulate), (Err(TooCostly), 50));
}
