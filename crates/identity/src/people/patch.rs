//! What can be said of a person: at first, and as a change.

use countersign_kernel::id::{DepartmentId, UserId};
use countersign_kernel::money::{Currency, Money};
use countersign_kernel::text::{Locale, Words};
use countersign_web::Member;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Profile, User};
use crate::error::{Error, Fault};

/// A new person.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Ann Ames", "email": "ann@acme.example", "title": "Sales", "roles": [], "password": "correct horse battery"}))]
pub struct NewUser {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Unique in the tenant, in whatever case.
    #[schema(min_length = 3, max_length = 254)]
    pub email: String,
    /// Whom the person reports to.
    pub manager: Option<UserId>,
    pub department: Option<DepartmentId>,
    #[schema(max_length = 200)]
    pub title: Option<String>,
    #[schema(max_length = 200)]
    pub grade: Option<String>,
    /// ISO 3166, two capital letters.
    #[schema(min_length = 2, max_length = 2)]
    pub country: Option<String>,
    #[schema(max_length = 200)]
    pub cost_center: Option<String>,
    /// What the person may sign for, in the tenant's currency.
    pub limit: Option<Money>,
    /// The language to speak to the person in; the tenant's unless told: `en` or `zh-CN`.
    pub locale: Option<String>,
    /// Names of roles.
    pub roles: Option<Vec<String>>,
    /// At least 12 characters. Without one, `POST /v1/users/{id}/password-link` makes a link that sets one.
    pub password: Option<String>,
}

/// A change of a person; what is not named stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(example = json!({"title": "Head of sales", "manager": null}))]
pub struct UserPatch {
    #[schema(min_length = 1, max_length = 200)]
    #[serde(default)]
    pub name: Member<String>,
    #[schema(min_length = 3, max_length = 254)]
    #[serde(default)]
    pub email: Member<String>,
    #[serde(default)]
    pub manager: Member<UserId>,
    #[serde(default)]
    pub department: Member<DepartmentId>,
    #[schema(max_length = 200)]
    #[serde(default)]
    pub title: Member<String>,
    #[schema(max_length = 200)]
    #[serde(default)]
    pub grade: Member<String>,
    #[schema(min_length = 2, max_length = 2)]
    #[serde(default)]
    pub country: Member<String>,
    #[schema(max_length = 200)]
    #[serde(default)]
    pub cost_center: Member<String>,
    #[serde(default)]
    pub limit: Member<Money>,
    #[serde(default)]
    pub locale: Member<String>,
    #[serde(default)]
    pub roles: Member<Vec<String>>,
}

impl NewUser {
    /// The profile and the roles, or all faults of their form and of the password.
    pub fn read(
        &self,
        currency: Currency,
        password_fault: Option<Fault>,
    ) -> Result<(Profile, Vec<String>), Error> {
        let mut faults = Vec::new();
        let limit_minor = self
            .limit
            .and_then(|limit| collect(limit_in(limit, currency), &mut faults));
        let locale = self
            .locale
            .as_deref()
            .and_then(|tag| collect(crate::locale::written("/locale", tag), &mut faults));
        faults.extend(password_fault);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let profile = Profile {
            name: self.name.trim().to_owned(),
            email: self.email.trim().to_owned(),
            manager: self.manager,
            department: self.department,
            title: self.title.clone(),
            grade: self.grade.clone(),
            country: self.country.clone(),
            cost_center: self.cost_center.clone(),
            limit_minor,
            locale,
        };
        Ok((profile, in_order(self.roles.clone().unwrap_or_default())))
    }
}

impl UserPatch {
    /// The person after the change, version and instants as before.
    pub fn over(&self, before: &User, currency: Currency) -> Result<User, Error> {
        let (patch, was) = (self.clone(), before.profile.clone());
        let mut faults = Vec::new();
        let required = |member: Member<String>, before: String, pointer: &str, faults: &mut Vec<Fault>| {
            let before_too = before.clone();
            let text = collect(member.over_required(before, pointer).map_err(Fault::from), faults);
            text.map_or(before_too, |text| text.trim().to_owned())
        };
        let limit_minor = match patch.limit {
            Member::Absent => was.limit_minor,
            Member::Null => None,
            Member::Set(limit) => collect(limit_in(limit, currency), &mut faults),
        };
        let locale: Option<Locale> = match &patch.locale {
            Member::Absent => was.locale,
            Member::Null => None,
            Member::Set(tag) => collect(crate::locale::written("/locale", tag), &mut faults),
        };
        let profile = Profile {
            name: required(patch.name, was.name, "/name", &mut faults),
            email: required(patch.email, was.email, "/email", &mut faults),
            manager: patch.manager.over(was.manager),
            department: patch.department.over(was.department),
            title: patch.title.over(was.title),
            grade: patch.grade.over(was.grade),
            country: patch.country.over(was.country),
            cost_center: patch.cost_center.over(was.cost_center),
            limit_minor,
            locale,
        };
        let roles = match patch.roles {
            Member::Absent => before.roles.clone(),
            Member::Null => Vec::new(),
            Member::Set(roles) => in_order(roles),
        };
        if faults.is_empty() {
            Ok(User {
                profile,
                roles,
                ..before.clone()
            })
        } else {
            Err(Error::Invalid(faults))
        }
    }
}

fn collect<T>(result: Result<T, Fault>, faults: &mut Vec<Fault>) -> Option<T> {
    result.map_err(|fault| faults.push(fault)).ok()
}

/// In minor units; another currency than the tenant's is refused.
fn limit_in(limit: Money, currency: Currency) -> Result<i64, Fault> {
    if limit.currency == currency {
        return Ok(limit.minor);
    }
    let detail = Words::new(
        format!(
            "Limits are in {currency}, the tenant's currency, not in {}.",
            limit.currency
        ),
        format!("限额使用租户货币 {currency}，而不是 {}。", limit.currency),
    );
    Err(Fault::new("/limit/currency", "other_currency", detail))
}

fn in_order(mut roles: Vec<String>) -> Vec<String> {
    roles.sort();
    roles.dedup();
    roles
}
