//! Customers: leads, accounts, contacts, pipelines, deals with what they sell, and what is done about them.
//!
//! Everything that the kinds of record have in common is written once, in [`record`]; a kind is a folder with its
//! shape and its rules. [`timeline`] listens to the whole log. The office is not known here: it hears of deals by
//! events, and answers through the action [`deals::show_contract`].

pub mod accounts;
pub mod activities;
pub mod contacts;
pub mod deals;
pub mod exports;
pub mod imports;
pub mod leads;
pub mod pipelines;
pub mod price_book_entries;
pub mod price_books;
pub mod pricing;
pub mod products;
pub mod record;
pub mod timeline;
pub mod today;

use countersign_identity::Directories;
use countersign_kernel::catalogue::Catalogue;
use countersign_platform::{EverybodySees, Sight};
use countersign_web::Expanders;
use utoipa_actix_web::service_config::ServiceConfig;

pub use deals::show_contract::ShowContract;
pub use imports::Importer;
pub use imports::prepared::Sheets;
pub use timeline::keeper::TimelineKeeper;

use accounts::Account;
use activities::Activity;
use contacts::Contact;
use deals::Deal;
use imports::SeesImports;
use leads::Lead;
use pipelines::Pipeline;
use price_book_entries::PriceBookEntry;
use price_books::PriceBook;
use products::Product;
use record::shown::Shown;

/// Every route of the CRM. The handlers find [`Directories`], [`Sight`] and [`Sheets`] in the app's data.
pub fn mount(config: &mut ServiceConfig<'_>) {
    accounts::http::mount(config);
    activities::http::mount(config);
    contacts::http::mount(config);
    deals::http::mount(config);
    imports::http::mount(config);
    leads::http::mount(config);
    pipelines::http::mount(config);
    price_book_entries::http::mount(config);
    price_books::http::mount(config);
    products::http::mount(config);
    today::http::mount(config);
}

/// Every scope that an operation or an event here asks for.
pub const SCOPES: &[&str] = &[
    accounts::KIND.read,
    accounts::KIND.write,
    activities::KIND.read,
    activities::KIND.write,
    contacts::KIND.read,
    contacts::KIND.write,
    deals::KIND.read,
    deals::KIND.write,
    imports::READ,
    imports::WRITE,
    leads::KIND.read,
    leads::KIND.write,
    pipelines::KIND.read,
    pipelines::KIND.write,
    price_books::KIND.read,
    price_books::KIND.write,
    products::KIND.read,
    products::KIND.write,
];

/// The catalogue with every event that the CRM emits.
#[must_use]
pub fn declare(catalogue: Catalogue) -> Catalogue {
    catalogue
        .with_events(accounts::EVENTS)
        .with_events(contacts::EVENTS)
        .with_events(pipelines::EVENTS)
        .with_events(deals::EVENTS)
        .with_events(activities::EVENTS)
        .with_events(leads::EVENTS)
        .with_events(imports::EVENTS)
        .with_events(products::EVENTS)
        .with_events(price_books::EVENTS)
        .with_events(price_book_entries::EVENTS)
}

/// Adds what `expand` makes of ids of customer records.
pub fn expand(expanders: &mut Expanders, directories: &Directories) {
    expanders
        .add(Shown::<Account>::new(directories.clone()))
        .add(Shown::<Contact>::new(directories.clone()))
        .add(Shown::<Deal>::new(directories.clone()))
        .add(Shown::<Activity>::new(directories.clone()))
        .add(Shown::<Lead>::new(directories.clone()))
        .add(Shown::<Pipeline>::new(directories.clone()))
        .add(Shown::<Product>::new(directories.clone()))
        .add(Shown::<PriceBook>::new(directories.clone()))
        .add(Shown::<PriceBookEntry>::new(directories.clone()));
}

/// With who sees which customer records.
#[must_use]
pub fn sight(sight: Sight, directories: &Directories) -> Sight {
    sight
        .with(Shown::<Account>::new(directories.clone()))
        .with(Shown::<Contact>::new(directories.clone()))
        .with(Shown::<Deal>::new(directories.clone()))
        .with(Shown::<Activity>::new(directories.clone()))
        .with(Shown::<Lead>::new(directories.clone()))
        .with(EverybodySees(pipelines::KIND.object))
        .with(EverybodySees(products::KIND.object))
        .with(EverybodySees(price_books::KIND.object))
        .with(EverybodySees(price_book_entries::KIND.object))
        .with(SeesImports)
}
