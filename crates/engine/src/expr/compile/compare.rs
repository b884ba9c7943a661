//! Comparisons: what compares with what, and texts that are read as what stands beside them.

use super::{Compiler, Typed, capital, constant, yes_no};
use crate::expr::node::{Comparison, Node};
use crate::expr::pattern::Pattern;
use crate::expr::syntax::{Shape, Tree};
use crate::expr::{Slot, Type, Value};
use crate::finding::{Words, words};
use countersign_kernel::time::{Date, Instant};

impl Compiler<'_> {
    pub(super) fn compare(
        &mut self,
        tree: &Tree,
        comparison: Comparison,
        left: &Tree,
        right: &Tree,
    ) -> Option<Typed> {
        let (one, other) = (self.compile(left), self.compile(right));
        let (one, other) = self.align(tree, left, right, one?, other?)?;
        let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if ordered {
            self.must_have_order(tree, left, &one)?;
        }
        let (one, other) = if ordered {
            let (one, other) = (self.must_be_filled(left, one), self.must_be_filled(right, other));
            (one?, other?)
        } else {
            (one, other)
        };
        yes_no(Node::Compare(
            comparison,
            Box::new(one.node),
            Box::new(other.node),
        ))
    }

    pub(super) fn must_have_order(&mut self, tree: &Tree, left: &Tree, typed: &Typed) -> Option<()> {
        let of = &typed.slot.of;
        if matches!(
            of,
            Type::Number | Type::Percent | Type::Money | Type::Date | Type::Instant | Type::Duration
        ) {
            return Some(());
        }
        let text = self.text(left);
        let hint = match of {
            Type::List(_) => Some(words!("Count it: `count({text})`.", "请计数：`count({text})`。")),
            Type::DateRange => Some(words!(
                "Take a part: `{text}.days`, `{text}.start`.",
                "请取部分：`{text}.days`、`{text}.start`。"
            )),
            _ => Some(words!(
                "Only `==` and `!=` compare these.",
                "只能用 `==` 和 `!=` 比较。"
            )),
        };
        let zh = of.zh();
        self.mismatch(
            tree,
            Words::new(
                format!("`{text}` is {of}: there is no more or less."),
                format!("`{text}` 是{zh}，没有大小之分。"),
            ),
            hint,
        );
        None
    }

    pub(super) fn between(&mut self, tree: &Tree, value: &Tree, low: &Tree, high: &Tree) -> Option<Typed> {
        let from = self.compare(tree, Comparison::GreaterOrEqual, value, low)?;
        let to = self.compare(tree, Comparison::LessOrEqual, value, high)?;
        yes_no(Node::And(Box::new(from.node), Box::new(to.node)))
    }

    /// Brings two values to one type, if they compare at all.
    pub(super) fn align(
        &mut self,
        tree: &Tree,
        left: &Tree,
        right: &Tree,
        one: Typed,
        other: Typed,
    ) -> Option<(Typed, Typed)> {
        if one.slot.of == Type::Empty || other.slot.of == Type::Empty {
            let text = self.text(if one.slot.of == Type::Empty { right } else { left });
            self.mismatch(
                tree,
                words!("Nothing is ever equal to `empty`.", "没有值等于 `empty`。"),
                Some(words!(
                    "Ask `{text} is empty` or `{text} is not empty`.",
                    "请写 `{text} is empty` 或 `{text} is not empty`。"
                )),
            )?;
        }
        let one = self.literal_beside(left, one, &other.slot.of)?;
        let other = self.literal_beside(right, other, &one.slot.of)?;
        let (a, b) = (&one.slot.of, &other.slot.of);
        match (a, b) {
            (Type::Date, Type::Instant) => return Some((one, civil(other))),
            (Type::Instant, Type::Date) => return Some((civil(one), other)),
            (Type::Unknown, _) | (_, Type::Unknown) => return Some((one, other)),
            (Type::List(_) | Type::Group(_), _) | (_, Type::List(_) | Type::Group(_)) => {}
            (a, b) if a == b || (a.is_text() && b.is_text()) => return Some((one, other)),
            (Type::Money, Type::Number) | (Type::Number, Type::Money) => return Some((one, other)),
            _ => {}
        }
        let (a_zh, b_zh) = (a.zh(), b.zh());
        let message = Words::new(
            format!("{} does not compare with {b}.", capital(&a.to_string())),
            format!("{a_zh}不能与{b_zh}比较。"),
        );
        let hint = self.align_hint(left, right, a, b);
        self.mismatch(tree, message, hint);
        None
    }

    pub(super) fn align_hint(&self, left: &Tree, right: &Tree, a: &Type, b: &Type) -> Option<Words> {
        let (one, other) = (self.text(left), self.text(right));
        match (a, b) {
            (Type::List(_), _) => Some(words!(
                "Write `{one} contains {other}`.",
                "请写 `{one} contains {other}`。"
            )),
            (_, Type::List(_)) => Some(words!("Write `{one} in {other}`.", "请写 `{one} in {other}`。")),
            (Type::Group(parts), _) => parts
                .keys()
                .next()
                .map(|part| words!("Say which part: `{one}.{part}`.", "请指明部分：`{one}.{part}`。")),
            (Type::Percent, Type::Number) => Some(words!("Write `{other}%`.", "请写 `{other}%`。")),
            (Type::Number, Type::Percent) => Some(words!("Leave the `%` out.", "请去掉 `%`。")),
            (Type::Person, text) if text.is_text() => Some(words!(
                "Compare a part of the person: `{one}.email == {other}`.",
                "请比较人员的某个部分：`{one}.email == {other}`。"
            )),
            (Type::DateRange, _) => Some(words!(
                "Take a part: `{one}.start`, `{one}.end`, `{one}.days`.",
                "请取部分：`{one}.start`、`{one}.end`、`{one}.days`。"
            )),
            (Type::Number | Type::Money, Type::Text) if matches!(right.shape, Shape::Text(_)) => {
                Some(words!("A number stands without quotes.", "数字不加引号。"))
            }
            (Type::YesNo, Type::Text) => Some(words!(
                "Write `true` or `false`, without quotes.",
                "请写 `true` 或 `false`，不加引号。"
            )),
            (Type::Date | Type::Instant, Type::Number | Type::Duration) => Some(day_hint(&one, a, &other, b)),
            (Type::Number | Type::Duration, Type::Date | Type::Instant) => Some(day_hint(&other, b, &one, a)),
            (Type::Duration, _) | (_, Type::Duration) => Some(words!(
                "Durations are counted from instants: `now - request.submitted_at > 2 days`; dates with `days_between(a, b) > 2`.",
                "时长由时刻相减得到：`now - request.submitted_at > 2 days`；日期用 `days_between(a, b) > 2`。"
            )),
            _ => None,
        }
    }

    /// A text written beside a date, an instant or a choice is read as one.
    pub(super) fn literal_beside(&mut self, tree: &Tree, typed: Typed, beside: &Type) -> Option<Typed> {
        let Shape::Text(text) = &tree.shape else {
            return Some(typed);
        };
        match beside {
            Type::Date => match text.parse::<Date>() {
                Ok(date) if text.len() == 10 => constant(Value::Date(date), Type::Date),
                _ => self.not_a_date(tree, text),
            },
            Type::Instant => match (text.parse::<Instant>(), text.parse::<Date>()) {
                (Ok(at), _) => constant(Value::Instant(at), Type::Instant),
                (_, Ok(date)) if text.len() == 10 => constant(Value::Date(date), Type::Date),
                _ => self.not_a_date(tree, text),
            },
            Type::Choice(options) if !options.contains(text) => {
                let all = options.join(", ");
                let hint = match self.nearest(text, options.iter().map(String::as_str)) {
                    Some(near) => words!("Did you mean `'{near}'`?", "是否想写 `'{near}'`？"),
                    None => words!("The options are: {all}.", "选项有：{all}。"),
                };
                self.trouble(
                    "unknown-option",
                    tree,
                    words!("`'{text}'` is none of the options.", "`'{text}'` 不在选项中。"),
                    Some(hint),
                );
                None
            }
            _ => Some(typed),
        }
    }

    pub(super) fn not_a_date(&mut self, tree: &Tree, text: &str) -> Option<Typed> {
        self.mismatch(
            tree,
            words!("`'{text}'` is no date.", "`'{text}'` 不是日期。"),
            Some(words!(
                "Write year, month and day: `'2026-03-02'`; with a time: `'2026-03-02T09:00:00+01:00'`.",
                "请写年月日：`'2026-03-02'`；带时间：`'2026-03-02T09:00:00+01:00'`。"
            )),
        )
    }

    /// `value in list`, `list contains value`, `text contains text`.
    pub(super) fn within(&mut self, tree: &Tree, list: &Tree, value: &Tree, in_words: bool) -> Option<Typed> {
        let (whole, item) = (self.compile(list), self.compile(value));
        let (whole, item) = (whole?, item?);
        let Type::List(of) = whole.slot.of.clone() else {
            if !in_words && whole.slot.of.is_text() && item.slot.of.is_text() {
                return yes_no(Node::ContainsText(Box::new(whole.node), Box::new(item.node)));
            }
            if whole.slot.of == Type::Unknown {
                return yes_no(Node::In(Box::new(item.node), Box::new(whole.node)));
            }
            let text = self.text(list);
            let of = whole.slot.of.clone();
            let zh = of.zh();
            let hint = if in_words {
                words!(
                    "After `in` stands a list: `x in ['a', 'b']`. A part of a text is found with `contains`.",
                    "`in` 之后是列表：`x in ['a', 'b']`。文本的部分用 `contains`。"
                )
            } else {
                words!("`contains` asks a list or a text.", "`contains` 用于列表或文本。")
            };
            return self.mismatch(
                tree,
                Words::new(
                    format!("`{text}` is {of}, not a list."),
                    format!("`{text}` 是{zh}，不是列表。"),
                ),
                Some(hint),
            );
        };
        let item = self.literal_beside(value, item, &of)?;
        let whole = self.list_beside(list, whole, &item.slot.of)?;
        let Type::List(of) = &whole.slot.of else {
            return None;
        };
        let fits = **of == item.slot.of
            || (of.is_text() && item.slot.of.is_text())
            || matches!(
                (of.as_ref(), &item.slot.of),
                (Type::Unknown, _)
                    | (_, Type::Unknown)
                    | (Type::Number, Type::Money)
                    | (Type::Money, Type::Number)
            );
        if !fits {
            let (a, b) = (of.as_ref().clone(), item.slot.of.clone());
            let (a_zh, b_zh) = (a.zh(), b.zh());
            return self.mismatch(
                tree,
                Words::new(
                    format!("The list holds {a} each, and {b} is looked for in it."),
                    format!("列表各项是{a_zh}，却在其中查找{b_zh}。"),
                ),
                None,
            );
        }
        yes_no(Node::In(Box::new(item.node), Box::new(whole.node)))
    }

    /// Texts in a list written beside a choice or a date are checked and read like single ones.
    pub(super) fn list_beside(&mut self, tree: &Tree, typed: Typed, beside: &Type) -> Option<Typed> {
        let Shape::List(items) = &tree.shape else {
            return Some(typed);
        };
        if !matches!(beside, Type::Choice(_) | Type::Date | Type::Instant)
            || !items.iter().any(|item| matches!(item.shape, Shape::Text(_)))
        {
            return Some(typed);
        }
        let mut nodes = Vec::new();
        let mut sound = true;
        for item in items {
            let found = self
                .compile(item)
                .and_then(|typed| self.literal_beside(item, typed, beside));
            sound &= found.is_some();
            nodes.extend(found.map(|typed| typed.node));
        }
        let of = if matches!(beside, Type::Choice(_)) {
            Type::Text
        } else {
            beside.clone()
        };
        sound.then_some(Typed {
            node: Node::List(nodes),
            slot: Slot::always(Type::list(of)),
        })
    }

    pub(super) fn both_texts(&mut self, left: &Tree, right: &Tree, word: &str) -> Option<(Typed, Typed)> {
        let (one, other) = (self.compile(left), self.compile(right));
        let (one, other) = (one?, other?);
        for (tree, typed) in [(left, &one), (right, &other)] {
            if !typed.slot.of.is_text() && typed.slot.of != Type::Unknown {
                let (text, of, zh) = (self.text(tree), typed.slot.of.to_string(), typed.slot.of.zh());
                self.mismatch(
                    tree,
                    Words::new(
                        format!("`{word}` compares texts, and `{text}` is {of}."),
                        format!("`{word}` 用于文本，而 `{text}` 是{zh}。"),
                    ),
                    None,
                );
                return None;
            }
        }
        Some((one, other))
    }

    pub(super) fn starts_with(&mut self, left: &Tree, right: &Tree) -> Option<Typed> {
        let (one, other) = self.both_texts(left, right, "starts with")?;
        yes_no(Node::StartsWith(Box::new(one.node), Box::new(other.node)))
    }

    pub(super) fn matches(&mut self, left: &Tree, right: &Tree) -> Option<Typed> {
        let (one, _) = self.both_texts(left, right, "matches")?;
        let Shape::Text(pattern) = &right.shape else {
            return self.mismatch(
                right,
                words!("A pattern is written out in quotes.", "模式须直接写在引号中。"),
                Some(words!(
                    "Write `code matches '[A-Z]{{2}}[0-9]+'`.",
                    "请写 `code matches '[A-Z]{{2}}[0-9]+'`。"
                )),
            );
        };
        match Pattern::new(pattern) {
            Some(pattern) => yes_no(Node::Matches(Box::new(one.node), pattern)),
            None => {
                self.trouble(
                    "bad-pattern",
                    right,
                    words!(
                        "`{pattern}` is no pattern that can be matched.",
                        "`{pattern}` 不是可用的模式。"
                    ),
                    Some(words!(
                        "Patterns know letters, `.`, `[a-z]`, `*`, `+`, `?`, `{{2,5}}`, `|` and `( )`.",
                        "模式支持字母、`.`、`[a-z]`、`*`、`+`、`?`、`{{2,5}}`、`|` 和 `( )`。"
                    )),
                );
                None
            }
        }
    }
}

/// What a date beside a number, or beside a length of time, was probably to say.
fn day_hint(day: &str, of: &Type, count: &str, counted: &Type) -> Words {
    let length = match counted {
        Type::Number => format!("{count} days"),
        _ => count.to_owned(),
    };
    if *counted == Type::Number && count.len() == 4 && count.starts_with(['1', '2']) {
        return words!(
            "A date is written `'{count}-01-31'`, in quotes.",
            "日期写作 `'{count}-01-31'`，加引号。"
        );
    }
    if *of == Type::Instant {
        return words!(
            "Compare two instants: `{day} < now - {length}`, or the time between them: `now - {day} > {length}`.",
            "请比较两个时刻：`{day} < now - {length}`，或它们之间的时长：`now - {day} > {length}`。"
        );
    }
    let days = match counted {
        Type::Number => count,
        _ => "90",
    };
    words!(
        "Compare two dates: `{day} < today - {length}`, or count the days between them: `days_between({day}, today) > {days}`.",
        "请比较两个日期：`{day} < today - {length}`，或数出相隔天数：`days_between({day}, today) > {days}`。"
    )
}

pub(super) fn civil(typed: Typed) -> Typed {
    Typed {
        node: Node::CivilDate(Box::new(typed.node)),
        slot: Slot {
            of: Type::Date,
            optional: typed.slot.optional,
        },
    }
}
