//! Who may publish what, beside `hr`, `admin` and the owners of what is in force.

use std::collections::BTreeSet;

use countersign_kernel::text::{Words, nearest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Fault;
use crate::set_up::shipped::DefinitionKind;

pub const RIGHTS_MOST: usize = 50;
pub const NAMES_MOST: usize = 20;
/// What there is to publish, as the first key of a file says it.
pub const KINDS: &[&str] = DefinitionKind::WORDS;
const NAME_LONGEST: usize = 64;
/// Roles that publish everything; the settings can give them nothing.
pub const PUBLISHERS: [&str; 2] = ["admin", "hr"];

/// How definitions are published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Publishing {
    /// Whether what one person publishes waits for another who may publish it too.
    #[serde(default)]
    pub second_person: bool,
    /// Who publishes what, beside `hr`, `admin` and the owners of the version in force.
    pub rights: Vec<PublishingRight>,
}

/// A role whose holders publish these names, also for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublishingRight {
    /// The name of a role.
    #[schema(example = "finance", min_length = 1)]
    pub role: String,
    /// Each a name, or the beginning of names with `*` after it.
    #[schema(example = json!(["expense-*", "payment"]), min_items = 1, max_items = 20)]
    pub names: Vec<String>,
    /// None: all of them.
    #[serde(default)]
    #[schema(value_type = Vec<DefinitionKind>, example = json!(["workflow"]), max_items = 5)]
    pub kinds: Vec<String>,
}

impl Publishing {
    /// Whether one of these roles publishes what is called so.
    pub fn allows(&self, roles: &BTreeSet<String>, kind: &str, name: &str) -> bool {
        self.rights
            .iter()
            .any(|right| roles.contains(&right.role) && right.covers(kind, name))
    }

    /// Whether one of these roles publishes anything of this kind.
    pub fn allows_some(&self, roles: &BTreeSet<String>, kind: &str) -> bool {
        self.rights
            .iter()
            .any(|right| roles.contains(&right.role) && right.is_for(kind))
    }

    /// Whether this role may publish anything at all by it.
    pub fn names_role(&self, role: &str) -> bool {
        self.rights.iter().any(|right| right.role == role)
    }

    /// All that is wrong with it where these roles exist.
    pub fn faults(&self, roles: &BTreeSet<String>) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.rights.len() > RIGHTS_MOST {
            faults.push(too_many("/publishing/rights", RIGHTS_MOST));
        }
        for (place, right) in self.rights.iter().enumerate().take(RIGHTS_MOST) {
            let at = format!("/publishing/rights/{place}");
            faults.extend(right.faults(&at, roles));
            let same = |other: &PublishingRight| other.said() == right.said();
            if self.rights.iter().take(place).any(same) {
                faults.push(Fault::new(at, "doubled", doubled()));
            }
        }
        faults
    }
}

impl PublishingRight {
    fn is_for(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|one| one == kind)
    }

    fn covers(&self, kind: &str, name: &str) -> bool {
        self.is_for(kind)
            && self.names.iter().any(|one| match one.strip_suffix('*') {
                Some(beginning) => name.starts_with(beginning),
                None => one == name,
            })
    }

    /// What it says, in whatever order it is written.
    fn said(&self) -> (&str, BTreeSet<&str>, BTreeSet<&str>) {
        let all = |texts: &'static [&'static str]| texts.iter().copied().collect();
        let kinds = if self.kinds.is_empty() {
            all(KINDS)
        } else {
            self.kinds.iter().map(String::as_str).collect()
        };
        (&self.role, self.names.iter().map(String::as_str).collect(), kinds)
    }

    fn faults(&self, at: &str, roles: &BTreeSet<String>) -> Vec<Fault> {
        let mut faults: Vec<Fault> = role_fault(&format!("{at}/role"), &self.role, roles)
            .into_iter()
            .collect();
        let names = format!("{at}/names");
        if self.names.is_empty() {
            let detail = Words::fixed(
                "Say at least one name, or the beginning of names with `*` after it: `*` alone is every name.",
                "请至少写一个名称，或以 `*` 结尾的名称前缀：单独的 `*` 表示所有名称。",
            );
            faults.push(Fault::new(names.as_str(), "empty", detail));
        } else if self.names.len() > NAMES_MOST {
            faults.push(too_many(&names, NAMES_MOST));
        }
        faults.extend(each(&names, &self.names, NAMES_MOST, name_fault));
        // That each is a kind, the shape of the body says.
        let kinds = format!("{at}/kinds");
        faults.extend(each(&kinds, &self.kinds, KINDS.len(), |_, _| None));
        faults
    }
}

/// What is wrong with each of these, and which of them stand twice.
fn each(at: &str, all: &[String], most: usize, fault: fn(&str, &str) -> Option<Fault>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, one) in all.iter().enumerate().take(most) {
        let at = format!("{at}/{place}");
        if all.iter().take(place).any(|other| other == one) {
            faults.push(Fault::new(at, "doubled", doubled()));
        } else {
            faults.extend(fault(&at, one));
        }
    }
    faults
}

fn role_fault(at: &str, role: &str, roles: &BTreeSet<String>) -> Option<Fault> {
    if PUBLISHERS.contains(&role) {
        let detail = Words::fixed(
            "hr and admin publish everything as it is: leave this line out.",
            "hr 和 admin 本来就可以发布所有定义：请删去此行。",
        );
        return Some(Fault::new(at, "needless", detail));
    }
    if roles.contains(role) {
        return None;
    }
    let (en, zh) = nearest(role, roles.iter().map(String::as_str)).map_or_else(Default::default, |near| {
        (
            format!(" Did you mean \"{near}\"?"),
            format!("是否想用“{near}”？"),
        )
    });
    let shown: String = role.chars().take(NAME_LONGEST).collect();
    let detail = Words::new(
        format!("There is no role \"{shown}\".{en}"),
        format!("没有角色“{shown}”。{zh}"),
    );
    Some(Fault::new(at, "unknown_role", detail))
}

fn name_fault(at: &str, name: &str) -> Option<Fault> {
    let (text, beginning) = match name.strip_suffix('*') {
        Some(text) => (text, true),
        None => (name, false),
    };
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let starts = text
        .bytes()
        .next()
        .map_or(beginning, |byte| byte.is_ascii_lowercase());
    let ends = beginning || !text.ends_with('-');
    let good = plain && starts && ends && !text.contains("--") && text.len() <= NAME_LONGEST;
    let detail = Words::fixed(
        "A name is small letters, digits and single hyphens, and begins with a letter, like \"payment\"; with `*` at the end it is the beginning of names, like \"expense-*\".",
        "名称由小写字母、数字和单个连字符组成，并以字母开头，例如“payment”；以 `*` 结尾时表示名称前缀，例如“expense-*”。",
    );
    (!good).then(|| Fault::new(at, "malformed", detail))
}

fn too_many(at: &str, most: usize) -> Fault {
    let detail = Words::new(
        format!("There are at most {most} of these."),
        format!("最多 {most} 个。"),
    );
    Fault::new(at, "too_many", detail)
}

fn doubled() -> Words {
    Words::fixed(
        "This stands here twice: leave one of them out.",
        "此项重复：请删去其中之一。",
    )
}

#[cfg(test)]
mod tests {
    use super::{KINDS, Publishing, PublishingRight};
    use std::collections::BTreeSet;

    fn right(role: &str, names: &[&str], kinds: &[&str]) -> PublishingRight {
        let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        PublishingRight {
            role: role.to_owned(),
            names: all(names),
            kinds: all(kinds),
        }
    }

    fn roles(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_right_is_for_a_name_or_what_begins_so() {
        let publishing = Publishing {
            second_person: false,
            rights: vec![right("finance", &["expense-*", "payment"], &["workflow"])],
        };
        let finance = roles(&["finance", "legal"]);
        for (name, may) in [
            ("expense-travel", true),
            ("payment", true),
            ("payments", false),
            ("expense", false),
        ] {
            assert_eq!(publishing.allows(&finance, "workflow", name), may, "{name}");
        }
        assert!(
            !publishing.allows(&finance, "automation", "payment"),
            "another kind"
        );
        assert!(
            !publishing.allows(&roles(&["legal"]), "workflow", "payment"),
            "another role"
        );
    }

    #[test]
    fn every_fault_of_the_rights_is_named_at_once() {
        let publishing = Publishing {
            second_person: false,
            rights: vec![
                right(
                    "finance",
                    &["expense-*", "expense-*", "Ex", "a--b", "-*"],
                    &["workflow"],
                ),
                right("finanse", &[], &[]),
                right("legal", &["a"], KINDS),
                right("legal", &["a"], &[]),
                right("admin", &["*"], &["workflow", "workflow"]),
            ],
        };
        let faults = publishing.faults(&roles(&["finance", "legal", "admin"]));
        let found: Vec<_> = faults
            .iter()
            .map(|fault| {
                (
                    fault.pointer.trim_start_matches("/publishing/rights/"),
                    fault.code,
                )
            })
            .collect();
        let expected = [
            ("0/names/1", "doubled"),
            ("0/names/2", "malformed"),
            ("0/names/3", "malformed"),
            ("0/names/4", "malformed"),
            ("1/role", "unknown_role"),
            ("1/names", "empty"),
            ("3", "doubled"),
            ("4/role", "needless"),
            ("4/kinds/1", "doubled"),
        ];
        assert_eq!(found, expected);
    }
}
