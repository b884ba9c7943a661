//! Clock, ids and temporary databases for tests.

mod clock;
mod database;
mod entropy;

pub use clock::FixedClock;
pub use database::{TestDb, for_each_database};
pub use entropy::SeededEntropy;
