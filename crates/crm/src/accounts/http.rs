//! Where accounts are reached.

use countersign_kernel::id::AccountId;

use super::Account;
use super::shape::{AccountEdit, AccountView, NewAccount};
use crate::exports::http::export_route;
use crate::record::routes::prelude::*;
use crate::record::routes::{customer_routes, list_routes, record_routes, timeline_route};

list_routes! {
    record: Account, view: AccountView, many: "accounts", read: "crm:accounts:read",
    list: list_accounts "/v1/accounts",
    search: search_accounts "/v1/accounts/search",
}

export_route! {
    record: Account, many: "accounts", read: "crm:accounts:read",
    example: "id,name,domain,country\r\nacct_01jc0000000000000000000000,Borealis Shipping,borealis.example,NO\r\n",
    lines: "{\"id\":\"acct_01jc0000000000000000000000\",\"name\":\"Borealis Shipping\",\"domain\":\"borealis.example\",\"country\":\"NO\"}\n",
    export: export_accounts "/v1/accounts/export",
}

record_routes! {
    record: Account, id: AccountId, new: NewAccount, edit: AccountEdit, view: AccountView,
    one: "account" "an account", many: "accounts", read: "crm:accounts:read", write: "crm:accounts:write",
    create: create_account "/v1/accounts",
    get: get_account "/v1/accounts/{id}",
    update: update_account,
    delete: delete_account,
    restore: restore_account "/v1/accounts/{id}/restore",
    history: get_account_history "/v1/accounts/{id}/history",
}

customer_routes! {
    record: Account, id: AccountId, new: NewAccount, view: AccountView,
    one: "account" "an account", many: "accounts", read: "crm:accounts:read", write: "crm:accounts:write",
    upsert: put_account_by_external_id "/v1/accounts/by/{source}/{external_id}",
    batch: batch_accounts "/v1/accounts/batch",
}

timeline_route! {
    record: Account, id: AccountId, many: "accounts", one: "an account", read: "crm:accounts:read",
    timeline: get_account_timeline "/v1/accounts/{id}/timeline",
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    mount_more(config);
    mount_timeline(config);
    mount_export(config);
    mount_lists(config);
    mount_record(config);
}
