//! Reading requests: one, a page, several by id; each as this caller may see it.

use std::collections::HashMap;

use countersign_engine::{Deadline, Facts, Simulation, TooCostly, next_within};
use countersign_kernel::actor::{Actor, Caller};
use countersign_kernel::filter::List;
use countersign_kernel::id::{RequestId, TenantId};
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use countersign_rules::definitions::Kind;
use countersign_rules::diagram::{self, Format};
use countersign_rules::pool::Declined;
use countersign_rules::scene::{Ground, Scene};
use countersign_rules::standings;
use countersign_storage::Conn;
use countersign_storage::filter::Rows;

use super::act::Case;
use super::load::{self, Loaded, Target};
use super::sees_all;
use super::store::{self, Model};
use super::view::RequestView;
use super::visible::Visible;
use crate::error::Error;
use crate::office::Office;
use crate::tasks::view::Seen;

/// So often one answer looks up how people stand: those whom a step picks may lead to others.
const LOOKUPS_MAX: usize = 10;

impl Case {
    /// How an answer sees it.
    pub(crate) fn seen<'a>(&'a self, caller: &'a Caller, locale: Locale) -> Seen<'a> {
        Seen {
            state: &self.state,
            definition: &self.definition,
            scene: &self.scene,
            caller,
            locale,
        }
    }

    /// What is to come.
    fn next(&self, actor: Actor, deadline: &Deadline<'_>) -> Result<Option<Simulation>, TooCostly> {
        let facts = Facts {
            standings: self.standings.clone(),
            ..self.scene.facts(actor, self.definition.publisher())
        };
        let workflow = self.definition.workflow();
        let next = workflow.map(|workflow| next_within(workflow, &self.state, &facts, deadline));
        next.transpose()
    }
}

/// A tenant as lists of requests need it.
pub(crate) struct Desk {
    pub ground: Ground,
    pub scene: Scene,
    pub visible: Visible,
}

impl Office {
    /// One request.
    pub(crate) async fn look(
        &self,
        caller: &Caller,
        request: RequestId,
        now: Instant,
    ) -> Result<Case, Error> {
        let read = self.db.read(caller.tenant).await?;
        self.case_for(&read, caller.tenant, Target::Request(request), caller, now)
            .await
    }

    /// What is to come of a request; none if it is one of what is no workflow.
    pub(crate) async fn next(&self, mut case: Case, caller: &Caller) -> Result<Option<Simulation>, Error> {
        let (tenant, pool) = (caller.tenant, self.definitions.pool());
        let mut lookups = 0;
        loop {
            let actor = caller.actor();
            let look = move |deadline: &Deadline<'_>| {
                let next = case.next(actor, deadline)?;
                Ok((case, next))
            };
            let next;
            (case, next) = pool.run(tenant, look).await?;
            let missing = next.as_ref().map_or(&[][..], |next| next.missing.as_slice());
            if missing.is_empty() || lookups == LOOKUPS_MAX {
                return Ok(next);
            }
            lookups += 1;
            let read = self.db.read(tenant).await?;
            let (workflow, state) = (&case.loaded.row.workflow, &case.state);
            standings::find(&read, tenant, workflow, state, missing, &mut case.standings).await?;
        }
    }

    /// The picture of a request; none if it is one of what is no workflow.
    pub(crate) async fn picture(
        &self,
        case: Case,
        caller: &Caller,
        format: Format,
        locale: Locale,
    ) -> Result<Option<String>, Declined> {
        let draw = move |_: &Deadline<'_>| {
            let running = Some((&case.state, &case.scene));
            let drawn = |workflow| diagram::draw(workflow, running, format, locale);
            Ok(case.definition.workflow().map(drawn))
        };
        self.definitions.pool().run(caller.tenant, draw).await
    }

    /// A page of requests.
    pub(crate) async fn list_requests(
        &self,
        caller: &Caller,
        list: &List,
        now: Instant,
        locale: Locale,
    ) -> Result<Rows<RequestView>, Error> {
        let read = self.db.read(caller.tenant).await?;
        let desk = self.desk(&read, caller, now).await?;
        let mut page = store::page(&read, caller.tenant, &desk.visible, list).await?;
        let rows = std::mem::take(&mut page.rows);
        let cases = self.cases(&read, caller.tenant, rows, &desk).await?;
        Ok(page.with(|_| views(&cases, caller, locale)))
    }

    /// Those of these requests that the caller may see.
    pub(crate) async fn requests_by_id(
        &self,
        caller: &Caller,
        ids: &[uuid::Uuid],
        now: Instant,
        locale: Locale,
    ) -> Result<Vec<RequestView>, Error> {
        let read = self.db.read(caller.tenant).await?;
        let desk = self.desk(&read, caller, now).await?;
        let rows = store::some(&read, caller.tenant, &desk.visible, ids).await?;
        let cases = self.cases(&read, caller.tenant, rows, &desk).await?;
        Ok(views(&cases, caller, locale))
    }

    /// Which of these requests the caller may see.
    pub(crate) async fn visible_ids(
        &self,
        conn: &Conn,
        caller: &Caller,
        ids: &[uuid::Uuid],
        now: Instant,
    ) -> Result<Vec<uuid::Uuid>, Error> {
        let desk = self.desk(conn, caller, now).await?;
        Ok(store::some_ids(conn, caller.tenant, &desk.visible, ids).await?)
    }

    /// What lists and inboxes read of a tenant.
    pub(crate) async fn desk(&self, conn: &Conn, caller: &Caller, now: Instant) -> Result<Desk, Error> {
        let ground = load::ground(conn, caller.tenant).await?;
        let scene = self.scene_in(conn, caller.tenant, &ground, now).await?;
        let visible = if caller.is_admin() {
            Visible::All
        } else {
            let newest = self
                .definitions
                .snapshot_in(conn, caller.tenant, ground.definitions_epoch)
                .await?;
            let open = newest.all(Kind::Workflow).filter(|one| {
                one.workflow()
                    .is_some_and(|workflow| sees_all(caller, workflow, &scene.directory))
            });
            Visible::To {
                user: caller.user,
                workflows: open.map(|one| one.name.clone()).collect(),
            }
        };
        Ok(Desk {
            ground,
            scene,
            visible,
        })
    }

    /// Rows with their states and definitions. One whose state or definition cannot be read is left out, so that it does
    /// not hide the others.
    pub(crate) async fn cases(
        &self,
        conn: &Conn,
        tenant: TenantId,
        rows: Vec<Model>,
        desk: &Desk,
    ) -> Result<Vec<Case>, Error> {
        let mut cases = Vec::with_capacity(rows.len());
        for row in rows {
            let request = row.id;
            let loaded = Loaded {
                row,
                ground: desk.ground,
                reader: false,
                task: None,
            };
            match self.open_at(conn, tenant, loaded, desk.scene.clone()).await {
                Ok(case) => cases.push(case),
                Err(error) if error.is_of_one_request() => {
                    tracing::error!(%tenant, %request, %error, cause = ?error, "a request cannot be read, and is left out of lists");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(cases)
    }

    /// Cases by the id of their request.
    pub(crate) async fn cases_by_id(
        &self,
        conn: &Conn,
        tenant: TenantId,
        ids: &[uuid::Uuid],
        desk: &Desk,
    ) -> Result<HashMap<RequestId, Case>, Error> {
        let rows = store::some(conn, tenant, &Visible::All, ids).await?;
        let cases = self.cases(conn, tenant, rows, desk).await?;
        Ok(cases.into_iter().map(|case| (case.loaded.row.id, case)).collect())
    }
}

fn views(cases: &[Case], caller: &Caller, locale: Locale) -> Vec<RequestView> {
    cases
        .iter()
        .map(|case| RequestView::new(&case.loaded.row, case.seen(caller, locale)))
        .collect()
}
