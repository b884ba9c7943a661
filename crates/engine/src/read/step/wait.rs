//! `wait`: how long, or until when.

use super::{Steps, Where};
use crate::definition::Wait;
use crate::expr::{Expr, Type, Wanted};
use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Map;

impl Steps<'_> {
    pub(super) fn wait(&self, around: &Node, map: &Map<'_>, place: &Where) -> Wait {
        let unread = || Wait::Until(Expr::unread(""));
        match (map.get("after"), map.get("until")) {
            (Some(after), None) => {
                let span = self.desk.span(after);
                if let Some(span) = span {
                    self.calendar_for(after, span);
                }
                span.map_or_else(unread, Wait::After)
            }
            (None, Some(until)) => {
                let wanted =
                    Wanted::OneOf(&[Type::Instant, Type::Date], "an instant or a date", "时刻或日期");
                let until = self.desk.expression(until, &self.scope_at(place), &wanted);
                until.map_or_else(unread, Wait::Until)
            }
            (Some(_), Some(until)) => {
                self.desk.error(
                    "two-kinds",
                    until,
                    words!(
                        "A wait has one end, and this one has `after` and `until`.",
                        "等待只有一个终点，而这里既有 `after` 又有 `until`。"
                    ),
                    words!(
                        "Leave one out; for both write two waits, one below the other.",
                        "请删去其一；若两者都要，请写两个先后相接的等待。"
                    ),
                );
                unread()
            }
            // What it waits for is told already.
            (None, None) if !map.is_sound() => unread(),
            (None, None) => {
                self.desk.error(
                    "missing-key",
                    around,
                    words!("It does not say how long to wait.", "没有写明等待多久。"),
                    words!(
                        "Add `after: 14 days`, or `until:` with a date.",
                        "请添加 `after: 14 days`，或写日期 `until:`。"
                    ),
                );
                unread()
            }
        }
    }
}
