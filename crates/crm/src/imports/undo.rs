//! Takes back what an import made, so many records in a unit of work: those that nobody changed since are deleted.

use countersign_identity::Directories;
use countersign_kernel::id::{EventId, ImportId, derive};
use countersign_kernel::text::Words;
use countersign_kernel::time::Instant;
use countersign_storage::{RuleLock, Uow, Work};
use countersign_web::Expected;
use uuid::Uuid;

use super::UNIT;
use super::plan::Plan;
use super::report::faults_of;
use super::row::RowFault;
use super::store::{self, Model, rows};
use super::unit::{Came, change, end, hand, stop};
use super::words::{ImportKind, ImportStatus};
use crate::accounts::Account;
use crate::contacts::Contact;
use crate::deals::Deal;
use crate::leads::Lead;
use crate::pipelines::PLACES;
use crate::record::change::{self as records, Hand, Op, What};
use crate::record::external;
use crate::record::refusal::Refusal;
use crate::record::store::Table;

/// Takes back some of what an import made.
pub struct Undo {
    pub directories: Directories,
    pub import: ImportId,
    pub kind: ImportKind,
    pub now: Instant,
}

impl Work for Undo {
    type Out = Came;
    type Error = Refusal;

    fn rules(&self) -> Vec<RuleLock> {
        (self.kind == ImportKind::Deals)
            .then(|| PLACES.shared())
            .into_iter()
            .collect()
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Came, Refusal> {
        let Some(import) = store::held(uow, self.import).await? else {
            return Ok(Came::End);
        };
        if import.status != ImportStatus::Undoing {
            return Ok(Came::End);
        }
        let directory = self
            .directories
            .directory_on(uow.reads(), import.tenant_id)
            .await?;
        let Some(hand) = hand(uow, &import, directory, self.now).await? else {
            stop(uow, import, "not_allowed", self.now).await?;
            return Ok(Came::End);
        };
        // Accounts go after what hangs on them.
        for kind in [import.kind.of().object, crate::accounts::KIND.object] {
            let made = store::made(uow.reads(), &import, kind, UNIT as u64).await?;
            if !made.is_empty() {
                return self.some(uow, import, &hand, kind, made).await;
            }
        }
        let change = change(&import, self.now);
        end(uow, import, ImportStatus::Undone, &change).await?;
        Ok(Came::End)
    }
}

impl Undo {
    async fn some(
        &self,
        uow: &mut Uow,
        mut import: Model,
        hand: &Hand,
        kind: &str,
        made: Vec<rows::Model>,
    ) -> Result<Came, Refusal> {
        let back = match kind {
            "account" => take_back::<Account>(uow, &import, hand, &made).await?,
            "contact" => take_back::<Contact>(uow, &import, hand, &made).await?,
            "deal" => take_back::<Deal>(uow, &import, hand, &made).await?,
            _ => take_back::<Lead>(uow, &import, hand, &made).await?,
        };
        let deleted: Vec<i64> = back
            .iter()
            .filter(|(_, left)| left.is_none())
            .map(|(row, _)| row.row_number)
            .collect();
        let conn = uow.writes().await?;
        store::mark_deleted(conn, &import, kind, &deleted).await?;
        for (row, left) in &back {
            if let Some(faults) = left {
                let faults = serde_json::to_string(faults).unwrap_or_default();
                store::mark_left(conn, row, faults).await?;
            }
        }
        import.deleted += deleted.len() as i64;
        import.kept += (back.len() - deleted.len()) as i64;
        store::update(conn, &import).await?;
        Ok(Came::On(0))
    }
}

/// Deletes the records; each row with why its record was left, if it was.
async fn take_back<'r, R: Table>(
    uow: &mut Uow,
    import: &Model,
    hand: &Hand,
    made: &'r [rows::Model],
) -> Result<Vec<(&'r rows::Model, Option<Vec<RowFault>>)>, Refusal> {
    let plan: Plan = serde_json::from_str(&import.plan).map_err(countersign_storage::Error::broken)?;
    let ops: Vec<Op<R>> = made
        .iter()
        .map(|row| {
            let id = row.record.unwrap_or_default();
            Op {
                id,
                event: EventId(derive(
                    "import undone",
                    id,
                    import.id.0.as_bytes(),
                    hand.by.change.at,
                )),
                expected: row.version.map_or(Expected::NotGiven, Expected::exactly),
                what: What::Delete,
            }
        })
        .collect();
    let outcomes = records::change(uow, hand, &ops, false).await?;
    let (mut back, mut gone): (Vec<_>, Vec<Uuid>) = (Vec::new(), Vec::new());
    for (row, outcome) in made.iter().zip(outcomes) {
        let left = match outcome {
            Ok(_) => {
                gone.extend(row.record);
                None
            }
            Err(Refusal::Storage(error)) => return Err(error.into()),
            Err(Refusal::Moved { .. }) => Some(vec![RowFault::new(None, "changed_since", &CHANGED)]),
            Err(Refusal::NotFound(_)) => Some(vec![RowFault::new(None, "not_found", &GONE)]),
            Err(refusal) => Some(faults_of(&plan, &refusal)),
        };
        back.push((row, left));
    }
    if let Some(source) = plan.source.filter(|_| !gone.is_empty()) {
        // The same file can be imported again.
        external::forget(uow.writes().await?, import.tenant_id, R::KIND, &source, &gone).await?;
    }
    Ok(back)
}

const CHANGED: Words = Words::fixed(
    "It was changed since it was imported, so it stays.",
    "导入后已被修改，因此保留。",
);
const GONE: Words = Words::fixed(
    "It is deleted already, or no longer seen by whoever undoes the import.",
    "已被删除，或撤销者已无权查看。",
);
