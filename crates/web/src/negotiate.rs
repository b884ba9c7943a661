//! What a request's headers ask for.

use countersign_kernel::id::Entropy;
use countersign_kernel::text::Locale;

use crate::world::World;

/// The caller's own id of the request, if it is harmless; else one of ours.
pub(crate) fn request_id(given: Option<&str>, world: &World) -> String {
    let harmless = |id: &&str| {
        (1..=128).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    };
    given
        .filter(harmless)
        .map_or_else(|| fresh(world.entropy.as_ref()), str::to_owned)
}

fn fresh(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 16];
    entropy.fill(&mut bytes);
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// Whether this is a W3C `traceparent`.
pub(crate) fn is_trace(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let hex = |part: &str, length: usize| {
        part.len() == length
            && part
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let something = |part: &str| part.bytes().any(|byte| byte != b'0');
    matches!(parts.as_slice(), [version, trace, span, flags]
        if *version == "00" && hex(trace, 32) && hex(span, 16) && hex(flags, 2) && something(trace) && something(span))
}

/// The items of a header with their weights, heaviest first.
fn weighted(header: &str) -> Vec<(&str, f32)> {
    let mut items: Vec<(&str, f32)> = header
        .split(',')
        .filter_map(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let name = pieces.next().filter(|name| !name.is_empty())?;
            let weight =
                pieces.find_map(|piece| piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q=")));
            Some((name, weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0))))
        })
        .collect();
    items.sort_by(|one, two| two.1.total_cmp(&one.1));
    items
}

/// The language that an `Accept-Language` asks for; English if it asks for one that we do not speak.
pub(crate) fn language(header: &str) -> Locale {
    let speaks = |tag: &str| match tag
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "zh" => Some(Locale::ZhCn),
        "en" | "*" => Some(Locale::En),
        _ => None,
    };
    weighted(header)
        .into_iter()
        .filter(|(_, weight)| *weight > 0.0)
        .find_map(|(tag, _)| speaks(tag))
        .unwrap_or_default()
}

/// Whether an `Accept` takes this media type.
pub(crate) fn accepts(header: &str, media: &str) -> bool {
    weight(header, media) > 0.0
}

/// Of these media types the one that an `Accept` likes best, the earlier of two that it likes alike; none if it takes none.
pub(crate) fn preferred<'a>(header: Option<&str>, media: &[&'a str]) -> Option<&'a str> {
    let weighed = media
        .iter()
        .map(|one| (*one, header.map_or(1.0, |header| weight(header, one))));
    let liked = weighed.filter(|(_, weight)| *weight > 0.0);
    // Of equals the last is the greatest.
    liked
        .rev()
        .max_by(|one, two| one.1.total_cmp(&two.1))
        .map(|(one, _)| one)
}

/// How much an `Accept` likes this media type: the most precise range decides.
fn weight(header: &str, media: &str) -> f32 {
    let media = media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let kind = media.split('/').next().unwrap_or_default();
    let precision = |range: &str| match range.to_ascii_lowercase().as_str() {
        "*/*" | "*" => Some(0),
        range if range.strip_suffix("/*") == Some(kind) => Some(1),
        range if range == media => Some(2),
        // Problems are JSON, and who takes one takes the other.
        "application/problem+json" if media == "application/json" => Some(2),
        _ => None,
    };
    let best = weighted(header)
        .into_iter()
        .filter_map(|(range, weight)| precision(range).map(|precise| (precise, weight)));
    best.max_by(|one, two| one.0.cmp(&two.0).then(one.1.total_cmp(&two.1)))
        .map_or(0.0, |(_, weight)| weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_is_read_by_precision_and_weight() {
        for header in [
            "*/*",
            "application/*",
            "text/html, application/json;q=0.5",
            "application/problem+json",
        ] {
            assert!(accepts(header, "application/json"), "{header}");
        }
        for header in ["application/xml", "application/json;q=0, */*", "text/*", ""] {
            assert!(!accepts(header, "application/json"), "{header}");
        }
    }

    #[test]
    fn of_several_media_types_the_one_is_sent_that_is_liked_best() {
        let all = ["text/csv", "application/jsonl"];
        let sent = |header| preferred(header, &all);
        assert_eq!(
            (sent(None), sent(Some("*/*"))),
            (Some("text/csv"), Some("text/csv"))
        );
        assert_eq!(sent(Some("application/jsonl")), Some("application/jsonl"));
        assert_eq!(
            sent(Some("text/csv;q=0.5, application/*")),
            Some("application/jsonl")
        );
        assert_eq!(sent(Some("application/json")), None);
    }

    #[test]
    fn languages_and_traces() {
        assert_eq!(language("zh-CN"), Locale::ZhCn);
        assert_eq!(language("fr, en;q=0.3, zh;q=0.8"), Locale::ZhCn);
        assert_eq!(language("xx"), Locale::En);
        assert!(is_trace(
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        ));
        assert!(!is_trace("00-00000000000000000000000000000000-00f067aa0ba902b7-01") && !is_trace("x"));
    }
}
