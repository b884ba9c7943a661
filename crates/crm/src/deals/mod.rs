//! Deals: what we may sell to whom, for how much, and how far that is.

pub mod contract;
mod events;
pub mod http;
pub mod lines;
mod move_contracts;
pub mod shape;
pub mod show_contract;
mod status;
pub mod store;
pub mod summary;
pub mod verb;

use std::sync::Arc;

use countersign_kernel::catalogue::{EventType, Link};
use countersign_kernel::filter::Noun;
use countersign_kernel::id::{AccountId, DealId, PipelineId, PriceBookId, StageId, TypedId};
use countersign_kernel::money::Money;
use countersign_kernel::time::{Date, Instant};
use countersign_storage::RuleLock;
use countersign_web::Member;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::accounts;
use crate::pipelines::PLACES;
use crate::record::fault::Faults;
use crate::record::ground::{Ground, Wanted};
use crate::record::refusal::Refusal;
use crate::record::{Doing, Kind, Meta, Ownership, Record};
use contract::Contract;
pub use events::{CONTRACT_CHANGED, EVENTS, KIND, LINES_CHANGED, LOST, REOPENED, STAGE_CHANGED, WON};
use events::{FIELDS, UPDATED};
use lines::Line;
use shape::{DealEdit, DealView, NOUN, NewDeal};
pub use status::Status;

/// A possible sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    pub meta: Meta,
    pub name: String,
    pub account: AccountId,
    pub pipeline: PipelineId,
    pub stage: StageId,
    pub status: Status,
    pub amount: Option<Money>,
    /// Of winning, in percent.
    pub probability: i64,
    pub expected_close_on: Option<Date>,
    /// When it was won or lost.
    pub closed_at: Option<Instant>,
    pub lost_reason: Option<String>,
    /// The newest one.
    pub contract: Option<Contract>,
    /// Where its lines have their prices from unless they say.
    pub price_book: Option<PriceBookId>,
    /// Where there are lines, the amount is what they come to without tax.
    pub line_count: i64,
    /// Its lines as they shall be kept; nothing: as they are kept.
    pub lines: Option<Arc<Vec<Line>>>,
}

impl Deal {
    /// The name of the stage in which it stands.
    fn stage_name<'a>(&self, ground: &'a Ground) -> Option<&'a str> {
        let pipeline = ground.pipelines.get(&self.pipeline)?;
        pipeline.stage(self.stage).map(|stage| stage.name.as_str())
    }

    /// What it is worth, by hand: only where no lines say so.
    fn worth(&mut self, amount: Member<Money>, faults: &mut Faults) {
        let before = self.amount;
        faults.money("/amount", &mut self.amount, amount);
        if self.line_count > 0 && self.amount != before {
            self.amount = before;
            faults.push(
                "/amount",
                "amount_of_lines",
                format!(
                    "This deal's amount is what its {} lines come to: change these (PUT /v1/deals/{}/lines), or remove them first.",
                    self.line_count,
                    self.id()
                ),
                format!(
                    "此商机的金额由其 {} 行明细得出：请修改明细（PUT /v1/deals/{}/lines），或先移除明细。",
                    self.line_count,
                    self.id()
                ),
            );
        }
    }

    /// Places the deal: in the pipeline and stage that are named, else in the default one's first stage.
    fn place(
        &mut self,
        pipeline: Member<PipelineId>,
        stage: Member<StageId>,
        ground: &Ground,
        faults: &mut Faults,
    ) {
        for (pointer, null) in [
            ("/pipeline", matches!(pipeline, Member::Null)),
            ("/stage", matches!(stage, Member::Null)),
        ] {
            if null {
                faults.needed(pointer);
            }
        }
        let fresh = self.meta.version == 0;
        let (pipeline, stage) = (pipeline.as_set().copied(), stage.as_set().copied());
        if !fresh && pipeline.is_none_or(|id| id == self.pipeline) && stage.is_none_or(|id| id == self.stage)
        {
            return;
        }
        if self.status != Status::Open {
            faults.push(
                if stage.is_some() { "/stage" } else { "/pipeline" },
                "deal_closed",
                format!("This deal is {}: reopen it before you move it.", self.status),
                format!("此商机状态为 {}：移动前请先重新打开。", self.status),
            );
            return;
        }
        let home = match (pipeline, stage) {
            (Some(id), _) => ground.pipeline(id),
            (None, Some(stage)) if fresh => ground.pipeline_of(stage),
            (None, _) if fresh => ground.default_pipeline(),
            (None, _) => ground.pipeline(self.pipeline),
        };
        let Some(home) = home else {
            let (pointer, kind) = if pipeline.is_some() {
                ("/pipeline", "pipeline")
            } else {
                ("/stage", "stage")
            };
            return faults.unknown(pointer, kind);
        };
        let found = match stage {
            Some(id) => home.stage(id),
            None => home.stages.first(),
        };
        let Some(found) = found else {
            return faults.unknown("/stage", "stage");
        };
        self.pipeline = home.id();
        self.stage = found.id;
        self.probability = found.probability;
    }
}

impl Record for Deal {
    type Id = DealId;
    type New = NewDeal;
    type Edit = DealEdit;
    type View = DealView;

    const KIND: &'static Kind = &KIND;
    const RULE: Option<RuleLock> = Some(PLACES.shared());
    const NOUN: &'static Noun = &NOUN;

    fn beside(&self, ground: &Ground) -> Option<String> {
        let next = ground.next.get(&self.id())?;
        serde_json::to_string(next).ok()
    }

    fn blank(meta: Meta) -> Self {
        Self {
            meta,
            name: String::new(),
            account: AccountId(Uuid::nil()),
            pipeline: PipelineId(Uuid::nil()),
            stage: StageId(Uuid::nil()),
            status: Status::Open,
            amount: None,
            probability: 0,
            expected_close_on: None,
            closed_at: None,
            lost_reason: None,
            contract: None,
            price_book: None,
            line_count: 0,
            lines: None,
        }
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn wants(current: Option<&Self>, doing: Doing<'_, DealEdit>, wanted: &mut Wanted) {
        wanted.pipelines |= !matches!(doing, Doing::Show);
        if !matches!(doing, Doing::Delete) {
            wanted.next_of.extend(current.map(Record::id));
        }
        if matches!(doing, Doing::Restore) {
            wanted.parents.extend(current.map(|deal| deal.account));
        }
        if let Doing::Edit(DealEdit {
            account: Member::Set(account),
            ..
        }) = doing
        {
            wanted.accounts.insert(*account);
        }
    }

    fn edit(&mut self, edit: DealEdit, ground: &Ground, faults: &mut Faults) {
        if let Some(name) = faults.line("/name", edit.name, 200) {
            self.name = name;
        }
        match edit.account {
            Member::Absent => {}
            Member::Null => faults.needed("/account"),
            Member::Set(account) if account == self.account => {}
            Member::Set(account) if ground.accounts.contains(&account) => self.account = account,
            Member::Set(_) => faults.unknown("/account", "account"),
        }
        self.worth(edit.amount, faults);
        self.expected_close_on = edit.expected_close_on.over(self.expected_close_on);
        self.place(edit.pipeline, edit.stage, ground, faults);
        match edit.probability {
            Member::Absent => {}
            Member::Null => faults.needed("/probability"),
            Member::Set(percent) if (0..=100).contains(&percent) => self.probability = percent,
            Member::Set(_) => faults.push(
                "/probability",
                "out_of_range",
                "A probability is 0 to 100 percent.",
                "概率为 0 到 100（百分比）。",
            ),
        }
        Ownership {
            owner: edit.owner,
            visibility: edit.visibility,
        }
        .apply(&mut self.meta, ground, faults);
    }

    fn may_return(&self, ground: &Ground) -> Result<(), Refusal> {
        accounts::must_be_there(self, Some(self.account), ground)
    }

    fn edited(&self, before: &Self) -> &'static EventType {
        if self.stage == before.stage {
            &UPDATED
        } else {
            &STAGE_CHANGED
        }
    }

    fn view(&self, ground: &Ground) -> DealView {
        DealView {
            id: self.id(),
            object: KIND.object,
            name: self.name.clone(),
            account: self.account,
            owner: self.meta.owner,
            visibility: self.meta.visibility,
            pipeline: self.pipeline,
            stage: self.stage,
            status: self.status,
            amount: self.amount,
            probability: self.probability,
            expected_close_on: self.expected_close_on,
            closed_at: self.closed_at,
            lost_reason: self.lost_reason.clone(),
            contract: self.contract.clone(),
            line_count: self.line_count,
            next_activity: ground.next.get(&self.id()).cloned(),
            created_at: self.meta.created_at,
            updated_at: self.meta.updated_at,
            version: self.meta.version,
        }
    }

    fn told(&self, ground: &Ground) -> Map<String, Value> {
        let view = serde_json::to_value(self.view(ground)).ok();
        let Some(Value::Object(mut told)) = view else {
            return Map::new();
        };
        told.insert("stage_name".to_owned(), self.stage_name(ground).into());
        if let Some(lines) = lines::told(self, ground) {
            told.insert("lines".to_owned(), lines);
        }
        told.retain(|name, _| FIELDS.iter().any(|field| field.name == name));
        told
    }

    fn links(&self) -> Vec<Link> {
        vec![
            Link::new(KIND.object, self.meta.id),
            Link::new("account", self.account.uuid()),
        ]
    }

    fn state(&self) -> &'static str {
        if self.meta.deleted_at.is_some() {
            "deleted"
        } else {
            self.status.as_str()
        }
    }

    fn possible(&self) -> &'static [&'static str] {
        match self.status {
            _ if self.meta.deleted_at.is_some() => &["restore"],
            Status::Open => &["update", "move", "win", "lose", "delete"],
            Status::Won | Status::Lost => &["update", "reopen", "delete"],
        }
    }
}

impl From<NewDeal> for DealEdit {
    fn from(new: NewDeal) -> Self {
        Self {
            name: Member::Set(new.name),
            account: Member::Set(new.account),
            amount: new.amount,
            expected_close_on: new.expected_close_on,
            pipeline: new.pipeline,
            stage: new.stage,
            probability: new.probability,
            owner: new.owner,
            visibility: new.visibility,
        }
    }
}
