//! `set`: names are given values, which later steps read. One that cannot be worked out holds the step.

use serde_json::Map;

use crate::expr::Expr;
use crate::machine::{Judge, Place};
use crate::vocabulary::{Opened, VariablesSet, What};

pub(crate) fn begin<'a>(judge: &mut Judge<'a>, at: Place<'a>, fields: &'a [(String, Expr)]) {
    let mut values = Map::new();
    for (name, expr) in fields {
        match judge.reading_in(at.parent).value(expr) {
            Ok(value) => {
                values.insert(name.clone(), value.to_json());
            }
            Err(trouble) => {
                let scope = judge.enter(&at, Opened::Unclear, 0);
                return judge.hold(scope, trouble);
            }
        }
    }
    judge.emit(What::VariablesSet(VariablesSet {
        parent: at.parent,
        index: at.index,
        step: at.step.key.clone(),
        title: judge.title(at.parent, at.step),
        values,
    }));
    judge.go_on(at.parent);
}
