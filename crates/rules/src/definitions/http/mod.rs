//! Definitions over HTTP: the same operations for each kind.

mod automations;
mod calendars;
mod check;
mod forms;
mod leave_types;
mod tables;
mod trial;
mod workflows;

use countersign_kernel::id::{DefinitionId, TypedId};
use countersign_kernel::text::nearest;
use countersign_web::{Answer, Ctx, Problem};

use super::compiled::Compiled;
use super::service::{Publish, Rules};
use super::view::{DefinitionPage, DefinitionView, VersionPage, VersionView};
use super::{Kind, store};
use crate::error::Error;
use crate::problem::MOVED;
use crate::proposals;
use crate::yaml::Yaml;
use std::sync::Arc;

/// Versions shown at most; the newest are what people look at.
const VERSIONS: u64 = 200;
/// So often a file is checked anew where people or definitions change before it is kept.
const TRIES: usize = 5;

/// Every operation on definitions.
pub(crate) fn mount(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
    config
        .service(check::check_workflow)
        .service(workflows::list_workflows)
        .service(workflows::get_workflow)
        .service(workflows::put_workflow)
        .service(workflows::list_workflow_versions)
        .service(forms::get_workflow_form)
        .service(forms::check_workflow_form)
        .service(workflows::get_workflow_diagram)
        .service(workflows::explain_workflow)
        .service(workflows::simulate_workflow)
        .service(automations::list_automations)
        .service(automations::get_automation)
        .service(automations::put_automation)
        .service(automations::list_automation_versions)
        .service(calendars::list_calendars)
        .service(calendars::get_calendar)
        .service(calendars::put_calendar)
        .service(calendars::list_calendar_versions)
        .service(tables::list_tables)
        .service(tables::get_table)
        .service(tables::put_table)
        .service(tables::list_table_versions)
        .service(leave_types::list_leave_types)
        .service(leave_types::get_leave_types)
        .service(leave_types::put_leave_types)
        .service(leave_types::list_leave_types_versions);
}

async fn list(ctx: &Ctx, rules: &Rules, kind: Kind) -> Result<Answer, Problem> {
    let tenant = rules.tenant_in(&*ctx.read().await?, ctx.tenant()).await?;
    let data = tenant
        .newest
        .all(kind)
        .map(|one| DefinitionView::of(one, ctx.locale, false))
        .collect();
    Ok(Answer::json(&DefinitionPage {
        data,
        has_more: false,
        next_cursor: None,
    }))
}

async fn get(ctx: &Ctx, rules: &Rules, kind: Kind, name: &str) -> Result<Answer, Problem> {
    let (_, one) = find(ctx, rules, kind, name).await?;
    Ok(Answer::object(&DefinitionView::of(&one, ctx.locale, true), one.version).in_language(ctx.locale))
}

/// The newest version of a name, and the tenant around it.
async fn find(
    ctx: &Ctx,
    rules: &Rules,
    kind: Kind,
    name: &str,
) -> Result<(super::Tenant, Arc<Compiled>), Problem> {
    let tenant = rules.tenant_in(&*ctx.read().await?, ctx.tenant()).await?;
    match tenant.newest.get(kind, name).cloned() {
        Some(one) => Ok((tenant, one)),
        None => {
            if let Some(broken) = tenant.newest.broken(kind, name) {
                return Err(broken.into());
            }
            let known = tenant.newest.all(kind).map(|one| one.name.as_str());
            let nearest = nearest(name, known).map(str::to_owned);
            let name = name.chars().take(100).collect();
            Err(Error::NotFound { kind, name, nearest }.into())
        }
    }
}

async fn versions(ctx: &Ctx, rules: &Rules, kind: Kind, name: &str) -> Result<Answer, Problem> {
    // Also of one that does not compile any more: its text is what is to be mended.
    if let Err(problem) = find(ctx, rules, kind, name).await
        && problem.code() != "definition_broken"
    {
        return Err(problem);
    }
    let rows = store::versions(&*ctx.read().await?, ctx.tenant(), kind, name, VERSIONS).await?;
    let data = rows.into_iter().map(VersionView::of).collect();
    Ok(Answer::json(&VersionPage {
        data,
        has_more: false,
        next_cursor: None,
    }))
}

async fn put(ctx: &Ctx, rules: &Rules, kind: Kind, name: String, yaml: Yaml) -> Result<Answer, Problem> {
    ctx.body_was_read(yaml.sha256);
    let expected = ctx.expected()?;
    let id = DefinitionId::mint(ctx.world.entropy.as_ref(), ctx.now());
    let work = |judged| Publish {
        rules: rules.clone(),
        kind,
        name: name.clone(),
        judged,
        actor: ctx.caller.actor(),
        caller: Some(ctx.caller.clone()),
        expected: expected.clone(),
        create_only: ctx.create_only(),
        id,
        now: ctx.now(),
        trace: ctx.trace.clone(),
    };
    let locale = ctx.locale;
    let render = move |offered: &super::Offered| match offered {
        super::Offered::Published(published) => {
            let view = DefinitionView::published(published, kind, locale);
            let answer = Answer::object(&view, view.version).in_language(locale);
            if published.first {
                answer.created(&format!("/v1/{}/{}", kind.plural(), view.name))
            } else {
                answer
            }
        }
        super::Offered::Proposed(proposal) => proposals::http::opened(proposal, locale),
    };
    let publish = async || {
        let read = ctx.read().await?;
        let tenant = rules.tenant_in(&read, ctx.tenant()).await?;
        rules
            .may_publish(&read, &ctx.caller, (kind, &name), &tenant)
            .await?;
        drop(read);
        let judged = rules.judge(ctx.tenant(), &tenant, yaml.text.clone()).await?;
        ctx.write(work(judged), render).await
    };
    as_judged(publish).await
}

/// What is judged before it is kept, judged anew while people or definitions change in between.
pub(crate) async fn as_judged(publish: impl AsyncFn() -> Result<Answer, Problem>) -> Result<Answer, Problem> {
    for _ in 1..TRIES {
        match publish().await {
            Err(problem) if problem.code() == MOVED => {}
            done => return done,
        }
    }
    publish().await
}

/// 404 unless an automation of this name is published.
pub(crate) async fn published_automation(ctx: &Ctx, rules: &Rules, name: &str) -> Result<(), Problem> {
    find(ctx, rules, Kind::Automation, name).await.map(|_| ())
}
