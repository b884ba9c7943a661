//! The state of a request from what is kept of it: its row or, where that is of an older format, its history.

use countersign_engine::state::{STATE_FORMAT, State};
use countersign_engine::vocabulary::Status;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::TenantId;
use countersign_storage::{Conn, Error as Kept, log};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::changes;
use super::store::Model;
use crate::error::Error;

/// The most entries that are folded at once; a longer history is read in pieces.
const PIECE: u64 = 1_000;

/// The state that a row stands for.
pub(crate) async fn state(conn: &Conn, tenant: TenantId, row: &Model) -> Result<State, Error> {
    if row.status == Status::Draft.word() {
        return draft(row);
    }
    let format = i64::from(STATE_FORMAT);
    Kept::check_format("the state of a request", row.state_format, format)?;
    if row.state_format == format {
        return Ok(serde_json::from_str(&row.state)?);
    }
    fold(conn, tenant, row).await
}

/// What a draft's state holds in every format. It has no history to be folded from, so it is read whichever wrote it.
#[derive(Deserialize)]
struct Draft {
    form: Map<String, Json>,
}

fn draft(row: &Model) -> Result<State, Error> {
    let Draft { form } = serde_json::from_str(&row.state)?;
    Ok(State {
        form,
        version: row.version.unsigned_abs(),
        ..State::new(row.id)
    })
}

/// The state that a request's history folds to, as far as the row had come when it was read.
async fn fold(conn: &Conn, tenant: TenantId, row: &Model) -> Result<State, Error> {
    let subject = Link::new("request", row.id.0);
    let mut state = State::new(row.id);
    // The versions of the draft that it was come before its history.
    let first = log::history(conn, tenant, &subject, 0, 1).await?;
    state.version = first
        .first()
        .map_or(0, |entry| entry.version.unsigned_abs().saturating_sub(1));
    while (state.version as i64) < row.version {
        let version = state.version as i64;
        let wanted = (row.version - version).unsigned_abs().min(PIECE);
        let piece = log::history(conn, tenant, &subject, version, wanted).await?;
        if piece.is_empty() {
            return Err(gap(&state));
        }
        for entry in &piece {
            countersign_engine::apply(&mut state, &changes::event_of(entry)?);
            if entry.version != state.version as i64 {
                return Err(gap(&state));
            }
        }
    }
    Ok(state)
}

/// Anything folded from the rest would be another request.
fn gap(state: &State) -> Error {
    Kept::broken(format!(
        "the history of request {} is not whole up to its row's version: see near {}",
        state.id, state.version
    ))
    .into()
}
