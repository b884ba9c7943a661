//! Who is away, as whoever asks may see it.

use std::collections::BTreeMap;

use countersign_engine::leave::{LeaveTypes, ReasonSeenBy};
use countersign_kernel::actor::Caller;
use countersign_kernel::directory::Person;
use countersign_kernel::id::UserId;
use countersign_kernel::text::Locale;
use countersign_rules::definitions::Kind;
use countersign_rules::scene::Scene;

use super::account::types_for;
use super::rights;
use super::store::leave;

/// Whether the caller reads which type of leave it is: their own, of those whom they manage, as HR, or where everyone may.
pub(super) fn reads_type(caller: &Caller, scene: &Scene, leave: &leave::Model) -> bool {
    reads_type_of(caller, scene, leave.person, &leave.leave_type)
}

/// The same, of leave of this type.
pub(super) fn reads_type_of(caller: &Caller, scene: &Scene, person: UserId, of: &str) -> bool {
    match seen_by(scene, of) {
        ReasonSeenBy::Everyone => true,
        ReasonSeenBy::Approvers => rights::may_see(caller, &scene.directory, person),
        ReasonSeenBy::Hr => caller.user == person || rights::is_hr(caller),
    }
}

/// By whoever is most careful, where several files have a type of this name.
fn seen_by(scene: &Scene, of: &str) -> ReasonSeenBy {
    let files = scene.newest.all(Kind::LeaveTypes);
    let types = files.filter_map(|file| file.leave_types()?.of(of).map(|of| of.reason_seen_by));
    let all: Vec<ReasonSeenBy> = types.collect();
    if all.is_empty() || all.contains(&ReasonSeenBy::Hr) {
        ReasonSeenBy::Hr
    } else if all.contains(&ReasonSeenBy::Approvers) {
        ReasonSeenBy::Approvers
    } else {
        ReasonSeenBy::Everyone
    }
}

/// What people call somebody's leave: in the words of their own types, else of whichever file has such a type first.
pub(super) fn title_of(scene: &Scene, person: &Person, of: &str, locale: Locale) -> Option<String> {
    let title = |types: &LeaveTypes| types.of(of).map(|of| of.title.get(locale).to_owned());
    let own = types_for(scene, person).and_then(|own| title(&own));
    let mut files = scene.newest.all(Kind::LeaveTypes);
    own.or_else(|| files.find_map(|file| title(file.leave_types()?)))
}

/// The title of each type, of whichever file has it first.
pub(super) fn titles(scene: &Scene, locale: Locale) -> BTreeMap<String, String> {
    let files = scene.newest.all(Kind::LeaveTypes);
    let types = files
        .filter_map(|file| file.leave_types())
        .flat_map(|file| &file.types);
    let mut titles = BTreeMap::new();
    for of in types {
        titles
            .entry(of.name.clone())
            .or_insert_with(|| of.title.get(locale).to_owned());
    }
    titles
}

/// The people of a department.
pub(super) fn department_of<'a>(scene: &'a Scene, name: &'a str) -> impl Iterator<Item = UserId> + 'a {
    let people = scene.directory.people.values();
    people
        .filter(move |person| person.active && person.department.as_deref() == Some(name))
        .map(|person| person.id)
}
