//! `/v1/settings`.
#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies the names of parameter types"
)]

use actix_web::web::Data;
use actix_web::{get, patch};
use countersign_kernel::id::TenantId;
use countersign_kernel::time::Instant;
use countersign_web::{Answer, Ctx, Fault, Member, Noun, Patch, Problem};
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::ChangeSettings;
use super::{Publishing, PublishingChange, PublishingRight, SettingsChange, Tenant, store};
use crate::identity::Identity;
use crate::occasion::Occasion;

pub fn mount(config: &mut ServiceConfig) {
    config.service(get_settings).service(update_settings);
}

const NOUN: Noun = Noun {
    object: "settings",
    plural: "settings",
    fields: &[],
    expandable: &[],
    default_sort: "-created_at",
};

/// The settings of a tenant.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SettingsView {
    pub id: TenantId,
    #[schema(example = "settings")]
    pub object: &'static str,
    /// How people name the tenant at sign-in; never changes.
    #[schema(example = "acme")]
    pub slug: String,
    pub name: String,
    /// The currency of requests and limits, and what an amount without one means; never changes.
    #[schema(example = "EUR")]
    pub currency: String,
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    #[schema(example = "en")]
    pub locale: &'static str,
    /// The name of the default calendar.
    #[schema(example = "default")]
    pub calendar: String,
    pub publishing: Publishing,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

impl SettingsView {
    pub fn of(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id,
            object: "settings",
            slug: tenant.slug.clone(),
            name: tenant.name.clone(),
            currency: tenant.currency.to_string(),
            zone: tenant.zone.clone(),
            locale: tenant.locale.tag(),
            calendar: tenant.calendar.clone(),
            publishing: tenant.publishing.clone(),
            created_at: tenant.created_at,
            updated_at: tenant.updated_at,
            version: tenant.version,
        }
    }
}

/// A change of the settings.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(example = json!({"zone": "Asia/Shanghai", "locale": "zh-CN"}))]
pub struct SettingsPatch {
    #[schema(min_length = 1, max_length = 200)]
    #[serde(default)]
    name: Member<String>,
    /// IANA name.
    #[serde(default)]
    zone: Member<String>,
    /// `en` or `zh-CN`.
    #[serde(default)]
    locale: Member<String>,
    /// The name of a published calendar.
    #[serde(default)]
    calendar: Member<String>,
    /// How definitions are published.
    #[serde(default)]
    publishing: Member<PublishingPatch>,
}

/// A change of how definitions are published; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(example = json!({"rights": [{"role": "finance", "names": ["expense-*"], "kinds": ["workflow"]}]}))]
pub struct PublishingPatch {
    /// Whether what one person publishes waits as a proposal for another who may publish it too.
    #[serde(default)]
    second_person: Member<bool>,
    /// Replaces all rights; null: nobody has one beside `hr`, `admin` and the owners of the version in force.
    #[schema(max_items = 50)]
    #[serde(default)]
    rights: Member<Vec<PublishingRight>>,
}

impl PublishingPatch {
    fn read(member: Member<Self>) -> PublishingChange {
        let patch = match member {
            Member::Absent => return PublishingChange::default(),
            Member::Null => Self {
                second_person: Member::Null,
                rights: Member::Null,
            },
            Member::Set(patch) => patch,
        };
        PublishingChange {
            second_person: match patch.second_person {
                Member::Absent => None,
                Member::Null => Some(false),
                Member::Set(wanted) => Some(wanted),
            },
            rights: match patch.rights {
                Member::Absent => None,
                Member::Null => Some(Vec::new()),
                Member::Set(rights) => Some(rights),
            },
        }
    }
}

impl SettingsPatch {
    fn read(self) -> Result<SettingsChange, Problem> {
        let mut faults: Vec<Fault> = Vec::new();
        let mut take = |member: Member<String>, pointer: &str| {
            let named = !member.is_absent();
            let text = member
                .over_required(String::new(), pointer)
                .map_err(|fault| faults.push(fault));
            text.ok().filter(|_| named)
        };
        let change = SettingsChange {
            name: take(self.name, "/name"),
            zone: take(self.zone, "/zone"),
            locale: take(self.locale, "/locale"),
            calendar: take(self.calendar, "/calendar"),
            publishing: PublishingPatch::read(self.publishing),
        };
        if faults.is_empty() {
            Ok(change)
        } else {
            Err(Problem::invalid(faults))
        }
    }
}

/// `fields` of the settings.
struct Shown;

impl IntoParams for Shown {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        countersign_web::shown_parameters(&NOUN)
    }
}

/// Get the settings
///
/// The company's currency, time zone, language and calendar. Needs `identity:settings:read`.
#[utoipa::path(get, path = "/v1/settings", tag = "settings", params(Shown), security(("bearer" = ["identity:settings:read"])), responses((status = 200, description = "The settings", body = SettingsView)))]
#[get("/v1/settings")]
async fn get_settings(ctx: Ctx) -> Result<Answer, Problem> {
    let tenant = store::find(&*ctx.read().await?, ctx.tenant())
        .await?
        .ok_or_else(|| Problem::not_found("tenant"))?;
    ctx.show(&NOUN, &SettingsView::of(&tenant), tenant.version).await
}

/// Change the settings
///
/// For admins. Needs `identity:settings:write` and `If-Match`. `publishing.rights` lets the holders of a role publish names, also for
/// the first time.
#[utoipa::path(patch, path = "/v1/settings", tag = "settings", request_body(content = SettingsPatch, content_type = "application/merge-patch+json"), security(("bearer" = ["identity:settings:write"])), extensions(("x-roles" = json!(["admin"]))), responses((status = 200, description = "The settings", body = SettingsView)))]
#[patch("/v1/settings")]
async fn update_settings(
    ctx: Ctx,
    identity: Data<Identity>,
    Patch(patch): Patch<SettingsPatch>,
) -> Result<Answer, Problem> {
    let work = ChangeSettings {
        change: patch.read()?,
        expected: ctx.expected_or_428()?,
        occasion: Occasion::of(&ctx),
        memory: identity.directories().memory().clone(),
    };
    ctx.write(work, |tenant| {
        Answer::object(&SettingsView::of(tenant), tenant.version)
    })
    .await
}
