//! Actions: what workflows have done elsewhere, and what the office does when asked by name.

mod start;
mod worker;

pub use start::StartRequest;
pub use worker::ActionWorker;
pub(crate) use worker::failure;
