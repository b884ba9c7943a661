//! What a step waits for, as a file again.

use super::{Page, quoted};
use crate::definition::{Awaited, Wait, WaitFor};

pub(super) fn lines(page: &mut Page, depth: usize, wait: &Wait) {
    if let [Awaited { name: None, what }] = wait.first_of.as_slice() {
        return end_lines(page, depth, what);
    }
    page.line(depth, "first_of:");
    for awaited in &wait.first_of {
        page.line(
            depth + 1,
            &format!("{}:", awaited.name.as_deref().unwrap_or_default()),
        );
        end_lines(page, depth + 2, &awaited.what);
    }
}

fn end_lines(page: &mut Page, depth: usize, what: &WaitFor) {
    match what {
        WaitFor::After(span) => page.pair(depth, "after", &span.to_string()),
        WaitFor::Until(expr) => page.pair(depth, "until", &quoted(expr.source())),
        WaitFor::Event(event) => {
            page.pair(depth, "event", &event.event);
            if let Some(matching) = &event.matching {
                let equals = format!("event.{} == {}", matching.field, matching.equals.source());
                page.pair(depth, "where", &quoted(&equals));
            }
            page.pair(depth, "keep", if event.keep { "true" } else { "false" });
        }
    }
}
