//! Who sees whose leave, and who changes it.

use countersign_kernel::actor::Caller;
use countersign_kernel::directory::{Directory, FOR_OTHERS};
use countersign_kernel::id::UserId;

/// Managers above each other.
const LEVELS: usize = 50;

/// Whether it is the caller's own, or of somebody whom they manage at whatever distance, or HR asks.
pub(super) fn may_see(caller: &Caller, directory: &Directory, person: UserId) -> bool {
    caller.user == person || is_hr(caller) || manages(directory, caller.user, person)
}

/// HR and admins, who act for others.
pub(super) fn is_hr(caller: &Caller) -> bool {
    FOR_OTHERS.iter().any(|role| caller.roles.contains(*role))
}

fn manages(directory: &Directory, manager: UserId, person: UserId) -> bool {
    let above = |person: &UserId| directory.person(*person).and_then(|person| person.manager);
    std::iter::successors(above(&person), above)
        .take(LEVELS)
        .any(|above| above == manager)
}
