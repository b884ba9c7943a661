//! What callers send and see of a lead.

use countersign_kernel::filter::{FilterField, Noun};
use countersign_kernel::id::{AccountId, ContactId, DealId, LeadId, UserId};
use countersign_kernel::money::Money;
use countersign_kernel::time::Instant;
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::LeadStatus;
use crate::record::Visibility;

/// A new lead. Its owner is the caller, and it is new, unless told otherwise.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Nora Nord", "company": "Borealis Shipping", "email": "nora@borealis.example", "source": "web"}))]
pub struct NewLead {
    /// The person's, on one line, not blank.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    #[serde(default)]
    pub company: Member<String>,
    #[serde(default)]
    pub email: Member<String>,
    #[serde(default)]
    pub phone: Member<String>,
    /// A word like `web` or `trade_fair`.
    #[serde(default)]
    pub source: Member<String>,
    /// `new`, `working` or `qualified`.
    #[serde(default)]
    #[schema(value_type = LeadStatus)]
    pub status: Member<LeadStatus>,
    #[serde(default)]
    pub estimated_amount: Member<Money>,
    /// Several lines.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10000)]
    pub notes: Member<String>,
    #[serde(default)]
    pub owner: Member<UserId>,
    #[serde(default)]
    pub visibility: Member<Visibility>,
}

/// What changes about a lead; what is absent stays, null empties.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"status": "qualified"}))]
pub struct LeadEdit {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Member<String>,
    #[serde(default)]
    pub company: Member<String>,
    #[serde(default)]
    pub email: Member<String>,
    #[serde(default)]
    pub phone: Member<String>,
    #[serde(default)]
    pub source: Member<String>,
    #[serde(default)]
    #[schema(value_type = LeadStatus)]
    pub status: Member<LeadStatus>,
    #[serde(default)]
    pub estimated_amount: Member<Money>,
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10000)]
    pub notes: Member<String>,
    #[serde(default)]
    pub owner: Member<UserId>,
    #[serde(default)]
    pub visibility: Member<Visibility>,
}

/// Why nothing comes of a lead.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"reason": "no budget"}))]
pub struct DisqualifyLead {
    /// On one line, not blank.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// A lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeadView {
    pub id: LeadId,
    /// Always `lead`.
    pub object: &'static str,
    pub name: String,
    pub company: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    #[schema(example = "web")]
    pub source: Option<String>,
    pub status: LeadStatus,
    pub estimated_amount: Option<Money>,
    pub notes: Option<String>,
    pub disqualified_reason: Option<String>,
    pub converted_at: Option<Instant>,
    /// What it was converted to.
    pub account: Option<AccountId>,
    pub contact: Option<ContactId>,
    pub deal: Option<DealId>,
    pub owner: Option<UserId>,
    pub visibility: Visibility,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// How leads are listed.
pub const NOUN: Noun = Noun {
    object: "lead",
    plural: "leads",
    fields: &[
        FilterField::id("lead"),
        FilterField::written("name").required().sortable().searched(),
        FilterField::written("company").sortable().searched(),
        FilterField::written("email").sortable().searched(),
        FilterField::text("phone").searched(),
        FilterField::text("source"),
        FilterField::choice(
            "status",
            &["new", "working", "qualified", "disqualified", "converted"],
        ),
        FilterField::money("estimated_amount"),
        FilterField::instant("converted_at"),
        FilterField::record("account", "account", "account"),
        FilterField::record("contact", "contact", "contact"),
        FilterField::record("deal", "deal", "deal"),
        FilterField::person("owner", "owner"),
        FilterField::choice("visibility", &["tenant", "mine"]),
        FilterField::instant("created_at").required().sortable(),
        FilterField::instant("updated_at").required().sortable(),
    ],
    expandable: &[
        ("owner", "user"),
        ("account", "account"),
        ("contact", "contact"),
        ("deal", "deal"),
    ],
    default_sort: "-created_at",
};
