//! What `doctor` looks at: configuration, folder, database.

mod files;
mod room;
mod set_aside;

use std::fmt;
use std::time::Duration;

use countersign_events::Lag;
use countersign_storage::{Backend, Db, Options};

use crate::config::Config;
use crate::{audit_key, run};

/// Something that was looked at.
pub(crate) enum Finding {
    Fine(String),
    /// Works, but not as one would want in earnest.
    Mind {
        what: String,
        remedy: String,
    },
    Wrong {
        what: String,
        remedy: String,
    },
}

impl Finding {
    pub(crate) fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong { .. })
    }

    fn wrong(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Wrong {
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    fn mind(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Mind {
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fine(what) => write!(f, "fine    {what}"),
            Self::Mind { what, remedy } => write!(f, "mind    {what}\n        {remedy}"),
            Self::Wrong { what, remedy } => write!(f, "wrong   {what}\n        {remedy}"),
        }
    }
}

/// A consumer that runs has moved after so long.
const LOOK_AGAIN: Duration = Duration::from_secs(3);
/// A transaction older than this holds events back for everyone.
const LONG_S: i64 = 60;

/// Looks at everything that can be looked at.
pub(crate) async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = settings(config);
    // Whoever asks what is wrong wants nothing made.
    if let Some(file) = Options::missing_file(&config.database_url()) {
        findings.push(Finding::wrong(
            format!("there is no database at {}", file.display()),
            "say which one is meant with --data-dir or --database-url (`demo` keeps its own in var/demo); the first `serve` makes one",
        ));
        return findings;
    }
    findings.push(room::of_files(config).await);
    // One server alone writes to a SQLite file: beside it there is something to read all the same.
    let beside = Options::is_in_use(&config.database_url());
    let opened = if beside {
        run::look(config).await
    } else {
        run::open(config).await
    };
    match opened {
        Ok(db) => {
            findings.push(Finding::Fine(format!("the database opens ({:?})", db.backend())));
            if beside {
                findings.push(Finding::Fine(
                    "a server works on it: whether it takes changes, `/readyz` of that server says"
                        .to_owned(),
                ));
            }
            findings.extend(database(config, &db, beside).await);
            db.close().await;
        }
        Err(error) => findings.push(Finding::Wrong {
            what: format!("the database does not open: {error:#}"),
            remedy: "see `database_url` (--database-url, COUNTERSIGN_DATABASE_URL)".to_owned(),
        }),
    }
    findings
}

fn settings(config: &Config) -> Vec<Finding> {
    let mut findings = vec![Finding::Fine(format!(
        "the configuration reads; listens on {}",
        config.listen
    ))];
    let public = config.public_url();
    if !config.listen.ip().is_loopback() && config.public_url.is_none() {
        findings.push(Finding::mind(
            format!("others are told {public}, because public_url is not set"),
            "set `public_url` to the address under which browsers and receivers reach this server",
        ));
    }
    // The server itself speaks plain http.
    if public.starts_with("https:") && config.trusted_proxies.is_empty() {
        findings.push(Finding::mind(
            "all clients seem to be the proxy that speaks https: they share its count of failed sign-ins",
            "name the proxy in `trusted_proxies`, and let it set Forwarded or X-Forwarded-For",
        ));
    }
    if config.sandbox {
        findings.push(Finding::mind(
            "the sandbox is open: anyone signed in can move the clock",
            "remove `sandbox` for real work",
        ));
    }
    if !config.allow_egress.is_empty() {
        findings.push(Finding::mind(
            format!("webhooks may call {}", config.allow_egress.join(", ")),
            "keep `allow_egress` only while something there must be called",
        ));
    }
    if !config.rate_limits.on {
        findings.push(Finding::mind(
            "nobody is limited",
            "set `rate_limits.on = true` where strangers can call",
        ));
    }
    findings
}

async fn database(config: &Config, db: &Db, beside: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(wrong) = schema(db).await {
        return vec![wrong];
    }
    match countersign_events::lags(db).await {
        Ok(lags) => {
            for lag in lags.iter().filter(|lag| lag.parked > 0) {
                findings.push(Finding::mind(
                    format!("{} events of `{}` failed and wait", lag.parked, lag.consumer),
                    "the server's log says why (\"is parked\", \"waits on\"); they are tried again with growing pauses",
                ));
            }
            findings.push(Finding::Fine("the schema is that of this version".to_owned()));
            if !beside {
                findings.push(room::of_database(db).await);
            }
            findings.extend(standing_still(db, lags).await);
            findings.extend(key_of_audit(config, db).await);
            findings.extend(set_aside::findings(db).await);
            findings.extend(files::examine(config, db).await);
        }
        Err(error) => findings.push(Finding::wrong(
            format!("the database cannot be read: {error}"),
            "see what it says of itself: its log, its disk, and the rights of its user",
        )),
    }
    if db.backend() == Backend::Postgres {
        findings.extend(postgres(config).await);
    }
    findings
}

/// What is wrong with the schema, if anything is.
async fn schema(db: &Db) -> Option<Finding> {
    let schema = match db.schema().await {
        Ok(schema) => schema,
        Err(error) => {
            return Some(Finding::wrong(
                format!("which schema the database has cannot be read: {error}"),
                "let the user of `database_url` read the table seaql_migrations",
            ));
        }
    };
    if let Some((what, remedy)) = schema.ahead() {
        return Some(Finding::wrong(what, remedy));
    }
    let first = schema.missing.first()?;
    Some(Finding::wrong(
        format!(
            "the schema is not that of this version: {} steps are to be taken, from {first} on",
            schema.missing.len()
        ),
        "run `countersign migrate` (serve and demo do so at start)",
    ))
}

/// Consumers that are behind: none may have come a step further after a while, unless no server runs.
async fn standing_still(db: &Db, lags: Vec<Lag>) -> Vec<Finding> {
    let behind: Vec<Lag> = lags.into_iter().filter(|lag| lag.behind > 0).collect();
    if behind.is_empty() {
        return vec![Finding::Fine("every consumer stands at the log's end".to_owned())];
    }
    tokio::time::sleep(LOOK_AGAIN).await;
    let Ok(now) = countersign_events::lags(db).await else {
        return Vec::new();
    };
    let finding = |before: &Lag| {
        let after = now.iter().find(|lag| lag.consumer == before.consumer)?;
        if after.behind == 0 || after.cursor != before.cursor {
            return None;
        }
        let moved = before
            .moved_at
            .map_or_else(|| "never moved".to_owned(), |at| format!("last moved at {at}"));
        let what = format!(
            "the consumer `{}` is {} entries behind the log and does not move; it {moved}",
            after.consumer, after.behind
        );
        Some(if after.owner.is_none() {
            Finding::mind(what, "no server runs it: it goes on when one is started")
        } else {
            Finding::Wrong {
                what,
                remedy: "the server's log says why (look for its name); on PostgreSQL look for long transactions, too"
                    .to_owned(),
            }
        })
    };
    behind.iter().filter_map(finding).collect()
}

async fn key_of_audit(config: &Config, db: &Db) -> Option<Finding> {
    let (what, remedy) = match audit_key::missing(config, db).await {
        Ok(None) => return None,
        Ok(Some(id)) => (
            format!(
                "this server does not have the audit's key of this database ({id}): it neither seals nor signs"
            ),
            "copy audit.key from the data folder of the server that made it, or share that folder; where it is lost for good: \
             countersign admin replace-audit-key",
        ),
        Err(error) => (
            format!("the audit's key: {error:#}"),
            "restore audit.key from a backup",
        ),
    };
    let remedy = remedy.to_owned();
    Some(Finding::Wrong { what, remedy })
}

async fn postgres(config: &Config) -> Vec<Finding> {
    match look_at_postgres(&config.database_url()).await {
        Ok((bypasses, longest_s)) => {
            let mut findings = Vec::new();
            if bypasses {
                findings.push(Finding::mind(
                    "the login may bypass row-level security",
                    "everything runs under countersign_app, which may not; a login without SUPERUSER and BYPASSRLS is better still",
                ));
            }
            if longest_s > LONG_S {
                findings.push(Finding::Wrong {
                    what: format!("a transaction has been open for {longest_s} s: events wait for it"),
                    remedy: "look for it in pg_stat_activity (order by xact_start), and end it".to_owned(),
                });
            }
            if !config.shared_data_dir {
                findings.push(Finding::mind(
                    "uploaded files lie in a folder of this server alone",
                    "with more than one server, share the folder (the audit's key and heads lie there, too) and set `shared_data_dir = true`",
                ));
            }
            findings
        }
        Err(error) => vec![Finding::Wrong {
            what: format!("PostgreSQL does not answer: {error}"),
            remedy:
                "see `database_url` (--database-url, COUNTERSIGN_DATABASE_URL), and the log of PostgreSQL"
                    .to_owned(),
        }],
    }
}

/// Whether the login bypasses row-level security, and the age of the longest transaction in seconds.
async fn look_at_postgres(url: &str) -> Result<(bool, i64), sqlx::Error> {
    use sqlx::Connection as _;
    let mut connection = sqlx::PgConnection::connect(url).await?;
    let bypasses: bool =
        sqlx::query_scalar("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
            .fetch_one(&mut connection)
            .await?;
    let oldest = "select coalesce(max(extract(epoch from now() - xact_start)), 0)::bigint from pg_stat_activity \
                  where pid <> pg_backend_pid() and backend_xid is not null";
    let longest_s: i64 = sqlx::query_scalar(oldest).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok((bypasses, longest_s))
}
