//! What a reader of the log asks for, and the next events of it that this reader may see.

use std::collections::BTreeSet;

use countersign_events::{Payload, about, envelope};
use countersign_kernel::actor::Caller;
use countersign_kernel::catalogue::{CUSTOM, Catalogue, EventType, Link, means};
use countersign_kernel::envelope::Envelope;
use countersign_kernel::id;
use countersign_kernel::text::Words;
use countersign_storage::log::{self, Logged, Stored};
use countersign_storage::{Conn, Error, WindowCursor};
use countersign_web::{Fault, Problem, World};

use super::place::{Place, Sealer};
use crate::Sight;

/// Entries read in one go.
const AT_ONCE: u64 = 200;
/// Entries looked at for one page: who may see few events is told where to go on.
const LOOKED_AT: u64 = 5_000;

/// Which events: of these types (all public ones, if empty), about these records (all, if empty).
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// As they were asked for: a cursor is bound to these, whatever types a later version adds to an area.
    patterns: Vec<String>,
    /// All that the patterns mean: names, and areas of what other systems send.
    types: Vec<String>,
    subjects: Vec<Link>,
}

impl Wanted {
    /// Checks words against the catalogue: unknown types are refused with the nearest known.
    pub(super) fn checked(
        world: &World,
        patterns: Vec<String>,
        subjects: &[String],
    ) -> Result<Self, Problem> {
        let unknown = |pattern: &String| {
            let near = world.catalogue.check_pattern(pattern).err()?;
            Some(unknown_type(pattern, near.as_deref()))
        };
        let mut faults: Vec<Fault> = patterns.iter().filter_map(unknown).collect();
        let mut links = Vec::new();
        for subject in subjects {
            match id::any(subject) {
                Some((kind, id)) => links.push(Link::new(kind, id)),
                None => faults.push(Fault::parameter(
                    "subject",
                    "bad_value",
                    Words::fixed(
                        "subject is the id of a record, like deal_… or req_….",
                        "subject 是记录的 id，例如 deal_… 或 req_…。",
                    ),
                )),
            }
        }
        if faults.is_empty() {
            let meant = patterns.iter().flat_map(|pattern| {
                let types = world.catalogue.meant(pattern);
                types.map(move |of| logged(of.name, pattern))
            });
            let types: BTreeSet<String> = meant.map(str::to_owned).collect();
            Ok(Self {
                types: types.into_iter().collect(),
                patterns,
                subjects: links,
            })
        } else {
            Err(Problem::bad_parameters(faults))
        }
    }

    /// Refuses a caller whose scopes read none of the events asked for; of some that they do not read, a page leaves those out.
    pub(super) fn within_scopes(&self, catalogue: &Catalogue, caller: &Caller) -> Result<(), Problem> {
        let any = ["*".to_owned()];
        let patterns = if self.patterns.is_empty() {
            &any
        } else {
            self.patterns.as_slice()
        };
        let asked = patterns.iter().flat_map(|pattern| catalogue.meant(pattern));
        let about = |of: &&EventType| {
            let mut kinds = self.subjects.iter().map(|link| link.kind.as_str());
            let within = of.within.map(|within| within.kind);
            self.subjects.is_empty() || kinds.any(|kind| kind == of.object || Some(kind) == within)
        };
        let mut scopes = asked.filter(about).map(|of| of.scope).peekable();
        let Some(first) = scopes.peek().copied() else {
            return Ok(());
        };
        if scopes.any(|scope| caller.scopes.allow(scope)) {
            return Ok(());
        }
        Err(Problem::missing_scope(first))
    }

    /// The same text for the same filter, whatever the order.
    pub(super) fn bound(&self) -> String {
        let mut types = self.patterns.clone();
        types.sort();
        let mut subjects: Vec<String> = self
            .subjects
            .iter()
            .map(|link| id::show(&link.kind, link.id))
            .collect();
        subjects.sort();
        format!("type={} subject={}", types.join(","), subjects.join(","))
    }

    /// Whether an event is about one of the records; what happens to a task is about it and about its request.
    fn fits(&self, event: &Logged, catalogue: &Catalogue) -> bool {
        let of = catalogue.event(&event.kind);
        self.subjects.is_empty()
            || self.subjects.contains(&event.subject)
            || of.is_some_and(|of| self.subjects.contains(&about(event, of)))
    }

    /// Whether all that happens to the records asked for stands in the histories of others.
    fn elsewhere(&self, catalogue: &Catalogue) -> bool {
        let within = |link: &Link| {
            let mut of_kind = catalogue.public().filter(|of| of.object == link.kind).peekable();
            of_kind.peek().is_some() && of_kind.all(|of| of.within.is_some())
        };
        !self.subjects.is_empty() && self.subjects.iter().all(within)
    }

    /// The types to read; what cannot be about any of the records is not looked at.
    fn kinds<'a>(&'a self, catalogue: &Catalogue) -> Vec<&'a str> {
        let wanted: Vec<&str> = if self.types.is_empty() {
            catalogue.public().map(|of| of.name).collect()
        } else {
            self.types.iter().map(String::as_str).collect()
        };
        if !self.elsewhere(catalogue) {
            return wanted;
        }
        let object = |name: &str| catalogue.event(name).map(|of| of.object);
        let about = |name: &&&str| self.subjects.iter().any(|link| object(name) == Some(&link.kind));
        let theirs: Vec<&str> = wanted.iter().filter(about).copied().collect();
        if theirs.is_empty() { wanted } else { theirs }
    }
}

/// Under which types the log keeps what a pattern means of a type: what other systems send is one type of the catalogue, and many of
/// the log.
fn logged<'a>(name: &'static str, pattern: &'a str) -> &'a str {
    if name == CUSTOM && pattern.starts_with("custom.") {
        pattern
    } else {
        name
    }
}

fn unknown_type(pattern: &str, near: Option<&str>) -> Fault {
    let (en, zh) = near.map_or_else(
        || {
            let list = "GET /v1/event-types";
            (format!(" {list} lists them."), format!("{list} 列出全部类型。"))
        },
        |near| (format!(" Did you mean {near}?"), format!("是否想用 {near}？")),
    );
    let shown: String = pattern.chars().take(80).collect();
    let words = Words::new(
        format!("There is no event type {shown}.{en}"),
        format!("没有事件类型 {shown}。{zh}"),
    );
    Fault::parameter("type", "unknown_value", words)
}

/// A reader: who, and what.
pub(super) struct Reading<'a> {
    pub(super) world: &'a World,
    pub(super) sight: &'a Sight,
    pub(super) caller: &'a Caller,
    pub(super) wanted: &'a Wanted,
}

/// Events, each with the place behind it, and where to go on.
pub(super) struct Found {
    pub(super) events: Vec<(Envelope, Place)>,
    pub(super) next: Place,
    /// Whether there is more to be had at once.
    pub(super) more: bool,
}

impl Reading<'_> {
    pub(super) fn sealer(&self) -> Sealer {
        Sealer {
            key: self.world.cursor_key,
            tenant: self.caller.tenant,
            bound: self.wanted.bound(),
        }
    }

    /// Where reading begins, unless a cursor says so.
    pub(super) fn beginning(&self) -> Place {
        if self.wanted.subjects.len() == 1 && !self.wanted.elsewhere(&self.world.catalogue) {
            Place::Record(0)
        } else {
            Place::Log(WindowCursor::default())
        }
    }

    /// The next events after a place, at most `limit`.
    pub(super) async fn after(&self, conn: &Conn, place: Place, limit: usize) -> Result<Found, Error> {
        match (place, self.wanted.subjects.as_slice()) {
            (Place::Record(version), [subject]) => self.of_record(conn, subject, version, limit).await,
            (Place::Log(cursor), _) => self.of_log(conn, cursor, limit).await,
            (Place::Record(_), _) => self.of_log(conn, WindowCursor::default(), limit).await,
        }
    }

    async fn of_record(
        &self,
        conn: &Conn,
        subject: &Link,
        mut version: i64,
        limit: usize,
    ) -> Result<Found, Error> {
        let kinds = self.wanted.kinds(&self.world.catalogue);
        let mut events = Vec::new();
        loop {
            let read = log::stored_history(conn, self.caller.tenant, subject, version, AT_ONCE).await?;
            let versions = read.iter().filter_map(|stored| stored.entry.as_ref().ok());
            let Some(last) = versions.map(|entry| entry.version).max() else {
                return Ok(Found {
                    events,
                    next: Place::Record(version),
                    more: false,
                });
            };
            let asked = read
                .iter()
                .filter_map(Stored::readable)
                .filter(|event| kinds.iter().any(|kind| means(kind, &event.kind)))
                .collect();
            for event in self
                .sight
                .events(conn, self.caller, &self.world.catalogue, asked)
                .await?
            {
                if events.len() == limit {
                    let next = events.last().map_or(Place::Record(version), |(_, place)| *place);
                    return Ok(Found {
                        events,
                        next,
                        more: true,
                    });
                }
                let place = Place::Record(event.version);
                events.extend(self.shown(&event).map(|envelope| (envelope, place)));
            }
            version = last;
        }
    }

    async fn of_log(&self, conn: &Conn, mut cursor: WindowCursor, limit: usize) -> Result<Found, Error> {
        let kinds = self.wanted.kinds(&self.world.catalogue);
        let mut events = Vec::new();
        let mut looked_at = 0;
        loop {
            let batch =
                log::window_of_tenant(conn, self.caller.tenant, cursor, Some(&kinds), AT_ONCE).await?;
            if batch.is_end() {
                return Ok(Found {
                    events,
                    next: Place::Log(batch.next),
                    more: false,
                });
            }
            looked_at += batch.entries.len() as u64;
            let fits = |event: &Logged| self.wanted.fits(event, &self.world.catalogue);
            let read = batch.entries.iter().filter_map(Stored::readable);
            let asked = read.filter(fits).collect();
            for event in self
                .sight
                .events(conn, self.caller, &self.world.catalogue, asked)
                .await?
            {
                if events.len() == limit {
                    let next = events.last().map_or(Place::Log(cursor), |(_, place)| *place);
                    return Ok(Found {
                        events,
                        next,
                        more: true,
                    });
                }
                let place = Place::Log(batch.window.at(event.seq));
                events.extend(self.shown(&event).map(|envelope| (envelope, place)));
            }
            cursor = batch.next;
            if looked_at >= LOOKED_AT {
                return Ok(Found {
                    events,
                    next: Place::Log(cursor),
                    more: true,
                });
            }
        }
    }

    pub(super) fn shown(&self, event: &Logged) -> Option<Envelope> {
        envelope(
            event,
            &self.world.catalogue,
            &self.world.public_url,
            Payload::Full,
        )
    }
}
