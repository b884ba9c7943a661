//! Parameters of an operation's own, typed: `Query(asked): Query<HistoryQuery>`.

use std::any::TypeId;
use std::collections::HashMap;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use countersign_kernel::filter;
use countersign_kernel::text::{Words, nearest};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::ParameterIn;

use crate::ctx::{self, Ctx};
use crate::params::Params;
use crate::problem::{FAULTS_MAX, Fault, Problem};
use crate::seen::seen;
use crate::shape::{Shape, Shapes, shape};

/// The query of an operation with parameters of its own, beside the standard ones. `T` derives `Deserialize`
/// (with `#[serde(default)]` where it may be absent) and `IntoParams`; lists are comma-separated or repeated.
/// Any other parameter is refused with the nearest word.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T> Deref for Query<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// A parameter that a type declares.
struct Known {
    name: String,
    required: bool,
    shapes: Shapes,
}

fn known<T: IntoParams + 'static>() -> Arc<Vec<Known>> {
    static KNOWN: LazyLock<RwLock<HashMap<TypeId, Arc<Vec<Known>>>>> = LazyLock::new(RwLock::default);
    let found = KNOWN
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&TypeId::of::<T>())
        .cloned();
    found.unwrap_or_else(|| {
        let params = T::into_params(|| Some(ParameterIn::Query))
            .into_iter()
            .map(|param| {
                let schema = serde_json::to_value(&param.schema).unwrap_or_default();
                let root = shape(&schema, &HashMap::new());
                Known {
                    name: param.name,
                    required: matches!(param.required, Required::True),
                    shapes: Shapes {
                        root,
                        named: HashMap::new(),
                    },
                }
            });
        let params = Arc::new(params.collect::<Vec<_>>());
        KNOWN
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(TypeId::of::<T>(), params.clone());
        params
    })
}

/// The parameters as the members of an object, with all faults at once.
fn members(known: &[Known], ctx: &Ctx) -> Result<Map<String, Value>, Problem> {
    let mut params = ctx.params.clone();
    let (mut members, mut faults) = (Map::new(), Vec::new());
    for param in known {
        let shape = param.shapes.resolve(&param.shapes.root);
        match taken(&mut params, param, shape) {
            Ok(Some(text)) => {
                let value = value_of(shape, &text);
                let found = param.shapes.judge(&value, true);
                faults.extend(
                    found
                        .of_shape
                        .into_iter()
                        .chain(found.of_form)
                        .map(|fault| Fault::parameter(&param.name, fault.code, fault.detail)),
                );
                members.insert(param.name.clone(), value);
            }
            Ok(None) if param.required => {
                let name = &param.name;
                faults.push(Fault::parameter(
                    name,
                    "missing",
                    Words::new(format!("{name} is missing."), format!("缺少 {name}。")),
                ));
            }
            Ok(None) => {}
            Err(fault) => faults.push(fault),
        }
    }
    let names: Vec<&str> = known
        .iter()
        .map(|param| param.name.as_str())
        .chain(ctx.known.iter().copied())
        .collect();
    let unknown = params.iter().take(FAULTS_MAX).map(|param| {
        let near = nearest(param.name, names.iter().copied());
        Fault::parameter(
            param.name,
            "unknown_parameter",
            filter::words(param.name, "", near, &names),
        )
    });
    // What is not known may be a misspelt name of what is missing.
    faults.splice(..0, unknown);
    if faults.is_empty() {
        Ok(members)
    } else {
        Err(Problem::bad_parameters(faults))
    }
}

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        seen(request).own_params.set(true);
        let opening = ctx::opening(request);
        Box::pin(async move {
            let ctx = opening.await?;
            let members = members(&known::<T>(), &ctx)?;
            serde_json::from_value(Value::Object(members))
                .map(Query)
                .map_err(|error| {
                    let detail = Words::fixed(
                        "A parameter has a wrong form; see /docs.",
                        "参数格式不正确；请参阅 /docs。",
                    );
                    Problem::bad_parameters([Fault::parameter("", "bad_value", detail)]).because(error)
                })
        })
    }
}

/// Takes a parameter out; a list may stand there several times.
fn taken(params: &mut Params, known: &Known, shape: &Shape) -> Result<Option<String>, Fault> {
    if !is_list(shape) {
        return params.take(&known.name);
    }
    let all = params.take_all(&known.name);
    Ok((!all.is_empty()).then(|| all.join(",")))
}

fn is_list(shape: &Shape) -> bool {
    match shape {
        Shape::Nullable(inner) => is_list(inner),
        other => matches!(other, Shape::List { .. }),
    }
}

/// A text of the query, as the JSON that its shape wants.
fn value_of(shape: &Shape, text: &str) -> Value {
    match shape {
        Shape::Nullable(inner) => value_of(inner, text),
        Shape::Integer { .. } => text
            .parse::<i64>()
            .map_or_else(|_| Value::from(text), Value::from),
        Shape::YesNo if text == "true" || text == "false" => Value::Bool(text == "true"),
        Shape::List { of, .. } => text.split(',').map(|part| value_of(of, part)).collect(),
        _ => Value::from(text),
    }
}
