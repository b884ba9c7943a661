//! The circumstances of a change, and the log entry that it leaves.

use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::{EventType, Link};
use countersign_kernel::id::{self, Entropy, EventId, TypedId};
use countersign_kernel::time::{Clock, Instant};
use countersign_storage::Entry;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_web::Ctx;
use serde_json::{Map, Value, json};

/// Who changes something, when, and under which event's id: fixed before the unit of work begins.
#[derive(Debug, Clone)]
pub struct Occasion {
    pub actor: Actor,
    pub at: Instant,
    pub event: EventId,
    /// The W3C `traceparent` of the request.
    pub trace: Option<String>,
}

/// What a change leaves in the log.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub changed: Vec<String>,
    pub previous: Map<String, Value>,
    pub thing: Map<String, Value>,
    /// What erasure must reach.
    pub private: Option<Value>,
}

impl Occasion {
    /// A caller's request.
    pub fn of(ctx: &Ctx) -> Self {
        let at = ctx.now();
        let event = EventId::mint(ctx.world.entropy.as_ref(), at);
        Self {
            actor: ctx.caller.actor(),
            at,
            event,
            trace: ctx.trace.clone(),
        }
    }

    /// The server's own doing: set-up, command line.
    pub fn system(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
        Self::by(Actor::System, clock, entropy)
    }

    /// Somebody's doing outside of a request with a caller: signing in.
    pub fn by(actor: Actor, clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
        let at = clock.now();
        Self {
            actor,
            at,
            event: EventId::mint(entropy, at),
            trace: None,
        }
    }

    /// The same, as what this `traceparent` led to.
    pub fn traced(self, trace: Option<String>) -> Self {
        Self { trace, ..self }
    }

    /// The entry of a change; `place` tells apart the entries of one unit of work.
    pub fn entry(&self, place: u8, kind: &EventType, id: uuid::Uuid, version: i64, change: Change) -> Entry {
        let event = if place == 0 {
            self.event
        } else {
            self.derived(&[place])
        };
        self.entry_as(event, kind, id, version, change)
    }

    /// The entry of one of many things that change together.
    pub fn entry_of_many(&self, kind: &EventType, id: uuid::Uuid, version: i64, change: Change) -> Entry {
        self.entry_as(self.derived(id.as_bytes()), kind, id, version, change)
    }

    fn derived(&self, place: &[u8]) -> EventId {
        EventId(id::derive("event", self.event.uuid(), place, self.at))
    }

    fn entry_as(
        &self,
        event: EventId,
        kind: &EventType,
        id: uuid::Uuid,
        version: i64,
        change: Change,
    ) -> Entry {
        let mut body = json!({ "thing": change.thing });
        if let Some(members) = body.as_object_mut().filter(|_| !change.changed.is_empty()) {
            members.insert("changed".to_owned(), json!(change.changed));
            members.insert("previous".to_owned(), Value::Object(change.previous));
        }
        let subject = Link::new(kind.object, id);
        let circumstances = ChangeContext {
            actor: self.actor.clone(),
            at: self.at,
            cause: Cause::request(self.trace.clone()),
        };
        circumstances
            .entry(event, subject.clone(), version, kind.name)
            .with_links(vec![subject])
            .with_body(body)
            .with_private(change.private)
    }
}

impl Change {
    /// Something new.
    pub fn made(thing: Map<String, Value>) -> Self {
        Self {
            thing,
            ..Self::default()
        }
    }

    /// Something that was different before.
    pub fn between(before: &Map<String, Value>, after: Map<String, Value>) -> Self {
        let changed: Vec<String> = after
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(value))
            .map(|(name, _)| name.clone())
            .collect();
        let previous = changed
            .iter()
            .filter_map(|name| Some((name.clone(), before.get(name)?.clone())))
            .collect();
        Self {
            changed,
            previous,
            thing: after,
            private: None,
        }
    }

    /// Adds what only the private part may hold; its names are told among the changed, its values are not.
    pub fn with_private(mut self, before: Option<&Map<String, Value>>, after: Map<String, Value>) -> Self {
        let Some(before) = before else {
            self.private = Some(json!({ "thing": after }));
            return self;
        };
        let hidden = Self::between(before, after);
        if !hidden.changed.is_empty() {
            self.changed.extend(hidden.changed);
            self.private = Some(json!({ "thing": hidden.thing, "previous": hidden.previous }));
        }
        self
    }

    pub fn is_nothing(&self) -> bool {
        self.changed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_change_names_what_changed_and_hides_what_is_personal() {
        let before = map(json!({"title": "Clerk", "country": "DE"}));
        let change = Change::between(&before, map(json!({"title": "Chief", "country": "DE"})))
            .with_private(Some(&map(json!({"name": "Ann"}))), map(json!({"name": "Anna"})));
        assert_eq!(change.changed, ["title", "name"]);
        assert_eq!(Value::Object(change.previous), json!({"title": "Clerk"}));
        assert_eq!(
            change.private.unwrap(),
            json!({"thing": {"name": "Anna"}, "previous": {"name": "Ann"}})
        );
        assert!(
            Change::between(&before, before.clone())
                .with_private(Some(&before), before.clone())
                .is_nothing()
        );
    }
}
