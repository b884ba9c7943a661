//! Keeping leave: its entries in the ledger, its row and days, and what is told of it.

use countersign_engine::leave::{Amount, Entry, EntryKind, Use};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, LeaveEntryId, LeaveId, RequestId, derive};
use countersign_kernel::time::Instant;
use countersign_storage::Uow;
use serde_json::json;

use super::follow::{Change, Standing, Wanted};
use super::{account, store};
use crate::error::Error;

impl Change<'_> {
    /// Keeps leave as it is to be: what it had is given back, what it needs is taken.
    pub(super) async fn keep(
        &self,
        uow: &mut Uow,
        id: LeaveId,
        known: Option<(LeaveId, i64, Instant)>,
        wanted: &Wanted<'_>,
        (freed, uses): (Vec<Entry>, Vec<Use>),
    ) -> Result<(), Error> {
        let now = self.scene.now;
        let used = uses.iter().map(|one| Entry {
            kind: wanted.standing.kind(),
            on: one.on,
            bucket: one.bucket,
            amount: -one.amount,
            key: None,
        });
        let entries: Vec<Entry> = freed.into_iter().chain(used).collect();
        self.add(uow, id, &wanted.of.name, entries).await?;
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
        Ok(store::keep(uow, row, &days).await?)
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

    async fn add(&self, uow: &mut Uow, leave: LeaveId, of: &str, entries: Vec<Entry>) -> Result<(), Error> {
        let id = |place: usize| {
            let told_apart = [self.version.to_be_bytes(), (place as i64).to_be_bytes()].concat();
            LeaveEntryId(derive("leave_entry", self.request.0, &told_apart, self.scene.now))
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

fn kind_of(status: &str) -> &'static str {
    match status {
        "reserved" => "oa.leave.reserved",
        "taken" => "oa.leave.taken",
        _ => "oa.leave.released",
    }
}
