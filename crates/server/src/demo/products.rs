//! What the sample company sells, and for how much.

use anyhow::Context as _;
use serde_json::{Value, json};

use super::client::{Client, id};
use super::customers::make;

/// Name, code, unit, and the price of one in euros: alone, and of a hundred or more.
const PRODUCTS: &[(&str, &str, &str, usize, usize)] = &[
    ("Seat, one year", "SEAT-1Y", "seat", 45, 39),
    ("Seat, three years", "SEAT-3Y", "seat", 120, 105),
    ("Support, one year", "SUPPORT-1Y", "year", 900, 900),
    ("Training, one day", "TRAINING", "day", 1_200, 1_200),
    ("Set-up", "SETUP", "hour", 150, 135),
];

/// Products, and the standard price book; the ids of the products.
pub(super) async fn fill(base: &str) -> anyhow::Result<Vec<String>> {
    let ada = Client::sign_in(base, "ada@acme.example").await?;
    let new = |(name, code, unit, ..): &(&str, &str, &str, usize, usize)| json!({"name": name, "code": code, "unit": unit, "tax_rate_percent": "19"});
    let products = make(&ada, "products", "all", PRODUCTS.iter().map(new).collect()).await?;
    let book = json!({"name": "List prices", "currency": "EUR", "standard": true});
    let book = ada.post("/v1/price-books", "price-book", &book).await?;
    let book = id(&book)?;
    let prices = PRODUCTS.iter().zip(&products).map(|((.., one, many), product)| {
        let tier = |from: &str, price: &usize| json!({"from_quantity": from, "unit_price": {"amount": format!("{price}.00"), "currency": "EUR"}});
        let mut tiers = vec![tier("0", one)];
        if many < one {
            tiers.push(tier("100", many));
        }
        json!({"price_book": book, "product": product, "tiers": tiers})
    });
    make(&ada, "price-book-entries", "all", prices.collect()).await?;
    Ok(products)
}

/// Lines that come to what the deal is worth already: ten seats, and work for the rest.
pub(super) async fn sell(
    who: &Client,
    deal: &str,
    euros: usize,
    products: &[String],
) -> anyhow::Result<Value> {
    let (seat, (.., one, _)) = products.iter().zip(PRODUCTS).next().context("no products")?;
    let rest = json!({"amount": format!("{}.00", euros - 10 * one), "currency": "EUR"});
    let lines = json!([
        {"product": seat, "quantity": "10"},
        {"description": "Introduction and migration", "quantity": "1", "unit_price": rest, "tax_rate_percent": "19"},
    ]);
    let path = format!("/v1/deals/{deal}/lines");
    who.put(&path, &format!("lines-{deal}"), &json!({"lines": lines}))
        .await
}
