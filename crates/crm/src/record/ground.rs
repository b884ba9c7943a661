//! What the rules stand on: the few facts beside a record that judging or showing it takes, looked up before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_kernel::directory::Directory;
use countersign_kernel::id::{AccountId, DealId, PipelineId, StageId};
use countersign_kernel::time::Instant;

use super::change::By;
use super::viewer::Viewer;
use crate::deals::contract::Contract;
use crate::pipelines::Pipeline;

/// What has to be looked up.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Whether these are there and to be seen.
    pub accounts: BTreeSet<AccountId>,
    /// Whether these are there, seen or not: what comes back hangs on them.
    pub parents: BTreeSet<AccountId>,
    /// Whose contracts are shown.
    pub contracts_of: BTreeSet<AccountId>,
    /// Whether pipelines are needed (all of a tenant's: they are few).
    pub pipelines: bool,
    /// Whose stages are counted for deals that stand in them.
    pub deals_in: BTreeSet<PipelineId>,
}

/// The snapshot that pure rules read.
#[derive(Debug, Clone)]
pub struct Ground {
    pub now: Instant,
    pub viewer: Arc<Viewer>,
    pub directory: Arc<Directory>,
    /// Of the wanted accounts, those that are there and to be seen.
    pub accounts: BTreeSet<AccountId>,
    /// Of the parents, those that are there.
    pub parents: BTreeSet<AccountId>,
    pub contracts: BTreeMap<AccountId, Vec<(DealId, Contract)>>,
    /// Of the deals whose contracts these are, those that the viewer sees.
    pub shown: BTreeSet<DealId>,
    pub pipelines: BTreeMap<PipelineId, Pipeline>,
    /// Stages in which deals stand, and how many.
    pub standing: BTreeMap<StageId, u64>,
}

impl Ground {
    pub fn default_pipeline(&self) -> Option<&Pipeline> {
        self.pipelines.values().find(|pipeline| pipeline.is_default)
    }

    pub fn pipeline(&self, id: PipelineId) -> Option<&Pipeline> {
        self.pipelines
            .get(&id)
            .filter(|pipeline| pipeline.meta.deleted_at.is_none())
    }

    /// The pipeline that has this stage.
    pub fn pipeline_of(&self, stage: StageId) -> Option<&Pipeline> {
        let live = |pipeline: &&Pipeline| pipeline.meta.deleted_at.is_none();
        let mut live = self.pipelines.values().filter(live);
        live.find(|pipeline| pipeline.stage(stage).is_some())
    }
}

impl Ground {
    /// Nothing looked up: for what needs nothing.
    pub fn bare(by: &By) -> Self {
        Self {
            now: by.change.at,
            viewer: Arc::new(Viewer::server(by.tenant)),
            directory: Arc::default(),
            accounts: BTreeSet::new(),
            parents: BTreeSet::new(),
            contracts: BTreeMap::new(),
            shown: BTreeSet::new(),
            pipelines: BTreeMap::new(),
            standing: BTreeMap::new(),
        }
    }
}
