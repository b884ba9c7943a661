//! `parallel`: branches at once; `need` of them approved approves the block.

use crate::definition::{Need, Parallel, Rest};
use crate::machine::{Judge, Place};
use crate::vocabulary::{Opened, Outcome, ScopeId};

pub(crate) fn begin<'a>(judge: &mut Judge<'a>, at: Place<'a>, parallel: &'a Parallel) {
    let block = open(judge, &at, parallel, Vec::new(), false);
    let mut lists = Vec::with_capacity(parallel.branches.len());
    for (number, branch) in parallel.branches.iter().enumerate() {
        lists.push(open_branch(judge, block, number as u32, &at, &branch.name, 0));
    }
    for list in lists.into_iter().rev() {
        judge.go_on(list);
    }
}

/// `kept`: outcomes of branches that ended before; `again`: only one more runs beside them.
pub(crate) fn open(
    judge: &mut Judge<'_>,
    at: &Place<'_>,
    parallel: &Parallel,
    kept: Vec<(String, Outcome)>,
    again: bool,
) -> ScopeId {
    let branches = if again {
        kept.len() + 1
    } else {
        parallel.branches.len()
    };
    enter_block(judge, at, (parallel.need, parallel.rest), branches, kept)
}

pub(super) fn enter_block(
    judge: &mut Judge<'_>,
    at: &Place<'_>,
    (need, rest): (Need, Rest),
    branches: usize,
    kept: Vec<(String, Outcome)>,
) -> ScopeId {
    let block = Opened::Parallel {
        need,
        rest,
        branches: branches as u32,
        kept,
    };
    judge.enter(at, block, 0)
}

pub(crate) fn open_branch(
    judge: &mut Judge<'_>,
    block: ScopeId,
    number: u32,
    at: &Place<'_>,
    name: &str,
    from: u32,
) -> ScopeId {
    let branch = Opened::Branch {
        name: name.to_owned(),
        when: None,
        reads: Vec::new(),
    };
    enter_branch(judge, block, number, at, branch, from)
}

pub(super) fn enter_branch(
    judge: &mut Judge<'_>,
    block: ScopeId,
    number: u32,
    at: &Place<'_>,
    branch: Opened,
    from: u32,
) -> ScopeId {
    let at = Place {
        parent: block,
        index: number,
        step: at.step,
        doubt: None,
    };
    judge.enter(&at, branch, from)
}
