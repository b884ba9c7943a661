//! Of an automation that could not act hear those who can mend it, and the record's own timeline.

use std::collections::BTreeSet;

use countersign_events::Failure;
use countersign_kernel::actor::Actor;
use countersign_kernel::catalogue::Link;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{EventId, TypedId, UserId, derive};
use countersign_kernel::text::{Locale, Text, Words};
use countersign_kernel::time::Instant;
use countersign_platform::notices::{Note, send_once};
use countersign_storage::log::{self, Cause, ChangeContext, Logged};
use countersign_storage::{Entry, Uow};
use serde_json::json;

use super::run::person;
use super::store;
use crate::definitions::compiled::Compiled;
use crate::definitions::{Rules, Tenant};
use crate::events::RUN_FAILED;

/// Admins who are told, should nobody nearer be there.
const TOLD_MAX: usize = 20;
const HOUR_MS: i64 = 3_600_000;

/// Tells of a run that could not act: an entry of the log, and a notice for each who can mend it, once for all that
/// follows from one root cause.
pub(super) async fn could_not(
    uow: &mut Uow,
    rules: &Rules,
    tenant: &Tenant,
    (one, event): (&Compiled, &Logged),
    run: &store::Model,
    why: &Text,
) -> Result<(), Failure> {
    let change = ChangeContext {
        actor: Actor::Automation(one.name.clone()),
        at: run.created_at,
        cause: Cause::from(event),
    };
    let entry = entry(&change, run, RUN_FAILED.name, (None, why));
    let whom = whom(rules, tenant, one, event);
    let root = log::root(uow.reads(), uow.tenant(), event.id).await?;
    let since = log::entry(uow.reads(), uow.tenant(), root).await?;
    let since = since.map_or(event.at, |root| root.at);
    let notes = whom.into_iter().map(|to| Note {
        to,
        text: text(run, event, why),
        about: Some(event.subject.clone()),
        cause: event.id,
        parent: root.0,
        key: format!("{}/{to}", run.automation),
        since,
    });
    send_once(uow, notes.collect(), &change).await?;
    // A run that follows from the news of a run tells no further news, or it might never end.
    if event.subject.kind != RUN_FAILED.object {
        uow.append(entry);
    }
    Ok(())
}

/// Tells those who look after an automation that it waits, once an hour: what is too much is seldom one event's doing.
pub(super) async fn waits(
    uow: &mut Uow,
    tenant: &Tenant,
    (one, event): (&Compiled, &Logged),
    now: Instant,
) -> Result<(), Failure> {
    let change = ChangeContext {
        actor: Actor::Automation(one.name.clone()),
        at: now,
        cause: Cause::from(event),
    };
    let name = &one.name;
    let text = Words::new(
        format!(
            "The automation {name} waits: as many actions ran for the company within a minute as may. It goes on by itself. Look for a large import, or for automations that start each other."
        ),
        format!(
            "自动化 {name} 正在等待：公司在一分钟内执行的动作已达上限。它会自行继续。请查看是否有大批量导入，或自动化相互触发。"
        ),
    );
    let parent = uow.tenant().0;
    let notes = keepers(tenant, one).into_iter().map(|to| Note {
        to,
        text: text.clone(),
        about: None,
        cause: event.id,
        parent,
        key: format!("{name}/waits/{to}"),
        since: Instant::from_millis(now.millis() / HOUR_MS * HOUR_MS),
    });
    Ok(send_once(uow, notes.collect(), &change).await?)
}

/// What the log says of a run.
pub(super) fn entry(
    change: &ChangeContext,
    run: &store::Model,
    kind: &str,
    (was, why): (Option<&str>, &Text),
) -> Entry {
    let id = derive("event", run.id.uuid(), &run.version.to_be_bytes(), change.at);
    let subject = Link::new(run.subject_kind.clone(), run.subject_id);
    change
        .entry(
            EventId(id),
            Link::new(RUN_FAILED.object, run.id.uuid()),
            run.version,
            kind,
        )
        .with_links(vec![subject.clone()])
        .with_body(json!({
            "changed": ["status", "why"],
            "previous": {"status": was, "why": null},
            "thing": {
                "id": run.id,
                "name": run.automation,
                "automation_version": run.automation_version,
                "event": run.event_id,
                "event_type": run.event_type,
                "subject": subject,
                "status": run.status,
                "why": why,
            },
        }))
}

/// Who owns the record, and who looks after the automation.
fn whom(rules: &Rules, tenant: &Tenant, one: &Compiled, event: &Logged) -> BTreeSet<UserId> {
    let owner = person(event, rules, "owner").and_then(|owner| nearest(&tenant.directory, owner));
    keepers(tenant, one).into_iter().chain(owner).collect()
}

/// Who looks after an automation: whoever published and proposed it, else their managers, else the admins.
fn keepers(tenant: &Tenant, one: &Compiled) -> Vec<UserId> {
    let directory = &tenant.directory;
    let publisher = one.publisher();
    let both = [
        publisher.map(|publisher| publisher.user),
        publisher.and_then(|publisher| publisher.proposer),
    ];
    let keepers: BTreeSet<UserId> = both
        .into_iter()
        .flatten()
        .filter_map(|user| nearest(directory, user))
        .collect();
    if keepers.is_empty() {
        let admins = directory.holders("admin").map(|person| person.id);
        return admins.take(TOLD_MAX).collect();
    }
    keepers.into_iter().collect()
}

/// This person, else their manager; nobody who is disabled.
fn nearest(directory: &Directory, person: UserId) -> Option<UserId> {
    let manager = directory.person(person).and_then(|person| person.manager);
    let both = [Some(person), manager].into_iter().flatten();
    both.into_iter().find(|person| directory.is_active(*person))
}

fn text(run: &store::Model, event: &Logged, why: &Text) -> Words {
    let thing = countersign_events::thing(event);
    let name = ["number", "name"]
        .iter()
        .find_map(|field| thing.get(*field)?.as_str());
    let (automation, kind, id) = (&run.automation, &run.event_type, &run.id);
    let (en, zh) = (why.get(Locale::En), why.get(Locale::ZhCn));
    let named_en = name.map(|name| format!(" ({name})")).unwrap_or_default();
    let named_zh = name.map(|name| format!("（{name}）")).unwrap_or_default();
    Words::new(
        format!(
            "The automation {automation} could not act on {kind}{named_en}: {en} Once that is mended, hr or admin starts it again: POST /v1/runs/{id}/retry."
        ),
        format!(
            "自动化 {automation} 未能处理 {kind}{named_zh}：{zh} 修复后，由 hr 或 admin 重新执行：POST /v1/runs/{id}/retry。"
        ),
    )
}
