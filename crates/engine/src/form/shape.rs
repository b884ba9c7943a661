//! What a single value of a field looks like, and how to say that it does not.

mod number;
mod reach;

use countersign_kernel::money::{Currency, Money, MoneyError};
use countersign_kernel::text::nearest;
use countersign_kernel::time::Instant;
use serde_json::{Value as Json, json};

use super::value::{date, range};
use crate::definition::FieldKind;
use crate::finding::{Words, words};
use number::{integer, number};
use reach::{email, file, person, phone, record, url};

type Shaped = Result<Json, (String, &'static str, Words)>;

/// The value as it is kept, or the place inside it, a code and words. Lists and groups of fields are not looked into.
pub(super) fn shape(kind: &FieldKind, json: &Json, currency: Currency) -> Shaped {
    match kind {
        FieldKind::Text | FieldKind::Department => text(json, 1_000, false),
        FieldKind::LongText => text(json, 100_000, true),
        FieldKind::Number | FieldKind::Percent => number(json),
        FieldKind::Integer => integer(json),
        FieldKind::Money { currencies } => money(json, currencies, currency),
        FieldKind::Date => match date(json) {
            Some(_) => Ok(json.clone()),
            None => wrong(words!(
                "A date is written like \"2026-03-02\".",
                "日期写作 \"2026-03-02\"。"
            )),
        },
        FieldKind::DateTime => match json.as_str().map(str::parse::<Instant>) {
            Some(Ok(at)) => Ok(json!(at.to_string())),
            _ => wrong(words!(
                "An instant is written like \"2026-03-02T09:00:00Z\".",
                "时刻写作 \"2026-03-02T09:00:00Z\"。"
            )),
        },
        FieldKind::DateRange => date_range(json),
        FieldKind::Choice { options } => choice(json, options, ""),
        FieldKind::Choices { options } => choices(json, options),
        FieldKind::YesNo => match json {
            Json::Bool(_) => Ok(json.clone()),
            _ => wrong(words!("Say true or false.", "请填 true 或 false。")),
        },
        FieldKind::Person => person(json, ""),
        FieldKind::People => each(json, "people", "人员", person),
        FieldKind::Record { of } => record(json, *of),
        FieldKind::File { accept } => each(json, "file ids", "文件编号", |item, at| {
            file(item, accept, at)
        }),
        FieldKind::Email => email(json),
        FieldKind::Phone => phone(json),
        FieldKind::Url => url(json),
        FieldKind::List { .. } | FieldKind::Group { .. } => Ok(json.clone()),
        FieldKind::Computed { .. } => wrong(words!(
            "This field is computed; leave it out.",
            "此字段自动计算，请勿填写。"
        )),
    }
}

fn wrong(message: Words) -> Shaped {
    Err((String::new(), "invalid_value", message))
}

fn text(json: &Json, most: usize, lines: bool) -> Shaped {
    let Some(text) = json.as_str() else {
        return wrong(words!("A text is wanted.", "应为文本。"));
    };
    if text.chars().count() > most {
        return Err((
            String::new(),
            "too_long",
            words!("At most {most} characters.", "最多 {most} 个字符。"),
        ));
    }
    let allowed = |letter: char| !letter.is_control() || (lines && matches!(letter, '\n' | '\r' | '\t'));
    if !text.chars().all(allowed) {
        return wrong(words!(
            "The text holds a character that cannot be shown.",
            "文本含有不可显示的字符。"
        ));
    }
    Ok(json.clone())
}

fn money(json: &Json, currencies: &[Currency], tenant: Currency) -> Shaped {
    let shape = || {
        words!(
            "Money is written {{\"amount\": \"1800.00\", \"currency\": \"{tenant}\"}}.",
            "金额写作 {{\"amount\": \"1800.00\", \"currency\": \"{tenant}\"}}。"
        )
    };
    let Some(map) = json.as_object() else {
        return wrong(shape());
    };
    if let Some(other) = map
        .keys()
        .find(|key| !matches!(key.as_str(), "amount" | "currency"))
    {
        return Err((format!("/{other}"), "unknown_field", shape()));
    }
    let Some(amount) = map.get("amount").and_then(Json::as_str) else {
        return Err((
            "/amount".to_owned(),
            "invalid_value",
            words!(
                "The amount is a text of digits, like \"1800.00\".",
                "金额是数字文本，如 \"1800.00\"。"
            ),
        ));
    };
    let named = currency_of(map.get("currency"), currencies, tenant)?;
    match Money::parse(amount, named) {
        Ok(money) => Ok(json!({"amount": money.amount(), "currency": named})),
        Err(error) => Err(("/amount".to_owned(), "invalid_amount", amount_fault(&error))),
    }
}

/// The currency that is named, or meant where none is; one that the field takes.
fn currency_of(
    written: Option<&Json>,
    currencies: &[Currency],
    tenant: Currency,
) -> Result<Currency, (String, &'static str, Words)> {
    let named = match written {
        None | Some(Json::Null) => currencies.first().copied().unwrap_or(tenant),
        Some(code) => match code.as_str().map(str::parse::<Currency>) {
            Some(Ok(currency)) => currency,
            _ => {
                return Err((
                    "/currency".to_owned(),
                    "unknown_currency",
                    words!(
                        "This is not the code of a currency, like {tenant}.",
                        "这不是货币代码，如 {tenant}。"
                    ),
                ));
            }
        },
    };
    let allowed: Vec<Currency> = if currencies.is_empty() {
        vec![tenant]
    } else {
        currencies.to_vec()
    };
    if !allowed.contains(&named) {
        let all = allowed
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        return Err((
            "/currency".to_owned(),
            "other_currency",
            words!(
                "{named} is not taken here, only {all}.",
                "此处不接受 {named}，只接受 {all}。"
            ),
        ));
    }
    Ok(named)
}

fn amount_fault(error: &MoneyError) -> Words {
    let zh = match error {
        MoneyError::TooFine {
            currency,
            scale,
            given,
        } => {
            format!("{currency} 有 {scale} 位小数，而不是 {given} 位")
        }
        MoneyError::TooLarge => "金额过大".to_owned(),
        _ => "金额写作数字和小数点，如 \"1800.00\"".to_owned(),
    };
    let en = crate::read::capital(&error.to_string());
    Words::new(format!("{en}."), format!("{zh}。"))
}

fn date_range(json: &Json) -> Shaped {
    let shape = || {
        words!(
            "A range is written {{\"start\": \"2026-03-02\", \"end\": \"2026-03-06\"}}; \"start_half\" and \"end_half\" may be true.",
            "日期范围写作 {{\"start\": \"2026-03-02\", \"end\": \"2026-03-06\"}}；\"start_half\"、\"end_half\" 可为 true。"
        )
    };
    let Some(map) = json.as_object() else {
        return wrong(shape());
    };
    for (key, value) in map {
        let fits = match key.as_str() {
            "start" | "end" => date(value).is_some(),
            "start_half" | "end_half" => value.is_boolean(),
            _ => false,
        };
        if !fits {
            return Err((format!("/{key}"), "invalid_value", shape()));
        }
    }
    let Some(range) = range(json) else {
        return wrong(shape());
    };
    if range.end < range.start {
        return Err((
            "/end".to_owned(),
            "invalid_value",
            words!("The end is before the start.", "结束日期早于开始日期。"),
        ));
    }
    if (range.end - range.start).num_days() > 3_660 {
        return Err((
            "/end".to_owned(),
            "invalid_value",
            words!("The range is longer than ten years.", "日期范围超过十年。"),
        ));
    }
    if range.start == range.end && range.start_half && range.end_half {
        return Err((
            "/end_half".to_owned(),
            "invalid_value",
            words!(
                "Of one day only one half can be left out.",
                "同一天只能去掉一个半天。"
            ),
        ));
    }
    Ok(json.clone())
}

type Options = [(String, Option<countersign_kernel::text::Text>)];

fn choice(json: &Json, options: &Options, at: &str) -> Shaped {
    let names = options.iter().map(|(name, _)| name.as_str());
    match json.as_str() {
        Some(text) if names.clone().any(|name| name == text) => Ok(json.clone()),
        written => {
            let all = names.clone().collect::<Vec<_>>().join(", ");
            let near = written.and_then(|text| nearest(text, names));
            let message = match near {
                Some(near) => words!(
                    "Did you mean \"{near}\"? The options are {all}.",
                    "是否想写 \"{near}\"？选项有 {all}。"
                ),
                None => words!("The options are {all}.", "选项有 {all}。"),
            };
            Err((at.to_owned(), "unknown_option", message))
        }
    }
}

fn choices(json: &Json, options: &Options) -> Shaped {
    let shaped = each(json, "options", "选项", |item, at| choice(item, options, at))?;
    let items = shaped.as_array().cloned().unwrap_or_default();
    for (place, item) in items.iter().enumerate() {
        if items.iter().take(place).any(|before| before == item) {
            return Err((
                format!("/{place}"),
                "repeated",
                words!("This option is chosen twice.", "该选项重复。"),
            ));
        }
    }
    Ok(shaped)
}

fn each(json: &Json, what: &str, zh: &str, one: impl Fn(&Json, &str) -> Shaped) -> Shaped {
    let Some(items) = json.as_array() else {
        return Err((
            String::new(),
            "invalid_value",
            Words::new(format!("A list of {what} is wanted."), format!("应为{zh}列表。")),
        ));
    };
    if items.len() > 10_000 {
        return Err((
            String::new(),
            "too_many",
            words!("At most 10,000 items.", "最多 10,000 项。"),
        ));
    }
    let shaped: Result<Vec<Json>, _> = items
        .iter()
        .enumerate()
        .map(|(place, item)| one(item, &format!("/{place}")))
        .collect();
    shaped.map(Json::Array)
}
