//! What may not be a password: what is short, what many people take, what was in a breach, and what says whose it is.
//!
//! Nobody outside is asked. `common.txt` holds the words that common passwords are made of, with keys beside each other and
//! rows of digits; a password is too common if two of them cover it, however they are written (`P4ssw0rd`), with a few digits
//! and signs around. The operator may add a list of breached passwords, see [`Breached`].

use std::collections::HashSet;
use std::sync::LazyLock;

use countersign_kernel::text::Words;

use super::breached::Breached;

pub const SHORTEST: usize = 12;
pub const LONGEST: usize = 200;
/// So many common words may not cover a password: three or more make a sentence.
const WORDS: usize = 2;
/// So many digits and signs around them add nothing: `2026!!`.
const DECORATION: usize = 8;
const DIFFERENT: usize = 5;
/// Shorter words are in too many others; Chinese names have two letters.
const WORD_SHORTEST: usize = 3;
const NAME_SHORTEST: usize = 2;
const WORD_LONGEST: usize = 32;

static COMMON: LazyLock<HashSet<String>> =
    LazyLock::new(|| include_str!("common.txt").lines().map(folded).collect());

/// What keeps a text from being the password of somebody about whom these texts say something (name, address, company), as
/// a code and a sentence.
pub fn fault(password: &str, about: &[&str], breached: &Breached) -> Option<(&'static str, Words)> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(too_short());
    }
    if length > LONGEST {
        return Some(too_long());
    }
    if repeats(password) || covered(password, &HashSet::new()) {
        return Some(too_common());
    }
    if breached.holds(password) {
        return Some(in_a_breach());
    }
    let own: HashSet<String> = about.iter().flat_map(|text| names_in(text)).collect();
    covered(password, &own).then(about_you)
}

/// The words of a name, an address or a company.
fn names_in(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.map(folded).filter(|word| {
        let length = word.chars().count();
        length >= WORD_SHORTEST || (length >= NAME_SHORTEST && !word.is_ascii())
    })
}

/// Whether the password is some part again and again, too short for itself, or made of a handful of letters.
fn repeats(password: &str) -> bool {
    let letters: Vec<char> = password.chars().collect();
    let different: HashSet<&char> = letters.iter().collect();
    let period = (1..letters.len()).find(|period| {
        letters
            .iter()
            .skip(*period)
            .eq(letters.iter().take(letters.len() - period))
    });
    different.len() < DIFFERENT
        || period.is_some_and(|period| period < SHORTEST && period * 2 <= letters.len())
}

/// How far a password is covered, and with what.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Place {
    at: usize,
    words: usize,
    decoration: usize,
}

/// Whether words cover all of a password but a few digits and signs: any number of one's own, and [`WORDS`] common ones.
fn covered(password: &str, own: &HashSet<String>) -> bool {
    let letters: Vec<(char, bool)> = password
        .chars()
        .map(|letter| (fold(letter), letter.is_alphabetic()))
        .collect();
    let (mut open, mut seen) = (vec![Place::default()], HashSet::new());
    while let Some(place) = open.pop() {
        let rest = letters.get(place.at..).unwrap_or_default();
        let Some((_, in_word)) = rest.first() else {
            return true;
        };
        if !seen.insert(place) {
            continue;
        }
        if !in_word && place.decoration < DECORATION {
            let (at, decoration) = (place.at + 1, place.decoration + 1);
            open.push(Place {
                at,
                decoration,
                ..place
            });
        }
        let mut word = String::new();
        for (at, (letter, _)) in (place.at + 1..).zip(rest.iter().take(WORD_LONGEST)) {
            word.push(*letter);
            if own.contains(&word) {
                open.push(Place { at, ..place });
            } else if place.words < WORDS && COMMON.contains(&word) {
                let words = place.words + 1;
                open.push(Place { at, words, ..place });
            }
        }
    }
    false
}

fn folded(word: &str) -> String {
    word.chars().map(fold).collect()
}

/// One for all the ways in which a letter is written. What looks like two letters is one of them everywhere.
fn fold(letter: char) -> char {
    match letter.to_lowercase().next().unwrap_or(letter) {
        '0' | 'ö' | 'ó' => 'o',
        '1' | '!' | '|' | 'l' | 'í' => 'i',
        '2' => 'z',
        '3' | '€' | 'é' | 'è' => 'e',
        '4' | '@' | 'ä' | 'á' | 'à' => 'a',
        '5' | '$' | 'ß' => 's',
        '6' | '9' => 'g',
        '7' | '+' => 't',
        '8' => 'b',
        'ü' | 'ú' => 'u',
        other => other,
    }
}

fn too_short() -> (&'static str, Words) {
    let (en, zh) = (
        format!("A password has at least {SHORTEST} characters."),
        format!("密码至少需要 {SHORTEST} 个字符。"),
    );
    ("too_short", Words::new(en, zh))
}

fn too_long() -> (&'static str, Words) {
    let (en, zh) = (
        format!("A password has at most {LONGEST} characters."),
        format!("密码最多 {LONGEST} 个字符。"),
    );
    ("too_long", Words::new(en, zh))
}

fn too_common() -> (&'static str, Words) {
    let words = Words::fixed(
        "Too many people take passwords like this one: put three or more words together that nobody would guess.",
        "此类密码过于常见：请使用三个以上他人难以猜到的词语组合。",
    );
    ("too_common", words)
}

fn in_a_breach() -> (&'static str, Words) {
    let words = Words::fixed(
        "This password was in a breach: take one that you use nowhere else.",
        "此密码曾在数据泄露中出现：请使用未在别处使用过的密码。",
    );
    ("breached", words)
}

fn about_you() -> (&'static str, Words) {
    let words = Words::fixed(
        "Take a password that is not made of your name, your e-mail address or your company.",
        "密码不能由您的姓名、邮箱或公司名称组成。",
    );
    ("about_you", words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> &'static str {
        let about = ["Ann Ames", "ann.ames@acme.example", "Acme GmbH", "acme", "王小明"];
        let fault = fault(password, &about, &Breached::default());
        fault.map_or("", |(code, _)| code)
    }

    #[test]
    fn common_words_with_digits_and_signs_are_no_password_however_they_are_written() {
        for password in [
            "Password2024!",
            "P@ssw0rd2026!!",
            "passwordpassword",
            "Summer-Winter-2026",
            "qwertyuiop123",
            "1q2w3e4r5t6y",
            "123456789012",
            "Passwort1234!",
            "Willkommen2026",
            "Schätzilein1!",
            "woaini5201314",
            "iloveyou123456",
            "Michael19871224",
            "adminadmin123",
            "letmein_letmein",
            "correcthorsebatterystaple",
        ] {
            assert_eq!(code(password), "too_common", "{password}");
        }
    }

    #[test]
    fn a_part_again_and_again_counts_once() {
        for password in [
            "xkqvxkqvxkqv",
            "aaaaaaaaaaaaaaaa",
            "ababacababad",
            "kz7#kz7#kz7#kz",
            "tr0mb0ntr0mb0n",
        ] {
            assert_eq!(code(password), "too_common", "{password}");
        }
    }

    #[test]
    fn nobody_is_their_own_password() {
        for password in [
            "ann.ames@acme.example",
            "AnnAmes@Acme1",
            "acme-acme-GmbH",
            "Ames4ever!2026",
            "王小明王小明acme2026",
        ] {
            let judged = code(password);
            assert!(
                ["about_you", "too_common"].contains(&judged),
                "{password}: {judged:?}"
            );
        }
    }

    #[test]
    fn what_nobody_would_guess_passes() {
        for password in [
            "correct horse battery",
            "countersign-demo",
            "dunkel zwiebel parkett",
            "summer of my trombone",
            "v8Kq!r2zLw#p",
            "Ann loves trombones",
            "亮着灯的小船在雨里慢慢走",
        ] {
            assert_eq!(code(password), "", "{password}");
        }
        assert_eq!(
            (code("v8Kq!r2zLw#"), code(&"ab cd ef gh ij ".repeat(14))),
            ("too_short", "too_long")
        );
    }

    #[test]
    fn the_list_is_in_order_and_has_no_short_words() {
        let lines: Vec<&str> = include_str!("common.txt").lines().collect();
        assert!(lines.len() > 1_000 && lines.is_sorted());
        for (word, next) in lines.iter().zip(lines.iter().skip(1)) {
            assert!(
                word != next && (WORD_SHORTEST..=WORD_LONGEST).contains(&word.len()),
                "{word}"
            );
            assert_eq!(*word, word.to_lowercase());
        }
    }
}
