//! The organisation as data: people, roles and departments of one tenant at one epoch.
//!
//! identity builds it, the engine reads it; nobody changes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{DepartmentId, UserId};

/// A person as rules see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub email: String,
    /// Disabled people keep their place in histories and are asked for nothing.
    pub active: bool,
    pub manager: Option<UserId>,
    pub department: Option<String>,
    pub title: Option<String>,
    pub grade: Option<String>,
    pub country: Option<String>,
    pub cost_center: Option<String>,
    /// What this person may sign for, in minor units of the tenant's currency.
    pub limit: Option<i64>,
    pub roles: BTreeSet<String>,
    pub groups: BTreeSet<String>,
    pub skills: BTreeSet<String>,
}

/// Whoever holds one of these roles may act for others: start their requests, speak to them in the company's name.
pub const FOR_OTHERS: [&str; 2] = ["admin", "hr"];

impl Person {
    pub fn acts_for_others(&self) -> bool {
        FOR_OTHERS.iter().any(|role| self.roles.contains(*role))
    }
}

/// A department and who heads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    pub id: Option<DepartmentId>,
    pub name: String,
    pub head: Option<UserId>,
}

/// Everyone of a tenant, at one epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    pub epoch: i64,
    pub people: BTreeMap<UserId, Person>,
    pub departments: Vec<Department>,
    /// Every role that exists, held or not.
    pub roles: BTreeSet<String>,
    pub groups: BTreeSet<String>,
}

impl Directory {
    pub fn person(&self, id: UserId) -> Option<&Person> {
        self.people.get(&id)
    }

    /// Whether somebody of this id is there, and not disabled.
    pub fn is_active(&self, id: UserId) -> bool {
        self.person(id).is_some_and(|person| person.active)
    }

    pub fn by_email(&self, email: &str) -> Option<&Person> {
        self.people
            .values()
            .find(|person| person.email.eq_ignore_ascii_case(email))
    }

    /// Active holders of a role, in order of id.
    pub fn holders<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a Person> {
        self.people
            .values()
            .filter(move |person| person.active && person.roles.contains(role))
    }

    pub fn department(&self, name: &str) -> Option<&Department> {
        self.departments.iter().find(|department| department.name == name)
    }
}
