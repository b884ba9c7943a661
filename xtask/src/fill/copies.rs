//! Copies of records with everything that the server keeps of each.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};

use anyhow::Context as _;
use countersign_kernel::id::{RequestId, TaskId};
use countersign_kernel::time::Instant;
use uuid::Uuid;

use super::store::Store;
use super::template::{Cell, Marks, Own, Rows, Template};

/// Where a kind is kept: its tables, and their column that holds the record's id.
pub(super) struct Kind {
    pub(super) plural: &'static str,
    tables: &'static [(&'static str, &'static str)],
}

impl Kind {
    pub(super) const ACCOUNT: Self = Self::record("accounts", &[("accounts", "id"), ("log", "subject_id")]);
    pub(super) const CONTACT: Self = Self::record("contacts", &[("contacts", "id"), ("log", "subject_id")]);
    pub(super) const DEAL: Self = Self::record("deals", &[("deals", "id"), ("log", "subject_id")]);
    pub(super) const REQUEST: Self = Self::record(
        "requests",
        &[
            ("requests", "id"),
            ("tasks", "request_id"),
            ("timers", "request_id"),
            ("request_readers", "request_id"),
            ("log", "subject_id"),
        ],
    );

    const fn record(plural: &'static str, tables: &'static [(&'static str, &'static str)]) -> Self {
        Self { plural, tables }
    }
}

/// A record that the server wrote.
pub(super) struct Prototype {
    ids: Vec<Uuid>,
    /// Whether the second id is that of its account.
    has_account: bool,
    /// Which of its ids follow from the record's own: the number of the event, and its instant.
    derived: BTreeMap<usize, (u64, i64)>,
    templates: Vec<Template>,
    series: Option<String>,
}

/// Records that are written together.
const TOGETHER: usize = 2_000;
/// How long ago the first copy was made; open tasks are due later than that.
const SPAN_MS: i64 = 60 * 24 * 3_600_000;
/// The most events before a request's last task.
const EVENTS: u64 = 50;

impl Prototype {
    pub(super) async fn read(
        store: &mut Store,
        kind: &Kind,
        id: Uuid,
        account: Option<Uuid>,
    ) -> anyhow::Result<Self> {
        let mut ids: Vec<Uuid> = std::iter::once(id).chain(account).collect();
        let mut tables = Vec::new();
        let (mut instants, mut number) = (Vec::new(), None);
        for (table, column) in kind.tables {
            let rows = store.rows(table, column, &[id]).await?;
            let own = rows.each("id");
            ids.extend(own.filter_map(Cell::id).filter(|own| *own != id));
            if *table == "tasks" {
                instants.extend(rows.each("created_at").filter_map(Cell::millis));
            }
            number = number.or_else(|| rows.each("number").find_map(Cell::text));
            tables.push((*table, rows));
        }
        let number = number.unwrap_or_default();
        let marks = Marks {
            ids: &ids,
            number: &number,
        };
        let mut templates = Vec::new();
        for (table, rows) in tables {
            templates.extend(Template::all(table, rows, &marks)?);
        }
        let series = number.rsplit_once('-').map(|(series, _)| format!("{series}-"));
        Ok(Self {
            derived: derived(&ids, &instants),
            has_account: account.is_some(),
            ids,
            templates,
            series,
        })
    }
}

/// Tasks get their ids from their request's, so that replay finds the same.
fn derived(ids: &[Uuid], instants: &[i64]) -> BTreeMap<usize, (u64, i64)> {
    let request = RequestId(ids.first().copied().unwrap_or_default());
    let places = ids.iter().enumerate();
    let origin = |id: &Uuid| {
        let all = instants
            .iter()
            .flat_map(|millis| (0..EVENTS).map(move |event| (event, *millis)));
        all.into_iter()
            .find(|(event, at)| TaskId::derived(request, *event, Instant::from_millis(*at)).0 == *id)
    };
    places
        .filter_map(|(place, id)| Some((place, origin(id)?)))
        .collect()
}

/// So many copies of these in turn, the oldest first; their ids.
pub(super) async fn write(
    store: &mut Store,
    prototypes: &[Prototype],
    number: usize,
    accounts: &[Uuid],
) -> anyhow::Result<Vec<Uuid>> {
    let mut source = Source::new();
    let mut made = Vec::with_capacity(number);
    let series = prototypes.iter().find_map(|one| one.series.clone());
    let before = match &series {
        Some(series) => {
            let sql = format!("SELECT MAX(value) FROM counters WHERE series = '{series}'");
            store.number(&sql).await?
        }
        None => 0,
    };
    let mut at = 0;
    while at < number {
        let end = number.min(at + TOGETHER);
        let mut tables: BTreeMap<&str, (&[String], Vec<Vec<Cell>>)> = BTreeMap::new();
        for place in at..end {
            let prototype = prototypes
                .get(place % prototypes.len())
                .context("nothing to copy")?;
            let later_ms = (place as i64 - number as i64) * (SPAN_MS / number as i64);
            let own = Own {
                ids: source.ids(prototype, later_ms, account(accounts, place)),
                later_ms,
                name: name(place),
                number: format!(
                    "{}{:05}",
                    series.as_deref().unwrap_or_default(),
                    before + 1 + place as i64
                ),
                amount: 1 + (place as i64 * 7_919) % 99_991,
            };
            for template in &prototype.templates {
                let table = tables.entry(template.table).or_default();
                table.0 = &template.columns;
                table.1.push(template.copy(&own));
            }
            made.extend(own.ids.first());
        }
        store.run("BEGIN").await?;
        for (table, (columns, rows)) in &tables {
            store.write(table, columns, rows).await?;
        }
        if let Some(series) = &series {
            let value = before + end as i64;
            let sql = format!("UPDATE counters SET value = {value} WHERE series = '{series}'");
            store.run(&sql).await?;
        }
        store.run("COMMIT").await?;
        at = end;
    }
    Ok(made)
}

fn account(accounts: &[Uuid], place: usize) -> Option<Uuid> {
    let at = place.wrapping_mul(31).checked_rem(accounts.len())?;
    accounts.get(at).copied()
}

/// Names of several scripts.
fn name(place: usize) -> String {
    const FIRST: [&str; 16] = [
        "Acme",
        "Borealis",
        "Ångström",
        "Ромашка",
        "東京",
        "Łódź",
        "Αθήνα",
        "Zürich",
        "Çelik",
        "북한산",
        "Niño",
        "שלום",
        "Straße",
        "Delta",
        "Øresund",
        "Kilimanjaro",
    ];
    const SECOND: [&str; 13] = [
        "Foods",
        "Logistics",
        "电子",
        "Works",
        "Сервис",
        "Maschinenbau",
        "Textiles",
        "Energie",
        "Labs",
        "Shipping",
        "Optics",
        "Papier",
        "Holding",
    ];
    let pick =
        |words: &[&'static str], place: usize| words.get(place % words.len()).copied().unwrap_or_default();
    format!(
        "{} {} {place}",
        pick(&FIRST, place),
        pick(&SECOND, place / FIRST.len())
    )
}

/// Where ids come from: no two fills draw the same.
struct Source {
    random: RandomState,
    drawn: u64,
}

impl Source {
    fn new() -> Self {
        Self {
            random: RandomState::new(),
            drawn: 0,
        }
    }

    fn ids(&mut self, prototype: &Prototype, later_ms: i64, account: Option<Uuid>) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = prototype.ids.iter().map(|id| self.id(*id, later_ms)).collect();
        let request = RequestId(ids.first().copied().unwrap_or_default());
        for (place, id) in ids.iter_mut().enumerate() {
            if let Some((event, millis)) = prototype.derived.get(&place) {
                *id = TaskId::derived(request, *event, Instant::from_millis(millis + later_ms)).0;
            }
            if place == 1 && prototype.has_account {
                *id = account.or(prototype.ids.get(1).copied()).unwrap_or_default();
            }
        }
        ids
    }

    /// An id of the instant of this one, moved.
    fn id(&mut self, of: Uuid, later_ms: i64) -> Uuid {
        let millis = (of.as_u128() >> 80) as i64 + later_ms;
        let mut random = [0_u8; 10];
        self.drawn += 1;
        let drawn = [
            self.random.hash_one(self.drawn),
            self.random.hash_one((self.drawn, 1)),
        ];
        let bytes = drawn.iter().flat_map(|number| number.to_be_bytes());
        random.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        uuid::Builder::from_unix_timestamp_millis(millis.unsigned_abs(), &random).into_uuid()
    }
}

impl Rows {
    fn each<'a>(&'a self, column: &str) -> impl Iterator<Item = &'a Cell> {
        let place = self.columns.iter().position(|name| name == column);
        self.rows.iter().filter_map(move |row| row.get(place?))
    }
}

impl Cell {
    fn id(&self) -> Option<Uuid> {
        match self {
            Self::Id(id) => Some(*id),
            _ => None,
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn millis(&self) -> Option<i64> {
        Some(self.text()?.parse::<Instant>().ok()?.millis())
    }
}
