//! Rows become changes of records: what they name is looked up, the record kit judges and keeps, and what became of each is told.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use countersign_kernel::id::{AccountId, EventId, derive};
use countersign_kernel::time::Instant;
use countersign_storage::Uow;
use countersign_web::{Expected, Member};
use serde_json::Value;
use uuid::Uuid;

use super::found::{self, Target};
use super::places::Around;
use super::plan::Plan;
use super::prepared::Prepared;
use super::report::{BEYOND_US, Going, Report, WRONG_FORM, faults_of, needed, no_account, repeats, several};
use super::row::{Draft, People, RowFault};
use super::store::{self, Model};
use super::words::ImportKind;
use crate::accounts::Account;
use crate::accounts::shape::AccountEdit;
use crate::pipelines;
use crate::record::Record;
use crate::record::change::{Done, Hand, Op, What, change};
use crate::record::external::{self, ExternalId};
use crate::record::ground::Ground;
use crate::record::lookup::zone_of;
use crate::record::refusal::Refusal;

/// Some rows of an import, and as whom they are written.
pub struct Scene {
    pub hand: Hand,
    pub import: Model,
    pub prepared: Arc<Prepared>,
    pub from: usize,
    pub most: usize,
}

impl Scene {
    pub(super) fn plan(&self) -> &Plan {
        &self.prepared.plan
    }

    fn now(&self) -> Instant {
        self.hand.by.change.at
    }

    /// Goes through the rows.
    pub async fn apply<R: Target>(&self, uow: &mut Uow) -> Result<Report, Refusal> {
        let mut report = Report::default();
        let mut going = self.read::<R>();
        self.name_accounts(uow, &mut going, &mut report).await?;
        self.find(uow, &mut going).await?;
        let around = self.around(uow).await?;
        let mut ops: Vec<Op<R>> = Vec::new();
        let mut places = Vec::new();
        for (place, one) in going.iter_mut().enumerate() {
            if let Some(op) = self.op(one, &around) {
                ops.push(op);
                places.push(place);
            }
        }
        let outcomes = change(uow, &self.hand, &ops, false).await?;
        let mut known = Vec::new();
        for (place, outcome) in places.into_iter().zip(outcomes) {
            let Some(one) = going.get_mut(place) else { continue };
            match outcome {
                Ok(done) => {
                    known.extend(self.external(one, &done));
                    report.note(&self.import, one, &done);
                }
                Err(Refusal::Storage(error)) => return Err(error.into()),
                Err(refusal) => one.draft.faults.extend(faults_of(self.plan(), &refusal)),
            }
        }
        if !known.is_empty() {
            external::keep(uow.writes().await?, self.import.tenant_id, R::KIND, &known).await?;
        }
        for one in going.iter().filter(|one| !one.draft.faults.is_empty()) {
            report.refuse(
                &self.import,
                R::KIND.object,
                one.number,
                one.line,
                &one.draft.faults,
            );
        }
        report.done = going.len() as i64;
        Ok(report)
    }

    /// Refuses the rows without looking at them: something about them is beyond us.
    pub fn give_up(&self) -> Report {
        let mut report = Report::default();
        let fault = RowFault::new(None, "internal", &BEYOND_US);
        for (number, row) in self.rows() {
            let faults = std::slice::from_ref(&fault);
            report.refuse(
                &self.import,
                self.plan().kind.of().object,
                number,
                row.line,
                faults,
            );
            report.done += 1;
        }
        report
    }

    fn rows(&self) -> impl Iterator<Item = (usize, &super::sheet::Row)> {
        let rows = self.prepared.sheet.rows.iter().enumerate();
        rows.skip(self.from).take(self.most)
    }

    fn read<R>(&self) -> Vec<Going<R>> {
        let people = People::of(&self.hand.directory);
        let read = |(number, row): (usize, &super::sheet::Row)| {
            let mut draft = Draft::read(self.plan(), row, &people);
            if let Some(line) = self.prepared.repeats.get(&number) {
                draft
                    .faults
                    .push(RowFault::new(None, "repeated", &repeats(*line)));
            }
            Going {
                number,
                line: row.line,
                draft,
                existing: None,
            }
        };
        self.rows().map(read).collect()
    }

    /// Finds the accounts that rows name, and makes those that are to be made.
    async fn name_accounts<R>(
        &self,
        uow: &mut Uow,
        going: &mut [Going<R>],
        report: &mut Report,
    ) -> Result<(), Refusal> {
        let sound = |one: &&Going<R>| one.draft.faults.is_empty();
        let written: BTreeSet<String> = going
            .iter()
            .filter(sound)
            .filter_map(|one| one.draft.account.clone())
            .collect();
        if written.is_empty() {
            return Ok(());
        }
        let mut found = found::accounts(uow.reads(), &self.hand.viewer, &written).await?;
        if self.plan().create_missing {
            self.make_accounts(uow, going, &mut found, report).await?;
        }
        let column = self.plan().column_of("account");
        for one in going.iter_mut() {
            let Some(written) = &one.draft.account else {
                continue;
            };
            match found.get(&found::account_key(written)).map(Vec::as_slice) {
                Some([account]) => {
                    one.draft
                        .fields
                        .insert("account".to_owned(), account.to_string().into());
                }
                Some([_, ..]) => {
                    let words = several("accounts", "客户", written);
                    one.draft.faults.push(RowFault::new(column, "which_one", &words));
                }
                // One that is not to be seen may stand where it stood: the record's rules know.
                _ if written.parse::<AccountId>().is_ok() => {
                    let id = Value::from(written.as_str());
                    one.draft.fields.insert("account".to_owned(), id);
                }
                // A row that is refused anyway was not looked for.
                _ if one.draft.faults.is_empty() => {
                    let words = no_account(written);
                    one.draft.faults.push(RowFault::new(column, "not_found", &words));
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn make_accounts<R>(
        &self,
        uow: &mut Uow,
        going: &mut [Going<R>],
        found: &mut HashMap<String, Vec<AccountId>>,
        report: &mut Report,
    ) -> Result<(), Refusal> {
        let missing = missing(going, found);
        // In a rehearsal the same name makes the same account in every unit of work, so that it is counted once.
        let at = if self.import.validate_only {
            self.import.created_at
        } else {
            self.now()
        };
        let id = |key: &str| derive("import account", self.import.id.0, key.as_bytes(), at);
        let ops: Vec<Op<Account>> = missing
            .iter()
            .filter_map(|(key, place)| {
                let name = going.get(*place)?.draft.account.clone()?;
                Some(self.account_op(id(key), name))
            })
            .collect();
        let ids: Vec<Uuid> = ops.iter().map(|op| op.id).collect();
        let counted = if self.import.validate_only && !ids.is_empty() {
            store::noted(uow.reads(), &self.import, &ids).await?
        } else {
            Default::default()
        };
        let outcomes = change(uow, &self.hand, &ops, false).await?;
        let column = self.plan().column_of("account");
        for ((key, place), outcome) in missing.into_iter().zip(outcomes) {
            let Some(one) = going.get_mut(place) else { continue };
            match outcome {
                Ok(done) => {
                    found.insert(key, vec![done.record.id()]);
                    if !counted.contains(&done.record.meta.id) {
                        report.made_account(&self.import, one.number, one.line, &done.record.meta);
                    }
                }
                Err(Refusal::Storage(error)) => return Err(error.into()),
                Err(refusal) => {
                    let faults = faults_of(self.plan(), &refusal);
                    one.draft.faults.extend(faults.into_iter().map(|fault| RowFault {
                        column: column.map(str::to_owned),
                        ..fault
                    }));
                }
            }
        }
        Ok(())
    }

    fn account_op(&self, id: Uuid, name: String) -> Op<Account> {
        let edit = AccountEdit {
            name: Member::Set(name),
            domain: Member::Absent,
            country: Member::Absent,
            owner: Member::Absent,
            visibility: Member::Absent,
        };
        Op {
            id,
            event: EventId(derive("import made", id, b"created", self.now())),
            expected: Expected::NotGiven,
            what: What::Create(edit),
        }
    }

    async fn around(&self, uow: &mut Uow) -> Result<Around<'_>, Refusal> {
        let tenant = self.import.tenant_id;
        let mut around = Around {
            plan: self.plan(),
            pipelines: Vec::new(),
            zone: chrono_tz::Tz::UTC,
        };
        if self.plan().kind == ImportKind::Deals {
            let mut all = pipelines::store::all(uow.reads(), tenant).await?;
            if all.is_empty() {
                all.push(pipelines::first::lay(uow, &self.hand.by).await?);
            }
            all.retain(|pipeline| pipeline.meta.deleted_at.is_none());
            around.pipelines = all;
            around.zone = zone_of(uow.reads(), tenant).await?;
        }
        Ok(around)
    }

    /// The change that a row asks for, unless it is refused.
    fn op<R: Target>(&self, one: &mut Going<R>, around: &Around<'_>) -> Option<Op<R>> {
        if !one.draft.faults.is_empty() {
            return None;
        }
        if let Some(record) = &one.existing {
            let stands = serde_json::to_value(record.view(&Ground::bare(&self.hand.by)));
            one.draft.leave_out(self.plan().kind, &stands.unwrap_or_default());
        }
        let past = R::fit(one.existing.as_ref(), &mut one.draft, around);
        if one.existing.is_none() {
            for field in R::NEEDED
                .iter()
                .filter(|field| !one.draft.fields.contains_key(**field))
            {
                let column = self.plan().column_of(field);
                one.draft
                    .faults
                    .push(RowFault::new(column, "required", &needed(field)));
            }
        }
        let edit = serde_json::from_value::<R::Edit>(Value::Object(one.draft.fields.clone()));
        let Ok(edit) = edit else {
            one.draft
                .faults
                .push(RowFault::new(None, "wrong_form", &WRONG_FORM));
            return None;
        };
        if !one.draft.faults.is_empty() {
            return None;
        }
        let part = (one.number as u64).to_be_bytes();
        let (id, what) = match (&one.existing, past) {
            (Some(record), _) => (record.meta().id, What::Edit(edit)),
            (None, past) => {
                let id = derive("import row", self.import.id.0, &part, self.now());
                (
                    id,
                    past.map_or(What::Create(edit.clone()), |past| What::Bring(edit, past)),
                )
            }
        };
        Some(Op {
            id,
            event: EventId(derive("import event", self.import.id.0, &part, self.now())),
            expected: Expected::NotGiven,
            what,
        })
    }

    fn external<R: Target>(&self, one: &Going<R>, done: &Done<R>) -> Option<(ExternalId, Uuid)> {
        let source = self.plan().source.clone()?;
        let id = one.draft.external_id.clone().filter(|_| done.created)?;
        Some((ExternalId { source, id }, done.record.meta().id))
    }
}

/// The names of accounts that are not there, each with the first row that names it.
fn missing<R>(going: &[Going<R>], found: &HashMap<String, Vec<AccountId>>) -> BTreeMap<String, usize> {
    let mut missing: BTreeMap<String, usize> = BTreeMap::new();
    let sound = going.iter().enumerate();
    for (place, one) in sound.filter(|(_, one)| one.draft.faults.is_empty()) {
        let Some(written) = &one.draft.account else {
            continue;
        };
        let key = found::account_key(written);
        if !found.contains_key(&key) && written.parse::<AccountId>().is_err() {
            missing.entry(key).or_insert(place);
        }
    }
    missing
}
