//! An operation's words: its first sentence is the summary, which lists and menus show; the rest is the description.

use serde_json::Value;

pub(super) fn shorten(document: &mut Value) {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    let operations = paths.filter_map(|(_, path)| path.as_object_mut()).flatten();
    for (_, operation) in operations {
        let Some(words) = operation.get("summary").and_then(Value::as_str) else {
            continue;
        };
        let described = operation.get("description").and_then(Value::as_str);
        let words = [words, described.unwrap_or_default()].join("\n\n");
        let (summary, rest) = first_sentence(words.trim());
        operation["summary"] = summary.replace('\n', " ").into();
        if !rest.is_empty() {
            operation["description"] = capitalised(rest).into();
        }
    }
}

/// Up to the end of the paragraph, or the first stop, colon or semicolon that is not in code.
fn first_sentence(words: &str) -> (&str, &str) {
    let (paragraph, rest) = words.split_once("\n\n").unwrap_or((words, ""));
    if !paragraph.contains(['.', ':', ';']) {
        return (paragraph, rest.trim());
    }
    let mut in_code = false;
    let mut ended = false;
    for (at, letter) in words.char_indices() {
        if ended && letter.is_whitespace() {
            let (first, rest) = words.split_at(at);
            return (first.trim_end_matches(['.', ':', ';']), rest.trim_start());
        }
        in_code ^= letter == '`';
        ended = !in_code && matches!(letter, '.' | ':' | ';');
    }
    (words.trim_end_matches('.'), "")
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_the_first_sentence_and_nothing_is_lost() {
        for (words, first, rest) in [
            ("A file's bytes. Scope: `a:b`.", "A file's bytes", "Scope: `a:b`."),
            (
                "Tasks; `?a.b: c` is\nthe inbox.",
                "Tasks",
                "`?a.b: c` is\nthe inbox.",
            ),
            ("With `a. b` in code. More.", "With `a. b` in code", "More."),
            ("Signs out.", "Signs out", ""),
            (
                "Sign in\n\nGives a token: short.",
                "Sign in",
                "Gives a token: short.",
            ),
            ("As of 3.1 nothing", "As of 3.1 nothing", ""),
        ] {
            assert_eq!(first_sentence(words), (first, rest), "{words}");
        }
        assert_eq!(capitalised("only now"), "Only now");
        let mut document =
            serde_json::json!({"paths": {"/v1/a": {"get": {"summary": "Lists: all of them. Scope: `a`."}}}});
        shorten(&mut document);
        let operation = &document["paths"]["/v1/a"]["get"];
        assert_eq!(operation["summary"], "Lists");
        assert_eq!(operation["description"], "All of them. Scope: `a`.");
    }
}
