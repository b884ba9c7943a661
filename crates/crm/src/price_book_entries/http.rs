//! Where price book entries are reached.

use countersign_kernel::id::PriceBookEntryId;

use super::PriceBookEntry;
use super::shape::{NewPriceBookEntry, PriceBookEntryEdit, PriceBookEntryView};
use crate::record::routes::prelude::*;
use crate::record::routes::{customer_routes, list_routes, record_routes};

list_routes! {
    record: PriceBookEntry, view: PriceBookEntryView, many: "price-book-entries", read: "crm:price-books:read",
    list: list_price_book_entries "/v1/price-book-entries",
}

record_routes! {
    record: PriceBookEntry, id: PriceBookEntryId, new: NewPriceBookEntry, edit: PriceBookEntryEdit, view: PriceBookEntryView,
    one: "price book entry" "a price book entry", many: "price-book-entries", read: "crm:price-books:read", write: "crm:price-books:write",
    writers: ["admin"],
    create: create_price_book_entry "/v1/price-book-entries",
    get: get_price_book_entry "/v1/price-book-entries/{id}",
    update: update_price_book_entry,
    delete: delete_price_book_entry,
    restore: restore_price_book_entry "/v1/price-book-entries/{id}/restore",
    history: get_price_book_entry_history "/v1/price-book-entries/{id}/history",
}

customer_routes! {
    record: PriceBookEntry, id: PriceBookEntryId, new: NewPriceBookEntry, view: PriceBookEntryView,
    one: "price" "a price", many: "price-book-entries", read: "crm:price-books:read", write: "crm:price-books:write",
    writers: ["admin"],
    upsert: put_price_book_entry_by_external_id "/v1/price-book-entries/by/{source}/{external_id}",
    batch: batch_price_book_entries "/v1/price-book-entries/batch",
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    mount_more(config);
    mount_lists(config);
    mount_record(config);
}
