//! What each room of a capability never holds.

use super::Source;

/// A room, words that it never holds, and where they belong.
const ROOMS: &[(&str, &[&str], &str)] = &[
    (
        "mod.rs",
        &["sea_orm::", "use sea_orm", "actix_web::", "use actix_web"],
        "rules know neither SQL nor HTTP",
    ),
    (
        "store.rs",
        &["actix_web::", "use actix_web", "HttpResponse"],
        "the store knows no HTTP",
    ),
    (
        "service.rs",
        &["actix_web::", "use actix_web", "Statement::from_"],
        "a use case holds neither HTTP nor SQL text",
    ),
    (
        "http.rs",
        &["sea_orm::", "use sea_orm", "Statement::"],
        "handlers know no SQL",
    ),
];

/// Crates whose folders are capabilities.
const CAPABILITIES: &[&str] = &["identity", "platform", "rules", "oa", "crm", "webhooks"];

pub(super) fn faults(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .filter(|source| is_room(&source.path))
        .flat_map(room_faults)
        .collect()
}

fn is_room(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts.as_slice(), ["crates", name, "src", _, _, ..] if CAPABILITIES.contains(name))
}

fn room_faults(source: &Source) -> Vec<String> {
    let file = source.path.rsplit('/').next().unwrap_or_default();
    let in_http = source.path.contains("/http/");
    let room = if in_http { "http.rs" } else { file };
    let Some((_, words, why)) = ROOMS.iter().find(|(name, ..)| *name == room) else {
        return Vec::new();
    };
    source
        .production()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter_map(|(at, line)| {
            let word = words.iter().find(|word| line.contains(**word))?;
            Some(format!("{}:{at}: `{word}` in {room}: {why}", source.path))
        })
        .collect()
}
