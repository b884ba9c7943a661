//! JSON is YAML: a workflow that a program writes is read like one that a person writes.

use countersign_engine::definition::Document;
use countersign_engine::{check, play};
use countersign_kernel::text::Locale;
use serde_json::json;

use crate::around::around;

#[test]
fn json_is_read_however_it_is_laid_out() {
    let file = json!({
        "workflow": "sample",
        "title": {"en": "Desk, chair: a \"set\"", "zh": "桌椅 #1"},
        "owners": {"role": "finance"},
        "form": {"days": {"type": "integer", "required": true, "max": 30}},
        "steps": [{"approval": "manager", "by": {"manager_of": "requester"}, "when": "days > 2 and days < 20"}],
        "tests": [{
            "name": "The manager says no",
            "given": {"requester": "ann", "form": {"days": 3}},
            "then": ["manager asks bo", "bo rejects: no desk"],
            "expect": "rejected",
        }],
    });
    let pretty = serde_json::to_string_pretty(&file).unwrap();
    let flat = pretty.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let tabs = pretty.replace("  ", "\t");
    for text in [file.to_string(), format!("\n{pretty}\n"), flat, tabs] {
        let around = around();
        let checked = check(&text, &around);
        let told: Vec<String> = checked
            .findings
            .iter()
            .map(|one| one.display("file", Locale::En))
            .collect();
        let Some(Document::Workflow(workflow)) = checked.document else {
            panic!("{text}\n{}", told.join("\n"))
        };
        let report = play(&workflow, &around);
        assert!(
            report.stories.iter().all(|story| story.failure.is_none()),
            "{text}"
        );
    }
    let broken = check(&pretty.replace("\"type\"", "\"typ\""), &around()).findings;
    assert!(
        broken.iter().all(|one| one.line > 1) && !broken.is_empty(),
        "{broken:?}"
    );
}

/// Whether a file is JSON is asked for each of its lines: blanks before the first must not be walked each time.
#[test]
fn blanks_before_a_file_cost_once() {
    let keys: Vec<String> = (0..20_000).map(|key| format!("a{key}: b\n")).collect();
    let text = format!("{}workflow: x\n{}", "\n".repeat(200_000), keys.concat());
    let findings = check(&text, &around()).findings;
    assert!(!findings.is_empty());
}
