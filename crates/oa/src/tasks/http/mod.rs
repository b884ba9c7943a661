//! Tasks over HTTP.

mod approvers;
mod batch;
mod claim;
mod comment;
mod complete;
mod decide;
mod look;
mod mine;
mod transfer;

use actix_web::web::Data;
use countersign_engine::vocabulary::Command;
use countersign_kernel::id::{RequestId, TaskId};
use countersign_web::{Answer, Ctx, Expected, Problem};

use super::verdict::Verdict;
use super::view::{DecidedView, TaskView};
use crate::office::Office;
use crate::requests::http::{cause, seen};
use crate::requests::load::Target;
use crate::requests::service::{Decide, Give, Given};

/// Every operation on tasks.
pub(crate) fn mount(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
    config
        .service(look::list_tasks)
        .service(look::search_tasks)
        .service(look::get_task_summary)
        .service(look::get_task)
        .service(batch::batch_tasks)
        .service(decide::approve_task)
        .service(decide::reject_task)
        .service(decide::return_task)
        .service(mine::approve_request)
        .service(mine::reject_request)
        .service(mine::return_request)
        .service(transfer::transfer_task)
        .service(approvers::add_approver)
        .service(approvers::remove_approver)
        .service(claim::claim_task)
        .service(claim::release_task)
        .service(complete::complete_task)
        .service(comment::comment_task);
}

/// Gives a command about a task, and answers with the task and what came of it.
async fn give(ctx: Ctx, task: TaskId, command: Command, office: &Data<Office>) -> Result<Answer, Problem> {
    let work = giving(&ctx, task, ctx.expected()?, command, office);
    let seen = ctx.clone();
    ctx.write(work, move |given| show(given, &seen)).await
}

fn giving(ctx: &Ctx, task: TaskId, expected: Expected, command: Command, office: &Office) -> Give {
    Give {
        office: office.clone(),
        caller: ctx.caller.clone(),
        target: Target::Task(task),
        expected,
        command,
        now: ctx.now(),
        cause: cause(ctx),
    }
}

/// Decides the caller's one open task in a request, and answers as if it had been named.
async fn decide_mine(
    ctx: Ctx,
    request: RequestId,
    verdict: Verdict,
    office: &Data<Office>,
) -> Result<Answer, Problem> {
    let work = Decide {
        office: Office::clone(office),
        caller: ctx.caller.clone(),
        request,
        expected: ctx.expected()?,
        verdict,
        now: ctx.now(),
        cause: cause(&ctx),
    };
    let seen = ctx.clone();
    ctx.write(work, move |given| show(given, &seen)).await
}

fn show(given: &Given, ctx: &Ctx) -> Answer {
    match decided(given, ctx) {
        Some(view) => Answer::object(&view, view.task.version).in_language(ctx.locale),
        // A decision never takes a seat away; an answer without one would say so.
        None => Answer::no_content(),
    }
}

/// The task after a decision, and what came of it.
fn decided(given: &Given, ctx: &Ctx) -> Option<DecidedView> {
    let state = &given.made.acted.state;
    let seat = given.task.and_then(|task| state.seat(task))?;
    let view = TaskView::new(seat, given.task_row?, seen(&given.made, ctx));
    Some(DecidedView::new(view, state))
}
