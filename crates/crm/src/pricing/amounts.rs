//! What a line comes to, and what lines come to together: exact, in whole minor units.
//!
//! Each line is rounded by itself, half away from zero, and totals are sums of what lines show: whoever adds up a printed
//! offer finds what stands below.

use countersign_kernel::money::{Currency, Money, MoneyError};
use serde::Serialize;
use utoipa::ToSchema;

use super::Number;

const HUNDRED: i128 = Number::HUNDRED.ten_thousandths() as i128;
const QUANTITY_ONE: i128 = 10_000;

/// What is reckoned with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priced {
    pub quantity: Number,
    pub unit_price: Money,
    /// In percent.
    pub discount: Number,
    pub tax_rate: Number,
}

/// What a line, or several, come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Amounts {
    /// Quantity times unit price.
    pub subtotal: Money,
    /// What the discount takes off.
    pub discount: Money,
    /// Without tax.
    pub net: Money,
    pub tax: Money,
    /// With tax.
    pub total: Money,
}

impl Priced {
    pub fn amounts(self) -> Result<Amounts, MoneyError> {
        let currency = self.unit_price.currency;
        let full = product(self.quantity, self.unit_price.minor)?;
        let subtotal = rounded(full, QUANTITY_ONE)?;
        let rest = HUNDRED - i128::from(self.discount.ten_thousandths());
        let net = rounded(times(full, rest)?, QUANTITY_ONE * HUNDRED)?;
        let tax_rate = i128::from(self.tax_rate.ten_thousandths());
        let tax = rounded(times(i128::from(net), tax_rate)?, HUNDRED)?;
        let money = |minor| Money::new(minor, currency);
        Ok(Amounts {
            subtotal: money(subtotal),
            discount: money(subtotal.checked_sub(net).ok_or(MoneyError::TooLarge)?),
            net: money(net),
            tax: money(tax),
            total: money(net).checked_add(money(tax))?,
        })
    }
}

impl Amounts {
    pub fn none(currency: Currency) -> Self {
        let zero = Money::new(0, currency);
        Self {
            subtotal: zero,
            discount: zero,
            net: zero,
            tax: zero,
            total: zero,
        }
    }

    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        Ok(Self {
            subtotal: self.subtotal.checked_add(other.subtotal)?,
            discount: self.discount.checked_add(other.discount)?,
            net: self.net.checked_add(other.net)?,
            tax: self.tax.checked_add(other.tax)?,
            total: self.total.checked_add(other.total)?,
        })
    }
}

fn product(quantity: Number, minor: i64) -> Result<i128, MoneyError> {
    times(i128::from(quantity.ten_thousandths()), i128::from(minor))
}

fn times(one: i128, other: i128) -> Result<i128, MoneyError> {
    one.checked_mul(other).ok_or(MoneyError::TooLarge)
}

/// Divided, half away from zero.
fn rounded(number: i128, by: i128) -> Result<i64, MoneyError> {
    let (whole, rest) = (number / by, number % by);
    let away = if rest.abs() * 2 >= by { number.signum() } else { 0 };
    i64::try_from(whole + away).map_err(|_| MoneyError::TooLarge)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    fn priced(quantity: &str, price: &str, currency: &str, discount: &str, tax_rate: &str) -> Priced {
        Priced {
            quantity: Number::read(quantity).unwrap(),
            unit_price: Money::parse(price, currency.parse().unwrap()).unwrap(),
            discount: Number::read(discount).unwrap(),
            tax_rate: Number::read(tax_rate).unwrap(),
        }
    }

    #[test]
    fn a_line_is_rounded_at_the_scale_of_its_currency() {
        for (line, is) in [
            (
                priced("3", "19.99", "EUR", "0", "19"),
                ["59.97", "0.00", "59.97", "11.39", "71.36"],
            ),
            (
                priced("1", "0.05", "EUR", "10", "0"),
                ["0.05", "0.00", "0.05", "0.00", "0.05"],
            ),
            (
                priced("0.5", "0.01", "EUR", "0", "50"),
                ["0.01", "0.00", "0.01", "0.01", "0.02"],
            ),
            (
                priced("2.5", "333", "JPY", "33.3333", "10"),
                ["833", "278", "555", "56", "611"],
            ),
            (
                priced("0.0001", "9.999", "KWD", "0", "0"),
                ["0.001", "0.000", "0.001", "0.000", "0.001"],
            ),
            (
                priced("7", "12.00", "EUR", "100", "19"),
                ["84.00", "84.00", "0.00", "0.00", "0.00"],
            ),
        ] {
            let amounts = line.amounts().unwrap();
            let shown = [
                amounts.subtotal,
                amounts.discount,
                amounts.net,
                amounts.tax,
                amounts.total,
            ];
            assert_eq!(shown.map(Money::amount), is, "{line:?}");
        }
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let line = priced("1000000000", "10000000000000.00", "EUR", "0", "0");
        assert_eq!(line.amounts(), Err(MoneyError::TooLarge));
    }

    /// Numbers that look like chance and are the same in each run: an xorshift.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, most: i64) -> i64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            i64::try_from(self.0 % most.unsigned_abs()).unwrap()
        }

        fn line(&mut self) -> Priced {
            let digits = [1, 100, 10_000, 1_000_000, 10_000_000_000];
            let most = digits[usize::try_from(self.below(5)).unwrap()];
            let (discount, tax_rate) = (self.below(1_000_001), self.below(1_000_001));
            Priced {
                quantity: Number::of_ten_thousandths(1 + self.below(most)),
                unit_price: Money::new(self.below(10_000_000), Currency::EUR),
                discount: Number::of_ten_thousandths(discount),
                tax_rate: Number::of_ten_thousandths(tax_rate),
            }
        }
    }

    #[test]
    fn every_line_adds_up_and_is_no_half_unit_off() {
        let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
        for _ in 0..20_000 {
            let line = chance.line();
            let is = line.amounts().unwrap();
            assert_eq!(is.subtotal.minor, is.discount.minor + is.net.minor, "{line:?}");
            assert_eq!(is.total.minor, is.net.minor + is.tax.minor, "{line:?}");
            let least = is.discount.minor.min(is.net.minor).min(is.tax.minor);
            assert!(least >= 0, "{line:?}");
            let (quantity, price) = (line.quantity.ten_thousandths(), line.unit_price.minor);
            let exact = i128::from(quantity) * i128::from(price);
            let rest = HUNDRED - i128::from(line.discount.ten_thousandths());
            let off = i128::from(is.net.minor) * QUANTITY_ONE * HUNDRED - exact * rest;
            assert!(off.abs() * 2 <= QUANTITY_ONE * HUNDRED, "{line:?}");
            let tax = i128::from(is.net.minor) * i128::from(line.tax_rate.ten_thousandths());
            let off = i128::from(is.tax.minor) * HUNDRED - tax;
            assert!(off.abs() * 2 <= HUNDRED, "{line:?}");
        }
    }

    #[test]
    fn totals_are_the_sums_of_lines_in_any_order() {
        let mut chance = Chance(0x2545_f491_4f6c_dd1d);
        for count in 1..=200 {
            let mut lines: Vec<Priced> = (0..count).map(|_| chance.line()).collect();
            let sum = |lines: &[Priced]| {
                let amounts = lines.iter().map(|line| line.amounts().unwrap());
                amounts.fold(Amounts::none(Currency::EUR), |sum, one| {
                    sum.checked_add(one).unwrap()
                })
            };
            let total = sum(&lines);
            assert_eq!(total.total.minor, total.net.minor + total.tax.minor);
            assert_eq!(total.subtotal.minor, total.discount.minor + total.net.minor);
            lines.reverse();
            assert_eq!(sum(&lines), total);
        }
    }
}
