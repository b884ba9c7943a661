//! Where contacts are reached.

use countersign_kernel::id::ContactId;

use super::Contact;
use super::shape::{ContactEdit, ContactView, NewContact};
use crate::exports::http::export_route;
use crate::record::routes::prelude::*;
use crate::record::routes::{customer_routes, list_routes, record_routes, timeline_route};

list_routes! {
    record: Contact, view: ContactView, many: "contacts", read: "crm:contacts:read",
    list: list_contacts "/v1/contacts",
    search: search_contacts "/v1/contacts/search",
}

export_route! {
    record: Contact, many: "contacts", read: "crm:contacts:read",
    example: "id,name,email,account_name\r\ncont_01jc0000000000000000000000,Nora Nord,nora@borealis.example,Borealis Shipping\r\n",
    lines: "{\"id\":\"cont_01jc0000000000000000000000\",\"name\":\"Nora Nord\",\"email\":\"nora@borealis.example\",\"account_name\":\"Borealis Shipping\"}\n",
    export: export_contacts "/v1/contacts/export",
}

record_routes! {
    record: Contact, id: ContactId, new: NewContact, edit: ContactEdit, view: ContactView,
    one: "contact" "a contact", many: "contacts", read: "crm:contacts:read", write: "crm:contacts:write",
    create: create_contact "/v1/contacts",
    get: get_contact "/v1/contacts/{id}",
    update: update_contact,
    delete: delete_contact,
    restore: restore_contact "/v1/contacts/{id}/restore",
    history: get_contact_history "/v1/contacts/{id}/history",
}

customer_routes! {
    record: Contact, id: ContactId, new: NewContact, view: ContactView,
    one: "contact" "a contact", many: "contacts", read: "crm:contacts:read", write: "crm:contacts:write",
    upsert: put_contact_by_external_id "/v1/contacts/by/{source}/{external_id}",
    batch: batch_contacts "/v1/contacts/batch",
}

timeline_route! {
    record: Contact, id: ContactId, many: "contacts", one: "a contact", read: "crm:contacts:read",
    timeline: get_contact_timeline "/v1/contacts/{id}/timeline",
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    mount_more(config);
    mount_timeline(config);
    mount_export(config);
    mount_lists(config);
    mount_record(config);
}
