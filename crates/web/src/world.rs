//! What every request finds around it; filled in by the server's `compose`.

use std::collections::HashMap;
use std::sync::Arc;

use countersign_kernel::actor::Caller;
use countersign_kernel::catalogue::Catalogue;
use countersign_kernel::id::{Entropy, TenantId};
use countersign_kernel::money::Currency;
use countersign_kernel::time::Clock;
use countersign_storage::Db;
use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use crate::client::Proxies;
use crate::cors::Cors;
use crate::ctx::Ctx;
use crate::limits::Limits;
use crate::problem::Problem;
use crate::routes::Routes;

/// In actix's app data as `web::Data<World>`.
pub struct World {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// Where the server is reached from outside, without a slash at the end.
    pub public_url: String,
    /// Every event and action type.
    pub catalogue: Arc<Catalogue>,
    pub expanders: Expanders,
    pub auth: Arc<dyn Authenticate>,
    /// Seals cursors. Servers over one database share it.
    pub cursor_key: [u8; 32],
    pub limits: Limits,
    pub cors: Cors,
    /// Who may say for whom they call.
    pub proxies: Proxies,
    /// Which methods each path takes; made from the OpenAPI document.
    pub routes: Routes,
    /// Whether the sandbox's endpoints are open.
    pub sandbox: bool,
}

/// Why nobody was recognised.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// Unknown, expired, ended, disabled: the caller is not told which.
    #[error("not recognised")]
    Unknown,
    /// Recognised or not could not be found out.
    #[error(transparent)]
    Storage(#[from] countersign_storage::Error),
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unknown => Self::unauthenticated(),
            AuthError::Storage(error) => error.into(),
        }
    }
}

/// Recognises callers. Identity implements it.
pub trait Authenticate: Send + Sync {
    /// Who bears this token or key.
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller, AuthError>>;

    /// The currency of a tenant: what `amount[gte]=1000` means.
    fn currency(&self, tenant: TenantId) -> BoxFuture<'_, Result<Currency, Problem>>;
}

/// Turns ids of one kind into the objects that `expand` shows.
pub trait Expander: Send + Sync {
    /// `user`, `account` …
    fn kind(&self) -> &'static str;

    /// The scope that reads the kind: whoever lacks it expands none of its ids.
    fn scope(&self) -> &'static str;

    /// The objects with these ids that the caller may see, in one query. What is missing stays an id.
    fn load<'a>(
        &'a self,
        ctx: &'a Ctx,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashMap<Uuid, Value>, Problem>>;
}

/// The expanders by kind.
#[derive(Default, Clone)]
pub struct Expanders(HashMap<&'static str, Arc<dyn Expander>>);

impl Expanders {
    /// Each capability hands in its own.
    pub fn add(&mut self, expander: impl Expander + 'static) -> &mut Self {
        self.0.insert(expander.kind(), Arc::new(expander));
        self
    }

    pub fn of(&self, kind: &str) -> Option<&dyn Expander> {
        self.0.get(kind).map(AsRef::as_ref)
    }
}
