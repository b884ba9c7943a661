//! How texts that people write are compared: equal by a key, ordered as people order them.
//!
//! Both are kept beside the texts, in columns that both databases compare by bytes. A version of the crates below that
//! makes another key of a text comes with a migration that writes the kept keys anew: a test holds what they are.

use std::convert::Infallible;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_collator::CollatorBorrowed;
use icu_collator::options::CollatorOptions;
use icu_normalizer::{ComposingNormalizer, ComposingNormalizerBorrowed};
use icu_properties::props::DefaultIgnorableCodePoint;
use icu_properties::{CodePointSetData, CodePointSetDataBorrowed};

const CASES: CaseMapperBorrowed<'static> = CaseMapper::new();
const COMPOSED: ComposingNormalizerBorrowed<'static> = ComposingNormalizer::new_nfkc();
const INVISIBLE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<DefaultIgnorableCodePoint>();

/// The root order of CLDR: every script has its place, accents stand beside their letters, small letters before
/// capitals.
const ORDER: CollatorBorrowed<'static> = CollatorBorrowed::new_root(CollatorOptions::default());

/// Where the keys of indexes end: PostgreSQL indexes 2,704 bytes of a row. What differs later counts as equal.
const INDEXED_BYTES: usize = 2_048;

/// What is the same of two spellings of a text: `NFKC_Casefold` of Unicode, without blanks around it. Letters are the
/// same in either case, composed or not, wide or narrow; what cannot be seen does not count. Accents do.
pub fn key(text: &str) -> String {
    part_key(text).trim().to_owned()
}

/// The key of what is looked for inside a text: its blanks count, for it may begin or end between two words.
pub fn part_key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let folded = CASES.fold_string(&COMPOSED.normalize(text)).into_owned();
    let visible: String = folded
        .chars()
        .filter(|letter| !INVISIBLE.contains(*letter))
        .collect();
    // What folding leaves may compose again, and fold once more.
    let composed = COMPOSED.normalize(&visible).into_owned();
    COMPOSED.normalize(&CASES.fold_string(&composed)).into_owned()
}

/// The key of what a text shall start with: a kept key starts with no blank.
pub fn start_key(text: &str) -> String {
    part_key(text).trim_start().to_owned()
}

/// Whether a text contains another, in whatever spelling.
pub fn contains(whole: &str, part: &str) -> bool {
    key(whole).contains(&part_key(part))
}

/// Whether a text starts with another, in whatever spelling.
pub fn starts_with(whole: &str, start: &str) -> bool {
    key(whole).starts_with(&start_key(start))
}

/// The key of a text, short enough for an index. A ligature may fold to 18 letters.
pub fn index_key(text: &str) -> String {
    let mut key = key(text);
    key.truncate(key.floor_char_boundary(INDEXED_BYTES));
    key
}

/// Whether two texts are the same but for case, form and what cannot be seen.
pub fn same(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.trim().eq_ignore_ascii_case(other.trim());
    }
    key(one) == key(other)
}

/// Bytes in the order of the texts.
pub fn sort_key(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let Ok(()): Result<(), Infallible> = ORDER.write_sort_key_to(text.trim(), &mut bytes);
    bytes.truncate(INDEXED_BYTES);
    bytes
}

#[cfg(test)]
mod tests {
    use super::{contains, index_key, key, same, sort_key, starts_with};
    use proptest::prelude::*;

    #[test]
    fn spellings_of_a_text_have_one_key() {
        for spellings in [
            &[
                "Österreichische Bahn",
                "ÖSTERREICHISCHE BAHN",
                "O\u{308}sterreichische Bahn",
            ][..],
            &["ООО Ромашка", "ооо РОМАШКА"],
            &["Αθήνας", "ΑΘΉΝΑΣ", "αθήνασ"],
            &["Łódź", "ŁÓDŹ", " łódź\u{a0}"],
            &["Straße", "STRASSE", "strasse"],
            &["ＡＣＭＥ　１", "acme 1"],
            &[
                "Acme",
                "Ac\u{200b}me",
                "\u{feff}Acme\u{200d}",
                "Ac\u{ad}me",
                "\tacme\n",
            ],
            &["①", "1"],
            &["ﬁn", "FIN"],
        ] {
            let keys: std::collections::BTreeSet<_> = spellings.iter().map(|one| key(one)).collect();
            assert_eq!(keys.len(), 1, "{spellings:?} {keys:?}");
        }
        for (one, other) in [
            ("Muller", "Müller"),
            ("a b", "ab"),
            ("l", "ł"),
            ("東京", "东京"),
            ("", "x"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
        assert_eq!(key(" \u{200b} "), "");
    }

    #[test]
    fn blanks_of_a_part_count() {
        assert!(contains("Acme d ", " D"));
        assert!(contains("Łódź Nord", "ź n"));
        assert!(!contains("Acmed", " d"));
        assert!(!contains("d Acme", " d"));
        assert!(!contains("Łódź-d", " ź"));
        assert!(starts_with(" Acme d", "acme "));
        assert!(starts_with(" Acme d", " acme "));
        assert!(!starts_with("Acmed", "acme "));
    }

    #[test]
    fn names_stand_where_people_look_for_them() {
        let sorted = [
            "",
            "3M",
            "Äbte",
            "abtei",
            "Abtei",
            "Ábtei",
            "Abtey",
            "zebra",
            "Zebra",
            "Ζήτα",
            "Ромашка",
            "東京",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, sorted);
        assert_eq!(sort_key(" Acme "), sort_key("Acme"));
        assert_eq!(index_key("ACME"), key("acme"));
        assert!(index_key(&format!("a{}", "ﷺ".repeat(200))).len() <= 2_048);
        assert!(sort_key(&"東".repeat(2_000)).len() <= 2_048);
    }

    /// If this fails, kept keys are not what would be written now: it takes a migration that writes them anew.
    #[test]
    fn kept_keys_are_what_is_written() {
        let kept = [
            93, 71, 51, 4, 10, 146, 4, 24, 4, 97, 86, 3, 67, 6, 4, 250, 53, 74, 250, 3, 92, 1, 67, 150, 15,
            1, 220, 190, 216, 9,
        ];
        assert_eq!(sort_key("Zoë & 3 Ωm, 東京"), kept);
        assert_eq!(key("Zoë & 3 Ωm, 東京 ㌀"), "zoë & 3 ωm, 東京 アパート");
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in any::<String>()) {
            let once = key(&text);
            prop_assert_eq!(&key(&once), &once);
        }

        #[test]
        fn letters_keep_their_key(letter in any::<char>()) {
            let once = key(&letter.to_string());
            prop_assert_eq!(key(&once), once);
        }
    }
}
