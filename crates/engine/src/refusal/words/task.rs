//! What a task does not ask for.

use countersign_kernel::text::Locale;

use crate::state::Verb;
use crate::vocabulary::Purpose;

/// Whoever does with a task what it does not ask for is told what it does.
pub(super) fn not_for_this(verb: Verb, purpose: Purpose, locale: Locale) -> String {
    let done = verb.with("it");
    match purpose {
        Purpose::Repair => locale.pick(
            format!(
                "This is a repair task; you cannot {done}. Mend what holds the step and complete the task, \
                 return the request, or reject it."
            ),
            format!(
                "这是一个修复任务，不能{}。请先排除挂起原因再完成任务，或退回、拒绝该申请。",
                verb.zh()
            ),
        ),
        Purpose::Decide => locale.pick(
            format!("This task asks for a decision; you cannot {done}."),
            format!("此任务需要作出决定，不能{}。", verb.zh()),
        ),
        Purpose::Do => locale.pick(
            format!(
                "This task asks for something to be done; you cannot {done}. Complete it when it is done."
            ),
            format!("此任务需要办理，不能{}。办完后请完成任务。", verb.zh()),
        ),
    }
}
