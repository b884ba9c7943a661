//! What can go wrong in the office, in its own words.

use countersign_engine::refusal::{Fault, Refusal};
use countersign_engine::state::Verb;
use countersign_engine::vocabulary::Status;

/// Why a command or a question was not answered.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Not there, or not for this caller to see: `request` or `task`.
    #[error("there is no such {kind}")]
    NotFound { kind: &'static str },
    /// The engine said no.
    #[error("{}", refusal.text(countersign_kernel::text::Locale::En))]
    Refused {
        refusal: Box<Refusal>,
        status: Status,
        possible: Vec<Verb>,
    },
    /// What was sent is not right, beyond what the engine can know.
    #[error("what was sent is not right")]
    Invalid(Vec<Fault>),
    /// No published workflow has this name.
    #[error("there is no workflow {name:?}")]
    UnknownWorkflow { name: String, nearest: Option<String> },
    /// The workflow's version does not compile any more.
    #[error("version {} of {:?} does not compile any more", .0.version, .0.name)]
    BrokenWorkflow(countersign_rules::Broken),
    /// The version that the caller named is not the present one.
    #[error("this has been changed meanwhile: it is version {current} now")]
    Stale { current: i64 },
    /// The form was edited after the task was opened, so the version that was seen must be named.
    #[error("the form was edited meanwhile: read the task again, then send its version in If-Match")]
    VersionNeeded { current: i64 },
    /// The pool has no answer.
    #[error(transparent)]
    Declined(#[from] countersign_rules::pool::Declined),
    #[error(transparent)]
    Storage(#[from] countersign_storage::Error),
}

impl Error {
    /// Whether it is a fault of what one request holds, and not of the database.
    pub fn is_of_one_request(&self) -> bool {
        use countersign_storage::Error as Kept;
        matches!(
            self,
            Self::BrokenWorkflow(_) | Self::Storage(Kept::Broken(_) | Kept::NewerFormat { .. })
        )
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Storage(error.into())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Storage(countersign_storage::Error::broken(error))
    }
}
