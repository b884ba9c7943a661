//! `choose`: runs the first case that holds, or every one that does at once, else `otherwise`. A case that cannot be judged
//! holds the step.

use crate::definition::{Choose, Need, Rest, Take};
use crate::machine::{Judge, Place};
use crate::vocabulary::{Opened, Outcome, Read, ScopeId};

pub(crate) fn begin<'a>(judge: &mut Judge<'a>, at: Place<'a>, choose: &'a Choose) {
    if choose.take == Take::All {
        return take_all(judge, &at, choose);
    }
    let mut taken = Opened::Case {
        case: None,
        when: None,
        reads: Vec::new(),
    };
    for (number, case) in choose.cases.iter().enumerate() {
        let reading = judge.reading();
        match reading.holds(&case.when) {
            Ok(false) => {}
            Ok(true) => {
                let (when, reads) = (Some(case.when.source().to_owned()), reading.reads(&case.when));
                taken = Opened::Case {
                    case: Some(number as u32),
                    when,
                    reads,
                };
                break;
            }
            Err(trouble) => {
                let scope = judge.enter(&at, Opened::Unclear, 0);
                return judge.hold(scope, trouble);
            }
        }
    }
    if let (
        Opened::Case {
            case: None, reads, ..
        },
        Some(first),
    ) = (&mut taken, choose.cases.first())
    {
        *reads = judge.reading().reads(&first.when);
    }
    let scope = judge.enter(&at, taken, 0);
    judge.go_on(scope);
}

/// Every case that holds, as the branches of a `parallel` that must all be approved.
fn take_all(judge: &mut Judge<'_>, at: &Place<'_>, choose: &Choose) {
    let mut taken: Vec<(Option<usize>, Option<String>, Vec<Read>)> = Vec::new();
    for (number, case) in choose.cases.iter().enumerate() {
        let reading = judge.reading();
        match reading.holds(&case.when) {
            Ok(false) => {}
            Ok(true) => {
                let when = Some(case.when.source().to_owned());
                taken.push((Some(number), when, reading.reads(&case.when)));
            }
            Err(trouble) => {
                let scope = judge.enter(at, Opened::Unclear, 0);
                return judge.hold(scope, trouble);
            }
        }
    }
    if taken.is_empty() {
        taken.push((None, None, Vec::new()));
    }
    let block = open_all(judge, at, taken.len(), Vec::new());
    let mut lists = Vec::with_capacity(taken.len());
    for (case, when, reads) in taken {
        lists.push(open_case(judge, block, at, choose, (case, when, reads), 0));
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
    let block = Opened::Parallel {
        need: Need::All,
        rest: Rest::Cancel,
        branches: branches as u32,
        kept,
    };
    judge.enter(at, block, 0)
}

pub(crate) fn open_case(
    judge: &mut Judge<'_>,
    block: ScopeId,
    at: &Place<'_>,
    choose: &Choose,
    (case, when, reads): (Option<usize>, Option<String>, Vec<Read>),
    from: u32,
) -> ScopeId {
    let branch = Place {
        parent: block,
        index: case.unwrap_or(choose.cases.len()) as u32,
        step: at.step,
        doubt: None,
    };
    let name = Choose::branch(case);
    judge.enter(&branch, Opened::Branch { name, when, reads }, from)
}
