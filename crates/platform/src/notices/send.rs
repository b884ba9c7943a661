//! The action `notices.send`.

use countersign_events::{Action, ActionError, Call};
use countersign_kernel::catalogue::{ActionType, Field, FieldType, Link, Tells};
use countersign_kernel::id::{self, EventId, NoticeId, UserId};
use countersign_storage::Uow;
use futures_util::future::BoxFuture;
use sea_orm::{ActiveValue, EntityTrait};
use serde_json::{Value, json};

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
                    about: "Who reads it.",
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
    let to: UserId = call.required("to")?.parse().map_err(|_| no_person())?;
    if !call.rights.know(to) {
        return Err(no_person());
    }
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
    let notice = NoticeId(id::derive("notice", call.cause.0, call.key.as_bytes(), call.now));
    let row = store::ActiveModel {
        tenant_id: ActiveValue::Set(uow.tenant().0),
        id: ActiveValue::Set(notice.0),
        user_id: ActiveValue::Set(to.0),
        text: ActiveValue::Set(text.clone()),
        link_kind: ActiveValue::Set(about.as_ref().map(|link| link.kind.clone())),
        link_id: ActiveValue::Set(about.as_ref().map(|link| link.id)),
        cause: ActiveValue::Set(Some(call.cause.0)),
        read_at: ActiveValue::Set(None),
        version: ActiveValue::Set(1),
        created_at: ActiveValue::Set(call.now.utc()),
        updated_at: ActiveValue::Set(call.now.utc()),
    };
    store::Entity::insert(row)
        .exec_without_returning(uow.writes().await?)
        .await
        .map_err(countersign_storage::Error::from)?;
    let event = EventId(id::derive("event", notice.0, b"sent", call.now));
    let sent = call
        .change()
        .entry(event, Link::new("notice", notice.0), 1, SENT.name);
    uow.append(
        sent.with_links(about.into_iter().collect())
            .with_body(json!({"thing": {"user": to}}))
            .with_private(Some(json!({"text": text}))),
    );
    Ok(json!({"notice": notice}))
}

fn no_person() -> ActionError {
    ActionError::refused(
        "no_such_person",
        "The input `to` is not the id of an active person.",
        "输入项 `to` 不是在职用户的 id。",
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
