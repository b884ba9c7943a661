//! Versions as ETags.

use crate::problem::{Fault, Problem};
use countersign_kernel::text::Words;

/// The version that a caller expects to change; services compare it inside the unit of work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Expected {
    /// No `If-Match`.
    #[default]
    NotGiven,
    /// `If-Match: *`.
    Any,
    /// One of these. Weak tags and tags that are not ours name no version, so the list may be empty.
    OneOf(Vec<i64>),
}

impl Expected {
    /// Whether a thing of this version may be changed.
    pub fn allows(&self, current: i64) -> bool {
        match self {
            Self::NotGiven | Self::Any => true,
            Self::OneOf(versions) => versions.contains(&current),
        }
    }

    /// 412 unless this is the version that was expected.
    pub fn check(&self, current: i64) -> Result<(), Problem> {
        if self.allows(current) {
            Ok(())
        } else {
            Err(Problem::version_moved(Some(current)))
        }
    }

    /// The row of a batch names its version in the body.
    pub fn exactly(version: i64) -> Self {
        Self::OneOf(vec![version])
    }

    /// Reads `If-Match`.
    pub(crate) fn read(header: &str) -> Result<Self, Problem> {
        if header.trim() == "*" {
            return Ok(Self::Any);
        }
        let versions = tags(header).ok_or_else(|| {
            Problem::bad_header(Fault::header(
                "If-Match",
                "malformed",
                Words::fixed(
                    "If-Match takes ETags as they were sent, in quotes, or *.",
                    "If-Match 需要原样的 ETag（带引号）或 *。",
                ),
            ))
        })?;
        Ok(Self::OneOf(
            versions
                .iter()
                .filter(|tag| !tag.weak)
                .filter_map(|tag| version(tag.text))
                .collect(),
        ))
    }
}

/// `5`, or `5-` and eight digits that tell apart what is shown beside it (see `Answer::beside`).
fn version(text: &str) -> Option<i64> {
    let (version, beside) = text.split_once('-').unwrap_or((text, "00000000"));
    let hash = beside.len() == 8 && beside.bytes().all(|digit| digit.is_ascii_hexdigit());
    version.parse().ok().filter(|_| hash)
}

struct Tag<'a> {
    weak: bool,
    text: &'a str,
}

/// A list of entity tags; nothing if it is none.
fn tags(header: &str) -> Option<Vec<Tag<'_>>> {
    let mut rest = header.trim();
    let mut list = Vec::new();
    loop {
        let (weak, opened) = match rest.strip_prefix("W/") {
            Some(opened) => (true, opened),
            None => (false, rest),
        };
        let (text, after) = opened.strip_prefix('"')?.split_once('"')?;
        list.push(Tag { weak, text });
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(list);
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

/// Whether `If-None-Match` names this ETag (weak comparison).
pub(crate) fn unchanged(header: &str, etag: &str) -> bool {
    let bare = |tag: &str| tag.trim_start_matches("W/").trim_matches('"').to_owned();
    header.trim() == "*" || tags(header).is_some_and(|tags| tags.iter().any(|tag| tag.text == bare(etag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_is_strong() {
        assert_eq!(Expected::read("*").ok(), Some(Expected::Any));
        assert_eq!(Expected::read("\"3\"").ok(), Some(Expected::OneOf(vec![3])));
        assert_eq!(
            Expected::read("\"x\" , \"4\"").ok(),
            Some(Expected::OneOf(vec![4]))
        );
        assert_eq!(Expected::read("W/\"3\"").ok(), Some(Expected::OneOf(vec![])));
        assert_eq!(
            Expected::read("\"3-0a1b2c3d\", \"3-x\", \"-0a1b2c3d\"").ok(),
            Some(Expected::OneOf(vec![3]))
        );
        assert!(Expected::read("3").is_err());
        assert!(Expected::OneOf(vec![]).check(1).is_err() && Expected::NotGiven.check(1).is_ok());
    }

    #[test]
    fn if_none_match_is_weak() {
        assert!(
            unchanged("\"nope\", \"3\"", "\"3\"") && unchanged("W/\"3\"", "\"3\"") && unchanged("*", "\"3\"")
        );
        assert!(!unchanged("\"2\"", "\"3\"") && !unchanged("3", "\"3\""));
    }
}
