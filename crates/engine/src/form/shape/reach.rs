//! Ids of people, files and records; addresses.

use super::{Shaped, wrong};
use crate::definition::RecordKind;
use crate::finding::words;
use countersign_kernel::id::{TypedId, UserId, kind_of};
use serde_json::Value as Json;

pub(super) fn person(json: &Json, at: &str) -> Shaped {
    match json.as_str().map(str::parse::<UserId>) {
        Some(Ok(_)) => Ok(json.clone()),
        _ => Err((
            at.to_owned(),
            "invalid_value",
            words!(
                "The id of a person is wanted, like user_….",
                "应为人员编号，如 user_…。"
            ),
        )),
    }
}

pub(super) fn file(json: &Json, accept: &[String], at: &str) -> Shaped {
    let Some(name) = json.as_str().filter(|name| !name.trim().is_empty()) else {
        return Err((
            at.to_owned(),
            "invalid_value",
            words!(
                "The id of an uploaded file is wanted, like file_….",
                "应为已上传文件的编号，如 file_…。"
            ),
        ));
    };
    // An id says nothing of its kind; whoever holds the file checks that.
    if let Some((_, extension)) = name.rsplit_once('.') {
        let extension = extension.to_lowercase();
        if !accept.is_empty() && !accept.iter().any(|kind| same_kind(kind, &extension)) {
            let all = accept.join(", ");
            return Err((
                at.to_owned(),
                "wrong_file_kind",
                words!(
                    "Files of these kinds are taken: {all}.",
                    "可接受的文件类型：{all}。"
                ),
            ));
        }
    }
    Ok(json.clone())
}

pub(super) fn same_kind(one: &str, other: &str) -> bool {
    one == other
        || matches!(
            (one, other),
            ("jpg", "jpeg") | ("jpeg", "jpg") | ("tif", "tiff") | ("tiff", "tif")
        )
}

pub(super) fn record(json: &Json, of: RecordKind) -> Shaped {
    let kind = of.word();
    let text = json.as_str().unwrap_or_default();
    match countersign_kernel::id::any(text) {
        Some((found, _)) if found == kind => Ok(json.clone()),
        _ => match kind_of(text) {
            Some(found) if found != kind => wrong(words!(
                "This is the id of a {found}, not of a {kind}.",
                "这是 {found} 的编号，不是 {kind} 的。"
            )),
            _ => {
                let prefix = countersign_kernel::id::KINDS
                    .iter()
                    .find(|(_, word)| *word == kind)
                    .map_or(UserId::PREFIX, |(prefix, _)| prefix);
                wrong(words!(
                    "The id of a {kind} is wanted, like {prefix}_….",
                    "应为 {kind} 的编号，如 {prefix}_…。"
                ))
            }
        },
    }
}

pub(super) fn email(json: &Json) -> Shaped {
    let fits = |text: &str| {
        let Some((local, domain)) = text.rsplit_once('@') else {
            return false;
        };
        let plain = |part: &str| {
            !part.is_empty()
                && part.chars().all(|letter| {
                    !letter.is_whitespace() && !letter.is_control() && !"()<>,;:\\\"[]".contains(letter)
                })
        };
        plain(local)
            && plain(domain)
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && text.len() <= 254
    };
    match json.as_str() {
        Some(text) if fits(text) => Ok(json.clone()),
        _ => wrong(words!(
            "An e-mail address is wanted, like ann@example.com.",
            "应为电子邮箱，如 ann@example.com。"
        )),
    }
}

pub(super) fn phone(json: &Json) -> Shaped {
    let fits = |text: &str| {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        (4..=20).contains(&digits)
            && text.chars().enumerate().all(|(place, letter)| {
                letter.is_ascii_digit() || " ()-./".contains(letter) || (letter == '+' && place == 0)
            })
    };
    match json.as_str() {
        Some(text) if fits(text) => Ok(json.clone()),
        _ => wrong(words!(
            "A phone number is wanted, like +49 30 123456.",
            "应为电话号码，如 +49 30 123456。"
        )),
    }
}

pub(super) fn url(json: &Json) -> Shaped {
    let fits = |text: &str| {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        rest.is_some_and(|rest| {
            !rest.is_empty()
                && !rest.starts_with('/')
                && !rest
                    .chars()
                    .any(|letter| letter.is_whitespace() || letter.is_control() || "<>\"".contains(letter))
        }) && text.len() <= 2_048
    };
    match json.as_str() {
        Some(text) if fits(text) => Ok(json.clone()),
        _ => wrong(words!(
            "A web address is wanted, like https://example.com/page.",
            "应为网址，如 https://example.com/page。"
        )),
    }
}
