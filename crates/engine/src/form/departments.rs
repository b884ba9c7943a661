//! Departments that a form names: whether there are such.

use countersign_kernel::directory::Directory;
use countersign_kernel::text::nearest;
use serde_json::{Map, Value as Json};

use crate::definition::{FieldKind, Form};
use crate::refusal::Fault;

/// What a filled-in form names as departments and no department is called. Whoever submits is told; what was submitted stays as it is,
/// whatever becomes of the organisation.
pub fn unknown_departments(form: &Form, filled: &Map<String, Json>, directory: &Directory) -> Vec<Fault> {
    let mut faults = Vec::new();
    look(form, filled, "/form", directory, &mut faults);
    faults
}

fn look(
    form: &Form,
    filled: &Map<String, Json>,
    under: &str,
    directory: &Directory,
    faults: &mut Vec<Fault>,
) {
    for field in &form.fields {
        let Some(value) = filled.get(&field.name) else {
            continue;
        };
        let pointer = format!("{under}/{}", field.name);
        match (&field.kind, value) {
            (FieldKind::Department, Json::String(name))
                if !name.trim().is_empty() && directory.department(name).is_none() =>
            {
                faults.push(unknown(pointer, name, directory));
            }
            (FieldKind::Group { fields }, Json::Object(inner)) => {
                look(fields, inner, &pointer, directory, faults);
            }
            (FieldKind::List { fields }, Json::Array(lines)) => {
                for (place, line) in lines.iter().enumerate() {
                    if let Json::Object(inner) = line {
                        look(fields, inner, &format!("{pointer}/{place}"), directory, faults);
                    }
                }
            }
            _ => {}
        }
    }
}

fn unknown(pointer: String, name: &str, directory: &Directory) -> Fault {
    let name: String = name.chars().take(80).collect();
    let known = directory
        .departments
        .iter()
        .map(|department| department.name.as_str());
    let (en, zh) = nearest(&name, known).map_or_else(Default::default, |near| {
        (format!(" Did you mean `{near}`?"), format!("是否想用 `{near}`？"))
    });
    Fault::new(
        pointer,
        "not_found",
        format!("There is no department `{name}`.{en}"),
        format!("没有名为 `{name}` 的部门。{zh}"),
    )
}
