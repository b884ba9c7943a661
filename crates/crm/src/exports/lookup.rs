//! What columns show beside their records: what stays the same for a whole file, and what is looked up for each page, at most one
//! statement for each kind of thing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono_tz::Tz;
use countersign_kernel::directory::Directory;
use countersign_kernel::id::{PipelineId, StageId, TypedId, UserId};
use countersign_kernel::text;
use countersign_storage::Conn;
use countersign_web::Ctx;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::columns::{Chosen, Shows};
use crate::accounts::Account;
use crate::contacts::Contact;
use crate::deals::Deal;
use crate::leads::Lead;
use crate::pipelines::{self, Pipeline};
use crate::record::change::Hand;
use crate::record::external::{self, ExternalId};
use crate::record::lookup::zone_of;
use crate::record::refusal::Refusal;
use crate::record::store::{Table, column, live};
use crate::record::viewer::Viewer;

/// The scope that reads people: without it a file holds their ids, as the list does.
const PEOPLE: &str = "identity:users:read";

/// What is the same for all rows.
pub struct Setting {
    /// None: the caller may read no addresses.
    directory: Option<Arc<Directory>>,
    /// The tenant's.
    pub zone: Tz,
    /// None: the caller may read no names of them.
    pipelines: Option<BTreeMap<PipelineId, Pipeline>>,
}

impl Setting {
    pub async fn of(conn: &Conn, ctx: &Ctx, hand: &Hand, columns: &[Chosen]) -> Result<Self, Refusal> {
        let shown = |is: fn(&Shows) -> bool| columns.iter().filter_map(shows).any(|shows| is(&shows));
        let may = |scope| ctx.caller.scopes.allow(scope);
        let mut setting = Self {
            directory: may(PEOPLE).then(|| hand.directory.clone()),
            zone: Tz::UTC,
            pipelines: None,
        };
        if shown(|shows| matches!(shows, Shows::Day(_))) {
            setting.zone = zone_of(conn, ctx.tenant()).await?;
        }
        let placed = shown(|shows| matches!(shows, Shows::Pipeline | Shows::Stage));
        if placed && may(pipelines::KIND.read) {
            let all = pipelines::store::all(conn, ctx.tenant()).await?;
            let by_id = all.into_iter().map(|one| (one.meta.id.into(), one));
            setting.pipelines = Some(by_id.collect());
        }
        Ok(setting)
    }

    /// The address of a person; the id of one who has none that the caller may read.
    pub fn person(&self, id: &str) -> String {
        let known = id.parse::<UserId>().ok();
        let person = known.and_then(|known| self.directory.as_ref()?.person(known));
        person.map_or_else(|| id.to_owned(), |person| person.email.clone())
    }

    /// The name of a pipeline, by which an import finds it again; else its id.
    pub fn pipeline(&self, id: &str) -> String {
        let named = || {
            let all = self.pipelines.as_ref()?;
            let pipeline = all.get(&id.parse().ok()?)?;
            let here =
                |one: &&Pipeline| one.meta.deleted_at.is_none() && text::same(&one.name, &pipeline.name);
            (all.values().filter(here).count() == 1).then(|| pipeline.name.clone())
        };
        named().unwrap_or_else(|| id.to_owned())
    }

    /// The same of a stage, in its pipeline.
    pub fn stage(&self, pipeline: &str, id: &str) -> String {
        let named = || {
            let home = self.pipelines.as_ref()?.get(&pipeline.parse().ok()?)?;
            let stage = home.stage(id.parse::<StageId>().ok()?)?;
            let alike = home
                .stages
                .iter()
                .filter(|one| text::same(&one.name, &stage.name));
            (alike.count() == 1).then(|| stage.name.clone())
        };
        named().unwrap_or_else(|| id.to_owned())
    }
}

fn shows(chosen: &Chosen) -> Option<Shows> {
    match chosen {
        Chosen::Own(column) => Some(column.shows),
        Chosen::ExternalId(_) => None,
    }
}

/// What stands beside the records of a page.
#[derive(Default)]
pub struct Beside {
    /// Of the records that they name and that the viewer sees, by their ids.
    names: HashMap<String, String>,
    external_ids: HashMap<Uuid, Vec<ExternalId>>,
}

impl Beside {
    pub async fn of<R: Table>(
        conn: &Conn,
        viewer: &Viewer,
        columns: &[Chosen],
        records: &[R],
        views: &[Value],
    ) -> Result<Self, Refusal> {
        let mut beside = Self::default();
        for shows in columns.iter().filter_map(shows) {
            if let Shows::Name(member, kind) = shows {
                let ids = views.iter().filter_map(|view| view.get(member)?.as_str());
                beside.names.extend(names(conn, viewer, kind.object, ids).await?);
            }
        }
        let external = |chosen: &Chosen| {
            matches!(chosen, Chosen::ExternalId(_)) || matches!(shows(chosen), Some(Shows::ExternalIds))
        };
        if columns.iter().any(external) {
            let ids: Vec<Uuid> = records.iter().map(|record| record.meta().id).collect();
            for row in external::of_records(conn, viewer.tenant, R::KIND, &ids).await? {
                let of = beside.external_ids.entry(row.record).or_default();
                of.push(ExternalId {
                    source: row.source,
                    id: row.external_id,
                });
            }
        }
        Ok(beside)
    }

    /// The name of a record; none of one that the viewer does not see.
    pub fn name(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// What other systems call it, in the order of their names.
    pub fn external_ids(&self, record: Uuid) -> &[ExternalId] {
        self.external_ids.get(&record).map_or(&[], Vec::as_slice)
    }
}

/// The names of these records of a kind.
async fn names<'a>(
    conn: &Conn,
    viewer: &Viewer,
    kind: &str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<Vec<(String, String)>, Refusal> {
    match kind {
        "account" => names_of::<Account>(conn, viewer, ids).await,
        "contact" => names_of::<Contact>(conn, viewer, ids).await,
        "deal" => names_of::<Deal>(conn, viewer, ids).await,
        "lead" => names_of::<Lead>(conn, viewer, ids).await,
        _ => Ok(Vec::new()),
    }
}

async fn names_of<'a, R: Table>(
    conn: &Conn,
    viewer: &Viewer,
    ids: impl Iterator<Item = &'a str>,
) -> Result<Vec<(String, String)>, Refusal> {
    let ids = ids.filter_map(|id| id.parse::<R::Id>().ok());
    let ids: BTreeSet<Uuid> = ids.map(TypedId::uuid).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = R::Entity::find()
        .select_only()
        .expr(column::<R>("id"))
        .expr(column::<R>("name"))
        .filter(live::<R>(viewer))
        .filter(column::<R>("id").is_in(ids));
    let rows: Vec<(Uuid, String)> = query.into_tuple().all(conn).await?;
    let shown = rows
        .into_iter()
        .map(|(id, name)| (R::Id::from(id).to_string(), name));
    Ok(shown.collect())
}
