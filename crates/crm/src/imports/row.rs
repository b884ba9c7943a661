//! A row as what it says of a record: cells read as their fields, with everything that is wrong with them.

use std::collections::HashMap;

use chrono::NaiveDate;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::UserId;
use countersign_kernel::money::{Currency, Money};
use countersign_kernel::text::{self, Words, nearest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::fields::Holds;
use super::plan::{Column, Plan, own_key};
use super::sheet::Row;
use super::value;
use super::words::{ImportKind, MatchOn};
use crate::deals::Status;

/// Why a row is refused, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// None where it is the row as a whole.
    pub column: Option<String>,
    pub code: String,
    pub en: String,
    pub zh: String,
}

impl RowFault {
    pub fn new(column: Option<&str>, code: &str, words: &Words) -> Self {
        Self {
            column: column.map(str::to_owned),
            code: code.to_owned(),
            en: words.en.to_string(),
            zh: words.zh.to_string(),
        }
    }
}

/// What a row says of a record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Fields as the record's own edit takes them.
    pub fields: Map<String, Value>,
    pub id: Option<String>,
    pub external_id: Option<String>,
    /// Names or ids, to be looked for.
    pub account: Option<String>,
    pub pipeline: Option<String>,
    pub stage: Option<String>,
    pub status: Option<Status>,
    pub closed_on: Option<NaiveDate>,
    pub lost_reason: Option<String>,
    pub faults: Vec<RowFault>,
}

/// People by what cells may call them: their address, else their name.
pub struct People<'a> {
    directory: &'a Directory,
    addresses: HashMap<String, UserId>,
    named: HashMap<String, Vec<UserId>>,
}

impl<'a> People<'a> {
    pub fn of(directory: &'a Directory) -> Self {
        let mut addresses = HashMap::new();
        let mut named: HashMap<String, Vec<UserId>> = HashMap::new();
        for person in directory.people.values() {
            let address = text::key(&person.email);
            if person.active {
                addresses.insert(address, person.id);
                named.entry(text::key(&person.name)).or_default().push(person.id);
            } else {
                addresses.entry(address).or_insert(person.id);
            }
        }
        Self {
            directory,
            addresses,
            named,
        }
    }

    fn find(&self, written: &str) -> Result<UserId, (&'static str, Words)> {
        // Who left and is said for certain may stand where they stood: the record's rules know.
        if let Ok(id) = written.parse::<UserId>() {
            let known = self.directory.person(id).map(|person| person.id);
            return known.ok_or_else(|| nobody(written, None));
        }
        let key = text::key(written);
        if let Some(id) = self.addresses.get(&key) {
            return Ok(*id);
        }
        match self.named.get(&key).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some([_, ..]) => Err((
                "which_one",
                Words::new(
                    format!("Several people are called {written:?}: write the e-mail address."),
                    format!("有多人叫“{written}”：请填写电子邮件地址。"),
                ),
            )),
            _ => {
                let names = self.directory.people.values().filter(|person| person.active);
                Err(nobody(
                    written,
                    nearest(written, names.map(|person| person.name.as_str())),
                ))
            }
        }
    }
}

fn nobody(written: &str, near: Option<&str>) -> (&'static str, Words) {
    let (en, zh) = did_you_mean(near);
    let words = Words::new(
        format!("Nobody active is called {written:?}.{en}"),
        format!("没有叫“{written}”的在职人员。{zh}"),
    );
    ("not_found", words)
}

/// The nearest name, as the end of a sentence.
pub fn did_you_mean(near: Option<&str>) -> (String, String) {
    near.map_or_else(Default::default, |near| {
        (format!(" Did you mean {near:?}?"), format!("是否指“{near}”？"))
    })
}

/// What a row says, by what others may be recognised: two rows of a file never mean one record.
pub fn file_key(plan: &Plan, row: &Row) -> Option<String> {
    let cell = |field| plan.cell(row, field);
    let key = |field| text::index_key(cell(field));
    let by = |field: &str, key: String| (!key.is_empty()).then(|| format!("{field} {key}"));
    let named = || {
        let beside = [key("account"), key("company")].join("");
        by("name", text::index_key(&plan.name(row))).map(|name| format!("{name}\n{beside}"))
    };
    let of = |match_on| match match_on {
        MatchOn::Id => by("id", cell("id").to_owned()),
        MatchOn::ExternalId => by("external_id", cell("external_id").to_owned()),
        MatchOn::Email => by("email", key("email")).or_else(named),
        MatchOn::Domain => by("domain", value::domain(cell("domain"))).or_else(named),
        MatchOn::Name => named(),
    };
    match plan.match_on {
        MatchOn::Id => of(MatchOn::Id).or_else(|| of(own_key(plan.kind))),
        other => of(other),
    }
}

impl Draft {
    /// Reads a row.
    pub fn read(plan: &Plan, row: &Row, people: &People<'_>) -> Self {
        let mut draft = Self::default();
        if let Some(misread) = row.misread {
            draft
                .faults
                .push(RowFault::new(None, misread.code(), &misread.words()));
            return draft;
        }
        let currency = draft.currency(plan, row);
        for (place, column) in plan.columns.iter().enumerate() {
            let field = column.field.as_deref().and_then(|name| plan.kind.field(name));
            let cell = row.cell(place);
            if let Some(field) = field.filter(|_| !cell.is_empty()) {
                if cell.contains('\0') {
                    draft.refuse(column, "control_character", &NO_NUL);
                } else {
                    draft.take(column, field.name, field.holds, cell, currency, people);
                }
            }
        }
        let name = plan.name(row);
        if !name.is_empty() {
            draft.fields.insert("name".to_owned(), name.into());
        }
        draft.close();
        if plan.match_on == MatchOn::ExternalId && draft.external_id.is_none() && draft.faults.is_empty() {
            let column = plan.column_of("external_id");
            draft.faults.push(RowFault::new(column, "required", &NO_ID));
        }
        draft
    }

    fn refuse(&mut self, column: &Column, code: &str, words: &Words) {
        self.faults.push(RowFault::new(Some(&column.name), code, words));
    }

    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    fn currency(&mut self, plan: &Plan, row: &Row) -> Currency {
        let written = plan.cell(row, "currency").to_uppercase();
        if written.is_empty() {
            return plan.currency;
        }
        written
            .parse()
            .unwrap_or_else(|error: countersign_kernel::money::MoneyError| {
                let column = plan.column_of("currency");
                self.faults
                    .push(RowFault::new(column, "unknown_currency", &error.words()));
                plan.currency
            })
    }

    fn take(
        &mut self,
        column: &Column,
        name: &str,
        holds: Holds,
        cell: &str,
        currency: Currency,
        people: &People<'_>,
    ) {
        match holds {
            Holds::Text => self.set(name, cell),
            Holds::Domain => self.set(name, value::domain(cell)),
            Holds::Country => self.set(name, value::country(cell)),
            Holds::Word => self.set(name, value::word(cell)),
            Holds::Id => self.id = Some(cell.to_owned()),
            Holds::ExternalId => self.external_id(column, cell),
            Holds::Amount => self.amount(column, name, cell, currency),
            Holds::Date => match value::date(cell, column.date_order) {
                Some(date) => self.set(name, date.to_string()),
                None => self.refuse(column, "wrong_date", &NO_DATE),
            },
            Holds::ClosedOn => match value::date(cell, column.date_order) {
                Some(date) => self.closed_on = Some(date),
                None => self.refuse(column, "wrong_date", &NO_DATE),
            },
            Holds::Percent => self.percent(column, name, cell),
            Holds::Choice(words) => {
                let known = words.iter().find(|word| text::same(word, cell));
                match known {
                    Some(word) => self.set(name, *word),
                    None => self.refuse(column, "bad_value", &one_of(words)),
                }
            }
            Holds::DealStatus => match closed_word(cell) {
                Some(status) => self.status = Some(status),
                None => self.refuse(column, "bad_value", &one_of(&["open", "won", "lost"])),
            },
            Holds::LostReason => self.lost_reason = Some(cell.to_owned()),
            Holds::Account => self.account = Some(cell.to_owned()),
            Holds::Pipeline => self.pipeline = Some(cell.to_owned()),
            Holds::Stage => self.stage = Some(cell.to_owned()),
            Holds::Owner => match people.find(cell) {
                Ok(person) => self.set(name, person.to_string()),
                Err((code, words)) => self.refuse(column, code, &words),
            },
            // They belong to what others hold.
            Holds::FirstName | Holds::LastName | Holds::Currency => {}
        }
    }

    fn external_id(&mut self, column: &Column, cell: &str) {
        if cell.chars().count() > 255 || cell.chars().any(char::is_control) {
            let words = Words::fixed(
                "An external id is 1 to 255 characters without control characters.",
                "外部 id 为 1 到 255 个字符，不含控制字符。",
            );
            self.refuse(column, "bad_value", &words);
        } else {
            self.external_id = Some(cell.to_owned());
        }
    }

    fn amount(&mut self, column: &Column, name: &str, cell: &str, currency: Currency) {
        let Some(digits) = value::decimal(cell, column.decimal) else {
            return self.refuse(column, "wrong_number", &NO_NUMBER);
        };
        // Programs write more zeros than the currency has places.
        let short = match digits.split_once('.') {
            Some(_) => digits.trim_end_matches('0').trim_end_matches('.'),
            None => digits.as_str(),
        };
        match Money::parse(short, currency) {
            Ok(money) => self.set(name, json!(money)),
            Err(error) => self.refuse(column, "wrong_number", &error.words()),
        }
    }

    fn percent(&mut self, column: &Column, name: &str, cell: &str) {
        let whole = cell.trim_end_matches('%').trim().parse::<i64>();
        match whole {
            Ok(percent) => self.set(name, percent),
            Err(_) => self.refuse(column, "wrong_number", &NO_PERCENT),
        }
    }

    /// Leaves out what stands there already, read as the cell was: of a text that was written with blanks around it, or a domain with
    /// `www.`, nothing changes because it went through a file.
    pub fn leave_out(&mut self, kind: ImportKind, stands: &Value) {
        for field in kind.fields() {
            let said = self.fields.get(field.name).and_then(Value::as_str);
            let Some((said, stands)) = said.zip(stands.get(field.name).and_then(Value::as_str)) else {
                continue;
            };
            let stands = stands.trim();
            let same = match field.holds {
                Holds::Text => stands == said.trim(),
                Holds::Domain => value::domain(stands) == said,
                Holds::Country => value::country(stands) == said,
                Holds::Word => value::word(stands) == said,
                _ => false,
            };
            if same {
                self.fields.remove(field.name);
            }
        }
    }

    /// A stage of a name that says so ends a deal; the day of an open one is when it should be decided.
    fn close(&mut self) {
        let by_stage = self.stage.as_deref().and_then(closed_word);
        if self.status.is_none() {
            self.status = by_stage.filter(|status| *status != Status::Open);
        }
        if self.status.is_none_or(|status| status == Status::Open)
            && let Some(day) = self.closed_on.take()
        {
            let day = day.to_string();
            self.fields.entry("expected_close_on").or_insert(day.into());
        }
    }
}

/// How a deal stands, as other systems say it.
pub fn closed_word(text: &str) -> Option<Status> {
    let key: String = text::key(text)
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .collect();
    match key.as_str() {
        "won" | "closedwon" | "gewonnen" | "赢单" | "成交" => Some(Status::Won),
        "lost" | "closedlost" | "verloren" | "输单" => Some(Status::Lost),
        "open" | "offen" | "进行中" => Some(Status::Open),
        _ => None,
    }
}

/// One of a closed set.
pub fn one_of(words: &[&str]) -> Words {
    let list = words.join(", ");
    Words::new(format!("This is one of {list}."), format!("应为 {list} 之一。"))
}

const NO_NUL: Words = Words::fixed("This holds a NUL character.", "此值包含 NUL 字符。");
const NO_ID: Words = Words::fixed(
    "This row has no external id, by which it would find its record.",
    "此行没有用于匹配的外部 id。",
);
const NO_DATE: Words = Words::fixed(
    "This is no date in the order of its column: write it like 2026-04-30.",
    "这不是该列顺序的日期：请写成 2026-04-30 的形式。",
);
const NO_NUMBER: Words = Words::fixed(
    "This is no number, written as the others of its column.",
    "这不是与该列其他值写法一致的数字。",
);
const NO_PERCENT: Words = Words::fixed(
    "A probability is 0 to 100, a whole number.",
    "概率为 0 到 100 的整数。",
);
