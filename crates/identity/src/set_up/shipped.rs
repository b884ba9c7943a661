//! What ships with the server and a new tenant may begin with: kept and published by others, asked for here.

use countersign_kernel::id::{TenantId, UserId};
use countersign_web::closed_words;
use futures_util::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of the workflows, calendars and automations that ship.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = ShippedDefinitions)]
pub struct Shipped {
    pub published: Vec<PublishedFile>,
    /// What did not pass the checks that every file passes: the tenant is made without it.
    pub refused: Vec<RefusedFile>,
}

closed_words!(
    /// What a file defines.
    pub DefinitionKind: "workflow", "automation", "calendar", "table", "leave_types"
);

/// A file that is in force now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublishedFile {
    #[schema(value_type = DefinitionKind, example = "workflow")]
    pub kind: &'static str,
    #[schema(example = "leave")]
    pub name: String,
    #[schema(example = 1)]
    pub version: i64,
}

/// A file that is not in force, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RefusedFile {
    #[schema(example = "workflows/leave.yaml")]
    pub file: String,
    /// The code that `PUT` would answer with.
    #[schema(example = "definition_has_errors")]
    pub code: String,
    /// In the tenant's language; the first line says what, each further one names a fault.
    pub detail: String,
}

/// Whoever publishes.
pub trait Shipping: Send + Sync + 'static {
    /// Publishes what ships, in the name of a tenant's first admin.
    fn publish(&self, tenant: TenantId, by: UserId) -> BoxFuture<'_, Shipped>;
}
