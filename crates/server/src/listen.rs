//! Where the server listens: the API's address, and one for the figures if an operator wants it.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::{Extensions, Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::web::{Data, ServiceConfig, to};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::Context as _;
use countersign_identity::set_up::shipped::Shipping;
use countersign_web::{Connections, PeerSocket};
use utoipa_actix_web::AppExt as _;

use crate::compose::{self, Composed};
use crate::config::Config;
use crate::docs::{self, SamplePeople};
use crate::metrics::access::Access;
use crate::system;

/// Requests under way may take so long to finish when the server stops.
const PATIENCE_S: u64 = 10;

/// What listens. It serves until one of its parts ends.
pub(crate) struct Listeners(Vec<Server>);

impl Listeners {
    pub(crate) fn bind(
        config: &Config,
        composed: &Composed,
        ready: &Data<system::Ready>,
        demo: bool,
    ) -> anyhow::Result<Self> {
        let access = Access::beside_the_api(config, demo);
        let connections = Connections::new(config.connections_per_address, config.proxies()?);
        let mut servers = vec![api(
            config.listen,
            Parts::of(composed, ready, access),
            SamplePeople::of(demo),
            connections,
        )?];
        if let Some(address) = config.metrics_listen {
            servers.push(figures(address, composed, ready)?);
        }
        Ok(Self(servers))
    }

    pub(crate) fn handles(&self) -> Vec<ServerHandle> {
        self.0.iter().map(Server::handle).collect()
    }

    pub(crate) async fn serve(self) -> std::io::Result<()> {
        futures_util::future::select_all(self.0).await.0
    }
}

fn api(
    address: SocketAddr,
    parts: Parts,
    people: SamplePeople,
    connections: Connections,
) -> anyhow::Result<Server> {
    let people = Data::new(people);
    let app = move || {
        let parts = parts.clone();
        let app = App::new().into_utoipa_app().configure(compose::mount);
        let app = if parts.sandbox {
            app.configure(countersign_platform::sandbox::mount)
        } else {
            app
        };
        app.into_app()
            .configure(|config| parts.share(config))
            .configure(system::mount)
            .app_data(people.clone())
            .configure(docs::mount)
            .default_service(to(countersign_web::no_route))
            .wrap(from_fn(docs::policy))
            .wrap(from_fn(countersign_web::edge))
    };
    let server = HttpServer::new(app)
        .on_connect(move |connection: &dyn Any, kept: &mut Extensions| {
            let Some(connection) = connection.downcast_ref::<TcpStream>() else {
                return;
            };
            if let Ok(peer) = connection.peer_addr() {
                kept.insert(connections.admit(peer.ip()));
            }
            if let Some(socket) = PeerSocket::of(connection) {
                kept.insert(socket);
            }
        })
        .disable_signals()
        .shutdown_timeout(PATIENCE_S)
        .bind(address)
        .with_context(|| taken(address, "--listen"))?;
    Ok(server.run())
}

/// For operators alone: the figures of all tenants.
fn figures(address: SocketAddr, composed: &Composed, ready: &Data<system::Ready>) -> anyhow::Result<Server> {
    let parts = Parts::of(composed, ready, Access::Anybody);
    let app = move || {
        let parts = parts.clone();
        App::new()
            .configure(|config| parts.share(config))
            .configure(system::mount_figures)
            .default_service(to(HttpResponse::NotFound))
            .wrap(from_fn(countersign_web::edge))
    };
    let server = HttpServer::new(app)
        .workers(1)
        .disable_signals()
        .bind(address)
        .with_context(|| taken(address, "--metrics-listen"))?;
    Ok(server.run())
}

fn taken(address: SocketAddr, flag: &str) -> String {
    format!("{address} is taken, or not ours to listen on; {flag} names another")
}

/// What every worker's app holds.
#[derive(Clone)]
pub(crate) struct Parts {
    world: Data<countersign_web::World>,
    identity: Data<countersign_identity::Identity>,
    directories: Data<countersign_identity::Directories>,
    platform: Data<countersign_platform::Platform>,
    sheets: Data<countersign_crm::Sheets>,
    sight: Data<countersign_platform::Sight>,
    rules: Data<countersign_rules::Rules>,
    automations: Data<countersign_rules::Automations>,
    office: Data<countersign_oa::Office>,
    leaving: Data<dyn countersign_identity::people::leaving::Leaving>,
    publishes: Data<dyn countersign_identity::people::me::Publishes>,
    shipping: Data<dyn Shipping>,
    webhooks: Data<countersign_webhooks::Webhooks>,
    documents: Data<system::Documents>,
    ready: Data<system::Ready>,
    metrics: Data<Access>,
    sandbox: bool,
}

impl Parts {
    pub(crate) fn of(composed: &Composed, ready: &Data<system::Ready>, metrics: Access) -> Self {
        Self {
            world: composed.world.clone(),
            identity: Data::new(composed.identity.clone()),
            directories: Data::new(composed.identity.directories().clone()),
            platform: composed.platform.clone(),
            sheets: composed.sheets.clone(),
            sight: Data::new(composed.platform.sight.clone()),
            rules: composed.rules.clone(),
            automations: composed.automations.clone(),
            office: composed.office.clone(),
            leaving: composed.leaving.clone(),
            publishes: composed.publishes.clone(),
            shipping: Data::from(Arc::clone(&composed.publisher) as Arc<dyn Shipping>),
            webhooks: composed.webhooks.clone(),
            documents: composed.documents.clone(),
            ready: ready.clone(),
            metrics: Data::new(metrics),
            sandbox: composed.sandbox,
        }
    }

    pub(crate) fn share(self, config: &mut ServiceConfig) {
        config
            .app_data(self.world)
            .app_data(self.identity)
            .app_data(self.directories)
            .app_data(self.platform)
            .app_data(self.sheets)
            .app_data(self.sight)
            .app_data(self.rules)
            .app_data(self.automations)
            .app_data(self.office)
            .app_data(self.leaving)
            .app_data(self.publishes)
            .app_data(self.shipping)
            .app_data(self.webhooks)
            .app_data(self.documents)
            .app_data(self.ready)
            .app_data(self.metrics);
    }
}
