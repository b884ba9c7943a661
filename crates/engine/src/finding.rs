//! What is wrong with a file: where, in plain words, and what to do.

use countersign_kernel::text::Locale;
use serde::Serialize;
use serde_json::{Value as Json, json};

/// A sentence in both languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words {
    pub en: String,
    pub zh: String,
}

impl Words {
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
        }
    }

    pub fn get(&self, locale: Locale) -> &str {
        locale.pick(&self.en, &self.zh)
    }
}

impl Serialize for Words {
    /// In English.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.en)
    }
}

/// Builds [`Words`] from an English and a Chinese format string that share their arguments.
macro_rules! words {
    ($en:literal, $zh:literal) => { $crate::finding::Words::new(format!($en), format!($zh)) };
    ($en:literal, $zh:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::finding::Words::new(format!($en, $($name = $value),+), format!($zh, $($name = $value),+))
    };
}
pub(crate) use words;

/// Whether a file with such a finding can be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

/// One thing that is wrong. Lines and columns count from 1, in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable name, listed in [`crate::codes::CODES`].
    pub code: &'static str,
    pub severity: Severity,
    pub line: usize,
    pub column: usize,
    /// Where in the document, as a JSON pointer: `/steps/1/deadline`.
    pub path: String,
    /// What is wrong.
    pub message: Words,
    /// What to do.
    pub hint: Option<Words>,
    /// The line, and below it a caret under what is meant.
    pub excerpt: String,
}

impl Finding {
    /// About a file as a whole that cannot be read at all.
    pub fn of_file(message: Words, hint: Words) -> Self {
        Self {
            code: "not-a-document",
            severity: Severity::Error,
            line: 1,
            column: 1,
            path: String::new(),
            message,
            hint: Some(hint),
            excerpt: String::new(),
        }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// As the API and `workflow check --format json` give it.
    pub fn to_json(&self, locale: Locale) -> Json {
        json!({
            "code": self.code, "severity": self.severity, "line": self.line, "column": self.column, "path": self.path,
            "message": self.message.get(locale), "hint": self.hint.as_ref().map(|hint| hint.get(locale)),
            "excerpt": self.excerpt,
        })
    }

    /// As a terminal shows it.
    pub fn display(&self, file: &str, locale: Locale) -> String {
        let severity = match self.severity {
            Severity::Error => locale.pick("error", "错误"),
            Severity::Warning => locale.pick("warning", "警告"),
        };
        let mut text = format!(
            "{file}:{}:{}: {severity} [{}]\n",
            self.line, self.column, self.code
        );
        text.push_str(&format!("{}\n{}\n", self.excerpt, self.message.get(locale)));
        if let Some(hint) = &self.hint {
            text.push_str(&format!("{}\n", hint.get(locale)));
        }
        text
    }
}

/// The line with a caret under `width` characters from `column` on; long lines are cut around it.
pub(crate) fn excerpt(line: usize, letters: &[char], column: usize, width: usize) -> String {
    const SHOWN: usize = 110;
    let at = column.saturating_sub(1).min(letters.len());
    let from = if letters.len() > SHOWN {
        at.saturating_sub(SHOWN / 2)
    } else {
        0
    };
    let to = letters.len().min(from + SHOWN);
    let part = |from: usize, to: usize| letters.get(from..to).unwrap_or_default().iter();
    let mut shown: String = part(from, to)
        .map(|letter| if letter.is_control() { ' ' } else { *letter })
        .collect();
    let mut indent: usize = part(from, at).map(|letter| columns(*letter)).sum();
    if from > 0 {
        shown.insert_str(0, "… ");
        indent += 2;
    }
    if to < letters.len() {
        shown.push_str(" …");
    }
    let carets: usize = part(at, to.min(at.saturating_add(width)))
        .map(|letter| columns(*letter))
        .sum();
    let number = line.to_string();
    let blank = " ".repeat(number.len());
    format!(
        "{number} | {}\n{blank} | {}{}",
        shown.trim_end(),
        " ".repeat(indent),
        "^".repeat(carets.max(1))
    )
}

/// How many columns of a terminal a letter takes: two for Chinese, Japanese and Korean.
fn columns(letter: char) -> usize {
    match u32::from(letter) {
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    fn excerpt(line: usize, text: &str, column: usize, width: usize) -> String {
        let letters: Vec<char> = text.chars().collect();
        super::excerpt(line, &letters, column, width)
    }

    #[test]
    fn the_caret_stands_under_what_is_meant() {
        assert_eq!(excerpt(7, "  need: al", 9, 2), "7 |   need: al\n  |         ^^");
        assert_eq!(
            excerpt(12, "title: 报销", 8, 2),
            "12 | title: 报销\n   |        ^^^^"
        );
        let long = format!("{}X{}", "a".repeat(300), "b".repeat(300));
        let shown = excerpt(1, &long, 301, 1);
        let caret = shown.lines().nth(1).and_then(|line| line.find('^'));
        assert_eq!(
            caret.and_then(|at| shown.lines().next()?.chars().nth(at)),
            Some('X')
        );
    }
}
