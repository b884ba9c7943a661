//! Why a change of a record was not made. `http` says these as problems.

use countersign_kernel::text::Words;
use countersign_web::{Fault, Problem};

use super::{Kind, Record};

/// A refusal in the words of the CRM.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Absent, deleted, another tenant's, or not to be seen: all the same to the caller.
    #[error("there is no such {}", .0.object)]
    NotFound(&'static Kind),
    /// The record moved since it was read.
    #[error("the version has moved on to {current}")]
    Moved { current: i64 },
    /// `If-None-Match: *` on a record that is there.
    #[error("it is there already")]
    Exists,
    /// What was sent is wrong in these places.
    #[error("{} places are wrong", .0.len())]
    Invalid(Vec<Fault>),
    /// The state does not allow it.
    #[error("{}", .0.detail.en)]
    Conflict(Conflict),
    /// Not this caller's to do.
    #[error("{}", .0.en)]
    Forbidden(Words),
    #[error(transparent)]
    Storage(#[from] countersign_storage::Error),
}

/// What stands in the way, and what is possible instead.
#[derive(Debug)]
pub struct Conflict {
    pub code: &'static str,
    pub detail: Words,
    pub state: &'static str,
    pub possible: Vec<&'static str>,
}

/// What two records of a kind cannot both have: where one says it, and what to do.
#[derive(Debug)]
pub struct Clash {
    pub pointer: &'static str,
    pub code: &'static str,
    pub detail: Words,
}

impl Clash {
    /// Whoever writes a record mends what they send; whoever brings one back has sent nothing.
    pub fn refusal<R: Record>(self, record: &R, writes: bool) -> Refusal {
        if writes {
            return Refusal::Invalid(vec![Fault::at(self.pointer, self.code, self.detail)]);
        }
        Refusal::Conflict(Conflict {
            code: self.code,
            detail: self.detail,
            state: record.state(),
            possible: record.possible().to_vec(),
        })
    }
}

impl Refusal {
    /// Only those who command a record hand it over, hide it, delete it or bring it back.
    pub const NOT_YOURS: Self = Self::Forbidden(Words::fixed(
        "Only the owner, those whom the owner reports to, and admins may do this: ask one of them.",
        "只有所有者、其上级或管理员可以这样做，请联系他们。",
    ));
}

impl From<sea_orm::DbErr> for Refusal {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Storage(error.into())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(kind) => Self::not_found(kind.object),
            Refusal::Moved { current } => Self::version_moved(Some(current)),
            Refusal::Exists => Self::exists_already(),
            Refusal::Invalid(faults) => Self::invalid(faults),
            Refusal::Conflict(Conflict {
                code,
                detail,
                state,
                possible,
            }) => Self::conflict(code, detail, state, &possible, None),
            Refusal::Forbidden(detail) => Self::forbidden(detail),
            Refusal::Storage(error) => error.into(),
        }
    }
}
