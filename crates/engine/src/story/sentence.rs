//! What a story says is so, and time that passes in it.

use countersign_kernel::actor::Actor;
use countersign_kernel::calendar::Calendar;
use countersign_kernel::id::TaskId;
use countersign_kernel::text::{Locale, Text};

use super::form::change_people;
use super::play::{Stage, Told, list};
use super::report::Failure;
use crate::definition::{Says, Sentence};
use crate::expr::Span;
use crate::reading::{Effort, Reading, later};
use crate::refusal::both;
use crate::state::{Kind, Run};
use crate::vocabulary::{Command, Outcome, Purpose, ScopeId, What};

impl Stage<'_> {
    pub(super) fn sentence(&mut self, sentence: &Sentence) -> Told {
        self.within = match &sentence.within {
            None => None,
            Some(name) => Some(self.places(sentence, name)?),
        };
        match &sentence.says {
            Says::Asks { step, people } => self.asks(sentence, step, people),
            Says::Skipped(step) => self.so(sentence, self.was_skipped(step), step, ("was skipped", "已跳过")),
            Says::Held(step) => self.so(sentence, self.is_held(step), step, ("is held", "已挂起")),
            Says::Did(step) => self.so(sentence, self.did(step), step, ("was done", "已执行")),
            Says::DidNot(step) => self.so(sentence, !self.did(step), step, ("was not done", "未执行")),
            Says::Status(word) => {
                let status = self.state.status.word();
                let (expected, now) = (
                    both(format!("the request is {word}"), format!("申请状态为 {word}")),
                    self.status(),
                );
                self.expect(sentence, status == word, expected, now)
            }
            Says::Acts { who, act } => self.acts(sentence, who, act),
            Says::MayNot { who, act, code } => self.may_not(sentence, who, act, code.as_deref()),
            Says::After(span) => self.after(sentence, *span),
            Says::Happens { event, fields } => {
                self.happens(event, fields);
                Ok(())
            }
            Says::People(changes) => {
                change_people(&mut self.directory, self.people, changes, self.around.currency);
                self.unseat();
                Ok(())
            }
        }
    }

    /// Whoever left, or lost what they were asked for, is succeeded as on the server.
    fn unseat(&mut self) {
        let lapsed: Vec<TaskId> = {
            let (effort, facts) = (Effort::default(), self.facts(Actor::System));
            let reading = Reading::new(self.definition, &self.state, &facts, &effort);
            let lapsed = self
                .state
                .open_seats()
                .filter(|seat| reading.lapsed(seat).is_some());
            lapsed.map(|seat| seat.task).collect()
        };
        for task in lapsed {
            // One may be closed with another.
            let _ = self.decide(Actor::System, &Command::Reseat { task });
        }
    }

    /// Exactly these can decide it now.
    pub(super) fn asks(&self, sentence: &Sentence, step: &str, people: &[String]) -> Told {
        let mut wanted: Vec<String> = people
            .iter()
            .map(|name| {
                self.person(name)
                    .map_or_else(|| name.clone(), |id| self.short(id))
            })
            .collect();
        let open = self
            .state
            .open_seats()
            .filter(|seat| seat.purpose != Purpose::Repair && !seat.paused);
        let here = open.filter(|seat| self.is_at(seat.scope, step));
        let mut asked: Vec<String> = here.map(|seat| self.short(seat.holder)).collect();
        wanted.sort();
        asked.sort();
        let expected = both(
            format!("`{step}` asks {}", list(&wanted, Locale::En)),
            format!("`{step}` 询问 {}", list(&wanted, Locale::ZhCn)),
        );
        let happened = if asked.is_empty() {
            self.about(step)
        } else {
            both(
                format!("`{step}` asks {}", list(&asked, Locale::En)),
                format!("`{step}` 询问 {}", list(&asked, Locale::ZhCn)),
            )
        };
        self.expect(sentence, wanted == asked, expected, happened)
    }

    fn so(&self, sentence: &Sentence, so: bool, step: &str, (en, zh): (&str, &str)) -> Told {
        self.expect(
            sentence,
            so,
            both(format!("`{step}` {en}"), format!("`{step}` {zh}")),
            self.about(step),
        )
    }

    fn is_held(&self, step: &str) -> bool {
        let mut scopes = self.state.scopes.iter();
        scopes.any(|(id, scope)| self.is_at(*id, step) && scope.is_running() && scope.held.is_some())
    }

    pub(super) fn was_skipped(&self, step: &str) -> bool {
        let latest = self.events.iter().rev().find_map(|event| match &event.what {
            What::Skipped(skipped) if skipped.step == step && self.is_within(skipped.parent) => Some(true),
            What::Entered(entered) if entered.step == step && self.is_within(entered.parent) => Some(false),
            What::StepEnded {
                scope,
                outcome: Outcome::Skipped,
            } => self.is_at(*scope, step).then_some(true),
            _ => None,
        });
        latest == Some(true)
    }

    pub(super) fn did(&self, step: &str) -> bool {
        self.state.scopes.iter().any(|(id, scope)| {
            self.is_at(*id, step)
                && matches!(scope.kind, Kind::Action { .. })
                && scope.status == Run::Ended(Outcome::Approved)
        })
    }

    /// On from the line before; deadlines pass at their instants.
    pub(super) fn after(&mut self, sentence: &Sentence, span: Span) -> Told {
        let nine_to_five = Calendar::nine_to_five("default", self.around.zone);
        let until = later(self.calendars.tenant().unwrap_or(&nine_to_five), self.now, span);
        let Ok(until) = until else {
            let expected = both("time passes", "时间推移");
            return self.fail(
                sentence.line,
                &sentence.text,
                expected,
                both("no working time is left", "没有剩余的工作时间"),
            );
        };
        for _ in 0..10_000 {
            if self.deadline.has_passed() {
                break;
            }
            let next = self
                .state
                .timers
                .iter()
                .filter(|timer| timer.due <= until)
                .min_by_key(|timer| timer.due)
                .cloned();
            let Some(timer) = next else { break };
            self.now = self.now.max(timer.due);
            if self
                .decide(
                    Actor::System,
                    &Command::Fire {
                        timer: timer.id,
                        event: None,
                    },
                )
                .is_err()
            {
                break;
            }
            self.act();
        }
        self.now = until;
        Ok(())
    }

    /// Whether a scope is this step, in what the sentence is about.
    pub(super) fn is_at(&self, scope: ScopeId, step: &str) -> bool {
        self.state.scope(scope).is_some_and(|scope| scope.step == step) && self.is_within(scope)
    }

    pub(super) fn is_within(&self, scope: ScopeId) -> bool {
        let path = || self.state.path(scope);
        self.within
            .as_ref()
            .is_none_or(|places| path().iter().any(|id| places.contains(id)))
    }

    /// The items or branches of a name: the number or what its group has in common, of the latest round.
    fn places(&self, sentence: &Sentence, name: &str) -> Result<Vec<ScopeId>, Box<Failure>> {
        let effort = Effort::default();
        let facts = self.facts(Actor::System);
        let reading = Reading::new(self.definition, &self.state, &facts, &effort);
        let mut names = Vec::new();
        let mut found = Vec::new();
        for (id, scope) in &self.state.scopes {
            let called = match &scope.kind {
                Kind::Branch { name, .. } => vec![name.clone()],
                Kind::Item { number, .. } => reading.names_of_item(*id, *number),
                _ => continue,
            };
            if called.iter().any(|one| one.eq_ignore_ascii_case(name)) {
                found.push(*id);
            }
            names.extend(called.into_iter().last().filter(|one| !names.contains(one)));
        }
        if found.is_empty() {
            let expected = both(format!("there is `{name}`"), format!("存在 `{name}`"));
            let happened = both(
                format!("there are: {}", list(&names, Locale::En)),
                format!("现有：{}", list(&names, Locale::ZhCn)),
            );
            self.fail(sentence.line, &sentence.text, expected, happened)?;
        }
        Ok(found)
    }

    /// What is so about a step, in words.
    pub(super) fn about(&self, step: &str) -> Text {
        let scope = self.state.scopes.values().rev().find(|scope| scope.step == step);
        let latest = self.events.iter().rev().find(|event| match &event.what {
            What::Skipped(skipped) => skipped.step == step,
            What::Entered(entered) => entered.step == step,
            What::Held { scope, .. } | What::StepEnded { scope, .. } | What::Closed { scope, .. } => {
                self.state.scope(*scope).is_some_and(|scope| scope.step == step)
            }
            _ => false,
        });
        match (latest, scope) {
            (Some(event), _) => both(self.told(event, Locale::En), self.told(event, Locale::ZhCn)),
            (None, _) => both(format!("`{step}` has not begun"), format!("`{step}` 尚未开始")),
        }
    }
}
