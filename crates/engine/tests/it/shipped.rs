//! Everything that ships is sound and its stories come true.

use countersign_engine::definition::Document;
use countersign_engine::people::{SAMPLE, people};
use countersign_engine::{check, play};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;

use crate::around::{SHIPPED, around, file};

#[test]
fn every_file_is_free_of_findings() {
    let around = around();
    for name in SHIPPED {
        let checked = check(&file(name), &around);
        let shown: Vec<String> = checked
            .findings
            .iter()
            .map(|finding| finding.display(name, Locale::En))
            .collect();
        assert!(shown.is_empty(), "{}", shown.join("\n"));
        assert!(checked.document.is_some(), "{name}");
    }
}

#[test]
fn every_story_comes_true_and_reaches_every_step() {
    let around = around();
    for name in SHIPPED {
        let Some(Document::Workflow(workflow)) = check(&file(name), &around).document else {
            continue;
        };
        assert!(workflow.tests.len() >= 5, "{name}");
        let report = play(&workflow, &around);
        assert!(report.ok(), "{name}: {report:#?}");
        assert!(report.unreached.is_empty(), "{name}: {:#?}", report.unreached);
    }
}

#[test]
fn the_sample_company_that_ships_is_the_one_built_in() {
    assert_eq!(file("people.yaml"), SAMPLE);
    let company = people(SAMPLE, Currency::EUR).unwrap();
    assert_eq!(company.names.len(), 11);
    let head = |name: &str| {
        company
            .directory
            .department(name)
            .and_then(|department| department.head)
    };
    assert_eq!(head("Sales"), company.id("bo"));
    assert_eq!(company.directory.holders("finance").count(), 2);
}
