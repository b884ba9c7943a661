//! The names that begin the paths of an expression.

use super::syntax::{Shape, Tree, parse};

/// The names that a text reads where it is more than a value: where it counts, compares or calls.
pub(crate) fn names_read(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(tree) = parse(text)
        && !matches!(tree.shape, Shape::Name(_))
    {
        roots(&tree, &mut found);
    }
    found
}

/// The names that begin the paths of a tree.
pub(super) fn roots(tree: &Tree, found: &mut Vec<String>) {
    match &tree.shape {
        Shape::Name(name) => found.push(name.clone()),
        Shape::Part(whole, _) | Shape::Not(whole) | Shape::Negative(whole) | Shape::IsEmpty(whole, _) => {
            roots(whole, found);
        }
        Shape::Call(_, parts) | Shape::List(parts) => parts.iter().for_each(|part| roots(part, found)),
        Shape::Binary(_, one, other) => {
            roots(one, found);
            roots(other, found);
        }
        Shape::Between(one, two, three) | Shape::If(one, two, three) => {
            for part in [one, two, three] {
                roots(part, found);
            }
        }
        Shape::Number(_)
        | Shape::Percent(_)
        | Shape::Measured(..)
        | Shape::Text(_)
        | Shape::YesNo(_)
        | Shape::Empty => {}
    }
}
