//! How an entry of the log looks outside: CloudEvents 1.0, the same for log, stream, webhooks and NATS.

use countersign_kernel::catalogue::{CUSTOM, Catalogue, EventType, Link};
use countersign_kernel::envelope::{Data, Envelope};
use countersign_kernel::id;
use countersign_storage::log::Logged;
use serde_json::{Map, Value, json};

/// How much of the object an envelope carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// Which object changed, and which fields of it: the reader fetches the rest with its own rights.
    Thin,
    /// With the declared fields of the object, and the changed ones as they were.
    Full,
}

/// The envelope of a public event; `None` where the entry is history alone.
pub fn envelope(
    entry: &Logged,
    catalogue: &Catalogue,
    public_url: &str,
    payload: Payload,
) -> Option<Envelope> {
    let of = catalogue.event(&entry.kind).filter(|of| of.public)?;
    let about = about(entry, of);
    let subject = id::show(&about.kind, about.id);
    let mut data = Data {
        object: of.object.to_owned(),
        id: subject.clone(),
        version: entry.version,
        url: format!("{}/{subject}", path_of(&about.kind)),
        actor: entry.actor.clone(),
        changed_fields: changed(&entry.body, of),
        previous: None,
        links: links(entry, of),
        thing: Map::new(),
    };
    if payload == Payload::Full {
        data.previous = entry.body.get("previous").and_then(Value::as_object).cloned();
        data.thing
            .insert(of.object.to_owned(), Value::Object(thing_of(entry, of)));
    }
    Some(Envelope {
        specversion: "1.0".to_owned(),
        id: entry.id,
        source: public_url.to_owned(),
        kind: entry.kind.clone(),
        subject,
        time: entry.at,
        datacontenttype: "application/json".to_owned(),
        dataschema: schema_url(public_url, of.name),
        tenantid: entry.tenant,
        sequence: entry.seq.to_string(),
        traceparent: entry.trace.clone(),
        causationid: entry.cause,
        data,
    })
}

/// The record that an event is about: its subject, unless that one only holds the history of something smaller.
pub fn about(entry: &Logged, of: &EventType) -> Link {
    let object = |link: &&Link| link.kind == of.object;
    // The entry's own object is the last that it names: what the request itself links to comes before.
    let named = of.within.and_then(|_| entry.links.iter().rev().find(object));
    named.unwrap_or(&entry.subject).clone()
}

fn links(entry: &Logged, of: &EventType) -> Vec<Link> {
    let whole = of.within.map(|_| entry.subject.clone());
    let further = entry.links.iter().filter(|link| Some(*link) != whole.as_ref());
    whole.iter().chain(further).cloned().collect()
}

/// The declared fields of the record that an event is about, by their own names.
pub fn thing_of(entry: &Logged, of: &EventType) -> Map<String, Value> {
    let mut kept = thing(entry);
    let Some(within) = of.within else {
        return kept;
    };
    let own = |name: &'static str| Some((name.to_owned(), kept.remove(within.kept(name))?));
    of.fields.iter().map(|field| field.name).filter_map(own).collect()
}

/// The declared fields as the entry keeps them: those of the record in whose history it stands, with those that are somebody's words as long as these are not erased.
pub fn thing(entry: &Logged) -> Map<String, Value> {
    let fields = |part: Option<&Value>| {
        part.and_then(|part| part.get("thing"))
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let mut thing = fields(Some(&entry.body));
    thing.extend(fields(entry.private.as_ref()));
    thing
}

/// What expressions read of an event: `{"deal": {…}}`; of a task, `{"task": {…}, "request": {…}}`; of what another system
/// sent, what it said.
pub fn readable(entry: &Logged, of: &EventType) -> Value {
    let kept = Value::Object(thing(entry));
    match of.within {
        _ if of.name == CUSTOM => kept,
        None => json!({ of.object: kept }),
        Some(within) => json!({ of.object: thing_of(entry, of), within.kind: kept }),
    }
}

/// Where the JSON Schema of a type's `data` stands.
pub fn schema_url(public_url: &str, kind: &str) -> String {
    format!("{public_url}/v1/event-types/{kind}")
}

/// The path of a kind of record: `deal` is at `/v1/deals`, `api_key` at `/v1/api-keys`.
pub fn path_of(kind: &str) -> String {
    let noun = kind.replace('_', "-");
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("/v1/{stem}ies"),
        _ => format!("/v1/{noun}s"),
    }
}

fn changed(body: &Value, of: &EventType) -> Vec<String> {
    if let Some(within) = of.within {
        return within.changed.iter().map(|name| (*name).to_owned()).collect();
    }
    let names = body.get("changed").and_then(Value::as_array);
    names
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn a_record_is_found_under_its_plural() {
        for (kind, path) in [
            ("deal", "/v1/deals"),
            ("activity", "/v1/activities"),
            ("api_key", "/v1/api-keys"),
        ] {
            assert_eq!(path_of(kind), path);
        }
    }
}
