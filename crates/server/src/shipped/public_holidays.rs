//! The calendars of public holidays that the binary holds, a file for each place. Nobody has one until they publish it.

use countersign_kernel::text::{Locale, Text};

macro_rules! places {
    ($($place:literal)*) => {
        &[$(($place, include_str!(concat!("../../../../workflows/public-holidays/", $place, ".yaml")))),*]
    };
}

/// By ISO 3166: a country, or a part of one.
const PLACES: &[(&str, &str)] = places! {
    "at" "au-nsw" "be" "br" "ca-on" "ch-zh" "cn" "cz" "de" "de-bb" "de-be" "de-bw" "de-by" "de-hb"
    "de-he" "de-hh" "de-mv" "de-ni" "de-nw" "de-rp" "de-sh" "de-sl" "de-sn" "de-st" "de-th" "dk"
    "es-md" "fi" "fr" "gb-eng" "gb-nir" "gb-sct" "gb-wls" "hk" "ie" "in" "it" "jp" "kr" "lu" "mx" "nl"
    "no" "nz" "pl" "pt" "se" "sg" "tw" "us" "za"
};

/// The text of a place's calendar.
pub(crate) fn calendar(place: &str) -> Option<&'static str> {
    let found = PLACES.iter().find(|(known, _)| *known == place);
    found.map(|(_, text)| *text)
}

/// The places and what they are called.
pub(crate) fn titles(locale: Locale) -> impl Iterator<Item = (&'static str, String)> {
    PLACES
        .iter()
        .map(move |(place, text)| (*place, title(text, locale).unwrap_or_default()))
}

/// These files write their title as JSON, which YAML is too.
fn title(text: &str, locale: Locale) -> Option<String> {
    let words = text.lines().find_map(|line| line.strip_prefix("title: "))?;
    let words: Text = serde_json::from_str(words).ok()?;
    Some(words.get(locale).to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use std::path::Path;

    use chrono::{Datelike as _, Weekday};
    use countersign_engine::definition::Document;
    use countersign_kernel::calendar::Calendar;
    use countersign_kernel::time::Date;

    use super::*;

    const YEARS: std::ops::RangeInclusive<i32> = 2020..=2030;

    fn read(place: &str) -> Calendar {
        let checked = countersign_engine::check(calendar(place).unwrap(), &Default::default());
        assert!(checked.findings.is_empty(), "{place}: {:?}", checked.findings);
        match checked.document {
            Some(Document::Calendar(calendar)) => *calendar,
            other => panic!("{place}: {other:?}"),
        }
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// The name of a day off, if it is one.
    fn off<'a>(calendar: &'a Calendar, day: &str) -> Option<&'a str> {
        calendar
            .holidays
            .get(&date(day))
            .map(|holiday| holiday.name.as_str())
    }

    #[test]
    fn the_binary_holds_the_places_of_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows/public-holidays");
        let mut there: Vec<String> = crate::files::yaml(&folder)
            .unwrap()
            .iter()
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        there.sort();
        let held: Vec<&str> = PLACES.iter().map(|(place, _)| *place).collect();
        assert_eq!(held, there);
    }

    #[test]
    fn every_calendar_is_sound_bears_its_place_and_knows_each_year_alone() {
        for (place, _) in PLACES {
            let calendar = read(place);
            assert_eq!(calendar.name, *place);
            assert_eq!(calendar.place, None, "{place}");
            for year in YEARS {
                let days = calendar.holidays.keys().filter(|day| day.year() == year).count();
                assert!((7..=40).contains(&days), "{place}: {days} days in {year}");
            }
            let mut all = calendar.holidays.keys().chain(&calendar.working_days);
            assert!(all.all(|day| YEARS.contains(&day.year())), "{place}");
            assert!(
                calendar
                    .working_days
                    .iter()
                    .all(|day| matches!(day.weekday(), Weekday::Sat | Weekday::Sun)),
                "{place}: only weekends are made up on"
            );
        }
        for locale in [Locale::En, Locale::ZhCn] {
            assert!(titles(locale).all(|(_, title)| !title.is_empty()));
        }
    }

    #[test]
    fn days_that_everybody_knows_are_there() {
        let easter_mondays = [
            "2020-04-13",
            "2021-04-05",
            "2022-04-18",
            "2023-04-10",
            "2024-04-01",
            "2025-04-21",
            "2026-04-06",
            "2027-03-29",
            "2028-04-17",
            "2029-04-02",
            "2030-04-22",
        ];
        for place in [
            "at", "au-nsw", "de", "de-by", "fr", "gb-eng", "hk", "ie", "it", "nl", "no", "nz", "pl", "za",
        ] {
            let calendar = read(place);
            for day in easter_mondays {
                assert!(off(&calendar, day).is_some(), "{place}: {day}");
            }
        }
        for year in YEARS {
            let day = format!("{year}-10-03");
            assert_eq!(off(&read("de-nw"), &day), Some("Tag der Deutschen Einheit"));
        }
        for (place, day, there) in [
            ("us", "2020-06-19", false),
            ("us", "2021-06-18", true), // Juneteenth is a Saturday
            ("us", "2024-06-19", true),
            ("us", "2021-12-31", true), // New Year is a Saturday
            ("gb-eng", "2022-06-02", true),
            ("gb-eng", "2022-06-03", true), // the jubilee
            ("gb-eng", "2022-05-30", false),
            ("gb-eng", "2022-09-19", true),
            ("gb-sct", "2023-05-08", true), // the coronation
            ("gb-sct", "2024-04-01", false),
            ("dk", "2023-05-05", true),
            ("dk", "2024-04-26", false), // the Great Prayer Day is no more
            ("de-be", "2020-05-08", true),
            ("de-be", "2021-03-08", true),
            ("de-by", "2025-08-15", false),
            ("pl", "2024-12-24", false),
            ("pl", "2025-12-24", true),
            ("ie", "2023-02-06", true),
            ("jp", "2021-07-23", true), // the Olympic Games
            ("jp", "2026-09-22", true), // between two holidays
            ("kr", "2024-10-01", true),
            ("hk", "2023-10-02", true),
            ("hk", "2023-10-03", false),
            ("nz", "2024-06-28", true),
            ("tw", "2025-12-25", true),
            ("mx", "2024-10-01", true),
        ] {
            assert_eq!(off(&read(place), day).is_some(), there, "{place} {day}");
        }
    }

    /// The weekdays off and the days made up for around the National Day, as the State Council announced them.
    #[test]
    fn the_golden_weeks_of_china_are_as_they_were_announced() {
        let calendar = read("cn");
        for (first, last, worked) in [
            ("2020-10-01", "2020-10-08", &["2020-09-27", "2020-10-10"][..]),
            ("2021-10-01", "2021-10-07", &["2021-09-26", "2021-10-09"]),
            ("2022-10-01", "2022-10-07", &["2022-10-08", "2022-10-09"]),
            ("2023-09-29", "2023-10-06", &["2023-10-07", "2023-10-08"]),
            ("2024-10-01", "2024-10-07", &["2024-09-29", "2024-10-12"]),
            ("2025-10-01", "2025-10-08", &["2025-09-28", "2025-10-11"]),
            ("2026-10-01", "2026-10-07", &["2026-09-20", "2026-10-10"]),
        ] {
            let (first, last) = (date(first), date(last));
            assert_eq!(calendar.halves_in(first, last), 0, "{first}");
            let around = |day: Date| (10..30).contains(&day.day()) || calendar.halves(day) == 2;
            assert!(around(first.pred_opt().unwrap()) && around(last.succ_opt().unwrap()));
            for day in worked {
                assert_eq!(calendar.halves(date(day)), 2, "{day}");
            }
        }
        // A year has as many working days as were announced: 366 less weekends and eleven days.
        assert_eq!(
            calendar.halves_in(date("2024-01-01"), date("2024-12-31")),
            2 * 251
        );
    }
}
