//! What callers send and see of a conversion.

use chrono::NaiveDate;
use countersign_kernel::id::{AccountId, ContactId, PipelineId, StageId};
use countersign_kernel::money::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::LeadView;

/// What a lead shall become.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(example = json!({"account": "acct_01jc0000000000000000000000", "deal": {"name": "Borealis: 40 seats", "expected_close_on": "2027-03-31"}}))]
pub struct ConvertLead {
    /// The company, if it is there already and none other is meant.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// The person, if they are there already.
    #[serde(default)]
    pub contact: Option<ContactId>,
    /// A deal, if one shall be made.
    #[serde(default)]
    pub deal: Option<ConvertDeal>,
}

/// The deal that a lead becomes.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct ConvertDeal {
    /// The company's name, else the person's, unless told otherwise.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The lead's estimate unless told otherwise.
    #[serde(default)]
    pub amount: Option<Money>,
    #[serde(default)]
    pub expected_close_on: Option<NaiveDate>,
    #[serde(default)]
    pub pipeline: Option<PipelineId>,
    #[serde(default)]
    pub stage: Option<StageId>,
}

/// What a lead became.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConversionView {
    /// Always `lead_conversion`.
    pub object: &'static str,
    pub lead: LeadView,
    /// None if the lead names no company and nothing else tells one.
    pub account: Option<Became>,
    pub contact: Became,
    pub deal: Option<Became>,
    /// How many activities are about these now, too.
    pub activities: usize,
}

/// One record that a lead became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Became {
    #[schema(example = "cont_01jc0000000000000000000000")]
    pub id: String,
    pub origin: Origin,
}

/// Made, given by the caller, or found: by its domain, its name, the e-mail address, or as the contact's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Created,
    Given,
    Domain,
    Name,
    Email,
    Contact,
}
