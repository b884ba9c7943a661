//! From text to a tree that knows where each part stands. YAML is strict 1.2 here; its traps are explained.

mod aliases;
mod bounds;
mod controls;
mod flow;
mod node;
mod source;
mod traps;
mod yaml;

pub(crate) use node::{Node, Scalar, Yaml};
pub(crate) use source::{Place, Source};
pub(crate) use yaml::{Parsed, parse};

/// What is wrong at a place, before it becomes a [`Finding`](crate::finding::Finding).
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub code: &'static str,
    pub place: Place,
    pub message: crate::finding::Words,
    pub hint: Option<crate::finding::Words>,
}
