//! The audit over HTTP, for admins.

use actix_web::get;
use actix_web::web::Data;
use countersign_kernel::id::{self, EventId, UserId};
use countersign_kernel::time::Instant;
use countersign_storage::filter;
use countersign_web::closed_words;
use countersign_web::{Answer, Ctx, FilterField as F, FilterType, Listed, Listing, Noun, Page, Problem};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::bad::FirstBad;
use super::store::{self, entries};
use super::verify::verify;
use crate::Platform;

const SCOPE: &str = "platform:audit:read";

pub(crate) fn mount(config: &mut ServiceConfig) {
    config.service(list_audit).service(verify_audit);
}

/// What the audit can be asked for.
struct Audit;
impl Listed for Audit {
    const NOUN: Noun = Noun {
        object: "audit_entry",
        plural: "audit",
        fields: &[
            F::id("event"),
            F::new("sequence", FilterType::Integer)
                .column("seq")
                .required()
                .sortable(),
            F::text("type").column("kind").required(),
            F::text("subject_kind").required(),
            F::text("actor").required(),
            F::instant("at").required(),
        ],
        expandable: &[],
        default_sort: "-sequence",
    };
}

/// An entry of the log, public or not.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
struct View {
    id: EventId,
    #[schema(example = "audit_entry")]
    object: &'static str,
    /// The place in the log.
    sequence: i64,
    #[schema(example = "crm.deal.won")]
    r#type: String,
    /// The id of the record that changed.
    subject: String,
    #[schema(example = "deal")]
    subject_kind: String,
    /// The record's version after the change.
    version: i64,
    at: Instant,
    /// A user's id, `automation:NAME` or `system`.
    actor: String,
    on_behalf_of: Option<UserId>,
    /// The event that led to this one.
    cause: Option<EventId>,
    trace: Option<String>,
    /// What changed.
    body: Value,
    /// What people wrote; null where there was nothing, or where it was erased.
    words: Option<Value>,
}

impl View {
    fn of(row: entries::Model) -> Self {
        let json = |text: &str| serde_json::from_str(text).unwrap_or_default();
        Self {
            id: EventId(row.id),
            object: "audit_entry",
            sequence: row.seq,
            subject: id::show(&row.subject_kind, row.subject_id),
            subject_kind: row.subject_kind,
            version: row.version,
            r#type: row.kind,
            at: Instant::new(row.at),
            actor: row.actor,
            on_behalf_of: row.on_behalf_of.map(UserId),
            cause: row.cause.map(EventId),
            trace: row.trace,
            body: json(&row.body),
            words: row.private.as_deref().map(json),
        }
    }
}

closed_words!(
    /// What a report on the audit says.
    pub(crate) AuditStatus: "verified", "lagging", "key_missing", "newer_format", "touched"
);

/// What verifying found.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditReport)]
struct Verdict {
    #[schema(example = "audit_report")]
    object: &'static str,
    /// Whether everything is sealed, but for the entries of the last moments, and as it was sealed.
    ok: bool,
    /// `verified`; `lagging`, where entries wait for their seals longer than they should; `key_missing`, where heads were
    /// signed by a key that this server does not have, so that it can verify all but their signatures; `newer_format`, where
    /// a newer version of the server made a seal, so that this one cannot verify what lies under it; `touched`, where
    /// something is not as it was sealed.
    #[schema(value_type = AuditStatus, example = "verified")]
    status: &'static str,
    /// Entries under seals.
    entries: i64,
    /// Entries that no seal covers yet, and that this report can therefore not speak for.
    unsealed: i64,
    seals: i64,
    /// Signed heads.
    checkpoints: i64,
    /// The id of the key that this server does not have: copy it from the data folder of the server that signed.
    missing_key: Option<String>,
    /// The first seal that a newer version made, or that somebody changed to look so: verify with the newest version.
    newer_seal: Option<i64>,
    first_bad: Option<FirstBad>,
}

/// Every entry of the tenant's log, newest first, public or not. For admins. Needs the scope `platform:audit:read`.
#[utoipa::path(tag = "audit", params(Listing<Audit>), security(("bearer" = [SCOPE])), extensions(("x-roles" = json!(["admin"]))), responses((status = 200, description = "A page of the audit.", body = Page<View>)))]
#[get("/v1/audit")]
async fn list_audit(ask: Listing<Audit>) -> Result<Answer, Problem> {
    let rows = filter::fetch(&*ask.read().await?, store::entries_of(ask.tenant()), &ask.list).await?;
    ask.page(rows.map(View::of)).await
}

/// Verify the audit log. Reads the whole log against its seals, the signed heads, and what is kept of them outside of the
/// database: an entry that was edited, deleted, inserted or moved, and an end that was cut off, are found. For admins. Needs the
/// scope `platform:audit:read`.
#[utoipa::path(tag = "audit", security(("bearer" = [SCOPE])), extensions(("x-roles" = json!(["admin"]))), responses((status = 200, description = "What was found.", body = Verdict)))]
#[get("/v1/audit/verify")]
async fn verify_audit(ctx: Ctx, platform: Data<Platform>) -> Result<Answer, Problem> {
    let report = verify(&*ctx.read().await?, ctx.tenant(), &platform.auditor, ctx.now()).await?;
    let status = match report.first_bad {
        Some(_) => "touched",
        None if report.newer_seal.is_some() => "newer_format",
        None if report.unknown_key.is_some() => "key_missing",
        None if report.lagging => "lagging",
        None => "verified",
    };
    Ok(Answer::json(&Verdict {
        object: "audit_report",
        ok: status == "verified",
        status,
        entries: report.entries,
        unsealed: report.unsealed,
        seals: report.seals,
        checkpoints: report.checkpoints,
        missing_key: report.unknown_key,
        newer_seal: report.newer_seal,
        first_bad: report.first_bad.map(|bad| FirstBad::of(&bad, ctx.locale)),
    }))
}
