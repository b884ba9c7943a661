//! Twenty kinds of mistakes that people make in YAML, each sent to the checker: it names the line, the column and what to do.

use countersign_acceptance::{Caller, Server};
use serde_json::Value;

const SOUND: &str = "\
workflow: home-office
title: Home office
owners: {role: hr}
form:
  days: {type: integer, label: Days, required: true}
  why: {type: text, label: Why}
  kind: {type: choice, options: [long, short], required: true}
steps:
  - choose: by-length
    cases:
      - when: days <= 5
        steps:
          - end: approved
    otherwise: []
  - approval: manager
    by: {manager_of: requester}
    need: all
    deadline: 2 working days
";

/// What stands in the sound file, what somebody wrote instead, the finding's code, and its line.
const MISTAKES: [(&str, &str, &str, u64); 24] = [
    (
        "  - approval: manager",
        "  - aproval: manager",
        "unknown-kind",
        15,
    ),
    ("    need: all", "    neeed: all", "unknown-key", 17),
    ("type: integer", "type: interger", "unknown-word", 5),
    (
        "{manager_of: requester}",
        "{manager_of: requestor}",
        "unknown-name",
        16,
    ),
    ("when: days <= 5", "when: dayz <= 5", "unknown-name", 11),
    ("when: days <= 5", "when: days <= 'five'", "type-mismatch", 11),
    ("when: days <= 5", "when: days <=", "expression-syntax", 11),
    ("when: days <= 5", "when: kind == 'lnog'", "unknown-option", 11),
    ("when: days <= 5", "when: lenght(why) > 2", "unknown-function", 11),
    ("2 working days", "2 workng days", "bad-duration", 18),
    ("need: all", "need: 120%", "bad-need", 17),
    ("title: Home office", "titel: Home office", "unknown-key", 2),
    ("owners: {role: hr}\n", "", "missing-key", 1),
    ("owners: {role: hr}", "owners: {role: hr", "unclosed-bracket", 3),
    ("title: Home office", "title: \"Home office", "unclosed-quote", 2),
    ("title: Home office", "title: Home: office", "colon-in-text", 2),
    ("title: Home office", "title:Home office", "space-after-colon", 2),
    ("title: Home office", "title: “Home office”", "curly-quote", 2),
    ("    need: all", "\tneed: all", "tab", 17),
    (
        "title: Home office",
        "title: Home office\ntitle: Office",
        "repeated-key",
        3,
    ),
    (
        "  - approval: manager",
        "  - approval: by-length",
        "repeated-id",
        15,
    ),
    ("title: Home office", "title: &t Home office", "alias", 2),
    (
        "{manager_of: requester}",
        "{role: requester, manager_of: requester}",
        "two-kinds",
        16,
    ),
    (
        "      - when: days <= 5\n        steps",
        "      - when: days <= 5\n       steps",
        "indentation",
        12,
    ),
];

async fn findings(who: &Caller, yaml: &str) -> anyhow::Result<Vec<Value>> {
    let headers = [("content-type", "application/yaml")];
    let bytes = Some(yaml.as_bytes().to_vec());
    let answer = who
        .send_bytes(reqwest::Method::POST, "/v1/workflows/check", &headers, bytes)
        .await?
        .expect(200)?;
    let found = answer.body["findings"].as_array().cloned().unwrap_or_default();
    let wrong = found.iter().any(|finding| finding["severity"] == "error");
    assert_eq!(answer.body["ok"], !wrong, "{answer}");
    Ok(found)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_is_found_with_its_place_and_a_remedy() -> anyhow::Result<()> {
    let server = Server::demo(&["--fresh"]).await?;
    let fay = server.sign_in("fay").await?;
    let sound = findings(&fay, SOUND).await?;
    assert!(
        sound.iter().all(|finding| finding["severity"] != "error"),
        "{sound:?}"
    );
    let mut missed = Vec::new();
    for (right, wrong, code, line) in MISTAKES {
        assert_eq!(SOUND.matches(right).count(), 1, "{right}");
        let found = findings(&fay, &SOUND.replace(right, wrong)).await?;
        let errors: Vec<&Value> = found
            .iter()
            .filter(|finding| finding["severity"] == "error")
            .collect();
        let told = |finding: &&&Value| {
            let says = |member: &str| finding[member].as_str().is_some_and(|text| !text.is_empty());
            finding["code"] == code
                && finding["line"] == line
                && finding["column"].as_u64().is_some_and(|column| column > 0)
                && says("message")
                && says("hint")
                && says("excerpt")
        };
        if errors.iter().find(told).is_none() {
            missed.push(format!(
                "{wrong}: wanted {code} at line {line}, found {errors:#?}"
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    println!(
        "workflows/check: {} kinds of mistakes, each with line, column and hint",
        MISTAKES.len()
    );
    Ok(())
}
