//! The forms of texts, and the sentences about shapes.

use countersign_kernel::id;
use countersign_kernel::money::{Currency, Money, MoneyError};
use countersign_kernel::text::{Words, a, nearest};
use countersign_kernel::time::{Date, Instant};
use serde_json::Value;
use uuid::Uuid;

use super::{Form, Shape};

/// Reads a text by its form; an id gives its kind and uuid.
pub(super) fn read(form: &Form, given: &str) -> Result<Option<(&'static str, Uuid)>, Words> {
    let right = match form {
        Form::Free => true,
        Form::Date => is_date(given),
        Form::Instant => given.parse::<Instant>().is_ok(),
        Form::Uuid => Uuid::try_parse(given).is_ok(),
        Form::Pattern(pattern) => pattern.is_match(given),
        Form::Unreadable => false,
        Form::Id(kind) => {
            return match id::any(given) {
                Some((found, uuid)) if found == *kind => Ok(Some((kind, uuid))),
                found => Err(no_id(kind, found.map(|(found, _)| found))),
            };
        }
    };
    if right { Ok(None) } else { Err(wrong(form)) }
}

fn is_date(given: &str) -> bool {
    given.len() == 10
        && given.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        && given.parse::<Date>().is_ok()
}

fn wrong(form: &Form) -> Words {
    match form {
        Form::Date => Words::fixed(
            "A date of the calendar is written like 2026-03-31.",
            "日期须真实存在，格式如 2026-03-31。",
        ),
        Form::Instant => Words::fixed(
            "An instant is written like 2026-03-02T09:00:00.000Z.",
            "时刻格式如 2026-03-02T09:00:00.000Z。",
        ),
        Form::Uuid => Words::fixed("A UUID is expected here.", "此处应为 UUID。"),
        Form::Pattern(pattern) => Words::new(
            format!("This must match {}.", pattern.as_str()),
            format!("须匹配 {}。", pattern.as_str()),
        ),
        Form::Free | Form::Unreadable | Form::Id(_) => Words::fixed("This has a wrong form.", "格式不正确。"),
    }
}

fn no_id(kind: &str, found: Option<&str>) -> Words {
    match found {
        Some(found) => Words::new(
            format!(
                "This is the id of {}; the id of {} is expected.",
                a(found),
                a(kind)
            ),
            format!("这是 {found} 的 id；应为 {kind} 的 id。"),
        ),
        None => Words::new(
            format!("This is not the id of {}.", a(kind)),
            format!("这不是 {kind} 的 id。"),
        ),
    }
}

/// What is wrong with money: at which member, its code and sentence.
pub(super) fn money(amount: &str, currency: &str) -> Option<(&'static str, &'static str, Words)> {
    let why = currency
        .parse::<Currency>()
        .and_then(|currency| Money::parse(amount, currency))
        .err()?;
    let (member, code) = match why {
        MoneyError::UnknownCurrency(_) => ("currency", "unknown_currency"),
        MoneyError::TooFine { .. } => ("amount", "too_fine"),
        MoneyError::TooLarge => ("amount", "too_large"),
        MoneyError::Malformed | MoneyError::OtherCurrency(..) => ("amount", "wrong_form"),
    };
    Some((member, code, why.words()))
}

/// What is wrong with a word that must be one of a few.
pub(super) fn choice(words: &[String], given: &str) -> Option<Words> {
    if words.iter().any(|word| word == given) {
        return None;
    }
    let (list, given_short) = (words.join(", "), given.chars().take(60).collect::<String>());
    let near = nearest(given, words.iter().map(String::as_str));
    let (en, zh) = near.map_or((String::new(), String::new()), |near| {
        (format!(" Did you mean {near}?"), format!("是否想写 {near}？"))
    });
    Some(Words::new(
        format!("{given_short:?} is not possible here.{en} Possible are {list}."),
        format!("此处不能是 {given_short:?}。{zh}可用：{list}。"),
    ))
}

pub(super) fn range(least: i64, most: i64) -> Words {
    Words::new(
        format!("The number must be from {least} to {most}."),
        format!("数字须在 {least} 到 {most} 之间。"),
    )
}

pub(super) fn items(least: usize, most: usize) -> Words {
    between(least, most, "entries", "项")
}

pub(super) fn letters(least: usize, most: usize) -> Words {
    between(least, most, "characters", "个字符")
}

fn between(least: usize, most: usize, en: &str, zh: &str) -> Words {
    match (least, most) {
        (1, usize::MAX) => Words::fixed("This may not be empty.", "不能为空。"),
        (least, usize::MAX) => Words::new(
            format!("At least {least} {en} are needed."),
            format!("至少 {least} {zh}。"),
        ),
        (0, most) => Words::new(
            format!("At most {most} {en} are possible."),
            format!("最多 {most} {zh}。"),
        ),
        (least, most) => Words::new(
            format!("{least} to {most} {en} are possible."),
            format!("须为 {least} 到 {most} {zh}。"),
        ),
    }
}

pub(super) fn set_by_server(name: &str) -> Words {
    Words::new(
        format!("{name} is set by the server; leave it out."),
        format!("{name} 由服务器设置；请不要提交。"),
    )
}

pub(crate) fn unknown_member(name: &str, near: Option<&str>, known: &[&str]) -> Words {
    let name: String = name.chars().take(60).collect();
    match near {
        Some(near) => Words::new(
            format!("There is no member {name:?} here; did you mean {near}?"),
            format!("此处没有成员 {name:?}；是否想写 {near}？"),
        ),
        None if known.is_empty() => Words::new(
            format!("There is no member {name:?} here; this body takes none."),
            format!("此处没有成员 {name:?}；不接受任何成员。"),
        ),
        None => Words::new(
            format!(
                "There is no member {name:?} here; known are {}.",
                known.join(", ")
            ),
            format!("此处没有成员 {name:?}；可用：{}。", known.join(", ")),
        ),
    }
}

/// What a shape wants, in words.
pub(super) fn name_of(shape: &Shape) -> Words {
    match shape {
        Shape::Object(_) => Words::fixed("an object", "对象"),
        Shape::Money => Words::fixed(
            "money like {\"amount\": \"1800.00\", \"currency\": \"EUR\"}",
            "金额，例如 {\"amount\": \"1800.00\", \"currency\": \"EUR\"}",
        ),
        Shape::List { .. } => Words::fixed("a list", "列表"),
        Shape::Text { .. } | Shape::Choice(_) => Words::fixed("a text", "文本"),
        Shape::Integer { .. } => Words::fixed("a whole number", "整数"),
        Shape::Number => Words::fixed("a number", "数字"),
        Shape::YesNo => Words::fixed("true or false", "true 或 false"),
        Shape::Null => Words::fixed("null", "null"),
        Shape::Nullable(inner) => name_of(inner),
        Shape::Any | Shape::OneOf(_) | Shape::Named(_) => Words::fixed("something else", "其他内容"),
    }
}

/// What a value is, in words.
pub(super) fn name_of_value(value: &Value) -> Words {
    match value {
        Value::Null => Words::fixed("null", "null"),
        Value::Bool(_) => Words::fixed("true or false", "true 或 false"),
        Value::Number(_) => Words::fixed("a number", "数字"),
        Value::String(_) => Words::fixed("a text", "文本"),
        Value::Array(_) => Words::fixed("a list", "列表"),
        Value::Object(_) => Words::fixed("an object", "对象"),
    }
}
