//! Who is calling: tenants, people, roles, sessions, keys.
//!
//! [`Identity`] is made once, in the server's `compose`; it recognises callers, and [`Directories`] gives everyone the
//! organisation as it is now. To change anything, run one of the units of work in the `service` rooms, like
//! [`tenants::service::Create`] or [`people::service::Create`].

mod authenticate;
pub mod departments;
mod directory;
mod error;
pub mod house;
mod identity;
pub mod keys;
mod locale;
mod memory;
mod occasion;
pub mod passwords;
pub mod people;
mod problem;
pub mod roles;
pub mod secret;
pub mod sessions;
pub mod set_up;
pub mod tenants;

use countersign_kernel::catalogue::EventType;
use countersign_web::Expanders;
use utoipa_actix_web::service_config::ServiceConfig;

pub use directory::Directories;
pub use error::{Conflict, Error, Fault};
pub use identity::{Identity, Parts};
pub use memory::{Memory, bump};
pub use occasion::{Change, Occasion};

/// Every type of event that identity emits.
pub const EVENTS: &[EventType] = &[
    tenants::CREATED,
    tenants::UPDATED,
    people::CREATED,
    people::UPDATED,
    people::DISABLED,
    people::ENABLED,
    people::PASSWORD_CHANGED,
    people::PASSWORD_LINK_CREATED,
    people::SIGNED_OUT,
    departments::CREATED,
    departments::UPDATED,
    departments::DELETED,
    roles::CREATED,
    roles::UPDATED,
    roles::DELETED,
    sessions::STARTED,
    sessions::ENDED,
    keys::CREATED,
    keys::REVOKED,
];

/// The operations of identity.
pub fn mount(config: &mut ServiceConfig) {
    sessions::http::mount(config);
    set_up::http::mount(config);
    passwords::http::mount(config);
    people::http::mount(config);
    departments::http::mount(config);
    roles::http::mount(config);
    keys::http::mount(config);
    tenants::http::mount(config);
}

/// What `expand` shows in the places of identity's ids.
pub fn expanders(expanders: &mut Expanders) {
    expanders
        .add(people::expand::Users)
        .add(departments::expand::Departments);
}
