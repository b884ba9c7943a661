//! What can go wrong with people, sessions and keys, in their own words.

use countersign_kernel::text::Words;

/// A member of a body that cannot stay as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// RFC 6901, `/manager`.
    pub pointer: String,
    pub code: &'static str,
    pub detail: Words,
}

impl Fault {
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: Words) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail,
        }
    }
}

/// Why a use case of identity ended without effect.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Storage(#[from] countersign_storage::Error),
    /// The e-mail address, the password or the tenant is wrong, or the person is disabled: which, is not said.
    #[error("the e-mail address or the password is wrong")]
    SignIn,
    /// Too many sign-ins failed, for this account or from this network address.
    #[error("too many sign-ins failed: try again in {wait_s} s")]
    Throttled { wait_s: u64 },
    /// The address belongs to several tenants, and the password fits more than one.
    #[error("this e-mail address belongs to several tenants: name one")]
    TenantWanted(Vec<String>),
    /// The refresh token is unknown, used up, or its session has ended.
    #[error("this session has ended: sign in again")]
    SessionEnded,
    /// The set-up link was used, is too old, or never was.
    #[error("this set-up link is not valid any more: start the server again for a new one")]
    SetUpLink,
    /// The link was used, replaced, is too old, or never was.
    #[error("this link is not valid any more: ask an admin for another")]
    PasswordLink,
    /// The present password, which a change needs, is another.
    #[error("the present password is another")]
    PresentPassword,
    /// Absent, or not to be seen.
    #[error("there is no {kind} {id}")]
    NotFound { kind: &'static str, id: String },
    /// Only an admin may.
    #[error("only people with the role admin may do this")]
    AdminOnly,
    /// A key asks for more than its maker may have, or acts where only a person may.
    #[error("an API key cannot do this: sign in")]
    PersonOnly,
    /// The version named in If-Match is not the present one.
    #[error("version {current} is the present one")]
    Moved { current: i64 },
    /// The state of the record does not allow it.
    #[error("{}", .0.detail.en)]
    Conflict(Box<Conflict>),
    /// Faults of the body, all of them.
    #[error("{} faults in the body", .0.len())]
    Invalid(Vec<Fault>),
    /// Too many sign-ins at once.
    #[error("too many sign-ins at once: try again in a moment")]
    Busy,
    /// A fault of ours.
    #[error("{0}")]
    Broken(&'static str),
}

/// A conflict with the state of a record: which state, and what is possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub code: &'static str,
    pub detail: Words,
    pub state: &'static str,
    pub possible: Vec<&'static str>,
}

impl Error {
    pub fn invalid(pointer: impl Into<String>, code: &'static str, detail: Words) -> Self {
        Self::Invalid(vec![Fault::new(pointer, code, detail)])
    }

    pub fn conflict(
        code: &'static str,
        state: &'static str,
        possible: &[&'static str],
        detail: Words,
    ) -> Self {
        Self::Conflict(Box::new(Conflict {
            code,
            detail,
            state,
            possible: possible.to_vec(),
        }))
    }
}
