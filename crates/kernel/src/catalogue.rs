//! What can be said on the bus: event types, action types, and the types of their fields.
//!
//! Whoever emits an event registers its [`EventType`]; whoever can act registers its [`ActionType`].
//! The checker of workflows and automations, the documents and the webhooks all read these.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use uuid::Uuid;

use crate::text::nearest;

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
    /// Where its entries stand, if in the history of another record than the object.
    pub within: Option<Within>,
    /// One sentence.
    pub about: &'static str,
    /// Whether readers, webhooks and automations see it. What is not public is history alone.
    pub public: bool,
    /// The fields of `data.THING`, which expressions read as `event.THING.field`.
    pub fields: &'static [Field],
    /// The scope that a key needs to read it.
    pub scope: &'static str,
}

/// The record in whose history an event about something smaller stands: what happens to a task is an entry of its request's
/// history, in its order. Such an entry names the object in its links.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Within {
    /// `request`.
    pub kind: &'static str,
    /// The fields as the entry keeps them, as that record's: expressions read them as `event.KIND.field`.
    pub fields: &'static [Field],
    /// The object's fields that are kept under another name: the object's name, and the kept one.
    pub renamed: &'static [(&'static str, &'static str)],
    /// The fields of the object that an event of this type moves.
    pub changed: &'static [&'static str],
}

impl Within {
    /// Under which name an entry keeps a field of the object.
    pub fn kept(&self, field: &'static str) -> &'static str {
        let renamed = self.renamed.iter().find(|(name, _)| *name == field);
        renamed.map_or(field, |(_, kept)| kept)
    }
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

/// Stands in the catalogue for every type of event that other systems send: `custom.payment.handled`.
pub const CUSTOM: &str = "custom.*";

/// The most letters of a custom type, and the most words behind `custom.`.
const CUSTOM_LETTERS: usize = 100;
const CUSTOM_WORDS: usize = 5;

/// Whether other systems may send events of this type: `custom.` and one to five words of a-z, 0-9 and `_`, each of which begins
/// with a letter.
pub fn is_custom(name: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word
                .chars()
                .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
    };
    name.len() <= CUSTOM_LETTERS
        && name
            .strip_prefix("custom.")
            .is_some_and(|rest| rest.split('.').count() <= CUSTOM_WORDS && rest.split('.').all(is_word))
}

/// Whether a pattern means a type of event: `crm.deal.won` its own, `crm.deal.*` and `crm.*` all of an area, `*` each.
pub fn means(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(area) => (area.is_empty() || area.ends_with('.')) && name.starts_with(area),
        None => pattern == name,
    }
}

/// The areas of a type: `crm.*` and `crm.deal.*`.
fn areas(name: &str) -> impl Iterator<Item = String> {
    let dots = name.match_indices('.').map(|(at, _)| at);
    dots.filter_map(|at| Some(format!("{}.*", name.get(..at)?)))
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
        let custom = || self.events.get(CUSTOM).filter(|_| is_custom(name));
        self.events.get(name).or_else(custom)
    }

    /// The public types of event that a pattern means: one by its name, an area (`crm.deal.*`, `crm.*`), or all (`*`).
    pub fn meant<'a>(&'a self, pattern: &'a str) -> impl Iterator<Item = &'a EventType> {
        let custom = is_custom(pattern.strip_suffix(".*").unwrap_or(pattern));
        self.public()
            .filter(move |of| means(pattern, of.name) || (custom && of.name == CUSTOM))
    }

    /// Refuses a pattern that means no type of event, with the nearest that means one.
    pub fn check_pattern(&self, pattern: &str) -> Result<(), Option<String>> {
        if self.meant(pattern).next().is_some() {
            return Ok(());
        }
        let names = || self.public().map(|of| of.name);
        let areas: BTreeSet<String> = names().flat_map(areas).collect();
        let near = if pattern.contains('*') {
            nearest(pattern, areas.iter().map(String::as_str))
        } else {
            nearest(pattern, names())
        };
        Err(near.map(str::to_owned))
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

#[cfg(test)]
mod tests {
    use super::*;

    const fn event(name: &'static str) -> EventType {
        EventType {
            name,
            object: "deal",
            within: None,
            about: "",
            public: true,
            fields: &[],
            scope: "",
        }
    }

    #[test]
    fn a_pattern_means_a_type_or_an_area() {
        assert!(means("crm.deal.won", "crm.deal.won"));
        assert!(means("crm.deal.*", "crm.deal.won"));
        assert!(means("*", "oa.request.approved"));
        assert!(!means("crm.deal.*", "crm.dealer.won"));
        assert!(!means("crm.deal.won", "crm.deal.won.twice"));
        assert!(!means("crm.de*", "crm.deal.won"));
    }

    #[test]
    fn types_that_other_systems_send_are_one_of_the_catalogue() {
        let catalogue = Catalogue::new().with_events(&[event("crm.deal.won"), event(CUSTOM)]);
        for name in ["custom.payment.handled", "custom.x", "custom.a.b2.c_d.e.f"] {
            assert_eq!(catalogue.event(name).map(|of| of.name), Some(CUSTOM), "{name}");
            assert_eq!(catalogue.check_pattern(name), Ok(()), "{name}");
        }
        assert_eq!(catalogue.check_pattern("custom.payment.*"), Ok(()));
        for name in [
            "custom.",
            "custom.Payment",
            "custom.a..b",
            "custom.2",
            "custom.a.b.c.d.e.f",
            "custom.a b",
            "customs.a",
        ] {
            assert!(catalogue.event(name).is_none(), "{name}");
        }
        assert!(!is_custom(&format!("custom.{}", "a".repeat(CUSTOM_LETTERS))));
    }

    #[test]
    fn a_pattern_that_means_nothing_names_the_nearest() {
        let types = [
            event("crm.deal.won"),
            event("crm.deal.lost"),
            event("oa.request.approved"),
        ];
        let catalogue = Catalogue::new().with_events(&types);
        let near = |pattern: &str| catalogue.check_pattern(pattern);
        assert_eq!(near("crm.deal.wonn"), Err(Some("crm.deal.won".to_owned())));
        assert_eq!(near("oa.requests.*"), Err(Some("oa.request.*".to_owned())));
        assert_eq!(near("crm.deal*"), Err(Some("crm.deal.*".to_owned())));
        assert_eq!(near("people.*"), Err(None));
        assert_eq!(near("crm.*"), Ok(()));
        assert_eq!(near("*"), Ok(()));
    }
}
