//! Tasks: a request seen by whoever is asked to decide. The inbox.
//!
//! A task is a seat of its request's state; its row is written by [`crate::requests::act`] and never elsewhere.

pub(crate) mod batch;
pub(crate) mod http;
pub(crate) mod leaving;
pub(crate) mod service;
pub(crate) mod store;
pub(crate) mod succession;
pub(crate) mod turns;
pub(crate) mod verdict;
pub(crate) mod view;
