//! The audit: every log entry is sealed into a chain within a second, heads are signed each minute and kept outside
//! of the database too, and `GET /v1/audit/verify` says whether anything was touched.

mod anchor;
mod chain;
pub mod http;
mod key;
mod seal;
mod store;
mod verify;

use std::sync::Arc;

pub use anchor::{Anchor, Checkpoint, Files, Signer};
pub use key::Key;
pub use seal::Sealing;
pub use verify::{Bad, Report, verify};

/// What sealing and verifying need from outside of the database.
#[derive(Clone)]
pub struct Auditor {
    pub signer: Arc<dyn Signer>,
    pub anchor: Arc<dyn Anchor>,
}
