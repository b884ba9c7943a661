//! Requests over HTTP.

mod create;
mod drafts;
mod expand;
mod held;
mod list;
mod look;
mod verbs;

use countersign_storage::log::Cause;
use countersign_web::{Answer, Ctx};

use super::submit::Made;
use super::view::RequestView;
use crate::tasks::view::Seen;

pub use expand::RequestExpander;
pub(crate) use list::Requests;
pub(crate) use verbs::NewComment;

/// Reads requests, also where they are shown beside something else.
pub(crate) const READ: &str = "oa:requests:read";

/// Every operation on requests.
pub(crate) fn mount(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
    config
        .service(create::create_request)
        .service(list::list_requests)
        .service(list::search_requests)
        .service(list::summarize_requests)
        .service(look::get_request)
        .service(look::get_request_history)
        .service(look::get_request_next)
        .service(look::get_request_diagram)
        .service(look::list_request_comments)
        .service(drafts::update_request)
        .service(drafts::delete_request)
        .service(verbs::submit_request)
        .service(verbs::withdraw_request)
        .service(verbs::recall_request)
        .service(verbs::urge_request)
        .service(verbs::resubmit_request)
        .service(verbs::comment_request)
        .service(held::retry_request)
        .service(held::skip_request)
        .service(held::move_request)
        .service(held::get_request_move);
}

/// The first cause of what a caller asks for.
pub(crate) fn cause(ctx: &Ctx) -> Cause {
    Cause::request(ctx.trace.clone())
}

/// How an answer sees what was made.
pub(crate) fn seen<'a>(made: &'a Made, ctx: &'a Ctx) -> Seen<'a> {
    Seen {
        state: &made.acted.state,
        definition: &made.definition,
        scene: &made.scene,
        caller: &ctx.caller,
        locale: ctx.locale,
    }
}

fn show(made: &Made, ctx: &Ctx) -> Answer {
    let row = &made.acted.row;
    let view = RequestView::new(row, seen(made, ctx));
    Answer::object(&view, row.version).in_language(ctx.locale)
}

/// Where a request is read.
fn path_of(made: &Made) -> String {
    format!("/v1/requests/{}", made.acted.row.id)
}
