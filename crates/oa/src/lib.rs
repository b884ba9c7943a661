//! The office: requests, tasks, and what makes them move.
//!
//! A command meets a request's state, the engine answers with events or a refusal, and one unit of work keeps what
//! follows ([`requests::act`]). To add a verb, add it to the engine, then a handler in `requests/http` or
//! `tasks/http` that gives the command.

mod actions;
mod error;
pub mod events;
mod leave;
mod notices;
mod office;
mod problem;
pub mod records;
mod requests;
mod sees;
mod tasks;
mod timers;
mod waits;

pub use actions::{ActionWorker, StartRequest};
pub use error::Error;
pub use leave::sees::{SeesLeaveEntries, SeesLeaves};
pub use notices::Notices;
pub use office::Office;
pub use requests::http::RequestExpander;
pub use requests::listed::catch_up::Listings;
pub use sees::SeesRequests;
pub use tasks::leaving::Leavings;
pub use tasks::succession::Successions;
pub use timers::Timers;
pub use timers::trim::trim as trim_timers;
pub use waits::EventWaits;
pub use waits::trim::trim as trim_waits;

/// Every operation of the office.
pub fn mount(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
    leave::http::mount(config);
    requests::http::mount(config);
    tasks::http::mount(config);
}
