//! What accounts, contacts, pipelines and deals have in common, written once.
//!
//! A kind of record is a description ([`Kind`]) and its rules (the trait [`Record`]): everything else
//! (keeping, batches, external ids, history, lists) follows from the two.
//!
//! The walk of a change: [`http`] parses it into [`change::Op`]s; [`change`] loads the records and the
//! [`ground::Ground`] that rules stand on, lets the pure rules judge, and keeps the outcome with its log
//! entries in one unit of work.

pub mod batch;
pub mod change;
mod entry;
pub mod external;
pub mod fault;
pub mod ground;
pub mod history;
pub mod http;
pub mod lookup;
pub mod paging;
pub mod refusal;
pub mod routes;
pub mod shown;
pub mod store;
pub mod viewer;
mod visibility;

use std::fmt;

use countersign_kernel::catalogue::{EventType, Field, FieldType, Link};
use countersign_kernel::filter::Noun;
use countersign_kernel::id::{TenantId, TypedId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::RuleLock;
use countersign_web::Member;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use fault::Faults;
use ground::{Ground, Wanted};
use refusal::{Clash, Refusal};
pub use visibility::Visibility;

/// What every record carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    pub tenant: TenantId,
    pub id: Uuid,
    pub owner: Option<UserId>,
    pub visibility: Visibility,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub deleted_at: Option<Instant>,
}

/// A kind of record in words and data.
#[derive(Debug)]
pub struct Kind {
    /// As `object` shows it, and the name under which events hold it: `deal`.
    pub object: &'static str,
    /// As paths name it: `deals`.
    pub plural: &'static str,
    /// In Chinese: `商机`.
    pub zh: &'static str,
    pub created: &'static EventType,
    pub updated: &'static EventType,
    pub deleted: &'static EventType,
    pub restored: &'static EventType,
    /// Scopes that a key needs.
    pub read: &'static str,
    pub write: &'static str,
    /// Whether it belongs to somebody, who may hide it.
    pub owned: bool,
}

impl Kind {
    /// The fields whose changes are told and kept: those that its events declare.
    pub fn fields(&self) -> &'static [Field] {
        self.created.fields
    }
}

/// A field that is always there, for events and actions.
pub const fn has(name: &'static str, of: FieldType, about: &'static str) -> Field {
    Field {
        name,
        of,
        optional: false,
        about,
    }
}

/// A field that may be absent.
pub const fn may_have(name: &'static str, of: FieldType, about: &'static str) -> Field {
    Field {
        name,
        of,
        optional: true,
        about,
    }
}

/// What is about to be done with a record.
#[derive(Debug)]
pub enum Doing<'a, Edit> {
    Show,
    Edit(&'a Edit),
    Delete,
    Restore,
    /// A verb of its own.
    Other,
}

/// A kind of record: its shape and its pure rules.
pub trait Record: Clone + PartialEq + fmt::Debug + Send + Sync + 'static {
    type Id: TypedId + Send + Sync;
    /// What a caller sends to create one.
    type New: Into<Self::Edit> + DeserializeOwned + ToSchema + 'static;
    /// What a caller sends to change one; what is absent stays.
    type Edit: DeserializeOwned + ToSchema + Clone + fmt::Debug + Send + Sync + 'static;
    /// What a caller sees.
    type View: Serialize + ToSchema + Send + Sync + 'static;

    const KIND: &'static Kind;
    /// The rule over several records that a change of this kind could break or relies on.
    const RULE: Option<RuleLock> = None;
    /// How its lists are filtered, sorted and expanded.
    const NOUN: &'static Noun;

    /// A record that nothing is known of yet but who makes it, and when.
    fn blank(meta: Meta) -> Self;
    /// What it shows of other records and changes without its version; its `ETag` tells that apart, too.
    fn beside(&self, _ground: &Ground) -> Option<String> {
        None
    }
    fn meta(&self) -> &Meta;
    fn meta_mut(&mut self) -> &mut Meta;

    /// What must be looked up before this can be done with a record (with a new one, if there is none yet).
    fn wants(current: Option<&Self>, doing: Doing<'_, Self::Edit>, wanted: &mut Wanted);
    /// Applies an edit to a new or present record, and says everything that is wrong with it.
    fn edit(&mut self, edit: Self::Edit, ground: &Ground, faults: &mut Faults);
    /// Whether this record may be deleted now.
    fn may_go(&self, _ground: &Ground) -> Result<(), Refusal> {
        Ok(())
    }
    /// Whether this record, which is deleted, may be brought back now.
    fn may_return(&self, _ground: &Ground) -> Result<(), Refusal> {
        Ok(())
    }
    /// Why it cannot stand beside another live record of its kind.
    fn clash(&self, _other: &Self) -> Option<Clash> {
        None
    }
    /// Other records of the kind that must change when this one became what it is, each before and after.
    fn follows(&self, _ground: &Ground) -> Vec<(Self, Self)> {
        Vec::new()
    }
    /// What an edit of `before` into this one is called.
    fn edited(&self, _before: &Self) -> &'static EventType {
        Self::KIND.updated
    }
    fn view(&self, ground: &Ground) -> Self::View;
    /// The fields that events declare, as they stand: what is told, and what changes are measured by.
    fn told(&self, ground: &Ground) -> Map<String, Value> {
        declared(Self::KIND, &self.view(ground))
    }
    /// The records that every event of this one concerns, itself first.
    fn links(&self) -> Vec<Link>;
    /// Its state in one word, for conflicts.
    fn state(&self) -> &'static str {
        if self.meta().deleted_at.is_some() {
            "deleted"
        } else {
            "active"
        }
    }
    /// What may be done with it in this state.
    fn possible(&self) -> &'static [&'static str] {
        if self.meta().deleted_at.is_some() {
            &["restore"]
        } else {
            &["update", "delete"]
        }
    }

    fn id(&self) -> Self::Id {
        self.meta().id.into()
    }
}

/// Those fields of a view that the kind's events declare.
pub fn declared(kind: &Kind, view: &impl Serialize) -> Map<String, Value> {
    let declared = kind.fields();
    match serde_json::to_value(view) {
        Ok(Value::Object(view)) => view
            .into_iter()
            .filter(|(name, _)| declared.iter().any(|field| field.name == name))
            .collect(),
        _ => Map::new(),
    }
}

/// The fields that owned records share, as an edit carries them.
#[derive(Debug, Clone)]
pub struct Ownership {
    pub owner: Member<UserId>,
    pub visibility: Member<Visibility>,
}

impl Ownership {
    /// Gives the record to somebody, or changes who sees it. (That only whoever commands it may is judged where
    /// the change as a whole is judged.)
    pub fn apply(self, meta: &mut Meta, ground: &Ground, faults: &mut Faults) {
        match self.owner {
            Member::Absent => {}
            Member::Null => meta.owner = None,
            Member::Set(owner) if meta.owner == Some(owner) => {}
            Member::Set(owner) => match ground.directory.person(owner) {
                Some(person) if person.active => meta.owner = Some(owner),
                _ => faults.unknown("/owner", "user"),
            },
        }
        match self.visibility {
            Member::Absent => {}
            Member::Null => faults.needed("/visibility"),
            Member::Set(visibility) => meta.visibility = visibility,
        }
        if meta.visibility == Visibility::Mine && meta.owner.is_none() {
            faults.push(
                "/owner",
                "owner_needed",
                "A record that only its owner sees needs an owner: name one, or make its visibility tenant.",
                "仅所有者可见的记录必须有所有者：请指定所有者，或将 visibility 设为 tenant。",
            );
        }
    }
}
