//! From the tree of a file to a checked definition: names, types, gaps. One file for each part of the language.

mod automation;
mod calendar;
mod desk;
mod form;
mod leave;
mod lookup;
mod other_workflows;
mod step;
mod story;
mod table;
mod who;
mod workflow;

pub(crate) use automation::automation;
pub(crate) use calendar::calendar;
pub(crate) use desk::{Desk, Map, capital};
pub(crate) use leave::leave_types;
pub(crate) use table::table;
pub(crate) use workflow::workflow;
