//! What is wrong with the configuration: in which place, under which key, and what to write there.

use countersign_kernel::text::nearest;
use figment::Source;
use figment::error::{Error, Kind};

/// What stands before a key in the environment.
pub(super) const PREFIX: &str = "COUNTERSIGN_";

/// All that is wrong, a line each.
pub(super) fn words(error: Error) -> String {
    let lines: Vec<String> = error.into_iter().map(|error| line(&error)).collect();
    lines.join("\n")
}

fn line(error: &Error) -> String {
    let key = error.path.join(".");
    let place = place(error);
    let what = match &error.kind {
        Kind::InvalidType(found, wanted) | Kind::InvalidValue(found, wanted) => {
            format!("it is {found}; {}", remedy(&error.path, wanted))
        }
        Kind::UnknownField(name, known) => unknown(name, known),
        other => other.to_string(),
    };
    if key.is_empty() {
        format!("{place}: {what}")
    } else {
        format!("{place}: {key}: {what}")
    }
}

/// The file, or the variable of the environment.
fn place(error: &Error) -> String {
    let metadata = error.metadata.as_ref();
    match metadata.and_then(|metadata| metadata.source.as_ref()) {
        Some(Source::File(file)) => file.display().to_string(),
        _ if metadata.is_some_and(|metadata| metadata.name.contains("environment")) => {
            format!("the environment ({})", variable(&error.path))
        }
        _ => "the configuration".to_owned(),
    }
}

fn variable(path: &[String]) -> String {
    format!("{PREFIX}{}", path.join("__").to_uppercase())
}

fn unknown(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("there is no key {name}; did you mean {near}?"),
        None => format!("there is no key {name}; the keys are {}", known.join(", ")),
    }
}

/// What is to be written, by what the reader wanted.
fn remedy(path: &[String], wanted: &str) -> String {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "usize" => {
            "write a whole number, 0 or more, without quotes".to_owned()
        }
        "bool" | "a boolean" => "write true or false".to_owned(),
        "a string" | "string" => "write a text in quotes".to_owned(),
        "a sequence" => "write a list of texts: [\"…\", \"…\"]".to_owned(),
        table if table.starts_with("struct ") => {
            let name = path.join(".");
            let below = variable(&[path, &["KEY".to_owned()]].concat());
            format!(
                "write the keys below it: KEY = … under [{name}] in the file, or {below} in the environment"
            )
        }
        other => format!("write {other}"),
    }
}
