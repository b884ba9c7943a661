//! Bodies: strict JSON, judged by the type's own schema, with all faults at once.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest};
use bytes::{Bytes, BytesMut};
use countersign_kernel::text::Words;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use utoipa::__dev::ComposeSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::ctx::{self, Ctx};
use crate::json;
use crate::pace;
use crate::params::Params;
use crate::problem::{FAULTS_MAX, Fault, Problem};
use crate::shape::{Found, Shapes};

/// 1 MiB.
pub(crate) const LIMIT: usize = 1 << 20;
/// How much of a body that is too large is read and thrown away, so that the caller can hear the answer.
const PATIENCE: usize = 8 << 20;

const JSON: &[&str] = &["application/json"];
const PATCH: &[&str] = &["application/merge-patch+json", "application/json"];

/// A body that must be there: `Body(input): Body<NewDeal>`.
///
/// Say in the schema what can be said there (`min_length`, `max_length`, `minimum`, enums, typed ids, `Money`, `Date`):
/// it is judged before the handler runs.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

/// A body that may be absent or empty, which means `{}`: for verbs.
#[derive(Debug, Clone)]
pub struct OptionalBody<T>(pub T);

/// A JSON Merge Patch. The members of `T` are [`Member`]s, and `T` has `#[serde(default)]`.
#[derive(Debug, Clone)]
pub struct Patch<T>(pub T);

/// A verb that takes no member: `OptionalBody<Nothing>`.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct Nothing {}

/// A member of a merge patch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Member<X> {
    /// Not named: stays as it is.
    #[default]
    Absent,
    /// `null`: cleared.
    Null,
    Set(X),
}

impl<X> Member<X> {
    /// The value after the patch, of a member that may be empty.
    pub fn over(self, before: Option<X>) -> Option<X> {
        match self {
            Self::Absent => before,
            Self::Null => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The value after the patch, of a member that may not be empty: null is a fault at `pointer`.
    pub fn over_required(self, before: X, pointer: &str) -> Result<X, Fault> {
        match self {
            Self::Absent => Ok(before),
            Self::Null => Err(Fault::at(
                pointer,
                "missing",
                Words::fixed("This cannot be cleared.", "此项不能清空。"),
            )),
            Self::Set(value) => Ok(value),
        }
    }

    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    pub fn as_set(&self) -> Option<&X> {
        match self {
            Self::Set(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<'de, X: Deserialize<'de>> Deserialize<'de> for Member<X> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<X>::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Set))
    }
}

/// Absent and null look alike: a member that is absent is not written at all.
impl<X: Serialize> Serialize for Member<X> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_set().serialize(serializer)
    }
}

/// What `X` may be, or null.
impl<X: PartialSchema> ComposeSchema for Member<X> {
    fn compose(generics: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let inner = generics.into_iter().next().unwrap_or_else(X::schema);
        if let RefOr::T(Schema::Object(mut object)) = inner.clone()
            && let SchemaType::Type(kind) = object.schema_type
            && kind != Type::Object
        {
            object.schema_type = SchemaType::Array(vec![kind, Type::Null]);
            return RefOr::T(Schema::Object(object));
        }
        OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Null))
            .item(inner)
            .into()
    }
}

impl<X: ToSchema> ToSchema for Member<X> {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        X::schemas(schemas);
    }
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// How a body is asked for.
#[derive(Clone, Copy)]
struct Asking {
    types: &'static [&'static str],
    optional: bool,
    /// Whether missing members are a fault.
    whole: bool,
}

fn extract<T: DeserializeOwned + ToSchema + 'static>(
    request: &HttpRequest,
    payload: &mut Payload,
    asking: Asking,
) -> Extracting<T> {
    let request = request.clone();
    let payload = payload.take();
    Box::pin(async move {
        let ctx = match ctx::already(&request) {
            Some(opening) => Some(opening.await?),
            None => {
                refuse_parameters(&request)?;
                None
            }
        };
        let bytes = read(&request, payload, asking).await?;
        let value = if bytes.is_empty() && asking.optional {
            Value::Object(Map::new())
        } else {
            json::parse(&bytes)?
        };
        // Only what can be read is worth a hash, which takes longer than to find that it cannot.
        if let Some(ctx) = &ctx {
            let _ = ctx.body.set(Sha256::digest(&bytes).into());
        }
        checked(value, asking.whole, ctx.as_ref()).await
    })
}

/// Who calls without signing in says all in the body: a `validate_only` beside it must not be passed over.
fn refuse_parameters(request: &HttpRequest) -> Result<(), Problem> {
    let params = Params::read(request.query_string())?;
    let unknown = params.iter().take(FAULTS_MAX).map(|param| {
        let words = Words::fixed("There are no parameters here.", "此处没有参数。");
        Fault::parameter(param.name, "unknown_parameter", words)
    });
    let faults: Vec<Fault> = unknown.collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Problem::bad_parameters(faults))
    }
}

/// The bytes; 415 for another media type, 413 for too many.
async fn read(request: &HttpRequest, payload: Payload, asking: Asking) -> Result<Bytes, Problem> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let media = header(CONTENT_TYPE).map(media_type);
    let declared = header(CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if !media
        .as_deref()
        .is_some_and(|media| asking.types.contains(&media))
    {
        // A verb without a body needs no media type, but what is sent is named.
        let bytes = if asking.optional && media.is_none() {
            collect(payload, declared).await?
        } else {
            Bytes::new()
        };
        let nothing_sent = asking.optional && media.is_none() && bytes.is_empty();
        return if nothing_sent {
            Ok(bytes)
        } else {
            Err(Problem::unsupported_media_type(asking.types))
        };
    }
    collect(payload, declared).await
}

/// The media type without its parameters; only UTF-8 is a charset.
fn media_type(header: &str) -> String {
    let mut parts = header.split(';');
    let media = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let foreign = parts.any(|part| {
        let part = part.trim().to_ascii_lowercase();
        part.strip_prefix("charset=")
            .is_some_and(|charset| !matches!(charset.trim_matches('"'), "utf-8" | "utf8"))
    });
    if foreign { String::new() } else { media }
}

async fn collect(mut payload: Payload, declared: Option<usize>) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::with_capacity(declared.unwrap_or(0).min(LIMIT));
    let mut thrown = 0;
    // One that is hopelessly large is answered before it is read.
    let hopeless = declared.is_some_and(|length| length > PATIENCE);
    while !hopeless && let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| pace::broken_off(&error))?;
        if thrown > 0 || bytes.len() + chunk.len() > LIMIT {
            thrown += chunk.len();
            if thrown > PATIENCE {
                break;
            }
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    if hopeless || thrown > 0 {
        Err(Problem::too_large(LIMIT))
    } else {
        Ok(bytes.freeze())
    }
}

/// Judges a value by the schema of its type, and reads it.
async fn checked<T: DeserializeOwned + ToSchema + 'static>(
    value: Value,
    whole: bool,
    ctx: Option<&Ctx>,
) -> Result<T, Problem> {
    let found = Shapes::of::<T>().judge(&value, whole);
    refuse(found, ctx).await?;
    serde_json::from_value(value).map_err(|error| {
        Problem::invalid([Fault::at(
            "",
            "wrong_form",
            Words::fixed(
                "The body has a wrong form; see its schema at /docs.",
                "请求体格式不正确；请参阅 /docs 中的 schema。",
            ),
        )])
        .because(error)
    })
}

async fn refuse(mut found: Found, ctx: Option<&Ctx>) -> Result<(), Problem> {
    if !found.of_shape.is_empty() {
        return Err(Problem::wrong_shape(found.of_shape));
    }
    if found.of_form.is_empty() {
        return Ok(());
    }
    // Whoever is refused anyway hears of references to nothing at once, too.
    if let Some(ctx) = ctx {
        found
            .of_form
            .extend(crate::expand::absent(ctx, &found.ids).await?);
    }
    Err(Problem::invalid(found.of_form))
}

/// Judges one row of a batch (or any value) like a body of its own; faults are placed under `pointer`.
pub async fn row<T: DeserializeOwned + ToSchema + 'static>(
    ctx: &Ctx,
    value: Value,
    pointer: &str,
    patch: bool,
) -> Result<T, Problem> {
    checked(value, !patch, Some(ctx))
        .await
        .map_err(|problem| problem.under(pointer))
}

macro_rules! bodies {
    ($($name:ident: $asking:expr;)*) => {
        $(
            impl<T: DeserializeOwned + ToSchema + 'static> FromRequest for $name<T> {
                type Error = Problem;
                type Future = Extracting<Self>;

                fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
                    let body = extract::<T>(request, payload, $asking);
                    Box::pin(async move { body.await.map($name) })
                }
            }

            impl<T> Deref for $name<T> {
                type Target = T;
                fn deref(&self) -> &T {
                    &self.0
                }
            }
        )*
    };
}

bodies! {
    Body: Asking { types: JSON, optional: false, whole: true };
    OptionalBody: Asking { types: JSON, optional: true, whole: true };
    Patch: Asking { types: PATCH, optional: false, whole: false };
}
