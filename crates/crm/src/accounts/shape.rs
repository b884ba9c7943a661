//! What callers send and see of an account.

use countersign_kernel::filter::{FilterField, Noun, Relation};
use countersign_kernel::id::{AccountId, UserId};
use countersign_kernel::time::Instant;
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::deals::contract::ListedContract;
use crate::record::Visibility;

/// A new account. Its owner is the caller unless told otherwise.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Borealis Shipping", "domain": "borealis.example", "country": "NO"}))]
pub struct NewAccount {
    /// On one line, not blank.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    #[serde(default)]
    pub domain: Member<String>,
    /// ISO 3166, two capital letters.
    #[serde(default)]
    pub country: Member<String>,
    #[serde(default)]
    pub owner: Member<UserId>,
    #[serde(default)]
    pub visibility: Member<Visibility>,
}

/// What changes about an account; what is absent stays, null empties.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"country": "SE"}))]
pub struct AccountEdit {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Member<String>,
    #[serde(default)]
    pub domain: Member<String>,
    #[serde(default)]
    pub country: Member<String>,
    #[serde(default)]
    pub owner: Member<UserId>,
    #[serde(default)]
    pub visibility: Member<Visibility>,
}

/// An account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountView {
    pub id: AccountId,
    /// Always `account`.
    pub object: &'static str,
    pub name: String,
    pub owner: Option<UserId>,
    pub visibility: Visibility,
    pub domain: Option<String>,
    pub country: Option<String>,
    /// The contracts of those of its deals that the caller sees, newest first. A key needs the scope `crm:deals:read` for them.
    pub contracts: Vec<ListedContract>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// How accounts are listed.
pub const NOUN: Noun = Noun {
    object: "account",
    plural: "accounts",
    fields: FIELDS,
    expandable: &[("owner", "user")],
    default_sort: "-created_at",
};

const FIELDS: &[FilterField] = &[
    FilterField::id("account"),
    FilterField::written("name").required().sortable().searched(),
    FilterField::person("owner", "owner"),
    FilterField::choice("visibility", &["tenant", "mine"]),
    FilterField::text("domain").searched(),
    FilterField::text("country"),
    FilterField::instant("created_at").required().sortable(),
    FilterField::instant("updated_at").required().sortable(),
];

/// For records that lead to an account: `account.country`.
pub const RELATION: Relation = Relation {
    kind: super::KIND.object,
    scope: super::KIND.read,
    table: "accounts",
    fields: FIELDS,
};
