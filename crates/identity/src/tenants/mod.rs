//! Tenants: companies that use the server, and their settings. Nothing crosses from one to another.

pub mod http;
pub mod publishing;
pub mod service;
pub mod store;

use std::collections::BTreeSet;

use countersign_kernel::catalogue::{EventType, Field, FieldType};
use countersign_kernel::id::TenantId;
use countersign_kernel::money::Currency;
use countersign_kernel::text::{Locale, Words};
use countersign_kernel::time::Instant;

use crate::error::Fault;

pub use publishing::{Publishing, PublishingRight};
pub use store::{Epoch, Epochs};

/// What belongs to the server itself (signing keys, secrets) stands under this tenant.
pub const SYSTEM_TENANT: TenantId = TenantId(uuid::Uuid::nil());
pub const NAME_LONGEST: usize = 200;

/// A company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    /// How people name it at sign-in: `acme`. Never changes.
    pub slug: String,
    pub name: String,
    /// The one currency of its requests and limits. Never changes: amounts without a currency mean it.
    pub currency: Currency,
    /// IANA name.
    pub zone: String,
    pub locale: Locale,
    /// The name of its default calendar.
    pub calendar: String,
    /// How its definitions are published.
    pub publishing: Publishing,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// What a new tenant is made of.
#[derive(Debug, Clone)]
pub struct NewTenant {
    pub slug: String,
    pub name: String,
    pub currency: String,
    pub zone: String,
    pub locale: String,
}

impl NewTenant {
    /// Checks every member; `at` is where they stand in the body (`/tenant`, or nothing).
    pub fn checked(self, id: TenantId, at: &str, now: Instant) -> Result<Tenant, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut keep = |fault: Option<Fault>| faults.extend(fault);
        keep(slug_fault(&format!("{at}/slug"), &self.slug));
        keep(name_fault(&format!("{at}/name"), &self.name));
        keep(zone_fault(&format!("{at}/zone"), &self.zone));
        let locale = crate::locale::written(&format!("{at}/locale"), &self.locale);
        keep(locale.as_ref().err().cloned());
        let currency = currency(&format!("{at}/currency"), &self.currency);
        keep(currency.as_ref().err().cloned());
        match (currency, locale) {
            (Ok(currency), Ok(locale)) if faults.is_empty() => Ok(Tenant {
                id,
                slug: self.slug,
                name: self.name.trim().to_owned(),
                currency,
                zone: self.zone,
                locale,
                calendar: "default".to_owned(),
                publishing: Publishing::default(),
                version: 1,
                created_at: now,
                updated_at: now,
            }),
            _ => Err(faults),
        }
    }
}

/// Changes of the settings; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct SettingsChange {
    pub name: Option<String>,
    pub zone: Option<String>,
    pub locale: Option<String>,
    pub calendar: Option<String>,
    pub publishing: PublishingChange,
}

/// Changes of how definitions are published; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct PublishingChange {
    pub second_person: Option<bool>,
    pub rights: Option<Vec<PublishingRight>>,
}

impl PublishingChange {
    /// Whether it names roles.
    pub fn names_roles(&self) -> bool {
        self.rights.is_some()
    }
}

impl SettingsChange {
    /// The tenant after the change where these roles exist, and the names of what changed.
    pub fn apply(
        &self,
        tenant: &Tenant,
        roles: &BTreeSet<String>,
        now: Instant,
    ) -> Result<(Tenant, Vec<&'static str>), Vec<Fault>> {
        let mut after = tenant.clone();
        let mut faults = Vec::new();
        if let Some(name) = &self.name {
            faults.extend(name_fault("/name", name));
            name.trim().clone_into(&mut after.name);
        }
        if let Some(zone) = &self.zone {
            faults.extend(zone_fault("/zone", zone));
            after.zone.clone_from(zone);
        }
        if let Some(tag) = &self.locale {
            match crate::locale::written("/locale", tag) {
                Ok(locale) => after.locale = locale,
                Err(fault) => faults.push(fault),
            }
        }
        if let Some(calendar) = &self.calendar {
            faults.extend(slug_fault("/calendar", calendar));
            after.calendar.clone_from(calendar);
        }
        if let Some(second_person) = self.publishing.second_person {
            after.publishing.second_person = second_person;
        }
        if let Some(rights) = &self.publishing.rights {
            after.publishing.rights.clone_from(rights);
            faults.extend(after.publishing.faults(roles));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let changed: Vec<_> = [
            ("name", after.name != tenant.name),
            ("zone", after.zone != tenant.zone),
            ("locale", after.locale != tenant.locale),
            ("calendar", after.calendar != tenant.calendar),
            ("publishing", after.publishing != tenant.publishing),
        ]
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
        .collect();
        if !changed.is_empty() {
            after.version += 1;
            after.updated_at = now;
        }
        Ok((after, changed))
    }
}

/// A name of one line that people read.
pub(crate) fn name_fault(pointer: &str, name: &str) -> Option<Fault> {
    let length = name.trim().chars().count();
    if length == 0 {
        return Some(Fault::new(
            pointer,
            "empty",
            Words::fixed("A name has at least one character.", "名称不能为空。"),
        ));
    }
    if length > NAME_LONGEST || name.chars().any(char::is_control) {
        let detail = Words::fixed(
            "A name is one line of at most 200 characters.",
            "名称为一行，最多 200 个字符。",
        );
        return Some(Fault::new(pointer, "malformed", detail));
    }
    None
}

/// A name that machines read.
pub(crate) fn slug_fault(pointer: &str, slug: &str) -> Option<Fault> {
    let plain = slug
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let starts = slug.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    let good = plain && starts && slug.len() <= 60 && !slug.ends_with('-');
    let detail = Words::fixed(
        "This is written in lower-case letters, digits and hyphens, beginning with a letter, like \"acme\".",
        "请用小写字母、数字和连字符书写，并以字母开头，例如 “acme”。",
    );
    (!good).then(|| Fault::new(pointer, "malformed", detail))
}

fn zone_fault(pointer: &str, zone: &str) -> Option<Fault> {
    let detail = Words::fixed(
        "A time zone is named as IANA does, like \"Europe/Berlin\".",
        "时区使用 IANA 名称，例如 “Europe/Berlin”。",
    );
    zone.parse::<chrono_tz::Tz>()
        .is_err()
        .then(|| Fault::new(pointer, "unknown_zone", detail))
}

fn currency(pointer: &str, code: &str) -> Result<Currency, Fault> {
    code.parse().map_err(|_| {
        let detail = Words::fixed(
            "A currency is named by its ISO 4217 code, like \"EUR\".",
            "货币使用 ISO 4217 代码，例如 “EUR”。",
        );
        Fault::new(pointer, "unknown_currency", detail)
    })
}

const FIELDS: &[Field] = &[
    Field {
        name: "slug",
        of: FieldType::Text,
        optional: false,
        about: "How people name the tenant at sign-in.",
    },
    Field {
        name: "name",
        of: FieldType::Text,
        optional: false,
        about: "The company's name.",
    },
    Field {
        name: "currency",
        of: FieldType::Text,
        optional: false,
        about: "The currency of its requests and limits.",
    },
    Field {
        name: "zone",
        of: FieldType::Text,
        optional: false,
        about: "Its time zone.",
    },
    Field {
        name: "locale",
        of: FieldType::Text,
        optional: false,
        about: "Its language.",
    },
    Field {
        name: "calendar",
        of: FieldType::Text,
        optional: false,
        about: "Its default calendar.",
    },
    Field {
        name: "publishing",
        of: FieldType::Json,
        optional: true,
        about: "How its definitions are published.",
    },
];

pub const CREATED: EventType = EventType {
    name: "identity.tenant.created",
    object: "tenant",
    within: None,
    about: "A company was set up.",
    public: false,
    fields: FIELDS,
    scope: "identity:settings:read",
};
pub const UPDATED: EventType = EventType {
    name: "identity.tenant.updated",
    object: "tenant",
    within: None,
    about: "The settings of the company changed.",
    public: true,
    fields: FIELDS,
    scope: "identity:settings:read",
};

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn acme() -> NewTenant {
        let text = str::to_owned;
        NewTenant {
            slug: text("acme"),
            name: text("Acme"),
            currency: text("EUR"),
            zone: text("Europe/Berlin"),
            locale: text("en"),
        }
    }

    #[test]
    fn every_fault_of_a_new_tenant_is_named_at_once() {
        let now = Instant::from_millis(0);
        assert!(acme().checked(SYSTEM_TENANT, "", now).is_ok());
        let bad = NewTenant {
            slug: "Ac me".into(),
            name: " ".into(),
            currency: "EURO".into(),
            zone: "Berlin".into(),
            locale: "de".into(),
        };
        let places: Vec<_> = bad
            .checked(SYSTEM_TENANT, "/tenant", now)
            .unwrap_err()
            .into_iter()
            .map(|fault| fault.pointer)
            .collect();
        assert_eq!(
            places,
            [
                "/tenant/slug",
                "/tenant/name",
                "/tenant/zone",
                "/tenant/locale",
                "/tenant/currency"
            ]
        );
    }

    #[test]
    fn a_change_says_what_changed_and_nothing_else() {
        let tenant = acme()
            .checked(SYSTEM_TENANT, "", Instant::from_millis(0))
            .unwrap();
        let change = SettingsChange {
            name: Some("Acme".into()),
            zone: Some("Asia/Shanghai".into()),
            ..SettingsChange::default()
        };
        let (after, changed) = change
            .apply(&tenant, &BTreeSet::new(), Instant::from_millis(5))
            .unwrap();
        assert_eq!((changed.as_slice(), after.version), (&["zone"][..], 2));
        let (same, changed) = SettingsChange::default()
            .apply(&tenant, &BTreeSet::new(), Instant::from_millis(5))
            .unwrap();
        assert_eq!((changed.len(), same), (0, tenant));
    }
}
