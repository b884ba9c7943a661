//! Sums over deals: how many there are and what they are worth, by stage, owner or status.

use std::collections::BTreeMap;

use countersign_kernel::id::{StageId, UserId};
use countersign_kernel::money::{Money, MoneyError, Sum, Tally};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What deals are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    Stage,
    Owner,
    Status,
}

impl GroupBy {
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "stage" => Some(Self::Stage),
            "owner" => Some(Self::Owner),
            "status" => Some(Self::Status),
            _ => None,
        }
    }
}

/// What the database counted: one for each group and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub key: Option<Key>,
    pub deals: u64,
    /// The sum; nothing for deals without an amount.
    pub sum: Option<Sum>,
}

/// What a group has in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Stage(StageId),
    Owner(UserId),
    Status(String),
}

impl Key {
    fn show(&self) -> String {
        match self {
            Self::Stage(id) => id.to_string(),
            Self::Owner(id) => id.to_string(),
            Self::Status(status) => status.clone(),
        }
    }
}

/// Counts and sums of the deals that match.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SummaryView {
    /// Always `deal_summary`.
    pub object: &'static str,
    pub group_by: GroupBy,
    pub data: Vec<GroupView>,
    pub total: TotalView,
}

/// The deals of one stage, owner or status.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GroupView {
    /// The id of the stage or person, or the status; null for deals that nobody owns.
    pub key: Option<String>,
    /// The name of the stage or person, or the status.
    pub name: Option<String>,
    pub count: u64,
    /// One for each currency; two currencies do not add.
    #[schema(value_type = Vec<Money>)]
    pub sums: Vec<Sum>,
}

/// All deals that match.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TotalView {
    pub count: u64,
    #[schema(value_type = Vec<Money>)]
    pub sums: Vec<Sum>,
}

/// The view of what was counted; `name_of` names stages and people.
pub fn summary(
    group_by: GroupBy,
    counted: &[Counted],
    name_of: impl Fn(&Key) -> Option<String>,
) -> Result<SummaryView, MoneyError> {
    let mut groups: BTreeMap<Option<&Key>, Tally> = BTreeMap::new();
    let mut total = Tally::default();
    for row in counted {
        groups
            .entry(row.key.as_ref())
            .or_default()
            .add(row.deals, row.sum)?;
        total.add(row.deals, row.sum)?;
    }
    let data = groups.into_iter().map(|(key, tally)| GroupView {
        key: key.map(Key::show),
        name: key.and_then(&name_of),
        count: tally.count,
        sums: tally.sums(),
    });
    Ok(SummaryView {
        object: "deal_summary",
        group_by,
        data: data.collect(),
        total: TotalView {
            count: total.count,
            sums: total.sums(),
        },
    })
}
