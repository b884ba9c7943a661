//! One fault of a request, and where it is.

use std::borrow::Cow;

use countersign_kernel::filter;
use countersign_kernel::text::{Locale, Words};
use serde_json::{Value, json};

use super::kind_in_chinese;

/// Where a fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// RFC 6901, without `#`.
    Pointer(String),
    Parameter(String),
    Header(&'static str),
}

/// One entry of a problem's `errors`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    pub code: Cow<'static, str>,
    pub detail: Words,
}

impl Fault {
    /// A fault in the body: `Fault::at("/amount", "too_fine", Words::new(…, …))`.
    pub fn at(pointer: impl Into<String>, code: impl Into<Cow<'static, str>>, detail: Words) -> Self {
        Self {
            place: Place::Pointer(pointer.into()),
            code: code.into(),
            detail,
        }
    }

    pub fn parameter(name: impl Into<String>, code: impl Into<Cow<'static, str>>, detail: Words) -> Self {
        Self {
            place: Place::Parameter(name.into()),
            code: code.into(),
            detail,
        }
    }

    pub fn header(name: &'static str, code: impl Into<Cow<'static, str>>, detail: Words) -> Self {
        Self {
            place: Place::Header(name),
            code: code.into(),
            detail,
        }
    }

    /// A member that must be there and is not.
    pub fn missing(pointer: impl Into<String>) -> Self {
        let pointer = pointer.into();
        let name = pointer.rsplit('/').next().unwrap_or_default().to_owned();
        Self::at(
            pointer,
            "missing",
            Words::new(format!("{name} is missing."), format!("缺少 {name}。")),
        )
    }

    /// A well-formed id of nothing that the caller may see.
    pub fn no_such(pointer: impl Into<String>, kind: &str) -> Self {
        let zh = kind_in_chinese(kind);
        Self::at(
            pointer,
            "not_found",
            Words::new(
                format!("There is no {kind} with this id, or it is not yours to see."),
                format!("没有此 id 的{zh}，或您无权查看。"),
            ),
        )
    }

    /// As it stands in `errors`.
    pub fn to_json(&self, locale: Locale) -> Value {
        let (name, place) = match &self.place {
            Place::Pointer(place) => ("pointer", place.as_str()),
            Place::Parameter(place) => ("parameter", place.as_str()),
            Place::Header(place) => ("header", *place),
        };
        json!({ name: place, "code": self.code, "detail": self.detail.get(locale) })
    }

    /// A fault of a filter in the query.
    pub(crate) fn of_query(fault: filter::Fault) -> Self {
        Self::parameter(fault.place, fault.code, fault.detail)
    }

    /// A fault of a filter in a body, where the filter stands at `base`.
    pub fn of_filter(base: &str, fault: filter::Fault) -> Self {
        Self::at(format!("{base}{}", fault.place), fault.code, fault.detail)
    }
}
