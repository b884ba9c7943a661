//! Pictures of a workflow, and of where a request stands in it: SVG for handbooks, Mermaid for documents.

mod block;
mod forks;
mod letters;
mod marks;
mod mermaid;
mod svg;
mod words;

use countersign_kernel::text::Locale;

use crate::definition::Workflow;
use crate::state::State;
use crate::why::Telling;

/// The workflow as an SVG picture.
pub fn svg(definition: &Workflow, locale: Locale) -> String {
    svg::draw(&block::of(
        definition,
        &Telling::of(definition, locale),
        &marks::Marks::default(),
    ))
}

/// The same with marks: where the request is, who decided what, and when.
pub fn svg_of(definition: &Workflow, state: &State, telling: &Telling<'_>) -> String {
    svg::draw(&block::of(definition, telling, &marks::Marks::of(state, telling)))
}

/// The workflow as a Mermaid flowchart.
pub fn mermaid(definition: &Workflow, locale: Locale) -> String {
    mermaid::draw(&block::of(
        definition,
        &Telling::of(definition, locale),
        &marks::Marks::default(),
    ))
}

/// The same with marks.
pub fn mermaid_of(definition: &Workflow, state: &State, telling: &Telling<'_>) -> String {
    mermaid::draw(&block::of(definition, telling, &marks::Marks::of(state, telling)))
}
