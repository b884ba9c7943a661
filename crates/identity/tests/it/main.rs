//! Identity from outside: over HTTP, on real databases.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod calls;
mod company;
mod directory;
mod keys;
mod passwords;
mod plain_passwords;
mod races;
mod sessions;
mod sessions_kept;
mod set_up;
mod settings;
mod signed_in;
mod throttling;
mod tokens;
