//! Making and revoking feeds, and as whom a feed reads.

use std::sync::Arc;

use countersign_kernel::actor::{Caller, Scopes, Via};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, LeaveFeedId, SessionId, UserId, derive};
use countersign_kernel::text::{Locale, Words, nearest};
use countersign_rules::scene::Scene;
use countersign_storage::log::ChangeContext;
use countersign_storage::{Rule, Uow, Work};
use serde_json::json;

use super::store::{self, Model};
use super::{FEEDS_MAX, FeedLink, Shows};
use crate::error::Error;
use crate::leave::http::READ;
use crate::leave::refused::invalid;
use crate::leave::rights;
use crate::leave::service::scene;
use crate::office::Office;

/// Somebody makes a link.
pub(in crate::leave) struct Create {
    pub office: Office,
    pub link: FeedLink,
    pub owner: UserId,
    pub shows: Shows,
    pub department: Option<String>,
    pub locale: Locale,
    pub change: ChangeContext,
}

impl Work for Create {
    type Out = Model;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Model, Error> {
        const FEEDS: Rule = Rule::named("a person's feeds of leave");
        // How many there are is counted before one more is added.
        uow.hold(FEEDS.exclusive_for(self.owner.to_string())).await?;
        let scene = scene(&self.office, uow, &self.change).await?;
        self.check_department(&scene)?;
        let known = store::of_owner(uow.reads(), uow.tenant(), self.owner).await?;
        if known.len() >= FEEDS_MAX {
            let words = Words::fixed(
                "A person has at most 20 links to calendars of leave: revoke one that is not needed.",
                "每人最多 20 个休假日历链接：请先撤销不需要的链接。",
            );
            return Err(invalid("/shows", "too_many_leave_feeds", &words));
        }
        let row = Model {
            tenant_id: uow.tenant(),
            id: self.link.feed,
            owner_id: self.owner,
            shows: self.shows.word().to_owned(),
            department: self.department.clone(),
            locale: self.locale.tag().to_owned(),
            secret_hash: self.link.secret.hash(),
            created_at: self.change.at,
        };
        store::add(uow, row.clone()).await?;
        tell(uow, &self.change, &row, (1, "oa.leave.feed_created"));
        Ok(row)
    }
}

impl Create {
    fn check_department(&self, scene: &Scene) -> Result<(), Error> {
        let refuse = |code, words: Words| Err(invalid("/department", code, &words));
        match (&self.department, self.shows) {
            (None, Shows::Department) => {
                let own = scene.directory.person(self.owner);
                if own.is_some_and(|person| person.department.is_some()) {
                    return Ok(());
                }
                let words = Words::fixed(
                    "You are in no department: name one.",
                    "您不属于任何部门：请指定一个部门。",
                );
                refuse("missing", words)
            }
            (None, Shows::Own | Shows::Company) => Ok(()),
            (Some(_), Shows::Own | Shows::Company) => {
                let words = Words::fixed(
                    "A department is named where `shows` is `department`.",
                    "仅当 `shows` 为 `department` 时才指定部门。",
                );
                refuse("not_allowed", words)
            }
            (Some(name), Shows::Department) => {
                let mut known = scene.directory.departments.iter().map(|one| one.name.as_str());
                if known.clone().any(|one| one == name) {
                    return Ok(());
                }
                let (en, zh) = nearest(name, known.by_ref()).map_or_else(Default::default, |near| {
                    (format!(" Did you mean {near:?}?"), format!("是否指“{near}”？"))
                });
                let words = Words::new(
                    format!("There is no department {name:?}.{en}"),
                    format!("没有部门“{name}”。{zh}"),
                );
                refuse("unknown_department", words)
            }
        }
    }
}

/// A link is revoked, by its owner or by HR.
pub(in crate::leave) struct Revoke {
    pub id: LeaveFeedId,
    pub caller: Caller,
    pub change: ChangeContext,
}

impl Work for Revoke {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let found = store::find(uow.reads(), uow.tenant(), self.id).await?;
        let own = |row: &Model| row.owner_id == self.caller.user || rights::is_hr(&self.caller);
        let row = found.filter(own).ok_or(Error::NotFound { kind: "leave_feed" })?;
        store::remove(uow, row.id).await?;
        tell(uow, &self.change, &row, (2, "oa.leave.feed_revoked"));
        Ok(())
    }
}

fn tell(uow: &mut Uow, change: &ChangeContext, row: &Model, (version, kind): (i64, &'static str)) {
    let event = EventId(derive("leave event", row.id.0, kind.as_bytes(), change.at));
    let entry = change
        .entry(event, Link::new("leave_feed", row.id.0), version, kind)
        .with_links(vec![Link::new("user", row.owner_id.0)])
        .with_body(json!({"id": row.id, "shows": row.shows, "department": row.department}));
    uow.append(entry);
}

impl Model {
    /// As whom the feed reads: its owner, as they are now, in the language in which it was made. None once they are disabled.
    pub(in crate::leave) fn reader(&self, scene: &Scene) -> Option<Caller> {
        let owner = scene
            .directory
            .person(self.owner_id)
            .filter(|owner| owner.active)?;
        Some(Caller {
            tenant: self.tenant_id,
            user: owner.id,
            via: Via::Session(SessionId(self.id.0)),
            scopes: Scopes::Some([READ.to_owned()].into()),
            roles: Arc::new(owner.roles.clone()),
            locale: self.language(),
        })
    }

    pub(in crate::leave) fn language(&self) -> Locale {
        let zh = Locale::ZhCn;
        if self.locale == zh.tag() { zh } else { Locale::En }
    }
}
