//! The one registry of typed ids: `deal_` + a UUIDv7 in 26 characters of Crockford base32.
//!
//! To add a kind, add a line to [`kinds!`] below; everything else follows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::text::a;
use crate::time::Instant;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why a text is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The prefix belongs to another kind.
    #[error("this is the id of {}, not of {}", a(.found), a(.wanted))]
    OtherKind {
        wanted: &'static str,
        found: &'static str,
    },
    /// Not an id at all.
    #[error("this is not the id of {}", a(.wanted))]
    Malformed { wanted: &'static str },
}

/// Where new ids and other randomness come from; handed in, so that tests and replays decide.
pub trait Entropy: Send + Sync {
    /// Fills the buffer with bytes that nobody can guess.
    fn fill(&self, buffer: &mut [u8]);

    /// A new UUIDv7 of this instant.
    fn uuid(&self, at: Instant) -> Uuid {
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(at.millis().unsigned_abs(), &random).into_uuid()
    }
}

/// What every typed id can do.
pub trait TypedId: Copy + Eq + fmt::Display + FromStr<Err = IdError> + From<Uuid> {
    /// The prefix without its underscore: `deal`.
    const PREFIX: &'static str;
    /// The kind in words, as `object` shows it: `deal`.
    const KIND: &'static str;
    fn uuid(self) -> Uuid;
    /// A new id of this instant.
    fn mint(entropy: &dyn Entropy, at: Instant) -> Self {
        entropy.uuid(at).into()
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal, $kind:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            #[cfg_attr(feature = "columns", derive(sea_orm::DeriveValueType))]
            pub struct $name(pub Uuid);

            impl TypedId for $name {
                const PREFIX: &'static str = $prefix;
                const KIND: &'static str = $kind;
                fn uuid(self) -> Uuid {
                    self.0
                }
            }
            impl From<Uuid> for $name {
                fn from(uuid: Uuid) -> Self {
                    Self(uuid)
                }
            }
            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "{}_{}", $prefix, encode(self.0))
                }
            }
            impl FromStr for $name {
                type Err = IdError;
                fn from_str(text: &str) -> Result<Self, IdError> {
                    parse(text, $prefix, $kind).map(Self)
                }
            }
            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }
            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }
            /// A primary key may hold it; no database numbers it.
            #[cfg(feature = "columns")]
            impl sea_orm::TryFromU64 for $name {
                fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                    Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
                }
            }
            #[cfg(feature = "openapi")]
            impl utoipa::PartialSchema for $name {
                fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                    utoipa::openapi::ObjectBuilder::new()
                        .schema_type(utoipa::openapi::schema::Type::String)
                        .pattern(Some(concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$")))
                        .description(Some(format!("The id of {}.", a($kind))))
                        .into()
                }
            }
            #[cfg(feature = "openapi")]
            impl utoipa::ToSchema for $name {}
        )*
        /// Every kind: prefix and word.
        pub const KINDS: &[(&str, &str)] = &[$(($prefix, $kind)),*];
    };
}

kinds! {
    /// A company that uses the server; nothing crosses from one to another.
    TenantId = "tnt", "tenant";
    /// A person of a tenant.
    UserId = "user", "user";
    /// A department of a tenant.
    DepartmentId = "dept", "department";
    /// A role that people hold.
    RoleId = "role", "role";
    /// A sign-in: a family of refresh tokens.
    SessionId = "sess", "session";
    /// An API key.
    ApiKeyId = "key", "api_key";
    /// A request for approval.
    RequestId = "req", "request";
    /// A place for one person to decide: a seat, seen from its holder.
    TaskId = "task", "task";
    /// A comment.
    CommentId = "cmt", "comment";
    /// A published version of a workflow, automation, calendar or table.
    DefinitionId = "def", "definition";
    /// A version of a definition that waits for a second person.
    ProposalId = "prop", "proposal";
    /// One run of an automation.
    RunId = "run", "run";
    /// An uploaded file.
    FileId = "file", "file";
    /// A note to a person.
    NoticeId = "ntc", "notice";
    /// A company in the CRM.
    AccountId = "acct", "account";
    /// A person in the CRM.
    ContactId = "cont", "contact";
    /// A pipeline of stages.
    PipelineId = "pipe", "pipeline";
    /// A stage of a pipeline.
    StageId = "stage", "stage";
    /// A deal.
    DealId = "deal", "deal";
    /// Something that was done about a customer, or is to be done.
    ActivityId = "act", "activity";
    /// Somebody who may become a customer.
    LeadId = "lead", "lead";
    /// Something that is sold.
    ProductId = "prod", "product";
    /// What products cost, in one currency.
    PriceBookId = "book", "price_book";
    /// What one product costs in a price book, for a while.
    PriceBookEntryId = "price", "price_book_entry";
    /// Records that come in from a file.
    ImportId = "imp", "import";
    /// An event: one entry of the log.
    EventId = "evt", "event";
    /// A webhook endpoint.
    WebhookId = "whk", "webhook";
    /// A delivery to a webhook endpoint.
    DeliveryId = "dlv", "delivery";
    /// A job.
    JobId = "job", "job";
    /// Leave that a request asks for or was given: of the same value as the request.
    LeaveId = "leave", "leave";
    /// An entry of the ledger of leave.
    LeaveEntryId = "lve", "leave_entry";
    /// The terms that a person works by: of the same value as the person.
    EmploymentId = "emp", "employment";
    /// What a run kept of somebody's leave.
    LeaveRunId = "lvr", "leave_run";
    /// A recount of leave.
    LeaveRecountId = "lvc", "leave_recount";
    /// A link to a calendar of leave that other programs read.
    LeaveFeedId = "lvf", "leave_feed";
    /// A timer of a request.
    TimerId = "tmr", "timer";
}

impl TaskId {
    /// The task that a request's event opened. Replay draws no ids, so this one is a function of the
    /// request, the number of the event and its instant (which keeps tasks in order of time).
    pub fn derived(request: RequestId, event: u64, at: Instant) -> Self {
        Self(derive("task", request.0, &event.to_be_bytes(), at))
    }
}

/// A UUIDv8-like id that is a function of its arguments, and sorts by `at`.
pub fn derive(salt: &str, parent: Uuid, part: &[u8], at: Instant) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(salt.as_bytes());
    hash.update(parent.as_bytes());
    hash.update(part);
    let digest = hash.finalize();
    let mut random = [0_u8; 10];
    for (to, from) in random.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    uuid::Builder::from_unix_timestamp_millis(at.millis().unsigned_abs(), &random).into_uuid()
}

/// What kind of thing a text claims to be the id of, by its prefix alone.
pub fn kind_of(text: &str) -> Option<&'static str> {
    let (prefix, _) = text.split_once('_')?;
    KINDS
        .iter()
        .find(|(known, _)| *known == prefix)
        .map(|(_, kind)| *kind)
}

/// The uuid behind an id of any kind, and that kind.
pub fn any(text: &str) -> Option<(&'static str, Uuid)> {
    let kind = kind_of(text)?;
    let (_, rest) = text.split_once('_')?;
    Some((kind, decode(rest)?))
}

/// An id in words, from its kind (`deal`) and uuid.
pub fn show(kind: &str, uuid: Uuid) -> String {
    let prefix = KINDS
        .iter()
        .find(|(_, known)| *known == kind)
        .map_or(kind, |(prefix, _)| *prefix);
    format!("{prefix}_{}", encode(uuid))
}

fn parse(text: &str, prefix: &'static str, wanted: &'static str) -> Result<Uuid, IdError> {
    if let Some(rest) = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')) {
        return decode(rest).ok_or(IdError::Malformed { wanted });
    }
    match kind_of(text) {
        Some(found) => Err(IdError::OtherKind { wanted, found }),
        None => Err(IdError::Malformed { wanted }),
    }
}

/// 128 bits in 26 characters, most significant first; the first carries three bits.
pub fn encode(uuid: Uuid) -> String {
    let bits = uuid.as_u128();
    (0..26_u32)
        .rev()
        .filter_map(|place| ALPHABET.get((bits >> (place * 5)) as usize & 31))
        .map(|letter| char::from(*letter))
        .collect()
}

/// The inverse of [`encode`]; strict: lower case, no look-alikes, no overflow.
pub fn decode(text: &str) -> Option<Uuid> {
    if text.len() != 26 || !matches!(text.as_bytes().first(), Some(b'0'..=b'7')) {
        return None;
    }
    let mut bits = 0_u128;
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        bits = (bits << 5) | value as u128;
    }
    Some(Uuid::from_u128(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_wrote() {
        for bits in [0, 1, u128::MAX, 0x0192_3f5e_7c00_7abc_8def_0123_4567_89ab] {
            let id = DealId(Uuid::from_u128(bits));
            assert_eq!(id.to_string().parse(), Ok(id));
            assert_eq!(id.to_string().len(), 31);
        }
    }

    #[test]
    fn a_wrong_kind_says_which_kind_it_is() {
        let account = AccountId(Uuid::from_u128(7)).to_string();
        assert_eq!(
            account.parse::<DealId>(),
            Err(IdError::OtherKind {
                wanted: "deal",
                found: "account"
            })
        );
        for text in [
            "42",
            "",
            "deal_",
            "deal_zzzzzzzzzzzzzzzzzzzzzzzzzz",
            "deal_0000000000000000000000000U",
        ] {
            assert_eq!(
                text.parse::<DealId>(),
                Err(IdError::Malformed { wanted: "deal" }),
                "{text}"
            );
        }
    }
}
