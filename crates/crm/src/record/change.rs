//! How records are changed: load them and what their rules stand on, judge in memory, keep what holds.
//!
//! One change or two hundred take the same way, so that a batch costs hardly more statements than one record:
//! one to load the records, one for each kind of thing that the rules look up, one to insert, one for the log,
//! and one for each record that is updated.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_kernel::catalogue::EventType;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{EventId, TenantId, derive};
use countersign_kernel::text::Words;
use countersign_storage::log::ChangeContext;
use countersign_storage::{Entry, RuleLock, Uow, Work};
use countersign_web::Expected;
use uuid::Uuid;

pub use super::entry::entry;
use super::fault::Faults;
use super::ground::{Ground, Wanted};
use super::refusal::{Conflict, Refusal};
use super::store::{self, Table};
use super::viewer::Viewer;
use super::{Doing, Meta, Record, Visibility, lookup};

/// Whose doing a change is, and when: what its log entries say.
#[derive(Debug, Clone)]
pub struct By {
    pub tenant: TenantId,
    pub change: ChangeContext,
}

/// A change of one record.
#[derive(Debug)]
pub struct Op<R: Record> {
    /// The record; a new one's id is drawn before the unit of work.
    pub id: Uuid,
    /// The id of the event that it will be.
    pub event: EventId,
    pub expected: Expected,
    pub what: What<R>,
}

/// What is done with the record.
#[derive(Debug)]
pub enum What<R: Record> {
    Create(R::Edit),
    /// A new one that has a past: as an edit makes it, and as a verb leaves it.
    Bring(R::Edit, Arc<dyn Deed<R>>),
    Edit(R::Edit),
    Delete,
    Restore,
    Do(Arc<dyn Deed<R>>),
}

/// A verb that one kind of record has of its own. Pure.
pub trait Deed<R>: std::fmt::Debug + Send + Sync {
    /// What must be looked up before it is judged, beside what the kind wants.
    fn wants(&self, _before: Option<&R>, _wanted: &mut Wanted) {}
    /// What it is called when it happened.
    fn event(&self) -> &'static EventType;
    /// The record as it is afterwards, or why not.
    fn judge(&self, before: &R, ground: &Ground) -> Result<R, Refusal>;
}

/// A change that was made.
#[derive(Debug, Clone)]
pub struct Done<R> {
    pub record: R,
    pub ground: Arc<Ground>,
    pub created: bool,
}

impl<R: Record> Done<R> {
    pub fn view(&self) -> R::View {
        self.record.view(&self.ground)
    }
}

/// What a change needs to know beside its ops.
#[derive(Debug, Clone)]
pub struct Hand {
    pub by: By,
    pub viewer: Arc<Viewer>,
    pub directory: Arc<Directory>,
}

/// One change of one record, as a unit of work.
#[derive(Debug)]
pub struct One<R: Record> {
    pub hand: Hand,
    pub op: Op<R>,
}

impl<R: Table> Work for One<R> {
    type Out = Done<R>;
    type Error = Refusal;

    fn rules(&self) -> Vec<RuleLock> {
        R::RULE.into_iter().collect()
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Done<R>, Refusal> {
        let mut outcomes = change(uow, &self.hand, std::slice::from_ref(&self.op), true).await?;
        outcomes.pop().unwrap_or(Err(Refusal::NotFound(R::KIND)))
    }
}

/// Judges the ops one after the other and keeps those that hold; `whole`: all or none of them.
pub async fn change<R: Table>(
    uow: &mut Uow,
    hand: &Hand,
    ops: &[Op<R>],
    whole: bool,
) -> Result<Vec<Result<Done<R>, Refusal>>, Refusal> {
    let mut draft = Draft::load(uow, hand, ops).await?;
    let outcomes: Vec<_> = ops.iter().map(|op| draft.judge(op)).collect();
    if !whole || outcomes.iter().all(Result::is_ok) {
        draft.keep(uow).await?;
    }
    Ok(outcomes)
}

/// Changes that are judged and not yet kept.
struct Draft<'a, R> {
    hand: &'a Hand,
    ground: Arc<Ground>,
    /// The records as they are now, earlier ops applied.
    records: BTreeMap<Uuid, R>,
    inserts: Vec<R>,
    /// Each with the version that it must still have.
    updates: Vec<(i64, R)>,
    /// Each as it was and as it is.
    moves: Vec<(R, R)>,
    entries: Vec<Entry>,
}

impl<'a, R: Table> Draft<'a, R> {
    async fn load(uow: &mut Uow, hand: &'a Hand, ops: &[Op<R>]) -> Result<Self, Refusal> {
        if let Some(rule) = R::RULE {
            uow.must_hold(rule.rule())?;
        }
        let ids: Vec<Uuid> = ops
            .iter()
            .filter(|op| !matches!(op.what, What::Create(_) | What::Bring(..)))
            .map(|op| op.id)
            .collect();
        let present = store::to_change::<R>(uow.reads(), &hand.viewer, &ids).await?;
        let mut records: BTreeMap<Uuid, R> = present
            .into_iter()
            .map(|record| (record.meta().id, record))
            .collect();
        let mut wanted = Wanted::default();
        for op in ops {
            let before = records.get(&op.id);
            R::wants(before, op.doing(), &mut wanted);
            if let What::Bring(_, deed) | What::Do(deed) = &op.what {
                deed.wants(before, &mut wanted);
            }
        }
        for rival in R::rivals(uow.reads(), hand.by.tenant, &wanted).await? {
            records.entry(rival.meta().id).or_insert(rival);
        }
        let mut ground = lookup::lay(uow.reads(), hand, &wanted).await?;
        if wanted.pipelines && ground.pipelines.is_empty() {
            let first = crate::pipelines::first::lay(uow, &hand.by).await?;
            ground.pipelines.insert(first.id(), first);
        }
        Ok(Self {
            hand,
            ground: Arc::new(ground),
            records,
            inserts: Vec::new(),
            updates: Vec::new(),
            moves: Vec::new(),
            entries: Vec::new(),
        })
    }

    fn judge(&mut self, op: &Op<R>) -> Result<Done<R>, Refusal> {
        let (event, before, after) = match &op.what {
            What::Create(edit) => (R::KIND.created, None, self.created(op, edit)?),
            What::Bring(edit, past) => {
                let new = self.created(op, edit)?;
                (R::KIND.created, None, past.judge(&new, &self.ground)?)
            }
            What::Restore => {
                let before = self.present(op)?;
                (R::KIND.restored, Some(before.clone()), self.restored(before)?)
            }
            What::Delete => {
                let before = self.live(op)?;
                (R::KIND.deleted, Some(before.clone()), self.deleted(before)?)
            }
            What::Edit(edit) => {
                let before = self.live(op)?;
                let after = self.edited(&before, edit)?;
                (after.edited(&before), Some(before), after)
            }
            What::Do(deed) => {
                let before = self.live(op)?;
                let after = deed.judge(&before, &self.ground)?;
                (deed.event(), Some(before), after)
            }
        };
        self.has_room(&op.what, &after)?;
        for (place, (other, changed)) in after.follows(&self.ground).into_iter().enumerate() {
            let id = EventId(derive(
                "follows",
                op.event.0,
                &place.to_be_bytes(),
                self.hand.by.change.at,
            ));
            self.note(id, R::KIND.updated, Some(&other), changed);
        }
        let record = self.note(op.event, event, before.as_ref(), after);
        Ok(Done {
            record,
            ground: self.ground.clone(),
            created: before.is_none(),
        })
    }

    /// Whether it can stand beside the others of its kind, as they are now.
    fn has_room(&self, what: &What<R>, after: &R) -> Result<(), Refusal> {
        let id = after.meta().id;
        let live = |other: &&R| other.meta().id != id && other.meta().deleted_at.is_none();
        let mut others = self.records.values().filter(live);
        match others.find_map(|other| after.clash(other)) {
            Some(clash) if !matches!(what, What::Delete) => {
                Err(clash.refusal(after, !matches!(what, What::Restore)))
            }
            _ => Ok(()),
        }
    }

    /// The record that an op is about, deleted or not, at the version that its caller knows.
    fn present(&self, op: &Op<R>) -> Result<R, Refusal> {
        let record = self.records.get(&op.id).ok_or(Refusal::NotFound(R::KIND))?;
        let current = record.meta().version;
        if op.expected.allows(current) {
            Ok(record.clone())
        } else {
            Err(Refusal::Moved { current })
        }
    }

    fn live(&self, op: &Op<R>) -> Result<R, Refusal> {
        let here = self
            .records
            .get(&op.id)
            .is_some_and(|record| record.meta().deleted_at.is_none());
        if here {
            self.present(op)
        } else {
            Err(Refusal::NotFound(R::KIND))
        }
    }

    fn created(&self, op: &Op<R>, edit: &R::Edit) -> Result<R, Refusal> {
        let now = self.hand.by.change.at;
        let mut record = R::blank(Meta {
            tenant: self.hand.by.tenant,
            id: op.id,
            owner: self.hand.viewer.user,
            visibility: Visibility::Tenant,
            version: 0,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        });
        let mut faults = Faults::default();
        record.edit(edit.clone(), &self.ground, &mut faults);
        faults.into_result().map_err(Refusal::Invalid)?;
        Ok(record)
    }

    fn edited(&self, before: &R, edit: &R::Edit) -> Result<R, Refusal> {
        let mut after = before.clone();
        let mut faults = Faults::default();
        after.edit(edit.clone(), &self.ground, &mut faults);
        faults.into_result().map_err(Refusal::Invalid)?;
        let (was, is) = (before.meta(), after.meta());
        let handed_over = (was.owner, was.visibility) != (is.owner, is.visibility);
        if handed_over && !self.ground.viewer.commands(was.owner) {
            Err(Refusal::NOT_YOURS)
        } else {
            Ok(after)
        }
    }

    fn deleted(&self, before: R) -> Result<R, Refusal> {
        self.commanded(&before)?;
        before.may_go(&self.ground)?;
        let mut after = before;
        after.meta_mut().deleted_at = Some(self.hand.by.change.at);
        Ok(after)
    }

    fn restored(&self, before: R) -> Result<R, Refusal> {
        self.commanded(&before)?;
        if before.meta().deleted_at.is_none() {
            return Err(Refusal::Conflict(Conflict {
                code: "not_deleted",
                detail: Words::new(
                    format!(
                        "This {} is not deleted, so it cannot be restored.",
                        R::KIND.object
                    ),
                    format!("此{}未被删除，无需恢复。", R::KIND.zh),
                ),
                state: before.state(),
                possible: before.possible().to_vec(),
            }));
        }
        before.may_return(&self.ground)?;
        let mut after = before;
        after.meta_mut().deleted_at = None;
        Ok(after)
    }

    fn commanded(&self, record: &R) -> Result<(), Refusal> {
        if self.ground.viewer.commands(record.meta().owner) {
            Ok(())
        } else {
            Err(Refusal::NOT_YOURS)
        }
    }

    /// Notes a change to be kept, with its entry. What changes nothing is neither kept nor told.
    fn note(&mut self, id: EventId, event: &'static EventType, before: Option<&R>, mut after: R) -> R {
        if before == Some(&after) {
            return after;
        }
        let version = after.meta().version;
        after.meta_mut().version = version + 1;
        after.meta_mut().updated_at = self.hand.by.change.at;
        let told = after.told(&self.ground);
        let was = before.map(|before| before.told(&self.ground));
        self.entries
            .push(entry(&self.hand.by, id, event, &after, was.as_ref(), told));
        self.records.insert(after.meta().id, after.clone());
        match before {
            None => self.inserts.push(after.clone()),
            Some(before) => {
                self.updates.push((version, after.clone()));
                self.moves.push((before.clone(), after.clone()));
            }
        }
        after
    }

    async fn keep(self, uow: &mut Uow) -> Result<(), Refusal> {
        let tenant = self.hand.by.tenant;
        if self.entries.is_empty() {
            return Ok(());
        }
        let conn = uow.writes().await?;
        store::insert(conn, &self.inserts).await?;
        for (version, record) in &self.updates {
            store::update(conn, tenant, *version, record).await?;
        }
        for entry in self.entries {
            uow.append(entry);
        }
        R::after_update(uow, &self.hand.by, &self.moves).await
    }
}

impl<R: Record> Op<R> {
    fn doing(&self) -> Doing<'_, R::Edit> {
        match &self.what {
            What::Create(edit) | What::Bring(edit, _) | What::Edit(edit) => Doing::Edit(edit),
            What::Delete => Doing::Delete,
            What::Restore => Doing::Restore,
            What::Do(_) => Doing::Other,
        }
    }
}
