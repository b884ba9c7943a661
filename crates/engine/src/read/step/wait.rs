//! `wait`: how long, until when, or for which event.

use countersign_kernel::catalogue::{CUSTOM, is_custom};

use super::{Steps, Where};
use crate::definition::{Awaited, EventWait, Matching, Wait, WaitFor};
use crate::expr::{Expr, Scope, Type, Wanted};
use crate::finding::{Words, words};
use crate::keys::AWAITED;
use crate::parse::Node;
use crate::read::automation::event_fields;
use crate::read::desk::Map;

/// Ends of one wait.
const ENDS: usize = 20;

impl Steps<'_> {
    pub(super) fn wait(&self, around: &Node, map: &Map<'_>, place: &Where) -> Wait {
        let scope = self.scope_at(place);
        let Some(several) = map.get("first_of") else {
            return Wait {
                first_of: self.awaited(None, around, map, &scope).into_iter().collect(),
            };
        };
        if let Some(other) = ["after", "until", "event"]
            .into_iter()
            .find_map(|key| map.get(key))
        {
            self.two_ends(other);
        }
        let named = self.desk.named(several);
        if named.as_ref().is_some_and(Vec::is_empty) {
            self.without_end(several);
        }
        let named = named.unwrap_or_default();
        if named.len() > ENDS {
            self.desk.error(
                "too-large",
                several,
                words!("A wait has at most {ENDS} ends.", "一个等待最多 {ENDS} 个终点。"),
                words!("Split it.", "请拆分。"),
            );
        }
        let one = |(name, key, node): &(&str, &Node, &Node)| {
            self.desk.name(key)?;
            let map = self.desk.map(node, &AWAITED)?;
            self.awaited(Some((*name).to_owned()), node, &map, &scope)
        };
        Wait {
            first_of: named.iter().take(ENDS).filter_map(one).collect(),
        }
    }

    /// One end; none where it is told what is wrong.
    fn awaited(&self, name: Option<String>, around: &Node, map: &Map<'_>, scope: &Scope) -> Option<Awaited> {
        let ends = ["after", "until", "event"].map(|key| map.get(key));
        for key in ["where", "keep"] {
            if let (Some(node), None) = (map.key(key), map.get("event")) {
                self.without_event(node, key);
            }
        }
        let what = match ends {
            [Some(after), None, None] => {
                let span = self.desk.span(after)?;
                self.calendar_for(after, span);
                WaitFor::After(span)
            }
            [None, Some(until), None] => {
                let wanted =
                    Wanted::OneOf(&[Type::Instant, Type::Date], "an instant or a date", "时刻或日期");
                WaitFor::Until(self.desk.expression(until, scope, &wanted)?)
            }
            [None, None, Some(event)] => WaitFor::Event(self.event_wait(event, map, scope)?),
            // What it waits for is told already.
            [None, None, None] if !map.is_sound() => return None,
            [None, None, None] => {
                self.without_end(around);
                return None;
            }
            [_, Some(second), _] | [_, _, Some(second)] => {
                self.two_ends(second);
                return None;
            }
        };
        Some(Awaited { name, what })
    }

    fn two_ends(&self, node: &Node) {
        self.desk.error(
            "two-kinds",
            node,
            words!(
                "A wait has one end, and this one has several.",
                "等待只有一个终点，而这里有多个。"
            ),
            words!(
                "Give each a name under `first_of:`, or leave one out; for one after the other write two waits.",
                "请在 `first_of:` 下为每个终点命名，或删去其一；若要先后等待，请写两个等待。"
            ),
        );
    }

    fn without_end(&self, node: &Node) {
        self.desk.error(
            "missing-key",
            node,
            words!("It does not say what to wait for.", "没有写明等待什么。"),
            words!(
                "Add `after: 14 days`, `until:` with a date, or `event:` with what happens elsewhere.",
                "请添加 `after: 14 days`、日期 `until:`，或写明外部事件 `event:`。"
            ),
        );
    }

    fn without_event(&self, node: &Node, key: &str) {
        self.desk.error(
            "missing-key",
            node,
            words!(
                "`{key}` is said of an event, and there is none here.",
                "`{key}` 用于事件，而这里没有事件。"
            ),
            words!("Add `event:`, or leave it out.", "请添加 `event:` 或删去它。"),
        );
    }

    fn event_wait(&self, node: &Node, map: &Map<'_>, scope: &Scope) -> Option<EventWait> {
        let event = self.desk.text(node)?;
        let known = self.event_is_known(node, event);
        let matching = map.get("where").map(|node| self.matching(node, event, scope));
        let keep = map.get("keep").map_or(Some(true), |node| self.desk.yes_no(node));
        known.then_some(())?;
        Some(EventWait {
            event: event.to_owned(),
            matching: match matching {
                None => None,
                Some(matching) => Some(matching?),
            },
            keep: keep?,
        })
    }

    fn event_is_known(&self, node: &Node, event: &str) -> bool {
        let public = || {
            self.around
                .events
                .iter()
                .filter(|of| of.public && of.name != CUSTOM)
        };
        if is_custom(event) || public().any(|of| of.name == event) {
            return true;
        }
        let hint = match self.desk.nearest(event, public().map(|of| of.name)) {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None => words!(
                "Write a type of event like `crm.deal.won`; what another system sends begins with `custom.`: `custom.payment.handled`.",
                "请写事件类型，如 `crm.deal.won`；其他系统发送的以 `custom.` 开头：`custom.payment.handled`。"
            ),
        };
        self.desk.error(
            "unknown-event",
            node,
            words!("No event is called `{event}`.", "没有名为 `{event}` 的事件。"),
            hint,
        );
        false
    }

    /// `event.deal.id == deal`.
    fn matching(&self, node: &Node, event: &str, scope: &Scope) -> Option<Matching> {
        let text = self.desk.text(node)?;
        let parts = text.split_once("==");
        let field = parts.and_then(|(field, _)| field.trim().strip_prefix("event."));
        let (Some(field), Some((_, equals))) = (field.filter(|field| is_path(field)), parts) else {
            self.desk.error(
                "wrong-shape",
                node,
                words!(
                    "`{text}` does not say which field of the event is the same as what.",
                    "`{text}` 没有写明事件的哪个字段等于什么。"
                ),
                words!(
                    "Write `where: event.FIELD == SOMETHING`, like `event.request == request.id`.",
                    "请写 `where: event.字段 == 某值`，如 `event.request == request.id`。"
                ),
            );
            return None;
        };
        self.field_is_known(node, event, field)?;
        let equals = match Expr::compile(equals.trim(), scope, &Wanted::Anything) {
            Ok(equals) => equals,
            Err(troubles) => {
                self.desk.troubles(node, troubles);
                return None;
            }
        };
        self.is_single(node, &equals)?;
        Some(Matching {
            field: field.to_owned(),
            equals,
        })
    }

    /// What other systems send has whatever fields they give it.
    fn field_is_known(&self, node: &Node, event: &str, field: &str) -> Option<()> {
        let Some(of) = self.around.events.iter().find(|of| of.name == event) else {
            return Some(());
        };
        let fields: Vec<String> = event_fields(&[*of], self.around)
            .into_iter()
            .flat_map(|(object, fields)| fields.into_keys().map(move |name| format!("{object}.{name}")))
            .collect();
        if fields.iter().any(|known| known == field) {
            return Some(());
        }
        let near = self.desk.nearest(field, fields.iter().map(String::as_str));
        let all = fields.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
        let hint = match near {
            Some(near) => words!("Did you mean `event.{near}`?", "是否想写 `event.{near}`？"),
            None => words!("There are: {all}.", "有：{all}。"),
        };
        self.desk.error(
            "unknown-name",
            node,
            words!("`{event}` carries no `{field}`.", "`{event}` 不包含 `{field}`。"),
            hint,
        );
        None
    }

    /// Only single values are compared, and such as events carry in the same form.
    fn is_single(&self, node: &Node, equals: &Expr) -> Option<()> {
        let of = &equals.slot().of;
        if matches!(
            of,
            Type::Text
                | Type::Choice(_)
                | Type::Number
                | Type::YesNo
                | Type::Date
                | Type::Person
                | Type::Record(_)
                | Type::Unknown
                | Type::Unread
        ) {
            return Some(());
        }
        let zh = of.zh();
        self.desk.error(
            "type-mismatch",
            node,
            Words::new(
                format!("A field of an event is not compared with {of}."),
                format!("事件的字段不能与{zh}比较。"),
            ),
            words!(
                "Compare it with a text, a number, a date, a person or a record: an id or a number is best.",
                "请与文本、数字、日期、人员或记录比较：最好是标识或编号。"
            ),
        );
        None
    }
}

fn is_path(field: &str) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_');
    field.split('.').count() <= 4 && field.split('.').all(is_name)
}
