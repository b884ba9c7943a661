//! `choose`: runs the first case that holds, else `otherwise`. A case that cannot be judged holds the step.

use crate::definition::Choose;
use crate::machine::{Judge, Place};
use crate::vocabulary::Opened;

pub(crate) fn begin<'a>(judge: &mut Judge<'a>, at: Place<'a>, choose: &'a Choose) {
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
