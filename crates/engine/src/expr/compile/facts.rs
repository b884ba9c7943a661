//! What a condition tells: paths that are filled in wherever it holds.

use crate::expr::syntax::{Binary, Shape, Tree};

/// `address.town` or `step('measure').form.length`, if it is names and points alone.
pub(crate) fn path(tree: &Tree) -> Option<String> {
    if let Some(names) = names(tree) {
        return Some(names.join("."));
    }
    if let Shape::Call(function, arguments) = &tree.shape
        && function == "table"
    {
        return table(arguments);
    }
    let Shape::Part(whole, part) = &tree.shape else {
        return None;
    };
    let before = match &whole.shape {
        Shape::Call(function, arguments) if function == "step" => match arguments.as_slice() {
            [
                Tree {
                    shape: Shape::Text(id),
                    ..
                },
            ] => format!("step('{id}')"),
            _ => return None,
        },
        _ => path(whole)?,
    };
    Some(format!("{before}.{part}"))
}

/// `table('limits', amount)`: what is given for values is the same wherever they are.
fn table(arguments: &[Tree]) -> Option<String> {
    let (name, given) = arguments.split_first()?;
    let Shape::Text(name) = &name.shape else {
        return None;
    };
    let given = given.iter().map(|tree| match &tree.shape {
        Shape::Text(text) => Some(format!("'{text}'")),
        _ => path(tree),
    });
    let given: Vec<String> = given.collect::<Option<_>>()?;
    Some(format!("table('{name}', {})", given.join(", ")))
}

pub(super) fn names(tree: &Tree) -> Option<Vec<&str>> {
    match &tree.shape {
        Shape::Name(name) => Some(vec![name]),
        Shape::Part(whole, part) => {
            let mut path = names(whole)?;
            path.push(part);
            Some(path)
        }
        _ => None,
    }
}

/// What is known to be filled in once a condition holds (or is known not to).
pub(crate) fn facts(tree: &Tree, holds: bool, known: &mut Vec<String>) {
    match &tree.shape {
        Shape::IsEmpty(inside, positive) if *positive != holds => known.extend(path(inside)),
        Shape::Not(inside) => facts(inside, !holds, known),
        Shape::Binary(Binary::And, left, right) if holds => {
            facts(left, true, known);
            facts(right, true, known);
        }
        Shape::Binary(Binary::Or, left, right) if !holds => {
            facts(left, false, known);
            facts(right, false, known);
        }
        Shape::Binary(Binary::NotEqual, left, right) if !holds => {
            known.extend(path(left));
            known.extend(path(right));
        }
        Shape::Binary(
            Binary::Equal
            | Binary::Less
            | Binary::LessOrEqual
            | Binary::Greater
            | Binary::GreaterOrEqual
            | Binary::In
            | Binary::Contains
            | Binary::StartsWith
            | Binary::Matches,
            left,
            right,
        ) if holds => {
            known.extend(path(left));
            known.extend(path(right));
        }
        Shape::Between(value, ..) if holds => known.extend(path(value)),
        _ => {}
    }
}
