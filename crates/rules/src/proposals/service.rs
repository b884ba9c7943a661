//! The use cases of proposals: open one, and publish, reject or withdraw it.

use countersign_identity::tenants::Publishing;
use countersign_kernel::actor::Caller;
use countersign_kernel::id::{DefinitionId, ProposalId, derive};
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Error as Broken, Quota, RuleLock, Uow, Work};
use countersign_web::Expected;
use serde_json::json;

use super::{Proposal, Status, entry, store, told};
use crate::definitions::compiled::title;
use crate::definitions::keep::Next;
use crate::definitions::right::Right;
use crate::definitions::service::PUBLISHING;
use crate::definitions::{Judged, Kind, Passed, Publish, Rules, Tenant, store as definitions};
use crate::error::Error;

/// Keeps what somebody may publish until a second person publishes it.
pub(crate) async fn open(
    uow: &mut Uow,
    publish: &Publish,
    caller: &Caller,
    (tenant, publishing): (&Tenant, &Publishing),
    (passed, base): (&Passed, i64),
) -> Result<Proposal, Error> {
    let open = store::count_open(uow.reads(), uow.tenant()).await?;
    uow.within(Quota::Proposals, open, 1)?;
    let warned = |locale: Locale| -> Vec<_> {
        let findings = passed.findings.iter();
        findings.map(|finding| finding.to_json(locale)).collect()
    };
    let findings = json!({Locale::En.tag(): warned(Locale::En), Locale::ZhCn.tag(): warned(Locale::ZhCn)});
    let row = Proposal {
        tenant_id: uow.tenant(),
        id: ProposalId(derive("proposal", publish.id.0, &[], publish.now)),
        kind: publish.kind.word().to_owned(),
        name: publish.name.clone(),
        title: serde_json::to_string(&title(&passed.document)).map_err(Broken::broken)?,
        base_version: base,
        text: Some(publish.judged.text.clone()),
        findings: findings.to_string(),
        proposed_by: caller.user,
        proposed_at: publish.now,
        status: Status::Open,
        settled_by: None,
        settled_at: None,
        comment: None,
        published_version: None,
        updated_at: publish.now,
        version: 1,
    };
    store::insert(uow, row.clone()).await?;
    let change = ChangeContext {
        actor: publish.actor.clone(),
        at: publish.now,
        cause: Cause::request(publish.trace.clone()),
    };
    let entry = entry(&change, &row);
    let cause = entry.id;
    uow.append(entry);
    let right = Right::to(publish.kind, &row.name, tenant, publishing);
    told::opened(uow, &right, tenant, &row, (&change, cause)).await?;
    Ok(row)
}

/// What somebody makes of a proposal.
pub(super) enum Verdict {
    /// The file as it was judged now; none of a proposal that is not open.
    Publish(Option<Judged>),
    Reject,
    Withdraw,
}

/// Settles a proposal.
pub(super) struct Settle {
    pub rules: Rules,
    pub proposal: ProposalId,
    pub verdict: Verdict,
    pub comment: Option<String>,
    pub caller: Caller,
    pub expected: Expected,
    /// The id of the definition, if this is its first version.
    pub id: DefinitionId,
    pub now: Instant,
    /// The W3C `traceparent` of the request.
    pub trace: Option<String>,
}

impl Work for Settle {
    type Out = Proposal;
    type Error = Error;

    fn rules(&self) -> Vec<RuleLock> {
        vec![PUBLISHING.exclusive()]
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Proposal, Error> {
        let (tenant, publishing) = self.rules.publishing_in(uow).await?;
        let row = store::held(uow, self.proposal).await?.ok_or(Error::NoProposal)?;
        self.may(&row, &tenant, &publishing)?;
        if !self.expected.allows(row.version) {
            return Err(Error::Stale { current: row.version });
        }
        if row.status != Status::Open {
            return Err(Error::Settled {
                status: row.status.word(),
            });
        }
        let row = match &self.verdict {
            Verdict::Publish(judged) => {
                let judged = judged.as_ref().ok_or(Error::Moved)?;
                self.publish(uow, &tenant, &publishing, judged, row).await?
            }
            Verdict::Reject => self.settled(row, Status::Rejected),
            Verdict::Withdraw => Proposal {
                text: None,
                ..self.settled(row, Status::Withdrawn)
            },
        };
        store::change(uow, row.clone()).await?;
        let change = ChangeContext {
            actor: self.caller.actor(),
            at: self.now,
            cause: Cause::request(self.trace.clone()),
        };
        let entry = entry(&change, &row);
        let cause = entry.id;
        uow.append(entry);
        told::settled(uow, &tenant, &row, (&change, cause)).await?;
        Ok(row)
    }
}

impl Settle {
    /// It is withdrawn by whoever proposed it, and published or rejected by somebody else who may publish the name.
    fn may(&self, row: &Proposal, tenant: &Tenant, publishing: &Publishing) -> Result<(), Error> {
        let own = row.proposed_by == self.caller.user;
        if matches!(self.verdict, Verdict::Withdraw) {
            return if own { Ok(()) } else { Err(Error::NotYourProposal) };
        }
        let kind = kind(row)?;
        let person = tenant.directory.person(self.caller.user);
        if !Right::to(kind, &row.name, tenant, publishing).is_of(&self.caller.roles, person) {
            let first = tenant.newest.get(kind, &row.name).is_none();
            return Err(Error::NotYours { first });
        }
        if own {
            return Err(Error::OwnProposal);
        }
        Ok(())
    }

    async fn publish(
        &self,
        uow: &mut Uow,
        tenant: &Tenant,
        publishing: &Publishing,
        judged: &Judged,
        row: Proposal,
    ) -> Result<Proposal, Error> {
        let kind = kind(&row)?;
        let proposer = tenant.directory.person(row.proposed_by);
        let proposer = proposer.filter(|person| person.active);
        let right = Right::to(kind, &row.name, tenant, publishing);
        if !proposer.is_some_and(|person| right.is_of(&person.roles, Some(person))) {
            return Err(Error::ProposerLostRight);
        }
        let head = definitions::head(uow.reads(), uow.tenant(), kind, &row.name).await?;
        let current = head.as_ref().map_or(0, |head| head.version);
        if current != row.base_version {
            return Err(Error::ProposalStale {
                kind,
                name: row.name,
                base: row.base_version,
                current,
            });
        }
        let passed = judged.passed(tenant)?;
        let by = self.caller.actor();
        let next = Next {
            rules: &self.rules,
            kind,
            name: &row.name,
            text: &judged.text,
            id: self.id,
            by: &by,
            proposer: Some(row.proposed_by),
            now: self.now,
            trace: self.trace.as_deref(),
        };
        let published = next.keep(uow, tenant, head, passed).await?;
        Ok(Proposal {
            // It stands in the version from now on.
            text: None,
            published_version: Some(published.version),
            ..self.settled(row, Status::Published)
        })
    }

    fn settled(&self, row: Proposal, to: Status) -> Proposal {
        Proposal {
            status: to,
            settled_by: Some(self.caller.user),
            settled_at: Some(self.now),
            comment: self.comment.clone(),
            updated_at: self.now,
            version: row.version + 1,
            ..row
        }
    }
}

pub(super) fn kind(row: &Proposal) -> Result<Kind, Broken> {
    Kind::read(&row.kind).ok_or_else(|| Broken::broken(format!("a proposal of kind {:?}", row.kind)))
}
