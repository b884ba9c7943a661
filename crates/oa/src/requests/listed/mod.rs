//! What lists of requests compare of forms: the fields that the newest version of a workflow marks with `list: true`, a row for each
//! of them and each submitted request, kept with the request.

pub(crate) mod catch_up;
pub(crate) mod store;
pub(crate) mod summary;

use std::sync::Arc;

use countersign_engine::definition::Workflow;
use countersign_engine::form;
use countersign_engine::state::State;
use countersign_engine::vocabulary::Status;
use countersign_kernel::filter::{Member, MemberTable, PREFIX, Value, member_field};
use countersign_kernel::id::{RequestId, TenantId};
use countersign_rules::Snapshot;
use countersign_rules::definitions::Kind;
use countersign_storage::{Error, Uow};
use serde_json::{Map, Value as Json};

use super::act::Acted;
use super::load;
use crate::office::Office;
use store::Model;

static TABLE: MemberTable = MemberTable {
    name: "request_values",
    owner: "request_id",
    group: "workflow",
    index: "request_values_by_value",
};

/// The fields by which requests of a workflow are listed.
pub(crate) fn members(workflow: &Workflow) -> Vec<Arc<Member>> {
    let member = |field: &countersign_engine::definition::Field, of: form::ListType| Member {
        path: format!("{PREFIX}.{}", field.name),
        field: member_field(of.of, of.written),
        words: of.words,
        table: &TABLE,
        group: workflow.name.clone(),
        name: field.name.clone(),
    };
    form::listed(&workflow.form)
        .map(|(field, of)| Arc::new(member(field, of)))
        .collect()
}

impl Office {
    /// The fields by which requests of the newest version of a workflow are listed; none if there is no such workflow.
    pub(crate) async fn listed_members(
        &self,
        tenant: TenantId,
        workflow: &str,
    ) -> Result<Vec<Arc<Member>>, crate::error::Error> {
        let read = self.db.read(tenant).await?;
        let ground = load::ground(&read, tenant).await?;
        let snapshot = self
            .definitions
            .snapshot_in(&read, tenant, ground.definitions_epoch)
            .await?;
        Ok(newest(&snapshot, workflow).map_or_else(Vec::new, members))
    }
}

/// What lists compare of one form.
fn rows(
    tenant: TenantId,
    request: RequestId,
    workflow: &Workflow,
    content: &Map<String, Json>,
) -> Vec<Model> {
    form::listed(&workflow.form)
        .map(|(field, of)| {
            let value = form::list_value(field, &of, content);
            let money = match &value {
                Some(Value::Money(money)) => Some(*money),
                _ => None,
            };
            Model {
                tenant_id: tenant,
                request_id: request,
                name: field.name.clone(),
                workflow: workflow.name.clone(),
                empty: i16::from(value.is_none()),
                value: value.map_or_else(Vec::new, |value| value.in_order(of.written)),
                minor: money.map(|money| money.minor),
                currency: money.map(|money| money.currency.code().to_owned()),
            }
        })
        .collect()
}

/// The newest version of a workflow, if it can be read.
fn newest<'a>(snapshot: &'a Snapshot, name: &str) -> Option<&'a Workflow> {
    snapshot.get(Kind::Workflow, name)?.workflow()
}

/// Keeps what lists compare of a request, as far as it is new.
pub(crate) async fn keep(
    uow: &mut Uow,
    before: &State,
    snapshot: &Snapshot,
    acted: &Acted,
) -> Result<(), Error> {
    let is_new = before.status == Status::Draft;
    if before.form == acted.state.form && !is_new {
        return Ok(());
    }
    let Some(workflow) = newest(snapshot, &acted.row.workflow) else {
        return Ok(());
    };
    let (tenant, request) = (uow.tenant(), acted.row.id);
    let mut changed = rows(tenant, request, workflow, &acted.state.form);
    if !is_new {
        let known = rows(tenant, request, workflow, &before.form);
        changed.retain(|row| !known.contains(row));
    }
    store::upsert(uow, changed).await
}
