//! Single values: texts, names, numbers, words, lengths of time.

use super::Desk;
use crate::definition::{Localized, Piece, Template};
use crate::expr::{Expr, Scope, Span, Wanted};
use crate::finding::{Words, words};
use crate::parse::{Node, Yaml};
use countersign_kernel::text::{Text, nearest};

impl Desk<'_> {
    /// A text.
    pub(crate) fn text<'n>(&self, node: &'n Node) -> Option<&'n str> {
        let text = node.text();
        if text.is_none() {
            self.wrong_kind(node, words!("a text", "文本"), None);
        }
        text
    }

    /// A name in kebab-case.
    pub(crate) fn name(&self, node: &Node) -> Option<String> {
        let text = self.text(node)?;
        let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let first = text
            .chars()
            .next()
            .is_some_and(|letter| letter.is_ascii_lowercase());
        if first && text.chars().all(fits) && !text.ends_with('-') && !text.contains("--") && text.len() <= 64
        {
            return Some(text.to_owned());
        }
        let mended = kebab(text);
        self.error("bad-name", node, words!("`{text}` is no name: names are small letters, digits and single hyphens, and begin with a letter.", "`{text}` 不是有效名称：名称由小写字母、数字和单个连字符组成，并以字母开头。"),
            words!("Write `{mended}`.", "请写 `{mended}`。"));
        None
    }

    /// A text that people read: one, or one for each language.
    pub(crate) fn words(&self, node: &Node) -> Option<Text> {
        match &node.yaml {
            Yaml::Map(entries) => {
                let mut texts = std::collections::BTreeMap::new();
                let mut sound = true;
                for (key, value) in entries {
                    match (self.locale(key), self.text(value)) {
                        (Some(locale), Some(text)) => {
                            texts.insert(locale, text.to_owned());
                        }
                        _ => sound = false,
                    }
                }
                sound.then_some(Text::Many(texts))
            }
            _ => self.text(node).map(Text::from),
        }
    }

    pub(super) fn locale(&self, key: &Node) -> Option<String> {
        let tag = self.text(key)?;
        let parts: Vec<&str> = tag.split('-').collect();
        let fits = parts.first().is_some_and(|first| {
            (2..=3).contains(&first.len()) && first.chars().all(|letter| letter.is_ascii_lowercase())
        });
        if fits
            && parts
                .iter()
                .all(|part| part.chars().all(|letter| letter.is_ascii_alphanumeric()))
        {
            return Some(tag.to_owned());
        }
        self.error(
            "bad-language",
            key,
            words!("`{tag}` is not the code of a language.", "`{tag}` 不是语言代码。"),
            words!("Write like `en` or `zh-CN`.", "请写如 `en` 或 `zh-CN`。"),
        );
        None
    }

    /// A text with `{…}`, in one language or several.
    pub(crate) fn localized(&self, node: &Node, scope: &Scope) -> Option<Localized> {
        match &node.yaml {
            Yaml::Map(entries) => {
                let mut texts = std::collections::BTreeMap::new();
                let mut sound = true;
                for (key, value) in entries {
                    match (self.locale(key), self.template(value, scope)) {
                        (Some(locale), Some(template)) => {
                            texts.insert(locale, template);
                        }
                        _ => sound = false,
                    }
                }
                sound.then_some(Localized(texts))
            }
            _ => self
                .template(node, scope)
                .map(|template| Localized([("en".to_owned(), template)].into())),
        }
    }

    pub(crate) fn template(&self, node: &Node, scope: &Scope) -> Option<Template> {
        let text = self.text(node)?;
        if self.is_full() {
            return None;
        }
        match Template::compile(text, scope) {
            Ok(template) => {
                for piece in &template.pieces {
                    if let Piece::Value(expr) = piece {
                        self.ask(expr.references());
                    }
                }
                Some(template)
            }
            Err(troubles) => {
                self.troubles(node, troubles);
                None
            }
        }
    }

    /// What is wrong is told, and an expression of no known type stands for it, so that the rest is read on.
    #[expect(clippy::unnecessary_wraps, reason = "read beside parts that may be missing")]
    pub(crate) fn expression(&self, node: &Node, scope: &Scope, wanted: &Wanted) -> Option<Expr> {
        if !matches!(node.yaml, Yaml::Scalar(_)) {
            self.wrong_kind(
                node,
                words!("an expression", "表达式"),
                words!(
                    "An expression with a bracket or brace stands on a line of its own, or in double quotes.",
                    "含括号的表达式要单独一行，或放进双引号。"
                ),
            );
            return Some(Expr::unread(""));
        }
        let text = node
            .scalar()
            .map(|scalar| scalar.text.clone())
            .unwrap_or_default();
        if self.is_full() {
            return Some(Expr::unread(&text));
        }
        match Expr::compile(&text, scope, wanted) {
            Ok(expr) => {
                self.ask(expr.references());
                Some(expr)
            }
            Err(troubles) => {
                self.troubles(node, troubles);
                Some(Expr::unread(&text))
            }
        }
    }

    /// `true` or `false`.
    pub(crate) fn yes_no(&self, node: &Node) -> Option<bool> {
        match node.text() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some(other) => {
                let right = if matches!(other.to_lowercase().as_str(), "no" | "off" | "n" | "false") {
                    "false"
                } else {
                    "true"
                };
                self.error(
                    "wrong-shape",
                    node,
                    words!(
                        "`true` or `false` is wanted here, and this is `{other}`.",
                        "这里需要 `true` 或 `false`，而这是 `{other}`。"
                    ),
                    words!("Write `{right}`.", "请写 `{right}`。"),
                );
                None
            }
            None => {
                self.wrong_kind(node, words!("`true` or `false`", "`true` 或 `false`"), None);
                None
            }
        }
    }

    /// A whole number from `least` on.
    pub(crate) fn count(&self, node: &Node, least: u32) -> Option<u32> {
        let text = self.text(node)?;
        match text.parse::<u32>() {
            Ok(count) if count >= least && count <= 100_000 => Some(count),
            _ => {
                self.error(
                    "wrong-shape",
                    node,
                    words!(
                        "A whole number from {least} on is wanted here, and this is `{text}`.",
                        "这里需要不小于 {least} 的整数，而这是 `{text}`。"
                    ),
                    None,
                );
                None
            }
        }
    }

    /// One of these words.
    pub(crate) fn one_of<T: Copy>(&self, node: &Node, known: &[(&str, T)]) -> Option<T> {
        let text = self.text(node)?;
        if let Some((_, value)) = known.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let all: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        self.unknown_word(node, text, &all);
        None
    }

    pub(crate) fn unknown_word(&self, node: &Node, text: &str, known: &[&str]) {
        let all = known.join(", ");
        let hint = match self.nearest(text, known.iter().copied()) {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None => words!("Write one of: {all}.", "请写其中之一：{all}。"),
        };
        self.error(
            "unknown-word",
            node,
            words!(
                "`{text}` is not a word that this place knows.",
                "这里不认识 `{text}`。"
            ),
            hint,
        );
    }

    /// `2 working days`.
    pub(crate) fn span(&self, node: &Node) -> Option<Span> {
        let text = self.text(node)?;
        let span = Span::parse(text);
        if span.is_none() {
            self.error(
                "bad-duration",
                node,
                words!("`{text}` is not a length of time.", "`{text}` 不是时长。"),
                Self::span_hint(text),
            );
        }
        span
    }

    pub(crate) fn span_hint(text: &str) -> Words {
        let (count, unit) = text.trim().split_once(' ').map_or_else(
            || {
                text.trim().split_at(
                    text.trim()
                        .find(|letter: char| !letter.is_ascii_digit())
                        .unwrap_or(0),
                )
            },
            |(count, unit)| (count, unit),
        );
        let numbered = !count.is_empty() && count.chars().all(|letter| letter.is_ascii_digit());
        let short = match unit.trim() {
            "d" => Some("days"),
            "h" => Some("hours"),
            "m" | "min" => Some("minutes"),
            "w" => Some("weeks"),
            other => nearest(other, Span::UNITS),
        };
        match short {
            Some(unit) if numbered => words!("Did you mean `{count} {unit}`?", "是否想写 `{count} {unit}`？"),
            _ => words!(
                "Write like `2 working days`, `4 working hours`, `36 hours` or `7 days`.",
                "请写如 `2 working days`、`4 working hours`、`36 hours` 或 `7 days`。"
            ),
        }
    }
}

pub(crate) fn kebab(text: &str) -> String {
    let mut name = String::new();
    for letter in text.trim().chars() {
        let letter = letter.to_ascii_lowercase();
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_matches('-').to_owned();
    if name
        .chars()
        .next()
        .is_some_and(|letter| letter.is_ascii_lowercase())
    {
        name
    } else {
        format!("step-{name}").trim_end_matches('-').to_owned()
    }
}
