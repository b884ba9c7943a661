//! Every code of the table is shown by its broken example and gone from its mended one.

use countersign_engine::codes::CODES;
use countersign_engine::finding::Severity;
use countersign_engine::{Surroundings, check};
use countersign_kernel::text::Locale;

use crate::around::around;

#[test]
fn each_broken_example_shows_its_code_and_no_other_error() {
    let mut wrong = Vec::new();
    for code in &CODES {
        let around = if code.code == "no-calendar" {
            Surroundings {
                calendars: Vec::new(),
                ..around()
            }
        } else {
            around()
        };
        let findings = check(&code.place.file(code.broken), &around).findings;
        let shown: String = findings
            .iter()
            .map(|finding| finding.display(code.code, Locale::En))
            .collect();
        let found = findings.iter().find(|finding| finding.code == code.code);
        if found.is_none_or(|found| found.severity != code.severity)
            || findings
                .iter()
                .any(|finding| finding.code != code.code && finding.severity == Severity::Error)
        {
            wrong.push(format!(
                "== {} in\n{}\n-- gives\n{shown}",
                code.code,
                code.place.file(code.broken)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_mended_example_is_free_of_errors() {
    let mut wrong = Vec::new();
    for code in &CODES {
        let findings = check(&code.place.file(code.mended), &around()).findings;
        let shown: String = findings
            .iter()
            .map(|finding| finding.display(code.code, Locale::En))
            .collect();
        if findings
            .iter()
            .any(|finding| finding.is_error() || finding.code == code.code)
        {
            wrong.push(format!("== {}\n{shown}", code.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn codes_are_told_once_and_in_order() {
    let names: Vec<&str> = CODES.iter().map(|code| code.code).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
}

#[test]
fn every_finding_speaks_both_languages() {
    for code in &CODES {
        for finding in check(&code.place.file(code.broken), &around()).findings {
            for words in [Some(&finding.message), finding.hint.as_ref()]
                .into_iter()
                .flatten()
            {
                assert!(
                    words.zh.chars().any(|letter| letter > '\u{2E80}'),
                    "{}: {}",
                    finding.code,
                    words.zh
                );
                assert!(
                    !words
                        .en
                        .chars()
                        .any(|letter| ('\u{4E00}'..'\u{9FFF}').contains(&letter)),
                    "{}: {}",
                    finding.code,
                    words.en
                );
            }
        }
    }
}
