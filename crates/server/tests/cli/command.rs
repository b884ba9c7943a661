//! The binary, called with words, and a workflow to call it with.

use std::process::{Command, Output};

pub(crate) fn countersign(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(words)
        .output()
        .unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A workflow file in a folder of its own.
pub(crate) fn file(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample.yaml");
    std::fs::write(&path, text).unwrap();
    let path = path.to_string_lossy().into_owned();
    (folder, path)
}

pub(crate) const SAMPLE: &str = "workflow: sample
title: Sample
owners: {role: hr}
form:
  days: {type: integer, required: true}
steps:
  - approval: manager
    by: {manager_of: requester}
tests:
  - name: The manager is asked
    given: {requester: ann, form: {days: 3}}
    then:
      - manager asks bo
      - bo approves
    expect: approved
";
