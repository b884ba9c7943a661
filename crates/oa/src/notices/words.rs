//! What a notice says, in both languages.

use countersign_engine::Telling;
use countersign_engine::state::{Seat, Verb};
use countersign_engine::vocabulary::{Purpose, Status, What};
use countersign_events::thing;
use countersign_kernel::actor::Actor;
use countersign_kernel::text::{Locale, Words};
use countersign_storage::log::Logged;

use crate::requests::act::Case;
use crate::tasks::view::name;

/// Puts what happened with a request into sentences.
pub(super) struct Teller<'a> {
    pub(super) case: &'a Case,
    pub(super) event: &'a Logged,
}

impl Teller<'_> {
    /// To whoever is late.
    pub(super) fn you_are_late(&self, seat: &Seat) -> Words {
        self.waits_for_you(seat, |locale| self.due(seat, locale))
    }

    /// To whoever is asked, before it is late.
    pub(super) fn reminder(&self, seat: &Seat) -> Words {
        let now = self.event.at;
        let early = seat.due.is_some_and(|due| due > now);
        self.waits_for_you(seat, |locale| {
            if early {
                self.until(seat, locale)
            } else {
                self.due(seat, locale)
            }
        })
    }

    /// To whoever is asked, from the requester.
    pub(super) fn urged(&self, seat: &Seat, comment: Option<&str>) -> Words {
        let waits = self.waits_for_you(seat, |locale| self.due(seat, locale));
        let who = match self.event.actor {
            Actor::User(user) => name(&self.case.scene.directory, user),
            Actor::Automation(_) | Actor::System => return waits,
        };
        let (said, said_zh) = match comment {
            Some(words) => (format!(": \"{words}\""), format!("：“{words}”")),
            None => (".".to_owned(), "。".to_owned()),
        };
        Words::new(
            format!("{} {who} reminds you{said}", waits.en),
            format!("{}{who} 催办{said_zh}", waits.zh),
        )
    }

    fn waits_for_you(&self, seat: &Seat, due: impl Fn(Locale) -> String) -> Words {
        both(|locale| {
            let (request, step, due) = (self.request(locale), self.step(seat, locale), due(locale));
            let (wait, wait_zh) = match seat.purpose {
                Purpose::Do => ("waits for you to do", "等待您办理"),
                Purpose::Decide | Purpose::Repair => ("waits for your decision in", "等待您审批"),
            };
            locale.pick(
                format!("{request} {wait} \"{step}\"{due}."),
                format!("{request}在“{step}”{wait_zh}{due}。"),
            )
        })
    }

    /// To whoever is in copy.
    pub(super) fn in_copy(&self) -> Words {
        both(|locale| {
            let (request, status) = (self.request(locale), self.case.state.status);
            locale.pick(
                format!("You are in copy of {request}, which is {}.", status.word()),
                format!("{request}抄送给您，当前状态：{}。", status.zh()),
            )
        })
    }

    /// To the others; `nobody`: nobody was found to take part instead.
    pub(super) fn late(&self, seat: &Seat, nobody: bool) -> Words {
        both(|locale| {
            let (request, step, due) = (
                self.request(locale),
                self.step(seat, locale),
                self.due(seat, locale),
            );
            let holder = name(&self.case.scene.directory, seat.holder);
            let (nobody, nobody_zh) = if nobody {
                (
                    " Nobody was found to take part instead.",
                    "未找到可代为处理的人。",
                )
            } else {
                ("", "")
            };
            locale.pick(
                format!("{request} is late: {holder} has not decided in \"{step}\"{due}.{nobody}"),
                format!("{request}已逾期：{holder} 尚未在“{step}”审批{due}。{nobody_zh}"),
            )
        })
    }

    /// To the requester: a return or an end.
    pub(super) fn decided(&self, what: &What) -> Words {
        let thing = thing(self.event);
        let reason = thing.get("reason").and_then(|reason| reason.as_str());
        both(|locale| {
            let (request, outcome) = (self.request(locale), self.outcome(what, locale));
            let note = match what {
                What::Ended(ended) => ended.note.as_ref().map(|note| note.get(locale)),
                _ => None,
            };
            let note = note.map(|note| locale.pick(format!(" {note}"), note.to_owned()));
            let reason =
                reason.map(|reason| locale.pick(format!(" Reason: {reason}"), format!("理由：{reason}")));
            let (note, reason) = (note.unwrap_or_default(), reason.unwrap_or_default());
            locale.pick(
                format!("{request} {outcome}.{note}{reason}"),
                format!("{request}{outcome}。{note}{reason}"),
            )
        })
    }

    fn outcome(&self, what: &What, locale: Locale) -> String {
        let (en, zh) = match what {
            What::Ended(ended) => match ended.status {
                Status::Approved => ("was approved", "通过"),
                Status::Rejected => ("was rejected", "拒绝"),
                _ => ("was cancelled", "取消"),
            },
            What::Returned(returned) => match &returned.to {
                Some(step) => return self.sent_back(step, what, locale),
                None => ("was returned to you", "退回给您"),
            },
            _ => return String::new(),
        };
        let (again, again_zh) = match what {
            What::Returned(_) => (", to be changed and submitted again", "，请修改后重新提交"),
            _ => ("", ""),
        };
        let who = self.who(what);
        locale.pick(
            format!(
                "{en} by {}{again}",
                who.as_deref().unwrap_or("the rules of its workflow")
            ),
            match who {
                Some(who) => format!("已由 {who} {zh}{again_zh}"),
                None => format!("已按流程规则{zh}{again_zh}"),
            },
        )
    }

    /// To an earlier step: the requester has nothing to do, and knows why it takes longer.
    fn sent_back(&self, step: &str, what: &What, locale: Locale) -> String {
        let title = self.telling(locale, |telling| telling.step(step));
        match self.who(what) {
            Some(who) => locale.pick(
                format!("was returned to \"{title}\" by {who}"),
                format!("已由 {who} 退回至“{title}”"),
            ),
            None => locale.pick(
                format!("was returned to \"{title}\" by the rules of its workflow"),
                format!("已按流程规则退回至“{title}”"),
            ),
        }
    }

    /// Whoever decided: where the last step acts by itself, whoever decided before it.
    fn who(&self, what: &What) -> Option<String> {
        let directory = &self.case.scene.directory;
        if let Actor::User(user) = self.event.actor {
            return Some(name(directory, user));
        }
        let spoke = match what {
            What::Ended(ended) if ended.status == Status::Approved => Verb::Approve,
            What::Ended(ended) if ended.status == Status::Rejected => Verb::Reject,
            _ => return None,
        };
        let last = self.case.state.last.as_ref().filter(|last| last.verb == spoke);
        last?.by.map(|user| name(directory, user))
    }

    /// `Expense claim EXP-2026-00042 (Taxi)`.
    fn request(&self, locale: Locale) -> String {
        let state = &self.case.state;
        let (title, number) = (state.title.get(locale), &state.number);
        let summary = state.summary.as_ref().map(|summary| summary.get(locale));
        let summary = summary.map(|summary| locale.pick(format!(" ({summary})"), format!("（{summary}）")));
        format!("{title} {number}{}", summary.unwrap_or_default())
    }

    fn step(&self, seat: &Seat, locale: Locale) -> String {
        let scope = self.case.state.scope_of(seat);
        scope.map_or_else(String::new, |scope| scope.title.get(locale).to_owned())
    }

    fn telling(&self, locale: Locale, tell: impl FnOnce(&Telling<'_>) -> String) -> String {
        let scene = &self.case.scene;
        tell(&Telling {
            names: &|user| name(&scene.directory, user),
            zone: scene.zone,
            locale,
            workflow: self.case.definition.workflow(),
        })
    }

    /// The deadline that is to come.
    fn until(&self, seat: &Seat, locale: Locale) -> String {
        seat.due.map_or_else(String::new, |due| {
            let due = self.telling(locale, |telling| telling.instant(due));
            locale.pick(format!(", due {due}"), format!("（截止时间 {due}）"))
        })
    }

    /// The deadline that passed; a seat that was given another one since shows none.
    fn due(&self, seat: &Seat, locale: Locale) -> String {
        let due = seat.due.filter(|due| *due <= self.event.at);
        due.map_or_else(String::new, |due| {
            let due = self.telling(locale, |telling| telling.instant(due));
            locale.pick(format!(", which was due {due}"), format!("（截止时间 {due}）"))
        })
    }
}

fn both(tell: impl Fn(Locale) -> String) -> Words {
    Words::new(tell(Locale::En), tell(Locale::ZhCn))
}
