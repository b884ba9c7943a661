//! A file, checked and tested before it is published: in the pool, outside the unit of work that keeps it.

use std::sync::Arc;

use countersign_engine::definition::Document;
use countersign_engine::finding::Finding;
use countersign_engine::{Deadline, TooCostly, check_within, play_file_within};
use countersign_kernel::id::TenantId;

use super::cache::Definitions;
use super::service::{Rules, Tenant};
use super::texts::CompiledText;
use crate::error::Error;

/// What came of a file against a tenant as it was then. Only as long as that has not changed is it published.
#[derive(Debug, Clone)]
pub struct Judged {
    pub(crate) text: String,
    /// Of people and of definitions.
    epochs: (i64, i64),
    verdict: Result<Passed, Error>,
}

/// A file that may be published.
#[derive(Debug, Clone)]
pub(crate) struct Passed {
    pub document: Document,
    /// Warnings of the checker.
    pub findings: Vec<Finding>,
    /// The tables that it asks, as they are; none where it asks none.
    pub(super) tables: Option<String>,
    /// As requests and automations work by it; none if it compiles against this tenant alone.
    pub(super) in_force: Option<Arc<CompiledText>>,
}

impl Rules {
    /// Checks a file against a tenant and runs its tests.
    pub async fn judge(&self, id: TenantId, tenant: &Tenant, text: String) -> Result<Judged, Error> {
        let epochs = epochs(tenant);
        let (tenant, definitions) = (tenant.clone(), Arc::clone(&self.definitions));
        let work = move |deadline: &Deadline<'_>| {
            let verdict = verdict(&definitions, &tenant, &text, deadline)?;
            Ok(Judged {
                text,
                epochs,
                verdict,
            })
        };
        Ok(self.definitions.pool().run(id, work).await?)
    }
}

impl Judged {
    /// The file that may be published, or what is wrong with it; unless what it was judged against has changed since.
    pub(crate) fn passed(&self, tenant: &Tenant) -> Result<Passed, Error> {
        if self.epochs == epochs(tenant) {
            self.verdict.clone()
        } else {
            Err(Error::Moved)
        }
    }
}

fn epochs(tenant: &Tenant) -> (i64, i64) {
    (tenant.ground.directory_epoch, tenant.ground.definitions_epoch)
}

fn verdict(
    definitions: &Definitions,
    tenant: &Tenant,
    text: &str,
    deadline: &Deadline<'_>,
) -> Result<Result<Passed, Error>, TooCostly> {
    let around = tenant.surroundings(definitions);
    let checked = check_within(text, &around, deadline)?;
    let Some(document) = checked.document else {
        return Ok(Err(Error::Findings(checked.findings)));
    };
    if let Some(report) = play_file_within(&document, &around, deadline)?.filter(|report| !report.ok()) {
        return Ok(Err(Error::Stories(report)));
    }
    let tables = match serde_json::to_string(&checked.asks) {
        Ok(asks) => (!checked.asks.is_empty()).then_some(asks),
        Err(error) => return Ok(Err(countersign_storage::Error::broken(error).into())),
    };
    let asks = (&checked.asks, tables.as_deref());
    Ok(Ok(Passed {
        document,
        findings: checked.findings,
        in_force: definitions.compile(text, asks, &tenant.ground, deadline)?,
        tables,
    }))
}
