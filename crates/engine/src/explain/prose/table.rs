//! A table as sentences.

use countersign_kernel::text::Locale;

use crate::definition::{Column, Otherwise, Table, TakeRows};

pub(in crate::explain) fn table(table: &Table, locale: Locale) -> String {
    let named = |columns: &[Column]| {
        let names: Vec<String> = columns
            .iter()
            .map(|column| crate::step::words(&column.name))
            .collect();
        names.join(locale.pick(", ", "、"))
    };
    let (given, gives) = (named(&table.signature.given), named(&table.signature.gives));
    let rows = table.rows.len();
    let mut lines = vec![locale.pick(
        format!("{rows} rows give {gives} for {given}."),
        format!("{rows} 行，由{given}得出{gives}。"),
    )];
    let take = match table.take {
        TakeRows::First => ("The first row that holds counts.", "取第一个成立的行。"),
        TakeRows::Only => ("No two rows hold at once.", "不会有两行同时成立。"),
        TakeRows::All => ("Every row that holds counts.", "取所有成立的行。"),
    };
    lines.push(locale.pick(take.0, take.1).to_owned());
    lines.push(match &table.otherwise {
        Some(Otherwise::Gives(values)) => {
            let shown: Vec<String> = values.iter().map(ToString::to_string).collect();
            let shown = shown.join(", ");
            locale.pick(format!("Otherwise: {shown}."), format!("否则：{shown}。"))
        }
        Some(Otherwise::Nothing) => locale.pick("Otherwise nothing.", "否则为空。").to_owned(),
        None => locale
            .pick("Every combination has a row.", "每种组合都有对应的行。")
            .to_owned(),
    });
    lines.join("\n") + "\n"
}
