//! Who reads the figures: they tell of all tenants, so nobody does unless an operator says so.

use std::fmt;

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use countersign_kernel::text::Words;
use countersign_web::{Problem, ProblemKind};
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::config::Config;

/// The shortest token: what is shorter can be guessed.
const SHORTEST: usize = 16;

/// A secret of the configuration, which nothing prints.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct MetricsToken(String);

impl TryFrom<String> for MetricsToken {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.len() < SHORTEST {
            return Err(format!("metrics_token has at least {SHORTEST} characters"));
        }
        Ok(Self(text))
    }
}

impl fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsToken(…)")
    }
}

/// For the defaults, which have none.
impl Serialize for MetricsToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Who may read the figures at an address.
#[derive(Debug, Clone)]
pub(crate) enum Access {
    /// Whoever reaches it: an address of its own, or a demo.
    Anybody,
    Bearer(MetricsToken),
    Nobody,
}

impl Access {
    /// At the API's address.
    pub(crate) fn beside_the_api(config: &Config, demo: bool) -> Self {
        match &config.metrics_token {
            Some(token) => Self::Bearer(token.clone()),
            None if demo && config.metrics_listen.is_none() => Self::Anybody,
            None => Self::Nobody,
        }
    }

    pub(crate) fn judge(&self, request: &HttpRequest) -> Result<(), Problem> {
        match self {
            Self::Anybody => Ok(()),
            Self::Bearer(token) if bearer(request).is_some_and(|sent| same(sent, &token.0)) => Ok(()),
            Self::Bearer(_) => Err(Problem::unauthenticated()),
            Self::Nobody => Err(Problem::new(
                ProblemKind::NoSuchPath,
                Words::fixed(
                    "The figures are not shown here: an operator sets metrics_listen or metrics_token.",
                    "此处不提供指标：请运维人员设置 metrics_listen 或 metrics_token。",
                ),
            )),
        }
    }
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let sent = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = sent.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Takes the same time wherever they differ, and however long they are.
fn same(sent: &str, token: &str) -> bool {
    Sha256::digest(sent).ct_eq(&Sha256::digest(token)).into()
}
