//! Exports: what a list shows, as a file for a spreadsheet, which an import takes back: what comes in as it went out changes nothing.
//!
//! A file is made while it is sent, page by page ([`rows`]), so that a million records take no more memory than a hundred. How many there
//! are is known before the first byte: a file is whole, or there is none.

pub mod columns;
mod form;
pub mod http;
mod lookup;
mod rows;

pub use columns::Exported;
