//! `workflow publish`: files sent to a running server, as `PUT` takes them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::members::{list, text};
use super::workflow::{Format, Language};
use crate::config::{Config, TOKEN};
use crate::files;
use crate::publish::named;
use crate::run;

/// Checking and testing a file takes its time, and may wait for others.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Args)]
pub(crate) struct Publish {
    /// Workflow, automation, calendar and table files, in the order in which they need each other, or folders of them.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The server's address.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// A file that holds an API key with the scope rules:definitions:write, or an access token; without it, the variable
    /// COUNTERSIGN_TOKEN does.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    language: Language,
}

/// What became of a file.
enum Sent {
    /// In force; `new` unless it was already.
    Published {
        new: bool,
        body: Value,
    },
    Proposed(Value),
    Refused(Value),
}

impl Publish {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        run::block_on(self.all())
    }

    async fn all(&self) -> anyhow::Result<ExitCode> {
        let server = Server {
            base: self.server.trim_end_matches('/').to_owned(),
            token: self.token()?,
            language: self.language.locale().tag(),
            http: Client::builder().timeout(PATIENCE).build()?,
        };
        let mut reports = Vec::new();
        let mut ok = true;
        for file in &files::named(&self.files)? {
            let sent = server.publish(file).await?;
            ok &= !matches!(sent, Sent::Refused(_));
            match self.format {
                Format::Text => sent.print(file),
                Format::Json => reports.push(sent.to_json(file)),
            }
        }
        if self.format == Format::Json {
            outln!("{:#}", json!({"ok": ok, "files": reports}));
        }
        Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn token(&self) -> anyhow::Result<String> {
        let token = match &self.token_file {
            Some(file) => std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?,
            None => Config::token().with_context(|| {
                format!("who publishes? Set {TOKEN} to an API key with the scope rules:definitions:write, or name a file with --token-file")
            })?,
        };
        Ok(token.trim().to_owned())
    }
}

/// A running server, called by one person or key.
struct Server {
    base: String,
    token: String,
    language: &'static str,
    http: Client,
}

impl Server {
    async fn publish(&self, file: &Path) -> anyhow::Result<Sent> {
        let shown = file.display();
        let text = std::fs::read_to_string(file).with_context(|| format!("{shown} cannot be read"))?;
        let (kind, name) = named(&text).with_context(|| {
            format!("{shown} begins with none of `workflow:`, `automation:`, `calendar:`, `table:` and `leave_types:`")
        })?;
        let mut url = url::Url::parse(&self.base)
            .with_context(|| format!("--server {}: write http://HOST:PORT", self.base))?;
        url.path_segments_mut()
            .map_err(|()| anyhow::anyhow!("--server {}: write http://HOST:PORT", self.base))?
            .pop_if_empty()
            .extend(["v1", kind.plural(), &name]);
        let known = self.send(self.http.get(url.clone())).await?;
        let before = match known.status() {
            StatusCode::OK => Some(
                known
                    .headers()
                    .get(ETAG)
                    .cloned()
                    .context("the server sent no ETag")?,
            ),
            StatusCode::NOT_FOUND => None,
            _ => {
                let known = read(known).await?;
                // Only its text is missing: what does not compile any more is mended by a next version.
                match known
                    .get("version")
                    .filter(|_| known.get("code") == Some(&json!("definition_broken")))
                {
                    Some(version) => Some(format!("\"{version}\"").parse()?),
                    None => return Ok(Sent::Refused(known)),
                }
            }
        };
        let put = self
            .http
            .put(url)
            .header(CONTENT_TYPE, "application/yaml")
            .body(text);
        let put = match &before {
            Some(etag) => put.header(IF_MATCH, etag),
            None => put.header(IF_NONE_MATCH, "*"),
        };
        let answer = self.send(put).await?;
        let new = answer.headers().get(ETAG) != before.as_ref();
        let status = answer.status();
        let body = read(answer).await?;
        Ok(match status {
            StatusCode::ACCEPTED => Sent::Proposed(body),
            status if status.is_success() => Sent::Published { new, body },
            _ => Sent::Refused(body),
        })
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Response> {
        let request = request
            .bearer_auth(&self.token)
            .header(ACCEPT_LANGUAGE, self.language);
        let answer = request.send().await;
        answer.with_context(|| format!("{} does not answer: name the server with --server", self.base))
    }
}

/// The body of an answer, which is JSON wherever a server of ours answers.
async fn read(answer: Response) -> anyhow::Result<Value> {
    let status = answer.status();
    let wait = answer.headers().get(RETRY_AFTER).cloned();
    let mut body: Value = answer
        .json()
        .await
        .with_context(|| format!("this is no Countersign server: it answered {status} without JSON"))?;
    if let (Some(wait), Some(members)) = (wait, body.as_object_mut()) {
        members.insert("retry_after".to_owned(), json!(wait.to_str().unwrap_or_default()));
    }
    Ok(body)
}

impl Sent {
    fn to_json(&self, file: &Path) -> Value {
        let file = file.display().to_string();
        match self {
            Self::Published { new, body } => {
                json!({"file": file, "outcome": if *new { "published" } else { "in_force" }, "definition": body})
            }
            Self::Proposed(body) => {
                json!({"file": file, "outcome": "proposed", "waits_for": WAITS_FOR, "proposal": body})
            }
            Self::Refused(body) => json!({"file": file, "outcome": "refused", "problem": body}),
        }
    }

    fn print(&self, file: &Path) {
        let file = file.display();
        match self {
            Self::Published { new, body } => {
                let what = format!(
                    "{} {} (version {})",
                    text(body, "object"),
                    text(body, "name"),
                    number(body)
                );
                if *new {
                    outln!("{file}: published the {what}");
                } else {
                    outln!("{file}: the {what} is in force as it stands");
                }
                print_findings(body);
            }
            Self::Proposed(body) => {
                let id = text(body, "id");
                outln!(
                    "{file}: proposed the {} {}: {id}",
                    text(body, "kind"),
                    text(body, "name")
                );
                outln!("  it waits for {WAITS_FOR}: POST /v1/proposals/{id}/publish");
                print_findings(body);
            }
            Self::Refused(problem) => {
                outln!("{file}: not published: {}", text(problem, "detail"));
                for fault in list(problem, "errors") {
                    outln!("  {}", text(fault, "detail"));
                }
            }
        }
    }
}

/// For whom a proposal waits.
const WAITS_FOR: &str = "a second person who may publish it (hr, admin, an owner of the version in force, or a role that publishing.rights \
                         of the settings names for it)";

/// What the checker warned of.
fn print_findings(body: &Value) {
    for finding in list(body, "findings") {
        outln!(
            "  line {}: {} {}",
            finding.get("line").unwrap_or(&Value::Null),
            text(finding, "message"),
            text(finding, "hint")
        );
    }
}

fn number(value: &Value) -> i64 {
    value.get("version").and_then(Value::as_i64).unwrap_or_default()
}
