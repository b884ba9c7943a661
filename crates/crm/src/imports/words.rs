//! What can be imported, where an import stands, and what becomes of a row.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which kind of record the rows of a file become.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, EnumIter, DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum ImportKind {
    Accounts,
    Contacts,
    Deals,
    Leads,
}

impl ImportKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Contacts => "contacts",
            Self::Deals => "deals",
            Self::Leads => "leads",
        }
    }
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumIter, DeriveActiveEnum)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum ImportStatus {
    Running,
    Completed,
    Cancelled,
    Undoing,
    Undone,
}

impl ImportStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }
}

/// What became of a row, and of what it made once the import is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, EnumIter, DeriveActiveEnum)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum RowOutcome {
    Created,
    Updated,
    Refused,
    /// Made by this import, and deleted when it was undone.
    Deleted,
    /// Made by this import, and left when it was undone: it was changed since.
    Left,
}

/// By what a row finds the record that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchOn {
    /// The id of the record itself; where a row has none, what its kind is found by.
    Id,
    /// The id in the other system that `source` names.
    ExternalId,
    /// Of contacts and leads; where a row has none, their name and company.
    Email,
    /// Of accounts; of deals with their account.
    Name,
    /// Of accounts; where a row has none, their name.
    Domain,
}

impl MatchOn {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::ExternalId => "external_id",
            Self::Email => "email",
            Self::Name => "name",
            Self::Domain => "domain",
        }
    }
}

/// How decimals are written: `1,234.50`, or `1.234,50`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    Point,
    Comma,
}

/// What `03/04/2026` means. A date that begins with its year needs no telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    DayMonthYear,
    MonthDayYear,
}

/// How a file's bytes are letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Charset {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
    #[serde(rename = "windows-1252")]
    Windows1252,
    #[serde(rename = "gb18030")]
    Gb18030,
}
