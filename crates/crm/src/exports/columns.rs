//! The columns of a file: each kind's own, and those that a caller chooses. They are called as the fields of imports are, so that a file
//! comes back without a mapping.

use countersign_kernel::text::{Words, nearest};
use countersign_web::{Ctx, Fault, Problem};

use crate::accounts::{self, Account};
use crate::activities::Activity;
use crate::contacts::{self, Contact};
use crate::deals::{self, Deal};
use crate::leads::{self, Lead};
use crate::record::Kind;
use crate::record::external::is_source;
use crate::record::store::Table;

/// What stands in a column.
#[derive(Debug, Clone, Copy)]
pub enum Shows {
    /// A member of the view, as it is.
    Member(&'static str),
    /// Of a member that is money, its digits.
    Digits(&'static str),
    Currency(&'static str),
    /// Of a member that is a person, the e-mail address.
    Person(&'static str),
    /// Of a member that is a record, its name.
    Name(&'static str, &'static Kind),
    /// Names, unless two are called alike.
    Pipeline,
    Stage,
    /// The day of a member that is an instant, where the company is.
    Day(&'static str),
    /// The day on which something is due, else the instant.
    Due,
    /// The ids that other systems have for it, each behind the name of its system.
    ExternalIds,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub shows: Shows,
}

/// A kind of record that leaves in files.
pub trait Exported: Table {
    const COLUMNS: &'static [Column];
}

const fn column(name: &'static str, shows: Shows) -> Column {
    Column { name, shows }
}

const fn member(name: &'static str) -> Column {
    column(name, Shows::Member(name))
}

const OWNER: Column = column("owner", Shows::Person("owner"));
const ACCOUNT_NAME: Column = column("account_name", Shows::Name("account", &accounts::KIND));
const EXTERNAL_IDS: Column = column("external_ids", Shows::ExternalIds);

impl Exported for Account {
    const COLUMNS: &'static [Column] = &[
        member("id"),
        member("name"),
        member("domain"),
        member("country"),
        OWNER,
        member("visibility"),
        EXTERNAL_IDS,
        member("created_at"),
        member("updated_at"),
    ];
}

impl Exported for Contact {
    const COLUMNS: &'static [Column] = &[
        member("id"),
        member("name"),
        member("email"),
        member("phone"),
        member("account"),
        ACCOUNT_NAME,
        OWNER,
        member("visibility"),
        EXTERNAL_IDS,
        member("created_at"),
        member("updated_at"),
    ];
}

impl Exported for Lead {
    const COLUMNS: &'static [Column] = &[
        member("id"),
        member("name"),
        member("company"),
        member("email"),
        member("phone"),
        member("source"),
        member("status"),
        member("disqualified_reason"),
        column("estimated_amount", Shows::Digits("estimated_amount")),
        column("currency", Shows::Currency("estimated_amount")),
        member("notes"),
        OWNER,
        member("visibility"),
        EXTERNAL_IDS,
        member("converted_at"),
        // What it became; `account` and `contact` are other words for its own company and name.
        column("account_id", Shows::Member("account")),
        column("contact_id", Shows::Member("contact")),
        column("deal_id", Shows::Member("deal")),
        member("created_at"),
        member("updated_at"),
    ];
}

impl Exported for Deal {
    const COLUMNS: &'static [Column] = &[
        member("id"),
        member("name"),
        member("account"),
        ACCOUNT_NAME,
        column("amount", Shows::Digits("amount")),
        column("currency", Shows::Currency("amount")),
        column("pipeline", Shows::Pipeline),
        column("stage", Shows::Stage),
        member("status"),
        member("probability"),
        member("expected_close_on"),
        column("closed_on", Shows::Day("closed_at")),
        member("lost_reason"),
        OWNER,
        member("visibility"),
        EXTERNAL_IDS,
        member("created_at"),
        member("updated_at"),
    ];
}

impl Exported for Activity {
    const COLUMNS: &'static [Column] = &[
        member("id"),
        member("type"),
        member("subject"),
        member("body"),
        member("status"),
        member("priority"),
        column("due_at", Shows::Due),
        member("starts_at"),
        member("ends_at"),
        member("completed_at"),
        member("account"),
        ACCOUNT_NAME,
        member("contact"),
        column("contact_name", Shows::Name("contact", &contacts::KIND)),
        member("deal"),
        column("deal_name", Shows::Name("deal", &deals::KIND)),
        member("lead"),
        column("lead_name", Shows::Name("lead", &leads::KIND)),
        OWNER,
        member("visibility"),
        EXTERNAL_IDS,
        member("created_at"),
        member("updated_at"),
    ];
}

/// A column that is asked for.
#[derive(Debug, Clone)]
pub enum Chosen {
    Own(Column),
    /// The id that the record has in this system; `external_id.erp`.
    ExternalId(String),
}

/// What stands before the name of a system.
pub const EXTERNAL_ID: &str = "external_id.";

impl Chosen {
    pub fn name(&self) -> String {
        match self {
            Self::Own(column) => column.name.to_owned(),
            Self::ExternalId(source) => format!("{EXTERNAL_ID}{source}"),
        }
    }
}

/// The columns that `fields` names, in its order; else all that the caller's scopes read.
pub fn chosen<R: Exported>(ctx: &Ctx) -> Result<Vec<Chosen>, Problem> {
    let needed = |column: &Column| match column.shows {
        Shows::Name(_, kind) => Some(kind.read),
        _ => None,
    };
    if ctx.fields().is_empty() {
        let read = |column: &&Column| needed(column).is_none_or(|scope| ctx.caller.scopes.allow(scope));
        return Ok(R::COLUMNS.iter().filter(read).copied().map(Chosen::Own).collect());
    }
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut faults = Vec::new();
    for name in ctx.fields() {
        let own = R::COLUMNS.iter().find(|column| column.name == name);
        match (own, name.strip_prefix(EXTERNAL_ID)) {
            _ if chosen.iter().any(|known| known.name() == *name) => faults.push(repeated(name)),
            (Some(column), _) => chosen.push(Chosen::Own(*column)),
            (None, Some(source)) if is_source(source) => chosen.push(Chosen::ExternalId(source.to_owned())),
            _ => faults.push(unknown::<R>(name)),
        }
    }
    if !faults.is_empty() {
        return Err(Problem::bad_parameters(faults));
    }
    for column in chosen.iter().filter_map(|chosen| match chosen {
        Chosen::Own(column) => Some(column),
        Chosen::ExternalId(_) => None,
    }) {
        needed(column).map_or(Ok(()), |scope| ctx.require(scope))?;
    }
    Ok(chosen)
}

fn repeated(name: &str) -> Fault {
    let words = Words::new(
        format!("{name:?} is named twice: a column stands in the file once."),
        format!("“{name}”出现了两次：每列只能出现一次。"),
    );
    Fault::parameter("fields", "repeated", words)
}

fn unknown<R: Exported>(name: &str) -> Fault {
    let known: Vec<&str> = R::COLUMNS.iter().map(|column| column.name).collect();
    let given: String = name.chars().take(60).collect();
    let list = known.join(", ");
    let (en, zh) = nearest(&given, known).map_or_else(Default::default, |near| {
        (format!(" Did you mean {near}?"), format!("是否指 {near}？"))
    });
    let words = Words::new(
        format!(
            "There is no column {given:?}.{en} Columns are {list}, and {EXTERNAL_ID}erp for the ids of a system erp."
        ),
        format!("没有列“{given}”。{zh}可用的列：{list}，以及 {EXTERNAL_ID}erp（系统 erp 的 id）。"),
    );
    Fault::parameter("fields", "unknown_field", words)
}
