//! How a field of an event is compared with something of a request.

use countersign_kernel::text;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Letters of a key.
const LETTERS: usize = 200;

/// What two values that are the same have in common, however they are written: texts as everywhere (without regard to case), numbers by
/// what they come to, and a number like the text that it is, since other systems write either. None for what is no single value.
pub fn event_key(value: &Json) -> Option<String> {
    let key = match value {
        Json::Bool(yes) => yes.to_string(),
        Json::Number(number) => number_key(&number.to_string()),
        Json::String(written) => number_key(&text::key(written)),
        Json::Null | Json::Array(_) | Json::Object(_) => return None,
    };
    Some(key.chars().take(LETTERS).collect()).filter(|key: &String| !key.is_empty())
}

/// A number without what does not count: `10.50` is `10.5`. Codes with leading zeros are no numbers.
fn number_key(written: &str) -> String {
    let is_code = written.len() > 1 && written.starts_with('0') && !written.starts_with("0.");
    match written.parse::<Decimal>() {
        Ok(number) if !is_code => number.normalize().to_string(),
        _ => written.to_owned(),
    }
}

/// The value at a path of an object: `deal.id`.
pub fn event_field<'j>(event: &'j Json, path: &str) -> Option<&'j Json> {
    path.split('.').try_fold(event, |value, name| value.get(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{event_field, event_key};

    #[test]
    fn the_same_value_has_the_same_key_however_it_is_written() {
        for (one, other) in [
            (json!("INV-7"), json!(" inv-7")),
            (json!(7), json!("7")),
            (json!(10.50), json!("10.5")),
            (json!(true), json!("true")),
        ] {
            assert_eq!(event_key(&one), event_key(&other), "{one} {other}");
            assert!(event_key(&one).is_some());
        }
        assert_ne!(event_key(&json!("007")), event_key(&json!(7)));
        for nothing in [json!(null), json!(""), json!("  "), json!([1]), json!({"a": 1})] {
            assert_eq!(event_key(&nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_field_is_found_by_its_path() {
        let event = json!({"deal": {"id": "deal_1"}, "request": "r"});
        assert_eq!(event_field(&event, "deal.id"), Some(&json!("deal_1")));
        assert_eq!(event_field(&event, "request"), Some(&json!("r")));
        assert_eq!(event_field(&event, "request.id"), None);
    }
}
