//! Seats of an approval: who is asked, with every gap filled as the file says.

use countersign_kernel::id::UserId;

use crate::definition::{Approval, IfNobody, IfRequester, Need, Who};
use crate::reading::Reading;
use crate::resolve::Found;
use crate::vocabulary::{Agreed, Asked, Because, Reason, Skip, Trouble};

/// Who is asked, or what happens instead.
#[derive(Debug)]
pub(crate) enum Asking {
    /// These are asked; those have approved the same before, and their voices count.
    Ask(Vec<Asked>, Vec<Agreed>),
    Skip(Skip),
    Hold(Trouble),
}

impl Reading<'_> {
    /// Who is asked by an approval, with every gap filled as the file says.
    pub(crate) fn ask(&self, approval: &Approval) -> Asking {
        match Seating::new(self, approval).fill() {
            Ok(asking) => asking,
            Err(trouble) => Asking::Hold(trouble),
        }
    }
}

/// The votes that a step has in all.
pub(crate) fn votes(asked: &[Asked], agreed: &[Agreed]) -> u32 {
    let asked = asked.iter().map(|one| one.votes);
    asked.chain(agreed.iter().map(|one| one.votes)).sum()
}

/// Seats being filled.
struct Seating<'a> {
    reading: &'a Reading<'a>,
    approval: &'a Approval,
    seats: Vec<Asked>,
    agreed: Vec<Agreed>,
    /// Seats that the requester would have: the part, and the reason.
    own: Vec<(u32, Found)>,
    /// Parts that found nobody.
    gaps: Vec<u32>,
    skipped: Option<Skip>,
}

impl<'a> Seating<'a> {
    fn new(reading: &'a Reading<'a>, approval: &'a Approval) -> Self {
        Self {
            reading,
            approval,
            seats: Vec::new(),
            agreed: Vec::new(),
            own: Vec::new(),
            gaps: Vec::new(),
            skipped: None,
        }
    }

    fn fill(mut self) -> Result<Asking, Trouble> {
        let left_out = self.seat_those_found()?;
        if self.is_empty() && self.own.is_empty() {
            self.own.extend(left_out);
        }
        for (part, own) in std::mem::take(&mut self.own) {
            if let Some(trouble) = self.seat_instead_of_requester(part, own)? {
                return Ok(Asking::Hold(trouble));
            }
        }
        // A part that found nobody is a gap only where everyone must sign; else the others suffice.
        if self.approval.need == Need::All || (self.is_empty() && self.skipped.is_none()) {
            for part in std::mem::take(&mut self.gaps) {
                if let Some(trouble) = self.fill_gap(part)? {
                    return Ok(Asking::Hold(trouble));
                }
            }
        }
        Ok(self.conclude())
    }

    /// Whether nobody was found to decide.
    fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.agreed.is_empty()
    }

    fn conclude(self) -> Asking {
        let found = votes(&self.seats, &self.agreed);
        if found == 0 {
            return self.skipped.map_or(Asking::Hold(Trouble::Nobody), Asking::Skip);
        }
        let need = crate::ballot::needed(self.approval.need, found);
        if need > found {
            Asking::Hold(Trouble::TooFew { need, found })
        } else {
            Asking::Ask(self.seats, self.agreed)
        }
    }

    /// Gives back the requester's place in a role, group or department: simply left out, if others are there.
    fn seat_those_found(&mut self) -> Result<Option<(u32, Found)>, Trouble> {
        let mut left_out = None;
        for (place, part) in self.approval.by.parts.iter().enumerate() {
            let place = place as u32;
            let (mut own, mut sits, mut barred) = (false, false, Vec::new());
            for found in self.reading.find_part(part)? {
                // Whoever does some work decides nothing, so it may be the requester's own.
                let decides = !self.approval.is_work();
                let is_requester = decides && self.reading.state.requester == Some(found.user);
                if is_requester && part.kind.names_one_person() {
                    own = true;
                    self.own.push((place, found));
                } else if is_requester {
                    own = true;
                    left_out = left_out.or(Some((place, found)));
                } else if let Some(why) = self.stood_in_for(found.user).filter(|_| decides) {
                    if part.kind.names_one_person() {
                        sits |= self.seat_instead_of_barred(place, found, why)?;
                    } else {
                        barred.push((found, why));
                    }
                } else if self.may_sit(place, found.user)? {
                    sits = true;
                    self.seat(
                        place,
                        found.user,
                        vec![Because {
                            person: found.user,
                            reason: found.reason,
                        }],
                    )?;
                }
            }
            for (person, why) in barred {
                // Of many, those who may decide suffice.
                if !sits {
                    sits = self.seat_instead_of_barred(place, person, why)?;
                }
            }
            if !sits && !own {
                self.gaps.push(place);
            }
        }
        Ok(left_out)
    }

    fn may_sit(&self, part: u32, user: UserId) -> Result<bool, Trouble> {
        Ok(self.reading.restriction(self.approval, part, user)?.is_none())
    }

    /// One person, one seat.
    fn seat(&mut self, part: u32, holder: UserId, chain: Vec<Because>) -> Result<bool, Trouble> {
        let seated = self.seats.iter().any(|seat| seat.holder == holder);
        if seated || self.agreed.iter().any(|one| one.person == holder) {
            return Ok(false);
        }
        let votes = self.reading.votes_of(self.approval, holder)?;
        if let Some(step) = self
            .reading
            .approved_before(self.approval.if_same_approver, holder)
        {
            self.agreed.push(Agreed {
                person: holder,
                step,
                votes,
            });
            return Ok(true);
        }
        self.seats.push(Asked {
            place: self.seats.len() as u32,
            part,
            holder,
            chain,
            votes,
        });
        Ok(true)
    }

    /// Seats whoever of these may sit; none is a gap.
    fn seat_instead(&mut self, part: u32, who: &Who, before: &[Because]) -> Result<bool, Trouble> {
        let mut anyone = false;
        for found in self.reading.find(who)? {
            if self.reading.state.requester != Some(found.user) && self.may_sit(part, found.user)? {
                let mut chain = before.to_vec();
                chain.push(Because {
                    person: found.user,
                    reason: found.reason,
                });
                anyone |= self.seat(part, found.user, chain)?;
            }
        }
        Ok(anyone)
    }

    /// Why somebody has no part in a decision that their line has instead.
    fn stood_in_for(&self, user: UserId) -> Option<Reason> {
        if self.reading.state.was_started_by(user) {
            return Some(Reason::InsteadOfStarter);
        }
        let publisher = self.reading.facts.publisher?;
        publisher.is(user).then_some(Reason::InsteadOfPublisher)
    }

    /// Nobody decides by a rule of their own, or what they submitted for somebody: the next in their line who may is asked.
    fn seat_instead_of_barred(&mut self, part: u32, own: Found, why: Reason) -> Result<bool, Trouble> {
        let before = [
            Because {
                person: own.user,
                reason: own.reason,
            },
            Because {
                person: own.user,
                reason: why,
            },
        ];
        for (above, user) in (1..).zip(self.reading.line_of(own.user)) {
            if self.reading.state.requester == Some(user) || !self.may_sit(part, user)? {
                continue;
            }
            let reason = Reason::ManagerOf {
                person: own.user,
                level: above,
            };
            let chain = before.iter().cloned().chain([Because { person: user, reason }]);
            return self.seat(part, user, chain.collect());
        }
        Ok(false)
    }

    fn seat_instead_of_requester(&mut self, part: u32, own: Found) -> Result<Option<Trouble>, Trouble> {
        let first = Because {
            person: own.user,
            reason: own.reason,
        };
        let rule = |reason: Reason| Because {
            person: own.user,
            reason,
        };
        match &self.approval.if_requester {
            IfRequester::Allow => {
                self.seat(part, own.user, vec![first, rule(Reason::RequesterAllowed)])?;
            }
            IfRequester::Skip => self.skipped = Some(Skip::Requester),
            IfRequester::Hold => return Ok(Some(Trouble::OnlyRequester)),
            IfRequester::Ask(who) => {
                if !self.seat_instead(part, who, &[first, rule(Reason::InsteadOfRequester)])? {
                    return Ok(self.fill_gap(part)?.map(|_| Trouble::OnlyRequester));
                }
            }
        }
        Ok(None)
    }

    /// `if_nobody`.
    fn fill_gap(&mut self, part: u32) -> Result<Option<Trouble>, Trouble> {
        match &self.approval.if_nobody {
            IfNobody::Hold => return Ok(Some(Trouble::Nobody)),
            IfNobody::Skip => self.skipped = Some(Skip::Nobody),
            IfNobody::Ask(who) => {
                let link = |person| Because {
                    person,
                    reason: Reason::InsteadOfNobody,
                };
                let before: Vec<Because> = self.reading.state.requester.map(link).into_iter().collect();
                if !self.seat_instead(part, who, &before)? {
                    return Ok(Some(Trouble::Nobody));
                }
            }
        }
        Ok(None)
    }
}
