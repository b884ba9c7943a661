//! What is wrong with what a caller sent: place, code and remedy, all at once.

use std::borrow::Cow;

use countersign_kernel::money::Money;
use countersign_kernel::text::Words;
use countersign_web::{Fault, Member};

/// Everything that is wrong with one record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn push(
        &mut self,
        pointer: &str,
        code: &'static str,
        en: impl Into<Cow<'static, str>>,
        zh: impl Into<Cow<'static, str>>,
    ) {
        self.0.push(Fault::at(pointer, code, Words::new(en, zh)));
    }

    /// A member that must not be null.
    pub fn needed(&mut self, pointer: &str) {
        self.push(
            pointer,
            "required",
            "This must not be empty: leave it out, or give a value.",
            "此项不能为空：请省略或给出值。",
        );
    }

    /// A reference to what is not there, or not to be seen: the two read the same.
    pub fn unknown(&mut self, pointer: &str, kind: &str) {
        self.0.push(Fault::no_such(pointer, kind));
    }

    pub fn into_result(self) -> Result<(), Vec<Fault>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }

    /// A text that must be there: not blank, at most so many characters, on one line.
    pub fn line(&mut self, pointer: &str, member: Member<String>, most: usize) -> Option<String> {
        match member {
            Member::Absent => None,
            Member::Null => {
                self.needed(pointer);
                None
            }
            Member::Set(text) => self.fits(pointer, &text, most).then_some(text),
        }
    }

    /// A text that may be empty; `form` says whether it is written as it should be.
    pub fn text(
        &mut self,
        pointer: &str,
        field: &mut Option<String>,
        member: Member<String>,
        form: &TextForm,
    ) {
        match member {
            Member::Absent => {}
            Member::Null => *field = None,
            Member::Set(text) if !self.fits(pointer, &text, form.most) => {}
            Member::Set(text) if (form.holds)(&text) => *field = Some(text),
            Member::Set(_) => self.push(pointer, form.code, form.en, form.zh),
        }
    }

    /// A member that is always there.
    pub fn set<X>(&mut self, pointer: &str, field: &mut X, member: Member<X>) {
        match member {
            Member::Absent => {}
            Member::Null => self.needed(pointer),
            Member::Set(value) => *field = value,
        }
    }

    /// The id of a record that may be absent; a new one leads to what `is_seen`.
    pub fn reference<I: Copy + Eq>(
        &mut self,
        (pointer, kind): (&str, &str),
        field: &mut Option<I>,
        member: Member<I>,
        is_seen: impl Fn(&I) -> bool,
    ) {
        match member {
            Member::Absent => {}
            Member::Null => *field = None,
            Member::Set(id) if *field == Some(id) || is_seen(&id) => *field = Some(id),
            Member::Set(_) => self.unknown(pointer, kind),
        }
    }

    /// A text of several lines that may be empty.
    pub fn prose(&mut self, pointer: &str, field: &mut Option<String>, member: Member<String>, most: usize) {
        let Member::Set(text) = member else {
            return *field = member.over(field.take());
        };
        let bad = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
        if text.trim().is_empty() {
            self.push(pointer, "required", "This must not be blank.", "此项不能为空白。");
        } else if text.chars().count() > most {
            self.too_long(pointer, most);
        } else if text.chars().any(bad) {
            self.push(
                pointer,
                "control_character",
                "Of control characters only line breaks and tabs stand here.",
                "控制字符仅允许换行和制表符。",
            );
        } else {
            *field = Some(text);
        }
    }

    /// A text on one line that may be absent.
    pub fn optional_line(
        &mut self,
        pointer: &str,
        field: &mut Option<String>,
        member: Member<String>,
        most: usize,
    ) {
        match member {
            Member::Absent => {}
            Member::Null => *field = None,
            Member::Set(text) if self.fits(pointer, &text, most) => *field = Some(text),
            Member::Set(_) => {}
        }
    }

    /// An amount of money that may be absent and is not negative.
    pub fn money(&mut self, pointer: &str, field: &mut Option<Money>, member: Member<Money>) {
        match member {
            Member::Absent => {}
            Member::Null => *field = None,
            Member::Set(money) if money.minor < 0 => {
                self.push(
                    &format!("{pointer}/amount"),
                    "negative",
                    "This amount cannot be negative.",
                    "此金额不能为负。",
                );
            }
            Member::Set(money) => *field = Some(money),
        }
    }

    fn fits(&mut self, pointer: &str, text: &str, most: usize) -> bool {
        let faults = self.0.len();
        if text.trim().is_empty() {
            self.push(pointer, "required", "This must not be blank.", "此项不能为空白。");
        } else if text.chars().count() > most {
            self.too_long(pointer, most);
        } else if text.chars().any(char::is_control) {
            self.push(
                pointer,
                "control_character",
                "This is one line of text, without control characters.",
                "此项为单行文本，不能含控制字符。",
            );
        }
        faults == self.0.len()
    }

    fn too_long(&mut self, pointer: &str, most: usize) {
        self.push(
            pointer,
            "too_long",
            format!("At most {most} characters fit here."),
            format!("最多 {most} 个字符。"),
        );
    }
}

/// How a text must be written, and what to say if it is not.
#[derive(Debug)]
pub struct TextForm {
    /// Characters at most.
    pub most: usize,
    pub holds: fn(&str) -> bool,
    pub code: &'static str,
    pub en: &'static str,
    pub zh: &'static str,
}
