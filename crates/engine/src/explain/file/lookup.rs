//! Facts as a file again.

use super::approval::person_ref;
use super::{Page, quoted, words};
use crate::definition::{Adds, Lookup, PERIODS, Within, Workflow};
use crate::expr::{Span, Type, Value};

pub(super) fn facts(page: &mut Page, workflow: &Workflow) {
    if workflow.facts.is_empty() {
        return;
    }
    page.line(0, "\nfacts:");
    for fact in &workflow.facts {
        page.line(1, &format!("{}:", fact.name));
        lines(page, workflow, fact);
    }
}

fn lines(page: &mut Page, workflow: &Workflow, fact: &Lookup) {
    match &fact.adds {
        Adds::Count => page.pair(2, "count", "requests"),
        Adds::Sum(field) => page.pair(2, "sum", field),
    }
    page.pair(2, "of", &fact.of);
    if let (Adds::Sum(_), true) = (&fact.adds, fact.of != workflow.name) {
        page.pair(
            2,
            "type",
            if fact.slot.of == Type::Money {
                "money"
            } else {
                "number"
            },
        );
    }
    page.pair(2, "for", person_ref(&fact.person));
    page.pair(2, "in", &within(fact.within));
    let statuses: Vec<&str> = fact.statuses.iter().map(|status| status.word()).collect();
    page.pair(2, "status", &format!("[{}]", statuses.join(", ")));
    if let Some(filter) = &fact.filter {
        page.pair(2, "where", &quoted(filter.source()));
    }
    if let Some(label) = &fact.label {
        page.pair(2, "label", &words(label));
    }
}

fn within(within: Within) -> String {
    if let Within::Last(millis) = within {
        return Value::Duration(Span::Clock(millis)).to_string();
    }
    let found = PERIODS.iter().find(|(_, period)| *period == within);
    found.map_or_else(String::new, |(word, _)| (*word).to_owned())
}
