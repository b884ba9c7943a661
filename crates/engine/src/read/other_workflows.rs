//! Other workflows as a file names them: whether there is one, and whether its form has a field.

use std::collections::BTreeMap;

use super::desk::Desk;
use crate::expr::Slot;
use crate::finding::words;
use crate::parse::Node;
use crate::surroundings::Surroundings;

/// The name of a workflow that there is, or of the file's own. Where none is known, any may be.
pub(super) fn workflow_name(
    desk: &Desk<'_>,
    node: &Node,
    around: &Surroundings,
    own: Option<&str>,
) -> Option<String> {
    let name = desk.name(node)?;
    let known = &around.workflows;
    if known.is_empty() || known.contains_key(&name) || own == Some(name.as_str()) {
        return Some(name);
    }
    let names: Vec<&str> = known.keys().map(String::as_str).chain(own).collect();
    let all = names.join(", ");
    let hint = match desk.nearest(&name, names) {
        Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
        None => words!("There are: {all}.", "有：{all}。"),
    };
    desk.error(
        "unknown-workflow",
        node,
        words!("There is no workflow `{name}`.", "没有工作流 `{name}`。"),
        hint,
    );
    None
}

/// Tells of a field that the form of a workflow has not.
pub(super) fn no_field(
    desk: &Desk<'_>,
    node: &Node,
    field: &str,
    workflow: &str,
    fields: &BTreeMap<String, Slot>,
) {
    let all = fields.keys().cloned().collect::<Vec<_>>().join(", ");
    let hint = match desk.nearest(field, fields.keys().map(String::as_str)) {
        Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
        None if all.is_empty() => words!("Its form has no fields.", "其表单没有字段。"),
        None => words!("Its fields are: {all}.", "其字段有：{all}。"),
    };
    desk.error(
        "unknown-name",
        node,
        words!(
            "The form of `{workflow}` has no field `{field}`.",
            "`{workflow}` 的表单没有字段 `{field}`。"
        ),
        hint,
    );
}
