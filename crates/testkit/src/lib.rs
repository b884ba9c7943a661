//! Clock, ids and temporary databases for tests.

mod clock;
pub mod corpus;
mod database;
mod entropy;
pub mod plans;
mod step;

pub use clock::FixedClock;
pub use database::{TestDb, for_each_database};
pub use entropy::SeededEntropy;
pub use step::{Steps, in_step};
