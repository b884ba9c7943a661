//! Configuration: built-in defaults, then a file, then the environment, then flags; the later wins.
//!
//! A first start with none of them works, on SQLite.

mod words;

use std::fs::File;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use serde::{Deserialize, Serialize};

use countersign_identity::passwords::breached::Breached;
use countersign_kernel::net::Range;
use countersign_rules::Pool;
use countersign_storage::Quotas;
use countersign_web::Proxies;
use countersign_webhooks::egress::Guard;

use crate::metrics::access::MetricsToken;

/// The file that is read when none is named.
const FILE: &str = "countersign.toml";
/// An API key or access token, for commands that call a server.
pub(crate) const TOKEN: &str = "COUNTERSIGN_TOKEN";

/// All that can be configured. In the file by these names; in the environment `COUNTERSIGN_LISTEN` and so on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// An address of its own for `/metrics`, which only operators reach.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Who sends this as a bearer token reads `/metrics` where the API is.
    pub(crate) metrics_token: Option<MetricsToken>,
    /// Under which others reach this server; without it, what it listens on.
    pub(crate) public_url: Option<String>,
    /// `sqlite:PATH` or `postgres://…`; without it, SQLite in the data folder.
    pub(crate) database_url: Option<String>,
    /// Connections to PostgreSQL at most (16), or for reading SQLite (6); a few more look across tenants.
    pub(crate) database_connections: Option<u32>,
    /// Where SQLite and uploaded files are kept.
    pub(crate) data_dir: PathBuf,
    /// Ranges of addresses that webhooks may call although they are not public.
    pub(crate) allow_egress: Vec<String>,
    /// Ranges of addresses whose `Forwarded` or `X-Forwarded-For` says who the client is.
    pub(crate) trusted_proxies: Vec<String>,
    /// Connections that one network address may have open; those of trusted proxies are not counted.
    pub(crate) connections_per_address: usize,
    pub(crate) rate_limits: RateLimits,
    /// How much one tenant or person may keep.
    pub(crate) quotas: Quotas,
    /// Breached passwords that nobody may take: one, or its SHA-1, a line.
    pub(crate) breached_passwords: Option<PathBuf>,
    /// Origins whose scripts may call.
    pub(crate) cors_origins: Vec<String>,
    /// Where events are published to NATS JetStream, if anywhere.
    pub(crate) nats_url: Option<String>,
    /// The largest file that may be uploaded, in bytes.
    pub(crate) upload_bytes_max: u64,
    /// How long checking and testing, or simulating, a definition may take before it is stopped.
    pub(crate) check_timeout_ms: u32,
    /// Moves tenants' clocks on request. For trials.
    pub(crate) sandbox: bool,
    /// Several servers share the data folder (needed with more than one on PostgreSQL).
    pub(crate) shared_data_dir: bool,
}

/// How often one may call (counted by each server for itself), and fail to sign in (counted in the database).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimits {
    pub(crate) on: bool,
    /// Calls a minute for a key or session.
    pub(crate) calls_a_minute: u32,
    /// Failed sign-ins an hour for a network address before the next ones wait; an account has five and then four an hour.
    pub(crate) failed_sign_ins_an_hour: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            metrics_token: None,
            public_url: None,
            database_url: None,
            database_connections: None,
            data_dir: "var/data".into(),
            allow_egress: Vec::new(),
            trusted_proxies: Vec::new(),
            connections_per_address: 256,
            rate_limits: RateLimits {
                on: true,
                calls_a_minute: 3000,
                failed_sign_ins_an_hour: 100,
            },
            quotas: Quotas::default(),
            breached_passwords: None,
            cors_origins: Vec::new(),
            nats_url: None,
            upload_bytes_max: 25 * 1024 * 1024,
            check_timeout_ms: 1000,
            sandbox: false,
            shared_data_dir: false,
        }
    }
}

/// What the command line says; nothing said leaves the rest as it is.
#[derive(Default)]
pub(crate) struct Overrides {
    pub(crate) file: Option<PathBuf>,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) metrics_listen: Option<SocketAddr>,
    pub(crate) public_url: Option<String>,
    pub(crate) database_url: Option<String>,
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) allow_egress: Option<Vec<String>>,
    pub(crate) trusted_proxies: Option<Vec<String>>,
    pub(crate) rate_limits: Option<bool>,
    pub(crate) breached_passwords: Option<PathBuf>,
    pub(crate) cors_origins: Option<Vec<String>>,
    pub(crate) nats_url: Option<String>,
    pub(crate) sandbox: Option<bool>,
}

impl Config {
    /// Reads file, environment and flags over these defaults.
    pub(crate) fn read(defaults: &Self, said: Overrides) -> anyhow::Result<Self> {
        let file = match &said.file {
            Some(file) => {
                anyhow::ensure!(file.exists(), "{} is not there", file.display());
                file.clone()
            }
            None => FILE.into(),
        };
        let mut config: Self = Figment::from(Serialized::defaults(defaults))
            .merge(Toml::file(&file))
            .merge(
                Env::prefixed(words::PREFIX)
                    .ignore(&["data", "token", "test_postgres", "test_nats"])
                    .split("__"),
            )
            .extract()
            .map_err(|error| anyhow::anyhow!("the configuration cannot be read: {}", words::words(error)))?;
        said.onto(&mut config);
        config.egress()?;
        config.proxies()?;
        Ok(config)
    }

    /// As whom the command line calls a server: a secret stands in no argument.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub(crate) fn token() -> Option<String> {
        std::env::var(TOKEN).ok()
    }

    /// The URL of the database.
    pub(crate) fn database_url(&self) -> String {
        let default = || format!("sqlite:{}", self.data_dir.join("countersign.db").display());
        self.database_url.clone().unwrap_or_else(default)
    }

    /// Under which others reach this server, without a slash at the end.
    pub(crate) fn public_url(&self) -> String {
        let default = || format!("http://{}", self.listen);
        self.public_url
            .clone()
            .unwrap_or_else(default)
            .trim_end_matches('/')
            .to_owned()
    }

    /// Who issues access tokens. Without a public URL it is no address, because servers over one database listen on several.
    pub(crate) fn issuer(&self) -> String {
        match self.public_url {
            Some(_) => self.public_url(),
            None => "countersign".to_owned(),
        }
    }

    /// The guard of every outgoing call that a user's input can name.
    pub(crate) fn egress(&self) -> anyhow::Result<Guard> {
        let ranges = ranges(&self.allow_egress).context("allow_egress")?;
        Ok(Guard::new(ranges, false))
    }

    /// The proxies that may say for whom they call.
    pub(crate) fn proxies(&self) -> anyhow::Result<Proxies> {
        let ranges = ranges(&self.trusted_proxies).context("trusted_proxies")?;
        Ok(Proxies::new(ranges))
    }

    /// The operator's list of breached passwords.
    pub(crate) fn breached(&self) -> anyhow::Result<Breached> {
        let Some(path) = &self.breached_passwords else {
            return Ok(Breached::default());
        };
        let read = || Breached::read(BufReader::new(File::open(path)?));
        read().with_context(|| format!("breached_passwords: {} cannot be read", path.display()))
    }

    /// The threads on which definitions are checked and simulated.
    pub(crate) fn pool(&self) -> Pool {
        Pool::default().with_timeout(Duration::from_millis(self.check_timeout_ms.into()))
    }

    /// Where the bytes of uploaded files lie.
    pub(crate) fn files_dir(&self) -> PathBuf {
        self.data_dir.join("files")
    }

    /// Makes the data folder, readable for its owner alone.
    pub(crate) fn make_data_dir(&self) -> anyhow::Result<()> {
        make_private(&self.data_dir)
    }
}

fn ranges(texts: &[String]) -> anyhow::Result<Vec<Range>> {
    let ranges: Result<_, _> = texts.iter().map(|range| range.parse()).collect();
    Ok(ranges?)
}

fn make_private(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

impl Overrides {
    fn onto(self, config: &mut Config) {
        fn set<T>(to: &mut T, said: Option<T>) {
            if let Some(said) = said {
                *to = said;
            }
        }
        set(&mut config.listen, self.listen);
        set(&mut config.data_dir, self.data_dir);
        set(&mut config.allow_egress, self.allow_egress);
        set(&mut config.trusted_proxies, self.trusted_proxies);
        set(&mut config.rate_limits.on, self.rate_limits);
        set(&mut config.cors_origins, self.cors_origins);
        set(&mut config.sandbox, self.sandbox);
        config.breached_passwords = self.breached_passwords.or(config.breached_passwords.take());
        config.metrics_listen = self.metrics_listen.or(config.metrics_listen);
        config.public_url = self.public_url.or(config.public_url.take());
        config.database_url = self.database_url.or(config.database_url.take());
        config.nats_url = self.nats_url.or(config.nats_url.take());
    }
}
