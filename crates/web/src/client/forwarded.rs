//! The header `Forwarded` (RFC 7239): `for=192.0.2.7;proto=https, for="[2001:db8::7]:4711"`.

use std::borrow::Cow;

use super::{Hops, Malformed, node};

/// The `for` of each element of a line.
pub(super) fn hops(line: &str) -> Result<Hops, Malformed> {
    split(line, ',')?
        .into_iter()
        .map(|element| Ok(named_for(element)?.as_deref().and_then(node)))
        .collect()
}

/// Whom an element names, if it names anybody.
fn named_for(element: &str) -> Result<Option<Cow<'_, str>>, Malformed> {
    let mut found = None;
    for pair in split(element, ';')?.into_iter().map(str::trim) {
        if pair.is_empty() {
            continue;
        }
        let (name, value) = pair.split_once('=').ok_or(Malformed)?;
        let value = value_of(value).ok_or(Malformed)?;
        let twice = name.eq_ignore_ascii_case("for") && found.replace(value).is_some();
        if twice || !is_token(name) {
            return Err(Malformed);
        }
    }
    Ok(found)
}

/// A token, or what a quoted string holds.
fn value_of(text: &str) -> Option<Cow<'_, str>> {
    let Some(quoted) = text.strip_prefix('"') else {
        return is_token(text).then_some(Cow::Borrowed(text));
    };
    let mut held = String::new();
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return letters.as_str().is_empty().then_some(Cow::Owned(held)),
            '\\' => held.push(letters.next()?),
            other => held.push(other),
        }
    }
    None
}

/// RFC 9110, 5.6.2.
fn is_token(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(letter)
}

/// The parts between separators that stand in no quoted string. Such a string must end.
fn split(text: &str, separator: char) -> Result<Vec<&str>, Malformed> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text.split(|letter| {
        if escaped {
            escaped = false;
        } else if quoted && letter == '\\' {
            escaped = true;
        } else if letter == '"' {
            quoted = !quoted;
        } else {
            return letter == separator && !quoted;
        }
        false
    });
    let parts = parts.collect();
    if quoted { Err(Malformed) } else { Ok(parts) }
}
