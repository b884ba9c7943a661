//! The pipeline that every tenant has, laid when it is first needed.

use countersign_kernel::id::{EventId, TenantId, derive};
use countersign_storage::{Uow, Work};

use super::Pipeline;
use super::store::lay_once;
use crate::record::Record;
use crate::record::change::{By, entry};
use crate::record::ground::Ground;
use crate::record::refusal::Refusal;

/// Lays the first pipeline, unless another server was quicker; whose entry tells of it is then whose it is.
pub async fn lay(uow: &mut Uow, by: &By) -> Result<Pipeline, Refusal> {
    let pipeline = Pipeline::first_of(by.tenant, by.change.at);
    if lay_once(uow.writes().await?, &pipeline).await? {
        let event = EventId(derive("first", pipeline.meta.id, b"created", by.change.at));
        let told = pipeline.told(&Ground::bare(by));
        uow.append(entry(by, event, Pipeline::KIND.created, &pipeline, None, told));
    }
    Ok(pipeline)
}

/// Lays the first pipeline of a tenant that has none yet.
#[derive(Debug)]
pub struct LayFirst(pub By);

impl Work for LayFirst {
    type Out = Pipeline;
    type Error = Refusal;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Pipeline, Refusal> {
        lay(uow, &self.0).await
    }
}

impl LayFirst {
    pub fn tenant(&self) -> TenantId {
        self.0.tenant
    }
}
