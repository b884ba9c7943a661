//! The facts of a submission, looked up in its unit of work.

use countersign_engine::lookup::{self, Submission};
use countersign_engine::state::State;
use countersign_kernel::actor::Actor;
use countersign_kernel::id::UserId;
use countersign_rules::earlier;
use countersign_storage::Uow;
use serde_json::Value as Json;

use super::act::Case;
use crate::error::Error;

/// Looks up what the workflow wants to know of earlier requests, if anything, while nobody else submits for the same person: two
/// that are sent at once would else each not know of the other. `before`: what is submitted, as it was.
pub(super) async fn look_up(
    uow: &mut Uow,
    case: &mut Case,
    before: &State,
    form: &Json,
    requester: UserId,
) -> Result<(), Error> {
    let Some(workflow) = case
        .definition
        .workflow()
        .filter(|workflow| !workflow.facts.is_empty())
    else {
        return Ok(());
    };
    uow.hold(earlier::turn_of(requester)).await?;
    let facts = case.scene.facts(Actor::System, case.definition.publisher());
    let submission = Submission {
        definition: workflow,
        state: before,
        form,
        requester,
        facts: &facts,
    };
    let (tenant, request) = (uow.tenant(), case.loaded.row.id);
    let found = earlier::find(uow.reads(), tenant, &lookup::earlier(&submission), Some(request)).await?;
    let known = submission.facts(&found).map_err(|refusal| Error::Refused {
        refusal: Box::new(refusal),
        status: case.state.status,
        possible: Vec::new(),
    })?;
    case.looked_up = known;
    Ok(())
}
