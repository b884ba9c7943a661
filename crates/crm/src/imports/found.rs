//! What rows name and what is there already, looked up for many rows in few statements; only what the caller sees.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use countersign_kernel::id::{AccountId, TypedId as _};
use countersign_kernel::text;
use countersign_storage::Conn;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::places::{self, Around};
use super::row::{Draft, RowFault, one_of};
use super::value;
use super::words::MatchOn;
use crate::accounts::Account;
use crate::contacts::Contact;
use crate::deals::Deal;
use crate::leads::Lead;
use crate::record::change::Deed;
use crate::record::external::row as external;
use crate::record::refusal::Refusal;
use crate::record::store::{Table, column, live, seen};
use crate::record::viewer::Viewer;

/// A kind that rows can become: how a record and a row are recognised as one.
pub trait Target: Table {
    /// Fields that a new record must have.
    const NEEDED: &'static [&'static str];

    /// The keys by which a record can be found.
    fn keys(&self) -> Vec<Key>;

    /// Fits into a row what it says beside its fields; a new record with a past comes with what it went through.
    fn fit(
        _existing: Option<&Self>,
        _draft: &mut Draft,
        _around: &Around<'_>,
    ) -> Option<Arc<dyn Deed<Self>>> {
        None
    }
}

/// By what a record is found: a column of its table, what stands there, and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    column: &'static str,
    value: String,
    beside: Option<String>,
}

impl Key {
    fn new(column: &'static str, value: String) -> Self {
        Self {
            column,
            value,
            beside: None,
        }
    }

    fn named(name: &str, beside: Option<String>) -> Self {
        Self {
            column: "name_key",
            value: text::index_key(name),
            beside,
        }
    }

    /// What a row would be found by.
    pub fn of(draft: &Draft, match_on: MatchOn) -> Option<Self> {
        let text = |field: &str| draft.fields.get(field).and_then(|value| value.as_str());
        let beside = || match (text("account"), text("company")) {
            (Some(account), _) => Some(account.to_owned()),
            (None, Some(company)) => Some(text::index_key(company)),
            (None, None) => None,
        };
        let named = || text("name").map(|name| Self::named(name, beside()));
        match match_on {
            MatchOn::Id | MatchOn::ExternalId => None,
            MatchOn::Name => named(),
            MatchOn::Email => match text("email") {
                Some(email) => Some(Self::new("email_key", text::index_key(email))),
                None => named(),
            },
            MatchOn::Domain => match text("domain") {
                Some(domain) => Some(Self::new("domain", value::domain(domain))),
                None => named(),
            },
        }
    }
}

impl Target for Account {
    const NEEDED: &'static [&'static str] = &["name"];

    fn keys(&self) -> Vec<Key> {
        let domain = self.domain.clone().map(|domain| Key::new("domain", domain));
        std::iter::once(Key::named(&self.name, None))
            .chain(domain)
            .collect()
    }
}

impl Target for Contact {
    const NEEDED: &'static [&'static str] = &["name"];

    fn keys(&self) -> Vec<Key> {
        vec![match &self.email {
            Some(email) => Key::new("email_key", text::index_key(email)),
            None => Key::named(&self.name, self.account.map(|account| account.to_string())),
        }]
    }
}

impl Target for Lead {
    const NEEDED: &'static [&'static str] = &["name"];

    fn keys(&self) -> Vec<Key> {
        vec![match &self.email {
            Some(email) => Key::new("email_key", text::index_key(email)),
            None => Key::named(&self.name, self.company.as_deref().map(text::index_key)),
        }]
    }

    /// How a lead ended stands in its file, and is not brought about by one.
    fn fit(existing: Option<&Self>, draft: &mut Draft, around: &Around<'_>) -> Option<Arc<dyn Deed<Self>>> {
        let said = draft.fields.get("status").and_then(Value::as_str);
        match (said, existing) {
            (Some(said), Some(lead)) if said == lead.status.as_str() => {
                draft.fields.remove("status");
            }
            (Some("disqualified" | "converted"), _) => {
                let column = around.plan.column_of("status");
                let words = one_of(&["new", "working", "qualified"]);
                draft.faults.push(RowFault::new(column, "bad_value", &words));
            }
            _ => {}
        }
        None
    }
}

impl Target for Deal {
    const NEEDED: &'static [&'static str] = &["name", "account"];

    fn keys(&self) -> Vec<Key> {
        vec![Key::named(&self.name, Some(self.account.to_string()))]
    }

    fn fit(existing: Option<&Self>, draft: &mut Draft, around: &Around<'_>) -> Option<Arc<dyn Deed<Self>>> {
        places::fit(existing, draft, around)
    }
}

/// The accounts of these names and ids, by what the rows write.
pub async fn accounts(
    conn: &Conn,
    viewer: &Viewer,
    written: &BTreeSet<String>,
) -> Result<HashMap<String, Vec<AccountId>>, Refusal> {
    let (mut ids, mut names) = (Vec::new(), BTreeSet::new());
    for text in written {
        match text.parse::<AccountId>() {
            Ok(id) => ids.push(id.uuid()),
            Err(_) => {
                names.insert(text::index_key(text));
            }
        }
    }
    if ids.is_empty() && names.is_empty() {
        return Ok(HashMap::new());
    }
    let named = Condition::any()
        .add(column::<Account>("id").is_in(ids))
        .add(column::<Account>("name_key").is_in(names));
    let query = crate::accounts::store::Entity::find()
        .select_only()
        .expr(column::<Account>("id"))
        .expr(column::<Account>("name_key"))
        .filter(live::<Account>(viewer))
        .filter(named)
        .order_by(column::<Account>("id"), Order::Asc);
    let rows: Vec<(Uuid, String)> = query.into_tuple().all(conn).await?;
    let mut found: HashMap<String, Vec<AccountId>> = HashMap::new();
    for (id, name_key) in rows {
        let id = AccountId(id);
        found.entry(id.to_string()).or_default().push(id);
        found.entry(name_key).or_default().push(id);
    }
    Ok(found)
}

/// The key of an account's name as [`accounts`] gives it.
pub fn account_key(written: &str) -> String {
    match written.parse::<AccountId>() {
        Ok(id) => id.to_string(),
        Err(_) => text::index_key(written),
    }
}

/// The records that have one of these keys, of those that the viewer sees and that are not deleted.
pub async fn by_keys<R: Target>(
    conn: &Conn,
    viewer: &Viewer,
    keys: &BTreeSet<Key>,
) -> Result<HashMap<Key, Vec<R>>, Refusal> {
    let mut found: HashMap<Key, Vec<R>> = HashMap::new();
    let columns: BTreeSet<&'static str> = keys.iter().map(|key| key.column).collect();
    for name in columns {
        let of: Vec<&Key> = keys.iter().filter(|key| key.column == name).collect();
        let mut query = R::Entity::find()
            .filter(live::<R>(viewer))
            .filter(column::<R>(name).is_in(of.iter().map(|key| key.value.clone())));
        let accounts: BTreeSet<Uuid> = of
            .iter()
            .filter_map(|key| Some(key.beside.as_ref()?.parse::<AccountId>().ok()?.uuid()))
            .collect();
        if !accounts.is_empty() {
            // Many deals of many customers are called alike.
            let there = column::<R>("account").is_in(accounts);
            query = query.filter(there.or(column::<R>("account").is_null()));
        }
        let rows = query.order_by(column::<R>("id"), Order::Asc).all(conn).await?;
        for record in rows.into_iter().map(R::from_row) {
            for key in record.keys().into_iter().filter(|key| keys.contains(key)) {
                let of_key = found.entry(key).or_default();
                if of_key.iter().all(|known| known.id() != record.id()) {
                    of_key.push(record.clone());
                }
            }
        }
    }
    Ok(found)
}

/// The records of these ids, of those that the viewer sees, deleted or not.
pub async fn by_ids<R: Target>(
    conn: &Conn,
    viewer: &Viewer,
    ids: &BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, R>, Refusal> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = R::Entity::find()
        .filter(seen::<R>(viewer))
        .filter(column::<R>("id").is_in(ids.iter().copied()));
    let records = query.all(conn).await?.into_iter().map(R::from_row);
    Ok(records.map(|record| (record.meta().id, record)).collect())
}

/// Where the external ids of a system lead the viewer: to the oldest of several, first of those that are not deleted.
pub async fn by_external_ids<R: Target>(
    conn: &Conn,
    viewer: &Viewer,
    source: &str,
    ids: &BTreeSet<String>,
) -> Result<HashMap<String, R>, Refusal> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let named: Vec<external::Model> = external::Entity::find()
        .filter(external::Column::TenantId.eq(viewer.tenant))
        .filter(external::Column::Kind.eq(R::KIND.object))
        .filter(external::Column::Source.eq(source))
        .filter(external::Column::ExternalId.is_in(ids.iter().map(String::as_str)))
        .all(conn)
        .await?;
    let records = R::Entity::find()
        .filter(seen::<R>(viewer))
        .filter(column::<R>("id").is_in(named.iter().map(|row| row.record)))
        .order_by(column::<R>("deleted_at").is_not_null(), Order::Asc)
        .order_by(column::<R>("created_at"), Order::Asc)
        .order_by(column::<R>("id"), Order::Asc)
        .all(conn)
        .await?;
    let mut found = HashMap::new();
    for record in records.into_iter().map(R::from_row) {
        for row in named.iter().filter(|row| row.record == record.meta().id) {
            found
                .entry(row.external_id.clone())
                .or_insert_with(|| record.clone());
        }
    }
    Ok(found)
}
