//! Single values and what stands in brackets.

use super::{Parsed, Parser};
use crate::expr::Trouble;
use crate::expr::syntax::{RESERVED, Shape, Tree};
use crate::expr::token::{Kind, Token};
use crate::finding::words;
use rust_decimal::Decimal;

impl Parser {
    pub(super) fn value(&mut self) -> Parsed {
        let Some(token) = self.peek().cloned() else {
            return Err(self.wanted(words!("a value", "一个值")));
        };
        let here = |shape: Shape, to: usize| Tree::new(shape, token.from, to);
        match &token.kind {
            Kind::Number(number) => {
                self.at += 1;
                let shape = self.measured(*number);
                Ok(here(shape, self.end()))
            }
            Kind::Text(text) => {
                self.at += 1;
                Ok(here(Shape::Text(text.clone()), token.to))
            }
            Kind::Word(word) => self.named(&token, word),
            Kind::Sign("(") => {
                self.at += 1;
                let inside = self.choice()?;
                if !self.sign(")") {
                    return Err(self.wanted(words!("a closing `)`", "右括号 `)`")));
                }
                Ok(here(inside.shape, self.end()))
            }
            Kind::Sign("[") => {
                self.at += 1;
                let items = self.items("]")?;
                Ok(here(Shape::List(items), self.end()))
            }
            Kind::Sign(_) => Err(self.unexpected(token, Some(words!("a value", "一个值")))),
        }
    }

    pub(super) fn measured(&mut self, number: Decimal) -> Shape {
        if self.sign("%") {
            return Shape::Percent(number);
        }
        let Some(Token {
            kind: Kind::Word(word),
            ..
        }) = self.peek()
        else {
            return Shape::Number(number);
        };
        let word = word.clone();
        if RESERVED.contains(&word.as_str()) {
            return Shape::Number(number);
        }
        self.at += 1;
        if word == "working"
            && let Some(Token {
                kind: Kind::Word(unit),
                ..
            }) = self.peek().cloned()
        {
            self.at += 1;
            return Shape::Measured(number, format!("working {unit}"));
        }
        Shape::Measured(number, word)
    }

    pub(super) fn named(&mut self, token: &Token, word: &str) -> Parsed {
        let here = |shape: Shape, to: usize| Tree::new(shape, token.from, to);
        let literal = match word {
            "true" => Some(Shape::YesNo(true)),
            "false" => Some(Shape::YesNo(false)),
            "empty" => Some(Shape::Empty),
            _ => None,
        };
        if literal.is_none() && RESERVED.contains(&word) {
            return Err(self.unexpected(token.clone(), Some(words!("a value", "一个值"))));
        }
        self.at += 1;
        if let Some(shape) = literal {
            return Ok(here(shape, token.to));
        }
        if self.sign("(") {
            let arguments = self.items(")")?;
            return Ok(here(Shape::Call(word.to_owned(), arguments), self.end()));
        }
        Ok(here(Shape::Name(word.to_owned()), token.to))
    }

    pub(super) fn items(&mut self, closing: &'static str) -> Result<Vec<Tree>, Trouble> {
        let mut items = Vec::new();
        if self.sign(closing) {
            return Ok(items);
        }
        loop {
            items.push(self.choice()?);
            if self.sign(closing) {
                return Ok(items);
            }
            if !self.sign(",") {
                return Err(self.wanted(words!("a comma or `{closing}`", "逗号或 `{closing}`")));
            }
        }
    }
}
