//! `choose`: runs the first case that holds, or every one that does at once, else `otherwise`. A case that cannot be judged
//! holds the step.

use crate::definition::{Choose, Need, Rest, Take};
use crate::machine::{Judge, Place};
use crate::step::parallel;
use crate::vocabulary::{Opened, Outcome, Read, ScopeId, Trouble};

pub(crate) fn begin<'a>(judge: &mut Judge<'a>, at: Place<'a>, choose: &'a Choose) {
    match (holding(judge, at.parent, choose), choose.take) {
        (Err(trouble), _) => {
            let scope = judge.enter(&at, Opened::Unclear, 0);
            judge.hold(scope, trouble);
        }
        (Ok(taken), Take::First) => take_first(judge, &at, choose, taken.into_iter().next()),
        (Ok(taken), Take::All) => take_all(judge, &at, choose, taken),
    }
}

/// A case that holds: its number, its condition, and what that read.
type Holding = (usize, String, Vec<Read>);

/// The cases that hold, as many as are taken.
fn holding(judge: &Judge<'_>, place: ScopeId, choose: &Choose) -> Result<Vec<Holding>, Trouble> {
    let mut holding = Vec::new();
    for (number, case) in choose.cases.iter().enumerate() {
        let reading = judge.reading_in(place);
        if reading.holds(&case.when)? {
            holding.push((number, case.when.source().to_owned(), reading.reads(&case.when)));
            if choose.take == Take::First {
                break;
            }
        }
    }
    Ok(holding)
}

fn take_first(judge: &mut Judge<'_>, at: &Place<'_>, choose: &Choose, taken: Option<Holding>) {
    let taken = match taken {
        Some((number, when, reads)) => Opened::Case {
            case: Some(number as u32),
            when: Some(when),
            reads,
        },
        None => Opened::Case {
            case: None,
            when: None,
            reads: choose
                .cases
                .first()
                .map(|first| judge.reading_in(at.parent).reads(&first.when))
                .unwrap_or_default(),
        },
    };
    let scope = judge.enter(at, taken, 0);
    judge.go_on(scope);
}

/// Every case that holds, as the branches of a `parallel` that must all be approved.
fn take_all(judge: &mut Judge<'_>, at: &Place<'_>, choose: &Choose, taken: Vec<Holding>) {
    let block = open_all(judge, at, taken.len().max(1), Vec::new());
    let mut lists = Vec::with_capacity(taken.len());
    if taken.is_empty() {
        lists.push(open_case(judge, block, at, choose, None, 0));
    }
    for (number, when, reads) in taken {
        let name = Choose::branch(Some(number));
        let when = Some(when);
        let branch = Opened::Branch { name, when, reads };
        lists.push(parallel::enter_branch(judge, block, number as u32, at, branch, 0));
    }
    for list in lists.into_iter().rev() {
        judge.go_on(list);
    }
}

/// The block of the cases that are taken; `kept`: outcomes of those that ended before.
pub(crate) fn open_all(
    judge: &mut Judge<'_>,
    at: &Place<'_>,
    branches: usize,
    kept: Vec<(String, Outcome)>,
) -> ScopeId {
    parallel::enter_block(judge, at, (Need::All, Rest::Cancel), branches, kept)
}

/// A case that runs, whatever its condition says now; none: `otherwise`.
pub(crate) fn open_case(
    judge: &mut Judge<'_>,
    block: ScopeId,
    at: &Place<'_>,
    choose: &Choose,
    case: Option<usize>,
    from: u32,
) -> ScopeId {
    let number = case.unwrap_or(choose.cases.len()) as u32;
    parallel::open_branch(judge, block, number, at, &Choose::branch(case), from)
}
