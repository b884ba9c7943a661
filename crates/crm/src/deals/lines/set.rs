//! A deal's lines as a caller wants them: judged line by line, priced, and added up to the deal's amount. Pure.

use std::sync::Arc;

use countersign_kernel::catalogue::EventType;
use countersign_kernel::id::ProductId;
use countersign_kernel::money::{Currency, Money};
use countersign_kernel::text::Words;
use countersign_web::Member;

use super::shape::{DealLinesEdit, LineEdit};
use super::{Line, MOST_LINES, of, totals};
use crate::deals::{Deal, LINES_CHANGED};
use crate::price_books::PriceBook;
use crate::pricing::number::Written;
use crate::pricing::{Number, PERCENT, QUANTITY};
use crate::products::Product;
use crate::record::Record as _;
use crate::record::change::Deed;
use crate::record::fault::Faults;
use crate::record::ground::{Ground, Wanted};
use crate::record::refusal::Refusal;

/// All lines of a deal, in place of those that it has.
#[derive(Debug)]
pub struct SetLines(pub DealLinesEdit);

impl Deed<Deal> for SetLines {
    fn wants(&self, before: Option<&Deal>, wanted: &mut Wanted) {
        let products = self.0.lines.iter().filter_map(|line| line.product);
        wanted.products.extend(products);
        let unpriced = self.0.lines.iter().filter(|line| line.unit_price.is_none());
        wanted.prices_of.extend(unpriced.filter_map(|line| line.product));
        let kept = before.and_then(|deal| deal.price_book);
        match self.0.price_book {
            Member::Set(book) => wanted.price_books.extend([book]),
            Member::Absent => wanted.price_books.extend(kept),
            Member::Null => {}
        }
        wanted.standard_books |= self.0.price_book.is_absent() && kept.is_none();
        wanted.lines_of.extend(before.map(Deal::id));
        wanted.zone = true;
    }

    fn event(&self) -> &'static EventType {
        &LINES_CHANGED
    }

    fn judge(&self, deal: &Deal, ground: &Ground) -> Result<Deal, Refusal> {
        let before = of(deal, ground);
        let mut faults = Faults::default();
        let book = self.book(deal, ground, &mut faults);
        if self.0.lines.len() > MOST_LINES {
            faults.push(
                "/lines",
                "too_many",
                format!("A deal has at most {MOST_LINES} lines."),
                format!("一个商机最多有 {MOST_LINES} 行。"),
            );
        }
        let mut lines = Vec::with_capacity(self.0.lines.len());
        for (place, edit) in self.0.lines.iter().enumerate().take(MOST_LINES) {
            let mut judge = Judge {
                at: format!("/lines/{place}"),
                edit,
                book,
                before: &before,
                ground,
                faults: &mut faults,
            };
            lines.extend(judge.line());
        }
        one_currency(&lines, &mut faults);
        let mut after = deal.clone();
        after.price_book = book.map(PriceBook::id);
        match totals(&lines) {
            Ok(Some(sum)) => after.amount = Some(sum.net),
            Ok(None) => {}
            Err(error) => {
                let Words { en, zh } = error.words();
                faults.push("/lines", "too_large", en, zh);
            }
        }
        faults.into_result().map_err(Refusal::Invalid)?;
        if *before != lines {
            after.line_count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
            after.lines = Some(Arc::new(lines));
        }
        Ok(after)
    }
}

impl SetLines {
    /// Where lines have their prices from unless they say.
    fn book<'a>(&self, deal: &Deal, ground: &'a Ground, faults: &mut Faults) -> Option<&'a PriceBook> {
        match self.0.price_book {
            Member::Null => None,
            Member::Set(id) => {
                let book = ground.price_books.get(&id);
                match book {
                    None => faults.unknown("/price_book", "price_book"),
                    Some(book) if !book.active && deal.price_book != Some(id) => faults.push(
                        "/price_book",
                        "inactive",
                        "This price book is not active: choose another, or make it active.",
                        "此价格表未启用：请另选，或先启用。",
                    ),
                    Some(_) => {}
                }
                book
            }
            Member::Absent => match deal.price_book {
                Some(kept) => ground.price_books.get(&kept),
                None => standard(deal.amount.map(|amount| amount.currency), ground),
            },
        }
    }
}

/// The standard price book for a currency; without one, the only standard one that there is.
fn standard(currency: Option<Currency>, ground: &Ground) -> Option<&PriceBook> {
    let mut books = ground
        .price_books
        .values()
        .filter(|book| book.standard && book.active);
    match currency {
        Some(currency) => books.find(|book| book.currency == currency),
        None => books.next().filter(|_| books.next().is_none()),
    }
}

/// Two currencies do not add: a deal's lines are in one.
fn one_currency(lines: &[Line], faults: &mut Faults) {
    let Some(first) = lines.first().map(|line| line.unit_price.currency) else {
        return;
    };
    let other = lines.iter().position(|line| line.unit_price.currency != first);
    if let Some(place) = other {
        faults.push(
            &format!("/lines/{place}/unit_price/currency"),
            "other_currency",
            format!("All lines of a deal are in one currency, and the first is in {first}."),
            format!("一个商机的所有行须为同一币种，第一行为 {first}。"),
        );
    }
}

/// One line, and what it is judged by.
struct Judge<'a> {
    at: String,
    edit: &'a LineEdit,
    book: Option<&'a PriceBook>,
    before: &'a [Line],
    ground: &'a Ground,
    faults: &'a mut Faults,
}

impl<'a> Judge<'a> {
    /// The line, unless something is wrong with it, which is said.
    fn line(&mut self) -> Option<Line> {
        let product = self.edit.product.and_then(|id| self.product(id));
        let description = self.description(product);
        let unit = self.text("unit", self.edit.unit.as_ref(), 50);
        let quantity = self
            .faults
            .number(&self.place("quantity"), &self.edit.quantity.0, &QUANTITY);
        let unit_price = match self.edit.unit_price {
            Some(price) => self.faults.price(&self.place("unit_price"), price),
            None => quantity.and_then(|quantity| self.listed(quantity)),
        };
        let discount = self.percent("discount_percent", self.edit.discount_percent.as_ref());
        let tax_rate = self.percent("tax_rate_percent", self.edit.tax_rate_percent.as_ref());
        let of_product = product.and_then(|product| product.tax_rate);
        let line = Line {
            product: self.edit.product,
            description: description?,
            unit: unit.or_else(|| product.and_then(|product| product.unit.clone())),
            quantity: quantity?,
            unit_price: unit_price?,
            discount: discount.unwrap_or(Number::ZERO),
            tax_rate: tax_rate.or(of_product).unwrap_or(Number::ZERO),
        };
        if let Err(error) = line.amounts() {
            self.wrong("quantity", "too_large", error.words());
        }
        Some(line)
    }

    /// The product, if it is there. One that the deal has already may be sold no more, or be gone.
    fn product(&mut self, id: ProductId) -> Option<&'a Product> {
        let found = self.ground.products.get(&id);
        if self.kept(id).is_none() {
            match found {
                None => self.faults.unknown(&self.place("product"), "product"),
                Some(product) if !product.active => self.wrong(
                    "product",
                    "inactive",
                    Words::fixed(
                        "This product is not sold any more: choose another, or make it active.",
                        "此产品已停售：请另选，或先启用。",
                    ),
                ),
                Some(_) => {}
            }
        }
        found
    }

    /// What the line says is sold: its own words, else the product's name.
    fn description(&mut self, product: Option<&Product>) -> Option<String> {
        let own = self.text("description", self.edit.description.as_ref(), 500);
        if own.is_some() {
            return own;
        }
        match self.edit.product {
            Some(_) if product.is_some() => product.map(|product| product.name.clone()),
            Some(id) => self.kept(id).map(|line| line.description.clone()),
            None if self.edit.description.is_some() => None,
            None => {
                let words = Words::fixed(
                    "A line names a product, or has a description.",
                    "每一行须指定产品或填写说明。",
                );
                self.wrong("description", "missing", words);
                None
            }
        }
    }

    /// What the product costs in the price book, today and at this quantity.
    fn listed(&mut self, quantity: Number) -> Option<Money> {
        let place = self.edit.product.zip(self.book);
        let Some((product, book)) = place else {
            let words = Words::fixed(
                "Give a unit_price, or a product and the price_book that has its price.",
                "请给出 unit_price，或给出产品及含其价格的 price_book。",
            );
            self.wrong("unit_price", "missing", words);
            return None;
        };
        let entry = self.ground.prices.get(&(book.id(), product));
        let price = entry.and_then(|entry| entry.unit_price(quantity));
        if price.is_none() {
            let (name, today) = (&book.name, self.ground.today());
            let words = Words::new(
                format!(
                    "{name:?} has no price for this product on {today} at this quantity: give a unit_price, or create a price book entry."
                ),
                format!("“{name}”在 {today} 没有此产品该数量的价格：请给出 unit_price，或创建价格。"),
            );
            self.wrong("unit_price", "no_price", words);
        }
        price
    }

    /// A line that the deal has with this product.
    fn kept(&self, product: ProductId) -> Option<&'a Line> {
        self.before.iter().find(|line| line.product == Some(product))
    }

    fn text(&mut self, member: &str, text: Option<&String>, most: usize) -> Option<String> {
        let text = Member::Set(text?.clone());
        self.faults.line(&self.place(member), text, most)
    }

    fn percent(&mut self, member: &str, text: Option<&Written>) -> Option<Number> {
        self.faults.number(&self.place(member), &text?.0, &PERCENT)
    }

    fn place(&self, member: &str) -> String {
        format!("{}/{member}", self.at)
    }

    fn wrong(&mut self, member: &str, code: &'static str, words: Words) {
        let Words { en, zh } = words;
        self.faults.push(&self.place(member), code, en, zh);
    }
}
