//! What people do in a story, and what they may not.

use countersign_kernel::actor::Actor;
use countersign_kernel::id::{TaskId, UserId};
use countersign_kernel::text::{Locale, Text};
use serde_json::{Map, Value as Json};

use super::form::sent;
use super::play::{Stage, Told};
use crate::definition::{Act, MayNot, Sentence, Step};
use crate::machine::decide;
use crate::refusal::{Refusal, both};
use crate::state::{Seat, State};
use crate::vocabulary::{AddApprover, Command, Position};

/// Whom a story names and its people do not.
const NOBODY: Refusal = Refusal::NoSuchPerson { at: "/to" };

impl Stage<'_> {
    pub(super) fn acts(&mut self, sentence: &Sentence, who: &str, act: &Act) -> Told {
        let expected = both(
            format!("`{}` is done", sentence.text),
            format!("“{}”成功", sentence.text),
        );
        let Some(actor) = self.person(who) else {
            return self.fail(sentence.line, &sentence.text, expected, NOBODY.told());
        };
        let command = match self.command_of(actor, act) {
            Ok(command) => command,
            Err(happened) => return self.fail(sentence.line, &sentence.text, expected, happened),
        };
        self.command(actor, command)
            .or_else(|refusal| self.fail(sentence.line, &sentence.text, expected, refusal.told()))
    }

    pub(super) fn command_of(&self, actor: UserId, act: &Act) -> Result<Command, Text> {
        let form = |written: &Map<String, Json>| {
            Json::Object(sent(
                &self.definition.form,
                written,
                self.people,
                self.around.currency,
            ))
        };
        let task = |step: &Option<String>| Ok::<TaskId, Text>(self.seat(actor, step.as_deref())?.task);
        Ok(match act {
            Act::Approves {
                step,
                form: edits,
                comment,
            } => {
                let edits = (!edits.is_empty()).then(|| form(edits));
                Command::Approve {
                    task: task(step)?,
                    comment: comment.clone(),
                    form: edits,
                }
            }
            Act::Finishes { step, form, comment } => {
                let seat = self.seat(actor, step.as_deref())?;
                Command::Complete {
                    task: seat.task,
                    comment: comment.clone(),
                    form: (!form.is_empty()).then(|| self.answers(seat, form)),
                }
            }
            Act::Rejects { step, why } => Command::Reject {
                task: task(step)?,
                comment: why.clone(),
            },
            Act::Returns { to, why } => Command::Return {
                task: self.seat(actor, None)?.task,
                to: Some(to.clone()),
                comment: why.clone(),
            },
            Act::TransfersTo { step, to } => {
                let to = self.person(to).ok_or_else(|| NOBODY.told())?;
                Command::Transfer {
                    task: task(step)?,
                    to,
                    comment: None,
                }
            }
            Act::Claims(step) => claim(task(step)?),
            Act::Releases { step, why } => release(task(step)?, why.clone()),
            Act::Adds(who, position, why) => self.adds(actor, who, *position, why.clone())?,
            Act::Removes(who) => self.removes(actor, who)?,
            Act::Comments(text) => comment(text),
            Act::Own(own) => own.command(),
            Act::Resubmits(changes) => Command::Resubmit {
                form: form(changes),
                comment: None,
            },
        })
    }

    fn adds(
        &self,
        actor: UserId,
        who: &str,
        position: Position,
        why: Option<String>,
    ) -> Result<Command, Text> {
        let who = self.person(who).ok_or_else(|| NOBODY.told())?;
        Ok(add(self.seat(actor, None)?.task, who, position, why))
    }

    fn removes(&self, actor: UserId, who: &str) -> Result<Command, Text> {
        self.person(who).ok_or_else(|| NOBODY.told())?;
        self.to_remove(actor, who)
            .ok_or_else(|| Refusal::NoSuchTask.told())
    }

    /// From the task from which they were added, which may be done; else from another of the actor's.
    fn to_remove(&self, actor: UserId, who: &str) -> Option<Command> {
        let who = self.person(who)?;
        let seats = self.state.seats.iter().filter(|seat| self.is_within(seat.scope));
        let had_it = |seat: &&Seat| {
            let mut added = self.state.added_from(seat);
            added.any(|added| added.who == who && (added.by == actor || seat.holder == actor))
        };
        let task = seats.clone().find(had_it).map(|seat| seat.task);
        let own = || self.seat_to_try(actor, None);
        let last = || {
            seats
                .clone()
                .rfind(|seat| seat.holder == actor)
                .map(|seat| seat.task)
        };
        let task = task.or_else(own).or_else(last)?;
        Some(Command::RemoveApprover {
            task,
            who,
            comment: None,
        })
    }

    /// What somebody fills in at a step, as the API would be sent it.
    fn answers(&self, seat: &Seat, written: &Map<String, Json>) -> Json {
        let step = self
            .state
            .scope_of(seat)
            .and_then(|scope| self.definition.step(&scope.step));
        let form = step.and_then(Step::work);
        let currency = self.around.currency;
        Json::Object(form.map_or_else(
            || written.clone(),
            |form| sent(form, written, self.people, currency),
        ))
    }

    /// The one open task of someone, at this step if it is named.
    pub(super) fn seat(&self, holder: UserId, step: Option<&str>) -> Result<&Seat, Text> {
        let at = |seat: &&Seat| self.is_meant(seat, step);
        let mut seats = self
            .state
            .open_seats()
            .filter(|seat| seat.holder == holder)
            .filter(at);
        let name = self.short(holder);
        let first = seats.next().ok_or_else(|| {
            both(
                format!("{name} is not asked here now"),
                format!("此刻没有询问 {name}"),
            )
        })?;
        match seats.next() {
            None => Ok(first),
            Some(_) => Err(both(
                format!(
                    "several steps or items ask {name}: say which, like `{name} approves STEP`, or `in 2, {name} approves`"
                ),
                format!(
                    "有多个步骤或项询问 {name}：请注明，如 `{name} approves STEP` 或 `in 2, {name} approves`"
                ),
            )),
        }
    }

    fn is_meant(&self, seat: &Seat, step: Option<&str>) -> bool {
        match step {
            Some(step) => self.is_at(seat.scope, step),
            None => self.is_within(seat.scope),
        }
    }

    /// Tried on a copy: it must be refused.
    pub(super) fn may_not(&self, sentence: &Sentence, who: &str, act: &MayNot, code: Option<&str>) -> Told {
        let Some(actor) = self.person(who) else {
            return self.expect_refusal(sentence, code, Err(NOBODY));
        };
        let words = || Some("…".to_owned());
        let task = |step: &Option<String>| self.seat_to_try(actor, step.as_deref());
        let command = match act {
            MayNot::Submit => return self.may_not_submit(sentence, actor, code),
            MayNot::Approve(step) => task(step).map(|task| Command::Approve {
                task,
                comment: words(),
                form: None,
            }),
            MayNot::Finish(step) => task(step).map(|task| Command::Complete {
                task,
                comment: words(),
                form: None,
            }),
            MayNot::Reject(step) => task(step).map(|task| Command::Reject {
                task,
                comment: words(),
            }),
            MayNot::Return(step) => task(step).map(|task| Command::Return {
                task,
                to: None,
                comment: words(),
            }),
            MayNot::TransferTo(to) => {
                let to = self.person(to);
                task(&None).zip(to).map(|(task, to)| Command::Transfer {
                    task,
                    to,
                    comment: None,
                })
            }
            MayNot::Claim(step) => task(step).map(claim),
            MayNot::Release(step) => task(step).map(|task| release(task, words())),
            MayNot::Add(who, position) => task(&None)
                .zip(self.person(who))
                .map(|(task, who)| add(task, who, *position, words())),
            MayNot::Remove(who) => self.to_remove(actor, who),
            MayNot::Comment => Some(comment("…")),
            MayNot::Own(own) => Some(own.command()),
            MayNot::Resubmit => Some(Command::Resubmit {
                form: Json::Null,
                comment: None,
            }),
        };
        let Some(command) = command else {
            return self.expect_refusal(sentence, code, Err(Refusal::NoSuchTask));
        };
        let result = decide(
            self.definition,
            &self.state,
            &command,
            &self.facts(Actor::User(actor)),
        );
        self.expect_refusal(sentence, code, result.map(|_| ()))
    }

    fn may_not_submit(&self, sentence: &Sentence, actor: UserId, code: Option<&str>) -> Told {
        let (new, form) = (State::new(self.state.id), Json::Object(self.state.form.clone()));
        let command = Command::Submit {
            version: 1,
            number: String::new(),
            requester: None,
            starter: None,
            form,
        };
        let result = decide(self.definition, &new, &command, &self.facts(Actor::User(actor)));
        self.expect_refusal(sentence, code, result.map(|_| ()))
    }

    /// Their own open task, else anybody's.
    pub(super) fn seat_to_try(&self, actor: UserId, step: Option<&str>) -> Option<TaskId> {
        let at = |seat: &&Seat| self.is_meant(seat, step);
        let open = || self.state.open_seats().filter(at);
        open()
            .find(|seat| seat.holder == actor)
            .or_else(|| open().next())
            .map(|seat| seat.task)
    }

    /// Any refusal, or the one that is named.
    fn expect_refusal(&self, sentence: &Sentence, code: Option<&str>, result: Result<(), Refusal>) -> Told {
        let expected = match code {
            Some(code) => both(
                format!("it is refused with `{code}`"),
                format!("被拒绝执行，代码为 `{code}`"),
            ),
            None => both("it is refused", "被拒绝执行"),
        };
        let Err(refusal) = result else {
            return self.expect(sentence, false, expected, both("it is allowed", "被允许"));
        };
        let other = refusal.code();
        let happened = both(
            format!("`{other}`: {}", refusal.text(Locale::En)),
            format!("`{other}`：{}", refusal.text(Locale::ZhCn)),
        );
        self.expect(
            sentence,
            code.is_none_or(|code| code == other),
            expected,
            happened,
        )
    }
}

fn claim(task: TaskId) -> Command {
    Command::Claim { task, comment: None }
}

fn release(task: TaskId, comment: Option<String>) -> Command {
    Command::Release { task, comment }
}

fn add(task: TaskId, who: UserId, position: Position, comment: Option<String>) -> Command {
    Command::AddApprover(AddApprover {
        task,
        who,
        position,
        comment,
    })
}

/// On the request.
fn comment(text: &str) -> Command {
    Command::Comment {
        task: None,
        text: text.to_owned(),
    }
}
