//! Who is there: people who sign in by name.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use countersign_identity::tenants::{self, Tenant};
use countersign_kernel::actor::{Caller, Scopes, Via};
use countersign_kernel::directory::{Directory, Person};
use countersign_kernel::id::{ApiKeyId, SessionId, TenantId, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use countersign_platform::Sees;
use countersign_storage::{Conn, Error, Uow, Work};
use countersign_web::{AuthError, Authenticate, Problem};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::house::ACME;

/// Name, number, role.
const PEOPLE: &[(&str, u128, &str)] = &[("ada", 6, "admin"), ("ann", 3, "sales"), ("bo", 2, "sales")];

pub(crate) fn user(name: &str) -> UserId {
    let known = PEOPLE.iter().find(|(known, ..)| *known == name);
    UserId(Uuid::from_u128(known.map_or(0, |(_, number, _)| *number)))
}

pub(crate) fn directory() -> Directory {
    let person = |(name, number, role): &(&str, u128, &str)| Person {
        id: UserId(Uuid::from_u128(*number)),
        name: (*name).to_owned(),
        email: format!("{name}@acme.example"),
        active: true,
        manager: None,
        department: None,
        title: None,
        grade: None,
        country: None,
        cost_center: None,
        limit: None,
        roles: BTreeSet::from([(*role).to_owned()]),
        groups: BTreeSet::new(),
        skills: BTreeSet::new(),
    };
    let people = PEOPLE
        .iter()
        .map(|row| (UserId(Uuid::from_u128(row.1)), person(row)));
    Directory {
        people: people.collect(),
        ..Directory::default()
    }
}

/// Deals are seen by sales.
pub(crate) struct SalesSee;

impl Sees for SalesSee {
    fn kind(&self) -> &'static str {
        "deal"
    }

    fn visible<'a>(
        &'a self,
        _: &'a Conn,
        caller: &'a Caller,
        ids: &'a [Uuid],
    ) -> BoxFuture<'a, Result<HashSet<Uuid>, Error>> {
        let all = ids.iter().filter(|_| caller.roles.contains("sales"));
        Box::pin(async move { Ok(all.copied().collect()) })
    }
}

/// `ann/7/crm:deals:read,webhooks:write`: by Ann's key of this number.
fn proof(bearer: &str) -> (&str, Via, Scopes) {
    let Some((name, key)) = bearer.split_once('/') else {
        return (bearer, Via::Session(SessionId(Uuid::from_u128(9))), Scopes::All);
    };
    let (number, scopes) = key.split_once('/').unwrap();
    let key = ApiKeyId(Uuid::from_u128(number.parse().unwrap()));
    let scopes = scopes.split(',').map(str::to_owned).collect();
    (name, Via::Key(key), Scopes::Some(scopes))
}

/// Whoever says their name is let in.
pub(crate) struct ByName;

impl Authenticate for ByName {
    fn authenticate<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Caller, AuthError>> {
        let (name, via, scopes) = proof(bearer);
        let role = PEOPLE.iter().find(|(known, ..)| *known == name);
        let caller = Caller {
            tenant: ACME,
            user: user(name),
            via,
            scopes,
            roles: Arc::new(BTreeSet::from([role
                .map_or("sales", |(.., role)| role)
                .to_owned()])),
            locale: Locale::En,
        };
        Box::pin(async move { Ok(caller) })
    }

    fn currency(&self, _: TenantId) -> BoxFuture<'_, Result<Currency, Problem>> {
        Box::pin(async { Ok("USD".parse().unwrap()) })
    }
}

/// Founds a company that counts in dollars.
pub(crate) struct Found;

impl Work for Found {
    type Out = ();
    type Error = Error;
    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        tenants::store::insert(uow, &tenant()).await
    }
}

fn tenant() -> Tenant {
    // The directory's epoch is this instant: that of the directory in memory.
    let long_ago = Instant::from_millis(0);
    Tenant {
        id: ACME,
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        currency: "USD".parse().unwrap(),
        zone: "Europe/Berlin".to_owned(),
        locale: Locale::En,
        calendar: "standard".to_owned(),
        publishing: tenants::Publishing::default(),
        version: 1,
        created_at: long_ago,
        updated_at: long_ago,
    }
}
