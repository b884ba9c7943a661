//! What things cost: exact numbers, and what lines come to. Pure.

pub mod amounts;
pub mod number;

use countersign_kernel::money::Money;
use countersign_kernel::text::Words;
use countersign_web::Member;

use crate::record::fault::Faults;
pub use number::Number;

/// A unit price in minor units is at most this, so that no product of it leaves 128 bits.
pub const MOST_PRICE: i64 = 1_000_000_000_000_000;

impl Faults {
    /// A price that is not negative and no larger than lines can be reckoned with.
    pub fn price(&mut self, pointer: &str, price: Money) -> Option<Money> {
        let mut field = None;
        if price.minor > MOST_PRICE {
            self.push(
                &format!("{pointer}/amount"),
                "too_large",
                "A price has at most 15 digits before its minor unit is counted out.",
                "单价过大。",
            );
        } else {
            self.money(pointer, &mut field, Member::Set(price));
        }
        field
    }

    /// A number within bounds, as it was written.
    pub fn number(&mut self, pointer: &str, text: &str, bounds: &Bounds) -> Option<Number> {
        let read = Number::read(text).filter(|number| bounds.hold(*number));
        if read.is_none() {
            let Words { en, zh } = bounds.words.clone();
            self.push(pointer, bounds.code, en, zh);
        }
        read
    }
}

/// What a number must be, and what to say if it is not.
#[derive(Debug)]
pub struct Bounds {
    pub least: Number,
    pub most: Number,
    pub code: &'static str,
    pub words: Words,
}

impl Bounds {
    pub fn hold(&self, number: Number) -> bool {
        (self.least..=self.most).contains(&number)
    }
}

/// How much of something is sold.
pub const QUANTITY: Bounds = Bounds {
    least: Number::SMALLEST,
    most: Number::MOST_QUANTITY,
    code: "bad_quantity",
    words: Words::fixed(
        "A quantity is more than 0 and at most 1000000000, with at most 4 decimal places, like \"2.5\".",
        "数量须大于 0 且不超过 1000000000，最多 4 位小数，例如 \"2.5\"。",
    ),
};

/// From how much on a price holds.
pub const FROM_QUANTITY: Bounds = Bounds {
    least: Number::ZERO,
    most: Number::MOST_QUANTITY,
    code: "bad_quantity",
    words: Words::fixed(
        "A quantity is 0 to 1000000000, with at most 4 decimal places, like \"2.5\".",
        "数量为 0 到 1000000000，最多 4 位小数，例如 \"2.5\"。",
    ),
};

/// A discount or a tax rate.
pub const PERCENT: Bounds = Bounds {
    least: Number::ZERO,
    most: Number::HUNDRED,
    code: "out_of_range",
    words: Words::fixed(
        "A percentage is 0 to 100, with at most 4 decimal places, like \"7.5\".",
        "百分比为 0 到 100，最多 4 位小数，例如 \"7.5\"。",
    ),
};
