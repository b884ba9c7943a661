//! How far an endpoint hears: its scopes, what its owner may see, and what its filter lets through.

use std::sync::Arc;

use countersign_identity::{Directories, tenants};
use countersign_kernel::actor::{Caller, Scopes, Via};
use countersign_kernel::catalogue::{Catalogue, EventType, FieldType};
use countersign_kernel::filter::{self, Fault, Filter, FilterField, FilterType, Surroundings, Test, Value};
use countersign_kernel::id::{self, SessionId, TenantId, TypedId as _, UserId};
use countersign_kernel::money::Currency;
use countersign_kernel::text::Locale;
use countersign_platform::Sight;
use countersign_storage::{Conn, Error, Logged};
use serde_json::Value as Json;

use crate::endpoints::{self, TESTED, store::Model};

/// Why an event is none for an endpoint.
const OUT_OF_SCOPE: &str = "its endpoint lacks the scope of this type of event";
const UNSEEN: &str = "the endpoint's owner may not see this record any more";

/// Judges events for endpoints.
pub struct Reach {
    pub catalogue: Arc<Catalogue>,
    pub directories: Directories,
    pub sight: Sight,
}

/// Whether an endpoint wants an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    Wanted,
    NotWanted,
    /// It cannot be said, for this reason: the endpoint has to be mended first.
    Unreadable(&'static str),
}

impl Judgement {
    fn of(wanted: bool) -> Self {
        if wanted { Self::Wanted } else { Self::NotWanted }
    }
}

impl Reach {
    /// Why this event is none for the endpoint as things are now, if so: by its scopes and by what its owner sees.
    pub async fn unheard(
        &self,
        conn: &Conn,
        endpoint: &Model,
        event: &Logged,
    ) -> Result<Option<&'static str>, Error> {
        if event.kind == TESTED {
            return Ok(None);
        }
        if !self.in_scope(endpoint, &event.kind) {
            return Ok(Some(OUT_OF_SCOPE));
        }
        let sees = self.owner_sees(conn, endpoint, event).await?;
        Ok((!sees).then_some(UNSEEN))
    }

    fn in_scope(&self, endpoint: &Model, kind: &str) -> bool {
        let of = self.catalogue.event(kind);
        of.is_some_and(|of| endpoint.scopes().allow(of.scope))
    }

    async fn owner_sees(&self, conn: &Conn, endpoint: &Model, event: &Logged) -> Result<bool, Error> {
        let Some(caller) = self.caller(conn, endpoint).await? else {
            return Ok(false);
        };
        let record = (event.subject.kind.clone(), event.subject.id);
        Ok(!self.sight.records(conn, &caller, &[record]).await?.is_empty())
    }

    /// The event as the endpoint may be told of it: without what it tells of records that the owner does not see.
    pub async fn told(&self, conn: &Conn, endpoint: &Model, event: Logged) -> Result<Logged, Error> {
        let mut told = event;
        if let Some(caller) = self.caller(conn, endpoint).await? {
            self.sight
                .cut(conn, &caller, std::slice::from_mut(&mut told))
                .await?;
        }
        Ok(told)
    }

    /// As whom the endpoint hears: its owner, with its scopes.
    async fn caller(&self, conn: &Conn, endpoint: &Model) -> Result<Option<Caller>, Error> {
        let directory = self.directories.directory_on(conn, endpoint.tenant_id).await?;
        let session = Via::Session(SessionId(endpoint.id.0));
        Ok(directory.person(endpoint.owner_id).map(|owner| Caller {
            tenant: endpoint.tenant_id,
            user: owner.id,
            via: endpoint.key_id.map_or(session, Via::Key),
            scopes: endpoint.scopes(),
            roles: Arc::new(owner.roles.clone()),
            locale: Locale::En,
        }))
    }

    /// Whether the endpoint wants the event: by its types, its place in the log and its filter.
    pub async fn judge(&self, conn: &Conn, endpoint: &Model, event: &Logged) -> Result<Judgement, Error> {
        if event.kind == TESTED {
            return Ok(Judgement::of(endpoint.id.uuid() == event.subject.id));
        }
        if event.seq <= endpoint.since_seq {
            return Ok(Judgement::NotWanted);
        }
        let Some(patterns) = endpoint.readable_patterns() else {
            return Ok(Judgement::Unreadable("its event types cannot be read any more"));
        };
        if !endpoints::wants(&patterns, &event.kind) {
            return Ok(Judgement::NotWanted);
        }
        let Some(kept) = &endpoint.filter else {
            return Ok(Judgement::Wanted);
        };
        let currency = currency(conn, event.tenant).await?;
        let filter = serde_json::from_str::<Json>(kept).ok().and_then(|json| {
            self.read_filter(&patterns, &json, endpoint.owner_id, currency)
                .ok()
        });
        let Some(filter) = filter else {
            return Ok(Judgement::Unreadable("its filter cannot be read any more"));
        };
        let kept = countersign_events::thing(event);
        let within = self.catalogue.event(&event.kind).filter(|of| of.within.is_some());
        let own = within.map(|of| countersign_events::thing_of(event, of));
        let holds = filter.holds(&|test: &Test| {
            let own = own.as_ref().and_then(|own| own.get(test.field.name));
            let own = own.filter(|shown| is_of(&test.field, shown));
            // What is said of a request holds of what happens to its tasks.
            Value::of_view(&test.field, own.or_else(|| kept.get(test.field.name))?)
        });
        Ok(Judgement::of(holds))
    }

    /// The first of these patterns of which nothing can be heard with these scopes, and a scope that it needs.
    pub fn unheard_pattern<'a>(
        &self,
        patterns: &'a [String],
        scopes: &Scopes,
    ) -> Option<(&'a str, &'static str)> {
        patterns.iter().find_map(|pattern| {
            let mut wanted = self.catalogue.meant(pattern).peekable();
            let needed = wanted.peek()?.scope;
            (!wanted.any(|of| scopes.allow(of.scope))).then_some((pattern.as_str(), needed))
        })
    }

    /// Reads a filter over the fields of the events that these patterns want.
    ///
    /// `currency` is what an amount without one means.
    pub fn read_filter(
        &self,
        patterns: &[String],
        json: &Json,
        me: UserId,
        currency: Currency,
    ) -> Result<Filter, Vec<Fault>> {
        let wanted = patterns.iter().flat_map(|pattern| self.catalogue.meant(pattern));
        let mut fields: Vec<FilterField> = Vec::new();
        for field in wanted.flat_map(fields_of) {
            match fields.iter_mut().find(|known| known.name == field.name) {
                None => fields.push(field),
                // One name may stand for records of several kinds: the one that is asked for.
                Some(known) if is_asked_for(&field, json) => *known = field,
                Some(_) => {}
            }
        }
        filter::long(
            &fields,
            json,
            &Surroundings {
                me,
                currency,
                members: &[],
            },
        )
    }
}

/// What an amount without a currency means, read where the caller reads: nobody who holds a connection waits for another.
async fn currency(conn: &Conn, tenant: TenantId) -> Result<Currency, Error> {
    let found = tenants::store::find(conn, tenant).await?;
    found
        .map(|tenant| tenant.currency)
        .ok_or_else(|| Error::broken("the tenant of an event is not there"))
}

/// Whether a filter names, anywhere under this field, a record of its kind.
fn is_asked_for(field: &FilterField, json: &Json) -> bool {
    let FilterType::Record(kind) = field.of else {
        return false;
    };
    let is_one = |json: &Json| {
        json.as_str()
            .and_then(id::any)
            .is_some_and(|(found, _)| found == kind)
    };
    match json {
        Json::Array(items) => items.iter().any(|item| is_asked_for(field, item)),
        Json::Object(members) => members.iter().any(|(name, member)| {
            (name == field.name && holds(member, &is_one)) || is_asked_for(field, member)
        }),
        _ => false,
    }
}

/// Whether a value holds one that fits.
fn holds(json: &Json, fits: &dyn Fn(&Json) -> bool) -> bool {
    match json {
        Json::Array(items) => items.iter().any(|item| holds(item, fits)),
        Json::Object(members) => members.values().any(|member| holds(member, fits)),
        other => fits(other),
    }
}

/// Whether a value is of the kind of records that a field is of: one name may stand for several, each in events of its own (`id`).
fn is_of(field: &FilterField, shown: &Json) -> bool {
    let FilterType::Record(kind) = field.of else {
        return true;
    };
    let found = shown.as_str().and_then(id::any);
    found.is_none_or(|(found, _)| found == kind)
}

/// The fields of the record that an event is about, then those of the record in whose history it stands.
fn fields_of(of: &EventType) -> impl Iterator<Item = FilterField> {
    let whole = of.within.map_or(&[][..], |within| within.fields);
    of.fields.iter().chain(whole).filter_map(|field| {
        let of = match field.of {
            FieldType::Text => FilterType::Text,
            FieldType::Integer => FilterType::Integer,
            FieldType::Money => FilterType::Money,
            FieldType::Date => FilterType::Date,
            FieldType::Instant => FilterType::Instant,
            FieldType::YesNo => FilterType::YesNo,
            FieldType::Person => FilterType::Person,
            FieldType::Record(kind) => FilterType::Record(kind),
            FieldType::Decimal | FieldType::Percent | FieldType::Form | FieldType::Json => return None,
        };
        let name = field.name;
        Some(FilterField {
            name,
            of,
            column: name,
            sortable: false,
            nullable: field.optional,
            searched: false,
            written: of == FilterType::Text,
            relation: None,
        })
    })
}
