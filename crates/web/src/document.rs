//! What the OpenAPI document learns from here.

mod closed;
mod conditions;
mod members;

use actix_web::http::Method;
use countersign_kernel::filter::Noun;
use utoipa::IntoParams;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{OpenApi, Paths, RefOr, Required};

use crate::listing::{Listed, Listing};
use crate::params::READING;

pub use closed::close_bodies;
pub use conditions::member_condition;
pub use members::tidy_members;

/// `params(Listing<Deals>)` in an operation's words.
impl<N: Listed> IntoParams for Listing<N> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let expandable: Vec<&str> = N::NOUN.expandable.iter().map(|(field, _)| *field).collect();
        let mut params = match (N::PAGES, N::SORTED) {
            (true, _) => pages(&N::NOUN),
            (false, true) => vec![sort(&N::NOUN)],
            (false, false) => Vec::new(),
        };
        if !expandable.is_empty() && N::PAGES {
            params.push(expand(&expandable));
        }
        if N::NOUN.fields.iter().any(|field| field.searched) {
            params.push(parameter("q", "A text to look for, in either case.", text()));
        }
        for field in N::NOUN.fields {
            params.push(conditions::condition("", field, ""));
            if let Some(relation) = field.relation {
                let prefix = format!("{}.", field.name);
                let needed = format!(" Needs the scope {}.", relation.scope);
                let further = relation.fields.iter();
                params.extend(further.map(|inner| conditions::condition(&prefix, inner, &needed)));
            }
        }
        params
    }
}

/// What a list of rows can be asked for beside its conditions.
fn pages(noun: &Noun) -> Vec<Parameter> {
    let number = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .maximum(Some(200));
    vec![
        parameter("limit", "Rows of a page: 1 to 200, 50 unless told.", number),
        parameter(
            "cursor",
            "Where the page begins: next_cursor of the one before, with the same filter and sort.",
            text(),
        ),
        sort(noun),
        parameter(
            "count",
            "exact: count the rows too, up to 10,000.",
            text().enum_values(Some(["exact"])),
        ),
        fields(),
    ]
}

fn sort(noun: &Noun) -> Parameter {
    let fields = noun.fields.iter().filter(|field| field.sortable);
    let sortable: Vec<&str> = fields.map(|field| field.name).collect();
    let (fields, usual) = (sortable.join(", "), noun.default_sort);
    let about = format!("{fields}, each with - for descending; {usual} unless told.");
    parameter("sort", &about, text())
}

/// `fields` and `expand` of an operation that shows one object, but not by the `{id}` of a list: `params(Shown)`, where `Shown`
/// says them by this.
pub fn shown_parameters(noun: &Noun) -> Vec<Parameter> {
    let expandable: Vec<&str> = noun.expandable.iter().map(|(field, _)| *field).collect();
    let expand = (!expandable.is_empty()).then(|| expand(&expandable));
    [fields()].into_iter().chain(expand).collect()
}

fn fields() -> Parameter {
    parameter("fields", "Only these members, comma-separated.", text())
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn parameter(name: &str, about: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(schema))
        .build()
}

/// Objects in the places of ids: any of these fields, comma-separated.
fn expand(fields: &[&str]) -> Parameter {
    let field = text().enum_values(Some(fields.iter().copied()));
    ParameterBuilder::new()
        .name("expand")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some("Objects in the places of ids, comma-separated."))
        .schema(Some(ArrayBuilder::new().items(field)))
        .explode(Some(false))
        .build()
}

const KEY: &str =
    "1 to 255 printable ASCII characters; the same request under the same key happens once, for 7 days.";

/// Adds to every operation with a caller what each method knows beside the operation's own words: `If-None-Match` and the
/// `fields` and `expand` of its list on reading, `Idempotency-Key`, `If-Match` and `validate_only` on writing.
pub fn standard_parameters(document: &mut OpenApi) {
    let lists = document.paths.clone();
    for (path, item) in &mut document.paths.paths {
        let operations = [
            (&Method::GET, &mut item.get),
            (&Method::POST, &mut item.post),
            (&Method::PUT, &mut item.put),
            (&Method::PATCH, &mut item.patch),
            (&Method::DELETE, &mut item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation
                .as_mut()
                .filter(|operation| operation.security.is_some())
            else {
                continue;
            };
            let reading = reading(&lists, path, method).cloned();
            for mut param in standard(method, path).into_iter().chain(reading) {
                if param.name == "Idempotency-Key" && path.ends_with("/batch") {
                    param.required = Required::True;
                }
                if known(operation, &param.name).is_none() {
                    let all = operation.parameters.get_or_insert_with(Vec::new);
                    all.push(RefOr::T(param));
                }
            }
        }
    }
}

/// The parameters of [`READING`] that an operation knows: its own, or those of the list whose object it shows or which it searches.
pub(crate) fn reading<'a>(
    paths: &'a Paths,
    path: &str,
    method: &Method,
) -> impl Iterator<Item = &'a Parameter> + use<'a> {
    let of = |path: &str, name: &str| known(paths.paths.get(path)?.get.as_ref()?, name);
    let found = READING.iter().filter_map(move |name| match *method {
        Method::GET => of(path, name).or_else(|| of(path.strip_suffix("/{id}")?, name)),
        Method::POST => of(path.strip_suffix("/search")?, name),
        _ => None,
    });
    found.collect::<Vec<_>>().into_iter()
}

fn known<'a>(operation: &'a Operation, name: &str) -> Option<&'a Parameter> {
    let all = operation.parameters.iter().flatten();
    let mut all = all.filter_map(|one| match one {
        RefOr::T(one) => Some(one),
        RefOr::Ref(_) => None,
    });
    all.find(|one| one.name.eq_ignore_ascii_case(name))
}

/// What is deleted whatever its version is: nothing of it changes but that it ends.
const UNVERSIONED: [&str; 4] = [
    "/v1/api-keys/{id}",
    "/v1/leave/feeds/{id}",
    "/v1/sessions/{id}",
    "/v1/users/{user}/sessions",
];

/// Whether an operation that writes judges `If-Match`: its path names a thing that has versions.
fn takes_version(method: &Method, path: &str) -> bool {
    match *method {
        Method::POST => path.contains('{'),
        Method::DELETE => !UNVERSIONED.contains(&path),
        _ => path != "/v1/sandbox/clock",
    }
}

fn standard(method: &Method, path: &str) -> Vec<Parameter> {
    let header = |name: &str, about: &str| {
        let mut param = parameter(name, about, text());
        param.parameter_in = ParameterIn::Header;
        param
    };
    let rehearse = || {
        let about = "true does everything but write: 200 with the object as it would be, without id.";
        parameter(
            "validate_only",
            about,
            ObjectBuilder::new().schema_type(Type::Boolean),
        )
    };
    let asks = ["/search", "/check", "/simulate"]
        .iter()
        .any(|verb| path.ends_with(verb))
        || path.starts_with("/v1/auth/");
    match *method {
        Method::GET => vec![header(
            "If-None-Match",
            "The ETag that you have: 304 if it is still so.",
        )],
        Method::POST if asks => Vec::new(),
        Method::POST if takes_version(method, path) => vec![
            header("Idempotency-Key", KEY),
            header("If-Match", "The ETag that you read: 412 if it moved."),
            rehearse(),
        ],
        _ if !takes_version(method, path) => vec![header("Idempotency-Key", KEY), rehearse()],
        _ => vec![
            header("Idempotency-Key", KEY),
            header(
                "If-Match",
                "The ETag that you read, or *: 428 without, 412 if it moved.",
            ),
            rehearse(),
        ],
    }
}
