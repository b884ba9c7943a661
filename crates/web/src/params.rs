//! The query of a request: percent-decoded pairs, and the parameters that every operation knows.

use actix_web::http::Method;
use countersign_kernel::filter::{self, Param};
use countersign_kernel::text::{Words, nearest};

use crate::problem::{FAULTS_MAX, Fault, Problem};

/// What changes the answer of those reading operations that know it.
pub(crate) const READING: &[&str] = &["expand", "fields"];
/// What all writing operations know.
pub(crate) const WRITING: &[&str] = &["validate_only"];

/// The query in order, without the parameters that were taken out of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

/// The parameters that many operations know.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standard {
    pub(crate) expand: Vec<String>,
    pub(crate) fields: Vec<String>,
    pub(crate) validate_only: bool,
}

impl Params {
    pub(crate) fn read(query: &str) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let bad = |text: &str| text.contains(['\0', '\u{fffd}']);
        match pairs.iter().find(|(name, value)| bad(name) || bad(value)) {
            Some((name, _)) => Err(Problem::bad_parameters([Fault::parameter(
                name.replace('\0', ""),
                "malformed",
                Words::fixed(
                    "Parameters are UTF-8 and hold no NUL.",
                    "参数须为 UTF-8，且不含 NUL。",
                ),
            )])),
            None => Ok(Self(pairs)),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Param<'_>> {
        self.0.iter().map(|(name, value)| Param { name, value })
    }

    /// Takes a parameter out, however often it stands there.
    pub(crate) fn take_all(&mut self, name: &str) -> Vec<String> {
        let (mine, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|(known, _)| known == name);
        self.0 = rest;
        mine.into_iter().map(|(_, value)| value).collect()
    }

    /// Takes a parameter out; twice is a fault.
    pub(crate) fn take(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let mut values = self.take_all(name).into_iter();
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Fault::parameter(
                name,
                "repeated",
                Words::new(
                    format!("{name} stands there once."),
                    format!("{name} 只能出现一次。"),
                ),
            )),
        }
    }

    /// Takes out what an operation knows of [`READING`] and [`WRITING`].
    pub(crate) fn standard(&mut self, known: &[&str]) -> Result<Standard, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut standard = Standard::default();
        let mut take = |name| {
            if !known.contains(&name) {
                return None;
            }
            self.take(name).unwrap_or_else(|fault| {
                faults.push(fault);
                None
            })
        };
        let list = |text: Option<String>| {
            text.map_or_else(Vec::new, |text| text.split(',').map(str::to_owned).collect())
        };
        standard.expand = list(take("expand"));
        standard.fields = list(take("fields"));
        match take("validate_only").as_deref() {
            None | Some("false") => {}
            Some("true") => standard.validate_only = true,
            Some(_) => faults.push(Fault::parameter(
                "validate_only",
                "bad_value",
                Words::fixed(
                    "validate_only is true or false.",
                    "validate_only 只能是 true 或 false。",
                ),
            )),
        }
        if faults.is_empty() {
            Ok(standard)
        } else {
            Err(faults)
        }
    }

    /// Refuses what is left, of an operation that knows these.
    pub(crate) fn refuse_rest(&self, known: &[&str]) -> Vec<Fault> {
        self.iter()
            .take(FAULTS_MAX)
            .map(|param| {
                let near = nearest(param.name, known.iter().copied());
                Fault::parameter(
                    param.name,
                    "unknown_parameter",
                    filter::words(param.name, "", near, known),
                )
            })
            .collect()
    }
}

pub(crate) fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}
