//! Texts with `{…}` in them.

use countersign_kernel::text::Locale;

use super::{Environment, Expr, Fault, Scope, Trouble, Value, Wanted};
use crate::definition::{Localized, Piece, Template};
use crate::finding::words;

/// Letters of a text.
const LETTERS: usize = 10_000;
/// So many troubles of a text are told.
const TROUBLES: usize = 10;

impl Template {
    /// Splits and compiles a text; `{{` and `}}` are braces.
    pub fn compile(text: &str, scope: &Scope) -> Result<Self, Vec<Trouble>> {
        let letters: Vec<char> = text.chars().take(LETTERS + 1).collect();
        if letters.len() > LETTERS {
            return Err(vec![too_long()]);
        }
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut troubles = Vec::new();
        let mut at = 0;
        while let Some(letter) = letters.get(at).copied().filter(|_| troubles.len() < TROUBLES) {
            let doubled = letters.get(at + 1) == Some(&letter);
            match letter {
                '{' | '}' if doubled => {
                    plain.push(letter);
                    at += 2;
                }
                '{' => {
                    let Some(end) = closing(&letters, at + 1) else {
                        troubles.push(
                            Trouble::new(
                                "expression-syntax",
                                at,
                                at + 1,
                                words!("This brace is never closed.", "这个花括号没有闭合。"),
                            )
                            .hint(words!(
                                "Close it: `{{amount}}`. A brace in a text is written twice: `{{{{`.",
                                "请闭合：`{{amount}}`。文本中的花括号写两次：`{{{{`。"
                            )),
                        );
                        break;
                    };
                    let inside: String = letters.get(at + 1..end).unwrap_or_default().iter().collect();
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    match Expr::compile(&inside, scope, &Wanted::Anything) {
                        Ok(expr) => pieces.push(Piece::Value(expr)),
                        Err(found) => troubles.extend(found.into_iter().map(|trouble| Trouble {
                            from: trouble.from + at + 1,
                            to: trouble.to + at + 1,
                            ..trouble
                        })),
                    }
                    at = end + 1;
                }
                _ => {
                    plain.push(letter);
                    at += 1;
                }
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        if troubles.is_empty() {
            Ok(Self {
                source: text.to_owned(),
                pieces,
            })
        } else {
            Err(troubles)
        }
    }

    /// The text with its values; `show` turns the value of an expression into words (a person's id into a name).
    pub fn render(
        &self,
        environment: &dyn Environment,
        show: &dyn Fn(&Expr, &Value) -> String,
    ) -> Result<String, Fault> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Value(expr) => text.push_str(&show(expr, &expr.eval(environment)?)),
            }
        }
        Ok(text)
    }

    /// The value: of its type where the text is one `{…}` alone, else a text.
    pub fn value(&self, environment: &dyn Environment) -> Result<Value, Fault> {
        match self.pieces.as_slice() {
            [Piece::Value(expr)] => expr.eval(environment),
            _ => self
                .render(environment, &|_, value| value.to_string())
                .map(Value::Text),
        }
    }
}

impl Localized {
    /// The text in a language, with its values.
    pub fn render(
        &self,
        locale: Locale,
        environment: &dyn Environment,
        show: &dyn Fn(&Expr, &Value) -> String,
    ) -> Result<String, Fault> {
        self.get(locale).map_or_else(
            || Ok(String::new()),
            |template| template.render(environment, show),
        )
    }
}

fn too_long() -> Trouble {
    let message = words!(
        "This text is longer than {LETTERS} characters.",
        "此文本超过 {LETTERS} 个字符。"
    );
    Trouble::new("expression-syntax", 0, 1, message).hint(words!("Make it shorter.", "请缩短。"))
}

fn closing(letters: &[char], from: usize) -> Option<usize> {
    let mut quoted = false;
    for (at, letter) in letters.iter().enumerate().skip(from) {
        match letter {
            '\'' => quoted = !quoted,
            '}' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}
