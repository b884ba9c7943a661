//! The language and its judgement from outside, as `rules` and `oa` use them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod around;
mod barred;
mod bounds;
mod circles;
mod codes;
mod every_mistake;
mod explained;
mod expressions;
mod facts;
mod filling_in;
mod findings;
mod forms;
mod fuzz;
mod held;
mod json;
mod judgement;
mod leave;
mod leavers;
mod picks;
mod properties;
mod refusals;
mod shipped;
mod simulations;
mod stories;
mod tables;
mod words;
mod zones;
