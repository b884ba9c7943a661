//! Departments: where people work, and who heads them.

pub mod expand;
pub mod http;
pub mod service;
pub mod store;

use countersign_kernel::catalogue::{EventType, Field, FieldType};
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{DepartmentId, UserId};
use countersign_kernel::text::{Words, same};
use countersign_kernel::time::Instant;
use serde_json::{Map, Value, json};

use crate::error::Fault;
use crate::tenants::name_fault;

/// A department of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    pub id: DepartmentId,
    /// Unique in its tenant: workflows name it.
    pub name: String,
    pub head: Option<UserId>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// Everything that is wrong with a department as it would be.
pub fn faults(department: &Department, directory: &Directory) -> Vec<Fault> {
    let mut faults: Vec<Fault> = name_fault("/name", &department.name).into_iter().collect();
    let name = department.name.trim();
    if directory
        .departments
        .iter()
        .any(|other| other.id != Some(department.id) && same(&other.name, name))
    {
        let detail = Words::new(
            format!("There is a department \"{name}\" already."),
            format!("已有部门 “{name}”。"),
        );
        faults.push(Fault::new("/name", "taken", detail));
    }
    if let Some(head) = department.head.filter(|head| directory.person(*head).is_none()) {
        let detail = Words::new(format!("There is no user {head}."), format!("没有用户 {head}。"));
        faults.push(Fault::new("/head", "not_found", detail));
    }
    faults
}

/// What events carry of a department.
pub fn thing(department: &Department) -> Map<String, Value> {
    let value = json!({ "name": department.name, "head": department.head });
    if let Value::Object(members) = value {
        members
    } else {
        Map::new()
    }
}

const FIELDS: &[Field] = &[
    Field {
        name: "name",
        of: FieldType::Text,
        optional: false,
        about: "As workflows name it.",
    },
    Field {
        name: "head",
        of: FieldType::Person,
        optional: true,
        about: "Who heads it.",
    },
];

const fn event(name: &'static str, about: &'static str) -> EventType {
    EventType {
        name,
        object: "department",
        within: None,
        about,
        public: true,
        fields: FIELDS,
        scope: "identity:departments:read",
    }
}

pub const CREATED: EventType = event("identity.department.created", "A department was added.");
pub const UPDATED: EventType = event(
    "identity.department.updated",
    "A department was renamed or got another head.",
);
pub const DELETED: EventType = event(
    "identity.department.deleted",
    "A department where nobody worked was removed.",
);
