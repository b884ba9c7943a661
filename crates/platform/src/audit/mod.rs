//! The audit: every log entry is sealed into a chain within a second, the newest head is signed and noted outside of the
//! database with each seal, one each minute is kept for ever in both places, and `GET /v1/audit/verify` says whether
//! anything was touched.

mod anchor;
mod bad;
mod chain;
pub mod http;
mod key;
mod seal;
mod store;
mod verify;

use std::sync::Arc;

pub use anchor::{Anchor, Checkpoint, Files, Kept, Signature, Signer};
pub use key::{Key, Keys};
pub use seal::Sealing;
pub use verify::{Bad, Report, verify};

/// What sealing and verifying need from outside of the database.
#[derive(Clone)]
pub struct Auditor {
    pub signer: Arc<dyn Signer>,
    pub anchor: Arc<dyn Anchor>,
}
