//! Who hears of proposals: of a new one, those who may publish it; of what became of it, whoever proposed it.

use countersign_identity::tenants::publishing::PUBLISHERS;
use countersign_kernel::catalogue::Link;
use countersign_kernel::directory::Person;
use countersign_kernel::id::{EventId, UserId};
use countersign_kernel::text::Words;
use countersign_platform::notices::{Note, send_once};
use countersign_storage::log::ChangeContext;
use countersign_storage::{Error as Broken, Uow};

use super::service::kind;
use super::{Proposal, Status};
use crate::definitions::Tenant;
use crate::definitions::right::Right;
use crate::error::Error;
use crate::problem::chinese;

/// People who are told of one proposal, those nearest to it first.
const TOLD_MAX: usize = 20;

/// Tells those who may publish it; there must be somebody.
pub(super) async fn opened(
    uow: &mut Uow,
    right: &Right<'_>,
    tenant: &Tenant,
    row: &Proposal,
    why: (&ChangeContext, EventId),
) -> Result<(), Error> {
    let people = tenant.directory.people.values();
    let may = |person: &&Person| {
        person.active && person.id != row.proposed_by && right.is_of(&person.roles, Some(person))
    };
    let mut told: Vec<&Person> = people.filter(may).collect();
    if told.is_empty() {
        return Err(Error::NobodyToPublish);
    }
    // Those who look after this name come before those who look after all names.
    let of_all = |person: &Person| PUBLISHERS.iter().any(|role| person.roles.contains(*role));
    told.sort_by_key(|person| (of_all(person), person.id));
    let (name, what, word) = (&row.name, chinese(kind(row)?), &row.kind);
    let (next, by, id) = (row.base_version + 1, called(tenant, row.proposed_by), row.id);
    let text = Words::new(
        format!(
            "{by} proposes version {next} of the {word} {name}, which waits for a second person: read it (GET /v1/proposals/{id}), then publish it (POST /v1/proposals/{id}/publish) or reject it (…/reject)."
        ),
        format!(
            "{by} 提议发布{what} {name} 的第 {next} 版，需第二人确认：请查看（GET /v1/proposals/{id}），然后发布（POST /v1/proposals/{id}/publish）或驳回（…/reject）。"
        ),
    );
    let told = told.into_iter().take(TOLD_MAX).map(|person| person.id);
    Ok(tell(uow, told.collect(), &text, row, why).await?)
}

/// Tells whoever proposed it, unless it was their own doing.
pub(super) async fn settled(
    uow: &mut Uow,
    tenant: &Tenant,
    row: &Proposal,
    why: (&ChangeContext, EventId),
) -> Result<(), Broken> {
    let other = row.settled_by.filter(|by| *by != row.proposed_by);
    let Some(by) = other.filter(|_| tenant.directory.is_active(row.proposed_by)) else {
        return Ok(());
    };
    let (by, name) = (called(tenant, by), &row.name);
    let (what, word) = (chinese(kind(row)?), &row.kind);
    let said = |open: &str, close: &str| {
        let comment = row.comment.as_deref().filter(|comment| !comment.is_empty());
        comment.map_or_else(String::new, |comment| format!("{open}{comment}{close}"))
    };
    let text = if row.status == Status::Published {
        let version = row.published_version.unwrap_or_default();
        Words::new(
            format!(
                "{by} published what you proposed: version {version} of the {word} {name} is in force.{}",
                said(" They say: ", "")
            ),
            format!(
                "{by} 已发布您的提案：{what} {name} 的第 {version} 版已生效。{}",
                said("附言：", "")
            ),
        )
    } else {
        Words::new(
            format!(
                "{by} rejected what you proposed for the {word} {name}.{}",
                said(" They say: ", "")
            ),
            format!("{by} 驳回了您对{what} {name} 的提案。{}", said("附言：", "")),
        )
    };
    tell(uow, vec![row.proposed_by], &text, row, why).await
}

fn called(tenant: &Tenant, user: UserId) -> String {
    let person = tenant.directory.person(user);
    person.map_or_else(|| user.to_string(), |person| person.name.clone())
}

async fn tell(
    uow: &mut Uow,
    told: Vec<UserId>,
    text: &Words,
    row: &Proposal,
    (change, cause): (&ChangeContext, EventId),
) -> Result<(), Broken> {
    let notes = told.into_iter().map(|to| Note {
        to,
        text: text.clone(),
        about: Some(Link::new("proposal", row.id.0)),
        cause,
        parent: row.id.0,
        key: format!("{}/{to}", row.status.word()),
        since: row.proposed_at,
    });
    send_once(uow, notes.collect(), change).await
}
