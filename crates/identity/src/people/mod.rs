//! People of a tenant: who they are, whom they report to, what they may sign for.

pub mod expand;
pub mod http;
pub mod leaving;
pub mod me;
pub mod patch;
pub mod service;
pub mod store;

use countersign_kernel::catalogue::{EventType, Field, FieldType};
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{DepartmentId, UserId};
use countersign_kernel::text::{Locale, Words, nearest, same};
use countersign_kernel::time::Instant;
use serde_json::{Map, Value, json};

use crate::error::{Error, Fault};
use crate::tenants::name_fault;

/// The role that administers its tenant. There is always somebody active who holds it.
pub const ADMIN: &str = "admin";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Active,
    /// Cannot sign in, is asked for nothing, and keeps the place in every history.
    Disabled,
}

impl Status {
    pub const WORDS: &'static [&'static str] = &["active", "disabled"];

    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        [Self::Active, Self::Disabled]
            .into_iter()
            .find(|status| status.word() == word)
    }
}

/// What an admin may say about someone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    pub email: String,
    pub manager: Option<UserId>,
    pub department: Option<DepartmentId>,
    pub title: Option<String>,
    pub grade: Option<String>,
    /// ISO 3166, two letters.
    pub country: Option<String>,
    pub cost_center: Option<String>,
    /// What this person may sign for, in minor units of the tenant's currency.
    pub limit_minor: Option<i64>,
    /// None: the tenant's.
    pub locale: Option<Locale>,
}

/// A person of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub status: Status,
    pub profile: Profile,
    /// Names of roles, in order.
    pub roles: Vec<String>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// Everything that is wrong with a person as they would be.
pub fn faults(user: &User, directory: &Directory) -> Vec<Fault> {
    let profile = &user.profile;
    let mut faults: Vec<Fault> = name_fault("/name", &profile.name).into_iter().collect();
    faults.extend(email_fault(&profile.email, user.id, directory));
    faults.extend(manager_fault(user.id, profile.manager, directory));
    faults.extend(
        profile
            .department
            .and_then(|department| department_fault(department, directory)),
    );
    for (name, text) in [
        ("/title", &profile.title),
        ("/grade", &profile.grade),
        ("/cost_center", &profile.cost_center),
    ] {
        faults.extend(text.as_deref().and_then(|text| name_fault(name, text)));
    }
    faults.extend(profile.country.as_deref().and_then(country_fault));
    if profile.limit_minor.is_some_and(i64::is_negative) {
        faults.push(Fault::new(
            "/limit",
            "negative",
            Words::fixed("A limit is not negative.", "限额不能为负数。"),
        ));
    }
    let roles = user.roles.iter().enumerate();
    faults.extend(roles.filter_map(|(at, role)| role_fault(&format!("/roles/{at}"), role, directory)));
    faults
}

fn email_fault(email: &str, id: UserId, directory: &Directory) -> Option<Fault> {
    let whole = email.len() <= 254
        && !email
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control());
    let parts = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !host.starts_with('.')
            && !host.ends_with('.')
    });
    if !whole || !parts {
        let detail = Words::fixed(
            "An e-mail address looks like \"ann@acme.example\".",
            "电子邮件地址的形式如 “ann@acme.example”。",
        );
        return Some(Fault::new("/email", "malformed", detail));
    }
    let other = directory
        .people
        .values()
        .find(|person| person.id != id && same(&person.email, email))?;
    let detail = Words::new(
        format!("{} has this e-mail address already ({}).", other.name, other.id),
        format!("{} 已使用此电子邮件地址（{}）。", other.name, other.id),
    );
    Some(Fault::new("/email", "taken", detail))
}

/// A manager exists and does not, by however many steps, report to this person.
fn manager_fault(id: UserId, manager: Option<UserId>, directory: &Directory) -> Option<Fault> {
    let wanted = manager?;
    if wanted != id && directory.person(wanted).is_none() {
        let detail = Words::new(
            format!("There is no user {wanted}."),
            format!("没有用户 {wanted}。"),
        );
        return Some(Fault::new("/manager", "not_found", detail));
    }
    let mut above = Some(wanted);
    // Nobody is met twice on a way that is no circle.
    for _ in 0..=directory.people.len() {
        let next = above?;
        if next == id {
            let detail = Words::fixed(
                "A person cannot report to themselves, directly or through others.",
                "任何人都不能直接或间接地向自己汇报。",
            );
            return Some(Fault::new("/manager", "circle", detail));
        }
        above = directory.person(next).and_then(|person| person.manager);
    }
    None
}

fn department_fault(wanted: DepartmentId, directory: &Directory) -> Option<Fault> {
    let known = directory
        .departments
        .iter()
        .any(|department| department.id == Some(wanted));
    let detail = || {
        Words::new(
            format!("There is no department {wanted}."),
            format!("没有部门 {wanted}。"),
        )
    };
    (!known).then(|| Fault::new("/department", "not_found", detail()))
}

fn country_fault(country: &str) -> Option<Fault> {
    let good = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    let detail = Words::fixed(
        "A country is named by two capital letters (ISO 3166), like \"DE\".",
        "国家使用两个大写字母（ISO 3166），例如 “DE”。",
    );
    (!good).then(|| Fault::new("/country", "malformed", detail))
}

fn role_fault(pointer: &str, role: &str, directory: &Directory) -> Option<Fault> {
    if directory.roles.contains(role) {
        return None;
    }
    let near = nearest(role, directory.roles.iter().map(String::as_str));
    let (en, zh) = near
        .map(|near| (format!(" Did you mean \"{near}\"?"), format!("是否指 “{near}”？")))
        .unwrap_or_default();
    let detail = Words::new(
        format!("There is no role \"{role}\".{en}"),
        format!("没有角色 “{role}”。{zh}"),
    );
    Some(Fault::new(pointer, "unknown_role", detail))
}

/// Refuses what would leave the tenant without an active admin.
pub fn keeps_an_admin(after: &User, directory: &Directory) -> Result<(), Error> {
    let stays = after.status == Status::Active && after.roles.iter().any(|role| role == ADMIN);
    let mut others = directory.holders(ADMIN).filter(|person| person.id != after.id);
    let was = directory
        .person(after.id)
        .is_some_and(|person| person.active && person.roles.contains(ADMIN));
    if stays || !was || others.next().is_some() {
        return Ok(());
    }
    let detail = Words::fixed(
        "This is the last active admin of the tenant: give the role admin to somebody else first.",
        "这是该租户最后一位在用的管理员：请先将 admin 角色授予其他人。",
    );
    Err(Error::conflict("last_admin", "active", &[], detail))
}

/// The field of a person's events that names roles without a holder.
pub const VACATED: &str = "vacated";

/// The roles that nobody holds any more once a person is as they would be.
pub fn vacated(before: &User, after: &User, directory: &Directory) -> Vec<String> {
    let held = before.roles.iter().filter(|_| before.status == Status::Active);
    let keeps = |role: &String| after.status == Status::Active && after.roles.contains(role);
    let others = |role: &str| directory.holders(role).any(|person| person.id != after.id);
    held.filter(|role| !keeps(role) && !others(role))
        .cloned()
        .collect()
}

/// What events carry of a person. Name and address are not in it: see [`personal`].
pub fn thing(user: &User) -> Map<String, Value> {
    let profile = &user.profile;
    members(json!({
        "status": user.status.word(),
        "manager": profile.manager,
        "department": profile.department,
        "title": profile.title,
        "grade": profile.grade,
        "country": profile.country,
        "cost_center": profile.cost_center,
        "roles": user.roles,
    }))
}

/// What erasure must reach: kept in the log's private part only.
pub fn personal(user: &User) -> Map<String, Value> {
    let profile = &user.profile;
    members(json!({
        "name": profile.name,
        "email": profile.email,
        "limit_minor": profile.limit_minor,
        "locale": profile.locale,
    }))
}

fn members(value: Value) -> Map<String, Value> {
    if let Value::Object(members) = value {
        members
    } else {
        Map::new()
    }
}

const fn field(name: &'static str, of: FieldType, optional: bool, about: &'static str) -> Field {
    Field {
        name,
        of,
        optional,
        about,
    }
}

const FIELDS: &[Field] = &[
    field("status", FieldType::Text, false, "`active` or `disabled`."),
    field("manager", FieldType::Person, true, "Whom the person reports to."),
    field(
        "department",
        FieldType::Record("department"),
        true,
        "Where the person works.",
    ),
    field("title", FieldType::Text, true, "The person's title."),
    field("grade", FieldType::Text, true, "The person's grade."),
    field(
        "country",
        FieldType::Text,
        true,
        "Where the person works, by ISO 3166.",
    ),
    field("cost_center", FieldType::Text, true, "Who pays for the person."),
    field(
        "roles",
        FieldType::Json,
        false,
        "Names of the roles that the person holds.",
    ),
    field(
        VACATED,
        FieldType::Json,
        true,
        "Names of the roles that nobody holds any more because of it.",
    ),
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "user",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "identity:users:read",
    }
}

pub const CREATED: EventType = event("identity.user.created", "A person was added.");
pub const UPDATED: EventType = event("identity.user.updated", "Something about a person changed.");
pub const DISABLED: EventType = event(
    "identity.user.disabled",
    "A person was disabled: no sign-in, no tasks.",
);
pub const ENABLED: EventType = event("identity.user.enabled", "A disabled person is active again.");
pub const PASSWORD_CHANGED: EventType = event(
    "identity.user.password_changed",
    "A person set another password, which ended their other sessions.",
);
pub const SIGNED_OUT: EventType = event("identity.user.signed_out", "All sessions of a person were ended.");
pub const PASSWORD_LINK_CREATED: EventType = event(
    "identity.user.password_link_created",
    "An admin made a link with which a person sets a password.",
);

#[cfg(test)]
mod tests;
