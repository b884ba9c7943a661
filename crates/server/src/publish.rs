//! Publishing files at set-up: what ships, for the demo and for a tenant that begins with it.

use std::path::Path;
use std::sync::Arc;

use countersign_identity::set_up::shipped::{PublishedFile, RefusedFile, Shipped, Shipping};
use countersign_identity::tenants;
use countersign_kernel::actor::Actor;
use countersign_kernel::id::{DefinitionId, Entropy, TenantId, TypedId as _, UserId};
use countersign_kernel::text::Locale;
use countersign_kernel::time::Clock;
use countersign_rules::{Error, Offered, Publish, Rules, definitions::Kind};
use countersign_storage::Db;
use countersign_web::{Expected, Problem, ProblemKind, Words};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::shipped;

/// So often a file is checked anew where people or definitions change before it is kept.
const TRIES: usize = 5;

/// Whoever publishes at set-up.
pub(crate) struct Publisher {
    pub(crate) db: Db,
    pub(crate) rules: Rules,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Shipping for Publisher {
    fn publish(&self, tenant: TenantId, by: UserId) -> BoxFuture<'_, Shipped> {
        self.all(tenant, by).boxed()
    }
}

impl Publisher {
    /// Publishes every file that ships and is not published as it stands; tells, also the log, what cannot be.
    pub(crate) async fn all(&self, tenant: TenantId, by: UserId) -> Shipped {
        let mut done = Shipped::default();
        let (zone, locale) = match self.settings(tenant).await {
            Ok(settings) => settings,
            Err(problem) => {
                done.refused.push(refused(shipped::FOLDER, &problem, Locale::En));
                return done;
            }
        };
        let files = match shipped::definitions(Path::new(shipped::FOLDER), &zone) {
            Ok(files) => files,
            Err(error) => {
                let problem = unreadable(&format!("{error:#}"));
                done.refused.push(refused(shipped::FOLDER, &problem, locale));
                return done;
            }
        };
        for file in files {
            match self.file(tenant, by, &file.text).await {
                Ok(one) => {
                    tracing::info!(%tenant, publisher = %by, kind = one.kind, name = one.name, version = one.version,
                        "what ships is published in the name of the first admin");
                    done.published.push(one);
                }
                Err(problem) => {
                    let one = refused(&file.path, &problem, locale);
                    tracing::warn!(%tenant, file = one.file, code = one.code, detail = one.detail,
                        "what ships cannot be published for this tenant");
                    done.refused.push(one);
                }
            }
        }
        done
    }

    async fn settings(&self, tenant: TenantId) -> Result<(String, Locale), Problem> {
        let reader = self.db.read(tenant).await.map_err(Problem::from)?;
        let found = tenants::store::find(&reader, tenant)
            .await
            .map_err(Problem::from)?;
        let found = found.ok_or_else(|| Problem::not_found("tenant"))?;
        Ok((found.zone, found.locale))
    }

    /// Publishes the file's next version, unless it is published as it stands.
    async fn file(&self, tenant: TenantId, by: UserId, text: &str) -> Result<PublishedFile, Problem> {
        let (kind, name) = named(text).ok_or_else(kindless)?;
        for _ in 1..TRIES {
            match self.version(tenant, by, (kind, &name), text).await {
                Err(Error::Moved) => {}
                done => return done.map_err(said),
            }
        }
        self.version(tenant, by, (kind, &name), text).await.map_err(said)
    }

    async fn version(
        &self,
        tenant: TenantId,
        by: UserId,
        (kind, name): (Kind, &str),
        text: &str,
    ) -> Result<PublishedFile, Error> {
        let now = self.clock.business(tenant);
        let around = self
            .rules
            .tenant_in(&*self.db.read(tenant).await?, tenant)
            .await?;
        let publish = Publish {
            judged: self.rules.judge(tenant, &around, text.to_owned()).await?,
            rules: self.rules.clone(),
            kind,
            name: name.to_owned(),
            actor: Actor::User(by),
            caller: None,
            expected: Expected::Any,
            create_only: false,
            id: DefinitionId::mint(&*self.entropy, now),
            now,
            trace: None,
        };
        let offered: Offered = self.db.write(tenant, publish).await?;
        Ok(PublishedFile {
            kind: kind.word(),
            name: name.to_owned(),
            version: offered.version(),
        })
    }
}

/// What a fault of ours was is for the log alone.
fn said(error: Error) -> Problem {
    if let Error::Storage(error) = &error {
        tracing::error!(?error, "what ships could not be kept");
    }
    error.into()
}

fn refused(file: &str, problem: &Problem, locale: Locale) -> RefusedFile {
    let faults = problem.faults().iter().map(|fault| fault.detail.get(locale));
    let lines: Vec<&str> = std::iter::once(problem.detail().get(locale))
        .chain(faults)
        .collect();
    RefusedFile {
        file: file.to_owned(),
        code: problem.code().to_owned(),
        detail: lines.join("\n"),
    }
}

fn kindless() -> Problem {
    let detail = Words::fixed(
        "The file begins with none of `workflow:`, `automation:`, `calendar:` and `table:`.",
        "此文件未以 `workflow:`、`automation:`、`calendar:` 或 `table:` 开头。",
    );
    Problem::new(ProblemKind::Invalid, detail).with_code("unknown_kind")
}

fn unreadable(why: &str) -> Problem {
    let detail = Words::new(
        format!("The files cannot be read: {why}."),
        format!("无法读取文件：{why}。"),
    );
    Problem::new(ProblemKind::Invalid, detail).with_code("unreadable")
}

/// The first key says what a file is.
pub(crate) fn named(text: &str) -> Option<(Kind, String)> {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with('#') && !line.starts_with("---"))?;
    let (kind, name) = first.split_once(':')?;
    let name = name.split(" #").next().unwrap_or(name);
    Some((Kind::read(kind.trim())?, name.trim().to_owned()))
}
