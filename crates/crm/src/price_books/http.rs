//! Where price books are reached, and what a product costs is asked.

use countersign_kernel::id::{PriceBookId, ProductId};
use countersign_web::{Fault, ProblemKind, Words, id};

use super::PriceBook;
use super::shape::{Asked, NewPriceBook, PriceBookEdit, PriceBookView, PriceView};
use crate::price_book_entries::store::prices;
use crate::pricing::{Number, QUANTITY};
use crate::products::Product;
use crate::record::ground::day_of;
use crate::record::routes::prelude::*;
use crate::record::routes::{list_routes, record_routes};
use crate::record::{Record as _, lookup, store};

list_routes! {
    record: PriceBook, view: PriceBookView, many: "price-books", read: "crm:price-books:read",
    list: list_price_books "/v1/price-books",
}

record_routes! {
    record: PriceBook, id: PriceBookId, new: NewPriceBook, edit: PriceBookEdit, view: PriceBookView,
    one: "price book" "a price book", many: "price-books", read: "crm:price-books:read", write: "crm:price-books:write",
    writers: ["admin"],
    create: create_price_book "/v1/price-books",
    get: get_price_book "/v1/price-books/{id}",
    update: update_price_book,
    delete: delete_price_book,
    restore: restore_price_book "/v1/price-books/{id}/restore",
    history: get_price_book_history "/v1/price-books/{id}/history",
}

/// The one price that holds for a product on a day at a quantity. 404 `no_price` where there is none. Scope: `crm:price-books:read`.
#[utoipa::path(
    operation_id = "get_price", tag = "price-books", summary = "What a product costs",
    params(("id" = PriceBookId, Path), ("product" = ProductId, Path), Asked),
    responses((status = 200, description = "The price.", body = PriceView)),
    security(("bearer" = ["crm:price-books:read"]))
)]
#[get("/v1/price-books/{id}/prices/{product}")]
async fn get_price(
    ctx: Ctx,
    path: Path<(String, String)>,
    asked: Query<Asked>,
    directories: Data<Directories>,
) -> Result<Answer, Problem> {
    let (book, product) = path.into_inner();
    let (book, product) = (id::<PriceBookId>(&book)?, id::<ProductId>(&product)?);
    let quantity = match &asked.quantity {
        None => Some(Number::ONE),
        Some(text) => Number::read(text).filter(|number| QUANTITY.hold(*number)),
    };
    let bad = || {
        let fault = Fault::parameter("quantity", QUANTITY.code, QUANTITY.words.clone());
        Problem::bad_parameters([fault])
    };
    let quantity = quantity.ok_or_else(bad)?;
    let hand = http::hand(&ctx, &directories).await?;
    let reader = ctx.read().await?;
    let book: PriceBook = store::one(&reader, &hand.viewer, book.0).await?;
    let product: Product = store::one(&reader, &hand.viewer, product.0).await?;
    let on = match asked.on {
        Some(on) => on,
        None => day_of(ctx.now(), lookup::zone_of(&reader, ctx.tenant()).await?),
    };
    let (books, products) = ([book.id()].into(), [product.id()].into());
    let found = prices(&reader, ctx.tenant(), (&books, &products), on).await?;
    drop(reader);
    let entry = found.values().next().ok_or_else(none)?;
    let unit_price = entry.unit_price(quantity).ok_or_else(none)?;
    Ok(Answer::json(&PriceView {
        object: "price",
        price_book: book.id(),
        product: product.id(),
        quantity,
        on,
        unit_price,
        entry: entry.id(),
    }))
}

fn none() -> Problem {
    let detail = Words::fixed(
        "This price book has no price for this product on this day at this quantity: create a price book entry that holds then.",
        "此价格表在该日期和数量下没有此产品的价格：请创建适用的价格。",
    );
    Problem::new(ProblemKind::NotFound, detail).with_code("no_price")
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(get_price);
    mount_lists(config);
    mount_record(config);
}
