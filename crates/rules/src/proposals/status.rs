//! Where a proposal stands.

use sea_orm::{DeriveActiveEnum, EnumIter};

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Status {
    Open,
    Published,
    Rejected,
    Withdrawn,
}

impl Status {
    pub(crate) const WORDS: [&str; 4] = ["open", "published", "rejected", "withdrawn"];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Published => "published",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The event of coming there.
    pub(super) fn event(self) -> &'static str {
        match self {
            Self::Open => "rules.proposal.opened",
            Self::Published => "rules.proposal.published",
            Self::Rejected => "rules.proposal.rejected",
            Self::Withdrawn => "rules.proposal.withdrawn",
        }
    }
}
