//! **Comment**: words on a request, or on a task of it; they change nothing.

use countersign_kernel::id::TaskId;

use super::words;
use crate::machine::Judge;
use crate::refusal::Refusal;
use crate::vocabulary::What;

pub(crate) fn run(judge: &mut Judge<'_>, task: Option<TaskId>, text: &str) -> Result<(), Refusal> {
    judge.state.requester.ok_or(Refusal::NotSubmitted)?;
    if task.is_some_and(|task| judge.state.seat(task).is_none()) {
        return Err(Refusal::NoSuchTask);
    }
    let text = words(Some(text)).ok_or(Refusal::CommentEmpty)?;
    judge.emit(What::Commented {
        task,
        comment: Some(text.to_owned()),
    });
    Ok(())
}
