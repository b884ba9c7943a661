//! Strict JSON: no name twice, at most 32 deep, no NUL, no number that would lose digits, nothing behind it.

mod digits;

use std::cell::RefCell;
use std::fmt;

use countersign_kernel::text::Words;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::problem::{Fault, Problem, ProblemKind};
use digits::Digits;

const DEEPEST: u32 = 32;

/// Reads a body.
pub fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        malformed(Words::new(
            format!("The body is not UTF-8: byte {at} is wrong."),
            format!("请求体不是 UTF-8：第 {at} 字节有误。"),
        ))
    })?;
    let trouble = RefCell::new(None);
    let digits = Digits::of(text);
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Strict {
        depth: 0,
        digits: &digits,
        trouble: &trouble,
    }
    .deserialize(&mut reader);
    match read.and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(error) => Err(match trouble.into_inner() {
            Some(Trouble { mut path, why }) => {
                path.reverse();
                why.problem(&path)
            }
            None => syntax(&error),
        }),
    }
}

fn malformed(detail: Words) -> Problem {
    Problem::new(ProblemKind::MalformedBody, detail)
}

/// What serde_json found, in our words.
fn syntax(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    malformed(if error.is_eof() {
        Words::new(
            format!("The body is not JSON: it ends too early, at line {line}, column {column}."),
            format!("请求体不是 JSON：在第 {line} 行第 {column} 列过早结束。"),
        )
    } else {
        Words::new(
            format!(
                "The body is not JSON, or a number in it is too large: look at line {line}, column {column}."
            ),
            format!("请求体不是 JSON，或其中的数字过大：请检查第 {line} 行第 {column} 列。"),
        )
    })
}

/// What strictness found, with the way to it, innermost first.
struct Trouble {
    path: Vec<String>,
    why: Why,
}

enum Why {
    Twice(String),
    Deep,
    Nul,
    Digits(String),
}

impl Why {
    fn problem(self, path: &[String]) -> Problem {
        let pointer = path.iter().take(40).fold(String::new(), |before, part| {
            before + "/" + &crate::shape::escape(part)
        });
        let (code, detail) = match self {
            Self::Twice(name) => {
                let name: String = name.chars().take(60).collect();
                (
                    "repeated_member",
                    Words::new(
                        format!("The member {name:?} stands there twice."),
                        format!("成员 {name:?} 重复出现。"),
                    ),
                )
            }
            Self::Deep => (
                "too_deep",
                Words::fixed("The body nests deeper than 32.", "请求体嵌套超过 32 层。"),
            ),
            Self::Nul => (
                "nul_character",
                Words::fixed(
                    "A text may not hold the character NUL (U+0000).",
                    "文本不能包含 NUL 字符（U+0000）。",
                ),
            ),
            Self::Digits(number) => {
                let number: String = number.chars().take(60).collect();
                (
                    "too_many_digits",
                    Words::new(
                        format!(
                            "{number} has more digits than a JSON number keeps: 15, or an integer of 64 bits. Where a form takes a \
                             number, send longer ones as a text: \"{number}\"."
                        ),
                        format!(
                            "{number} 的位数超过 JSON 数字可精确保存的范围（15 位，或 64 位整数）。表单中的数字字段可用文本发送更长的数字：\"{number}\"。"
                        ),
                    ),
                )
            }
        };
        malformed(detail.clone()).with_faults([Fault::at(pointer, code, detail)])
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: u32,
    digits: &'a Digits<'a>,
    trouble: &'a RefCell<Option<Trouble>>,
}

impl Strict<'_> {
    fn refuse<T, E: Error>(self, why: Why) -> Result<T, E> {
        *self.trouble.borrow_mut() = Some(Trouble {
            path: Vec::new(),
            why,
        });
        Err(E::custom(""))
    }

    /// On the way out, each level adds its own part of the way.
    fn under(self, part: impl FnOnce() -> String) {
        if let Some(trouble) = self.trouble.borrow_mut().as_mut() {
            trouble.path.push(part());
        }
    }

    fn text<E: Error>(self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            self.refuse(Why::Nul)
        } else {
            Ok(())
        }
    }

    fn number<E: Error>(self, number: Number) -> Result<Value, E> {
        match self.digits.next_lost() {
            Some(lost) => self.refuse(Why::Digits(lost.to_owned())),
            None => Ok(Value::Number(number)),
        }
    }

    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth == DEEPEST {
            self.refuse(Why::Deep)
        } else {
            Ok(Self {
                depth: self.depth + 1,
                ..self
            })
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.number(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.number(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom(""))?;
        self.number(number)
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.text(value)?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        self.text(&value)?;
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut values = Vec::new();
        loop {
            match list.next_element_seed(inner) {
                Ok(Some(value)) => values.push(value),
                Ok(None) => return Ok(Value::Array(values)),
                Err(error) => {
                    self.under(|| values.len().to_string());
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            self.text(&name)?;
            if members.contains_key(&name) {
                let twice = self.refuse(Why::Twice(name.clone()));
                self.under(|| name);
                return twice;
            }
            let value = map
                .next_value_seed(inner)
                .inspect_err(|_| self.under(|| name.clone()))?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn pointer(text: &str) -> Option<String> {
        let problem = parse(text.as_bytes()).err()?;
        assert_eq!(problem.code(), "malformed_body");
        Some(
            problem
                .faults()
                .first()
                .map_or(String::new(), |fault| format!("{:?}", fault.place)),
        )
    }

    #[test]
    fn what_is_not_strict_json_is_refused_with_its_place() {
        for text in [
            "{\"name\": ",
            "{\"name\":\"x\",}",
            "{\"name\":NaN}",
            "{\"name\":\"x\"/**/}",
            "{} {}",
            "",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":1e999}",
        ] {
            assert_eq!(pointer(text).as_deref(), Some(""), "{text}");
        }
        assert_eq!(
            pointer(r#"{"name":"a","n\u0061me":"b"}"#).as_deref(),
            Some("Pointer(\"/name\")")
        );
        assert_eq!(
            pointer(r#"{"a":[{"b":"\u0000"}]}"#).as_deref(),
            Some("Pointer(\"/a/0/b\")")
        );
        for (text, place) in [
            ("18446744073709551616", ""),
            (
                r#"{"a":[1,"2\"3",{"b":[-1e3,0.30000000000000000001]}]}"#,
                "/a/2/b/1",
            ),
            (r#"{"1234567890123456.89":1,"\\":1234567890123456.89}"#, "/\\"),
        ] {
            assert_eq!(pointer(text), Some(format!("Pointer({place:?})")), "{text}");
        }
        for text in [
            "[0.1,18446744073709551615,-9223372036854775808,1e-7,123456789012.345]",
            r#"["1234567890123456.89"]"#,
        ] {
            assert_eq!(pointer(text), None, "{text}");
        }
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(pointer(&deep(32)), None);
        assert!(pointer(&deep(33)).is_some() && pointer(&deep(400_000)).is_some());
    }
}
