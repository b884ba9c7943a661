//! The organisation as data: people, roles and departments of one tenant at one epoch.
//!
//! identity builds it, the engine reads it; nobody changes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::cache::Weigh;
use crate::id::{DepartmentId, UserId};
use crate::text;

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

/// What a short text takes up: its three words of memory, and its letters.
const WORD: usize = 56;

/// Whoever holds one of these roles may act for others: start their requests, speak to them in the company's name.
pub const FOR_OTHERS: [&str; 2] = ["admin", "hr"];

impl Person {
    /// What it takes up in memory, about.
    fn bytes(&self) -> usize {
        let texts = [
            &self.department,
            &self.title,
            &self.grade,
            &self.country,
            &self.cost_center,
        ];
        let words = self.roles.len() + self.groups.len() + self.skills.len();
        size_of::<Self>()
            + self.name.len()
            + self.email.len()
            + texts.into_iter().flatten().map(String::len).sum::<usize>()
            + words * WORD
    }

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

impl Weigh for Directory {
    fn bytes(&self) -> usize {
        let people: usize = self.people.values().map(Person::bytes).sum();
        let words = |set: &BTreeSet<String>| set.len() * WORD;
        size_of::<Self>()
            + people
            + self.departments.len() * (size_of::<Department>() + 3 * WORD)
            + words(&self.roles)
            + words(&self.groups)
    }
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
            .find(|person| text::same(&person.email, email))
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
