//! What became of a record, entry by entry: who changed which fields, from what to what.

use countersign_kernel::actor::Actor;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{EventId, UserId};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use countersign_storage::Entry;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One field, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    pub field: String,
    /// Null where there was nothing.
    #[schema(value_type = Value)]
    pub from: Value,
    /// Null where there is nothing now.
    #[schema(value_type = Value)]
    pub to: Value,
}

/// One entry of a record's history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HistoryEntry {
    pub id: EventId,
    /// Always `history_entry`.
    pub object: &'static str,
    pub at: Instant,
    /// The event's type: `crm.deal.won`.
    #[serde(rename = "type")]
    pub kind: String,
    /// A person's id, `automation:NAME` or `system`.
    #[schema(value_type = String)]
    pub actor: Actor,
    pub on_behalf_of: Option<UserId>,
    /// The record's version since then.
    pub version: i64,
    pub changes: Vec<FieldChange>,
    /// A sentence in the caller's language.
    pub text: String,
}

impl HistoryEntry {
    pub fn new(entry: &Entry, directory: &Directory, locale: Locale) -> Self {
        let changes = changes(entry);
        Self {
            id: entry.id,
            object: "history_entry",
            at: entry.at,
            kind: entry.kind.clone(),
            actor: entry.actor.clone(),
            on_behalf_of: entry.on_behalf_of,
            version: entry.version,
            text: sentence(&entry.kind, &entry.actor, &changes, directory, locale),
            changes,
        }
    }
}

/// The fields that an entry changed. One that tells of a new record changed all that it has from nothing.
pub fn changes(entry: &Entry) -> Vec<FieldChange> {
    let member = |name: &str| entry.body.get(name).and_then(Value::as_object);
    let nothing = Map::new();
    let thing = member("thing").unwrap_or(&nothing);
    let change = |field: &String, from: Value| FieldChange {
        field: field.clone(),
        from,
        to: thing.get(field).cloned().unwrap_or(Value::Null),
    };
    if entry.kind.ends_with(".created") {
        let there = thing
            .iter()
            .filter(|(name, value)| !value.is_null() && *name != "id");
        return there.map(|(field, _)| change(field, Value::Null)).collect();
    }
    member("previous")
        .into_iter()
        .flatten()
        .map(|(field, from)| change(field, from.clone()))
        .collect()
}

/// What happened, in the reader's language.
pub fn sentence(
    kind: &str,
    actor: &Actor,
    changes: &[FieldChange],
    directory: &Directory,
    locale: Locale,
) -> String {
    let who = name_of(actor, directory, locale);
    let happened = kind.rsplit('.').next().unwrap_or_default();
    let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    let fields = fields.join(", ");
    let reason = |field| {
        let change = changes.iter().find(|change| change.field == field);
        change.and_then(|change| change.to.as_str()).unwrap_or_default()
    };
    let (en, zh) = match happened {
        "created" => (format!("{who} created it"), format!("{who}创建了此记录")),
        // What changed may be nothing that this reader is told of.
        "updated" if fields.is_empty() => (format!("{who} changed it"), format!("{who}修改了此记录")),
        "updated" => (format!("{who} changed {fields}"), format!("{who}修改了 {fields}")),
        "deleted" => (format!("{who} deleted it"), format!("{who}删除了此记录")),
        "restored" => (format!("{who} restored it"), format!("{who}恢复了此记录")),
        "won" => (format!("{who} won it"), format!("{who}将其标记为赢单")),
        "lost" => {
            let why = reason("lost_reason");
            (
                format!("{who} lost it: {why}"),
                format!("{who}将其标记为输单：{why}"),
            )
        }
        "disqualified" => {
            let why = reason("disqualified_reason");
            (
                format!("{who} disqualified it: {why}"),
                format!("{who}将其标记为无效：{why}"),
            )
        }
        "converted" => (format!("{who} converted it"), format!("{who}转化了它")),
        "completed" => (format!("{who} completed it"), format!("{who}完成了它")),
        "reopened" => (format!("{who} reopened it"), format!("{who}重新打开了它")),
        "stage_changed" => moved(&who, changes),
        "contract_changed" => (
            format!("{who} brought news of its contract"),
            format!("{who}更新了其合同状态"),
        ),
        "failed" => (
            format!("{who} could not act: {}", told(changes, "why", Locale::En)),
            format!("{who}未能执行：{}", told(changes, "why", Locale::ZhCn)),
        ),
        "retried" => (format!("{who} started it again"), format!("{who}重新启动了它")),
        other => (format!("{who}: {other}"), format!("{who}：{other}")),
    };
    locale.pick(en, zh)
}

/// From one stage to another, in both languages.
fn moved(who: &str, changes: &[FieldChange]) -> (String, String) {
    let stage = changes.iter().find(|change| change.field == "stage_name");
    let name =
        |value: fn(&FieldChange) -> &Value| stage.and_then(|change| value(change).as_str()).unwrap_or("-");
    let (from, to) = (name(|change| &change.from), name(|change| &change.to));
    (
        format!("{who} moved it from {from} to {to}"),
        format!("{who}将其从{from}移动到{to}"),
    )
}

/// What a field says by language.
fn told(changes: &[FieldChange], field: &str, locale: Locale) -> String {
    let change = changes.iter().find(|change| change.field == field);
    let text = change.and_then(|change| serde_json::from_value::<Text>(change.to.clone()).ok());
    text.map_or_else(String::new, |text| text.get(locale).to_owned())
}

fn name_of(actor: &Actor, directory: &Directory, locale: Locale) -> String {
    match actor {
        Actor::User(user) => match directory.person(*user) {
            Some(person) => person.name.clone(),
            None => locale.pick("Somebody", "某人").to_owned(),
        },
        Actor::Automation(name) => locale.pick(format!("The automation {name}"), format!("自动化 {name} ")),
        Actor::System => locale.pick("The server", "系统").to_owned(),
    }
}
