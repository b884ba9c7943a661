//! What callers send and see of a pipeline.

use countersign_kernel::filter::{FilterField, FilterType, Noun};
use countersign_kernel::id::{PipelineId, StageId};
use countersign_kernel::time::Instant;
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Stage;

/// A new pipeline.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Partners", "stages": [{"name": "Introduced", "probability": 20}, {"name": "Offer", "probability": 60}]}))]
pub struct NewPipeline {
    /// On one line, not blank.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// In order.
    #[schema(min_items = 1, max_items = 50)]
    pub stages: Vec<StageEdit>,
    /// Whether new deals take it unless told otherwise; the present default then is it no more.
    #[serde(default)]
    pub default: Member<bool>,
}

/// What changes about a pipeline; what is absent stays. `stages` replaces all stages: name the id of each that stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"default": true}))]
pub struct PipelineEdit {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub name: Member<String>,
    #[serde(default)]
    pub stages: Member<Vec<StageEdit>>,
    #[serde(default)]
    pub default: Member<bool>,
}

/// A stage as it shall be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct StageEdit {
    /// Of a stage that stays; a new one has none.
    #[serde(default)]
    pub id: Option<StageId>,
    /// On one line, not blank, once in a pipeline.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Of winning from here, in percent.
    #[schema(minimum = 0, maximum = 100)]
    pub probability: i64,
}

/// A pipeline.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PipelineView {
    pub id: PipelineId,
    /// Always `pipeline`.
    pub object: &'static str,
    pub name: String,
    /// Whether new deals take it unless told otherwise.
    pub default: bool,
    /// In order.
    pub stages: Vec<Stage>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// How pipelines are listed.
pub const NOUN: Noun = Noun {
    object: "pipeline",
    plural: "pipelines",
    fields: &[
        FilterField::id("pipeline"),
        FilterField::written("name").required().sortable().searched(),
        FilterField::new("default", FilterType::YesNo)
            .column("is_default")
            .required(),
        FilterField::instant("created_at").required().sortable(),
        FilterField::instant("updated_at").required().sortable(),
    ],
    expandable: &[],
    default_sort: "created_at",
};
