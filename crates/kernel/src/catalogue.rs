//! What can be said on the bus: event types, action types, and the types of their fields.
//!
//! Whoever emits an event registers its [`EventType`]; whoever can act registers its [`ActionType`].
//! The checker of workflows and automations, the documents and the webhooks all read these.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

/// The type of a field that an event or an action carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    Text,
    Integer,
    Decimal,
    Money,
    Percent,
    Date,
    Instant,
    YesNo,
    /// The id of a person.
    Person,
    /// The id of a record of this kind (`account`, `deal`, `request`, …).
    Record(&'static str),
    /// A workflow's form, by field name.
    Form,
    /// Any JSON: only for integrators; expressions cannot read it.
    Json,
}

/// A field of an event or an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Field {
    pub name: &'static str,
    pub of: FieldType,
    /// Whether it may be absent.
    pub optional: bool,
    pub about: &'static str,
}

/// A type of event, `area.thing.happened`.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct EventType {
    pub name: &'static str,
    /// The object that it is about, and the name under which `data` holds its fields: `deal`.
    pub object: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Whether readers, webhooks and automations see it. What is not public is history alone.
    pub public: bool,
    /// The fields of `data.THING`, which expressions read as `event.THING.field`.
    pub fields: &'static [Field],
    /// The scope that a key needs to read it.
    pub scope: &'static str,
}

/// A type of action, `things.verb`.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ActionType {
    pub name: &'static str,
    pub about: &'static str,
    pub inputs: &'static [Field],
    pub outputs: &'static [Field],
    /// The public types of events that it leads to, besides those of a request that it starts.
    pub tells: &'static [Tells],
}

/// A type of event that an action leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Tells {
    pub event: &'static str,
    /// Whether only what is new is told: the same again leads to nothing.
    pub only_news: bool,
}

/// A record that an event concerns.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link {
    /// `deal`, `account`, `request`, …
    pub kind: String,
    pub id: Uuid,
}

impl Link {
    pub fn new(kind: impl Into<String>, id: Uuid) -> Self {
        Self {
            kind: kind.into(),
            id,
        }
    }
}

impl Serialize for Link {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&crate::id::show(&self.kind, self.id))
    }
}

impl<'de> serde::Deserialize<'de> for Link {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let (kind, id) =
            crate::id::any(&text).ok_or_else(|| serde::de::Error::custom("not the id of a record"))?;
        Ok(Self::new(kind, id))
    }
}

/// Everything that this server can say and do: filled once, where everything is put together.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    events: BTreeMap<&'static str, EventType>,
    actions: BTreeMap<&'static str, ActionType>,
}

impl Catalogue {
    pub fn new() -> Self {
        Self::default()
    }

    /// With these types of event too; the later of two with one name stands.
    #[must_use]
    pub fn with_events(mut self, types: &[EventType]) -> Self {
        self.events.extend(types.iter().map(|of| (of.name, *of)));
        self
    }

    /// With these types of action too.
    #[must_use]
    pub fn with_actions(mut self, types: impl IntoIterator<Item = ActionType>) -> Self {
        self.actions.extend(types.into_iter().map(|of| (of.name, of)));
        self
    }

    pub fn event(&self, name: &str) -> Option<&EventType> {
        self.events.get(name)
    }

    pub fn action(&self, name: &str) -> Option<&ActionType> {
        self.actions.get(name)
    }

    /// Every type of event, by name; those that are not public are history alone.
    pub fn events(&self) -> impl Iterator<Item = &EventType> {
        self.events.values()
    }

    /// What readers, webhooks and automations may hear of, by name.
    pub fn public(&self) -> impl Iterator<Item = &EventType> {
        self.events.values().filter(|of| of.public)
    }

    pub fn actions(&self) -> impl Iterator<Item = &ActionType> {
        self.actions.values()
    }
}
