//! What deals are called, and what is told of them.

use countersign_kernel::catalogue::{EventType, Field, FieldType};

use crate::record::{Kind, has, may_have};

pub const KIND: Kind = Kind {
    object: "deal",
    plural: "deals",
    zh: "商机",
    created: &CREATED,
    updated: &UPDATED,
    deleted: &DELETED,
    restored: &RESTORED,
    read: "crm:deals:read",
    write: "crm:deals:write",
    owned: true,
};

pub(super) const FIELDS: &[Field] = &[
    has("id", FieldType::Record("deal"), "The deal."),
    has("name", FieldType::Text, "Its name."),
    has(
        "account",
        FieldType::Record("account"),
        "The company that may buy.",
    ),
    may_have("owner", FieldType::Person, "Who sells."),
    has("visibility", FieldType::Text, "Who sees it: tenant or mine."),
    may_have("amount", FieldType::Money, "What it is worth."),
    has("probability", FieldType::Integer, "Of winning, in percent."),
    has(
        "pipeline",
        FieldType::Record("pipeline"),
        "The pipeline that it takes.",
    ),
    has(
        "stage",
        FieldType::Record("stage"),
        "Where it stands in the pipeline.",
    ),
    may_have("stage_name", FieldType::Text, "The name of that stage."),
    has("status", FieldType::Text, "open, won or lost."),
    may_have("expected_close_on", FieldType::Date, "When it should be decided."),
    may_have("closed_at", FieldType::Instant, "When it was won or lost."),
    may_have("lost_reason", FieldType::Text, "Why it was lost."),
    may_have(
        "contract",
        FieldType::Json,
        "Its newest contract: request, number, status, reason.",
    ),
    may_have(
        "lines",
        FieldType::Json,
        "Its lines, when they change and when it is won: product, description, quantity, prices and amounts of each.",
    ),
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "deal",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "crm:deals:read",
    }
}

pub(super) const CREATED: EventType = event("crm.deal.created", "A deal was created.");
pub(super) const UPDATED: EventType = event("crm.deal.updated", "Fields of a deal changed.");
const DELETED: EventType = event("crm.deal.deleted", "A deal was deleted; it can be restored.");
const RESTORED: EventType = event("crm.deal.restored", "A deleted deal was brought back.");
pub const STAGE_CHANGED: EventType = event("crm.deal.stage_changed", "A deal moved to another stage.");
pub const WON: EventType = event("crm.deal.won", "A deal was won.");
pub const LOST: EventType = event("crm.deal.lost", "A deal was lost.");
pub const REOPENED: EventType = event("crm.deal.reopened", "A deal that was won or lost is open again.");
pub const CONTRACT_CHANGED: EventType =
    event("crm.deal.contract_changed", "There is news of a deal's contract.");

pub const LINES_CHANGED: EventType = event(
    "crm.deal.lines_changed",
    "A deal's lines changed, and its amount with them.",
);

/// Every event that a deal emits.
pub const EVENTS: &[EventType] = &[
    CREATED,
    UPDATED,
    DELETED,
    RESTORED,
    STAGE_CHANGED,
    WON,
    LOST,
    REOPENED,
    CONTRACT_CHANGED,
    LINES_CHANGED,
];
