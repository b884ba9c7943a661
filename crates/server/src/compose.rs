//! Where everything is put together: the only place that knows all crates. Rules of any kind live elsewhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::web::Data;
use anyhow::Context as _;
use countersign_crm::{Importer, Sheets};
use countersign_events::{Action as _, Actions, Catalogue, Consumer};
use countersign_identity::people::leaving::Leaving;
use countersign_identity::people::me::Publishes;
use countersign_identity::sessions::throttle::Throttle;
use countersign_identity::{Identity, Parts};
use countersign_kernel::id::Entropy;
use countersign_kernel::time::Clock;
use countersign_oa::{
    ActionWorker, EventWaits, Leavings, Listings, Notices, Office, RequestExpander, SeesLeaveEntries,
    SeesLeaves, SeesRequests, StartRequest, Successions, Timers,
};
use countersign_platform::audit::{Auditor, Files};
use countersign_platform::files::Shelf;
use countersign_platform::notices::{SeesNotices, SendNotice};
use countersign_platform::sandbox::{Sandbox, SandboxClock};
use countersign_platform::{EverybodySees, Platform, Sight, log::Live};
use countersign_rules::{Automations, Definitions, Rules, SeesRuns};
use countersign_storage::Db;
use countersign_web::{Cors, Expanders, Limits, Routes, World};
use countersign_webhooks::breaker::Breakers;
use countersign_webhooks::reach::Reach;
use countersign_webhooks::wake::Wake;
use countersign_webhooks::{Connections, Deliveries, Sender, Shares, Webhooks};
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::config::Config;
use crate::customers::CustomerRecords;
use crate::publish::Publisher;
use crate::{audit_key, openapi, system};

/// The running server's parts: what handlers share, and what works in the background.
pub(crate) struct Composed {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) world: Data<World>,
    pub(crate) identity: Identity,
    pub(crate) platform: Data<Platform>,
    pub(crate) sheets: Data<Sheets>,
    pub(crate) rules: Data<Rules>,
    pub(crate) automations: Data<Automations>,
    pub(crate) office: Data<Office>,
    pub(crate) leaving: Data<dyn Leaving>,
    pub(crate) publishes: Data<dyn Publishes>,
    pub(crate) publisher: Arc<Publisher>,
    pub(crate) webhooks: Data<Webhooks>,
    pub(crate) documents: Data<system::Documents>,
    pub(crate) workers: Workers,
    pub(crate) sandbox: bool,
}

/// What works in the background.
pub(crate) struct Workers {
    /// Whoever listens to the log and changes our own database.
    pub(crate) consumers: Vec<Arc<dyn Consumer>>,
    pub(crate) sender: Arc<Sender>,
    pub(crate) timers: Arc<Timers>,
    pub(crate) importer: Arc<Importer>,
    pub(crate) catalogue: Arc<Catalogue>,
}

/// Everything that can happen and everything that can be done.
pub(crate) fn catalogue() -> Catalogue {
    let catalogue = Catalogue::new()
        .with_events(countersign_identity::EVENTS)
        .with_events(&countersign_platform::events())
        .with_events(countersign_rules::events::EVENTS)
        .with_events(countersign_oa::events::EVENTS)
        .with_events(countersign_oa::events::LEAVE)
        .with_events(countersign_webhooks::EVENTS);
    countersign_crm::declare(catalogue).with_actions([
        StartRequest::SPEC,
        countersign_crm::ShowContract.spec(),
        SendNotice.spec(),
    ])
}

/// Every operation.
pub(crate) fn mount(config: &mut ServiceConfig<'_>) {
    countersign_identity::mount(config);
    countersign_platform::mount(config);
    countersign_rules::mount(config);
    countersign_oa::mount(config);
    countersign_crm::mount(config);
    countersign_webhooks::mount(config);
    crate::typed::mount(config);
}

/// The API's description; with the sandbox's operation only where it is open.
pub(crate) fn document(sandbox: bool) -> OpenApi {
    let app = actix_web::App::new()
        .into_utoipa_app()
        .openapi(openapi::base())
        .configure(mount);
    let app = if sandbox {
        app.configure(countersign_platform::sandbox::mount)
    } else {
        app
    };
    let (_, mut document) = app.split_for_parts();
    openapi::complete(&mut document);
    document
}

/// Every scope that an operation asks for, or an event.
fn scopes(document: &OpenApi, catalogue: &Catalogue) -> BTreeSet<String> {
    let json = serde_json::to_value(&document.paths).unwrap_or_default();
    let mut scopes: BTreeSet<String> = catalogue.public().map(|of| of.scope.to_owned()).collect();
    let operations = json
        .as_object()
        .into_iter()
        .flat_map(|paths| paths.values())
        .filter_map(|item| item.as_object());
    for operation in operations.flat_map(|item| item.values()) {
        let needs = operation
            .get("security")
            .and_then(|security| security.as_array())
            .into_iter()
            .flatten();
        let named = needs.filter_map(|need| need.get("bearer")?.as_array()).flatten();
        scopes.extend(named.filter_map(|scope| scope.as_str()).map(str::to_owned));
    }
    scopes
}

/// Puts the server together over an open database.
pub(crate) async fn compose(
    config: &Config,
    db: Db,
    machine: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> anyhow::Result<Composed> {
    let sandbox_clock = SandboxClock::new(Arc::clone(&machine));
    if config.sandbox {
        sandbox_clock.read(&db).await?;
    }
    let clock: Arc<dyn Clock> = if config.sandbox {
        Arc::new(sandbox_clock.clone())
    } else {
        machine
    };
    let document = document(config.sandbox);
    let catalogue = Arc::new(catalogue());
    let identity = Identity::new(Parts {
        db: db.clone(),
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        public_url: config.public_url(),
        issuer: config.issuer(),
        scopes: scopes(&document, &catalogue),
        hashes_at_once: std::thread::available_parallelism().map_or(2, usize::from),
        throttle: throttle(config),
        breached: config.breached()?,
    })
    .await?;
    let directories = identity.directories().clone();
    let definitions = Arc::new(Definitions::new(Arc::clone(&catalogue), config.pool()));
    let rules = Rules::new(Arc::clone(&definitions), Arc::new(directories.clone()));
    let office = Office::new(
        db.clone(),
        definitions,
        Arc::new(directories.clone()),
        Arc::new(CustomerRecords),
        Arc::clone(&clock),
    );
    let sight = sight(&office, &directories);
    let actions = Arc::new(
        Actions::new()
            .with(StartRequest::new(office.clone()))
            .with(countersign_crm::ShowContract)
            .with(SendNotice),
    );
    let timers = Arc::new(Timers::new(office.clone(), owner(&*entropy)));
    let reach = Arc::new(Reach {
        catalogue: Arc::clone(&catalogue),
        directories: directories.clone(),
        sight: sight.clone(),
    });
    let (wake, breakers, guard) = (Wake::default(), Arc::new(Breakers::default()), config.egress()?);
    let sender = Arc::new(Sender {
        db: db.clone(),
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        catalogue: Arc::clone(&catalogue),
        reach: Arc::clone(&reach),
        client: countersign_webhooks::deliveries::attempt::client(&guard)
            .context("the client of webhooks")?,
        guard: guard.clone(),
        public_url: config.public_url(),
        wake: wake.clone(),
        breakers: Arc::clone(&breakers),
        connections: Connections::default(),
        shares: Shares::default(),
        look: Sender::LOOK,
        owner: owner(&*entropy),
    });
    let shelf = Shelf::new(config.files_dir(), config.upload_bytes_max);
    let sheets = Sheets::new(db.clone(), shelf.clone());
    let importer = Arc::new(Importer::new(
        db.clone(),
        directories.clone(),
        sheets.clone(),
        Arc::clone(&clock),
        owner(&*entropy),
    ));
    let platform = Platform {
        shelf,
        sight,
        live: Live::new(),
        auditor: Auditor {
            signer: Arc::new(audit_key::open(config, &db).await?),
            anchor: Arc::new(Files::new(config.data_dir.join("audit"))),
        },
        sandbox: config.sandbox.then(|| Sandbox {
            clock: sandbox_clock,
            fire: Arc::new(crate::sandbox::FireTimers::new(&timers)),
        }),
    };
    let world = World {
        db: db.clone(),
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        public_url: config.public_url(),
        catalogue: Arc::clone(&catalogue),
        expanders: expanders(&office, &directories),
        auth: Arc::new(identity.clone()),
        cursor_key: countersign_identity::house::secret(&db, &*entropy, "cursors").await?,
        limits: limits(config),
        cors: Cors::new(config.cors_origins.iter().cloned()),
        proxies: config.proxies()?,
        routes: Routes::of_document(&document),
        sandbox: config.sandbox,
    };
    let documents = system::Documents {
        openapi: openapi::print(&openapi::published(&document, &catalogue)?),
        asyncapi: openapi::print(&openapi::asyncapi(&catalogue)),
    };
    let automations = Arc::new(Automations::new(
        rules.clone(),
        Arc::clone(&actions),
        Arc::clone(&clock),
    ));
    let workers = Workers {
        consumers: vec![
            Arc::clone(&automations) as Arc<dyn Consumer>,
            Arc::new(ActionWorker::new(office.clone(), actions)),
            Arc::new(Successions::new(office.clone())),
            Arc::new(EventWaits::new(Arc::clone(&catalogue))),
            Arc::new(Listings::new(office.clone())),
            Arc::new(Notices::new(office.clone())),
            Arc::new(countersign_crm::TimelineKeeper::new(Arc::clone(&catalogue))),
            Arc::new(Deliveries {
                catalogue: Arc::clone(&catalogue),
                reach: Arc::clone(&reach),
                wake: wake.clone(),
            }),
        ],
        sender,
        timers,
        importer,
        catalogue,
    };
    let leaving: Arc<dyn Leaving> = Arc::new(Leavings::new(office.clone()));
    let publishes: Arc<dyn Publishes> = Arc::new(rules.clone());
    let publisher = Arc::new(Publisher {
        db: db.clone(),
        rules: rules.clone(),
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
    });
    Ok(Composed {
        db,
        clock,
        entropy,
        world: Data::new(world),
        identity,
        platform: Data::new(platform),
        sheets: Data::new(sheets),
        rules: Data::new(rules),
        automations: Data::from(automations),
        office: Data::new(office),
        leaving: Data::from(leaving),
        publishes: Data::from(publishes),
        publisher,
        webhooks: Data::new(Webhooks {
            guard,
            reach,
            wake,
            breakers,
        }),
        documents: Data::new(documents),
        workers,
        sandbox: config.sandbox,
    })
}

/// A name for this server and this start, for leases.
pub(crate) fn owner(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    format!("{}-{:016x}", std::process::id(), u64::from_be_bytes(bytes))
}

fn sight(office: &Office, directories: &countersign_identity::Directories) -> Sight {
    let sight = Sight::new()
        .with(SeesRequests(office.clone()))
        .with(SeesLeaves(office.clone()))
        .with(SeesLeaveEntries)
        .with(SeesNotices)
        .with(EverybodySees("user"))
        .with(EverybodySees("department"))
        .with(EverybodySees("role"))
        .with(EverybodySees("definition"))
        .with(EverybodySees("proposal"));
    let sight = countersign_crm::sight(sight, directories);
    // Runs are seen by whoever sees what they are about.
    let others = sight.clone();
    sight.with(SeesRuns(others))
}

fn expanders(office: &Office, directories: &countersign_identity::Directories) -> Expanders {
    let mut expanders = Expanders::default();
    countersign_identity::expanders(&mut expanders);
    countersign_crm::expand(&mut expanders, directories);
    expanders.add(RequestExpander(office.clone()));
    expanders
}

fn throttle(config: &Config) -> Option<Throttle> {
    let limits = &config.rate_limits;
    limits.on.then(|| Throttle::of(limits.failed_sign_ins_an_hour))
}

fn limits(config: &Config) -> Limits {
    let limits = &config.rate_limits;
    if limits.on {
        Limits::of(limits.calls_a_minute)
    } else {
        Limits::off()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::{catalogue, document, scopes};

    /// Nobody need be signed in: what signs in, what a link or key is the right to, and the pages of links.
    const PUBLIC: &[&str] = &[
        "get /.well-known/jwks.json",
        "get /set-password",
        "get /set-up",
        "get /v1/downloads/{link}",
        "get /v1/leave/calendar/{link}",
        "post /v1/auth/login",
        "post /v1/auth/logout",
        "post /v1/auth/password",
        "post /v1/auth/refresh",
        "post /v1/auth/set-up",
    ];

    /// For whoever is signed in, with whatever key.
    const SIGNED_IN: &[&str] = &[
        "get /v1/event-types",
        "get /v1/event-types/{name}",
        "get /v1/me",
        "post /v1/me/password",
        "put /v1/sandbox/clock",
    ];

    #[test]
    fn every_operation_names_its_scope_or_stands_in_a_list_of_those_without() {
        let json = serde_json::to_value(document(true).paths).unwrap();
        let (mut public, mut signed_in) = (Vec::new(), Vec::new());
        for (path, item) in json.as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let name = format!("{method} {path}");
                let needs = operation["security"]
                    .as_array()
                    .unwrap_or_else(|| panic!("{name} says nothing of security"));
                match needs.first().and_then(|need| need["bearer"].as_array()) {
                    None => public.push(name),
                    Some(named) if named.is_empty() => signed_in.push(name),
                    // One, or each that a step through several kinds of records asks for.
                    Some(_) => {}
                }
            }
        }
        public.sort();
        signed_in.sort();
        assert_eq!((public, signed_in), (owned(PUBLIC), owned(SIGNED_IN)));
    }

    #[test]
    fn a_key_can_hold_whatever_an_operation_or_event_asks_for() {
        let scopes = scopes(&document(false), &catalogue());
        for scope in ["platform:audit:read", "oa:tasks:write", "webhooks:read"] {
            assert!(scopes.contains(scope), "{scope}");
        }
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }
}
