//! Some rows of an import as one unit of work, which also keeps how far the import came.

use std::sync::Arc;

use countersign_identity::{Directories, keys};
use countersign_kernel::actor::{Actor, Caller, Via};
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{ImportId, SessionId};
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Error, Rule, RuleLock, Uow, Work};
use uuid::Uuid;

use super::apply::Scene;
use super::events::{CANCELLED, COMPLETED, entry};
use super::prepared::Prepared;
use super::report::Report;
use super::store::{self, Model};
use super::words::{ImportKind, ImportStatus};
use crate::accounts::Account;
use crate::contacts::Contact;
use crate::deals::Deal;
use crate::leads::Lead;
use crate::pipelines::PLACES;
use crate::record::change::{By, Hand};
use crate::record::external::ExternalId;
use crate::record::refusal::Refusal;
use crate::record::viewer::Viewer;

/// Rows that mean one record by its name or address find what the one before made, whichever import it is of.
const ONE_BY_ONE: Rule = Rule::named("imports");

/// Goes through some rows, once.
pub struct Unit {
    pub directories: Directories,
    pub import: ImportId,
    pub prepared: Arc<Prepared>,
    /// How far the import must have come: else somebody else went on with it.
    pub from: usize,
    pub most: usize,
    pub now: Instant,
    /// Refuses the rows unseen, since they have failed.
    pub gives_up: bool,
}

/// How far an import is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// So many rows are done, and there are more.
    On(usize),
    /// There is nothing more to do, or somebody else does it.
    End,
}

impl Work for Unit {
    type Out = Came;
    type Error = Refusal;

    fn rules(&self) -> Vec<RuleLock> {
        let plan = &self.prepared.plan;
        let places = (plan.kind == ImportKind::Deals).then(|| PLACES.shared());
        let mut ids: Vec<ExternalId> = plan
            .source
            .iter()
            .flat_map(|source| {
                let rows = self.prepared.sheet.rows.iter().skip(self.from).take(self.most);
                rows.map(|row| ExternalId {
                    source: source.clone(),
                    id: plan.cell(row, "external_id").to_owned(),
                })
            })
            .collect();
        // In one order, so that two who hold several do not wait for each other.
        ids.sort();
        ids.dedup();
        let ids = ids.into_iter().map(|id| id.lock(plan.kind.of()));
        std::iter::once(ONE_BY_ONE.exclusive())
            .chain(places)
            .chain(ids)
            .collect()
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Came, Refusal> {
        let Some(import) = store::held(uow, self.import).await? else {
            return Ok(Came::End);
        };
        if import.status != ImportStatus::Running || import.done != self.from as i64 {
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
        let scene = Arc::new(Scene {
            hand,
            import: import.clone(),
            prepared: Arc::clone(&self.prepared),
            from: self.from,
            most: self.most,
        });
        let report = if self.gives_up {
            scene.give_up()
        } else if import.validate_only {
            rehearse(uow, scene).await?
        } else {
            go(uow, &scene).await?
        };
        self.keep(uow, import, report).await
    }
}

impl Unit {
    async fn keep(&self, uow: &mut Uow, mut import: Model, report: Report) -> Result<Came, Refusal> {
        import.done += report.done;
        import.created += report.created;
        import.updated += report.updated;
        import.unchanged += report.unchanged;
        import.refused += report.refused;
        import.accounts_created += report.accounts_created;
        store::insert_rows(uow.writes().await?, report.rows).await?;
        if import.done >= import.rows {
            let change = change(&import, self.now);
            end(uow, import, ImportStatus::Completed, &change).await?;
            return Ok(Came::End);
        }
        store::update(uow.writes().await?, &import).await?;
        Ok(Came::On(usize::try_from(import.done).unwrap_or_default()))
    }
}

/// Ends what is under way, as this status says.
pub(super) async fn end(
    uow: &mut Uow,
    mut import: Model,
    status: ImportStatus,
    change: &ChangeContext,
) -> Result<Model, Error> {
    let of = match status {
        ImportStatus::Cancelled => &CANCELLED,
        ImportStatus::Undone => &super::events::UNDONE,
        _ => &COMPLETED,
    };
    let was = import.status.as_str();
    import.status = status;
    import.version += 1;
    import.updated_at = change.at;
    import.ended_at = Some(change.at);
    let conn = uow.writes().await?;
    store::update(conn, &import).await?;
    store::set_due(conn, &import).await?;
    uow.append(entry(change, of, &import, Some(was)));
    Ok(import)
}

/// Stops an import that cannot go on; what it made stays.
pub(super) async fn stop(uow: &mut Uow, mut import: Model, why: &str, now: Instant) -> Result<(), Error> {
    import.stopped = Some(why.to_owned());
    let by_server = ChangeContext {
        actor: Actor::System,
        ..change(&import, now)
    };
    let status = match import.status {
        ImportStatus::Undoing => ImportStatus::Undone,
        _ => ImportStatus::Cancelled,
    };
    end(uow, import, status, &by_server).await?;
    Ok(())
}

/// By whom and why what an import does now is done.
pub(super) fn change(import: &Model, now: Instant) -> ChangeContext {
    ChangeContext {
        actor: Actor::User(import.acts_for),
        at: now,
        cause: Cause::event(import.cause, 0, import.trace.clone()),
    }
}

/// The hand of whoever an import acts for, as they may now. None: they may no more.
pub(super) async fn hand(
    uow: &Uow,
    import: &Model,
    directory: Arc<Directory>,
    now: Instant,
) -> Result<Option<Hand>, Error> {
    let tenant = import.tenant_id;
    let Some(person) = directory.person(import.acts_for).filter(|person| person.active) else {
        return Ok(None);
    };
    if let Some(key) = import.api_key {
        let key = keys::store::find(uow.reads(), tenant, key).await?;
        let counts =
            key.is_some_and(|key| key.revoked_at.is_none() && key.expires_at.is_none_or(|ends| ends > now));
        if !counts {
            return Ok(None);
        }
    }
    let caller = Caller {
        tenant,
        user: person.id,
        via: import
            .api_key
            .map_or(Via::Session(SessionId(Uuid::nil())), Via::Key),
        scopes: import.scopes(),
        roles: Arc::new(person.roles.clone()),
        locale: Locale::En,
    };
    Ok(Some(Hand {
        by: By {
            tenant,
            change: change(import, now),
        },
        viewer: Arc::new(Viewer::of(&caller, &directory)),
        directory,
    }))
}

async fn go(uow: &mut Uow, scene: &Scene) -> Result<Report, Refusal> {
    match scene.import.kind {
        ImportKind::Accounts => scene.apply::<Account>(uow).await,
        ImportKind::Contacts => scene.apply::<Contact>(uow).await,
        ImportKind::Deals => scene.apply::<Deal>(uow).await,
        ImportKind::Leads => scene.apply::<Lead>(uow).await,
    }
}

/// Does all of it and takes it back.
async fn rehearse(uow: &mut Uow, scene: Arc<Scene>) -> Result<Report, Refusal> {
    let rehearsed = uow
        .savepoint(move |uow| Box::pin(async move { Err::<(), _>(go(uow, &scene).await) }))
        .await?;
    match rehearsed {
        Err(report) => report,
        Ok(()) => Ok(Report::default()),
    }
}
