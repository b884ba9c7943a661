//! Why someone is asked, in words: "Bo Berg, as manager of Ann Ames".

use chrono_tz::Tz;
use countersign_kernel::actor::Actor;
use countersign_kernel::id::UserId;
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;

use crate::definition::{StepKind, WhoKind, Workflow};
use crate::state::{Seat, State};
use crate::vocabulary::{Because, Reason};

/// How a history is told: names for people, a zone for instants, a language.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    pub names: &'a dyn Fn(UserId) -> String,
    pub zone: Tz,
    pub locale: Locale,
    /// Whose labels, options and titles are used; names stand for themselves without it.
    pub workflow: Option<&'a Workflow>,
}

impl<'a> Telling<'a> {
    /// Of a workflow alone, with nothing in it that has happened.
    pub(crate) fn of(workflow: &'a Workflow, locale: Locale) -> Self {
        Self {
            names: &|user| user.to_string(),
            zone: Tz::UTC,
            locale,
            workflow: Some(workflow),
        }
    }
}

impl Telling<'_> {
    /// Of what belongs to no workflow.
    pub(crate) fn of_none(locale: Locale) -> Self {
        Self {
            names: &|user| user.to_string(),
            zone: Tz::UTC,
            locale,
            workflow: None,
        }
    }
}

/// Why this seat came to its holder: a sentence.
pub fn why(state: &State, seat: &Seat, telling: &Telling<'_>) -> String {
    let reason = telling.chain(state, &seat.chain);
    telling.locale.pick(format!("{reason}."), format!("{reason}。"))
}

impl Telling<'_> {
    pub(crate) fn name(&self, id: UserId) -> String {
        (self.names)(id)
    }

    pub(crate) fn actor(&self, actor: &Actor) -> String {
        match actor {
            Actor::User(id) => self.name(*id),
            Actor::Automation(name) => self
                .locale
                .pick(format!("The automation {name}"), format!("自动化 {name}")),
            Actor::System => self.locale.pick("The system", "系统").to_owned(),
        }
    }

    /// To the minute, in the zone of the telling.
    pub fn instant(&self, at: Instant) -> String {
        at.utc()
            .with_timezone(&self.zone)
            .format("%Y-%m-%d %H:%M")
            .to_string()
    }

    /// `Bo Berg, as manager of Ann Ames`, with what came before.
    pub(crate) fn chain(&self, state: &State, chain: &[Because]) -> String {
        let Some((last, before)) = chain.split_last() else {
            return String::new();
        };
        let holder = self.name(last.person);
        match &last.reason {
            Reason::Transferred { from } => {
                let (from, earlier) = (self.name(*from), self.chain(state, before));
                self.locale.pick(
                    format!("{holder}, because {from} handed it on (asked before: {earlier})"),
                    format!("{holder}，由 {from} 转交（此前：{earlier}）"),
                )
            }
            Reason::RequesterAllowed => {
                let earlier = self.chain(state, before);
                self.locale.pick(
                    format!("{earlier}, who made this request: the workflow allows it here"),
                    format!("{earlier}，即申请人本人：流程在此允许"),
                )
            }
            Reason::LeastBusy { open } => {
                let found = self.chain(state, before);
                self.locale.pick(
                    format!("{found}; they had the fewest open tasks ({open})"),
                    format!("{found}；待办任务最少（{open} 个）"),
                )
            }
            Reason::InTurn => {
                let found = self.chain(state, before);
                self.locale.pick(
                    format!("{found}; it was their turn"),
                    format!("{found}；轮到此人"),
                )
            }
            reason => format!(
                "{holder}{}{}",
                self.phrase(state, reason),
                self.instead(state, before)
            ),
        }
    }

    /// Why the one who would have been asked was not.
    fn instead(&self, state: &State, before: &[Because]) -> String {
        let Some((rule, earlier)) = before.split_last() else {
            return String::new();
        };
        let own = earlier
            .last()
            .map(|first| self.phrase(state, &first.reason))
            .unwrap_or_default();
        let person = self.name(rule.person);
        match &rule.reason {
            Reason::InsteadOfRequester => self.locale.pick(
                format!(", instead of {person}{own}, who made this request: nobody decides their own"),
                format!("，代替 {person}{own}：申请人不能审批自己的申请"),
            ),
            Reason::InsteadOfStarter => self.locale.pick(
                format!(
                    ", instead of {person}{own}, who submitted this request or published what started it"
                ),
                format!("，代替 {person}{own}：此申请由其代为提交，或由其发布的规则发起"),
            ),
            Reason::InsteadOfPublisher => self.locale.pick(
                format!(", instead of {person}{own}, who published this version of the workflow"),
                format!("，代替 {person}{own}：该流程版本由其发布"),
            ),
            Reason::InsteadOfNobody => self.locale.pick(
                ", because nobody else could be asked".into(),
                "，因为没有其他人可以询问".into(),
            ),
            Reason::Escalated { from } => {
                let from = self.name(*from);
                self.locale.pick(
                    format!(", because {from} was late"),
                    format!("，因为 {from} 逾期"),
                )
            }
            Reason::LateTransfer { from } => {
                let from = self.name(*from);
                self.locale.pick(
                    format!(", in the place of {from}, who was late"),
                    format!("，代替逾期的 {from}"),
                )
            }
            Reason::Succeeded { from } => {
                let from = self.name(*from);
                self.locale.pick(
                    format!(", in the place of {from}, who may not act here any more"),
                    format!("，代替不能再在此处理的 {from}"),
                )
            }
            _ => String::new(),
        }
    }

    /// The field, or what else a step is asked of, in words.
    fn named_by(&self, source: &str) -> String {
        let asked = self.workflow.and_then(|workflow| {
            let steps = workflow.each_step().into_iter();
            let approvals = steps.filter_map(|step| match &step.kind {
                StepKind::Approval(approval) => Some(&approval.by.parts),
                _ => None,
            });
            let mut exprs = approvals.flatten().filter_map(|part| match &part.kind {
                WhoKind::Person(expr) | WhoKind::HeadOfValue(expr) => Some(expr),
                _ => None,
            });
            exprs.find(|expr| expr.source() == source)
        });
        asked.map_or_else(|| format!("`{source}`"), |expr| expr.spoken(self))
    }

    fn phrase(&self, state: &State, reason: &Reason) -> String {
        let quoted = |step: &str| {
            let title = state.scopes.values().rev().find(|scope| scope.step == step);
            title.map_or_else(
                || self.step(step),
                |scope| scope.title.get(self.locale).to_owned(),
            )
        };
        match self.locale {
            Locale::En => match reason {
                Reason::Everyone => ", as everyone is".into(),
                Reason::Requester => ", who made this request".into(),
                Reason::Named => ", named by the workflow".into(),
                Reason::Role(role) => format!(", in the role {role}"),
                Reason::Group(group) => format!(", of the group {group}"),
                Reason::Department(name) => format!(", of the department {name}"),
                Reason::HeadOf(name) => format!(", as head of {name}"),
                Reason::ManagerOf { person, level: 0 | 1 } => {
                    format!(", as manager of {}", self.name(*person))
                }
                Reason::ManagerOf { person, level } | Reason::LineOf { person, level } => {
                    format!(", as manager of {} at level {level}", self.name(*person))
                }
                Reason::ApproverOf(step) => format!(", who approved \"{}\"", quoted(step)),
                Reason::Value(source) => format!(", named by {}", self.named_by(source)),
                Reason::Owner => ", as owner of the workflow".into(),
                Reason::Admin => ", as admin, since the workflow has no other owner".into(),
                Reason::Added { by, position } => {
                    let when = position.word();
                    format!(", whom {} added, to decide {when} them", self.name(*by))
                }
                _ => String::new(),
            },
            Locale::ZhCn => match reason {
                Reason::Everyone => "（所有人）".into(),
                Reason::Requester => "（申请人）".into(),
                Reason::Named => "（流程指定）".into(),
                Reason::Role(role) => format!("（角色 {role}）"),
                Reason::Group(group) => format!("（小组 {group}）"),
                Reason::Department(name) => format!("（部门 {name}）"),
                Reason::HeadOf(name) => format!("（{name} 负责人）"),
                Reason::ManagerOf { person, level: 0 | 1 } => format!("（{} 的上级）", self.name(*person)),
                Reason::ManagerOf { person, level } | Reason::LineOf { person, level } => {
                    format!("（{} 的第 {level} 级上级）", self.name(*person))
                }
                Reason::ApproverOf(step) => format!("（通过了“{}”）", quoted(step)),
                Reason::Value(source) => format!("（由{}指定）", self.named_by(source)),
                Reason::Owner => "（流程负责人）".into(),
                Reason::Admin => "（管理员；流程没有其他负责人）".into(),
                Reason::Added { by, position } => {
                    format!("（由 {} {}）", self.name(*by), position.zh())
                }
                _ => String::new(),
            },
        }
    }
}
