//! The fields that columns can hold, and how columns are called that hold them.

use std::collections::HashMap;
use std::sync::LazyLock;

use countersign_kernel::id::{AccountId, ContactId, DealId, LeadId};
use countersign_kernel::text;

use super::words::{ImportKind, MatchOn};
use crate::exports::columns;
use crate::record::Kind;
use crate::record::external::is_source;
use crate::{accounts, contacts, deals, leads};

/// What a cell is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Of the record itself.
    Id,
    ExternalId,
    Text,
    /// Parts of a person's name.
    FirstName,
    LastName,
    Domain,
    Country,
    /// A word like `trade_fair`.
    Word,
    /// Digits of money, in the currency of [`Holds::Currency`].
    Amount,
    Currency,
    Date,
    /// The day on which a deal was won or lost.
    ClosedOn,
    Percent,
    /// Words of a closed set.
    Choice(&'static [&'static str]),
    /// `open`, `won` or `lost`.
    DealStatus,
    LostReason,
    /// Records and people, by name or id.
    Account,
    Pipeline,
    Stage,
    Owner,
}

/// A field that a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub holds: Holds,
}

const fn field(name: &'static str, holds: Holds) -> Field {
    Field { name, holds }
}

const ID: Field = field("id", Holds::Id);
const EXTERNAL_ID: Field = field("external_id", Holds::ExternalId);
const NAME: Field = field("name", Holds::Text);
const FIRST_NAME: Field = field("first_name", Holds::FirstName);
const LAST_NAME: Field = field("last_name", Holds::LastName);
const EMAIL: Field = field("email", Holds::Text);
const PHONE: Field = field("phone", Holds::Text);
const ACCOUNT: Field = field("account", Holds::Account);
const CURRENCY: Field = field("currency", Holds::Currency);
const OWNER: Field = field("owner", Holds::Owner);
const VISIBILITY: Field = field("visibility", Holds::Choice(&["tenant", "mine"]));

const ACCOUNTS: &[Field] = &[
    ID,
    EXTERNAL_ID,
    NAME,
    field("domain", Holds::Domain),
    field("country", Holds::Country),
    OWNER,
    VISIBILITY,
];

const CONTACTS: &[Field] = &[
    ID,
    EXTERNAL_ID,
    NAME,
    FIRST_NAME,
    LAST_NAME,
    EMAIL,
    PHONE,
    ACCOUNT,
    OWNER,
    VISIBILITY,
];

const LEADS: &[Field] = &[
    ID,
    EXTERNAL_ID,
    NAME,
    FIRST_NAME,
    LAST_NAME,
    field("company", Holds::Text),
    EMAIL,
    PHONE,
    field("source", Holds::Word),
    field(
        "status",
        Holds::Choice(&["new", "working", "qualified", "disqualified", "converted"]),
    ),
    field("estimated_amount", Holds::Amount),
    CURRENCY,
    field("notes", Holds::Text),
    OWNER,
    VISIBILITY,
];

const DEALS: &[Field] = &[
    ID,
    EXTERNAL_ID,
    NAME,
    ACCOUNT,
    field("amount", Holds::Amount),
    CURRENCY,
    field("expected_close_on", Holds::Date),
    field("pipeline", Holds::Pipeline),
    field("stage", Holds::Stage),
    field("status", Holds::DealStatus),
    field("closed_on", Holds::ClosedOn),
    field("lost_reason", Holds::LostReason),
    field("probability", Holds::Percent),
    OWNER,
    VISIBILITY,
];

impl ImportKind {
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Accounts => ACCOUNTS,
            Self::Contacts => CONTACTS,
            Self::Deals => DEALS,
            Self::Leads => LEADS,
        }
    }

    pub fn field(self, name: &str) -> Option<Field> {
        self.fields().iter().find(|field| field.name == name).copied()
    }

    /// The kind of record.
    pub fn of(self) -> &'static Kind {
        match self {
            Self::Accounts => &accounts::KIND,
            Self::Contacts => &contacts::KIND,
            Self::Deals => &deals::KIND,
            Self::Leads => &leads::KIND,
        }
    }

    /// Whether this is the id of a record of the kind.
    pub fn is_id(self, text: &str) -> bool {
        match self {
            Self::Accounts => text.parse::<AccountId>().is_ok(),
            Self::Contacts => text.parse::<ContactId>().is_ok(),
            Self::Deals => text.parse::<DealId>().is_ok(),
            Self::Leads => text.parse::<LeadId>().is_ok(),
        }
    }

    /// By what its rows may find records, beside ids; the first unless told otherwise.
    pub fn keys(self) -> &'static [MatchOn] {
        match self {
            Self::Accounts => &[MatchOn::Name, MatchOn::Domain],
            Self::Contacts | Self::Leads => &[MatchOn::Email],
            Self::Deals => &[MatchOn::Name],
        }
    }
}

/// What a header tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub field: &'static str,
    /// The system that alone calls it so.
    pub system: Option<&'static str>,
}

/// Each kind's headers, by their letters and digits alone.
static HEADERS: LazyLock<HashMap<(&str, String), Known>> = LazyLock::new(|| {
    let lines = include_str!("headers.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(of_line).flatten().collect()
});

fn of_line(line: &'static str) -> Option<impl Iterator<Item = ((&'static str, String), Known)>> {
    let (of, names) = line.split_once(':')?;
    let (kind, field) = of.split_once(' ')?;
    Some(names.split('|').map(move |name| {
        let (name, system) = match name.split_once('=') {
            Some((name, system)) => (name, Some(system.trim())),
            None => (name, None),
        };
        ((kind, plain(name)), Known { field, system })
    }))
}

/// The field of a kind that a column of this name holds, as far as the name tells.
pub fn known(kind: ImportKind, header: &str) -> Option<Known> {
    if source_of(header).is_some() {
        return Some(Known {
            field: EXTERNAL_ID.name,
            system: None,
        });
    }
    HEADERS.get(&(kind.as_str(), plain(header))).copied()
}

/// The system whose ids a column holds, where its name says so as an export does: `external_id.erp`.
pub fn source_of(header: &str) -> Option<&str> {
    header
        .strip_prefix(columns::EXTERNAL_ID)
        .filter(|source| is_source(source))
}

/// Letters and digits alone, in one case.
fn plain(header: &str) -> String {
    let key = text::key(header);
    key.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_headers_names_a_field_and_every_field_its_own_name() {
        for ((kind, name), known) in HEADERS.iter() {
            let kind = [
                ImportKind::Accounts,
                ImportKind::Contacts,
                ImportKind::Deals,
                ImportKind::Leads,
            ]
            .into_iter()
            .find(|one| one.as_str() == *kind);
            let field = kind.and_then(|kind| kind.field(known.field));
            assert!(field.is_some() && !name.is_empty(), "{known:?}");
        }
        for kind in [
            ImportKind::Accounts,
            ImportKind::Contacts,
            ImportKind::Deals,
            ImportKind::Leads,
        ] {
            for field in kind.fields() {
                assert_eq!(known(kind, field.name).map(|known| known.field), Some(field.name));
            }
        }
        let of = |kind, header| known(kind, header).map(|known| known.field);
        assert_eq!(of(ImportKind::Contacts, "E-Mail-Adresse"), Some("email"));
        assert_eq!(of(ImportKind::Deals, "商机名称"), Some("name"));
        assert_eq!(
            known(ImportKind::Accounts, "Record ID"),
            Some(Known {
                field: "external_id",
                system: Some("hubspot")
            })
        );
    }
}
