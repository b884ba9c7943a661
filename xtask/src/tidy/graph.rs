//! Who may know whom: the table of ARCHITECTURE.md as data, against `cargo metadata`.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

/// A crate, the crates of ours that it may name, and what it must never name.
struct Rule {
    name: &'static str,
    may: &'static [&'static str],
    never: &'static [&'static str],
}

const IO: &[&str] = &["tokio", "actix-web", "sea-orm", "sqlx", "reqwest"];

const RULES: &[Rule] = &[
    Rule {
        name: "kernel",
        may: &[],
        never: &["tokio", "actix-web", "sqlx", "reqwest"],
    },
    Rule {
        name: "engine",
        may: &["kernel"],
        never: IO,
    },
    Rule {
        name: "storage",
        may: &["kernel", "migrations"],
        never: &["actix-web", "reqwest"],
    },
    Rule {
        name: "web",
        may: &["kernel", "storage"],
        never: &["sea-orm", "sqlx", "reqwest"],
    },
    Rule {
        name: "events",
        may: &["kernel", "storage"],
        never: &["actix-web", "reqwest"],
    },
    Rule {
        name: "identity",
        may: &["kernel", "storage", "web", "events"],
        never: &["sqlx", "reqwest"],
    },
    Rule {
        name: "platform",
        may: &["kernel", "storage", "web", "events", "identity"],
        never: &["sqlx", "reqwest"],
    },
    Rule {
        name: "rules",
        may: &[
            "kernel", "engine", "storage", "web", "events", "identity", "platform",
        ],
        never: &["sqlx", "reqwest"],
    },
    Rule {
        name: "oa",
        may: &[
            "kernel", "engine", "storage", "web", "events", "identity", "platform", "rules",
        ],
        never: &["sqlx", "reqwest"],
    },
    Rule {
        name: "crm",
        may: &["kernel", "storage", "web", "events", "identity", "platform"],
        never: &["sqlx", "reqwest"],
    },
    Rule {
        name: "webhooks",
        may: &["kernel", "storage", "web", "events", "identity", "platform"],
        never: &["sqlx"],
    },
    Rule {
        name: "insight",
        may: &[
            "kernel", "storage", "web", "events", "identity", "platform", "oa", "crm",
        ],
        never: &[],
    },
    Rule {
        name: "testkit",
        may: &["kernel", "storage", "migrations"],
        never: &["actix-web"],
    },
    Rule {
        name: "fuzz",
        may: &[],
        never: &[],
    },
    Rule {
        name: "migrations",
        may: &["kernel"],
        never: &["actix-web", "reqwest"],
    },
];

pub(super) fn faults(root: &Path) -> anyhow::Result<Vec<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()
        .context("cargo metadata could not run")?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata said no JSON")?;
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("no packages")?;
    Ok(packages.iter().flat_map(package_faults).collect())
}

fn package_faults(package: &Value) -> Vec<String> {
    let name = text(package, "name")
        .strip_prefix("countersign-")
        .unwrap_or_default();
    let Some(rule) = RULES.iter().find(|rule| rule.name == name) else {
        return Vec::new();
    };
    let dependencies = package
        .get("dependencies")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    dependencies
        .filter(|dependency| dependency.get("kind").is_none_or(Value::is_null))
        .filter(|dependency| dependency.get("optional").and_then(Value::as_bool) != Some(true))
        .filter_map(|dependency| {
            let known = text(dependency, "name");
            let ours = known.strip_prefix("countersign-");
            let wrong = ours.is_some_and(|ours| !rule.may.contains(&ours)) || rule.never.contains(&known);
            wrong.then(|| format!("crates/{name}/Cargo.toml: {name} must not know {known}"))
        })
        .collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
