//! The operations of the API: which methods each path takes, for 405, `Allow` and OPTIONS, and what is asked of callers.

use std::collections::{BTreeMap, HashMap};

use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use countersign_kernel::actor::Caller;
use countersign_kernel::text::Words;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};

use crate::document::reading;
use crate::needs::Needs;
use crate::params::{READING, reads};
use crate::problem::{Problem, ProblemKind};
use crate::world::World;

/// The paths of the API as templates (`/v1/deals/{id}`).
#[derive(Debug, Clone, Default)]
pub struct Routes {
    operations: Vec<(String, Method)>,
    /// What is asked of callers, by path and method.
    needs: HashMap<(String, Method), Needs>,
    /// Which parameters change what an answer holds, by path and method.
    reading: HashMap<(String, Method), Vec<String>>,
    /// The ids of those operations, in their order, each with its path and method.
    ids: BTreeMap<String, (String, Method)>,
    /// What stands before a secret in a path, with its slash: `/v1/downloads/`.
    before_secrets: Vec<String>,
}

fn operations(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    let operations = [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ];
    operations
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

impl Routes {
    /// From operations that ask nothing of their callers but to be known, and that know every parameter of reading.
    pub fn new(operations: impl IntoIterator<Item = (Method, String)>) -> Self {
        let operations: Vec<_> = operations
            .into_iter()
            .map(|(method, path)| (path, method))
            .collect();
        Self {
            needs: operations
                .iter()
                .cloned()
                .map(|at| (at, Needs::default()))
                .collect(),
            reading: operations
                .iter()
                .cloned()
                .map(|at| (at, READING.iter().map(|name| (*name).to_owned()).collect()))
                .collect(),
            operations,
            ..Self::default()
        }
    }

    /// From the OpenAPI document.
    pub fn of_document(document: &utoipa::openapi::OpenApi) -> Self {
        let mut routes = Self::default();
        for (path, item) in &document.paths.paths {
            for (method, operation) in operations(item) {
                let at = (path.clone(), method);
                let known = reading(&document.paths, path, &at.1);
                let known = known.map(|parameter| parameter.name.clone()).collect();
                routes.reading.insert(at.clone(), known);
                routes.operations.push(at.clone());
                if let Some(needs) = Needs::of(operation) {
                    let id = operation.operation_id.clone().unwrap_or_default();
                    routes.ids.insert(id, at.clone());
                    routes.needs.insert(at, needs);
                }
            }
        }
        let secrets = document.paths.paths.iter().flat_map(|(path, item)| {
            let parameters = operations(item).flat_map(|(_, of)| &of.parameters);
            parameters
                .flatten()
                .filter_map(|parameter| match parameter {
                    RefOr::T(parameter) => Some(parameter),
                    RefOr::Ref(_) => None,
                })
                .filter(|parameter| is_secret(parameter))
                .filter_map(move |parameter| path.split_once(&format!("{{{}}}", parameter.name)))
                .map(|(before, _)| before.to_owned())
        });
        routes.before_secrets = secrets.collect();
        routes
    }

    /// What an operation asks of its caller; nothing is known of one that is not in the document.
    pub(crate) fn needs(&self, path: Option<String>, method: &Method) -> Option<&Needs> {
        self.needs.get(&(path?, method.clone()))
    }

    /// The parameters by which an operation answers otherwise: of [`READING`], those that it knows.
    pub(crate) fn reading(&self, path: Option<String>, method: &Method) -> Vec<&'static str> {
        let method = if reads(method) {
            Method::GET
        } else {
            method.clone()
        };
        let known = path.and_then(|path| self.reading.get(&(path, method)));
        let known = |name: &&str| known.is_some_and(|all| all.iter().any(|known| known == name));
        READING.iter().copied().filter(known).collect()
    }

    /// The ids of the operations that this caller may ask for, who publishes something of these kinds: all others answer 403.
    /// What depends on one record, as whose it is, the record says.
    pub fn allowed(&self, caller: &Caller, publishes: &[&str]) -> Vec<&str> {
        let met = |at| {
            self.needs
                .get(at)
                .is_some_and(|needs| needs.are_met(caller, publishes))
        };
        let ids = self.ids.iter().filter(|(_, at)| met(*at));
        ids.map(|(id, _)| id.as_str()).collect()
    }

    /// A path as it may stand in a log: cut off where a secret begins.
    pub(crate) fn without_secrets(&self, path: &str) -> String {
        let secret = self
            .before_secrets
            .iter()
            .find(|before| path.starts_with(before.as_str()));
        secret.map_or_else(|| path.to_owned(), |before| format!("{before}…"))
    }

    /// The `Allow` of a path; nothing if no operation has it.
    pub fn allow(&self, path: &str) -> Option<String> {
        let mut methods: Vec<&str> = Vec::new();
        for (template, method) in &self.operations {
            if matches(template, path) && !methods.contains(&method.as_str()) {
                methods.push(method.as_str());
                if method == Method::GET {
                    methods.push("HEAD");
                }
            }
        }
        if methods.is_empty() {
            return None;
        }
        methods.push("OPTIONS");
        Some(methods.join(", "))
    }
}

/// Whether whoever has what stands in the path needs no other right: `format: password`.
fn is_secret(parameter: &Parameter) -> bool {
    let Some(RefOr::T(Schema::Object(schema))) = &parameter.schema else {
        return false;
    };
    let password = SchemaFormat::KnownFormat(KnownFormat::Password);
    parameter.parameter_in == ParameterIn::Path && schema.format.as_ref() == Some(&password)
}

fn matches(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {}
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return false,
        }
    }
}

/// What answers where no operation does: OPTIONS, 405 or 404. The app's default service.
pub async fn no_route(request: HttpRequest, world: web::Data<World>) -> Result<HttpResponse, Problem> {
    let allow = world.routes.allow(request.path());
    match (allow, request.method() == Method::OPTIONS) {
        (Some(allow), true) => {
            let value = HeaderValue::from_str(&allow).map_err(Problem::internal)?;
            Ok(HttpResponse::build(StatusCode::NO_CONTENT)
                .insert_header((ALLOW, value))
                .finish())
        }
        (Some(allow), false) => {
            let method = request.method();
            let detail = Words::new(
                format!("{method} is not allowed here; allowed are {allow}."),
                format!("此处不允许 {method}；可用：{allow}。"),
            );
            Err(Problem::new(ProblemKind::MethodNotAllowed, detail).with_allow(&allow))
        }
        (None, _) => Err(Problem::new(
            ProblemKind::NoSuchPath,
            Words::fixed(
                "There is nothing at this path; /docs lists what there is.",
                "此路径不存在；可用路径见 /docs。",
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_knows_its_methods() {
        let routes = Routes::new([
            (Method::GET, "/v1/deals".to_owned()),
            (Method::POST, "/v1/deals".to_owned()),
            (Method::PATCH, "/v1/deals/{id}".to_owned()),
        ]);
        assert_eq!(
            routes.allow("/v1/deals").as_deref(),
            Some("GET, HEAD, POST, OPTIONS")
        );
        assert_eq!(routes.allow("/v1/deals/42").as_deref(), Some("PATCH, OPTIONS"));
        assert_eq!(routes.without_secrets("/v1/deals/42"), "/v1/deals/42");
        assert_eq!(routes.allow("/v1/deals/"), None);
        assert_eq!(routes.allow("/v1/deals/42/win"), None);
    }
}
