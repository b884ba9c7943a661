//! Ids in paths.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use countersign_kernel::id::{IdError, TypedId};

use crate::ctx;
use crate::problem::Problem;

/// The id at `{id}` of the path: `Id(deal): Id<DealId>`. The id of another kind is a 404 that says which kind it is;
/// nobody who is not signed in learns either.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

impl<T> Deref for Id<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// Reads an id that a path names in another place than `{id}`.
pub fn id<T: TypedId>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error| match error {
        IdError::OtherKind { wanted, found } => Problem::other_kind(wanted, found),
        IdError::Malformed { wanted } => Problem::not_found(wanted),
    })
}

impl<T: TypedId + 'static> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = id(request.match_info().get("id").unwrap_or_default()).map(Self);
        let request = request.clone();
        Box::pin(async move {
            if let Some(opening) = ctx::already(&request) {
                opening.await?;
            }
            read
        })
    }
}
