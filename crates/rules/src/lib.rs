//! Definitions: publishing, proposals, versions, checking, simulating; and automations, which act on events by them.
//!
//! To add a kind of document, teach the engine to read it, then add it to [`definitions::Kind`] and mount its paths.

pub mod automations;
pub mod definitions;
pub mod diagram;
pub mod earlier;
mod error;
pub mod events;
pub mod foresight;
pub mod pool;
mod problem;
pub(crate) mod proposals;
pub mod scene;
pub mod standings;
mod yaml;

pub use automations::{Automations, SeesRuns};
pub use definitions::cache::{Broken, Definitions, Snapshot};
pub use definitions::compiled::Compiled;
pub use definitions::{Offered, Publish, Published, Rules};
pub use error::Error;
pub use pool::Pool;

/// Every operation of the rules.
pub fn mount(config: &mut utoipa_actix_web::service_config::ServiceConfig) {
    definitions::http::mount(config);
    automations::http::mount(config);
    proposals::http::mount(config);
}
