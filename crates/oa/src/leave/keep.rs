//! Keeping leave: its entries in the ledger, its row and days, and what is told of it.

use countersign_engine::leave::{Amount, Entry, EntryKind, Use};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, LeaveEntryId, LeaveId, RequestId, UserId, derive};
use countersign_kernel::time::Instant;
use countersign_rules::scene::Scene;
use countersign_storage::Uow;
use countersign_storage::log::ChangeContext;
use serde_json::json;
use uuid::Uuid;

use super::follow::{Standing, Wanted};
use super::{account, store};
use crate::error::Error;

/// Whose leave is kept, and what it follows from.
pub(super) struct Keeping<'a> {
    pub(super) scene: &'a Scene,
    pub(super) person: UserId,
    /// The request or the recount that it follows from, and which of its commands: they tell its entries from those of others.
    pub(super) origin: (Uuid, i64),
    pub(super) context: ChangeContext,
}

impl Keeping<'_> {
    /// Keeps leave as it is to be: what it had is given back, what it needs is taken. Answers what that adds to the ledger.
    pub(super) async fn keep(
        &self,
        uow: &mut Uow,
        id: LeaveId,
        known: Option<(LeaveId, i64, Instant)>,
        wanted: &Wanted<'_>,
        (freed, uses): (Vec<Entry>, Vec<Use>),
    ) -> Result<Vec<Entry>, Error> {
        let now = self.scene.now;
        let used = uses.iter().map(|one| Entry {
            kind: wanted.standing.kind(),
            on: one.on,
            bucket: one.bucket,
            amount: -one.amount,
            key: None,
        });
        let entries: Vec<Entry> = freed.into_iter().chain(used).collect();
        self.add(uow, id, &wanted.of.name, entries.clone()).await?;
        let days = account::taking(&wanted.days);
        let row = store::leave::Model {
            tenant_id: uow.tenant(),
            id,
            version: known.map_or(1, |(_, version, _)| version + 1),
            person: self.person,
            leave_type: wanted.of.name.clone(),
            status: wanted.standing.word().to_owned(),
            first_day: wanted.away.first,
            last_day: wanted.away.last,
            start_half: wanted.away.start_half,
            end_half: wanted.away.end_half,
            hours: wanted.away.hours.map(Amount::thousandths),
            amount: days.iter().map(|(_, amount)| amount.thousandths()).sum(),
            created_at: known.map_or(now, |(.., created)| created),
            updated_at: now,
        };
        self.tell(uow, &row);
        store::keep(uow, row, &days).await?;
        Ok(entries)
    }

    /// All that a leave has goes back to where it came from.
    pub(super) async fn give_back(&self, uow: &mut Uow, known: store::leave::Model) -> Result<(), Error> {
        if known.status == Standing::Nothing.word() {
            return Ok(());
        }
        let (freed, _) = self.freed(uow, Some(&known), &known.leave_type).await?;
        self.add(uow, known.id, &known.leave_type, freed).await?;
        let row = store::leave::Model {
            version: known.version + 1,
            status: Standing::Nothing.word().to_owned(),
            amount: 0,
            updated_at: self.scene.now,
            ..known
        };
        self.tell(uow, &row);
        Ok(store::keep(uow, row, &[]).await?)
    }

    /// What was set aside is taken.
    pub(super) async fn take(&self, uow: &mut Uow, known: store::leave::Model) -> Result<(), Error> {
        let (freed, _) = self.freed(uow, Some(&known), &known.leave_type).await?;
        let taken: Vec<Entry> = freed
            .iter()
            .map(|entry| Entry {
                kind: EntryKind::Taken,
                amount: -entry.amount,
                ..entry.clone()
            })
            .collect();
        let entries = freed.into_iter().chain(taken).collect();
        self.add(uow, known.id, &known.leave_type, entries).await?;
        let row = store::leave::Model {
            version: known.version + 1,
            status: Standing::Taken.word().to_owned(),
            updated_at: self.scene.now,
            ..known
        };
        self.tell(uow, &row);
        Ok(store::mark(uow, row).await?)
    }

    /// What gives back all that a leave has now, and what is kept of a type beside that.
    pub(super) async fn freed(
        &self,
        uow: &Uow,
        known: Option<&store::leave::Model>,
        of: &str,
    ) -> Result<(Vec<Entry>, Vec<Entry>), Error> {
        let mut all = store::entries(uow.reads(), uow.tenant(), &[self.person], None).await?;
        let mut freed = Vec::new();
        if let Some(known) = known {
            let rows = all.get(&(self.person, known.leave_type.clone()));
            freed = given_back(rows.map_or(&[], Vec::as_slice), known.id)?;
        }
        let own = all.remove(&(self.person, of.to_owned())).unwrap_or_default();
        let mut kept = account::entries(&own)?;
        if known.is_some_and(|known| known.leave_type == of) {
            kept.extend(freed.iter().cloned());
        }
        Ok((freed, kept))
    }

    async fn add(&self, uow: &mut Uow, leave: LeaveId, of: &str, entries: Vec<Entry>) -> Result<(), Error> {
        let id = |place: usize| {
            let (origin, command) = self.origin;
            let told_apart = [command.to_be_bytes(), (place as i64).to_be_bytes()].concat();
            LeaveEntryId(derive("leave_entry", origin, &told_apart, self.scene.now))
        };
        let new = entries.into_iter().enumerate().map(|(place, entry)| store::New {
            id: id(place),
            person: self.person,
            of: of.to_owned(),
            entry,
            request: Some(leave),
            reason: None,
        });
        Ok(store::add(uow, new.collect(), &self.context.actor, self.scene.now).await?)
    }

    fn tell(&self, uow: &mut Uow, row: &store::leave::Model) {
        let event = EventId(derive(
            "leave event",
            row.id.0,
            &row.version.to_be_bytes(),
            self.scene.now,
        ));
        let thing = json!({
            "id": row.id, "request": RequestId(row.id.0), "person": row.person, "type": row.leave_type,
            "status": row.status, "first_day": row.first_day, "last_day": row.last_day,
        });
        let entry = self
            .context
            .entry(
                event,
                Link::new("leave", row.id.0),
                row.version,
                kind_of(&row.status),
            )
            .with_links(vec![Link::new("request", row.id.0)])
            .with_body(json!({ "thing": thing }));
        uow.append(entry);
    }
}

/// What gives back what a leave has in each bucket.
pub(super) fn given_back(rows: &[store::entry::Model], leave: LeaveId) -> Result<Vec<Entry>, Error> {
    let mut back: Vec<Entry> = Vec::new();
    for row in rows
        .iter()
        .filter(|row| row.request_id == Some(RequestId(leave.0)))
    {
        let entry = row.entry()?;
        let same = |known: &&mut Entry| known.bucket == entry.bucket && known.on == entry.on;
        match back.iter_mut().find(same) {
            Some(known) => known.amount -= entry.amount,
            None => back.push(Entry {
                kind: EntryKind::Released,
                amount: -entry.amount,
                ..entry
            }),
        }
    }
    back.retain(|entry| !entry.amount.is_zero());
    Ok(back)
}

fn kind_of(status: &str) -> &'static str {
    match status {
        "reserved" => "oa.leave.reserved",
        "taken" => "oa.leave.taken",
        _ => "oa.leave.released",
    }
}
