//! The audit over HTTP, for admins.

use actix_web::get;
use actix_web::web::Data;
use countersign_kernel::id::{self, EventId, UserId};
use countersign_kernel::text::Words;
use countersign_kernel::time::Instant;
use countersign_storage::filter;
use countersign_web::{Answer, Ctx, FilterField as F, FilterType, Listed, Listing, Noun, Page, Problem};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::store::{self, entries};
use super::verify::{Bad, verify};
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

/// What verifying found.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditReport)]
struct Verdict {
    #[schema(example = "audit_report")]
    object: &'static str,
    /// Whether everything is sealed, but for the entries of the last moments, and as it was sealed.
    ok: bool,
    /// `verified`; `lagging`, where entries wait for their seals longer than they should; `touched`, where something is
    /// not as it was sealed.
    #[schema(example = "verified")]
    status: &'static str,
    /// Entries under seals.
    entries: i64,
    /// Entries that no seal covers yet, and that this report can therefore not speak for.
    unsealed: i64,
    seals: i64,
    /// Signed heads.
    checkpoints: i64,
    first_bad: Option<FirstBad>,
}

/// The first thing that was touched.
#[derive(Serialize, ToSchema)]
struct FirstBad {
    /// `entries`, `words`, `chain`, `checkpoint` or `truncated`.
    #[schema(example = "entries")]
    code: &'static str,
    /// The seal's number.
    seal: i64,
    /// The entry, or the first under that seal.
    entry: Option<EventId>,
    /// A sentence.
    detail: String,
}

/// Every entry of the tenant's log, newest first, public or not. For admins. Needs the scope `platform:audit:read`.
#[utoipa::path(tag = "audit", params(Listing<Audit>), security(("bearer" = [SCOPE])), responses((status = 200, body = Page<View>)))]
#[get("/v1/audit")]
async fn list_audit(ask: Listing<Audit>) -> Result<Answer, Problem> {
    admins_only(&ask.ctx)?;
    let rows = filter::fetch(
        &*ask.read().await?,
        store::entries_of(ask.tenant()),
        ask.tenant(),
        &ask.list,
    )
    .await?;
    ask.page(rows.map(View::of)).await
}

/// Reads the whole log against its seals, the signed heads, and what is kept of them outside of the database: an entry
/// that was edited, deleted, inserted or moved, and an end that was cut off, are found. For admins. Needs the scope
/// `platform:audit:read`.
#[utoipa::path(tag = "audit", security(("bearer" = [SCOPE])), responses((status = 200, body = Verdict)))]
#[get("/v1/audit/verify")]
async fn verify_audit(ctx: Ctx, platform: Data<Platform>) -> Result<Answer, Problem> {
    admins_only(&ctx)?;
    let report = verify(&*ctx.read().await?, ctx.tenant(), &platform.auditor, ctx.now()).await?;
    let status = match report.first_bad {
        Some(_) => "touched",
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
        first_bad: report.first_bad.map(|bad| told(&bad, &ctx)),
    }))
}

fn admins_only(ctx: &Ctx) -> Result<(), Problem> {
    ctx.require(SCOPE)?;
    if ctx.caller.is_admin() {
        return Ok(());
    }
    Err(Problem::forbidden(Words::fixed(
        "The audit is for people with the role admin.",
        "审计仅限具有 admin 角色的人员。",
    )))
}

fn told(bad: &Bad, ctx: &Ctx) -> FirstBad {
    let (code, seal, entry, words) = match *bad {
        Bad::Entries {
            seal,
            sealed,
            found,
            first,
        } => ("entries", seal, first, entries_words(seal, sealed, found)),
        Bad::Words { seal, entry } => (
            "words",
            seal,
            Some(entry),
            Words::new(
                format!("The words of {entry} are not those that were sealed."),
                format!("{entry} 的文字与封存时不同。"),
            ),
        ),
        Bad::Chain { seal } => (
            "chain",
            seal,
            None,
            Words::new(
                format!("Seal {seal} does not follow the one before it: a seal was changed or taken out."),
                format!("封印 {seal} 与前一个不衔接：有封印被修改或移除。"),
            ),
        ),
        Bad::Checkpoint { seal } => (
            "checkpoint",
            seal,
            None,
            Words::new(
                format!(
                    "The signed head of seal {seal} is not the seal's own, or not signed by this server."
                ),
                format!("封印 {seal} 的签名与封印不符，或不是本服务器签署。"),
            ),
        ),
        Bad::Truncated { seal, now } => (
            "truncated",
            seal,
            None,
            Words::new(
                format!(
                    "Seal {seal} was signed and the chain now ends at {now}: its end was cut off, or an old copy put in its place."
                ),
                format!("封印 {seal} 曾被签署，而链条现在止于 {now}：尾部被截断，或被旧副本替换。"),
            ),
        ),
    };
    FirstBad {
        code,
        seal,
        entry,
        detail: words.get(ctx.locale).to_owned(),
    }
}

fn entries_words(seal: i64, sealed: i64, found: i64) -> Words {
    if sealed == found {
        Words::new(
            format!("One of the {found} entries under seal {seal} was edited, or their order changed."),
            format!("封印 {seal} 下的 {found} 条记录中有内容被修改，或顺序被改变。"),
        )
    } else {
        Words::new(
            format!(
                "{sealed} entries stood under seal {seal}, and there are {found}: some were taken out or put in."
            ),
            format!("封印 {seal} 下原有 {sealed} 条记录，现有 {found} 条：有记录被移除或插入。"),
        )
    }
}
