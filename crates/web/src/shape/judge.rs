//! Judging a value by a shape.

use countersign_kernel::text::{Words, nearest};
use serde_json::{Map, Value};

use super::{Found, Object, Rest, Shape, Shapes, escape, text};
use crate::problem::{FAULTS_MAX, Fault};

/// Members that only the server sets, whatever the object.
const SERVERS: &[&str] = &[
    "id",
    "object",
    "created_at",
    "updated_at",
    "version",
    "tenant_id",
    "tenant",
    "status",
    "number",
];

impl Shapes {
    /// Finds all faults of a value; `whole` is false for a merge patch, where nothing is missing.
    pub(crate) fn judge(&self, value: &Value, whole: bool) -> Found {
        let mut judge = Judge {
            shapes: self,
            found: Found::default(),
            place: String::new(),
        };
        match (self.resolve(&self.root), value) {
            (Shape::Object(object), Value::Object(members)) => judge.object(object, members, whole),
            (root, value) => judge.value(root, value),
        }
        judge.found
    }
}

pub(super) struct Judge<'a> {
    shapes: &'a Shapes,
    pub(super) found: Found,
    place: String,
}

impl Judge<'_> {
    fn value(&mut self, shape: &Shape, value: &Value) {
        match (shape, value) {
            (Shape::Any, _)
            | (Shape::Nullable(_) | Shape::Null, Value::Null)
            | (Shape::YesNo, Value::Bool(_))
            | (Shape::Number, Value::Number(_)) => {}
            (Shape::Named(_), _) => self.value(self.shapes.resolve(shape), value),
            (Shape::Nullable(inner), _) => self.value(inner, value),
            (Shape::Object(object), Value::Object(members)) => self.object(object, members, true),
            (Shape::Money, Value::Object(members)) => self.money(members),
            (Shape::List { of, least, most }, Value::Array(list)) => self.list(of, list, *least, *most),
            (Shape::Text { form, least, most }, Value::String(given)) => {
                self.text(form, given, *least, *most);
            }
            (Shape::Choice(words), Value::String(given)) => {
                if let Some(detail) = text::choice(words, given) {
                    self.wrong_form("unknown_value", detail);
                }
            }
            (Shape::Integer { least, most }, Value::Number(number)) if number.is_i64() || number.is_u64() => {
                if !number
                    .as_i64()
                    .is_some_and(|number| (*least..=*most).contains(&number))
                {
                    self.wrong_form("out_of_range", text::range(*least, *most));
                }
            }
            (Shape::OneOf(shapes), _) => self.one_of(shapes, value),
            _ => self.wrong_type(shape, value),
        }
    }

    fn within(&mut self, part: &str, then: impl FnOnce(&mut Self)) {
        let length = self.place.len();
        self.place.push('/');
        self.place.push_str(&escape(part));
        then(self);
        self.place.truncate(length);
    }

    fn wrong_form(&mut self, code: &'static str, detail: Words) {
        if self.found.of_form.len() < FAULTS_MAX {
            self.found
                .of_form
                .push(Fault::at(self.place.clone(), code, detail));
        }
    }

    fn wrong_shape(&mut self, code: &'static str, detail: impl FnOnce() -> Words) {
        if self.found.of_shape.len() < FAULTS_MAX {
            self.found
                .of_shape
                .push(Fault::at(self.place.clone(), code, detail()));
        }
    }

    fn wrong_type(&mut self, shape: &Shape, value: &Value) {
        let (wanted, given) = (
            text::name_of(self.shapes.resolve(shape)),
            text::name_of_value(value),
        );
        self.wrong_shape("wrong_type", || {
            Words::new(
                format!("This is {}; {} is expected here.", given.en, wanted.en),
                format!("这里是{}；应为{}。", given.zh, wanted.zh),
            )
        });
    }

    fn object(&mut self, object: &Object, members: &Map<String, Value>, whole: bool) {
        for (name, value) in members {
            let member = object.members.iter().find(|member| member.name == *name);
            self.within(name, |judge| match (member, &object.rest) {
                (Some(member), _) if member.read_only => {
                    judge.wrong_shape("set_by_server", || text::set_by_server(name));
                }
                (Some(member), _) => judge.value(&member.shape, value),
                (None, Rest::Each(shape)) => judge.value(shape, value),
                (None, Rest::Refused) => judge.unknown(object, name),
            });
        }
        for member in object
            .members
            .iter()
            .filter(|member| whole && member.required && !member.read_only)
        {
            if !members.contains_key(&member.name) && self.found.of_form.len() < FAULTS_MAX {
                self.found
                    .of_form
                    .push(Fault::missing(format!("{}/{}", self.place, escape(&member.name))));
            }
        }
    }

    fn unknown(&mut self, object: &Object, name: &str) {
        let known = || {
            object
                .members
                .iter()
                .filter(|member| !member.read_only)
                .map(|member| member.name.as_str())
        };
        if self.place.rfind('/') == Some(0) && SERVERS.contains(&name) {
            self.wrong_shape("set_by_server", || text::set_by_server(name));
        } else {
            self.wrong_shape("unknown_member", || {
                text::unknown_member(name, nearest(name, known()), &known().collect::<Vec<_>>())
            });
        }
    }

    fn list(&mut self, of: &Shape, list: &[Value], least: usize, most: usize) {
        if list.len() < least || list.len() > most {
            self.wrong_form("wrong_length", text::items(least, most));
            return;
        }
        for (index, value) in list.iter().enumerate() {
            self.within(&index.to_string(), |judge| judge.value(of, value));
        }
    }

    fn text(&mut self, form: &super::Form, given: &str, least: usize, most: usize) {
        let length = given.chars().count();
        if length < least || length > most {
            self.wrong_form("wrong_length", text::letters(least, most));
            return;
        }
        match text::read(form, given) {
            Ok(Some((kind, uuid))) => self.found.ids.push((self.place.clone(), kind, uuid)),
            Ok(None) => {}
            Err(detail) => self.wrong_form("wrong_form", detail),
        }
    }

    fn money(&mut self, members: &Map<String, Value>) {
        let known = ["amount", "currency"];
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            self.within(name, |judge| {
                judge.wrong_shape("unknown_member", || {
                    text::unknown_member(name, nearest(name, known), &known)
                });
            });
        }
        for name in known {
            self.within(name, |judge| match members.get(name) {
                Some(Value::String(_)) => {}
                Some(other) => judge.wrong_type(
                    &Shape::Text {
                        form: super::Form::Free,
                        least: 0,
                        most: 0,
                    },
                    other,
                ),
                None if judge.found.of_form.len() < FAULTS_MAX => {
                    judge.found.of_form.push(Fault::missing(judge.place.clone()));
                }
                None => {}
            });
        }
        if let (Some(Value::String(amount)), Some(Value::String(currency))) =
            (members.get("amount"), members.get("currency"))
            && let Some((name, code, detail)) = text::money(amount, currency)
        {
            self.within(name, |judge| judge.wrong_form(code, detail));
        }
    }

    /// The faults of the alternative that fits best.
    fn one_of(&mut self, shapes: &[Shape], value: &Value) {
        let tried = shapes.iter().map(|shape| {
            let mut judge = Judge {
                shapes: self.shapes,
                found: Found::default(),
                place: self.place.clone(),
            };
            judge.value(shape, value);
            judge.found
        });
        let best = tried.min_by_key(|found| {
            let at_top = found
                .of_shape
                .iter()
                .any(|fault| fault.place == crate::problem::Place::Pointer(self.place.clone()));
            (at_top, found.of_shape.len(), found.of_form.len())
        });
        if let Some(best) = best {
            self.found.of_shape.extend(best.of_shape);
            self.found.of_form.extend(best.of_form);
            self.found.ids.extend(best.ids);
        }
    }
}
