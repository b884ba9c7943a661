//! What a cell says: numbers, dates, countries, addresses of the web. Where it could say two things, both are told.

use chrono::NaiveDate;

use super::words::{DateOrder, DecimalMark};

/// Both readings of something written, as far as it can be read so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readings<X> {
    pub one: Option<X>,
    pub other: Option<X>,
}

impl<X: PartialEq> Readings<X> {
    pub fn is_ambiguous(&self) -> bool {
        self.one.is_some() && self.other.is_some() && self.one != self.other
    }
}

/// A number as digits with a point, read with a decimal point, and with a decimal comma.
pub fn number(text: &str) -> Readings<String> {
    let plain: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '\'' | '’' | '\u{a0}' | '\u{202f}'))
        .collect();
    let plain = plain.trim_matches(|letter: char| letter.is_alphabetic() || "€$£¥₹%".contains(letter));
    Readings {
        one: digits(plain, ',', '.'),
        other: digits(plain, '.', ','),
    }
}

/// Digits in groups of three, and a mark before what is no whole.
fn digits(text: &str, group: char, mark: char) -> Option<String> {
    let (sign, rest) = match text.strip_prefix('-').or_else(|| text.strip_prefix('−')) {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, part) = match rest.split_once(mark) {
        Some((_, "")) => return None,
        Some((whole, part)) => (whole, Some(part)),
        None => (rest, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(group);
    let first = groups.next().filter(|first| all_digits(first))?;
    let mut joined = first.to_owned();
    for more in groups {
        if first.len() > 3 || more.len() != 3 || !all_digits(more) {
            return None;
        }
        joined.push_str(more);
    }
    match part {
        Some(part) if all_digits(part) => Some(format!("{sign}{joined}.{part}")),
        Some(_) => None,
        None => Some(format!("{sign}{joined}")),
    }
}

/// A number, by the mark that its column has.
pub fn decimal(text: &str, mark: Option<DecimalMark>) -> Option<String> {
    let Readings { one, other } = number(text);
    match mark {
        Some(DecimalMark::Point) => one,
        Some(DecimalMark::Comma) => other,
        None => one.or(other),
    }
}

/// A date with the day before the month, and with the month before the day; alike where the year stands first. A time of day
/// behind it is passed over.
pub fn dates(text: &str) -> Readings<NaiveDate> {
    let none = Readings {
        one: None,
        other: None,
    };
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let day = day.replace(['年', '月'], "-").replace('日', "");
    let parts: Vec<&str> = day.trim_end_matches(['.', '-']).split(['-', '/', '.']).collect();
    let [first, second, third] = parts.as_slice() else {
        return none;
    };
    let number = |text: &str| {
        let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| plain)
    };
    let (Some(a), Some(b), Some(c)) = (number(first), number(second), number(third)) else {
        return none;
    };
    let date = |year: u32, month, day| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
    if first.len() == 4 {
        let date = date(a, b, c);
        return Readings {
            one: date,
            other: date,
        };
    }
    // A year of two digits says no century.
    if third.len() != 4 {
        return none;
    }
    Readings {
        one: date(c, b, a),
        other: date(c, a, b),
    }
}

/// A date, by the order that its column has.
pub fn date(text: &str, order: Option<DateOrder>) -> Option<NaiveDate> {
    let Readings { one, other } = dates(text);
    match order {
        Some(DateOrder::DayMonthYear) => one,
        Some(DateOrder::MonthDayYear) => other,
        None => one.or(other),
    }
}

/// `acme.example` of `https://www.acme.example/home`.
pub fn domain(text: &str) -> String {
    let lower = text.to_lowercase();
    let bare = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    let end = bare.find(['/', '?', '#', ':']).unwrap_or(bare.len());
    bare.get(..end).unwrap_or(bare).to_owned()
}

/// `trade_fair` of `Trade fair`.
pub fn word(text: &str) -> String {
    let lower = text.to_lowercase();
    let parts = lower.split(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '.' | '&' | ','));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join("_")
}

/// The two letters of a country that is written as these or in words.
pub fn country(text: &str) -> String {
    let key = countersign_kernel::text::key(text);
    let lines = include_str!("countries.txt").lines();
    let named = lines.filter_map(|line| line.split_once(' ')).find(|(_, names)| {
        let mut names = names.split('|');
        names.any(|name| countersign_kernel::text::key(name) == key)
    });
    named.map_or_else(|| text.to_uppercase(), |(code, _)| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_reading_or_two() {
        let both = |text| {
            let Readings { one, other } = number(text);
            (one.unwrap_or_default(), other.unwrap_or_default())
        };
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(both("1054"), pair("1054", "1054"));
        assert_eq!(both("1.234"), pair("1.234", "1234"));
        assert_eq!(both("1,234"), pair("1234", "1.234"));
        assert_eq!(both("1,234.50"), pair("1234.50", ""));
        assert_eq!(both("€ 1.234,50"), pair("", "1234.50"));
        assert_eq!(both("1'234.50 CHF"), pair("1234.50", ""));
        assert_eq!(both("-12,5"), pair("", "-12.5"));
        assert_eq!(both("12.50"), pair("12.50", ""));
        for wrong in ["", "abc", "1.2.3", "1,23,4", "12.", "1234,567.8,9"] {
            assert_eq!(both(wrong), pair("", ""), "{wrong}");
        }
        assert!(number("1.234").is_ambiguous() && !number("1234").is_ambiguous());
    }

    #[test]
    fn dates_have_one_reading_or_two() {
        let of = |text| dates(text);
        assert!(of("03/04/2026").is_ambiguous());
        for sure in [
            "2026-04-03",
            "2026/4/3",
            "2026-04-03T10:00:00Z",
            "2026年4月3日",
            "04.04.2026",
        ] {
            assert!(of(sure).one.is_some() && !of(sure).is_ambiguous(), "{sure}");
        }
        assert_eq!((of("25.12.2026").other, of("12/25/2026").one), (None, None));
        assert_eq!(of("25.12.2026").one, of("12/25/2026").other);
        for wrong in ["", "soon", "03/04/26", "31.02.2026", "1-2", "2026-13-01"] {
            assert_eq!((of(wrong).one, of(wrong).other), (None, None), "{wrong}");
        }
    }

    #[test]
    fn what_people_write_becomes_what_fields_hold() {
        assert_eq!(domain("https://www.Acme.example/home?x"), "acme.example");
        assert_eq!(word("Trade Fair"), "trade_fair");
        for text in ["Germany", "deutschland", "德国", "de", "DE"] {
            assert_eq!(country(text), "DE");
        }
        assert_eq!(country("Atlantis"), "ATLANTIS");
    }
}
