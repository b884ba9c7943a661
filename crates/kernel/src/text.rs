//! Words for people: languages, the nearest right word, and how texts are compared.

mod compare;
mod spreadsheet;

pub use compare::{contains, index_key, key, part_key, same, sort_key, start_key, starts_with};
pub use spreadsheet::{bare, harmless};

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A language that the product speaks completely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Locale {
    #[default]
    #[serde(rename = "en")]
    En,
    #[serde(rename = "zh-CN")]
    ZhCn,
}

impl Locale {
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// `en` or `zh` picks; the product has two languages, so most sentences are written as a pair.
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Self::En => en,
            Self::ZhCn => zh,
        }
    }
}

/// A sentence of the product's own, in both of its languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub en: Cow<'static, str>,
    pub zh: Cow<'static, str>,
}

impl Words {
    pub fn new(en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
        }
    }

    /// Two sentences that need no data.
    pub const fn fixed(en: &'static str, zh: &'static str) -> Self {
        Self {
            en: Cow::Borrowed(en),
            zh: Cow::Borrowed(zh),
        }
    }

    pub fn get(&self, locale: Locale) -> &str {
        locale.pick(&self.en, &self.zh)
    }
}

/// A text that people read: one string, or one for each language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    One(String),
    Many(BTreeMap<String, String>),
}

impl Text {
    /// The text in this language, else in English, else in any.
    pub fn get(&self, locale: Locale) -> &str {
        match self {
            Self::One(text) => text,
            Self::Many(map) => map
                .get(locale.tag())
                .or_else(|| map.get("en"))
                .or_else(|| map.values().next())
                .map_or("", String::as_str),
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::One(text.to_owned())
    }
}

/// A noun with its article: `a deal`, `an account`.
pub fn a(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

/// Words that are compared with what was written; of more the first.
const CANDIDATES: usize = 500;

/// The known word nearest to what was written, if any is near enough to be meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written: String = written.chars().take(64).collect::<String>().to_lowercase();
    let allowed = (written.chars().count() / 3).max(2);
    let length = written.chars().count();
    known
        .into_iter()
        // Words of quite another length are never near enough: most need not be compared.
        .filter(|word| word.chars().count().abs_diff(length) <= allowed)
        .take(CANDIDATES)
        .map(|word| (strsim::osa_distance(&written, &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= allowed && *distance < word.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_word_is_found_or_none() {
        assert_eq!(nearest("nmae", ["name", "owner"]), Some("name"));
        assert_eq!(nearest("expnad", ["expand", "fields"]), Some("expand"));
        assert_eq!(nearest("statsu", ["stage", "status"]), Some("status"));
        assert_eq!(nearest("password_hash", ["name", "owner"]), None);
    }
}
