//! What was sent, against the form: everything that is wrong with it at once.

mod filled;
mod limits;
mod seen;

use countersign_kernel::text::{Locale, nearest};
use serde_json::{Map, Value as Json};

use super::shape::shape;
use super::value::content_value;
use crate::definition::{Field, FieldKind, Form, Required};
use crate::expr::{Environment, Expr, Fault, Value};
use crate::finding::{Words, words};
pub use filled::{FieldState, Filled, fill};
use seen::Seen;

/// One thing that is wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFault {
    /// A JSON pointer into the form: `/amount`, `/lines/0/category`.
    pub pointer: String,
    pub code: &'static str,
    pub text: Words,
}

/// The form as it is kept: defaults filled in, amounts in the currency's scale, computed fields computed,
/// or all that is wrong with it. `environment` tells of everything but the form's own fields.
pub fn accept(
    form: &Form,
    sent: &Json,
    environment: &dyn Environment,
) -> Result<Map<String, Json>, Vec<FormFault>> {
    let Some(sent) = sent.as_object() else {
        let text = words!(
            "The form is a JSON object of its fields.",
            "表单应为由字段组成的 JSON 对象。"
        );
        return Err(vec![FormFault {
            pointer: String::new(),
            code: "invalid_value",
            text,
        }]);
    };
    let mut look = Look::new(environment);
    let content = look.form(form, sent, "", None);
    if look.faults.is_empty() {
        Ok(content)
    } else {
        Err(look.faults)
    }
}

/// What a draft says in fields that the form has not, or that it computes: a draft keeps it, a submission is refused.
pub fn misplaced(form: &Form, saved: &Map<String, Json>) -> Vec<FormFault> {
    let mut faults = Vec::new();
    unknown(form, saved, "", &mut faults);
    faults
}

fn unknown(form: &Form, sent: &Map<String, Json>, at: &str, faults: &mut Vec<FormFault>) {
    for name in sent.keys() {
        if faults.len() >= FAULTS_MAX {
            return;
        }
        let pointer = format!("{at}/{}", escape(name));
        match form.field(name) {
            Some(Field {
                kind: FieldKind::Computed { .. },
                ..
            }) if !sent.get(name).is_some_and(Json::is_null) => {
                let text = words!(
                    "This field is computed; leave it out.",
                    "此字段自动计算，请勿填写。"
                );
                faults.push(FormFault {
                    pointer,
                    code: "computed",
                    text,
                });
            }
            Some(_) => {}
            None => {
                let known = form.fields.iter().map(|field| field.name.as_str());
                let text = match nearest(name, known.clone()) {
                    Some(near) => words!(
                        "There is no field `{name}`. Did you mean `{near}`?",
                        "没有字段 `{name}`。是否想写 `{near}`？"
                    ),
                    None => {
                        let all = known.collect::<Vec<_>>().join(", ");
                        words!(
                            "There is no field `{name}`. The fields are {all}.",
                            "没有字段 `{name}`。字段有 {all}。"
                        )
                    }
                };
                faults.push(FormFault {
                    pointer,
                    code: "unknown_field",
                    text,
                });
            }
        }
    }
}

/// Faults of a form that are told; who sends more reads these first.
const FAULTS_MAX: usize = 100;
/// Lines of a list: an expression may read all of them for each.
const LINES_MAX: usize = 1_000;

struct Look<'a> {
    environment: &'a dyn Environment,
    faults: Vec<FormFault>,
    /// Of each field whether it is shown and required now, where that is asked for.
    states: Option<Vec<FieldState>>,
}

/// One form among those inside each other: what was sent for it, where, and which of its fields are sound.
#[derive(Clone, Copy)]
struct Level<'a> {
    form: &'a Form,
    sent: &'a Map<String, Json>,
    at: &'a str,
    outer: Option<Outer<'a>>,
    sound: &'a [String],
}

/// A form inside another sees the outer fields too.
#[derive(Clone, Copy)]
struct Outer<'a> {
    form: &'a Form,
    content: &'a Map<String, Json>,
}

impl<'a> Look<'a> {
    fn new(environment: &'a dyn Environment) -> Self {
        Self {
            environment,
            faults: Vec::new(),
            states: None,
        }
    }

    /// Whether so much is wrong that no more of it is told.
    fn is_full(&self) -> bool {
        self.faults.len() >= FAULTS_MAX
    }

    fn fault(&mut self, pointer: String, code: &'static str, text: Words) {
        if !self.is_full() {
            self.faults.push(FormFault { pointer, code, text });
        }
    }

    fn form(
        &mut self,
        form: &Form,
        sent: &Map<String, Json>,
        at: &str,
        outer: Option<Outer<'_>>,
    ) -> Map<String, Json> {
        unknown(form, sent, at, &mut self.faults);
        let mut content = Map::new();
        let mut sound = Vec::new();
        for field in &form.fields {
            if let FieldKind::Computed { .. } = field.kind {
                continue;
            }
            let before = self.faults.len();
            let given = sent.get(&field.name).filter(|value| !value.is_null());
            if let Some(value) = given.or(field.default.as_ref())
                && let Some(kept) = self.value(field, value, at)
            {
                content.insert(field.name.clone(), kept);
            }
            if self.faults.len() == before {
                sound.push(field.name.clone());
            }
        }
        self.compute(form, &mut content, outer, at);
        let level = Level {
            form,
            sent,
            at,
            outer,
            sound: &sound,
        };
        for field in &form.fields {
            if sound.contains(&field.name) {
                self.rules(&level, field, &mut content);
            } else {
                self.state(at, field, true, matches!(field.required, Required::Yes));
            }
        }
        content
    }

    fn value(&mut self, field: &Field, value: &Json, at: &str) -> Option<Json> {
        let pointer = format!("{at}/{}", escape(&field.name));
        match shape(&field.kind, value, self.environment.currency()) {
            Ok(kept) => Some(kept),
            Err((inside, code, text)) => {
                self.fault(format!("{pointer}{inside}"), code, text);
                None
            }
        }
    }

    fn compute(&mut self, form: &Form, content: &mut Map<String, Json>, outer: Option<Outer<'_>>, at: &str) {
        for field in &form.fields {
            let FieldKind::Computed { is } = &field.kind else {
                continue;
            };
            let seen = Seen {
                form,
                content,
                outer,
                base: self.environment,
            };
            match is.eval(&seen).and_then(kept) {
                Ok(Value::Empty) => {}
                Ok(value) => {
                    content.insert(field.name.clone(), value.to_json());
                }
                // With a field missing or wrong that it is made of, the fault of that field is enough.
                Err(Fault::Missing(_)) => {}
                Err(fault) => {
                    let pointer = format!("{at}/{}", escape(&field.name));
                    let (en, zh) = (fault.to_string(), fault.zh());
                    self.fault(
                        pointer,
                        "not_computable",
                        Words::new(
                            format!("It cannot be computed: {en}."),
                            format!("无法计算：{zh}。"),
                        ),
                    );
                }
            }
        }
    }

    /// What depends on other fields: whether it is shown and required, its limits, and what is inside.
    fn rules(&mut self, level: &Level<'_>, field: &Field, content: &mut Map<String, Json>) {
        let Level {
            form,
            sent,
            at,
            outer,
            sound,
        } = *level;
        let pointer = format!("{at}/{}", escape(&field.name));
        let called = |locale| {
            let label = field.label.as_ref();
            label.map_or(field.name.as_str(), |label| label.get(locale))
        };
        let (name, zh) = (called(Locale::En), called(Locale::ZhCn));
        // What depends on a field that is wrong itself is not judged: the fault of that field is enough.
        let clouded = |expr: &Expr| {
            crate::definition::fields_read(expr).iter().any(|read| {
                form.field(read)
                    .is_some_and(|field| !matches!(field.kind, FieldKind::Computed { .. }))
                    && !sound.contains(read)
            })
        };
        let holds = |expr: &Expr, unclear: bool, content: &Map<String, Json>| {
            expr.holds(&Seen {
                form,
                content,
                outer,
                base: self.environment,
            })
            .unwrap_or(unclear)
        };
        if field.show_when.as_ref().is_some_and(clouded) {
            self.state(at, field, true, false);
            return;
        }
        if let Some(show) = &field.show_when
            && !holds(show, true, content)
        {
            let given = sent.get(&field.name).is_some_and(|value| !value.is_null());
            content.remove(&field.name);
            self.state(at, field, false, false);
            if given {
                self.fault(
                    pointer,
                    "hidden",
                    words!(
                        "`{name}` does not belong to a form filled in like this; leave it out.",
                        "按当前填写内容，不应填写 `{zh}`。"
                    ),
                );
            }
            return;
        }
        let currency = self.environment.currency();
        let value = content_value(form, &field.name, content, currency);
        let wanted = match &field.required {
            Required::No => false,
            Required::Yes => true,
            Required::When(expr) => {
                (value.is_empty() || self.states.is_some()) && !clouded(expr) && holds(expr, true, content)
            }
        };
        self.state(at, field, true, wanted);
        if value.is_empty() {
            if wanted {
                let text = if field.slot.of == crate::expr::Type::list(crate::expr::Type::File) {
                    words!(
                        "`{name}` is needed: upload it and name its id.",
                        "需要 `{zh}`：请上传并填写其编号。"
                    )
                } else {
                    words!("`{name}` is needed.", "需要填写 `{zh}`。")
                };
                self.fault(pointer, "required", text);
            }
            return;
        }
        self.limits(form, field, &value, content, &pointer, outer);
        self.inside(form, field, content, &pointer);
    }

    fn inside(&mut self, form: &Form, field: &Field, content: &mut Map<String, Json>, pointer: &str) {
        if !matches!(field.kind, FieldKind::Group { .. } | FieldKind::List { .. }) {
            return;
        }
        let kept = content.clone();
        let outer = Some(Outer { form, content: &kept });
        match (&field.kind, kept.get(&field.name)) {
            (FieldKind::Group { fields }, Some(Json::Object(sent))) => {
                let inner = self.form(fields, sent, pointer, outer);
                content.insert(field.name.clone(), Json::Object(inner));
            }
            (FieldKind::Group { .. }, Some(_)) => {
                self.fault(
                    pointer.to_owned(),
                    "invalid_value",
                    words!("The parts of this group are wanted.", "应为该组的各部分。"),
                );
            }
            (FieldKind::List { .. }, Some(Json::Array(items))) if items.len() > LINES_MAX => {
                self.fault(
                    pointer.to_owned(),
                    "too_many",
                    words!("At most {LINES_MAX} lines.", "最多 {LINES_MAX} 行。"),
                );
            }
            (FieldKind::List { fields }, Some(Json::Array(items))) => {
                let mut lines = Vec::new();
                for (place, item) in items.iter().enumerate() {
                    let at = format!("{pointer}/{place}");
                    match item.as_object() {
                        Some(sent) => lines.push(Json::Object(self.form(fields, sent, &at, outer))),
                        None => self.fault(
                            at,
                            "invalid_value",
                            words!("A line with its fields is wanted.", "应为包含各字段的一行。"),
                        ),
                    }
                }
                content.insert(field.name.clone(), Json::Array(lines));
            }
            (FieldKind::List { .. }, Some(_)) => {
                self.fault(
                    pointer.to_owned(),
                    "invalid_value",
                    words!("A list of lines is wanted.", "应为行的列表。"),
                );
            }
            _ => {}
        }
    }
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// What is above every number is none that a form can hold.
fn kept(value: Value) -> Result<Value, Fault> {
    if value == Value::Unlimited {
        Err(Fault::Unlimited)
    } else {
        Ok(value)
    }
}
