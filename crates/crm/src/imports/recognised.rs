//! Which records rows mean.

use std::collections::{BTreeSet, HashMap};

use countersign_kernel::id::TypedId;
use countersign_storage::Uow;
use serde_json::Value;
use uuid::Uuid;

use super::apply::Scene;
use super::found::{self, Key, Target};
use super::plan::own_key;
use super::report::{Going, deleted, no_record, repeats, several};
use super::row::{Draft, RowFault};
use super::words::MatchOn;
use crate::record::refusal::Refusal;

impl Scene {
    /// Finds the records that rows mean.
    pub(super) async fn find<R: Target>(&self, uow: &Uow, going: &mut [Going<R>]) -> Result<(), Refusal> {
        match self.plan().match_on {
            MatchOn::ExternalId => self.by_external_id(uow, going).await,
            MatchOn::Id => {
                self.by_id(uow, going).await?;
                self.by_key(uow, going, own_key(self.plan().kind)).await?;
                refuse_twice(going);
                Ok(())
            }
            other => self.by_key(uow, going, other).await,
        }
    }

    async fn by_id<R: Target>(&self, uow: &Uow, going: &mut [Going<R>]) -> Result<(), Refusal> {
        let said = |one: &Going<R>| one.draft.id.as_ref()?.parse::<R::Id>().ok();
        let ids: BTreeSet<Uuid> = going.iter().filter_map(said).map(TypedId::uuid).collect();
        let found = found::by_ids::<R>(uow.reads(), &self.hand.viewer, &ids).await?;
        for one in going
            .iter_mut()
            .filter(is_sound)
            .filter(|one| one.draft.id.is_some())
        {
            let record = said(one).and_then(|id| found.get(&id.uuid()));
            match record {
                Some(record) if record.meta().deleted_at.is_none() => one.existing = Some(record.clone()),
                Some(record) => self.refuse_deleted("id", record, &mut one.draft),
                None => {
                    let written = one.draft.id.clone().unwrap_or_default();
                    let words = no_record(&written, R::KIND.object, R::KIND.zh);
                    let column = self.plan().column_of("id");
                    one.draft.faults.push(RowFault::new(column, "not_found", &words));
                }
            }
        }
        Ok(())
    }

    async fn by_external_id<R: Target>(&self, uow: &Uow, going: &mut [Going<R>]) -> Result<(), Refusal> {
        let source = self.plan().source.as_deref().unwrap_or_default();
        let ids: BTreeSet<String> = going
            .iter()
            .filter_map(|one| one.draft.external_id.clone())
            .collect();
        let viewer = &self.hand.viewer;
        let mut found = found::by_external_ids::<R>(uow.reads(), viewer, source, &ids).await?;
        for one in going.iter_mut().filter(is_sound) {
            let id = one.draft.external_id.as_ref();
            match id.and_then(|id| found.remove(id)) {
                Some(record) if record.meta().deleted_at.is_some() => {
                    self.refuse_deleted("external_id", &record, &mut one.draft);
                }
                record => one.existing = record,
            }
        }
        Ok(())
    }

    fn refuse_deleted<R: Target>(&self, by: &str, record: &R, draft: &mut Draft) {
        let words = deleted(record.id().to_string(), R::KIND.object, R::KIND.zh);
        let column = self.plan().column_of(by);
        draft.faults.push(RowFault::new(column, "deleted", &words));
    }

    /// Of rows that say no id.
    async fn by_key<R: Target>(
        &self,
        uow: &Uow,
        going: &mut [Going<R>],
        match_on: MatchOn,
    ) -> Result<(), Refusal> {
        let plan = self.plan();
        let key = |one: &Going<R>| {
            let looked_for = one.draft.faults.is_empty() && one.draft.id.is_none();
            looked_for.then(|| Key::of(&one.draft, match_on)).flatten()
        };
        let keys: BTreeSet<Key> = going.iter().filter_map(key).collect();
        let found = found::by_keys::<R>(uow.reads(), &self.hand.viewer, &keys).await?;
        for one in going.iter_mut() {
            let of_key = key(one).and_then(|key| found.get(&key)).map(Vec::as_slice);
            match of_key.unwrap_or_default() {
                [] => {}
                [record] => one.existing = Some(record.clone()),
                [_, ..] => {
                    let words = several(R::KIND.plural, R::KIND.zh, &name_of(match_on, &one.draft));
                    let column = plan.column_of(match_on.as_str()).or(plan.column_of("name"));
                    one.draft.faults.push(RowFault::new(column, "which_one", &words));
                }
            }
        }
        Ok(())
    }
}

fn is_sound<R>(one: &&mut Going<R>) -> bool {
    one.draft.faults.is_empty()
}

/// A row that says an id and one that says a name may mean one record.
fn refuse_twice<R: Target>(going: &mut [Going<R>]) {
    let mut first: HashMap<Uuid, u64> = HashMap::new();
    for one in going.iter_mut().filter(is_sound) {
        let Some(record) = one.existing.as_ref().map(|record| record.meta().id) else {
            continue;
        };
        if let Some(line) = first.get(&record) {
            one.draft
                .faults
                .push(RowFault::new(None, "repeated", &repeats(*line)));
        } else {
            first.insert(record, one.line);
        }
    }
}

/// What a row says that it is about.
fn name_of(match_on: MatchOn, draft: &Draft) -> String {
    let field = if match_on == MatchOn::Email && draft.fields.contains_key("email") {
        "email"
    } else {
        "name"
    };
    let value = draft.fields.get(field).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}
