//! How generated JSON is written: what fits a line stands on one, so that the file is light and a change is a small diff.

use serde_json::Value;

/// Columns of a line: an operation or a schema fits one, but for the longest.
const WIDTH: usize = 2_000;

/// Members of the document that come before the others, in this order.
const FIRST: [&str; 8] = [
    "openapi",
    "asyncapi",
    "info",
    "servers",
    "tags",
    "paths",
    "webhooks",
    "components",
];

/// The document, with a line feed at its end.
pub(crate) fn print(document: &Value) -> String {
    let mut text = String::new();
    match document {
        Value::Object(members) => {
            let place = |name: &str| {
                FIRST
                    .iter()
                    .position(|first| *first == name)
                    .unwrap_or(FIRST.len())
            };
            let mut ordered: Vec<_> = members.iter().collect();
            ordered.sort_by_key(|(name, _)| place(name));
            write_members(&ordered, 0, &mut text);
        }
        other => write(other, 0, 0, &mut text),
    }
    text.push('\n');
    text
}

/// Writes a value that begins at this column, within lines of this indent.
fn write(value: &Value, indent: usize, column: usize, text: &mut String) {
    let line = value.to_string();
    if column + line.chars().count() <= WIDTH {
        text.push_str(&line);
        return;
    }
    match value {
        Value::Object(members) => write_members(&members.iter().collect::<Vec<_>>(), indent, text),
        Value::Array(list) => {
            text.push('[');
            for (at, item) in list.iter().enumerate() {
                begin(at, indent + 1, text);
                write(item, indent + 1, indent + 1, text);
            }
            end(']', indent, text);
        }
        _ => text.push_str(&line),
    }
}

fn write_members(members: &[(&String, &Value)], indent: usize, text: &mut String) {
    text.push('{');
    for (at, (name, value)) in members.iter().enumerate() {
        begin(at, indent + 1, text);
        let name = Value::from(name.as_str()).to_string();
        text.push_str(&name);
        text.push_str(": ");
        write(value, indent + 1, indent + name.chars().count() + 3, text);
    }
    end('}', indent, text);
}

fn begin(at: usize, indent: usize, text: &mut String) {
    text.push_str(if at == 0 { "\n" } else { ",\n" });
    text.extend(std::iter::repeat_n(' ', indent));
}

fn end(bracket: char, indent: usize, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
    text.push(bracket);
}

#[cfg(test)]
mod tests {
    use super::print;

    #[test]
    fn what_fits_a_line_stands_on_one() {
        let long = "x".repeat(1_500);
        let document = serde_json::json!({"paths": {"a": [1, 2], "b": [long, long]}, "openapi": "3.1.0"});
        let text = print(&document);
        assert!(
            text.starts_with("{\n \"openapi\": \"3.1.0\",\n \"paths\": {\n  \"a\": [1,2],\n  \"b\": [\n"),
            "{text}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).ok(),
            Some(document)
        );
    }
}
