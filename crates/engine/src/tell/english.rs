//! The history in English.

use super::Teller;
use crate::spoken::event_words;
use crate::vocabulary::{
    Agreed, Closing, Ended, Entered, Event, Opened, Outcome, Skip, Skipped, Status, Verdict, What,
};

impl Teller<'_> {
    pub(super) fn english_requests(&self, event: &Event) -> String {
        let who = self.telling.actor(&event.by);
        match &event.what {
            What::Submitted(submitted) => {
                let requester = self.telling.name(submitted.requester);
                let by = if event.by.user() == Some(submitted.requester) {
                    String::new()
                } else {
                    format!("{who} for ")
                };
                let (facts, warned) = (self.facts(&submitted.facts), self.warnings(&submitted.warnings));
                format!("{by}{requester} submitted {}.{facts}{warned}", submitted.number)
            }
            What::Resubmitted(again) => {
                let changed = if again.changes.is_empty() {
                    " unchanged".to_owned()
                } else {
                    format!(", changed: {}", self.changes(&again.changes))
                };
                let (facts, warned) = (self.facts(&again.facts), self.warnings(&again.warnings));
                format!(
                    "{who} submitted again{changed}{}{facts}{warned}",
                    self.words(again.comment.as_ref())
                )
            }
            What::Edited { changes, .. } => format!("{who} changed {}.", self.changes(changes)),
            What::Returned(returned) => {
                let to = returned.to.as_ref().map_or_else(
                    || "the requester".to_owned(),
                    |to| format!("\"{}\"", self.step(to)),
                );
                format!(
                    "{who} returned the request to {to}{}",
                    self.words(returned.comment.as_ref())
                )
            }
            What::Recalled { comment, .. } => {
                format!("{who} recalled the request{}", self.words(comment.as_ref()))
            }
            What::Urged { tasks, comment } => format!(
                "{who} reminded {}{}",
                self.holders(tasks),
                self.words(comment.as_ref())
            ),
            What::Commented { comment, .. } => format!("{who} commented{}", self.words(comment.as_ref())),
            What::Ended(ended) => self.ended_english(ended, &who),
            _ => String::new(),
        }
    }

    pub(super) fn english_tasks(&self, event: &Event) -> String {
        match &event.what {
            What::SeatOpened(opened) => {
                let due = opened
                    .due
                    .map(|due| format!(" Due {}.", self.telling.instant(due)))
                    .unwrap_or_default();
                let (step, chain) = (
                    self.scope(opened.scope),
                    self.telling.chain(self.state, &opened.asked.chain),
                );
                format!("\"{step}\" asks {chain}.{due}")
            }
            What::TimerSet {
                task,
                due,
                reminds: true,
                ..
            } => {
                let (step, holder) = (self.step_of(*task), self.holder(*task));
                let due = self.telling.instant(*due);
                format!("\"{step}\" reminds {holder} at {due} if nobody has answered.")
            }
            What::TimerSet { task, due, .. } => {
                let (step, holder) = (self.step_of(*task), self.holder(*task));
                format!(
                    "\"{step}\" looks after {holder}'s answer at {}.",
                    self.telling.instant(*due)
                )
            }
            What::TimerFired { .. } => "The time that was set has come.".into(),
            What::EventCame { kind, .. } => {
                format!("What was waited for has happened: {}.", event_words(kind))
            }
            What::Reminded { task } => {
                format!(
                    "{} is reminded of \"{}\".",
                    self.holder(*task),
                    self.step_of(*task)
                )
            }
            What::Late { task, nobody: false } => {
                format!("{} is late with \"{}\".", self.holder(*task), self.step_of(*task))
            }
            What::Late { task, nobody: true } => format!(
                "{} is late with \"{}\", and nobody was found to take part instead.",
                self.holder(*task),
                self.step_of(*task)
            ),
            What::SeatClosed { task, why } => {
                let (holder, step) = (self.holder(*task), self.step_of(*task));
                format!(
                    "{holder} is no longer asked for \"{step}\": {}.",
                    closing_english(*why)
                )
            }
            _ => String::new(),
        }
    }

    pub(super) fn english_decisions(&self, event: &Event) -> String {
        let who = self.telling.actor(&event.by);
        match &event.what {
            What::Voted(voted) => {
                let (step, words) = (self.step_of(voted.task), self.words(voted.comment.as_ref()));
                let noted = if voted.counted {
                    ""
                } else {
                    " (noted; it was decided before)"
                };
                let work = self.is_work(voted.task);
                let verb = match voted.verdict {
                    Verdict::Approve if work => "finished",
                    Verdict::Approve => "approved",
                    Verdict::Reject => "rejected",
                };
                if voted.veto {
                    format!("{who} vetoed \"{step}\"{words}")
                } else if voted.silent {
                    format!(
                        "\"{step}\" counts as {verb}, because {} did not answer in time.",
                        self.holder(voted.task)
                    )
                } else {
                    let answers = self.answers(voted);
                    format!("{who} {verb} \"{step}\"{noted}{answers}{words}")
                }
            }
            What::Voided { task, .. } => {
                let (holder, step) = (self.holder(*task), self.step_of(*task));
                format!("{holder} is asked again for \"{step}\", because what was approved has changed.")
            }
            What::Transferred {
                task, to, comment, ..
            } => {
                let (to, step) = (self.telling.name(*to), self.step_of(*task));
                format!(
                    "{who} handed \"{step}\" on to {to}{}",
                    self.words(comment.as_ref())
                )
            }
            What::Claimed { task, comment } => format!(
                "{who} claimed \"{}\"{}",
                self.step_of(*task),
                self.words(comment.as_ref())
            ),
            What::Released { task, comment } => format!(
                "{who} gave \"{}\" back{}",
                self.step_of(*task),
                self.words(comment.as_ref())
            ),
            What::Mended { task, comment } => format!(
                "{who} mended \"{}\"{}",
                self.step_of(*task),
                self.words(comment.as_ref())
            ),
            _ => String::new(),
        }
    }

    pub(super) fn english_steps(&self, event: &Event) -> String {
        match &event.what {
            What::Entered(entered) => self.entered_english(entered),
            What::Skipped(skipped) => self.skipped_english(skipped),
            What::Copied(copied) if copied.people.is_empty() => {
                format!("\"{}\": nobody else is in copy.", self.text(&copied.title))
            }
            What::Copied(copied) => {
                format!("In copy: {}.", self.names(&copied.people))
            }
            What::VariablesSet(set) => {
                format!("\"{}\" sets {}.", self.text(&set.title), self.values(&set.values))
            }
            What::Held { scope, why } => format!("\"{}\" is held: {}", self.scope(*scope), self.trouble(why)),
            What::ActionWanted { action, attempt, .. } if *attempt > 1 => {
                format!("The action {action} is tried again.")
            }
            What::ActionWanted { action, .. } => format!("The action {action} is asked for."),
            What::ActionDone { scope, .. } => format!("\"{}\" is done.", self.scope(*scope)),
            What::ActionFailed { scope, reason } => format!("\"{}\" failed: {reason}", self.scope(*scope)),
            What::StepEnded { scope, outcome } => {
                let outcome = match outcome {
                    Outcome::Approved if self.was_work(*scope) => "is done",
                    Outcome::Approved if self.was_wait(*scope) => "is over",
                    Outcome::Approved => "is approved",
                    Outcome::Rejected => "is rejected",
                    Outcome::Skipped => "had nothing to do",
                };
                format!("\"{}\" {outcome}.", self.scope(*scope))
            }
            What::Repeated { scope, round, reads } => {
                let (step, reads) = (self.scope(*scope), self.reads(&self.condition_of(*scope), reads));
                format!("\"{step}\" begins again, for round {round}{reads}.")
            }
            What::Stopped { scope, reads } => {
                let (step, condition) = (self.scope(*scope), self.condition_of(*scope));
                let reads = self.reads(&condition, reads);
                format!(
                    "\"{step}\" stops, because {}{reads}.",
                    self.telling.condition(&condition)
                )
            }
            What::Closed { scope, why } => {
                format!("\"{}\" is closed: {}.", self.scope(*scope), closing_english(*why))
            }
            _ => String::new(),
        }
    }

    fn agreed_english(&self, agreed: &Agreed) -> String {
        let (person, step) = (self.telling.name(agreed.person), self.step(&agreed.step));
        format!(" {person} is not asked again: they approved \"{step}\".")
    }

    fn entered_english(&self, entered: &Entered) -> String {
        let title = self.text(&entered.title);
        let doubt = self.doubt(entered);
        match &entered.kind {
            Opened::Approval { agreed, .. } => {
                let agreed: String = agreed.iter().map(|one| self.agreed_english(one)).collect();
                format!("\"{title}\" begins.{agreed}{doubt}")
            }
            Opened::Action | Opened::Unclear => format!("\"{title}\" begins.{doubt}"),
            Opened::Case {
                when: Some(when),
                reads,
                ..
            } => format!(
                "\"{title}\" goes on where {}{}.{doubt}",
                self.telling.condition(when),
                self.reads(when, reads)
            ),
            Opened::Case {
                case: None, reads, ..
            } => format!("\"{title}\": no case holds{}.{doubt}", self.reads("", reads)),
            Opened::Case { .. } => format!("\"{title}\" is opened again."),
            Opened::Parallel { kept, .. } if !kept.is_empty() => {
                format!("\"{title}\" is opened again; its other branches keep their outcomes.")
            }
            Opened::Parallel { branches: 1, .. } => format!("\"{title}\" begins with one branch.{doubt}"),
            Opened::Parallel { branches, .. } => {
                format!("\"{title}\" begins with {branches} branches at once.{doubt}")
            }
            Opened::Repeat | Opened::Stage => format!("\"{title}\" begins.{doubt}"),
            Opened::Wait {
                until: Some(_),
                timer: None,
                ..
            } => {
                format!("\"{title}\" waits for nothing: its time has come.{doubt}")
            }
            Opened::Wait { until, events, .. } => {
                format!("\"{title}\" waits {}.{doubt}", self.waits_for(*until, events))
            }
            Opened::Each { items: 0, .. } => format!("\"{title}\" has nothing to go through.{doubt}"),
            Opened::Each { items: 1, .. } => format!("\"{title}\" begins with one item.{doubt}"),
            Opened::Each { items, .. } => format!("\"{title}\" begins with {items} items at once.{doubt}"),
            Opened::Item { .. } => format!("\"{title}\" begins."),
            Opened::Branch {
                when: Some(when),
                reads,
                ..
            } => format!(
                "\"{title}\" goes on where {}{}.",
                self.telling.condition(when),
                self.reads(when, reads)
            ),
            Opened::Branch { name, .. } => {
                format!("\"{title}\": the branch {} begins.", crate::step::words(name))
            }
        }
    }

    fn skipped_english(&self, skipped: &Skipped) -> String {
        let title = self.text(&skipped.title);
        match &skipped.why {
            Skip::When { source, reads } => format!(
                "\"{title}\" is skipped, because it is asked only where {}{}.",
                self.telling.condition(source),
                self.reads(source, reads)
            ),
            Skip::Nobody => format!(
                "\"{title}\" is skipped, because nobody can be asked and the workflow says to skip it then."
            ),
            Skip::Requester => {
                format!(
                    "\"{title}\" is skipped, because only the requester could be asked and the workflow says to skip it then."
                )
            }
        }
    }

    fn ended_english(&self, ended: &Ended, who: &str) -> String {
        let note = ended
            .note
            .as_ref()
            .map(|note| format!(" {}", self.text(note)))
            .unwrap_or_default();
        match (ended.status, &ended.step) {
            (Status::Withdrawn, _) => {
                format!("{who} withdrew the request{}", self.words(ended.comment.as_ref()))
            }
            (Status::Rejected, Some(step)) => {
                format!("The request is rejected, by \"{}\".{note}", self.step(step))
            }
            (status, _) => format!("The request is {}.{note}", status.word()),
        }
    }
}

fn closing_english(why: Closing) -> &'static str {
    match why {
        Closing::Decided => "it is decided",
        Closing::Answered => "the answer was given",
        Closing::Returned => "the request was returned",
        Closing::Ended => "the request has ended",
        Closing::HandedOn => "somebody else has it now",
        Closing::Claimed => "somebody else claimed it",
        Closing::Removed => "whoever added them does not want it any more",
        Closing::Stopped => "its stage was stopped",
        Closing::Unseated => "they may not act here any more",
        Closing::LeftOut => "they may not act here any more, and the others decide without them",
        Closing::Mended => "it begins anew",
    }
}
