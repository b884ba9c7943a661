//! The rows of a file, page by page.

use actix_web::web::Bytes;
use chrono::DateTime;
use chrono_tz::Tz;
use countersign_kernel::filter::List;
use countersign_kernel::money::Money;
use countersign_storage::filter::{self, Rows, Whole};
use countersign_storage::{Conn, Quota};
use countersign_web::{Ctx, Pieces, Problem, place_of};
use sea_orm::{EntityTrait as _, QueryFilter as _};
use serde::Deserialize as _;
use serde_json::Value;
use uuid::Uuid;

use super::columns::{Chosen, Exported, Shows};
use super::form::{Cell, Form};
use super::lookup::{Beside, Setting};
use crate::record::change::Hand;
use crate::record::ground::Ground;
use crate::record::store;

/// Rows that are read at once.
pub const PAGE: usize = 500;

/// A file on its way.
pub struct File<R> {
    ctx: Ctx,
    hand: Hand,
    list: List,
    columns: Vec<Chosen>,
    names: Vec<String>,
    form: Form,
    setting: Setting,
    way: Way,
    kind: std::marker::PhantomData<fn() -> R>,
}

/// What has still to be written.
enum Way {
    Head(Whole),
    Key,
    Ids(std::vec::IntoIter<Uuid>),
    Done,
}

impl<R: Exported> File<R> {
    /// Finds out what is to be written; refused where that is too much.
    pub async fn begin(
        ctx: Ctx,
        hand: Hand,
        list: List,
        columns: Vec<Chosen>,
        form: Form,
    ) -> Result<Self, Problem> {
        let reader = ctx.read().await?;
        let quotas = ctx.world.db.quotas();
        let most = quotas.rows_per_export;
        let select = R::Entity::find().filter(store::live::<R>(&hand.viewer));
        let whole = filter::whole(&reader, select, &*hand.viewer, &list, most).await?;
        quotas
            .allow(Quota::ExportRows, whole.rows())
            .map_err(countersign_storage::Error::from)?;
        let setting = Setting::of(&reader, &ctx, &hand, &columns).await?;
        drop(reader);
        Ok(Self {
            ctx,
            hand,
            list: List {
                after: None,
                limit: PAGE as u64,
                count: false,
                ..list
            },
            names: columns.iter().map(Chosen::name).collect(),
            columns,
            form,
            setting,
            way: Way::Head(whole),
            kind: std::marker::PhantomData,
        })
    }

    /// The next rows, as they are now; none: all are written.
    async fn page(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        let reader = self.ctx.read().await?;
        let rows: Rows<R> = match &mut self.way {
            Way::Head(_) | Way::Done => return Ok(None),
            Way::Key => store::page::<R>(&reader, &self.hand.viewer, &self.list).await?,
            Way::Ids(ids) => {
                let page: Vec<Uuid> = ids.take(PAGE).collect();
                let more = ids.len() > 0;
                let select = R::Entity::find().filter(store::live::<R>(&self.hand.viewer));
                let rows = filter::of_ids(&reader, select, &page).await?;
                Rows {
                    more,
                    ..rows.map(R::from_row)
                }
            }
        };
        // A list shows the others; a file that lacks some says nothing of it.
        if rows.left_out > 0 {
            let many = rows.left_out;
            return Err(Problem::internal(format!("{many} rows cannot be read")));
        }
        let bytes = self.write(&reader, &rows.rows).await?;
        if !rows.more {
            self.way = Way::Done;
        }
        Ok(Some(bytes))
    }

    async fn write(&mut self, conn: &Conn, records: &[R]) -> Result<Vec<u8>, Problem> {
        // What views show of other records has columns of its own.
        let ground = Ground::bare(&self.hand.by);
        let views: Vec<Value> = records
            .iter()
            .map(|record| serde_json::to_value(record.view(&ground)))
            .collect::<Result<_, _>>()
            .map_err(Problem::internal)?;
        let beside = Beside::of(conn, &self.hand.viewer, &self.columns, records, &views).await?;
        let cells = records.iter().zip(&views).map(|(record, view)| {
            let cell = |column: &Chosen| self.cell(column, record.meta().id, view, &beside);
            self.columns.iter().map(cell).collect()
        });
        let bytes = self.form.rows(&self.names, cells.collect())?;
        if let (Way::Key, Some(last)) = (&self.way, views.last()) {
            self.list.after = Some(place_of(&self.list.sort, last)?);
        }
        Ok(bytes)
    }

    fn cell(&self, column: &Chosen, record: Uuid, view: &Value, beside: &Beside) -> Cell {
        let text = |member: &str| view.get(member).and_then(Value::as_str);
        let money = |member: &str| Money::deserialize(view.get(member)?).ok();
        let ids = beside.external_ids(record);
        let shown = match column {
            Chosen::ExternalId(source) => {
                let own = ids.iter().find(|known| known.source == *source);
                own.map(|known| known.id.clone())
            }
            Chosen::Own(column) => match column.shows {
                Shows::Member(member) => return of_member(view.get(member)),
                Shows::Digits(member) => {
                    return money(member).map_or(Cell::Nothing, |money| Cell::Digits(money.amount()));
                }
                Shows::Currency(member) => money(member).map(|money| money.currency.to_string()),
                Shows::Person(member) => text(member).map(|id| self.setting.person(id)),
                Shows::Name(member, _) => text(member).and_then(|id| beside.name(id)).map(str::to_owned),
                Shows::Pipeline => text("pipeline").map(|id| self.setting.pipeline(id)),
                Shows::Stage => text("pipeline")
                    .zip(text("stage"))
                    .map(|(pipeline, stage)| self.setting.stage(pipeline, stage)),
                Shows::Day(member) => text(member).and_then(|at| day(at, self.setting.zone)),
                Shows::Due => text("due_on").or(text("due_at")).map(str::to_owned),
                Shows::ExternalIds => {
                    let all: Vec<String> = ids
                        .iter()
                        .map(|known| format!("{}:{}", known.source, known.id))
                        .collect();
                    Some(all.join("\n")).filter(|all| !all.is_empty())
                }
            },
        };
        shown.map_or(Cell::Nothing, Cell::Text)
    }
}

impl<R: Exported> Pieces for File<R> {
    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        let mut bytes = Vec::new();
        if let Way::Head(whole) = &mut self.way {
            bytes = self.form.head(&self.names)?;
            self.way = match std::mem::replace(whole, Whole::ByKey(0)) {
                Whole::ByKey(0) => Way::Done,
                Whole::ByKey(_) => Way::Key,
                Whole::ByIds(ids) => Way::Ids(ids.into_iter()),
            };
        }
        match self.page().await? {
            Some(rows) => bytes.extend(rows),
            None if bytes.is_empty() => return Ok(None),
            None => {}
        }
        Ok(Some(bytes.into()))
    }
}

fn of_member(value: Option<&Value>) -> Cell {
    match value {
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(Value::Number(number)) => number.as_i64().map_or(Cell::Nothing, Cell::Whole),
        _ => Cell::Nothing,
    }
}

/// The day of an instant in a zone.
fn day(at: &str, zone: Tz) -> Option<String> {
    let at = DateTime::parse_from_rfc3339(at).ok()?;
    Some(at.with_timezone(&zone).date_naive().to_string())
}
