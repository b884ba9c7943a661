//! What a form holds in people's words: labels of fields and options, dates and amounts as they are written, nothing of JSON.

use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use serde_json::{Map, Value as Json};

use crate::definition::{Field, FieldKind, Form, Step, Wait, WaitFor, Workflow};
use crate::expr::{Expr, Span, called};
use crate::vocabulary::{Change, Read};
use crate::why::Telling;

/// Rows of a list that are told each; of more, only the number.
const ROWS: usize = 5;

impl Telling<'_> {
    /// What people call a field; in quotes where it is a question or a sentence.
    pub(crate) fn label(&self, field: &Field) -> String {
        self.labelled(&field.name, field.label.as_ref())
    }

    fn labelled(&self, name: &str, label: Option<&Text>) -> String {
        let label = match label {
            Some(label) => label.get(self.locale).to_owned(),
            None => crate::step::words(name),
        };
        if label.ends_with(['?', '.', '!', ':', '？', '。', '！', '：']) {
            self.locale.pick(format!("\"{label}\""), format!("“{label}”"))
        } else {
            label
        }
    }

    /// What people call the field, or the fact, of this name.
    pub(crate) fn field(&self, name: &str) -> String {
        let Some(workflow) = self.workflow else {
            return crate::step::words(name);
        };
        match (workflow.form.field(name), workflow.fact(name)) {
            (Some(field), _) => self.label(field),
            (None, Some(fact)) => self.labelled(name, fact.label.as_ref()),
            (None, None) => crate::step::words(name),
        }
    }

    /// The title of a step by its key.
    pub fn step(&self, key: &str) -> String {
        let step = self.workflow.and_then(|workflow| workflow.step(key));
        step.map_or_else(
            || crate::step::words(key),
            |step| crate::step::title(step).get(self.locale).to_owned(),
        )
    }

    /// A condition of the workflow by its source: in words, or as written where the workflow holds none like it.
    pub(crate) fn condition(&self, source: &str) -> String {
        let found = self.workflow.and_then(|workflow| condition(workflow, source));
        found.map_or_else(|| format!("`{source}`"), |expr| expr.spoken(self))
    }

    /// What a judgement read, each by its label: `Amount: 1800.00 EUR`.
    pub(crate) fn reads(&self, source: &str, reads: &[Read]) -> Vec<String> {
        let expr = self.workflow.and_then(|workflow| condition(workflow, source));
        reads
            .iter()
            .filter_map(|read| self.one_read(expr, read))
            .collect()
    }

    fn one_read(&self, expr: Option<&Expr>, read: &Read) -> Option<String> {
        let mut references = expr.into_iter().flat_map(Expr::references);
        let reference = references.find(|reference| reference.to_string() == read.name);
        let field = self.workflow.and_then(|workflow| workflow.form.field(&read.name));
        let label = match (reference, field) {
            (_, Some(field)) => self.label(field),
            (Some(reference), None) => called(reference, self),
            (None, None) => crate::step::words(&read.name),
        };
        let value = match field.map(|field| &field.kind) {
            _ if read.value == "–" => read.value.clone(),
            // What stands in them is named by ids or by nothing.
            Some(
                FieldKind::List { .. }
                | FieldKind::Group { .. }
                | FieldKind::File { .. }
                | FieldKind::Record { .. },
            ) => return None,
            Some(FieldKind::Choices { .. }) => {
                let all: Vec<Json> = read.value.split(", ").map(Json::from).collect();
                self.value(field, &Json::from(all))
            }
            Some(FieldKind::YesNo) => self.yes_no(read.value == "yes"),
            Some(_) => self.value(field, &Json::from(read.value.as_str())),
            None => match read.value.parse::<Instant>() {
                Ok(at) => self.instant(at),
                Err(_) => match read.value.as_str() {
                    "yes" => self.yes_no(true),
                    "no" => self.yes_no(false),
                    other => other.to_owned(),
                },
            },
        };
        Some(
            self.locale
                .pick(format!("{label}: {value}"), format!("{label}：{value}")),
        )
    }

    fn yes_no(&self, yes: bool) -> String {
        self.locale
            .pick(if yes { "yes" } else { "no" }, if yes { "是" } else { "否" })
            .to_owned()
    }

    /// A field's change: `Amount 10.00 EUR → 12.00 EUR`.
    pub(crate) fn change(&self, change: &Change) -> String {
        let form = self.workflow.map(|workflow| &workflow.form);
        let field = form.and_then(|form| form.field(&change.field));
        let label = self.field(&change.field);
        let (from, to) = (self.value(field, &change.from), self.value(field, &change.to));
        if from != to {
            return format!("{label} {from} → {to}");
        }
        // Both are told alike: another file, another record.
        self.locale
            .pick(format!("{label} (replaced)"), format!("{label}（已替换）"))
    }

    /// What was filled in at a step: `Passed: yes`.
    pub(crate) fn answer(&self, step: &str, name: &str, value: &Json) -> String {
        let step = self.workflow.and_then(|workflow| workflow.step(step));
        let field = step.and_then(Step::work).and_then(|form| form.field(name));
        let label = field.map_or_else(|| crate::step::words(name), |field| self.label(field));
        let value = self.value(field, value);
        self.locale
            .pick(format!("{label}: {value}"), format!("{label}：{value}"))
    }

    /// A value as people write it.
    pub(crate) fn value(&self, field: Option<&Field>, value: &Json) -> String {
        let text = value.as_str().unwrap_or_default();
        match (field.map(|field| &field.kind), value) {
            (_, Json::Null) => "–".to_owned(),
            (_, Json::String(text)) if text.trim().is_empty() => "–".to_owned(),
            (_, Json::Array(items)) if items.is_empty() => "–".to_owned(),
            // Of several, one stands alone where it is looked for.
            (Some(FieldKind::Choice { options } | FieldKind::Choices { options }), Json::String(_)) => {
                option(options, text, self.locale)
            }
            (Some(FieldKind::Choices { options }), Json::Array(items)) => {
                let all = items.iter().filter_map(Json::as_str);
                let all: Vec<String> = all.map(|name| option(options, name, self.locale)).collect();
                all.join(self.locale.pick(", ", "、"))
            }
            (Some(FieldKind::File { .. }), Json::Array(items)) => self.count(items.len(), ("file", "个文件")),
            (Some(FieldKind::File { .. }), _) => self.count(1, ("file", "个文件")),
            (Some(FieldKind::Record { of }), _) => self.record(of.word()),
            (Some(FieldKind::Percent), _) if !value.is_array() => {
                format!("{}%", self.plain(value).trim_end_matches('%'))
            }
            (Some(FieldKind::List { fields }), Json::Array(rows)) => self.rows(fields, rows),
            (Some(FieldKind::Group { fields }), Json::Object(parts)) => self.parts(fields, parts),
            _ => self.plain(value),
        }
    }

    fn record(&self, kind: &str) -> String {
        let (en, zh) = match kind {
            "account" => ("an account", "一个客户"),
            "contact" => ("a contact", "一个联系人"),
            _ => ("a deal", "一个商机"),
        };
        self.locale.pick(en, zh).to_owned()
    }

    fn count(&self, count: usize, (en, zh): (&str, &str)) -> String {
        let plural = if count == 1 { "" } else { "s" };
        self.locale
            .pick(format!("{count} {en}{plural}"), format!("{count} {zh}"))
    }

    fn rows(&self, form: &Form, rows: &[Json]) -> String {
        if rows.len() > ROWS {
            return self.count(rows.len(), ("line", "行"));
        }
        let row = |row: &Json| match row {
            Json::Object(parts) => format!("({})", self.parts(form, parts)),
            other => self.plain(other),
        };
        rows.iter().map(row).collect::<Vec<_>>().join(" ")
    }

    fn parts(&self, form: &Form, parts: &Map<String, Json>) -> String {
        let filled = form.fields.iter().filter_map(|field| {
            let value = parts.get(&field.name).filter(|value| !value.is_null())?;
            Some(self.value(Some(field), value))
        });
        filled.collect::<Vec<_>>().join(", ")
    }

    /// What no field says the kind of, or whose kind is seen by its shape.
    fn plain(&self, value: &Json) -> String {
        match value {
            Json::Null => "–".to_owned(),
            Json::Bool(yes) => self.yes_no(*yes),
            Json::String(text) => self.plain_text(text),
            Json::Number(number) => number.to_string(),
            Json::Array(items) => {
                let all: Vec<String> = items.iter().map(|item| self.plain(item)).collect();
                all.join(self.locale.pick(", ", "、"))
            }
            Json::Object(parts) => self.shaped(parts),
        }
    }

    fn plain_text(&self, text: &str) -> String {
        if let Ok(person) = text.parse() {
            return self.name(person);
        }
        // Of days the kind of field says that they are days; an instant is told on the clock of the reader.
        match text.parse::<Instant>() {
            Ok(at) if text.contains('T') => self.instant(at),
            _ => text.to_owned(),
        }
    }

    fn shaped(&self, parts: &Map<String, Json>) -> String {
        let text = |name: &str| parts.get(name).and_then(Json::as_str).unwrap_or_default();
        let half = |name: &str| parts.get(name).and_then(Json::as_bool).unwrap_or_default();
        if parts.contains_key("amount") {
            return format!("{} {}", text("amount"), text("currency"))
                .trim_end()
                .to_owned();
        }
        if parts.contains_key("start") && parts.contains_key("end") {
            let noon = |half: bool, en: &str, zh: &str| {
                let said = self.locale.pick(format!(" ({en})"), format!("（{zh}）"));
                if half { said } else { String::new() }
            };
            let (from, until) = (
                noon(half("start_half"), "from noon", "中午起"),
                noon(half("end_half"), "until noon", "至中午"),
            );
            if text("start") == text("end") {
                return format!("{}{from}{until}", text("start"));
            }
            let to = self.locale.pick(" to ", " 至 ");
            return format!("{}{from}{to}{}{until}", text("start"), text("end"));
        }
        let filled = parts.values().filter(|value| !value.is_null());
        filled
            .map(|value| self.plain(value))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// A length of time.
    pub(crate) fn span(&self, span: Span) -> String {
        self.locale.pick(span.to_string(), span_zh(span))
    }

    /// How long a wait is, until when, or for what.
    pub(crate) fn wait(&self, wait: &Wait) -> String {
        let all: Vec<String> = wait
            .first_of
            .iter()
            .map(|awaited| self.awaited(&awaited.what))
            .collect();
        match all.as_slice() {
            [one] => one.clone(),
            _ => self.locale.pick(
                format!("for the first of these: {}", all.join("; ")),
                format!("以下最先到来者：{}", all.join("；")),
            ),
        }
    }

    fn awaited(&self, what: &WaitFor) -> String {
        match what {
            WaitFor::After(span) => self.span(*span),
            WaitFor::Until(expr) => {
                let until = expr.spoken(self);
                self.locale.pick(format!("until {until}"), format!("至{until}"))
            }
            WaitFor::Event(event) => {
                let kind = event_words(&event.event);
                let which = event.matching.as_ref().map(|matching| {
                    let field = matching.field.replace(['.', '_'], " ");
                    let equals = matching.equals.spoken(self);
                    self.locale.pick(
                        format!(", with {equals} as its {field}"),
                        format!("（其 {field} 为{equals}）"),
                    )
                });
                let which = which.unwrap_or_default();
                self.locale
                    .pick(format!("for \"{kind}\"{which}"), format!("“{kind}”{which}"))
            }
        }
    }
}

/// What happened, in words: `payment handled` of `custom.payment.handled`.
pub(crate) fn event_words(kind: &str) -> String {
    let behind = kind.split_once('.').map_or(kind, |(_, behind)| behind);
    behind.replace(['.', '_'], " ")
}

pub(crate) fn span_zh(span: Span) -> String {
    let text = span.to_string();
    let (count, unit) = text.split_once(' ').unwrap_or((&text, ""));
    let unit = match unit.trim_end_matches('s') {
        "week" => "周",
        "day" => "天",
        "hour" => "小时",
        "minute" => "分钟",
        "second" => "秒",
        "working day" => "个工作日",
        "working hour" => "个工作小时",
        "working minute" => "个工作分钟",
        other => other,
    };
    format!("{count} {unit}")
}

pub(crate) fn option(options: &[(String, Option<Text>)], name: &str, locale: Locale) -> String {
    let label = options
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, label)| label);
    match label {
        Some(Some(label)) => label.get(locale).to_owned(),
        Some(None) => crate::step::words(name),
        None => name.to_owned(),
    }
}

/// The condition of a step or a case with this source.
fn condition<'a>(workflow: &'a Workflow, source: &str) -> Option<&'a Expr> {
    let of_step = |step: &'a Step| step.when.iter().chain(step.kind.expressions());
    let mut all = workflow.each_step().into_iter().flat_map(of_step);
    all.find(|expr| expr.source() == source)
}
