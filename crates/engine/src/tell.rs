//! The history in words: every event knows its sentence, in English and in Chinese.

mod added;
mod chinese;
mod english;

use countersign_kernel::id::{TaskId, UserId};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use serde_json::{Map, Value as Json};

use crate::definition::StepKind;
use crate::reading::trouble_text;
use crate::spoken::event_words;
use crate::state::{Kind, State};
use crate::vocabulary::{AwaitedEvent, Change, Entered, Event, Purpose, Read, ScopeId, Trouble, Voted, What};
use crate::why::Telling;

/// What happened, as a sentence. `state` is the request as it is now, or was any time after the event.
pub fn tell(event: &Event, state: &State, telling: &Telling<'_>) -> String {
    let teller = Teller { state, telling };
    match &event.what {
        What::Submitted(_)
        | What::Resubmitted(_)
        | What::Returned(_)
        | What::Recalled { .. }
        | What::Urged { .. }
        | What::Commented { .. }
        | What::Edited { .. }
        | What::Ended(_) => match telling.locale {
            Locale::En => teller.english_requests(event),
            Locale::ZhCn => teller.chinese_requests(event),
        },
        What::SeatOpened(_)
        | What::TimerSet { .. }
        | What::TimerFired { .. }
        | What::EventCame { .. }
        | What::Late { .. }
        | What::Reminded { .. }
        | What::SeatClosed { .. } => match telling.locale {
            Locale::En => teller.english_tasks(event),
            Locale::ZhCn => teller.chinese_tasks(event),
        },
        What::Voted(_)
        | What::Voided { .. }
        | What::Transferred { .. }
        | What::Claimed { .. }
        | What::Released { .. }
        | What::Mended { .. } => match telling.locale {
            Locale::En => teller.english_decisions(event),
            Locale::ZhCn => teller.chinese_decisions(event),
        },
        What::ApproverAdded { .. } | What::ApproverRemoved { .. } | What::Resumed { .. } => {
            teller.added(event)
        }
        What::Retried { .. } | What::Bypassed { .. } | What::Moved(_) => teller.mended(event),
        What::Entered(_)
        | What::Skipped(_)
        | What::Copied(_)
        | What::VariablesSet(_)
        | What::Held { .. }
        | What::ActionWanted { .. }
        | What::ActionDone { .. }
        | What::ActionFailed { .. }
        | What::StepEnded { .. }
        | What::Repeated { .. }
        | What::Stopped { .. }
        | What::Closed { .. } => match telling.locale {
            Locale::En => teller.english_steps(event),
            Locale::ZhCn => teller.chinese_steps(event),
        },
    }
}

impl Teller<'_> {
    /// What whoever mends a held request did with it.
    fn mended(&self, event: &Event) -> String {
        let who = self.telling.actor(&event.by);
        let (en, zh, comment) = match &event.what {
            What::Retried { scope, comment } => {
                let step = self.scope(*scope);
                (
                    format!("had \"{step}\" tried again"),
                    format!("重试了“{step}”"),
                    comment,
                )
            }
            What::Bypassed { scope, comment } => {
                let step = self.scope(*scope);
                (
                    format!("went on without \"{step}\""),
                    format!("跳过了“{step}”"),
                    comment,
                )
            }
            What::Moved(moved) => {
                let version = moved.version;
                (
                    format!("moved the request to version {version} of its workflow"),
                    format!("将申请移至流程的版本 {version}"),
                    &moved.comment,
                )
            }
            _ => return String::new(),
        };
        let said = self
            .telling
            .locale
            .pick(format!("{who} {en}"), format!("{who} {zh}"));
        format!("{said}{}", self.words(comment.as_ref()))
    }
}

struct Teller<'a> {
    state: &'a State,
    telling: &'a Telling<'a>,
}

impl Teller<'_> {
    /// Whose tasks these are.
    pub(super) fn holders(&self, tasks: &[TaskId]) -> String {
        let mut people: Vec<UserId> = tasks
            .iter()
            .filter_map(|task| self.state.seat(*task))
            .map(|seat| seat.holder)
            .collect();
        people.sort_unstable();
        people.dedup();
        self.names(&people)
    }

    pub(super) fn text<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.telling.locale)
    }

    pub(super) fn step_of(&self, task: TaskId) -> String {
        self.state
            .title_of(task)
            .map(|title| self.text(title).to_owned())
            .unwrap_or_default()
    }

    pub(super) fn is_work(&self, task: TaskId) -> bool {
        self.state.purpose(task) == Purpose::Do
    }

    /// Whether a step asked for work, or for an action, rather than for a decision.
    pub(super) fn was_work(&self, scope: ScopeId) -> bool {
        let seats = || self.state.seats.iter().filter(|seat| seat.scope == scope);
        seats().any(|seat| seat.purpose == Purpose::Do)
    }

    /// `for "payment handled", or until 2026-03-02 09:00`.
    pub(super) fn waits_for(&self, until: Option<Instant>, events: &[AwaitedEvent]) -> String {
        let locale = self.telling.locale;
        let event = |awaited: &AwaitedEvent| {
            let kind = event_words(&awaited.event);
            locale.pick(format!("for \"{kind}\""), format!("“{kind}”"))
        };
        let until = until.map(|until| {
            let until = self.telling.instant(until);
            locale.pick(format!("until {until}"), format!("至 {until}"))
        });
        let all: Vec<String> = events.iter().map(event).chain(until).collect();
        all.join(locale.pick(", or ", "，或"))
    }

    pub(super) fn was_wait(&self, scope: ScopeId) -> bool {
        let scope = self.state.scope(scope);
        scope.is_some_and(|scope| matches!(scope.kind, Kind::Wait(_)))
    }

    /// The condition on which the steps of a `repeat` begin again, or a `stage` stops, as written.
    pub(super) fn condition_of(&self, scope: ScopeId) -> String {
        let step = self.state.scope(scope).map(|scope| scope.step.as_str());
        let step = step.and_then(|step| self.telling.workflow?.step(step));
        match step.map(|step| &step.kind) {
            Some(StepKind::Repeat(repeat)) => repeat.again.source().to_owned(),
            Some(StepKind::Stage(stage)) => {
                let stop = stage.stop_when.as_ref();
                stop.map(|stop| stop.source().to_owned()).unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    /// What was filled in when some work was done, in brackets.
    pub(super) fn answers(&self, voted: &Voted) -> String {
        let scope = self
            .state
            .seat(voted.task)
            .and_then(|seat| self.state.scope_of(seat));
        let Some(step) = scope
            .map(|scope| scope.step.as_str())
            .filter(|_| !voted.answers.is_empty())
        else {
            return String::new();
        };
        let all: Vec<String> = voted
            .answers
            .iter()
            .map(|(field, value)| self.telling.answer(step, field, value))
            .collect();
        self.telling.locale.pick(
            format!(" ({})", all.join("; ")),
            format!("（{}）", all.join("；")),
        )
    }

    pub(super) fn holder(&self, task: TaskId) -> String {
        self.state
            .seat(task)
            .map(|seat| self.telling.name(seat.holder))
            .unwrap_or_default()
    }

    pub(super) fn scope(&self, id: ScopeId) -> String {
        let Some(scope) = self.state.scope(id) else {
            return String::new();
        };
        match &scope.kind {
            Kind::Branch { name, .. } => {
                let (title, name) = (self.text(&scope.title), crate::step::words(name));
                self.telling
                    .locale
                    .pick(format!("{title}: {name}"), format!("{title}：{name}"))
            }
            _ => self.text(&scope.title).to_owned(),
        }
    }

    /// Names, one after another.
    pub(super) fn names(&self, people: &[UserId]) -> String {
        let all: Vec<String> = people.iter().map(|one| self.telling.name(*one)).collect();
        all.join(self.telling.locale.pick(", ", "、"))
    }

    /// `: words`, if there are any.
    pub(super) fn words(&self, comment: Option<&String>) -> String {
        match (comment, self.telling.locale) {
            (None, Locale::En) => ".".into(),
            (None, Locale::ZhCn) => "。".into(),
            (Some(words), Locale::En) => format!(": {words}"),
            (Some(words), Locale::ZhCn) => format!("：{words}"),
        }
    }

    /// What a condition with this source read, in brackets.
    pub(super) fn reads(&self, source: &str, reads: &[Read]) -> String {
        let all = self.telling.reads(source, reads);
        match (all.is_empty(), self.telling.locale) {
            (true, _) => String::new(),
            (false, Locale::En) => format!(" ({})", all.join("; ")),
            (false, Locale::ZhCn) => format!("（{}）", all.join("；")),
        }
    }

    pub(super) fn changes(&self, changes: &[Change]) -> String {
        let all: Vec<String> = changes.iter().map(|change| self.telling.change(change)).collect();
        all.join(self.telling.locale.pick("; ", "；"))
    }

    pub(super) fn trouble(&self, trouble: &Trouble) -> String {
        let Trouble::Rule {
            source,
            fault,
            fault_zh,
        } = trouble
        else {
            return self.text(&trouble_text(trouble)).to_owned();
        };
        let condition = self.telling.condition(source);
        self.telling.locale.pick(
            format!("{condition} could not be judged: {fault}."),
            format!("无法判断{condition}：{fault_zh}。"),
        )
    }

    pub(super) fn doubt(&self, entered: &Entered) -> String {
        let Some(doubt) = &entered.doubt else {
            return String::new();
        };
        let doubt = self.trouble(doubt);
        self.telling.locale.pick(
            format!(" Whether to skip it could not be judged, so it was not skipped: {doubt}"),
            format!("无法判断是否跳过，因此未跳过：{doubt}"),
        )
    }

    pub(super) fn step(&self, key: &str) -> String {
        let scope = self.state.scopes.values().rev().find(|scope| scope.step == key);
        scope.map_or_else(
            || self.telling.step(key),
            |scope| self.text(&scope.title).to_owned(),
        )
    }

    /// What was looked up for a submission.
    pub(super) fn facts(&self, facts: &Map<String, Json>) -> String {
        let all = self.values(facts);
        match (all.is_empty(), self.telling.locale) {
            (true, _) => String::new(),
            (false, Locale::En) => format!(" Looked up: {all}."),
            (false, Locale::ZhCn) => format!("查得：{all}。"),
        }
    }

    /// Names with their values.
    pub(super) fn values(&self, values: &Map<String, Json>) -> String {
        let one = |(name, value): (&String, &Json)| {
            let (name, value) = (self.telling.field(name), self.telling.value(None, value));
            self.telling
                .locale
                .pick(format!("{name}: {value}"), format!("{name}：{value}"))
        };
        let all: Vec<String> = values.iter().map(one).collect();
        all.join(self.telling.locale.pick("; ", "；"))
    }

    pub(super) fn warnings(&self, warnings: &[Text]) -> String {
        let all: Vec<&str> = warnings.iter().map(|warning| self.text(warning)).collect();
        match (all.is_empty(), self.telling.locale) {
            (true, _) => String::new(),
            (false, Locale::En) => format!(" Warned: {}", all.join(" ")),
            (false, Locale::ZhCn) => format!("提示：{}", all.join(" ")),
        }
    }
}
