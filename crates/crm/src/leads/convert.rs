//! A lead becomes a contact at an account, and a deal if asked: in one unit of work, with what is there already.

use std::sync::Arc;

use countersign_kernel::catalogue::EventType;
use countersign_kernel::id::{AccountId, ContactId, DealId, EventId, UserId, derive};
use countersign_kernel::text::Words;
use countersign_storage::{Rule, RuleLock, Uow, Work};
use countersign_web::{Expected, Fault, Member, Problem};
use uuid::Uuid;

use super::conversion::{Became, ConversionView, ConvertDeal, ConvertLead, Origin};
use super::events::CONVERTED;
use super::words::LeadStatus;
use super::{Lead, matching};
use crate::accounts::Account;
use crate::accounts::shape::AccountEdit;
use crate::activities;
use crate::activities::Activity;
use crate::contacts::Contact;
use crate::contacts::shape::ContactEdit;
use crate::deals::Deal;
use crate::deals::shape::DealEdit;
use crate::pipelines::PLACES;
use crate::record::Record;
use crate::record::change::{Deed, Done, Hand, Op, What, change};
use crate::record::ground::Ground;
use crate::record::refusal::{Conflict, Refusal};
use crate::record::store::{Table, held_among, to_change, to_show};
use crate::record::viewer::Viewer;

/// Two leads of one company that are converted at once make one account: the second finds what the first made.
const ONE_OF_EACH: Rule = Rule::named("lead conversions");

/// A record and where it came from.
type Found<R> = (R, Origin);

/// Converts a lead.
#[derive(Debug)]
pub struct Convert {
    pub hand: Hand,
    pub lead: Uuid,
    pub expected: Expected,
    pub ask: ConvertLead,
    /// From which the ids of what is made follow.
    pub seed: EventId,
}

/// What it became, as a change of the lead.
#[derive(Debug)]
struct Becomes {
    account: Option<AccountId>,
    contact: ContactId,
    deal: Option<DealId>,
}

impl Deed<Lead> for Becomes {
    fn event(&self) -> &'static EventType {
        &CONVERTED
    }

    fn judge(&self, lead: &Lead, ground: &Ground) -> Result<Lead, Refusal> {
        Ok(Lead {
            status: LeadStatus::Converted,
            converted_at: Some(ground.now),
            account: self.account,
            contact: Some(self.contact),
            deal: self.deal,
            ..lead.clone()
        })
    }
}

/// An activity about the lead is about what that became, where nothing else was said.
impl Deed<Activity> for Becomes {
    fn event(&self) -> &'static EventType {
        Activity::KIND.updated
    }

    fn judge(&self, activity: &Activity, _: &Ground) -> Result<Activity, Refusal> {
        Ok(Activity {
            account: activity.account.or(self.account),
            contact: activity.contact.or(Some(self.contact)),
            deal: activity.deal.or(self.deal),
            ..activity.clone()
        })
    }
}

impl Work for Convert {
    type Out = (ConversionView, i64);
    type Error = Problem;

    fn rules(&self) -> Vec<RuleLock> {
        let places = self.ask.deal.as_ref().map(|_| PLACES.shared());
        std::iter::once(ONE_OF_EACH.exclusive()).chain(places).collect()
    }

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Self::Out, Problem> {
        uow.must_hold(ONE_OF_EACH)?;
        let lead = self.lead(uow).await?;
        let contact = self.contact(uow, &lead).await?;
        let account = self.account(uow, &lead, contact.as_ref()).await?;
        let at = account.as_ref().map(|(account, _)| account.id());
        let contact = match contact {
            Some(found) => self.at_account(uow, found, at).await?,
            None => (self.new_contact(uow, &lead, at).await?, Origin::Created),
        };
        let deal = match &self.ask.deal {
            Some(wanted) => Some(self.new_deal(uow, &lead, at, wanted).await?),
            None => None,
        };
        let becomes = Arc::new(Becomes {
            account: at,
            contact: contact.0.id(),
            deal: deal.as_ref().map(Record::id),
        });
        let op: Op<Lead> = op(lead.meta.id, self.seed, What::Do(becomes.clone()));
        let done = one(uow, &self.hand, op).await?;
        let activities = self.move_activities(uow, becomes).await?;
        let view = ConversionView {
            object: "lead_conversion",
            lead: done.view(),
            account: account.map(became),
            contact: became(contact),
            deal: deal.map(|deal| became((deal, Origin::Created))),
            activities,
        };
        Ok((view, done.record.meta.version))
    }
}

fn became<R: Record>((record, origin): Found<R>) -> Became {
    Became {
        id: record.id().to_string(),
        origin,
    }
}

fn op<R: Record>(id: Uuid, event: EventId, what: What<R>) -> Op<R> {
    Op {
        id,
        event,
        expected: Expected::NotGiven,
        what,
    }
}

/// One change of one record within this unit of work.
async fn one<R: Table>(uow: &mut Uow, hand: &Hand, op: Op<R>) -> Result<Done<R>, Refusal> {
    let mut outcomes = change(uow, hand, std::slice::from_ref(&op), true).await?;
    outcomes.pop().unwrap_or(Err(Refusal::NotFound(R::KIND)))
}

impl Convert {
    /// The lead, held, if it can be converted.
    async fn lead(&self, uow: &Uow) -> Result<Lead, Refusal> {
        let found = to_change::<Lead>(uow.reads(), &self.hand.viewer, &[self.lead]).await?;
        let live = found.into_iter().find(|lead| lead.meta.deleted_at.is_none());
        let lead = live.ok_or(Refusal::NotFound(Lead::KIND))?;
        if !self.expected.allows(lead.meta.version) {
            let current = lead.meta.version;
            return Err(Refusal::Moved { current });
        }
        if lead.status.is_open() {
            Ok(lead)
        } else {
            Err(lead.cannot_be("converted", "转化"))
        }
    }

    /// The contact that is given, or that has the lead's address.
    async fn contact(&self, uow: &Uow, lead: &Lead) -> Result<Option<Found<Contact>>, Problem> {
        let viewer = &self.hand.viewer;
        if let Some(given) = self.ask.contact {
            let contact = self.given::<Contact>(uow, given.0, "/contact").await?;
            return Ok(Some((contact, Origin::Given)));
        }
        let found = matching::contacts(uow.reads(), viewer, lead).await?;
        let contact = only(lead, found, "contact")?;
        Ok(contact.map(|contact| (contact, Origin::Email)))
    }

    /// The account that is given, else that of the address's domain, of the company's name, or of the contact; else a new one.
    async fn account(
        &self,
        uow: &mut Uow,
        lead: &Lead,
        contact: Option<&Found<Contact>>,
    ) -> Result<Option<Found<Account>>, Problem> {
        let viewer = &self.hand.viewer;
        if let Some(given) = self.ask.account {
            let account = self.given::<Account>(uow, given.0, "/account").await?;
            return Ok(Some((account, Origin::Given)));
        }
        let of_contact = contact.and_then(|(contact, _)| contact.account);
        if let Some(account) = of_contact {
            let seen = to_show::<Account>(uow.reads(), viewer, &[account.0]).await?;
            if let Some(account) = seen.into_iter().next() {
                return Ok(Some((account, Origin::Contact)));
            }
        }
        let found = matching::by_domain(uow.reads(), viewer, lead).await?;
        if let Some(account) = only(lead, found, "account")? {
            return Ok(Some((account, Origin::Domain)));
        }
        let found = matching::by_name(uow.reads(), viewer, lead).await?;
        if let Some(account) = only(lead, found, "account")? {
            return Ok(Some((account, Origin::Name)));
        }
        let Some(company) = lead.company.clone() else {
            return Ok(None);
        };
        let edit = AccountEdit {
            name: Member::Set(company),
            domain: lead.domain().map_or(Member::Absent, Member::Set),
            country: Member::Absent,
            owner: self.owner(lead),
            visibility: Member::Set(lead.meta.visibility),
        };
        let made = self.make::<Account>(uow, "account", edit).await?;
        Ok(Some((made, Origin::Created)))
    }

    /// A contact that is at no account yet is at this one now.
    async fn at_account(
        &self,
        uow: &mut Uow,
        (contact, origin): Found<Contact>,
        account: Option<AccountId>,
    ) -> Result<Found<Contact>, Problem> {
        let Some(account) = account.filter(|_| contact.account.is_none()) else {
            return Ok((contact, origin));
        };
        let edit = ContactEdit {
            name: Member::Absent,
            email: Member::Absent,
            phone: Member::Absent,
            account: Member::Set(account),
            owner: Member::Absent,
            visibility: Member::Absent,
        };
        let op = op(contact.meta.id, self.event("contact"), What::Edit(edit));
        let done = one(uow, &self.hand, op).await?;
        Ok((done.record, origin))
    }

    async fn new_contact(
        &self,
        uow: &mut Uow,
        lead: &Lead,
        account: Option<AccountId>,
    ) -> Result<Contact, Problem> {
        let edit = ContactEdit {
            name: Member::Set(lead.name.clone()),
            email: set(lead.email.clone()),
            phone: set(lead.phone.clone()),
            account: set(account),
            owner: self.owner(lead),
            visibility: Member::Set(lead.meta.visibility),
        };
        self.make::<Contact>(uow, "contact", edit).await
    }

    async fn new_deal(
        &self,
        uow: &mut Uow,
        lead: &Lead,
        account: Option<AccountId>,
        wanted: &ConvertDeal,
    ) -> Result<Deal, Problem> {
        let account = account.ok_or_else(|| {
            let words = Words::fixed(
                "A deal is with an account: name one here, or the lead's company.",
                "商机须属于某个客户：请在此指定客户，或填写线索的公司。",
            );
            Problem::invalid([Fault::at("/account", "account_needed", words)])
        })?;
        let name = wanted.name.as_ref().or(lead.company.as_ref());
        let edit = DealEdit {
            name: Member::Set(name.unwrap_or(&lead.name).clone()),
            account: Member::Set(account),
            amount: set(wanted.amount.or(lead.estimated_amount)),
            expected_close_on: set(wanted.expected_close_on),
            pipeline: set(wanted.pipeline),
            stage: set(wanted.stage),
            probability: Member::Absent,
            owner: self.owner(lead),
            visibility: Member::Set(lead.meta.visibility),
        };
        let made = self.make::<Deal>(uow, "deal", edit).await;
        made.map_err(|problem| problem.under("/deal"))
    }

    /// All activities about the lead, whoever sees them, are about what it became.
    async fn move_activities(&self, uow: &mut Uow, becomes: Arc<Becomes>) -> Result<usize, Refusal> {
        let about = activities::store::about_lead(uow.reads(), self.hand.by.tenant, self.lead.into()).await?;
        let ops: Vec<Op<Activity>> = about
            .into_iter()
            .map(|id| {
                let event = derive("moved", id, self.seed.0.as_bytes(), self.hand.by.change.at);
                op(id, EventId(event), What::Do(becomes.clone()))
            })
            .collect();
        let hand = Hand {
            viewer: Arc::new(Viewer::server(self.hand.by.tenant)),
            ..self.hand.clone()
        };
        // One that is deleted meanwhile stays with the lead.
        let moved = change(uow, &hand, &ops, false).await?;
        Ok(moved.iter().filter(|outcome| outcome.is_ok()).count())
    }

    /// What the caller names, if they see it; it stays until the unit ends.
    async fn given<R: Table>(&self, uow: &Uow, id: Uuid, pointer: &str) -> Result<R, Problem> {
        let viewer = &self.hand.viewer;
        let held = held_among::<R>(uow.reads(), viewer, &[id]).await?;
        let mut found = to_show::<R>(uow.reads(), viewer, &held).await?;
        let none = || Problem::invalid([Fault::no_such(pointer, R::KIND.object)]);
        found.pop().ok_or_else(none)
    }

    async fn make<R: Table>(&self, uow: &mut Uow, what: &str, edit: R::Edit) -> Result<R, Problem> {
        let id = derive(what, self.lead, self.seed.0.as_bytes(), self.hand.by.change.at);
        let op = op(id, self.event(what), What::Create(edit));
        Ok(one::<R>(uow, &self.hand, op).await?.record)
    }

    fn event(&self, what: &str) -> EventId {
        let part = [self.seed.0.as_bytes(), what.as_bytes()].concat();
        EventId(derive("converted", self.lead, &part, self.hand.by.change.at))
    }

    /// What is made is the lead's owner's, as long as that person is there.
    fn owner(&self, lead: &Lead) -> Member<UserId> {
        let person = lead
            .meta
            .owner
            .and_then(|owner| self.hand.directory.person(owner));
        let there = person.filter(|person| person.active).map(|person| person.id);
        there.map_or(Member::Absent, Member::Set)
    }
}

fn set<X>(value: Option<X>) -> Member<X> {
    value.map_or(Member::Absent, Member::Set)
}

/// The one that was found; of several, the caller has to say which is meant.
fn only<R: Record>(lead: &Lead, found: Vec<R>, member: &'static str) -> Result<Option<R>, Refusal> {
    if found.len() < 2 {
        return Ok(found.into_iter().next());
    }
    let ids: Vec<String> = found.iter().map(|one| one.id().to_string()).collect();
    let ids = ids.join(", ");
    Err(Refusal::Conflict(Conflict {
        code: "which_one",
        detail: Words::new(
            format!(
                "Several {} match this lead ({ids}): name one as `{member}`.",
                R::KIND.plural
            ),
            format!(
                "有多个{}与此线索匹配（{ids}）：请用 `{member}` 指定其一。",
                R::KIND.zh
            ),
        ),
        state: lead.state(),
        possible: lead.possible().to_vec(),
    }))
}
