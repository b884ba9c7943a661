//! Each file under `stories/` is a workflow whose own tests hold, whatever the judgement becomes.

use countersign_engine::definition::Document;
use countersign_engine::{StoryReport, Surroundings, check, play};
use countersign_kernel::text::Locale;

fn told(name: &str, text: &str) -> StoryReport {
    let around = Surroundings {
        actions: ACTIONS.to_vec(),
        ..Surroundings::default()
    };
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

const ACTIONS: [countersign_kernel::catalogue::ActionType; 1] = [countersign_kernel::catalogue::ActionType {
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

stories! { expense leave returns branches quorum late gaps edits }
