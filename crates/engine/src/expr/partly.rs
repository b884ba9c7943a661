//! What a condition comes to where only a part of what it reads is known.

use countersign_kernel::text;

use super::node::{Comparison, Node};
use super::{Expr, Reference, Value};

impl Expr {
    /// Whether it holds, as far as that is settled by what is known; none where the rest decides.
    pub(crate) fn settled(&self, known: &dyn Fn(&Reference) -> Option<Value>) -> Option<bool> {
        truth(&self.node, known)
    }
}

fn truth(node: &Node, known: &dyn Fn(&Reference) -> Option<Value>) -> Option<bool> {
    match node {
        Node::Not(inside) => truth(inside, known).map(|holds| !holds),
        Node::And(one, other) => match (truth(one, known), truth(other, known)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Node::Or(one, other) => match (truth(one, known), truth(other, known)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Node::Compare(Comparison::Equal, one, other) => {
            Some(same(&value(one, known)?, &value(other, known)?))
        }
        Node::Compare(Comparison::NotEqual, one, other) => {
            Some(!same(&value(one, known)?, &value(other, known)?))
        }
        Node::In(item, list) => {
            let item = value(item, known)?;
            match value(list, known)? {
                Value::List(all) => Some(all.iter().any(|one| same(one, &item))),
                _ => None,
            }
        }
        other => match value(other, known)? {
            Value::YesNo(holds) => Some(holds),
            _ => None,
        },
    }
}

/// As an evaluation compares them.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => text::same(one, other),
        _ => one == other,
    }
}

fn value(node: &Node, known: &dyn Fn(&Reference) -> Option<Value>) -> Option<Value> {
    match node {
        Node::Value(value) => Some(value.clone()),
        Node::Read(reference) => known(reference),
        Node::List(items) => {
            let items: Option<Vec<Value>> = items.iter().map(|item| value(item, known)).collect();
            items.map(Value::List)
        }
        _ => None,
    }
}
