//! From tokens to a tree, as written; no name is resolved and nothing is typed here.
//!
//! ```text
//! whole      = choice .
//! choice     = "if" choice "then" choice "else" choice | either .
//! either     = both { "or" both } .
//! both       = denial { "and" denial } .
//! denial     = "not" denial | comparison .
//! comparison = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "contains" | "starts" "with" | "matches" ) sum
//!                  | "between" sum "and" sum | "is" [ "not" ] "empty" ] .
//! sum        = product { ( "+" | "-" ) product } .
//! product    = sign { ( "*" | "/" ) sign } .
//! sign       = "-" sign | part .
//! part       = value { "." NAME } .
//! value      = NUMBER [ "%" | UNIT | CURRENCY ] | TEXT | "true" | "false" | "empty" | NAME
//!            | NAME "(" [ choice { "," choice } ] ")" | "(" choice ")" | "[" [ choice { "," choice } ] "]" .
//! ```

mod parser;

use rust_decimal::Decimal;

use super::Trouble;
use super::token::{Kind, Token, tokens};
use crate::finding::words;
use parser::Parser;

/// A tree and where it stands, in characters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    pub shape: Shape,
    pub from: usize,
    pub to: usize,
    /// Parts above one another: a chain of `+` is as high as it is long.
    height: usize,
    /// Parts that compiling visits; one that is compiled twice counts twice.
    weight: usize,
}

impl Tree {
    fn new(shape: Shape, from: usize, to: usize) -> Self {
        let parts = shape.parts();
        let height = parts.iter().map(|part| part.height).max().unwrap_or(0) + 1;
        let sum = parts
            .iter()
            .fold(1, |sum: usize, part| sum.saturating_add(part.weight));
        let weight = match &shape {
            // Its value is compared twice.
            Shape::Between(value, ..) => sum.saturating_add(value.weight),
            // Texts in a list are read again by what stands beside it.
            Shape::List(_) => sum.saturating_mul(2),
            // Whether the first argument is a list is found out first.
            Shape::Call(_, arguments) => {
                sum.saturating_add(arguments.first().map_or(0, |first| first.weight))
            }
            _ => sum,
        };
        Self {
            shape,
            from,
            to,
            height,
            weight,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Number(Decimal),
    Percent(Decimal),
    /// A number and the word after it: `EUR`, `days`, `working days`.
    Measured(Decimal, String),
    Text(String),
    YesNo(bool),
    Empty,
    Name(String),
    Part(Box<Tree>, String),
    Call(String, Vec<Tree>),
    List(Vec<Tree>),
    Not(Box<Tree>),
    Negative(Box<Tree>),
    Binary(Binary, Box<Tree>, Box<Tree>),
    Between(Box<Tree>, Box<Tree>, Box<Tree>),
    IsEmpty(Box<Tree>, bool),
    If(Box<Tree>, Box<Tree>, Box<Tree>),
}

impl Shape {
    /// What it is made of.
    fn parts(&self) -> Vec<&Tree> {
        match self {
            Self::Part(whole, _) | Self::Not(whole) | Self::Negative(whole) | Self::IsEmpty(whole, _) => {
                vec![whole]
            }
            Self::Call(_, parts) | Self::List(parts) => parts.iter().collect(),
            Self::Binary(_, one, other) => vec![one, other],
            Self::Between(one, two, three) | Self::If(one, two, three) => vec![one, two, three],
            Self::Number(_)
            | Self::Percent(_)
            | Self::Measured(..)
            | Self::Text(_)
            | Self::YesNo(_)
            | Self::Empty
            | Self::Name(_) => Vec::new(),
        }
    }
}

/// An operation on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Contains,
    StartsWith,
    Matches,
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Words with a meaning of their own.
pub(super) const RESERVED: [&str; 16] = [
    "and", "or", "not", "in", "between", "contains", "starts", "with", "matches", "is", "if", "then", "else",
    "true", "false", "empty",
];

/// Letters of an expression.
const LETTERS: usize = 10_000;
/// How deep brackets and the like may nest.
const DEPTH: usize = 64;
/// How many values one chain of `and`, `or`, `+`, `*` or `.` may join: each stands above the one before it in the tree.
const HEIGHT: usize = 128;
/// How many parts compiling may visit.
const WEIGHT: usize = 20_000;

pub(super) fn parse(text: &str) -> Result<Tree, Trouble> {
    let length = text.chars().count();
    if length > LETTERS {
        return Err(Trouble::new(
            "expression-syntax",
            0,
            1,
            words!(
                "This expression is longer than {LETTERS} characters.",
                "表达式超过 {LETTERS} 个字符。"
            ),
        )
        .hint(words!(
            "Split it: a `computed` field can hold a part.",
            "请拆分：可用 `computed` 字段保存一部分。"
        )));
    }
    let tokens = tokens(text)?;
    small_letters(&tokens)?;
    let mut parser = Parser {
        tokens,
        at: 0,
        length,
        depth: 0,
    };
    if parser.tokens.is_empty() {
        return Err(Trouble::new(
            "expression-syntax",
            0,
            length.max(1),
            words!("An expression is missing here.", "这里缺少表达式。"),
        )
        .hint(words!(
            "Write a condition like `amount > 500`, or leave the key out.",
            "请写如 `amount > 500` 的条件，或去掉这个键。"
        )));
    }
    let tree = parser.choice()?;
    match parser.peek() {
        None if tree.weight > WEIGHT => Err(too_large(tree.from, tree.to)),
        None => Ok(tree),
        Some(token) => Err(parser.unexpected(token.clone(), None)),
    }
}

fn too_large(from: usize, to: usize) -> Trouble {
    Trouble::new(
        "expression-syntax",
        from,
        to,
        words!(
            "This expression joins more than {HEIGHT} values, or repeats too much.",
            "此表达式连接了超过 {HEIGHT} 个值，或重复过多。"
        ),
    )
    .hint(words!(
        "Split it: a `computed` field can hold a part.",
        "请拆分：可用 `computed` 字段保存一部分。"
    ))
}

/// `AND` is no name and no unit, but `and` written large.
fn small_letters(tokens: &[Token]) -> Result<(), Trouble> {
    for token in tokens {
        let Kind::Word(word) = &token.kind else { continue };
        let lower = word.to_lowercase();
        if lower != *word && RESERVED.contains(&lower.as_str()) {
            return Err(Trouble::new(
                "expression-syntax",
                token.from,
                token.to,
                words!(
                    "`{word}` is written in small letters here.",
                    "`{word}` 在这里要用小写。"
                ),
            )
            .hint(words!(
                "Write `{lower}` in small letters.",
                "请用小写 `{lower}`。"
            )));
        }
    }
    Ok(())
}
