//! What is looked up, as a sentence.

use super::person_ref;
use crate::definition::{Adds, Lookup, Within, Workflow};
use crate::expr::Span;
use crate::step::words;
use crate::why::Telling;

pub(super) fn fact(fact: &Lookup, workflow: &Workflow, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    let (name, person) = (telling.field(&fact.name), person_ref(&fact.person, telling));
    let own = fact.of == workflow.name;
    let (of, zh_of) = if own {
        ("requests like this".to_owned(), "同类申请".to_owned())
    } else {
        (
            format!("requests of {}", words(&fact.of)),
            format!("“{}”申请", words(&fact.of)),
        )
    };
    let statuses: Vec<&str> = fact
        .statuses
        .iter()
        .map(|status| locale.pick(status.word(), status.zh()))
        .collect();
    let statuses = statuses.join(locale.pick(", ", "、"));
    let filter = fact.filter.as_ref().map(|filter| filter.spoken(telling));
    let (within, zh_within) = within(fact.within, telling);
    let what = match &fact.adds {
        Adds::Count => locale.pick("how many".to_owned(), "数量".to_owned()),
        Adds::Sum(field) => {
            let field = if own { telling.field(field) } else { words(field) };
            locale.pick(format!("the sum of \"{field}\" of the"), format!("“{field}”之和"))
        }
    };
    let filter =
        filter.map(|filter| locale.pick(format!(", only where {filter}"), format!("，仅当{filter}")));
    let filter = filter.unwrap_or_default();
    locale.pick(
        format!("Looked up at each submission: {name}, {what} {of} {person} submitted {within} ({statuses}){filter}."),
        format!("每次提交时查询：{name}，即{person}{zh_within}提交的{zh_of}（{statuses}）的{what}{filter}。"),
    )
}

fn within(within: Within, telling: &Telling<'_>) -> (String, String) {
    let of = |en: &str, zh: &str| (en.to_owned(), zh.to_owned());
    match within {
        Within::Day => of("on the same day", "当日"),
        Within::Week => of("in the same week", "当周"),
        Within::Month => of("in the same month", "当月"),
        Within::Year => of("in the same year", "当年"),
        Within::Last(millis) => {
            let span = telling.span(Span::Clock(millis));
            (format!("in the {span} before"), format!("此前 {span} 内"))
        }
    }
}
