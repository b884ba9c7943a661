//! What happens elsewhere while a story is told.

use countersign_kernel::actor::Actor;
use countersign_kernel::id::EventId;
use serde_json::Value as Json;
use uuid::Uuid;

use super::play::Stage;
use crate::event_key::{event_field, event_key};
use crate::vocabulary::{AwaitedEvent, Came, Command};

/// An event that a story tells of.
#[derive(Debug, Clone)]
pub(super) struct Happening {
    pub kind: String,
    /// As written, and with ids in the place of people's short names.
    pub fields: [Json; 2],
    /// A wait has ended with it: it ends no other that begins later.
    pub is_spent: bool,
}

impl Happening {
    fn is_awaited(&self, awaited: &AwaitedEvent) -> bool {
        let is_same = |fields: &Json| {
            let field = awaited
                .field
                .as_deref()
                .and_then(|path| event_field(fields, path));
            field.and_then(event_key) == awaited.value
        };
        self.kind == awaited.event && (awaited.field.is_none() || self.fields.iter().any(is_same))
    }
}

impl Stage<'_> {
    /// Ends every wait for it that there is; else it is kept for one that begins later.
    pub(super) fn happens(&mut self, kind: &str, fields: &Json) {
        let this = self.state.id.to_string();
        let written = replaced(fields, &|word| (word == "this").then(|| this.clone()));
        let people = |name: &str| self.people.id(name).map(|id| id.to_string());
        let happening = Happening {
            kind: kind.to_owned(),
            fields: [replaced(&written, &people), written],
            is_spent: false,
        };
        let ended: Vec<AwaitedEvent> = self
            .state
            .awaited()
            .filter(|awaited| happening.is_awaited(awaited))
            .cloned()
            .collect();
        let is_spent = !ended.is_empty();
        self.happenings.push(Happening {
            is_spent,
            ..happening
        });
        for awaited in ended {
            self.came(&awaited);
        }
        self.act();
    }

    /// Ends waits that began after what they are for.
    pub(super) fn look_back(&mut self) -> bool {
        let earlier = self
            .state
            .awaited()
            .filter(|awaited| awaited.keep)
            .find_map(|awaited| {
                let mut happenings = self.happenings.iter();
                let place =
                    happenings.position(|happening| !happening.is_spent && happening.is_awaited(awaited))?;
                Some((place, awaited.clone()))
            });
        let Some((place, awaited)) = earlier else {
            return false;
        };
        if let Some(happening) = self.happenings.get_mut(place) {
            happening.is_spent = true;
        }
        self.came(&awaited)
    }

    fn came(&mut self, awaited: &AwaitedEvent) -> bool {
        let came = Came {
            event: EventId(Uuid::nil()),
            kind: awaited.event.clone(),
        };
        let command = Command::Fire {
            timer: awaited.timer,
            event: Some(came),
        };
        // Another end of the same wait may have come with it.
        self.decide(Actor::System, &command).is_ok()
    }
}

/// The same with other words in the place of some.
fn replaced(value: &Json, other: &dyn Fn(&str) -> Option<String>) -> Json {
    match value {
        Json::String(word) => Json::String(other(word).unwrap_or_else(|| word.clone())),
        Json::Array(items) => items.iter().map(|item| replaced(item, other)).collect(),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), replaced(value, other)))
            .collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
    }
}
