//! Pipelines: the stages that a deal passes, in order, each with the probability of winning from there.

pub mod first;
pub mod http;
pub mod shape;
pub mod store;

use std::collections::BTreeSet;

use countersign_kernel::catalogue::{EventType, Field, FieldType, Link};
use countersign_kernel::filter::Noun;
use countersign_kernel::id::{PipelineId, StageId, TenantId, derive};
use countersign_kernel::text::{self, Words};
use countersign_kernel::time::Instant;
use countersign_storage::{Rule, RuleLock};
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::record::fault::Faults;
use crate::record::ground::{Ground, Wanted};
use crate::record::refusal::{Conflict, Refusal};
use crate::record::{Doing, Kind, Meta, Record, Visibility, has};
use shape::{NOUN, NewPipeline, PipelineEdit, PipelineView, StageEdit};

/// A way that deals take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    pub meta: Meta,
    pub name: String,
    /// Whether new deals take it unless told otherwise. Exactly one of a tenant's does.
    pub is_default: bool,
    /// In order; at least one.
    pub stages: Vec<Stage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stage {
    pub id: StageId,
    pub name: String,
    /// Of winning from here, in percent.
    pub probability: i64,
}

pub const KIND: Kind = Kind {
    object: "pipeline",
    plural: "pipelines",
    zh: "销售管道",
    created: &CREATED,
    updated: &UPDATED,
    deleted: &DELETED,
    restored: &RESTORED,
    read: "crm:pipelines:read",
    write: "crm:pipelines:write",
    owned: false,
};

const FIELDS: &[Field] = &[
    has("id", FieldType::Record("pipeline"), "The pipeline."),
    has("name", FieldType::Text, "Its name."),
    has("default", FieldType::YesNo, "Whether new deals take it."),
    has("stages", FieldType::Json, "Its stages in order."),
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "pipeline",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "crm:pipelines:read",
    }
}

const CREATED: EventType = event("crm.pipeline.created", "A pipeline was created.");
const UPDATED: EventType = event(
    "crm.pipeline.updated",
    "A pipeline's name or stages changed, or whether it is the default.",
);
const DELETED: EventType = event(
    "crm.pipeline.deleted",
    "A pipeline was deleted; it can be restored.",
);
const RESTORED: EventType = event("crm.pipeline.restored", "A deleted pipeline was brought back.");

/// Every event that a pipeline emits.
pub const EVENTS: &[EventType] = &[CREATED, UPDATED, DELETED, RESTORED];

/// Every deal stands in a stage that is there, and exactly one pipeline is the default: whoever changes pipelines holds
/// this alone, whoever places deals shares it.
pub(crate) const PLACES: Rule = Rule::named("pipelines");

const MOST_STAGES: usize = 50;

impl Pipeline {
    /// The pipeline that every tenant has from the start. Its ids are a function of the tenant, so that two
    /// servers that lay it at once lay the same.
    pub fn first_of(tenant: TenantId, now: Instant) -> Self {
        let epoch = Instant::from_millis(0);
        let id = derive("pipeline", tenant.0, b"first", epoch);
        let stages = [
            ("Qualification", 10),
            ("Discovery", 25),
            ("Proposal", 50),
            ("Negotiation", 75),
        ];
        Self {
            meta: Meta {
                tenant,
                id,
                owner: None,
                visibility: Visibility::Tenant,
                version: 1,
                created_at: now,
                updated_at: now,
                deleted_at: None,
            },
            name: "Sales".to_owned(),
            is_default: true,
            stages: stages
                .into_iter()
                .map(|(name, probability)| Stage {
                    id: stage_id(id, name, epoch),
                    name: name.to_owned(),
                    probability,
                })
                .collect(),
        }
    }

    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The stages as an edit wants them; what is wrong is said at each stage's place.
    fn restage(&self, edits: Vec<StageEdit>, ground: &Ground, faults: &mut Faults) -> Vec<Stage> {
        if edits.is_empty() || edits.len() > MOST_STAGES {
            faults.push(
                "/stages",
                "stages",
                format!("A pipeline has 1 to {MOST_STAGES} stages."),
                format!("销售管道须有 1 到 {MOST_STAGES} 个阶段。"),
            );
            return Vec::new();
        }
        let mut names = BTreeSet::new();
        let mut ids = BTreeSet::new();
        let mut stages = Vec::with_capacity(edits.len());
        for (place, edit) in edits.into_iter().enumerate() {
            let at = |member: &str| format!("/stages/{place}/{member}");
            let Some(name) = faults.line(&at("name"), Member::Set(edit.name), 100) else {
                continue;
            };
            if !names.insert(text::key(&name)) {
                faults.push(
                    &at("name"),
                    "repeated",
                    "Two stages of a pipeline cannot have one name.",
                    "同一管道的阶段不能重名。",
                );
            }
            if !(0..=100).contains(&edit.probability) {
                faults.push(
                    &at("probability"),
                    "out_of_range",
                    "A probability is 0 to 100 percent.",
                    "概率为 0 到 100（百分比）。",
                );
            }
            let id = edit.id.unwrap_or_else(|| self.id_for(&name, ground.now));
            if edit.id.is_some_and(|id| self.stage(id).is_none()) || !ids.insert(id) {
                faults.unknown(&at("id"), "stage");
            }
            stages.push(Stage {
                id,
                name,
                probability: edit.probability,
            });
        }
        self.none_stand_in_what_goes(&ids, ground, faults);
        stages
    }

    /// A stage goes only when no deal stands in it.
    fn none_stand_in_what_goes(&self, kept: &BTreeSet<StageId>, ground: &Ground, faults: &mut Faults) {
        for gone in self.stages.iter().filter(|stage| !kept.contains(&stage.id)) {
            if let Some(deals) = ground.standing.get(&gone.id) {
                faults.push(
                    "/stages",
                    "stage_in_use",
                    format!(
                        "{deals} deals stand in {:?}: keep it (name its id), or move them first.",
                        gone.name
                    ),
                    format!(
                        "“{}”阶段中还有 {deals} 个商机：请保留该阶段（给出其 id）或先移走商机。",
                        gone.name
                    ),
                );
            }
        }
    }

    /// A stage that is named without its id is the one that has this name, else a new one.
    fn id_for(&self, name: &str, now: Instant) -> StageId {
        let known = self.stages.iter().find(|stage| stage.name == name);
        known.map_or_else(|| stage_id(self.meta.id, name, now), |stage| stage.id)
    }
}

fn stage_id(pipeline: Uuid, name: &str, at: Instant) -> StageId {
    StageId(derive("stage", pipeline, name.as_bytes(), at))
}

impl Record for Pipeline {
    type Id = PipelineId;
    type New = NewPipeline;
    type Edit = PipelineEdit;
    type View = PipelineView;

    const KIND: &'static Kind = &KIND;
    const RULE: Option<RuleLock> = Some(PLACES.exclusive());
    const NOUN: &'static Noun = &NOUN;

    fn blank(meta: Meta) -> Self {
        Self {
            meta: Meta { owner: None, ..meta },
            name: String::new(),
            is_default: false,
            stages: Vec::new(),
        }
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn wants(current: Option<&Self>, doing: Doing<'_, PipelineEdit>, wanted: &mut Wanted) {
        wanted.pipelines |= !matches!(doing, Doing::Show);
        let counts = match doing {
            Doing::Delete => true,
            Doing::Edit(edit) => matches!(edit.stages, Member::Set(_)),
            Doing::Show | Doing::Restore | Doing::Other => false,
        };
        wanted.deals_in.extend(current.filter(|_| counts).map(Record::id));
    }

    fn edit(&mut self, edit: PipelineEdit, ground: &Ground, faults: &mut Faults) {
        if let Some(name) = faults.line("/name", edit.name, 100) {
            self.name = name;
        }
        match edit.stages {
            Member::Absent => {}
            Member::Null => faults.needed("/stages"),
            Member::Set(stages) => self.stages = self.restage(stages, ground, faults),
        }
        match edit.default {
            Member::Absent => {}
            Member::Null => faults.needed("/default"),
            Member::Set(false) if self.is_default => faults.push(
                "/default",
                "default_needed",
                "One pipeline is the default: make another one the default instead.",
                "必须有一个默认管道：请将另一个管道设为默认。",
            ),
            Member::Set(default) => self.is_default = default,
        }
    }

    fn may_go(&self, ground: &Ground) -> Result<(), Refusal> {
        let deals: u64 = self
            .stages
            .iter()
            .filter_map(|stage| ground.standing.get(&stage.id))
            .sum();
        let (code, en, zh) = if self.is_default {
            (
                "default_pipeline",
                "This is the default pipeline: make another one the default first.".to_owned(),
                "这是默认管道：请先将另一个管道设为默认。".to_owned(),
            )
        } else if deals > 0 {
            (
                "pipeline_in_use",
                format!("{deals} deals stand in this pipeline: move them first."),
                format!("此管道中还有 {deals} 个商机：请先移走。"),
            )
        } else {
            return Ok(());
        };
        Err(Refusal::Conflict(Conflict {
            code,
            detail: Words::new(en, zh),
            state: self.state(),
            possible: vec!["update"],
        }))
    }

    /// Whoever was the default before is it no more.
    fn follows(&self, ground: &Ground) -> Vec<(Self, Self)> {
        let others = ground
            .pipelines
            .values()
            .filter(|other| self.is_default && other.is_default && other.meta.id != self.meta.id);
        others
            .map(|before| {
                (
                    before.clone(),
                    Self {
                        is_default: false,
                        ..before.clone()
                    },
                )
            })
            .collect()
    }

    fn view(&self, _ground: &Ground) -> PipelineView {
        PipelineView {
            id: self.id(),
            object: KIND.object,
            name: self.name.clone(),
            default: self.is_default,
            stages: self.stages.clone(),
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            version: self.meta.version,
        }
    }

    fn links(&self) -> Vec<Link> {
        vec![Link::new(KIND.object, self.meta.id)]
    }
}

impl From<NewPipeline> for PipelineEdit {
    fn from(new: NewPipeline) -> Self {
        Self {
            name: Member::Set(new.name),
            stages: Member::Set(new.stages),
            default: new.default,
        }
    }
}
