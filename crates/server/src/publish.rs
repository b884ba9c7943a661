//! Publishing a file at set-up: what ships with the demo.

use countersign_kernel::actor::Actor;
use countersign_kernel::id::{DefinitionId, TenantId, TypedId as _, UserId};
use countersign_rules::{Publish, definitions::Kind};
use countersign_web::Expected;

use crate::compose::Composed;

/// Publishes the file's next version, unless it is published as it stands.
pub(crate) async fn file(
    composed: &Composed,
    tenant: TenantId,
    by: UserId,
    text: &str,
) -> anyhow::Result<()> {
    let (kind, name) = named(text)
        .ok_or_else(|| anyhow::anyhow!("it begins with no `workflow:`, `automation:` or `calendar:`"))?;
    let now = composed.clock.business(tenant);
    let rules = composed.rules.get_ref().clone();
    let around = rules.tenant_in(&*composed.db.read(tenant).await?, tenant).await?;
    let judged = rules.judge(tenant, &around, text.to_owned()).await?;
    let publish = Publish {
        rules,
        kind,
        name,
        judged,
        actor: Actor::User(by),
        caller: None,
        expected: Expected::Any,
        create_only: false,
        id: DefinitionId::mint(&*composed.entropy, now),
        now,
        trace: None,
    };
    composed.db.write(tenant, publish).await?;
    Ok(())
}

/// The first key says what a file is.
fn named(text: &str) -> Option<(Kind, String)> {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with('#') && !line.starts_with("---"))?;
    let (kind, name) = first.split_once(':')?;
    let name = name.split(" #").next().unwrap_or(name);
    Some((Kind::read(kind.trim())?, name.trim().to_owned()))
}
