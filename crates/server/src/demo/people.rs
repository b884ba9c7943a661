//! Who works at the sample company, and who reports to whom.

/// Someone of the sample company: first name in the address, `ann@acme.example`.
pub(crate) struct Person {
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    pub(crate) title: &'static str,
    pub(crate) department: &'static str,
    /// By first name; made before those who report to them.
    pub(crate) manager: Option<&'static str>,
    pub(crate) roles: &'static [&'static str],
}

/// Everyone at `acme`, managers first.
pub(crate) const ACME: &[Person] = &[
    person("Cleo", "Cruz", "CEO", "Management", None, &["ceo"]),
    person("Bo", "Berg", "Head of sales", "Sales", Some("Cleo"), &[]),
    person("Ann", "Ames", "Sales", "Sales", Some("Bo"), &[]),
    person("Abe", "Abel", "Sales", "Sales", Some("Bo"), &[]),
    person(
        "Ivy",
        "Ito",
        "Head of engineering",
        "Engineering",
        Some("Cleo"),
        &[],
    ),
    person("Hal", "Hale", "Engineer", "Engineering", Some("Ivy"), &[]),
    person("Eve", "Ek", "Finance lead", "Finance", Some("Cleo"), &["finance"]),
    person("Dan", "Diaz", "Finance", "Finance", Some("Eve"), &["finance"]),
    person("Fay", "Fox", "HR", "People", Some("Cleo"), &["hr"]),
    person("Gus", "Gray", "Legal", "Legal", Some("Cleo"), &["legal"]),
    person("Ada", "Adler", "Administrator", "IT", Some("Cleo"), &["admin"]),
];

/// Everyone at `globex`: a second tenant, so that isolation can be seen.
pub(crate) const GLOBEX: &[Person] = &[person("Gil", "Gold", "Administrator", "IT", None, &["admin"])];

/// Both, by their slugs.
pub(crate) const COMPANIES: [(&str, &[Person]); 2] = [("acme", ACME), ("globex", GLOBEX)];

/// Who heads each department of `acme`, by first name.
pub(crate) const HEADS: &[(&str, &str)] = &[
    ("Management", "Cleo"),
    ("Sales", "Bo"),
    ("Engineering", "Ivy"),
    ("Finance", "Eve"),
    ("People", "Fay"),
    ("Legal", "Gus"),
    ("IT", "Ada"),
];

const fn person(
    first: &'static str,
    last: &'static str,
    title: &'static str,
    department: &'static str,
    manager: Option<&'static str>,
    roles: &'static [&'static str],
) -> Person {
    Person {
        first,
        last,
        title,
        department,
        manager,
        roles,
    }
}

impl Person {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    pub(crate) fn email(&self, tenant: &str) -> String {
        format!("{}@{tenant}.example", self.first.to_lowercase())
    }
}
