//! What callers send and see of a contact.

use countersign_kernel::filter::{FilterField, Noun};
use countersign_kernel::id::{AccountId, ContactId, UserId};
use countersign_kernel::time::Instant;
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::shape::RELATION;
use crate::record::Visibility;

/// A new contact. Its owner is the caller unless told otherwise.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Nora Nord", "email": "nora@borealis.example", "phone": "+47 22 00 00 00"}))]
pub struct NewContact {
    /// On one line, not blank.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    #[serde(default)]
    pub email: Member<String>,
    #[serde(default)]
    pub phone: Member<String>,
    #[serde(default)]
    pub account: Member<AccountId>,
    #[serde(default)]
    pub owner: Member<UserId>,
    #[serde(default)]
    pub visibility: Member<Visibility>,
}

/// What changes about a contact; what is absent stays, null empties.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"phone": null}))]
pub struct ContactEdit {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Member<String>,
    #[serde(default)]
    pub email: Member<String>,
    #[serde(default)]
    pub phone: Member<String>,
    #[serde(default)]
    pub account: Member<AccountId>,
    #[serde(default)]
    pub owner: Member<UserId>,
    #[serde(default)]
    pub visibility: Member<Visibility>,
}

/// A contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactView {
    pub id: ContactId,
    /// Always `contact`.
    pub object: &'static str,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub account: Option<AccountId>,
    pub owner: Option<UserId>,
    pub visibility: Visibility,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// How contacts are listed.
pub const NOUN: Noun = Noun {
    object: "contact",
    plural: "contacts",
    fields: &[
        FilterField::id("contact"),
        FilterField::written("name").required().sortable().searched(),
        FilterField::written("email").sortable().searched(),
        FilterField::text("phone").searched(),
        FilterField::record("account", "account", "account").through(&RELATION),
        FilterField::person("owner", "owner"),
        FilterField::choice("visibility", &["tenant", "mine"]),
        FilterField::instant("created_at").required().sortable(),
        FilterField::instant("updated_at").required().sortable(),
    ],
    expandable: &[("owner", "user"), ("account", "account")],
    default_sort: "-created_at",
};
