//! What a definition says, in full: the file with every default filled in, and the same as sentences.

mod file;
mod leave;
mod prose;

use countersign_kernel::text::Locale;

use crate::definition::Document;

/// A step as a file says it, less its title.
pub(crate) fn step_text(step: &crate::definition::Step) -> String {
    file::step(step)
}

/// The file with every default filled in; a file that says the same when it is checked.
pub fn explain(document: &Document) -> String {
    match document {
        Document::Workflow(workflow) => file::workflow(workflow),
        Document::Automation(automation) => file::automation(automation),
        Document::Calendar(calendar) => file::calendar(calendar),
        Document::Table(table) => file::table(table),
        Document::LeaveTypes(types) => file::leave_types(types),
    }
}

/// The same as sentences, one a line, for people who decide by it.
pub fn prose(document: &Document, locale: Locale) -> String {
    match document {
        Document::Workflow(workflow) => prose::workflow(workflow, locale),
        Document::Automation(automation) => prose::automation(automation, locale),
        Document::Calendar(calendar) => prose::calendar(calendar, locale),
        Document::Table(table) => prose::table(table, locale),
        Document::LeaveTypes(types) => leave::leave_types(types, locale),
    }
}
