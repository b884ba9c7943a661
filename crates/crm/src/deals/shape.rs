//! What callers send and see of a deal.

use chrono::NaiveDate;
use countersign_kernel::filter::{FilterField, FilterType, Noun};
use countersign_kernel::id::{AccountId, DealId, PipelineId, StageId, UserId};
use countersign_kernel::money::Money;
use countersign_kernel::time::Instant;
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Status;
use super::contract::Contract;
use crate::accounts::shape::RELATION;
use crate::activities::shape::NextActivity;
use crate::record::Visibility;

/// A new deal. Its owner is the caller, and it stands in the first stage of the default pipeline, unless told
/// otherwise.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Borealis: 40 seats", "account": "acct_01jc0000000000000000000000", "amount": {"amount": "1800.00", "currency": "EUR"}, "expected_close_on": "2027-03-31"}))]
pub struct NewDeal {
    /// On one line, not blank.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    pub account: AccountId,
    /// Any currency that has minor units. Where a deal has lines, it is what they come to.
    #[serde(default)]
    pub amount: Member<Money>,
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub expected_close_on: Member<NaiveDate>,
    #[serde(default)]
    pub pipeline: Member<PipelineId>,
    #[serde(default)]
    pub stage: Member<StageId>,
    /// Of winning, 0 to 100 percent; the stage's unless told otherwise.
    #[serde(default)]
    #[schema(value_type = i64, minimum = 0, maximum = 100)]
    pub probability: Member<i64>,
    #[serde(default)]
    pub owner: Member<UserId>,
    #[serde(default)]
    pub visibility: Member<Visibility>,
}

/// What changes about a deal; what is absent stays, null empties. A changed stage is a move.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"expected_close_on": "2027-04-30"}))]
pub struct DealEdit {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Member<String>,
    #[serde(default)]
    pub account: Member<AccountId>,
    #[serde(default)]
    pub amount: Member<Money>,
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub expected_close_on: Member<NaiveDate>,
    #[serde(default)]
    pub pipeline: Member<PipelineId>,
    #[serde(default)]
    pub stage: Member<StageId>,
    #[serde(default)]
    #[schema(value_type = i64, minimum = 0, maximum = 100)]
    pub probability: Member<i64>,
    #[serde(default)]
    pub owner: Member<UserId>,
    #[serde(default)]
    pub visibility: Member<Visibility>,
}

/// Where a deal goes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"stage": "stage_01jc0000000000000000000000"}))]
pub struct MoveDeal {
    /// A stage of the deal's pipeline.
    pub stage: StageId,
}

/// Why a deal was lost.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"reason": "price"}))]
pub struct LoseDeal {
    /// On one line, not blank.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// A deal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DealView {
    pub id: DealId,
    /// Always `deal`.
    pub object: &'static str,
    pub name: String,
    pub account: AccountId,
    pub owner: Option<UserId>,
    pub visibility: Visibility,
    pub pipeline: PipelineId,
    pub stage: StageId,
    pub status: Status,
    pub amount: Option<Money>,
    /// Of winning, in percent.
    pub probability: i64,
    pub expected_close_on: Option<NaiveDate>,
    /// When it was won or lost.
    pub closed_at: Option<Instant>,
    pub lost_reason: Option<String>,
    /// The newest contract that was asked for.
    pub contract: Option<Contract>,
    /// Where there are lines, the amount is what they come to without tax (`GET /v1/deals/{id}/lines`).
    pub line_count: i64,
    /// The open activity about it that is due first, of those that the caller sees. A key needs the scope `crm:activities:read` for it.
    pub next_activity: Option<NextActivity>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// How deals are listed.
pub const NOUN: Noun = Noun {
    object: "deal",
    plural: "deals",
    fields: &[
        FilterField::id("deal"),
        FilterField::written("name").required().sortable().searched(),
        FilterField::record("account", "account", "account")
            .required()
            .through(&RELATION),
        FilterField::person("owner", "owner"),
        FilterField::choice("visibility", &["tenant", "mine"]),
        FilterField::record("pipeline", "pipeline", "pipeline").required(),
        FilterField::record("stage", "stage", "stage").required(),
        FilterField::choice("status", &["open", "won", "lost"]),
        FilterField::money("amount").sortable(),
        FilterField::new("probability", FilterType::Integer).required(),
        FilterField::date("expected_close_on").sortable(),
        FilterField::instant("closed_at"),
        FilterField::written("lost_reason"),
        FilterField::instant("created_at").required().sortable(),
        FilterField::instant("updated_at").required().sortable(),
    ],
    expandable: &[
        ("owner", "user"),
        ("account", "account"),
        ("pipeline", "pipeline"),
    ],
    default_sort: "-created_at",
};
