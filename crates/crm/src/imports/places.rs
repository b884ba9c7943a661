//! Where deals stand: pipelines and stages by the names that rows give them.

use std::sync::Arc;

use chrono::NaiveTime;
use chrono_tz::Tz;
use countersign_kernel::calendar::civil_instant;
use countersign_kernel::id::{PipelineId, StageId};
use countersign_kernel::text::{self, Words, nearest};

use super::past::Ended;
use super::plan::Plan;
use super::row::{Draft, RowFault, closed_word, did_you_mean};
use crate::deals::{Deal, Status};
use crate::pipelines::{Pipeline, Stage};
use crate::record::Record as _;
use crate::record::change::Deed;

/// What deals of a file are placed by.
#[derive(Debug)]
pub struct Around<'a> {
    pub plan: &'a Plan,
    /// Those that are not deleted.
    pub pipelines: Vec<Pipeline>,
    /// The tenant's.
    pub zone: Tz,
}

/// What fits a row says of a deal beside its fields: where it stands, and how it ended.
pub(super) fn fit(
    existing: Option<&Deal>,
    draft: &mut Draft,
    around: &Around<'_>,
) -> Option<Arc<dyn Deed<Deal>>> {
    let said = draft.status.filter(|status| *status != Status::Open);
    match (existing, said) {
        (None, None) => {
            place(None, draft, around);
            None
        }
        (None, Some(status)) => {
            place(None, draft, around);
            Some(ended(status, draft, around))
        }
        (Some(deal), Some(status)) if deal.status == status => {
            // What it was is known, and what it is now is not moved.
            draft.fields.remove("probability");
            None
        }
        (Some(deal), None) if deal.status == Status::Open => {
            place(Some(deal), draft, around);
            None
        }
        (Some(_), None) if draft.status.is_none() => {
            draft.fields.remove("probability");
            None
        }
        (Some(deal), said) => {
            stands_otherwise(deal.status, said.unwrap_or(Status::Open), draft, around.plan);
            None
        }
    }
}

/// A new deal that is open no more.
fn ended(status: Status, draft: &mut Draft, around: &Around<'_>) -> Arc<dyn Deed<Deal>> {
    draft.fields.remove("probability");
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let at = draft
        .closed_on
        .map(|day| civil_instant(around.zone, day.and_time(noon)));
    let lost_reason = draft.lost_reason.take();
    Arc::new(Ended {
        status,
        at,
        lost_reason,
    })
}

fn stands_otherwise(here: Status, said: Status, draft: &mut Draft, plan: &Plan) {
    let field = if plan.place("status").is_some() {
        "status"
    } else {
        "stage"
    };
    let words = Words::new(
        format!(
            "This deal is {here} here and {said} in the file: an import neither wins, loses nor reopens deals that are there."
        ),
        format!("此商机在系统中为 {here}，在文件中为 {said}：导入不会对已有商机执行赢单、输单或重新打开。"),
    );
    refuse(draft, plan, field, "wrong_state", &words);
}

fn refuse(draft: &mut Draft, plan: &Plan, field: &str, code: &str, words: &Words) {
    draft
        .faults
        .push(RowFault::new(plan.column_of(field), code, words));
}

/// The stage that is named, in the pipeline that is named, else in the deal's own, else in the default one, else wherever it is.
fn place(existing: Option<&Deal>, draft: &mut Draft, around: &Around<'_>) {
    let pipeline = match draft.pipeline.clone() {
        None => None,
        Some(written) => match pipeline(&written, around) {
            Ok(found) => Some(found),
            Err(words) => return refuse(draft, around.plan, "pipeline", "not_found", &words),
        },
    };
    if let Some(pipeline) = pipeline {
        draft
            .fields
            .insert("pipeline".to_owned(), pipeline.id().to_string().into());
    }
    let Some(written) = draft.stage.clone() else {
        return;
    };
    let own = existing.and_then(|deal| around.pipelines.iter().find(|one| one.id() == deal.pipeline));
    let default = around.pipelines.iter().find(|one| one.is_default);
    let first = pipeline.or(own).or(default);
    let rest = around.pipelines.iter().filter(|_| pipeline.is_none());
    let homes = first.into_iter().chain(rest);
    let found = homes
        .clone()
        .find_map(|home| Some((home, stage(&written, home)?)));
    match found {
        Some((home, stage)) => {
            draft
                .fields
                .insert("pipeline".to_owned(), home.id().to_string().into());
            draft
                .fields
                .insert("stage".to_owned(), stage.id.to_string().into());
        }
        // It says how the deal ended, and is no place.
        None if closed_word(&written).is_some() => {}
        None => {
            let names = homes
                .flat_map(|home| &home.stages)
                .map(|stage| stage.name.as_str());
            let (en, zh) = did_you_mean(nearest(&written, names));
            let words = Words::new(
                format!("No stage is called {written:?}.{en}"),
                format!("没有名为“{written}”的阶段。{zh}"),
            );
            refuse(draft, around.plan, "stage", "not_found", &words);
        }
    }
}

fn pipeline<'a>(written: &str, around: &'a Around<'_>) -> Result<&'a Pipeline, Words> {
    let id = written.parse::<PipelineId>().ok();
    let is_meant = |one: &&Pipeline| Some(one.id()) == id || text::same(&one.name, written);
    around.pipelines.iter().find(is_meant).ok_or_else(|| {
        let names = around.pipelines.iter().map(|one| one.name.as_str());
        let (en, zh) = did_you_mean(nearest(written, names));
        Words::new(
            format!("No pipeline is called {written:?}.{en}"),
            format!("没有名为“{written}”的销售管道。{zh}"),
        )
    })
}

fn stage<'a>(written: &str, home: &'a Pipeline) -> Option<&'a Stage> {
    let id = written.parse::<StageId>().ok();
    home.stages
        .iter()
        .find(|stage| Some(stage.id) == id || text::same(&stage.name, written))
}
