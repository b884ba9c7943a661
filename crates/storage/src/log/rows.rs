//! The log's table: columns, writing many rows at once, reading one.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, TenantId, UserId};
use countersign_kernel::time::Instant;
use sea_orm::sea_query::Iden;
use sea_orm::{DbErr, QueryResult, Value};
use uuid::Uuid;

use crate::{Entry, Error, Logged};

pub(crate) const TABLE: &str = "log";

/// Rows in one statement: there is a prepared form for each count.
pub(crate) const AT_ONCE: usize = 64;

/// The columns of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    TenantId,
    Seq,
    Xid,
    Id,
    SubjectKind,
    SubjectId,
    Version,
    Kind,
    Format,
    At,
    Actor,
    OnBehalfOf,
    Cause,
    Depth,
    Trace,
    Links,
    Body,
    Private,
}

impl Column {
    pub const ALL: [Self; 18] = [
        Self::TenantId,
        Self::Seq,
        Self::Xid,
        Self::Id,
        Self::SubjectKind,
        Self::SubjectId,
        Self::Version,
        Self::Kind,
        Self::Format,
        Self::At,
        Self::Actor,
        Self::OnBehalfOf,
        Self::Cause,
        Self::Depth,
        Self::Trace,
        Self::Links,
        Self::Body,
        Self::Private,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::TenantId => "tenant_id",
            Self::Seq => "seq",
            Self::Xid => "xid",
            Self::Id => "id",
            Self::SubjectKind => "subject_kind",
            Self::SubjectId => "subject_id",
            Self::Version => "version",
            Self::Kind => "kind",
            Self::Format => "format",
            Self::At => "at",
            Self::Actor => "actor",
            Self::OnBehalfOf => "on_behalf_of",
            Self::Cause => "cause",
            Self::Depth => "depth",
            Self::Trace => "trace",
            Self::Links => "links",
            Self::Body => "body",
            Self::Private => "private",
        }
    }
}

impl Iden for Column {
    fn unquoted(&self) -> &str {
        self.name()
    }
}

const INSERT: &str = "INSERT INTO log (tenant_id, id, subject_kind, subject_id, version, kind, format, at, actor, \
                      on_behalf_of, cause, depth, trace, links, body, private) VALUES ";
const WIDTH: usize = 16;

/// For SQLite: the rows of many units of work and tenants.
pub(crate) fn insert_sqlite(entries: &[(TenantId, Entry)]) -> Result<(String, Vec<Value>), DbErr> {
    let mut sql = String::with_capacity(INSERT.len() + entries.len() * 34);
    sql.push_str(INSERT);
    let mut values = Vec::with_capacity(entries.len() * WIDTH);
    for (place, (tenant, entry)) in entries.iter().enumerate() {
        sql.push_str(if place == 0 { "" } else { "," });
        sql.push_str("(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
        bind(&mut values, *tenant, entry)?;
    }
    Ok((sql, values))
}

/// For PostgreSQL: the rows of one unit of work.
pub(crate) fn insert_postgres(entries: &[(TenantId, Entry)]) -> Result<(String, Vec<Value>), DbErr> {
    let mut sql = String::with_capacity(INSERT.len() + entries.len() * 64);
    sql.push_str(INSERT);
    let mut values = Vec::with_capacity(entries.len() * WIDTH);
    for (place, (tenant, entry)) in entries.iter().enumerate() {
        for column in 1..=WIDTH {
            let before = match (place, column) {
                (0, 1) => "(",
                (_, 1) => "),(",
                _ => ",",
            };
            let _ = write!(sql, "{before}${}", place * WIDTH + column);
        }
        bind(&mut values, *tenant, entry)?;
    }
    sql.push(')');
    Ok((sql, values))
}

fn bind(values: &mut Vec<Value>, tenant: TenantId, entry: &Entry) -> Result<(), DbErr> {
    values.extend([
        tenant.0.into(),
        entry.id.0.into(),
        entry.subject.kind.as_str().into(),
        entry.subject.id.into(),
        entry.version.into(),
        entry.kind.as_str().into(),
        i64::from(entry.format).into(),
        entry.at.utc().into(),
        entry.actor.to_string().into(),
        entry.on_behalf_of.map(|user| user.0).into(),
        entry.cause.map(|event| event.0).into(),
        i64::from(entry.depth).into(),
        entry.trace.clone().into(),
        json(&entry.links)?.into(),
        json(&entry.body)?.into(),
        entry.private.as_ref().map(json).transpose()?.into(),
    ]);
    Ok(())
}

fn json(value: &impl serde::Serialize) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|error| DbErr::Json(error.to_string()))
}

/// A place and what stands there, from a row selected with [`Column::ALL`], in that order.
pub(crate) fn stored(row: &QueryResult) -> Result<(i64, Stored), Error> {
    let seq = row.try_get_by_index(1)?;
    let entry = StoredEntry::of(row);
    Ok((seq, Stored { seq, entry }))
}

/// What stands at a place of the log.
#[derive(Debug)]
pub struct Stored {
    pub seq: i64,
    /// An error where a column does not hold what belongs there.
    pub entry: Result<StoredEntry, Error>,
}

impl Stored {
    /// The entry, if all of it can be read.
    pub fn parse(&self) -> Result<Logged, Error> {
        match &self.entry {
            Ok(entry) => entry.parse(),
            Err(error) => Err(error.clone()),
        }
    }

    /// The entry, if all of it can be read; otherwise that is logged.
    pub fn readable(&self) -> Option<Logged> {
        let seq = self.seq;
        self.parse()
            .inspect_err(|error| {
                tracing::error!(seq, cause = ?error, "an entry of the log cannot be read, and is passed over");
            })
            .ok()
    }
}

/// An entry as its columns hold it: texts are not parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    pub tenant: Uuid,
    pub seq: i64,
    pub xid: i64,
    pub id: Uuid,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub version: i64,
    pub kind: String,
    pub format: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub on_behalf_of: Option<Uuid>,
    pub cause: Option<Uuid>,
    pub depth: i64,
    pub trace: Option<String>,
    pub links: String,
    pub body: String,
    pub private: Option<String>,
}

impl StoredEntry {
    /// What is known of an entry that cannot be read: its place, its record and its type, without what it says.
    pub fn outline(&self) -> Logged {
        let entry = Entry {
            id: EventId(self.id),
            subject: Link {
                kind: self.subject_kind.clone(),
                id: self.subject_id,
            },
            version: self.version,
            kind: self.kind.clone(),
            format: i32::try_from(self.format).unwrap_or_default(),
            at: Instant::new(self.at),
            actor: Actor::System,
            on_behalf_of: None,
            cause: None,
            depth: 0,
            trace: None,
            links: Vec::new(),
            body: serde_json::Value::Null,
            private: None,
        };
        Logged {
            tenant: TenantId(self.tenant),
            seq: self.seq,
            xid: self.xid,
            entry,
        }
    }

    fn of(row: &QueryResult) -> Result<Self, Error> {
        Ok(Self {
            tenant: row.try_get_by_index(0)?,
            seq: row.try_get_by_index(1)?,
            xid: row.try_get_by_index(2)?,
            id: row.try_get_by_index(3)?,
            subject_kind: row.try_get_by_index(4)?,
            subject_id: row.try_get_by_index(5)?,
            version: row.try_get_by_index(6)?,
            kind: row.try_get_by_index(7)?,
            format: row.try_get_by_index(8)?,
            at: row.try_get_by_index(9)?,
            actor: row.try_get_by_index(10)?,
            on_behalf_of: row.try_get_by_index(11)?,
            cause: row.try_get_by_index(12)?,
            depth: row.try_get_by_index(13)?,
            trace: row.try_get_by_index(14)?,
            links: row.try_get_by_index(15)?,
            body: row.try_get_by_index(16)?,
            private: row.try_get_by_index(17)?,
        })
    }

    /// The entry, if all of it can be read.
    pub fn parse(&self) -> Result<Logged, Error> {
        let mut logged = self.outline();
        logged.entry = Entry {
            format: i32::try_from(self.format).map_err(Error::broken)?,
            actor: self.actor.parse::<Actor>().map_err(Error::broken)?,
            on_behalf_of: self.on_behalf_of.map(UserId),
            cause: self.cause.map(EventId),
            depth: i32::try_from(self.depth).map_err(Error::broken)?,
            trace: self.trace.clone(),
            links: parsed(&self.links)?,
            body: parsed(&self.body)?,
            private: self.private.as_deref().map(parsed).transpose()?,
            ..logged.entry
        };
        Ok(logged)
    }
}

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(Error::broken)
}
