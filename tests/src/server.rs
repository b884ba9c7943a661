//! The demo as its users start it, on a free port, with a database of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::caller::Caller;

/// Names another binary than the one beside the tests: a release build. The server takes what begins with COUNTERSIGN_ for its own.
const BINARY: &str = "TESTED_BINARY";

/// A running server; it is stopped, and its database dropped, with this value.
pub struct Server {
    child: Option<Child>,
    /// A second server over the same database.
    peer: Option<(Child, u16)>,
    folder: tempfile::TempDir,
    database: Option<Database>,
    arguments: Vec<String>,
    /// What it keeps lies on a disk of so many MiB.
    disk_mib: Option<u32>,
    pub port: u16,
    pub client: reqwest::Client,
}

/// A database of PostgreSQL made for one server.
struct Database {
    maintenance: String,
    name: String,
}

impl Server {
    /// The demo with the sample company.
    pub async fn demo(arguments: &[&str]) -> anyhow::Result<Self> {
        let mut server = Self::prepare("demo", arguments).await?;
        server.spawn().await?;
        Ok(server)
    }

    /// Folder, port and database, with nothing started yet.
    pub async fn prepare(command: &str, arguments: &[&str]) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        std::os::unix::fs::symlink(root().join("workflows"), folder.path().join("workflows"))?;
        let port = free_port()?;
        let mut all = vec![
            command.to_owned(),
            "--listen".to_owned(),
            format!("127.0.0.1:{port}"),
        ];
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        let database = match std::env::var("COUNTERSIGN_TEST_POSTGRES") {
            Ok(url) => Some(Database::create(&url).await?),
            Err(_) => None,
        };
        if let Some(database) = &database {
            all.extend(["--database-url".to_owned(), database.url()?]);
        }
        // Only this machine is called.
        let client = reqwest::Client::builder()
            .no_proxy()
            // The server closes what is idle for five seconds: a request that meets the close is lost, and no fault of the server's.
            .pool_idle_timeout(Duration::from_secs(2))
            .timeout(Duration::from_secs(30))
            .build()?;
        Ok(Self {
            child: None,
            peer: None,
            folder,
            database,
            arguments: all,
            disk_mib: None,
            port,
            client,
        })
    }

    /// Starts it (again), and waits until it is ready.
    pub async fn spawn(&mut self) -> anyhow::Result<()> {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.log_path())?;
        let out = log.try_clone()?;
        let child = self
            .command()?
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .stdout(out)
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()?;
        self.child = Some(child);
        let began = Instant::now();
        loop {
            let answer = self.client.get(format!("{}/readyz", self.base())).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            let ended = self.child.as_mut().map(Child::try_wait).transpose()?.flatten();
            anyhow::ensure!(ended.is_none(), "the server ended: {}", self.log());
            anyhow::ensure!(
                began.elapsed() < Duration::from_secs(90),
                "not ready in 90 s: {}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Starts a second server over the same database and folder; false on SQLite, which has one. Callers take turns between
    /// the two.
    pub async fn add_peer(&mut self) -> anyhow::Result<bool> {
        let Some(url) = self.database_url() else {
            return Ok(false);
        };
        let port = free_port()?;
        let log = std::fs::File::create(self.folder().join("peer-log"))?;
        let child = Command::new(binary()?)
            .args([
                "serve",
                "--rate-limits",
                "off",
                "--data-dir",
                "var/demo",
                "--database-url",
                &url,
            ])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .env("COUNTERSIGN_SHARED_DATA_DIR", "true")
            .current_dir(self.folder.path())
            .stdout(log.try_clone()?)
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()?;
        self.peer = Some((child, port));
        crate::until("the second server is ready", 60, async || {
            let answer = self.client.get(format!("{}/readyz", base(port))).send().await;
            Ok(answer
                .is_ok_and(|answer| answer.status().is_success())
                .then_some(()))
        })
        .await?;
        Ok(true)
    }

    fn bases(&self) -> Arc<[String]> {
        let peer = self.peer.as_ref().map(|(_, port)| base(*port));
        std::iter::once(self.base()).chain(peer).collect()
    }

    /// From the next start on, what it keeps lies on a disk of its own of so many MiB; false where this machine lets
    /// nobody make one.
    pub fn put_on_small_disk(&mut self, mib: u32) -> anyhow::Result<bool> {
        std::fs::create_dir_all(self.folder().join("var"))?;
        self.disk_mib = Some(mib);
        let tried = self.on_small_disk("true", mib).stderr(Stdio::null()).status();
        Ok(tried.is_ok_and(|tried| tried.success()))
    }

    /// The small disk as the server sees it.
    pub fn small_disk(&self) -> anyhow::Result<PathBuf> {
        let process = self.child.as_ref().context("nothing runs")?.id();
        let folder = self.folder().join("var");
        let inside = folder.strip_prefix("/")?;
        Ok(Path::new("/proc")
            .join(process.to_string())
            .join("root")
            .join(inside))
    }

    fn command(&self) -> anyhow::Result<Command> {
        let binary = binary()?;
        Ok(match self.disk_mib {
            Some(mib) => self.on_small_disk(binary, mib),
            None => Command::new(binary),
        })
    }

    /// A mount that this program and its children alone see.
    fn on_small_disk(&self, program: impl AsRef<std::ffi::OsStr>, mib: u32) -> Command {
        let mount = format!("mount -t tmpfs -o size={mib}m tmpfs \"$0\" && exec \"$@\"");
        let mut command = Command::new("unshare");
        command
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &mount])
            .arg(self.folder().join("var"))
            .arg(program);
        command
    }

    /// SIGKILL, as a power cut would.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("nothing runs")?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    pub fn base(&self) -> String {
        base(self.port)
    }

    /// Its database on PostgreSQL.
    pub fn database_url(&self) -> Option<String> {
        self.database.as_ref().and_then(|database| database.url().ok())
    }

    /// The folder in which it runs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// The same, once it holds this: a server is ready, and has answered, before it has said so.
    pub async fn log_with(&self, word: &str) -> anyhow::Result<String> {
        for _ in 0..200 {
            let log = self.log();
            if log.contains(word) {
                return Ok(log);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("the log does not hold {word:?}: {}", self.log())
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Someone of the sample company, signed in.
    pub async fn sign_in(&self, name: &str) -> anyhow::Result<Caller> {
        self.sign_in_at(name, "acme").await
    }

    /// The same, for what may take longer than a token lives.
    pub async fn sign_in_for_long(&self, name: &str, tenant: &str) -> anyhow::Result<Caller> {
        Ok(self
            .sign_in_at(name, tenant)
            .await?
            .renewed_by(words_of(name, tenant)))
    }

    pub async fn sign_in_at(&self, name: &str, tenant: &str) -> anyhow::Result<Caller> {
        let words = words_of(name, tenant);
        let answer = self.stranger().post("/v1/auth/login", &words).await?;
        anyhow::ensure!(answer.status == 200, "{name} cannot sign in: {answer}");
        let token = answer
            .body
            .get("access_token")
            .and_then(Value::as_str)
            .context("no access_token")?;
        Ok(Caller::new(
            self.client.clone(),
            self.bases(),
            Some(token.to_owned()),
        ))
    }

    /// A caller without a token.
    pub fn stranger(&self) -> Caller {
        Caller::new(self.client.clone(), self.bases(), None)
    }
}

/// What somebody of the sample company signs in with.
fn words_of(name: &str, tenant: &str) -> Value {
    json!({"email": format!("{name}@{tenant}.example"), "password": "countersign-demo"})
}

impl Drop for Server {
    fn drop(&mut self) {
        let peer = self.peer.take().map(|(child, _)| child);
        for mut child in self.child.take().into_iter().chain(peer) {
            // An ended child cannot be killed, and needs not be.
            let _ = child.kill();
            let _ = child.wait();
        }
        if let Some(database) = self.database.take() {
            database.forget();
        }
    }
}

impl Database {
    async fn create(maintenance: &str) -> anyhow::Result<Self> {
        let name = crate::unique("acceptance").replace('-', "_");
        let created = run_sql(maintenance, &format!("create database {name}")).await;
        created.context("COUNTERSIGN_TEST_POSTGRES must name a server where databases may be created")?;
        Ok(Self {
            maintenance: maintenance.to_owned(),
            name,
        })
    }

    fn url(&self) -> anyhow::Result<String> {
        let (server, _) = self
            .maintenance
            .rsplit_once('/')
            .context("the URL names no database")?;
        Ok(format!("{server}/{}", self.name))
    }

    /// Dropping happens on a thread of its own, because `Drop` cannot wait.
    fn forget(self) {
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                let sql = format!("drop database if exists {} with (force)", self.name);
                // What is left behind is a test's database on a test's server.
                let _ = runtime.block_on(run_sql(&self.maintenance, &sql));
            }
        };
        let _ = std::thread::spawn(work).join();
    }
}

async fn run_sql(url: &str, sql: &str) -> anyhow::Result<()> {
    use sqlx::Connection as _;
    let mut connection = sqlx::PgConnection::connect(url).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn base(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// The project's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The binary that is named, else the one built by the same `cargo test --workspace` (the server's own tests ask for it).
pub fn binary() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os(BINARY) {
        return Ok(named.into());
    }
    let test = std::env::current_exe()?;
    let folder = test
        .parent()
        .and_then(Path::parent)
        .context("the test stands in no target folder")?;
    let binary = folder.join("countersign");
    anyhow::ensure!(
        binary.exists(),
        "{} is not there: cargo build -p countersign-server",
        binary.display()
    );
    Ok(binary)
}
