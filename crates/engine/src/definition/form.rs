//! The form: what a requester fills in.

use countersign_kernel::money::Currency;
use countersign_kernel::text::Text;
use serde_json::Value as Json;

use crate::expr::{Expr, Slot, Type};

/// The fields of a form, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub fields: Vec<Field>,
}

impl Form {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field that says how much it is about: the last amount that is computed, for a total comes last; else the first that is
    /// asked for.
    pub fn amount(&self) -> Option<&Field> {
        let is_computed =
            |field: &&Field| matches!(field.kind, FieldKind::Computed { .. }) && field.slot.of == Type::Money;
        let is_asked = |field: &&Field| matches!(field.kind, FieldKind::Money { .. });
        let total = self.fields.iter().rev().find(is_computed);
        total.or_else(|| self.fields.iter().find(is_asked))
    }
}

/// One field.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub line: usize,
    pub label: Option<Text>,
    pub help: Option<Text>,
    pub kind: FieldKind,
    pub required: Required,
    /// Filled in where the submitter leaves the field out.
    pub default: Option<Json>,
    /// Hidden, and refused if sent, unless this holds.
    pub show_when: Option<Expr>,
    pub limits: Limits,
    /// Whether lists of requests can be filtered and sorted by it.
    pub list: bool,
    /// Its type in expressions, and whether it may be empty.
    pub slot: Slot,
}

/// Whether a field must be filled in.
#[derive(Debug, Clone)]
pub enum Required {
    No,
    Yes,
    When(Expr),
}

/// What bounds a value: amounts and dates by `min` and `max`, lists by counts, texts by length.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    pub min: Option<Expr>,
    pub max: Option<Expr>,
    pub min_count: Option<Expr>,
    pub max_count: Option<Expr>,
    pub max_length: Option<Expr>,
}

/// What a field holds.
#[derive(Debug, Clone)]
pub enum FieldKind {
    Text,
    LongText,
    Number,
    Integer,
    Percent,
    /// Currencies that may be named; the first is meant where none is.
    Money {
        currencies: Vec<Currency>,
    },
    Date,
    DateTime,
    DateRange,
    Choice {
        options: Vec<(String, Option<Text>)>,
    },
    Choices {
        options: Vec<(String, Option<Text>)>,
    },
    YesNo,
    Person,
    People,
    Department,
    Record {
        of: RecordKind,
    },
    /// Accepted kinds by extension, lower case; empty accepts any.
    File {
        accept: Vec<String>,
    },
    Email,
    Phone,
    Url,
    List {
        fields: Form,
    },
    Group {
        fields: Form,
    },
    Computed {
        is: Expr,
    },
}

/// The kinds of records that a form can point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    Account,
    Contact,
    Deal,
}

impl RecordKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Contact => "contact",
            Self::Deal => "deal",
        }
    }
}
