//! Whose leave it is: the types in force for somebody, and when they work.

use std::sync::Arc;

use countersign_engine::leave::{
    self, Account, DayTaken, Employment, Entry, LeaveType, LeaveTypes, WorkingTime,
};
use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Place;
use countersign_kernel::directory::Person;
use countersign_kernel::id::UserId;
use countersign_kernel::time::Date;
use countersign_rules::definitions::Kind;
use countersign_rules::scene::Scene;
use countersign_storage::Error;

use super::store::entry;

/// Somebody whose leave is counted.
pub(crate) struct Holder {
    pub person: UserId,
    pub types: Arc<LeaveTypes>,
    pub working: WorkingTime,
    /// The date where they are.
    pub today: Date,
}

impl Holder {
    /// None where no types are published for them, or nobody of this id is there.
    pub(crate) fn of(scene: &Scene, person: UserId, employment: &Employment) -> Option<Self> {
        let found = scene.directory.person(person)?;
        Some(Self {
            person,
            types: types_for(scene, found)?,
            working: WorkingTime::of(found, &scene.calendars, scene.zone, employment),
            today: scene
                .now
                .utc()
                .with_timezone(&scene.calendars.zone_of(Some(found), scene.zone))
                .date_naive(),
        })
    }

    pub(crate) fn account<'a>(&'a self, of: &'a LeaveType) -> Account<'a> {
        Account {
            of,
            year: self.types.year,
            starts: self.types.starts,
            working: &self.working,
        }
    }

    /// The types that are theirs.
    pub(crate) fn own_types(&self, scene: &Scene) -> Vec<&LeaveType> {
        let facts = scene.facts(Actor::System, None);
        let own = |of: &&LeaveType| leave::is_for(of, self.person, &facts);
        self.types.types.iter().filter(own).collect()
    }
}

/// Of their department, else of their country, else of whoever has none of their own.
pub(super) fn types_for(scene: &Scene, person: &Person) -> Option<Arc<LeaveTypes>> {
    let all = || {
        let files = scene.newest.all(Kind::LeaveTypes);
        files.filter_map(|file| file.leave_types())
    };
    let of = |place: Option<Place>| all().find(|types| types.place == place);
    let by = |place: Option<Place>| place.and_then(|place| of(Some(place)));
    by(person.department.clone().map(Place::Department))
        .or_else(|| by(person.country.clone().map(Place::Country)))
        .or_else(|| of(None))
        .cloned()
}

/// What is kept, as the ledger reads it.
pub(super) fn entries(kept: &[entry::Model]) -> Result<Vec<Entry>, Error> {
    kept.iter().map(entry::Model::entry).collect()
}

/// The days that take something.
pub(super) fn taking(days: &[DayTaken]) -> Vec<(Date, leave::Amount)> {
    let taking = days.iter().filter(|day| !day.takes.is_zero());
    taking.map(|day| (day.date, day.takes)).collect()
}
