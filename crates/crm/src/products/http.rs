//! Where products are reached.

use countersign_kernel::id::ProductId;

use super::Product;
use super::shape::{NewProduct, ProductEdit, ProductView};
use crate::record::routes::prelude::*;
use crate::record::routes::{customer_routes, list_routes, record_routes};

list_routes! {
    record: Product, view: ProductView, many: "products", read: "crm:products:read",
    list: list_products "/v1/products",
    search: search_products "/v1/products/search",
}

record_routes! {
    record: Product, id: ProductId, new: NewProduct, edit: ProductEdit, view: ProductView,
    one: "product" "a product", many: "products", read: "crm:products:read", write: "crm:products:write",
    writers: ["admin"],
    create: create_product "/v1/products",
    get: get_product "/v1/products/{id}",
    update: update_product,
    delete: delete_product,
    restore: restore_product "/v1/products/{id}/restore",
    history: get_product_history "/v1/products/{id}/history",
}

customer_routes! {
    record: Product, id: ProductId, new: NewProduct, view: ProductView,
    one: "product" "a product", many: "products", read: "crm:products:read", write: "crm:products:write",
    writers: ["admin"],
    upsert: put_product_by_external_id "/v1/products/by/{source}/{external_id}",
    batch: batch_products "/v1/products/batch",
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    mount_more(config);
    mount_lists(config);
    mount_record(config);
}
