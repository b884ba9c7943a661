#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;
use countersign_kernel::text::{bare, harmless};

/// Rows with their lines.
type Lines = Vec<(u64, Vec<String>)>;

fn cells(text: &str) -> (Format, Vec<String>, Lines) {
    let sheet = read(text.as_bytes(), None).unwrap();
    let rows = sheet.rows.iter().map(|row| {
        let cells = (0..sheet.headers.len()).map(|column| row.cell(column).to_owned());
        (row.line, cells.collect())
    });
    (sheet.format, sheet.headers.clone(), rows.collect())
}

fn code(bytes: &[u8]) -> String {
    read(bytes, None).unwrap_err().code.into_owned()
}

#[test]
fn delimiters_quotes_blank_lines_and_line_numbers_are_as_spreadsheets_write_them() {
    for (delimiter, text) in [
        (
            ',',
            "\u{feff}Name,Note\r\n\"Acme, \"\"Inc\"\"\",\"two\r\nlines\"\r\n\r\nBolt,x\r\n",
        ),
        (';', "Name;Note\n\"Acme, \"\"Inc\"\"\";\"two\r\nlines\"\n\nBolt;x"),
        (
            '\t',
            "Name\tNote\n\"Acme, \"\"Inc\"\"\"\t\"two\r\nlines\"\n\nBolt\tx\n",
        ),
    ] {
        let (format, headers, rows) = cells(text);
        assert_eq!(format, Format::Csv(delimiter));
        assert_eq!(headers, ["Name", "Note"]);
        assert_eq!(
            rows[0],
            (2, vec!["Acme, \"Inc\"".to_owned(), "two\r\nlines".to_owned()])
        );
        assert_eq!(rows[1], (5, vec!["Bolt".to_owned(), "x".to_owned()]));
    }
    let (format, _, rows) = cells("sep=;\nName;Note\nA;B\n");
    assert_eq!((format, rows[0].0), (Format::Csv(';'), 3));
}

#[test]
fn rows_that_are_none_are_told() {
    let sheet = read(b"Name,Note\nA\nA,b,c\nName,Note\nA,b,,\n", None).unwrap();
    let misread: Vec<_> = sheet.rows.iter().map(|row| row.misread).collect();
    assert_eq!(
        misread,
        [None, Some(Misread::Ragged(3)), Some(Misread::Header), None]
    );
    let sheet = read(
        b"{\"name\":\"A\",\"amount\":{\"amount\":\"1.00\"}}\nnope\n{\"x\":[1]}\n{\"name\":7}\n",
        None,
    )
    .unwrap();
    assert_eq!(sheet.headers, ["amount.amount", "name"]);
    let misread: Vec<_> = sheet.rows.iter().map(|row| row.misread).collect();
    assert_eq!(
        misread,
        [None, Some(Misread::NotAnObject), Some(Misread::Nested), None]
    );
    assert_eq!(sheet.rows[3].cell(1), "7");
}

#[test]
fn hostile_files_are_refused_in_bounded_time() {
    assert_eq!(code(b""), "no_rows");
    assert_eq!(code(b"Name\n"), "no_rows");
    assert_eq!(code(b"Name,Name\na,b\n"), "repeated_column");
    let wide: Vec<String> = (0..10_000).map(|column| format!("c{column}")).collect();
    assert_eq!(
        code(format!("{}\n1\n", wide.join(",")).as_bytes()),
        "too_many_columns"
    );
    assert_eq!(
        code(format!("Name\n\"{}\"\n", "x".repeat(10 << 20)).as_bytes()),
        "cell_too_long"
    );
    assert_eq!(
        code(format!("Name\n\"{}", "a\n".repeat(40_000)).as_bytes()),
        "cell_too_long"
    );
    assert_eq!(
        code(format!("Name\n{}", "a\n".repeat(ROWS_MAX + 1)).as_bytes()),
        "too_many_rows"
    );
    let quotes = format!("Name\n{}\n", "\"".repeat(5 << 20));
    assert!(read(quotes.as_bytes(), None).is_err());
    let objects: Vec<String> = (0..300).map(|n| format!("{{\"c{n}\":1}}\n")).collect();
    assert_eq!(code(objects.concat().as_bytes()), "too_many_columns");
}

#[test]
fn what_might_be_calculated_is_marked_and_the_mark_is_taken_away_again() {
    const LETTERS: [char; 9] = ['=', '\'', ' ', '\t', '\r', 'a', '＝', '-', '\u{a0}'];
    let mut texts = vec![String::new()];
    for _ in 0..4 {
        let longer = texts
            .iter()
            .flat_map(|text| LETTERS.map(|letter| format!("{text}{letter}")));
        texts = [String::new()].into_iter().chain(longer).collect();
    }
    assert_eq!(texts.len(), 7_381);
    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
        let harmless = harmless(text);
        assert_eq!(bare(&harmless), text);
        assert!(
            !harmless.trim_start().starts_with(['=', '-', '＝']),
            "{harmless:?}"
        );
        assert!(!harmless.starts_with(['\t', '\r']), "{harmless:?}");
    }
    // A row comes back from both forms, but for blanks around its cells; JSON has no marks.
    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["a", "b"]).unwrap();
        csv.write_record([&*harmless(text), "1"]).unwrap();
        let lines = format!("{}\n", serde_json::json!({ "a": text, "b": 1 }));
        for bytes in [csv.into_inner().unwrap(), lines.into_bytes()] {
            let sheet = read(&bytes, None).unwrap();
            assert_eq!(sheet.rows[0].cell(0).trim(), text.trim(), "{text:?}");
        }
    }
}
