//! What can go wrong with definitions, in its own words.

use countersign_engine::finding::Finding;

use crate::definitions::Kind;
use crate::definitions::cache::Broken;
use crate::pool::Declined;

/// Why a definition was not published, or a question not answered.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    #[error("there is no {} {name:?}", kind.word())]
    NotFound {
        kind: Kind,
        name: String,
        nearest: Option<String>,
    },
    /// What was published does not compile any more.
    #[error("version {} of {:?} does not compile any more", .0.version, .0.name)]
    Broken(Broken),
    /// Errors in the file; all findings, warnings too.
    #[error("the file has errors")]
    Findings(Vec<Finding>),
    /// The file's own tests fail: which, and how.
    #[error("the file's own tests fail")]
    Stories(countersign_engine::StoryReport),
    /// The file says another kind or name than the path.
    #[error("the file is another one than the path says")]
    OtherName {
        wanted: Kind,
        name: String,
        found: Kind,
        found_name: String,
    },
    /// Only owners, `hr` and `admin` publish.
    #[error("this is not yours to publish")]
    NotYours {
        /// There is no version in force that names owners.
        first: bool,
    },
    /// The version that the caller named is not the newest.
    #[error("this has been changed meanwhile: it is version {current} now")]
    Stale { current: i64 },
    /// From the second version on it must be named.
    #[error("the newest version must be named in If-Match")]
    VersionNeeded,
    /// `If-None-Match: *`, and there is one.
    #[error("there is one already")]
    Exists,
    /// People or definitions have changed since the file was checked.
    #[error("what the file was checked against has changed meanwhile")]
    Moved,
    #[error(transparent)]
    Declined(#[from] Declined),
    #[error("there is no such proposal")]
    NoProposal,
    /// Only an open proposal is published, rejected or withdrawn.
    #[error("this proposal is {status}")]
    Settled { status: &'static str },
    /// Nobody publishes or rejects what they proposed.
    #[error("a second person publishes or rejects what you proposed")]
    OwnProposal,
    /// A proposal that nobody could publish is not kept.
    #[error("nobody else may publish this")]
    NobodyToPublish,
    /// Only whoever proposed it withdraws it.
    #[error("this is not your proposal")]
    NotYourProposal,
    /// Whoever proposed it may not publish it any more, or has left.
    #[error("whoever proposed this may not publish it any more")]
    ProposerLostRight,
    /// Another version is in force than the one that it was to follow.
    #[error("version {base} was in force when this was proposed, and {current} is now")]
    ProposalStale {
        kind: Kind,
        name: String,
        base: i64,
        current: i64,
    },
    #[error("there is no such run")]
    NoRun,
    /// Only a run that could not act is started again.
    #[error("this run is {status}")]
    NothingToRetry { status: String },
    /// Too much runs now.
    #[error("{0}")]
    Later(String),
    /// What simulation was asked is refused.
    #[error("the simulation was refused")]
    Refused(Box<countersign_engine::Refusal>),
    #[error(transparent)]
    Storage(#[from] countersign_storage::Error),
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Storage(error.into())
    }
}
