//! The action `notices.send`.

use countersign_events::{Action, ActionError, Call};
use countersign_identity::people::store::languages;
use countersign_kernel::catalogue::{ActionType, Field, FieldType, Link, Tells};
use countersign_kernel::id::{self, EventId, NoticeId, TenantId, UserId};
use countersign_kernel::text::{Locale, Words};
use countersign_kernel::time::Instant;
use countersign_storage::log::ChangeContext;
use countersign_storage::{Entry, Error, Uow};
use futures_util::future::BoxFuture;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, EntityTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{SENT, store};

/// Letters of a notice.
const LONGEST: usize = 2_000;

/// Puts a note into somebody's list.
pub struct SendNotice;

impl Action for SendNotice {
    fn spec(&self) -> ActionType {
        ActionType {
            name: "notices.send",
            about: "Puts a note into a person's list of notices.",
            inputs: &[
                Field {
                    name: "to",
                    of: FieldType::Person,
                    optional: false,
                    about: "Who reads it: an id or an e-mail address.",
                },
                Field {
                    name: "text",
                    of: FieldType::Text,
                    optional: false,
                    about: "What it says.",
                },
                Field {
                    name: "about",
                    of: FieldType::Text,
                    optional: true,
                    about: "The id of the record that it is about.",
                },
            ],
            outputs: &[Field {
                name: "notice",
                of: FieldType::Record("notice"),
                optional: false,
                about: "The notice.",
            }],
            tells: &[Tells {
                event: SENT.name,
                only_news: false,
            }],
        }
    }

    fn run<'a>(&'a self, uow: &'a mut Uow, call: &'a Call) -> BoxFuture<'a, Result<Value, ActionError>> {
        Box::pin(send(uow, call))
    }
}

async fn send(uow: &mut Uow, call: &Call) -> Result<Value, ActionError> {
    let to = call.rights.person(call.required("to")?).ok_or_else(no_person)?;
    // A note reads as the company's own: whoever may not speak for it writes to nobody else.
    if !call.rights.reach_others() && !call.rights.are_of(to) {
        return Err(no_speaker());
    }
    let text: String = call.required("text")?.chars().take(LONGEST).collect();
    let about = match call.text("about") {
        Some(text) => Some(
            id::any(text)
                .map(|(kind, id)| Link::new(kind, id))
                .ok_or_else(no_record)?,
        ),
        None => None,
    };
    // The same call makes the same notice, however often it is run.
    let new = New {
        id: NoticeId(id::derive("notice", call.cause.0, call.key.as_bytes(), call.now)),
        to,
        text,
        about,
        at: call.now,
        cause: call.cause,
    };
    store::Entity::insert(new.row(uow.tenant()))
        .exec_without_returning(uow.writes().await?)
        .await
        .map_err(Error::from)?;
    let notice = new.id;
    uow.append(new.entry(&call.change()));
    Ok(json!({"notice": notice}))
}

/// A note of the server's own, for something of which each person hears once.
#[derive(Debug, Clone)]
pub struct Note {
    pub to: UserId,
    /// Kept in the reader's language.
    pub text: Words,
    pub about: Option<Link>,
    /// What it is sent for.
    pub cause: EventId,
    /// Those of the same parent and key are one note, however often it is sent.
    pub parent: Uuid,
    pub key: String,
    /// When the parent began.
    pub since: Instant,
}

/// Puts each note into its reader's list, unless it is there already.
pub async fn send_once(uow: &mut Uow, notes: Vec<Note>, change: &ChangeContext) -> Result<(), Error> {
    let readers: Vec<UserId> = notes.iter().map(|note| note.to).collect();
    let languages = languages(uow.reads(), uow.tenant(), &readers).await?;
    for note in notes {
        let locale = languages.get(&note.to).copied().unwrap_or_default();
        send_one(uow, note, locale, change).await?;
    }
    Ok(())
}

async fn send_one(uow: &mut Uow, note: Note, locale: Locale, change: &ChangeContext) -> Result<(), Error> {
    let new = New {
        id: NoticeId(id::derive("notice", note.parent, note.key.as_bytes(), note.since)),
        to: note.to,
        text: note.text.get(locale).chars().take(LONGEST).collect(),
        about: note.about,
        at: change.at,
        cause: note.cause,
    };
    let known = OnConflict::columns([store::Column::TenantId, store::Column::Id])
        .do_nothing()
        .to_owned();
    let kept = store::Entity::insert(new.row(uow.tenant()))
        .on_conflict(known)
        .exec_without_returning(uow.writes().await?)
        .await?;
    if kept > 0 {
        uow.append(new.entry(change));
    }
    Ok(())
}

struct New {
    id: NoticeId,
    to: UserId,
    text: String,
    about: Option<Link>,
    at: Instant,
    cause: EventId,
}

impl New {
    fn row(&self, tenant: TenantId) -> store::ActiveModel {
        store::ActiveModel {
            tenant_id: ActiveValue::Set(tenant.0),
            id: ActiveValue::Set(self.id.0),
            user_id: ActiveValue::Set(self.to.0),
            text: ActiveValue::Set(self.text.clone()),
            link_kind: ActiveValue::Set(self.about.as_ref().map(|link| link.kind.clone())),
            link_id: ActiveValue::Set(self.about.as_ref().map(|link| link.id)),
            cause: ActiveValue::Set(Some(self.cause.0)),
            read_at: ActiveValue::Set(None),
            version: ActiveValue::Set(1),
            created_at: ActiveValue::Set(self.at.utc()),
            updated_at: ActiveValue::Set(self.at.utc()),
        }
    }

    fn entry(self, change: &ChangeContext) -> Entry {
        let event = EventId(id::derive("event", self.id.0, b"sent", self.at));
        let sent = change.entry(event, Link::new("notice", self.id.0), 1, SENT.name);
        sent.with_links(self.about.into_iter().collect())
            .with_body(json!({"thing": {"user": self.to}}))
            .with_private(Some(json!({"text": self.text})))
    }
}

fn no_person() -> ActionError {
    ActionError::refused(
        "no_such_person",
        "The input `to` is neither the id nor the e-mail address of an active person.",
        "输入项 `to` 既不是在职用户的 id，也不是其电子邮箱。",
    )
}

fn no_speaker() -> ActionError {
    ActionError::refused(
        "not_allowed",
        "Neither the requester nor whoever published this may send a note to somebody else: have hr or admin publish it.",
        "申请人和发布人都无权向他人发送通知：请由 hr 或 admin 发布。",
    )
}

fn no_record() -> ActionError {
    ActionError::refused(
        "no_such_record",
        "The input `about` is not the id of a record.",
        "输入项 `about` 不是记录的 id。",
    )
}
