//! What came of reading a form.

use std::collections::BTreeMap;

use crate::definition::Form;
use crate::expr::{Slot, Type};

/// A form as far as it could be read.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReadForm {
    pub form: Form,
    /// Fields that are there, and of which nothing else is known.
    pub unread: Vec<String>,
    /// There may be other fields: the form, or a line of it, could not be read.
    pub open: bool,
}

impl ReadForm {
    pub(crate) fn missing() -> Self {
        Self {
            open: true,
            ..Self::default()
        }
    }

    /// Every field by name, also those whose type is not known.
    pub(crate) fn slots(&self) -> BTreeMap<String, Slot> {
        let mut slots = crate::form::slots(&self.form);
        slots.extend(
            self.unread
                .iter()
                .map(|name| (name.clone(), Slot::always(Type::Unread))),
        );
        slots
    }

    /// Whether a name that is no sound field may be one all the same.
    pub(crate) fn may_have(&self, name: &str) -> bool {
        self.open || self.unread.iter().any(|other| other == name)
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        let sound = self.form.fields.iter().map(|field| &field.name);
        sound.chain(&self.unread).map(String::as_str).collect()
    }
}
