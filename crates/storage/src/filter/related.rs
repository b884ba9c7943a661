//! Whose rows a list is of, and what it may see of others.

use countersign_kernel::filter::Relation;
use countersign_kernel::id::TenantId;
use sea_orm::sea_query::Condition;

/// What the caller may see of the records that relations lead to. No comparison looks past its condition, so that a
/// record that is hidden from the caller, or deleted, is compared like one that is not there.
pub trait Related: Send + Sync {
    /// Which rows of the relation's table may be seen: of this tenant, not deleted, visible. Nothing if no row may.
    fn visible(&self, relation: &Relation) -> Option<Condition>;

    /// Whose rows the list is of: in tables that grow large, texts are looked for first.
    fn tenant(&self) -> Option<TenantId> {
        None
    }
}

/// Lists of a tenant's rows that lead to no others.
#[derive(Debug, Clone, Copy)]
pub struct Within(pub TenantId);

impl Related for Within {
    fn visible(&self, _: &Relation) -> Option<Condition> {
        None
    }

    fn tenant(&self) -> Option<TenantId> {
        Some(self.0)
    }
}

/// For lists without relations.
pub(super) struct NoRelations;

impl Related for NoRelations {
    fn visible(&self, _: &Relation) -> Option<Condition> {
        None
    }
}
