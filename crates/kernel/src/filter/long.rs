//! The long form: `{"and": [{"name": {"starts_with": "x"}}, {"not": {"amount": {"lte": "1000"}}}]}`.

use serde_json::{Map, Value as Json};

use super::query::{test, too_many};
use super::{Fault, Filter, FilterField, Surroundings};
use crate::text::Words;

const MOST: usize = 100;
const DEEPEST: usize = 8;
/// Items of all `and` and `or` together: groups count too.
const PARTS: usize = 200;

/// Reads a filter in JSON; the places of its faults are pointers below `filter`.
pub fn long(fields: &[FilterField], filter: &Json, around: &Surroundings<'_>) -> Result<Filter, Vec<Fault>> {
    let mut reader = Reader {
        fields,
        around,
        faults: Vec::new(),
        left: MOST,
        parts_left: PARTS,
    };
    let filter = reader.part(filter, "", 0);
    if reader.faults.is_empty() {
        Ok(filter)
    } else {
        Err(reader.faults)
    }
}

struct Reader<'a> {
    fields: &'a [FilterField],
    around: &'a Surroundings<'a>,
    faults: Vec<Fault>,
    /// How many comparisons may still come.
    left: usize,
    /// How many items of `and` and `or` may still come, whatever they hold.
    parts_left: usize,
}

impl Reader<'_> {
    fn part(&mut self, json: &Json, place: &str, depth: usize) -> Filter {
        match json {
            Json::Object(members) if depth <= DEEPEST => self.object(members, place, depth),
            Json::Object(_) => self.refuse(
                place,
                "filter_too_deep",
                Words::fixed("A filter nests at most 8 deep.", "筛选最多嵌套 8 层。"),
            ),
            _ => self.refuse(
                place,
                "wrong_type",
                Words::fixed(
                    "A filter is an object, like {\"status\": \"open\"} or {\"and\": [...]}.",
                    "筛选是一个对象，例如 {\"status\": \"open\"} 或 {\"and\": [...]}。",
                ),
            ),
        }
    }

    fn refuse(&mut self, place: &str, code: &'static str, detail: Words) -> Filter {
        self.faults.push(Fault {
            place: place.to_owned(),
            code,
            detail,
        });
        Filter::everything()
    }

    fn object(&mut self, members: &Map<String, Json>, place: &str, depth: usize) -> Filter {
        let mut parts = Vec::new();
        for (name, json) in members {
            let at = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
            parts.push(match (name.as_str(), json) {
                ("and", Json::Array(list)) => Filter::All(self.list(list, &at, depth)),
                ("or", Json::Array(list)) => Filter::Any(self.list(list, &at, depth)),
                ("and" | "or", _) => self.refuse(
                    &at,
                    "wrong_type",
                    Words::fixed(
                        "\"and\" and \"or\" take a list of filters.",
                        "“and” 与 “or” 需要筛选的列表。",
                    ),
                ),
                ("not", inner) => Filter::Not(Box::new(self.part(inner, &at, depth + 1))),
                (path, Json::Object(ops)) => {
                    let tests = ops
                        .iter()
                        .map(|(op, value)| self.test(path, Some(op), value, &format!("{at}/{op}")))
                        .collect();
                    Filter::All(tests)
                }
                (path, value) => self.test(path, None, value, &at),
            });
        }
        match (parts.len(), parts.pop()) {
            (1, Some(only)) => only,
            (_, last) => Filter::All(parts.into_iter().chain(last).collect()),
        }
    }

    fn list(&mut self, list: &[Json], place: &str, depth: usize) -> Vec<Filter> {
        let fits = list.len().min(self.parts_left);
        self.parts_left -= fits;
        if fits < list.len() {
            self.too_many(place);
        }
        list.iter()
            .take(fits)
            .enumerate()
            .map(|(index, json)| self.part(json, &format!("{place}/{index}"), depth + 1))
            .collect()
    }

    /// Told once.
    fn too_many(&mut self, place: &str) {
        if !self.faults.iter().any(|fault| fault.code == "filter_too_long") {
            self.faults.push(too_many(place.to_owned()));
        }
    }

    fn test(&mut self, path: &str, op: Option<&str>, value: &Json, place: &str) -> Filter {
        if self.left == 0 {
            self.too_many(place);
            return Filter::everything();
        }
        self.left -= 1;
        let texts = match value {
            Json::Array(list) if matches!(op, Some("in" | "nin")) => list.iter().map(scalar).collect(),
            other => scalar(other).map(|text| vec![text]),
        };
        let read = texts
            .map_err(|(code, detail)| Fault {
                place: place.to_owned(),
                code,
                detail,
            })
            .and_then(|texts| test(self.fields, path, op, &texts, place, &[], self.around));
        match read {
            Ok(test) => Filter::Test(test),
            Err(fault) => {
                self.faults.push(fault);
                Filter::everything()
            }
        }
    }
}

/// The text of a single value; numbers of more than 15 significant digits are no longer what was written.
fn scalar(json: &Json) -> Result<String, (&'static str, Words)> {
    match json {
        Json::String(text) => Ok(text.clone()),
        Json::Bool(yes) => Ok(yes.to_string()),
        Json::Number(number) => {
            let text = number.to_string();
            let digits = text
                .trim_start_matches(['-', '0', '.'])
                .bytes()
                .filter(u8::is_ascii_digit)
                .count();
            if digits > 15 || text.contains(['e', 'E']) {
                return Err((
                    "wrong_type",
                    Words::fixed(
                        "A number of more than 15 digits is written as a text.",
                        "超过 15 位的数字须写成文本。",
                    ),
                ));
            }
            Ok(text)
        }
        Json::Null => Err((
            "wrong_type",
            Words::fixed(
                "Nothing is asked for with {\"is_null\": true}.",
                "查询空值请用 {\"is_null\": true}。",
            ),
        )),
        Json::Array(_) | Json::Object(_) => Err((
            "wrong_type",
            Words::fixed(
                "One value stands here; a list is for in and nin.",
                "这里需要单个值；列表用于 in 与 nin。",
            ),
        )),
    }
}
