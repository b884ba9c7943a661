//! `each`: the same steps for every item of a list, or for every group of them, at once.

use crate::definition::{Each, EachNeed};
use crate::expr::Expr;
use crate::machine::{Judge, Place};
use crate::vocabulary::{Opened, Outcome, Trouble};

/// Items, or groups of them.
const ITEMS_MAX: usize = 1_000;

pub(crate) fn begin<'a>(judge: &mut Judge<'a>, at: Place<'a>, each: &'a Each) {
    let items = match judge.reading_in(at.parent).items_of(each) {
        Ok(items) => items,
        Err(trouble) => {
            let scope = judge.enter(&at, Opened::Unclear, 0);
            return judge.hold(scope, trouble);
        }
    };
    let opened = Opened::Each {
        need: each.need.need(),
        rest: each.rest,
        items: items.len() as u32,
        each_decides: each.need == EachNeed::EachDecides,
    };
    let block = judge.enter(&at, opened, 0);
    let count = items.len();
    judge.effort.remember(block, items);
    if count > ITEMS_MAX {
        return judge.hold(block, too_many(&each.list, count));
    }
    if count == 0 {
        return judge.ended(block, Outcome::Skipped);
    }
    let mut lists = Vec::with_capacity(count);
    for number in 1..=count as u32 {
        let at = Place {
            parent: block,
            index: number - 1,
            step: at.step,
            doubt: None,
        };
        lists.push(judge.enter(&at, Opened::Item { number }, 0));
    }
    for list in lists.into_iter().rev() {
        judge.go_on(list);
    }
}

fn too_many(list: &Expr, items: usize) -> Trouble {
    Trouble::Rule {
        source: list.source().to_owned(),
        fault: format!("{items} are more than the {ITEMS_MAX} that `each` takes"),
        fault_zh: format!("共 {items} 项，超过 `each` 的上限 {ITEMS_MAX}"),
    }
}
