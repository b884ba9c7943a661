//! What every capability shares: files, notices, the event log over HTTP, the audit chain, the sandbox's clock, and who
//! sees which record.
//!
//! To let a new kind of record show its events, register a [`Sees`] for it where the server is put together.

pub mod audit;
mod disk;
pub mod files;
pub mod log;
pub mod notices;
pub mod sandbox;
pub mod sees;

use countersign_kernel::catalogue::EventType;
pub use sees::{EverybodySees, Sees, Sight};
use utoipa_actix_web::service_config::ServiceConfig;

/// What the handlers find in the app's data, as `web::Data<Platform>`.
pub struct Platform {
    pub shelf: files::Shelf,
    pub sight: Sight,
    pub live: log::Live,
    pub auditor: audit::Auditor,
    /// Only with `--sandbox`.
    pub sandbox: Option<sandbox::Sandbox>,
}

/// Every type of event that stands here.
pub fn events() -> Vec<EventType> {
    [files::EVENTS, notices::EVENTS, &[log::SENT]].concat()
}

/// Everything but the sandbox, which has a [`sandbox::mount`] of its own.
pub fn mount(config: &mut ServiceConfig) {
    files::http::mount(config);
    notices::http::mount(config);
    log::http::mount(config);
    audit::http::mount(config);
}
