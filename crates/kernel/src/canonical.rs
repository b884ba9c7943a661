//! One text for one JSON value, and its hash: what seals and the hashes of private parts are made of.
//!
//! A private part of a log entry (what people wrote) stands beside the body, which holds its hash as `private`:
//! erasing the part leaves the body, and every seal over it, as they were.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The value with members in order of their names, whatever order they came in.
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// SHA-256 of [`text`] in hexadecimal.
pub fn hash(value: &Value) -> String {
    hex(&Sha256::digest(text(value).as_bytes()))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<(&String, &Value)> = members.iter().collect();
            names.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (name, member) in names {
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                write(member, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write(item, out);
                out.push(',');
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order_of_members_does_not_matter_and_everything_else_does() {
        assert_eq!(
            hash(&json!({"a": 1, "b": [1, 2]})),
            hash(&json!({"b": [1, 2], "a": 1}))
        );
        assert_ne!(hash(&json!({"b": [1, 2]})), hash(&json!({"b": [2, 1]})));
        assert_ne!(hash(&json!({"b": "1"})), hash(&json!({"b": 1})));
    }
}
