#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::Value;

use crate::compose::{catalogue, document};

#[test]
fn the_document_says_what_is_answered_judged_and_refused() {
    let json = super::published(&document(true), &catalogue()).unwrap();
    for (path, item) in json["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let shared = response["$ref"]
                    .as_str()
                    .and_then(|at| json.pointer(at.trim_start_matches('#')));
                let about = shared.unwrap_or(response)["description"].as_str().unwrap();
                assert!(!about.is_empty(), "{method} {path} {status} says nothing");
            }
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let mut names = parameters.filter_map(|one| one["$ref"].as_str());
            let judged = names.any(|name| name.ends_with("If-Match"));
            assert!(
                !judged || path.contains('{') || *method != "post",
                "{method} {path}"
            );
        }
    }
    let schemas = json["components"]["schemas"].as_object().unwrap();
    let required = schemas["Problem"]["required"].as_array().unwrap();
    assert!(!required.contains(&"outcome".into()), "{required:?}");
}

/// A type that an answer shows too stays open in the document, and a body by it then looks as if it could hold anything.
#[test]
fn what_a_body_does_not_name_is_refused() {
    let json = super::published(&document(true), &catalogue()).unwrap();
    let operations = json["paths"].as_object().unwrap().iter();
    let bodies = operations.flat_map(|(path, item)| {
        let of = item.as_object().unwrap().iter();
        of.map(move |(method, operation)| (method, path, &operation["requestBody"]["content"]))
    });
    let mut judged = 0;
    for (method, path, content) in bodies {
        let media = ["application/json", "application/merge-patch+json"];
        for schema in media.iter().map(|media| &content[media]["schema"]) {
            let at = schema["$ref"].as_str().map(|at| at.trim_start_matches('#'));
            let schema = at.and_then(|at| json.pointer(at)).unwrap_or(schema);
            if schema["properties"]
                .as_object()
                .is_some_and(|named| !named.is_empty())
            {
                assert_eq!(schema["additionalProperties"], false, "{method} {path}");
                judged += 1;
            }
        }
    }
    assert!(judged > 40, "only {judged} bodies");
}

#[test]
fn a_menu_of_all_operations_reads_well() {
    const CHARACTERS_MAX: usize = 60;
    let json = super::published(&document(true), &catalogue()).unwrap();
    let mut seen = 0;
    for (path, item) in json["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let summary = operation["summary"].as_str().unwrap();
            let short = summary.chars().count() <= CHARACTERS_MAX && !summary.contains('`');
            assert!(short, "{method} {path}: {summary}");
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let mut names: Vec<&str> = parameters.filter_map(|one| named(&json, one)).collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{method} {path} names a parameter twice");
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen} operations");
}

#[test]
fn every_reference_leads_somewhere_and_no_two_names_differ_in_case_alone() {
    let json = super::published(&document(true), &catalogue()).unwrap();
    let mut followed = 0;
    follow(&json, &json, &mut followed);
    assert!(followed > 3_000, "only {followed}");
    let parts = ["schemas", "parameters"].map(|part| json["components"][part].as_object().unwrap());
    let mut names: Vec<String> = parts.iter().flat_map(|part| part.keys()).cloned().collect();
    let all = names.len();
    names.sort_by_key(|name| name.to_lowercase());
    names.dedup_by_key(|name| name.to_lowercase());
    assert_eq!(names.len(), all);
}

fn follow(document: &Value, here: &Value, followed: &mut usize) {
    if let Some(to) = here["$ref"].as_str() {
        let pointer = to.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{to}");
        *followed += 1;
    }
    let members = here.as_object().into_iter().flat_map(|members| members.values());
    let list = here.as_array().into_iter().flatten();
    members
        .chain(list)
        .for_each(|inner| follow(document, inner, followed));
}

/// A parameter's name, also of a shared one.
fn named<'a>(document: &'a Value, parameter: &'a Value) -> Option<&'a str> {
    let shared = parameter["$ref"]
        .as_str()
        .and_then(|at| document.pointer(at.trim_start_matches('#')));
    shared.unwrap_or(parameter)["name"].as_str()
}

#[test]
fn it_is_light() {
    const BYTES_OF_AN_OPERATION: usize = 2_300;
    let document = super::published(&document(true), &catalogue()).unwrap();
    let operations = document["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|item| item.as_object().unwrap().values());
    let operations = operations.filter(|of| of["operationId"].is_string()).count();
    let (size, most) = (super::print(&document).len(), operations * BYTES_OF_AN_OPERATION);
    assert!(
        size < most,
        "{size} bytes, as served and as committed, over {most}: say once what repeats"
    );
}

#[test]
fn every_example_fits_its_schema() {
    let document = super::published(&document(true), &catalogue()).unwrap();
    let mut judged = 0;
    judge(&document, &document, "#", &mut judged);
    assert!(judged > 200, "only {judged} examples");
}

/// Judges the examples of every schema, and those that stand beside one.
fn judge(document: &Value, here: &Value, at: &str, judged: &mut usize) {
    let Value::Object(members) = here else {
        let list = here.as_array().into_iter().flatten();
        list.for_each(|inner| judge(document, inner, at, judged));
        return;
    };
    let beside = members.get("schema").filter(|schema| schema.is_object());
    let own = members.get("type").or_else(|| members.get("allOf")).map(|_| here);
    if let Some(schema) = beside.or(own) {
        let mut whole = schema.clone();
        whole["components"] = document["components"].clone();
        let single = members.get("example").into_iter();
        let listed = members
            .get("examples")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let named = members
            .get("examples")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        let named = named.filter_map(|(_, example)| match example["$ref"].as_str() {
            Some(to) => document.pointer(&format!("{}/value", to.trim_start_matches('#'))),
            None => example.get("value"),
        });
        for example in single.chain(listed).chain(named) {
            let faults: Vec<String> = jsonschema::validator_for(&whole)
                .unwrap()
                .iter_errors(example)
                .map(|fault| format!("{}: {fault}", fault.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{at}: {faults:?}\n{example}");
            *judged += 1;
        }
    }
    let inner = members
        .iter()
        .filter(|(name, _)| !["example", "examples", "value"].contains(&name.as_str()));
    inner.for_each(|(name, inner)| judge(document, inner, &format!("{at}/{name}"), judged));
}
