//! What a request does to somebody's leave: set aside when it is submitted, taken when it is approved, given back when it comes to
//! nothing. In the unit of work of the command, so that what is refused here refuses the command.

use countersign_engine::leave::{
    Asked, AsksForLeave, Away, DayTaken, Entry, EntryKind, LeaveType, LeaveWanted, Use, broken_rules,
    leave_wanted, reserve, takes,
};
use countersign_engine::state::State;
use countersign_engine::vocabulary::Status;
use countersign_kernel::actor::Actor;
use countersign_kernel::id::{LeaveId, RequestId, UserId};
use countersign_rules::Compiled;
use countersign_rules::scene::Scene;
use countersign_storage::Uow;
use countersign_storage::log::{Cause, ChangeContext};

use super::account::Holder;
use super::keep::Keeping;
use super::refused::Refusing;
use super::{store, turn_of};
use crate::error::Error;
use crate::requests::act::Acted;
use crate::requests::store as requests;

/// The longest that leave is asked for in one piece, in days.
const LONGEST: i64 = 3 * 366;

/// How leave stands by the status of its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Nothing,
    Reserved,
    Taken,
}

impl Standing {
    fn of(status: Status) -> Self {
        match status {
            Status::Open | Status::Held => Self::Reserved,
            Status::Approved => Self::Taken,
            Status::Draft | Status::Returned | Status::Rejected | Status::Withdrawn | Status::Cancelled => {
                Self::Nothing
            }
        }
    }

    /// As a leave's row says it.
    pub(super) fn read(word: &str) -> Self {
        let all = [Self::Reserved, Self::Taken];
        all.into_iter()
            .find(|standing| standing.word() == word)
            .unwrap_or(Self::Nothing)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Nothing => "released",
            Self::Reserved => "reserved",
            Self::Taken => "taken",
        }
    }

    pub(super) fn kind(self) -> EntryKind {
        match self {
            Self::Nothing => EntryKind::Released,
            Self::Reserved => EntryKind::Reserved,
            Self::Taken => EntryKind::Taken,
        }
    }
}

/// Keeps what a command on a request means for leave.
pub(crate) async fn follow(
    uow: &mut Uow,
    before: &State,
    scene: &Scene,
    definition: &Compiled,
    acted: &Acted,
    cause: &Cause,
) -> Result<(), Error> {
    let Some((workflow, asks)) = definition
        .workflow()
        .and_then(|workflow| Some((workflow, workflow.leave.as_ref()?)))
    else {
        return Ok(());
    };
    let (was, is) = (Standing::of(before.status), Standing::of(acted.state.status));
    let facts = scene.facts(Actor::System, None);
    let wanted = |state: &State| leave_wanted(workflow, state, &facts);
    let Some(wants) = wanted(&acted.state) else {
        return Ok(());
    };
    if was == is && (is != Standing::Reserved || wanted(before).as_ref() == Some(&wants)) {
        return Ok(());
    }
    let person = acted.row.requester;
    uow.hold(turn_of(person)).await?;
    let context = ChangeContext {
        actor: acted
            .events
            .last()
            .map_or(Actor::System, |event| event.by.clone()),
        at: scene.now,
        cause: cause.clone(),
    };
    let change = Change {
        asks,
        scene,
        person,
        request: acted.row.id,
        keeping: Keeping {
            scene,
            person,
            origin: (acted.row.id.0, acted.row.version),
            context,
        },
    };
    if wants.changes.is_some() || asks.changes.is_some() {
        return change.of_another(uow, &wants, is).await;
    }
    change.own(uow, &wants, (was, is)).await
}

/// What is to be kept, and for whom.
struct Change<'a> {
    asks: &'a AsksForLeave,
    scene: &'a Scene,
    person: UserId,
    request: RequestId,
    keeping: Keeping<'a>,
}

/// Leave as it is to be from now on.
pub(super) struct Wanted<'a> {
    pub(super) of: &'a LeaveType,
    pub(super) away: Away,
    pub(super) days: Vec<DayTaken>,
    pub(super) standing: Standing,
}

impl Change<'_> {
    fn refusing(&self) -> Refusing<'_> {
        Refusing { asks: self.asks }
    }

    async fn holder(&self, uow: &Uow) -> Result<Holder, Error> {
        let employments = store::employments(uow.reads(), uow.tenant(), &[self.person]).await?;
        let employment = employments.get(&self.person).cloned().unwrap_or_default();
        Holder::of(self.scene, self.person, &employment).ok_or_else(|| self.refusing().no_types())
    }

    /// The request's own leave.
    async fn own(
        &self,
        uow: &mut Uow,
        wants: &LeaveWanted,
        (was, is): (Standing, Standing),
    ) -> Result<(), Error> {
        let id = LeaveId(self.request.0);
        let known = store::leave_of(uow.reads(), uow.tenant(), id).await?;
        match (was, is, known) {
            (_, Standing::Nothing, None) => Ok(()),
            (_, Standing::Nothing, Some(known)) => self.keeping.give_back(uow, known).await,
            // What was set aside is taken as it was counted then.
            (Standing::Reserved, Standing::Taken, Some(known)) if is_as_asked(wants, &known) => {
                self.keeping.take(uow, known).await
            }
            (_, _, known) => {
                let holder = self.holder(uow).await?;
                let wanted = self.wanted(&holder, wants, is)?;
                let known_as = known
                    .as_ref()
                    .map(|known| (known.id, known.version, known.created_at));
                self.no_overlap(uow, wanted.away, id).await?;
                let (entries, kept) = self.keeping.freed(uow, known.as_ref(), &wanted.of.name).await?;
                let uses = self.reserve(&holder, &wanted, &kept)?;
                let kept = self.keeping.keep(uow, id, known_as, &wanted, (entries, uses));
                kept.await.map(|_| ())
            }
        }
    }

    /// What the form asks for, held against the rules of its type.
    fn wanted<'h>(
        &self,
        holder: &'h Holder,
        wants: &LeaveWanted,
        standing: Standing,
    ) -> Result<Wanted<'h>, Error> {
        let own = holder.own_types(self.scene);
        let name = wants.of.as_deref().unwrap_or_default();
        let of = own.iter().find(|of| of.name == name).copied().ok_or_else(|| {
            let known: Vec<&str> = own.iter().map(|of| of.name.as_str()).collect();
            self.refusing().unknown_type(name, &known)
        })?;
        let away = wants.away.ok_or_else(|| self.refusing().no_dates())?;
        if (away.last - away.first).num_days() >= LONGEST {
            return Err(self.refusing().too_long());
        }
        let days = takes(of, &holder.working, away);
        let asked = Asked {
            of,
            away,
            days: &days,
            today: holder.today,
            has_evidence: wants.has_evidence,
        };
        let broken = broken_rules(&asked);
        if !broken.is_empty() {
            return Err(self.refusing().broken(broken));
        }
        Ok(Wanted {
            of,
            away,
            days,
            standing,
        })
    }

    async fn no_overlap(&self, uow: &Uow, away: Away, own: LeaveId) -> Result<(), Error> {
        let range = (away.first, away.last);
        let others = store::leaves_between(uow.reads(), uow.tenant(), Some(&[self.person]), range).await?;
        let in_the_way = others
            .iter()
            .find(|other| other.id != own && meets(away, away_of(other)));
        match in_the_way {
            Some(other) => Err(self.refusing().overlap(other.first_day, other.last_day)),
            None => Ok(()),
        }
    }

    fn reserve(&self, holder: &Holder, wanted: &Wanted<'_>, kept: &[Entry]) -> Result<Vec<Use>, Error> {
        let account = holder.account(wanted.of);
        let short =
            |short: countersign_engine::leave::Short| self.refusing().broken(vec![short.broken(wanted.of)]);
        reserve(&account, kept, &wanted.days).map_err(short)
    }

    /// A request that changes leave which was approved: judged when it is submitted, and done when it is approved.
    async fn of_another(&self, uow: &mut Uow, wants: &LeaveWanted, is: Standing) -> Result<(), Error> {
        if is == Standing::Nothing {
            return Ok(());
        }
        let named = wants.changes.as_deref().unwrap_or_default();
        let id = match named.parse::<RequestId>() {
            Ok(id) => Some(id),
            Err(_) => requests::of_number(uow.reads(), uow.tenant(), named).await?,
        };
        let known = match id {
            Some(id) => store::leave_of(uow.reads(), uow.tenant(), LeaveId(id.0)).await?,
            None => None,
        };
        let known = known
            .filter(|known| known.person == self.person && known.status == Standing::Taken.word())
            .ok_or_else(|| self.refusing().nothing_to_change())?;
        let Some(away) = wants.away else {
            return if is == Standing::Taken {
                self.keeping.give_back(uow, known).await
            } else {
                Ok(())
            };
        };
        if away.first < known.first_day || away.last > known.last_day {
            return Err(self.refusing().not_within(known.first_day, known.last_day));
        }
        let holder = self.holder(uow).await?;
        let own = holder.types.of(&known.leave_type);
        let of = own.ok_or_else(|| self.refusing().unknown_type(&known.leave_type, &[]))?;
        let wanted = Wanted {
            of,
            away,
            days: takes(of, &holder.working, away),
            standing: Standing::Taken,
        };
        let (freed, kept) = self.keeping.freed(uow, Some(&known), &of.name).await?;
        let uses = self.reserve(&holder, &wanted, &kept)?;
        if is == Standing::Taken {
            let known_as = Some((known.id, known.version, known.created_at));
            self.keeping
                .keep(uow, known.id, known_as, &wanted, (freed, uses))
                .await?;
        }
        Ok(())
    }
}

/// Whether what is set aside is what the form asks for now.
fn is_as_asked(wants: &LeaveWanted, known: &store::leave::Model) -> bool {
    wants.of.as_deref() == Some(&known.leave_type) && wants.away == Some(away_of(known))
}

pub(super) fn away_of(leave: &store::leave::Model) -> Away {
    Away {
        first: leave.first_day,
        last: leave.last_day,
        start_half: leave.start_half,
        end_half: leave.end_half,
        hours: leave.hours.map(countersign_engine::leave::Amount::of_thousandths),
    }
}

/// Whether two leaves want the same hours: one may end at noon where the other begins, and hours of one day may be several.
pub(super) fn meets(one: Away, other: Away) -> bool {
    let overlap = one.first <= other.last && other.first <= one.last;
    let halves =
        |earlier: Away, later: Away| earlier.last == later.first && earlier.end_half && later.start_half;
    let hours = one.hours.is_some() && other.hours.is_some();
    overlap && !halves(one, other) && !halves(other, one) && !hours
}
