//! What callers send and see of an activity.

use chrono::NaiveDate;
use countersign_kernel::filter::{FilterField, Noun};
use countersign_kernel::id::{AccountId, ActivityId, ContactId, DealId, LeadId, UserId};
use countersign_kernel::time::Instant;
use countersign_web::Member;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::{ActivityStatus, ActivityType, Priority};
use crate::accounts::shape::RELATION;
use crate::record::Visibility;

/// A new activity. Its owner is the caller unless told otherwise, and it is open: but a note is done. One about a deal, or else a
/// contact, is also about its account, unless told otherwise.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"type": "call", "subject": "Ask about the offer", "deal": "deal_01jc0000000000000000000000", "due_at": "2027-03-02"}))]
pub struct NewActivity {
    pub r#type: ActivityType,
    /// On one line, not blank.
    #[schema(min_length = 1, max_length = 200)]
    pub subject: String,
    /// Several lines.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10000)]
    pub body: Member<String>,
    #[serde(default)]
    #[schema(value_type = ActivityStatus)]
    pub status: Member<ActivityStatus>,
    #[serde(default)]
    #[schema(value_type = Priority)]
    pub priority: Member<Priority>,
    /// An instant; or a date, which is the end of that day where the company is. A meeting is due when it starts unless told otherwise.
    #[serde(default)]
    pub due_at: Member<String>,
    /// Of a meeting.
    #[serde(default)]
    pub starts_at: Member<Instant>,
    #[serde(default)]
    pub ends_at: Member<Instant>,
    /// Now unless told otherwise, of one that is done.
    #[serde(default)]
    pub completed_at: Member<Instant>,
    /// What it is about.
    #[serde(default)]
    pub account: Member<AccountId>,
    #[serde(default)]
    pub contact: Member<ContactId>,
    #[serde(default)]
    pub deal: Member<DealId>,
    #[serde(default)]
    pub lead: Member<LeadId>,
    /// Who is to do it.
    #[serde(default)]
    pub owner: Member<UserId>,
    #[serde(default)]
    pub visibility: Member<Visibility>,
}

/// What changes about an activity; what is absent stays, null empties.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"due_at": "2027-03-09T09:00:00.000Z"}))]
pub struct ActivityEdit {
    #[serde(default)]
    #[schema(value_type = ActivityType)]
    pub r#type: Member<ActivityType>,
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub subject: Member<String>,
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10000)]
    pub body: Member<String>,
    #[serde(default)]
    #[schema(value_type = ActivityStatus)]
    pub status: Member<ActivityStatus>,
    #[serde(default)]
    #[schema(value_type = Priority)]
    pub priority: Member<Priority>,
    /// An instant or a date.
    #[serde(default)]
    pub due_at: Member<String>,
    #[serde(default)]
    pub starts_at: Member<Instant>,
    #[serde(default)]
    pub ends_at: Member<Instant>,
    #[serde(default)]
    pub completed_at: Member<Instant>,
    #[serde(default)]
    pub account: Member<AccountId>,
    #[serde(default)]
    pub contact: Member<ContactId>,
    #[serde(default)]
    pub deal: Member<DealId>,
    #[serde(default)]
    pub lead: Member<LeadId>,
    #[serde(default)]
    pub owner: Member<UserId>,
    #[serde(default)]
    pub visibility: Member<Visibility>,
}

/// An activity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActivityView {
    pub id: ActivityId,
    /// Always `activity`.
    pub object: &'static str,
    pub r#type: ActivityType,
    #[schema(example = "Ask about the offer")]
    pub subject: String,
    pub body: Option<String>,
    pub status: ActivityStatus,
    pub priority: Priority,
    pub due_at: Option<Instant>,
    /// If it is due on a day: `due_at` is the end of it.
    pub due_on: Option<NaiveDate>,
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
    pub completed_at: Option<Instant>,
    pub account: Option<AccountId>,
    pub contact: Option<ContactId>,
    pub deal: Option<DealId>,
    pub lead: Option<LeadId>,
    pub owner: Option<UserId>,
    pub visibility: Visibility,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// What is to be done next about a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NextActivity {
    pub id: ActivityId,
    pub r#type: ActivityType,
    #[schema(example = "Ask about the offer")]
    pub subject: String,
    pub due_at: Option<Instant>,
    pub owner: Option<UserId>,
}

/// How activities are listed.
pub const NOUN: Noun = Noun {
    object: "activity",
    plural: "activities",
    fields: &[
        FilterField::id("activity"),
        FilterField::choice("type", &["task", "call", "email", "meeting", "note"]),
        FilterField::written("subject").required().sortable().searched(),
        FilterField::choice("status", &["open", "done", "cancelled"]),
        FilterField::choice("priority", &["low", "normal", "high"]),
        FilterField::instant("due_at").sortable(),
        FilterField::instant("starts_at"),
        FilterField::instant("completed_at"),
        FilterField::record("account", "account", "account").through(&RELATION),
        FilterField::record("contact", "contact", "contact"),
        FilterField::record("deal", "deal", "deal"),
        FilterField::record("lead", "lead", "lead"),
        FilterField::person("owner", "owner"),
        FilterField::choice("visibility", &["tenant", "mine"]),
        FilterField::instant("created_at").required().sortable(),
        FilterField::instant("updated_at").required().sortable(),
    ],
    expandable: &[
        ("owner", "user"),
        ("account", "account"),
        ("contact", "contact"),
        ("deal", "deal"),
        ("lead", "lead"),
    ],
    default_sort: "-created_at",
};
