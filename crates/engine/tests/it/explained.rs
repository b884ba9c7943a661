//! What a definition says in full is a definition that says the same.

use countersign_engine::definition::Document;
use countersign_engine::{check, explain, prose};
use countersign_kernel::text::Locale;

use crate::around::{SHIPPED, around, file};

#[test]
fn an_explained_file_is_sound_and_says_the_same() {
    let around = around();
    for name in SHIPPED {
        let document = check(&file(name), &around).document.unwrap();
        let text = explain(&document);
        let again = check(&text, &around);
        let shown: Vec<String> = again
            .findings
            .iter()
            .map(|finding| finding.display(name, Locale::En))
            .collect();
        assert!(again.is_ok(), "{text}\n{}", shown.join("\n"));
        assert_eq!(explain(&again.document.unwrap()), text, "{name}");
    }
}

#[test]
fn every_default_is_written_out() {
    let text = explain(&check(&file("expense.yaml"), &around()).document.unwrap());
    for line in [
        "submitters: everyone",
        "need: any",
        "if_nobody: hold",
        "if_requester: {ask: {manager_of: requester}}",
        "comment: required_on_reject",
        "reject: one",
        "rest: cancel",
        "order: together",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[test]
fn sentences_are_there_in_both_languages() {
    let document = check(&file("contract.yaml"), &around()).document.unwrap();
    let en = prose(&document, Locale::En);
    assert!(en.contains("CEO: cleo@acme.example decides"), "{en}");
    assert!(prose(&document, Locale::ZhCn).contains("最后一步之后"));
    assert!(matches!(document, Document::Workflow(_)));
}

#[test]
fn the_schema_for_editors_takes_what_ships_and_refuses_a_slip() {
    let schema = countersign_engine::schema::schema();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for name in SHIPPED {
        let document: serde_json::Value = countersign_engine::schema::plain(&file(name)).unwrap();
        let faults: Vec<String> = validator
            .iter_errors(&document)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
    }
    let slip: serde_json::Value =
        countersign_engine::schema::plain(&file("leave.yaml").replace("deadline:", "dedline:")).unwrap();
    assert!(!validator.is_valid(&slip));
}
