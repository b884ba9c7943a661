//! How an entry of the log looks outside: CloudEvents 1.0, the same for log, stream, webhooks and NATS.

use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::envelope::{Data, Envelope};
use countersign_kernel::id;
use countersign_storage::log::Logged;
use serde_json::{Map, Value};

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
    let subject = id::show(&entry.subject.kind, entry.subject.id);
    let mut data = Data {
        object: of.object.to_owned(),
        id: subject.clone(),
        version: entry.version,
        url: format!("{}/{subject}", path_of(&entry.subject.kind)),
        actor: entry.actor.clone(),
        changed_fields: changed(&entry.body),
        previous: None,
        links: entry.links.clone(),
        thing: Map::new(),
    };
    if payload == Payload::Full {
        data.previous = entry.body.get("previous").and_then(Value::as_object).cloned();
        data.thing
            .insert(of.object.to_owned(), Value::Object(thing(entry)));
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

/// The declared fields of the object, with those that are somebody's words as long as these are not erased.
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

fn changed(body: &Value) -> Vec<String> {
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
