//! The product as its users start it: the binary, with the sample company, on a free port.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};

pub(crate) struct Server {
    child: Child,
    pub(crate) base: String,
    pub(crate) client: reqwest::Client,
    pub(crate) ready: Duration,
    postgres: bool,
    // The database lies in here, and goes with it.
    _folder: tempfile::TempDir,
}

/// The server's binary: the one that is named, else a release build.
pub(crate) fn binary(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    named.map_or_else(build, |named| Ok(named.to_owned()))
}

fn build() -> anyhow::Result<PathBuf> {
    let root = crate::tidy::root();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let done = Command::new(cargo)
        .args(["build", "--release", "--package", "countersign-server"])
        .current_dir(&root)
        .status()?;
    anyhow::ensure!(done.success(), "the release build failed");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release/countersign"))
}

/// Only this machine is called; the product's guard is for what its users name.
pub(crate) fn client() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(64)
        .timeout(Duration::from_secs(30))
        .build()?)
}

impl Server {
    /// With a company made anew, and the bench's workflow.
    pub(crate) async fn start(binary: &Path, database: Option<&str>) -> anyhow::Result<Self> {
        let server = Self::launch(binary, database, &["--fresh"]).await?;
        server
            .publish("bench-expense", include_str!("bench-expense.yaml"))
            .await?;
        Ok(server)
    }

    /// With these options, on the database as it is.
    pub(crate) async fn launch(
        binary: &Path,
        database: Option<&str>,
        options: &[&str],
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(binary);
        command
            .args(["demo", "--listen", &format!("127.0.0.1:{port}")])
            .args(options);
        if let Some(url) = database {
            command.args(["--database-url", url]);
        }
        std::os::unix::fs::symlink(
            crate::tidy::root().join("workflows"),
            folder.path().join("workflows"),
        )?;
        let log = std::fs::File::create(folder.path().join("log"))?;
        let began = Instant::now();
        let child = command
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("the server did not start")?;
        let client = client()?;
        let mut server = Self {
            child,
            base: format!("http://127.0.0.1:{port}"),
            client,
            ready: Duration::ZERO,
            postgres: database.is_some_and(|url| url.starts_with("postgres")),
            _folder: folder,
        };
        while !server.is_ready().await {
            anyhow::ensure!(
                server.child.try_wait()?.is_none(),
                "the server ended before it was ready"
            );
            anyhow::ensure!(
                began.elapsed() < Duration::from_mins(2),
                "the server was not ready in two minutes"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        server.ready = began.elapsed();
        Ok(server)
    }

    pub(crate) fn database_name(&self) -> &'static str {
        if self.postgres {
            "PostgreSQL"
        } else {
            "SQLite FULL"
        }
    }

    async fn is_ready(&self) -> bool {
        let answer = self.client.get(format!("{}/readyz", self.base)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Publishes a workflow.
    pub(crate) async fn publish(&self, name: &str, text: &'static str) -> anyhow::Result<()> {
        let token = self.sign_in("fay").await?;
        let answer = self
            .client
            .put(format!("{}/v1/workflows/{name}", self.base))
            .bearer_auth(token)
            .header("content-type", "application/yaml")
            .body(text)
            .send()
            .await?;
        anyhow::ensure!(
            answer.status().is_success(),
            "{name} was refused: {}",
            answer.text().await?
        );
        Ok(())
    }

    pub(crate) async fn sign_in(&self, name: &str) -> anyhow::Result<String> {
        self.sign_in_at(name, "acme").await
    }

    pub(crate) async fn sign_in_at(&self, name: &str, tenant: &str) -> anyhow::Result<String> {
        let words = json!({"email": format!("{name}@{tenant}.example"), "password": "countersign-demo"});
        let answer = self
            .client
            .post(format!("{}/v1/auth/login", self.base))
            .json(&words)
            .send()
            .await?;
        let answer: Value = answer.error_for_status()?.json().await?;
        Ok(answer
            .get("access_token")
            .and_then(Value::as_str)
            .context("no access_token")?
            .to_owned())
    }

    /// Resident memory of the server's process.
    pub(crate) fn resident_mib(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kib / 1024.0)
    }

    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        for _ in 0..200 {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.child.kill()?;
        anyhow::bail!("the server did not end within 20 s of SIGTERM")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            let _ = self.child.wait();
        }
    }
}
