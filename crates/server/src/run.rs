//! The server's life: open, put together, serve, stop without dropping anything.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use anyhow::Context as _;
use countersign_events::{Options as Patience, Runner};
use countersign_identity::set_up;
use countersign_kernel::id::Entropy;
use countersign_kernel::time::Clock;
use countersign_platform::audit::Sealing;
use countersign_platform::files::Sweeper;
use countersign_storage::{Backend, Db, Options};

use crate::clock::{SystemClock, SystemEntropy};
use crate::compose::{self, Composed};
use crate::config::Config;
use crate::listen::Listeners;
use crate::supervise::Supervisor;
use crate::{audit_key, demo, fresh, housekeeping, logging, system};

/// How the server starts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    Plain,
    /// With the sample company; `fresh` forgets what was there.
    Demo {
        fresh: bool,
    },
}

/// Timers are looked for so often.
const TIMERS: Duration = Duration::from_millis(500);

pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(work)
}

/// Opens the database of a configuration.
pub(crate) async fn open(config: &Config) -> anyhow::Result<Db> {
    config.make_data_dir()?;
    Ok(Db::open(options(config)).await?)
}

/// Opens it for reading alone, beside the server that works on it.
pub(crate) async fn look(config: &Config) -> anyhow::Result<Db> {
    Ok(Db::look(options(config)).await?)
}

fn options(config: &Config) -> Options {
    let mut options = Options::new(config.database_url());
    if let Some(connections) = config.database_connections {
        options.connections = connections;
    }
    options.quotas = config.quotas;
    options
}

pub(crate) fn serve(config: Config, start: Start) -> anyhow::Result<ExitCode> {
    logging::begin();
    block_on(live(config, start))
}

async fn live(config: Config, start: Start) -> anyhow::Result<ExitCode> {
    if start == (Start::Demo { fresh: true }) {
        fresh::forget(&config).await?;
    }
    let db = open(&config).await?;
    db.migrate().await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    audit_key::settle(&config, &db, &*entropy).await?;
    let composed = compose::compose(&config, db, clock, entropy).await?;
    let demo = matches!(start, Start::Demo { .. });
    if demo {
        demo::set_up::set_up(&composed)
            .await
            .context("the sample company could not be set up")?;
    }
    let ready = Data::new(system::Ready::default());
    let listeners = Listeners::bind(&config, &composed, &ready, demo)?;
    let stopping = listeners.handles();
    let serving = tokio::spawn(listeners.serve());
    let mut supervisor = Supervisor::new();
    let running = work(&composed, &config, &mut supervisor).await?;
    ready.watch(running.stalls());
    if demo {
        sayln!("Filling the sample company (a few seconds, the first time) …");
        demo::fill(&format!("http://{}", reachable(&config))).await?;
    }
    ready.set(true);
    greet(&config, &composed, demo).await?;
    let ended = tokio::select! {
        ended = serving => ended.context("the listener ended")?.context("the listener ended"),
        () = stop_signal() => Ok(()),
    };
    tracing::info!("stopping: requests under way are finished");
    ready.set(false);
    composed.platform.live.end();
    for listener in stopping {
        listener.stop(true).await;
    }
    supervisor.stop().await;
    running.stop().await?;
    composed.db.close().await;
    ended.map(|()| ExitCode::SUCCESS)
}

/// Starts what works in the background.
async fn work(
    composed: &Composed,
    config: &Config,
    supervisor: &mut Supervisor,
) -> anyhow::Result<countersign_events::Running> {
    let workers = &composed.workers;
    let patience = Patience {
        alone: composed.db.backend() == Backend::Sqlite,
        ..Patience::default()
    };
    let sealing = Sealing::new(
        composed.db.clone(),
        Arc::clone(&composed.clock),
        composed.platform.auditor.clone(),
    );
    let runner = Runner::new(composed.db.clone(), compose::owner(&*composed.entropy), patience);
    let mut runner = workers.consumers.iter().cloned().fold(runner, Runner::consumer);
    // A server without the key leaves sealing to those that have it, so that what is sealed is signed.
    if composed.platform.auditor.signer.can_sign() {
        runner = runner.publisher(Arc::new(sealing));
    }
    if let Some(url) = &config.nats_url {
        let month = Duration::from_hours(30 * 24);
        let nats = countersign_events::nats::Nats::connect(
            url,
            Arc::clone(&workers.catalogue),
            config.public_url(),
            month,
        );
        runner = runner.publisher(Arc::new(
            nats.await
                .map_err(|failure| anyhow::anyhow!("NATS at {url}: {failure}"))?,
        ));
    }
    let (sender, stop) = (Arc::clone(&workers.sender), supervisor.stop_signal());
    supervisor.spawn("sender", move || Arc::clone(&sender).run(stop.channel()));
    let (importer, stop) = (Arc::clone(&workers.importer), supervisor.stop_signal());
    supervisor.spawn("imports", move || {
        let (importer, stop) = (Arc::clone(&importer), stop.channel());
        async move { importer.run(stop).await }
    });
    let (timers, stop) = (Arc::clone(&workers.timers), supervisor.stop_signal());
    supervisor.spawn("timers", move || {
        let (timers, mut stop) = (Arc::clone(&timers), stop.clone());
        async move {
            loop {
                if let Err(error) = timers.turn().await {
                    tracing::warn!(%error, "timers could not be fired");
                }
                tokio::select! {
                    () = stop.asked() => return,
                    () = tokio::time::sleep(TIMERS) => {}
                }
            }
        }
    });
    follow_clocks(composed, supervisor);
    keep_house(composed, supervisor);
    Ok(runner.spawn())
}

/// Keeps the sandbox's clocks as the other servers set them.
fn follow_clocks(composed: &Composed, supervisor: &mut Supervisor) {
    let Some(sandbox) = &composed.platform.sandbox else {
        return;
    };
    let (clock, db, stop) = (
        sandbox.clock.clone(),
        composed.db.clone(),
        supervisor.stop_signal(),
    );
    supervisor.spawn("clocks", move || {
        let (clock, db, mut stop) = (clock.clone(), db.clone(), stop.clone());
        async move {
            tokio::select! {
                () = stop.asked() => {}
                () = clock.follow(&db) => {}
            }
        }
    });
}

/// Starts what is done from time to time.
fn keep_house(composed: &Composed, supervisor: &mut Supervisor) {
    let (identity, stop) = (composed.identity.clone(), supervisor.stop_signal());
    supervisor.spawn("keys", move || housekeeping::tend(identity.clone(), stop.clone()));
    let (db, stop) = (composed.db.clone(), supervisor.stop_signal());
    supervisor.spawn("statistics", move || {
        housekeeping::refresh_statistics(db.clone(), stop.clone())
    });
    let (db, stop) = (composed.db.clone(), supervisor.stop_signal());
    let files = Arc::new(Sweeper {
        db: composed.db.clone(),
        shelf: composed.platform.shelf.clone(),
        clock: Arc::clone(&composed.clock),
        entropy: Arc::clone(&composed.entropy),
    });
    supervisor.spawn("housekeeping", move || {
        let (db, files, stop) = (db.clone(), Arc::clone(&files), stop.clone());
        async move { housekeeping::trim(db, &files, stop).await }
    });
}

/// The address at which this machine reaches the server.
fn reachable(config: &Config) -> std::net::SocketAddr {
    let mut address = config.listen;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    address
}

/// SIGTERM, or an interrupt from the terminal.
async fn stop_signal() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Says where to go, and who can sign in.
async fn greet(config: &Config, composed: &Composed, is_demo: bool) -> anyhow::Result<()> {
    let base = config.public_url();
    if is_demo {
        sayln!("{}", demo::greeting(&base, !config.allow_egress.is_empty()));
    } else {
        sayln!(
            "Countersign listens on {}; the API is described at {base}/docs/",
            config.listen
        );
        if let Some(link) = set_up::service::link(&composed.identity).await? {
            sayln!(
                "Nobody is here yet. This link, which works once, makes the first tenant and its administrator:\n{link}"
            );
        }
    }
    tracing::info!(listen = %config.listen, database = ?composed.db.backend(), "ready");
    Ok(())
}
