//! Instants, dates, and where "now" comes from.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::TenantId;

/// A civil date, `YYYY-MM-DD`.
pub type Date = NaiveDate;

/// A UTC instant, always cut to milliseconds, so that both databases give back what they were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "columns", derive(sea_orm::DeriveValueType))]
pub struct Instant(DateTime<Utc>);

impl Instant {
    /// Cuts to milliseconds.
    pub fn new(at: DateTime<Utc>) -> Self {
        Self::from_millis(at.timestamp_millis())
    }

    /// From milliseconds since 1970; out of range is 1970 itself.
    pub fn from_millis(millis: i64) -> Self {
        Self(DateTime::from_timestamp_millis(millis).unwrap_or_default())
    }

    pub fn millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Later by so much (earlier if negative); stays put where the calendar ends.
    pub fn plus(self, delta: TimeDelta) -> Self {
        self.0.checked_add_signed(delta).map_or(self, Self::new)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl FromStr for Instant {
    type Err = chrono::ParseError;
    /// Any RFC 3339 offset is read; UTC is kept.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DateTime::parse_from_rfc3339(text).map(|at| Self::new(at.to_utc()))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse()
            .map_err(|_| serde::de::Error::custom("an instant is written like 2026-03-02T09:00:00.000Z"))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::DateTime,
            )))
            .into()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Instant {}

/// Where "now" comes from; handed in, so that tests and the sandbox decide.
pub trait Clock: Send + Sync {
    /// The machine's time: for tokens, leases, deliveries.
    fn now(&self) -> Instant;

    /// The time that a tenant's business runs on: the same, unless its sandbox clock was moved.
    fn business(&self, tenant: TenantId) -> Instant {
        let _ = tenant;
        self.now()
    }

    /// Tenants whose business time is not the machine's.
    fn moved(&self) -> Vec<TenantId> {
        Vec::new()
    }
}
