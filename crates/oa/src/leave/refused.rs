//! Why leave cannot be set aside, in words, at the field that it is about.

use countersign_engine::leave::{AsksForLeave, Broken};
use countersign_engine::refusal::Fault;
use countersign_kernel::text::{Locale, Text, Words};
use countersign_kernel::time::Date;

use crate::error::Error;

/// What is wrong with what a form asks for.
pub(super) struct Refusing<'a> {
    pub asks: &'a AsksForLeave,
}

impl Refusing<'_> {
    /// At the field that says the type, where one does.
    fn at_type(&self) -> String {
        let name = self.asks.of.as_ref().map_or("", |of| of.source());
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        format!("/form/{}", if is_name { name } else { &self.asks.dates })
    }

    fn at_dates(&self) -> String {
        format!("/form/{}", self.asks.dates)
    }

    fn at(&self, code: &str) -> String {
        match (code, &self.asks.evidence) {
            ("leave_evidence_missing", Some(evidence)) => format!("/form/{evidence}"),
            _ => self.at_dates(),
        }
    }

    pub(super) fn broken(&self, broken: Vec<Broken>) -> Error {
        let fault = |one: Broken| Fault {
            pointer: self.at(one.code),
            code: one.code,
            text: one.text,
        };
        Error::Invalid(broken.into_iter().map(fault).collect())
    }

    pub(super) fn no_types(&self) -> Error {
        let words = Words::fixed(
            "No types of leave are published for this person: HR publishes some with PUT /v1/leave-types/{name}.",
            "尚未为此人发布假别：请人事通过 PUT /v1/leave-types/{name} 发布。",
        );
        invalid(self.at_type(), "leave_no_types", &words)
    }

    pub(super) fn unknown_type(&self, name: &str, known: &[&str]) -> Error {
        invalid(self.at_type(), "leave_unknown_type", &unknown_type(name, known))
    }

    pub(super) fn no_dates(&self) -> Error {
        let words = Words::fixed("Leave needs dates.", "请假需要日期。");
        invalid(self.at_dates(), "leave_no_dates", &words)
    }

    pub(super) fn too_long(&self) -> Error {
        let words = Words::fixed(
            "Leave of more than three years is not asked for in one piece.",
            "单次请假不能超过三年。",
        );
        invalid(self.at_dates(), "leave_too_long", &words)
    }

    pub(super) fn overlap(&self, first: Date, last: Date) -> Error {
        self.broken(vec![overlapping(first, last)])
    }

    /// The request whose leave is to be changed is none of theirs that was approved.
    pub(super) fn nothing_to_change(&self) -> Error {
        let field = self.asks.changes.as_deref().unwrap_or_default();
        let words = Words::fixed(
            "This is not the id or number of a request of this person's whose leave was approved.",
            "这不是此人已获批准的请假申请的编号。",
        );
        invalid(format!("/form/{field}"), "leave_not_found", &words)
    }

    pub(super) fn not_within(&self, first: Date, last: Date) -> Error {
        let words = Words::new(
            format!(
                "Leave is shortened within its days, {first} to {last}; ask for more with a request of its own."
            ),
            format!("只能在原日期 {first} 至 {last} 内缩短；需要更多请另行申请。"),
        );
        invalid(self.at_dates(), "leave_not_within", &words)
    }
}

/// There is leave on some of these days already.
pub(super) fn overlapping(first: Date, last: Date) -> Broken {
    let words = Words::new(
        format!("There is leave from {first} to {last} already."),
        format!("{first} 至 {last} 已有假期。"),
    );
    Broken {
        code: "leave_overlap",
        text: text(&words),
    }
}

/// They have no leave of this type.
pub(super) fn no_type(name: &str, known: &[&str]) -> Broken {
    Broken {
        code: "leave_unknown_type",
        text: text(&unknown_type(name, known)),
    }
}

pub(super) fn unknown_type(name: &str, known: &[&str]) -> Words {
    if known.is_empty() {
        return Words::fixed(
            "No types of leave are published for this person.",
            "尚未为此人发布假别。",
        );
    }
    let known = known.join(", ");
    Words::new(
        format!("There is no leave type `{name}` for this person. There are: {known}."),
        format!("此人没有假别 `{name}`。可用：{known}。"),
    )
}

pub(super) fn invalid(at: impl Into<String>, code: &'static str, words: &Words) -> Error {
    Error::Invalid(vec![Fault {
        pointer: at.into(),
        code,
        text: text(words),
    }])
}

fn text(words: &Words) -> Text {
    Text::Many(
        [
            ("en".to_owned(), words.get(Locale::En).to_owned()),
            ("zh-CN".to_owned(), words.get(Locale::ZhCn).to_owned()),
        ]
        .into(),
    )
}
