//! Each file under `stories/` is a workflow whose own tests hold, whatever the judgement becomes.

use countersign_engine::definition::Document;
use countersign_engine::{StoryReport, Surroundings, check, play};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;

use crate::around::table;

fn told(name: &str, text: &str) -> StoryReport {
    told_in(name, text, Surroundings::default().currency)
}

fn told_in(name: &str, text: &str, currency: Currency) -> StoryReport {
    let mut around = Surroundings {
        actions: ACTIONS.to_vec(),
        currency,
        ..Surroundings::default()
    };
    for text in TABLES {
        let table = table(text, &around);
        around.tables.insert(table);
    }
    let checked = check(text, &around);
    let errors: Vec<String> = checked
        .findings
        .iter()
        .filter(|one| one.is_error())
        .map(|one| one.display(name, Locale::En))
        .collect();
    let Some(Document::Workflow(workflow)) = checked.document else {
        panic!("{name}: {}", errors.join("\n"))
    };
    play(&workflow, &around)
}

/// The tables of the folder.
const TABLES: [&str; 4] = [
    include_str!("stories/tables/approval-matrix.yaml"),
    include_str!("stories/tables/documents.yaml"),
    include_str!("stories/tables/limits.yaml"),
    include_str!("stories/tables/rates.yaml"),
];

/// What workflows of tests may do.
pub(crate) const ACTIONS: [countersign_kernel::catalogue::ActionType; 1] =
    [countersign_kernel::catalogue::ActionType {
        name: "notices.send",
        about: "Sends a note to a person.",
        inputs: &[
            countersign_kernel::catalogue::Field {
                name: "to",
                of: countersign_kernel::catalogue::FieldType::Person,
                optional: false,
                about: "Who gets it.",
            },
            countersign_kernel::catalogue::Field {
                name: "text",
                of: countersign_kernel::catalogue::FieldType::Text,
                optional: false,
                about: "The words.",
            },
        ],
        outputs: &[],
        tells: &[],
    }];

macro_rules! stories {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let file = concat!(stringify!($name), ".yaml");
                let report = told(file, include_str!(concat!("stories/", stringify!($name), ".yaml")));
                assert!(!report.stories.is_empty());
                for story in &report.stories {
                    if let Some(failure) = &story.failure {
                        let history: Vec<&str> = failure.history.iter().map(|line| line.get(Locale::En)).collect();
                        panic!(
                            "{file}:{}: {}\n  {}\n  expected: {}\n  happened: {}\n  {}",
                            failure.line, story.name, failure.sentence, failure.expected.get(Locale::En), failure.happened.get(Locale::En), history.join("\n  ")
                        );
                    }
                }
                assert_eq!(report.unreached, [], "{file}");
            }
        )*
    };
}

stories! { expense leave returns branches quorum late gaps edits tasks voices rounds each facts set waits happens pools picks added recalls tables }

/// A story of one approval by bo, with these sentences; what failed, if anything did.
fn failure(sentences: &str) -> Option<String> {
    let text = format!(
        "workflow: sample\ntitle: Sample\nowners: {{role: hr}}\nform:\n  days: {{type: integer, required: true}}\nsteps:\n  - approval: manager\n    by: {{manager_of: requester}}\ntests:\n  - name: One\n    given: {{requester: ann, form: {{days: 3}}}}\n    then:\n{sentences}"
    );
    let report = told("sample", &text);
    let failure = report.stories[0].failure.as_ref()?;
    Some(format!(
        "{} / {}",
        failure.expected.get(Locale::En),
        failure.happened.get(Locale::En)
    ))
}

#[test]
fn may_not_names_the_refusal_that_it_expects() {
    assert_eq!(
        failure("      - ann may not approve\n      - ann may not approve: not_your_task\n"),
        None
    );
    let other = failure("      - ann may not approve: own_request\n").unwrap();
    assert!(
        other.contains("refused with `own_request`") && other.contains("`not_your_task`: "),
        "{other}"
    );
    let allowed = failure("      - bo may not approve: own_request\n").unwrap();
    assert!(allowed.contains("it is allowed"), "{allowed}");
    let late = failure("      - bo approves\n      - bo may not approve: no_such_task\n");
    assert_eq!(late, None);
}

#[test]
fn a_sentence_may_stand_in_quotes_whole() {
    let quoted = "      - \"manager asks bo\"\n      - \"bo rejects: no desk\"\n      - 'status rejected'\n";
    assert_eq!(failure(quoted), None);
}

#[test]
fn a_limit_that_changes_in_a_story_is_an_amount_of_the_currency() {
    for (code, limit) in [
        ("JPY", "300"),
        ("EUR", "300"),
        ("EUR", "300.00"),
        ("KWD", "300.000"),
        ("JPY", "300 JPY"),
    ] {
        let text = format!(
            "workflow: sample\ntitle: Sample\nowners: {{role: hr}}\nform:\n  days: {{type: integer, required: true}}\nsteps:\n  - approval: hr\n    by: {{role: hr}}\n  - approval: second\n    by: {{managers_of: requester, until: person.limit is not empty and person.limit >= 300 and person.limit <= 300}}\ntests:\n  - name: One\n    given: {{requester: ann, form: {{days: 3}}}}\n    then:\n      - people: {{bo: {{limit: {limit}}}}}\n      - fay approves\n      - second asks bo\n      - bo approves\n    expect: approved\n"
        );
        let report = told_in("sample", &text, code.parse().unwrap());
        let failure = report.stories[0].failure.as_ref();
        let happened = failure.map(|failure| failure.happened.get(Locale::En));
        assert_eq!(happened, None, "{limit} in {code}");
    }
}
