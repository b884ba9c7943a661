//! The product from outside, a file for each noun or proof.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

mod actions;
mod contracts;
mod costs;
mod data;
mod departments;
mod disk;
mod docs;
mod edge;
mod every_write;
mod forms;
mod main_job;
mod new_tenant;
mod publish_files;
mod quotas;
mod races;
mod real_imports;
mod real_sales;
mod real_travel;
mod rights;
mod task_events;
mod typed_document;
mod webhooks;
mod yaml_mistakes;
