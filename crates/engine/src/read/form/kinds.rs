//! Types of fields, and what belongs to each.

use super::{ReadForm, Reader};
use crate::definition::{FieldKind, RecordKind};
use crate::expr::{Scope, Type};
use crate::finding::words;
use crate::keys::FIELD_TYPES;
use crate::parse::{Node, Yaml};
use crate::read::desk::{Desk, Map};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Text;
use std::sync::Arc;

impl Reader<'_> {
    pub(super) fn kind(
        &self,
        name: &str,
        key: &Node,
        map: &Map<'_>,
        type_node: &Node,
        word: &str,
        scope: &Scope,
    ) -> Option<(FieldKind, Type)> {
        if let Some(plain) = plain(word) {
            return Some(plain);
        }
        Some(match word {
            "money" => (
                FieldKind::Money {
                    currencies: self.currencies(map),
                },
                Type::Money,
            ),
            "choice" | "choices" => {
                let options = self.options(name, key, map)?;
                let names: Arc<[String]> = options.iter().map(|(name, _)| name.clone()).collect();
                if word == "choice" {
                    (FieldKind::Choice { options }, Type::Choice(names))
                } else {
                    (FieldKind::Choices { options }, Type::list(Type::Choice(names)))
                }
            }
            "record" => {
                let of = self.record(key, map)?;
                (FieldKind::Record { of }, Type::Record(of.word()))
            }
            "file" => (
                FieldKind::File {
                    accept: self.accepted(map),
                },
                Type::list(Type::File),
            ),
            "list" | "group" => {
                let read = self.fields(name, key, map, scope)?;
                let group = if read.open {
                    Type::Unread
                } else {
                    Type::Group(Arc::new(read.slots()))
                };
                let fields = read.form;
                if word == "list" {
                    (FieldKind::List { fields }, Type::list(group))
                } else {
                    (FieldKind::Group { fields }, group)
                }
            }
            // Its type is that of its expression, which comes later.
            "computed" if map.get("is").is_some() => (FieldKind::Text, Type::Unknown),
            "computed" => {
                self.without_is(key);
                return None;
            }
            "schema" => {
                self.desk.not_yet(type_node, "The type `schema`", None);
                return None;
            }
            _ => {
                self.unknown_type(type_node, word);
                return None;
            }
        })
    }

    /// Kinds of files by extension, lower case.
    fn accepted(&self, map: &Map<'_>) -> Vec<String> {
        let kinds = map.get("accept").map(Desk::one_or_list).unwrap_or_default();
        let texts = kinds.into_iter().filter_map(|node| self.desk.text(node));
        texts
            .map(|kind| kind.trim_start_matches('.').to_lowercase())
            .collect()
    }

    fn without_is(&self, key: &Node) {
        self.desk.error(
            "missing-key",
            key,
            words!("A computed field needs `is`.", "计算字段需要 `is`。"),
            words!(
                "Say what it is: `is: sum(lines, line.amount)`.",
                "请写明内容：`is: sum(lines, line.amount)`。"
            ),
        );
    }

    pub(super) fn unknown_type(&self, node: &Node, word: &str) {
        let usual = match word.to_lowercase().as_str() {
            "string" | "str" => Some("text"),
            "bool" | "boolean" | "checkbox" => Some("yes_no"),
            "int" => Some("integer"),
            "float" | "decimal" | "double" => Some("number"),
            "select" | "enum" | "dropdown" | "radio" => Some("choice"),
            "multiselect" | "checkboxes" => Some("choices"),
            "datetime" | "timestamp" | "time" => Some("date_time"),
            "textarea" | "multiline" => Some("long_text"),
            "user" | "employee" => Some("person"),
            "users" => Some("people"),
            "attachment" | "upload" | "document" | "image" | "files" => Some("file"),
            "currency" | "amount" | "price" => Some("money"),
            "array" | "table" | "lines" => Some("list"),
            "object" => Some("group"),
            "mail" => Some("email"),
            "link" | "website" => Some("url"),
            _ => None,
        };
        match usual {
            Some(right) => self.desk.error(
                "unknown-word",
                node,
                words!("There is no type `{word}`.", "没有类型 `{word}`。"),
                words!("Write `{right}`.", "请写 `{right}`。"),
            ),
            None => self.desk.unknown_word(node, word, &FIELD_TYPES),
        }
    }

    pub(super) fn currencies(&self, map: &Map<'_>) -> Vec<Currency> {
        let nodes = map.get("currency").map(Desk::one_or_list).unwrap_or_default();
        let mut currencies = Vec::new();
        for item in nodes {
            let Some(text) = self.desk.text(item) else {
                continue;
            };
            match text.parse::<Currency>() {
                Ok(currency) if currency == self.currency => currencies.push(currency),
                Ok(_) => {
                    let tenant = self.currency;
                    self.desk.not_yet(
                        item,
                        &format!("Another currency than {tenant} in a form"),
                        Some(tenant.code()),
                    );
                }
                Err(_) => {
                    self.desk.error(
                        "unknown-unit",
                        item,
                        words!(
                            "`{text}` is not the code of a currency.",
                            "`{text}` 不是货币代码。"
                        ),
                        words!("Write like `EUR`.", "请写如 `EUR`。"),
                    );
                }
            }
        }
        currencies
    }

    pub(super) fn record(&self, key: &Node, map: &Map<'_>) -> Option<RecordKind> {
        let Some(node) = map.get("of") else {
            self.desk.error(
                "missing-key",
                key,
                words!("A record needs `of`.", "记录字段需要 `of`。"),
                words!(
                    "Add `of: account`, `of: contact` or `of: deal`.",
                    "请添加 `of: account`、`of: contact` 或 `of: deal`。"
                ),
            );
            return None;
        };
        self.desk.one_of(
            node,
            &[
                ("account", RecordKind::Account),
                ("contact", RecordKind::Contact),
                ("deal", RecordKind::Deal),
            ],
        )
    }

    pub(super) fn fields(&self, name: &str, key: &Node, map: &Map<'_>, scope: &Scope) -> Option<ReadForm> {
        let Some(node) = map.get("fields") else {
            self.desk.error(
                "missing-key",
                key,
                words!("`{name}` needs `fields`.", "`{name}` 需要 `fields`。"),
                words!(
                    "Add `fields:` and below it one field a line.",
                    "请添加 `fields:`，其下每行一个字段。"
                ),
            );
            return None;
        };
        if self.depth >= 2 {
            self.desk.error(
                "wrong-shape",
                key,
                words!("Fields are nested at most two deep.", "字段最多嵌套两层。"),
                None,
            );
            return None;
        }
        let inner = Reader {
            desk: self.desk,
            currency: self.currency,
            depth: self.depth + 1,
        };
        Some(inner.form(node, scope))
    }

    pub(super) fn options(
        &self,
        name: &str,
        key: &Node,
        map: &Map<'_>,
    ) -> Option<Vec<(String, Option<Text>)>> {
        let Some(node) = map.get("options") else {
            self.desk.error(
                "missing-key",
                key,
                words!("`{name}` needs `options`.", "`{name}` 需要 `options`。"),
                words!("Add `options: [one, other]`.", "请添加 `options: [one, other]`。"),
            );
            return None;
        };
        let mut options: Vec<(String, Option<Text>)> = Vec::new();
        let items: Vec<(&Node, Option<&Node>)> = match &node.yaml {
            Yaml::Map(entries) => entries.iter().map(|(key, value)| (key, Some(value))).collect(),
            _ => self.desk.list(node)?.iter().map(|item| (item, None)).collect(),
        };
        let items_count = items.len();
        for (item, label) in items {
            let Some(text) = self.option(item) else { continue };
            if options.iter().any(|(other, _)| *other == text) {
                self.desk.error(
                    "repeated-key",
                    item,
                    words!("The option `{text}` stands here twice.", "选项 `{text}` 重复。"),
                    words!("Keep one of them.", "请只保留一个。"),
                );
                continue;
            }
            let label = match label {
                Some(label) if !label.is_null() => self.desk.words(label),
                _ => None,
            };
            options.push((text, label));
        }
        if options.is_empty() && items_count == 0 {
            self.desk.error(
                "wrong-shape",
                node,
                words!("There is nothing to choose from.", "没有可选项。"),
                words!("Write `options: [one, other]`.", "请写 `options: [one, other]`。"),
            );
            return None;
        }
        Some(options)
    }

    pub(super) fn option(&self, node: &Node) -> Option<String> {
        let Some(scalar) = node.scalar() else {
            self.desk.wrong_kind(node, words!("an option", "选项"), None);
            return None;
        };
        let text = scalar.text.clone();
        if scalar.plain && looks_like_something_else(&text) {
            self.desk.error(
                "option-wants-quotes",
                node,
                words!(
                    "`{text}` could be read as a number or as nothing; an option is a text.",
                    "`{text}` 可能被读作数字或空值；选项是文本。"
                ),
                words!("Put it in quotes: `\"{text}\"`.", "请加引号：`\"{text}\"`。"),
            );
        }
        Some(text)
    }
}

pub(super) fn looks_like_something_else(text: &str) -> bool {
    let number = text.parse::<f64>().is_ok()
        && text
            .chars()
            .next()
            .is_some_and(|first| first.is_ascii_digit() || matches!(first, '-' | '+' | '.'));
    let plain_whole = text.parse::<u64>().is_ok() && !(text.len() > 1 && text.starts_with('0'));
    (number && !plain_whole)
        || matches!(
            text,
            "" | "~" | "null" | "Null" | "NULL" | "true" | "false" | "True" | "False" | "TRUE" | "FALSE"
        )
}

/// Types without keys of their own.
fn plain(word: &str) -> Option<(FieldKind, Type)> {
    Some(match word {
        "text" => (FieldKind::Text, Type::Text),
        "long_text" => (FieldKind::LongText, Type::Text),
        "number" => (FieldKind::Number, Type::Number),
        "integer" => (FieldKind::Integer, Type::Number),
        "percent" => (FieldKind::Percent, Type::Percent),
        "date" => (FieldKind::Date, Type::Date),
        "date_time" => (FieldKind::DateTime, Type::Instant),
        "date_range" => (FieldKind::DateRange, Type::DateRange),
        "yes_no" => (FieldKind::YesNo, Type::YesNo),
        "person" => (FieldKind::Person, Type::Person),
        "people" => (FieldKind::People, Type::list(Type::Person)),
        "department" => (FieldKind::Department, Type::Text),
        "email" => (FieldKind::Email, Type::Text),
        "phone" => (FieldKind::Phone, Type::Text),
        "url" => (FieldKind::Url, Type::Text),
        _ => return None,
    })
}
