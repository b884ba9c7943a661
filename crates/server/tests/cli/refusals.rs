//! What the command line refuses: in which place, and with what remedy.

use std::process::Command;

use crate::command::{SAMPLE, countersign, file, said};

#[test]
fn a_form_in_which_a_name_stands_twice_or_that_is_given_twice_is_refused() {
    let (_folder, path) = file(SAMPLE);
    let simulate = |forms: &[&str]| {
        let output = countersign(&[&["workflow", "simulate", &*path, "--as", "ann"], forms].concat());
        assert!(!output.status.success(), "{forms:?}: {}", said(&output));
        said(&output)
    };
    let doubled = simulate(&["--form", r#"{"days": 3, "days": 30}"#]);
    assert!(
        doubled.contains(r#"The member "days" stands there twice"#),
        "{doubled}"
    );
    let twice = simulate(&["--form", r#"{"days": 3}"#, "--form", r#"{"days": 30}"#]);
    assert!(twice.contains("cannot be used multiple times"), "{twice}");
    let list = simulate(&["--form", "[3]"]);
    assert!(list.contains("write a JSON object"), "{list}");
}

#[test]
fn a_quota_that_is_none_is_named_with_its_place_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("countersign.toml");
    let doctor = |text: &str, variables: &[(&str, &str)]| {
        std::fs::write(&config, text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["doctor", "--config", &config.to_string_lossy()])
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        assert!(!output.status.success(), "{}", said(&output));
        said(&output)
    };
    let number = "write a whole number, 0 or more";
    for value in ["\"many\"", "-1", "1.5"] {
        let words = doctor(&format!("[quotas]\ndrafts_per_person = {value}\n"), &[]);
        let wanted = ["countersign.toml: quotas.drafts_per_person: it is ", number];
        assert!(wanted.iter().all(|word| words.contains(word)), "{value}: {words}");
    }
    let unknown = doctor("[quotas]\ndraft_per_person = 1\n", &[]);
    assert!(
        unknown.contains("no key draft_per_person; did you mean drafts_per_person?"),
        "{unknown}"
    );
    let table = doctor("", &[("COUNTERSIGN_QUOTAS", "5")]);
    let wanted = [
        "the environment (COUNTERSIGN_QUOTAS): quotas: ",
        "COUNTERSIGN_QUOTAS__KEY",
    ];
    assert!(wanted.iter().all(|word| table.contains(word)), "{table}");
    let variable = doctor("", &[("COUNTERSIGN_QUOTAS__DRAFTS_PER_PERSON", "many")]);
    let wanted = [
        "COUNTERSIGN_QUOTAS__DRAFTS_PER_PERSON): quotas.drafts_per_person: ",
        number,
    ];
    assert!(wanted.iter().all(|word| variable.contains(word)), "{variable}");
}
