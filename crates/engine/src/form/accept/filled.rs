//! A form while it is being filled in: what is shown, what is needed, what follows.

use serde_json::{Map, Value as Json};

use super::{FAULTS_MAX, FormFault, Look, escape};
use crate::definition::{Field, Form};
use crate::expr::Environment;

/// Fields whose state is told; a list may have as many lines as it likes.
const STATES_MAX: usize = 10_000;

/// A field as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldState {
    /// A JSON pointer into the form.
    pub pointer: String,
    /// Whether it belongs to a form filled in like this.
    pub shown: bool,
    /// Whether it must be filled in.
    pub required: bool,
}

/// What there is so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    /// Defaults filled in, computed fields computed, without what is hidden or wrong.
    pub content: Map<String, Json>,
    /// In the order of the form, lines of lists behind their list.
    pub fields: Vec<FieldState>,
    /// What is wrong or missing.
    pub faults: Vec<FormFault>,
}

/// Says of a form that is not complete yet how it stands.
pub fn fill(form: &Form, sent: &Map<String, Json>, environment: &dyn Environment) -> Filled {
    let mut look = Look {
        states: Some(Vec::new()),
        ..Look::new(environment)
    };
    let content = look.form(form, sent, "", None);
    look.faults.truncate(FAULTS_MAX);
    Filled {
        content,
        fields: look.states.unwrap_or_default(),
        faults: look.faults,
    }
}

impl Look<'_> {
    pub(super) fn state(&mut self, at: &str, field: &Field, shown: bool, required: bool) {
        let Some(states) = self.states.as_mut().filter(|states| states.len() < STATES_MAX) else {
            return;
        };
        states.push(FieldState {
            pointer: format!("{at}/{}", escape(&field.name)),
            shown,
            required,
        });
    }
}
