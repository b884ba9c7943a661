//! Refusals in words, in English and in Chinese side by side.

mod added;
mod task;

use countersign_kernel::text::{Locale, Text};

use super::{Class, Happened, Membership, Named, Refusal, Restriction, Stand, Waiting};
use crate::state::Verb;
use crate::vocabulary::Status;
use task::not_for_this;

impl Refusal {
    /// The sentence in both languages.
    pub fn told(&self) -> Text {
        super::both(self.text(Locale::En), self.text(Locale::ZhCn))
    }

    /// The sentence.
    pub fn text(&self, locale: Locale) -> String {
        match self.class() {
            Class::NotFound | Class::Forbidden => self.forbidden(locale),
            Class::Conflict => self.conflict(locale),
            Class::Invalid => self.invalid(locale),
        }
    }

    fn forbidden(&self, locale: Locale) -> String {
        let say = |en: String, zh: String| locale.pick(en, zh);
        match self {
            Self::NotYours { holder } => say(
                format!("This task is {}'s.", holder.name),
                format!("此任务属于 {}。", holder.name),
            ),
            Self::OwnRequest => say(
                "Nobody decides their own request.".into(),
                "任何人都不能审批自己的申请。".into(),
            ),
            Self::Restricted { who, why } => why.text(who, locale),
            Self::NotTheRequester { verb } => say(
                format!("Only the requester may {} it.", verb.word()),
                format!("只有申请人可以{}。", verb.zh()),
            ),
            Self::NotASubmitter { workflow } => {
                let name = workflow.get(locale);
                say(
                    format!("You are not among those who may submit \"{name}\"."),
                    format!("您不在可以提交“{name}”的人员之列。"),
                )
            }
            Self::NotYourDraft => say(
                "A draft is changed, submitted and deleted only by whoever saved it.".into(),
                "草稿只能由保存者本人修改、提交和删除。".into(),
            ),
            Self::NotAnOwner => say(
                "What is held is mended by the owners of its workflow and by admins.".into(),
                "挂起的申请由流程负责人和管理员处理。".into(),
            ),
            Self::ForSomebodyElse => say(
                "Only HR, an admin or an automation starts a request for somebody else. Submit it as yourself.".into(),
                "只有 HR、管理员或自动化可以代他人发起申请。请以本人身份提交。".into(),
            ),
            Self::NotActive { who } => Restriction::NotActive.text(who, locale),
            Self::NotForThisTask { verb, purpose } => not_for_this(*verb, *purpose, locale),
            Self::NotAllowedHere { verb } => say(
                format!(
                    "The workflow does not let those asked here {}: decide, or comment.",
                    verb.with("a task")
                ),
                format!("流程不允许在此步骤{}：请作出决定，或发表意见。", verb.zh()),
            ),
            _ => say("There is no such task.".into(), "没有这个任务。".into()),
        }
    }

    fn conflict(&self, locale: Locale) -> String {
        let say = |en: String, zh: String| locale.pick(en, zh);
        if let Self::NoTaskOfYours(stand) = self {
            return stand.text(locale);
        }
        let first = match self {
            Self::AlreadySubmitted => say(
                "The request was submitted already.".into(),
                "申请已经提交。".into(),
            ),
            Self::NotSubmitted => say(
                "The request was not submitted yet.".into(),
                "申请尚未提交。".into(),
            ),
            Self::Over { status, .. } => say(
                format!("The request is {}.", status.word()),
                format!("申请{}。", status.zh()),
            ),
            Self::TaskOver { .. } => say("The task is closed.".into(), "任务已关闭。".into()),
            Self::WithTheRequester { .. } => say(
                "The request is back with its requester.".into(),
                "申请已退回给申请人。".into(),
            ),
            Self::HandedOn { to } => say(
                format!("The task was handed on to {}.", to.name),
                format!("任务已转交给 {}。", to.name),
            ),
            Self::Claimed { by } => say(
                format!("{} claimed this task.", by.name),
                format!("{} 已认领此任务。", by.name),
            ),
            Self::NotClaimed => say(
                "Nobody has claimed this task: it is with all who are asked.".into(),
                "尚无人认领此任务：所有被询问者均可处理。".into(),
            ),
            Self::NotReturned { status } => say(
                format!(
                    "Only a returned request is sent again; this one is {}.",
                    status.word()
                ),
                format!("只有被退回的申请才能重新提交；此申请{}。", status.zh()),
            ),
            Self::NotHeld { .. } | Self::WhichStep { .. } | Self::NotSkippable | Self::CannotMove { .. } => {
                self.of_held(locale)
            }
            Self::TooLate { .. } | Self::NobodyToUrge | Self::UrgedAlready { .. } => {
                self.of_requester(locale)
            }
            _ => self.conflict_at_task(locale),
        };
        match self.happened() {
            None => first,
            Some(happened) => format!("{first}{}{}", locale.pick(" ", ""), happened.text(locale)),
        }
    }

    fn of_requester(&self, locale: Locale) -> String {
        let (en, zh) = match self {
            Self::TooLate { verb, step, .. } => {
                return too_late(*verb, step.as_ref().map(|step| step.get(locale)), locale);
            }
            Self::UrgedAlready { minutes } => (
                format!("They were reminded within the last hour; they can be again in {minutes} minutes."),
                format!("一小时内已催办过；{minutes} 分钟后可再次催办。"),
            ),
            _ => (
                "Nobody else is asked now who could do anything: there is nobody to remind.".to_owned(),
                "当前没有其他人可以处理：无人可催办。".to_owned(),
            ),
        };
        locale.pick(en, zh)
    }

    fn conflict_at_task(&self, locale: Locale) -> String {
        let say = |en: String, zh: String| locale.pick(en, zh);
        match self {
            Self::OneVoice { step } => {
                let step = step.get(locale);
                say(
                    format!("You have decided \"{step}\" already; one person has one voice."),
                    format!("您已对“{step}”作出决定；一人一票。"),
                )
            }
            Self::WhichTask { tasks } => {
                let all: Vec<String> = tasks.iter().map(ToString::to_string).collect();
                say(
                    format!(
                        "You have several open tasks in this request; decide each by its id: {}.",
                        all.join(", ")
                    ),
                    format!(
                        "您在此申请中有多个待办任务，请按任务编号逐一处理：{}。",
                        all.join("、")
                    ),
                )
            }
            Self::TooManyReturns { at_most } => say(
                format!(
                    "This step has returned the request {at_most} times, as often as it may. Approve or reject it."
                ),
                format!("此步骤已退回 {at_most} 次，达到上限。请通过或拒绝。"),
            ),
            Self::AlreadyAsked { who } => say(
                format!("{} is asked here already; one person has one voice.", who.name),
                format!("{} 已在此步骤的审批人之列；一人一票。", who.name),
            ),
            Self::WaitsForAdded { .. }
            | Self::TooManyAdded { .. }
            | Self::NotAddedByYou { .. }
            | Self::AddedHasDecided { .. } => self.of_added(locale),
            Self::StillHeld { why } => {
                let why = why.get(locale);
                say(
                    format!("The step is still held: {why}"),
                    format!("步骤仍处于挂起状态：{why}"),
                )
            }
            Self::TooEarly { due } => say(
                format!("This is not due before {due}."),
                format!("未到时间：{due}。"),
            ),
            _ => say(
                "This is not waited for any more.".into(),
                "已不再等待此项。".into(),
            ),
        }
    }

    fn invalid(&self, locale: Locale) -> String {
        let say = |en: String, zh: String| locale.pick(en, zh);
        match self {
            Self::Form(faults) => faults
                .iter()
                .map(|fault| fault.text.get(locale))
                .collect::<Vec<_>>()
                .join(locale.pick(" ", "")),
            Self::Check { text } => text.get(locale).to_owned(),
            Self::CommentNeeded { verb } => say(
                format!("Say why: to {} here needs a comment.", verb.word()),
                format!("请说明原因：在此{}需要填写意见。", verb.zh()),
            ),
            Self::CommentEmpty => say("A comment needs words.".into(), "意见不能为空。".into()),
            Self::NoWayBack { to, possible } => {
                let all: Vec<&str> = possible.iter().map(String::as_str).chain(["requester"]).collect();
                let all = all.join(locale.pick(", ", "、"));
                say(
                    format!("From here there is no way back to \"{to}\". It can go back to: {all}."),
                    format!("从这里不能退回到“{to}”。可以退回到：{all}。"),
                )
            }
            Self::ToThemselves => say("The task is theirs already.".into(), "任务已经属于此人。".into()),
            _ => say(
                "There is no such person in this company, or they are not active.".into(),
                "公司里没有这个人，或其已停用。".into(),
            ),
        }
    }
}

fn too_late(verb: Verb, step: Option<&str>, locale: Locale) -> String {
    let (en, zh) = match verb {
        Verb::Recall => ("recalled", "收回"),
        _ => ("withdrawn", "撤回"),
    };
    match (step, locale) {
        (Some(step), Locale::En) => {
            format!("\"{step}\" has begun, and the request can no longer be {en}. Ask for it to be returned.")
        }
        (Some(step), Locale::ZhCn) => format!("“{step}”已经开始，申请不能再{zh}。请让审批人退回。"),
        (None, Locale::En) => {
            format!("The request has been decided on and can no longer be {en}. Ask for it to be returned.")
        }
        (None, Locale::ZhCn) => format!("申请已有人作出决定，不能再{zh}。请让审批人退回。"),
    }
}

impl Membership {
    /// "in the role legal", in both languages.
    fn text(&self) -> (String, String) {
        match self {
            Self::Role(role) => (format!("in the role {role}"), format!("担任角色 {role} ")),
            Self::Group(group) => (
                format!("as one of the group {group}"),
                format!("属于小组 {group} "),
            ),
            Self::Department(name) => (
                format!("as one of the department {name}"),
                format!("属于部门 {name} "),
            ),
            Self::HeadOf(name) => (format!("as head of {name}"), format!("担任 {name} 负责人")),
            Self::Owner => ("as owner of the workflow".to_owned(), "担任流程负责人".to_owned()),
        }
    }
}

impl Restriction {
    fn text(&self, who: &Named, locale: Locale) -> String {
        let name = &who.name;
        let (en, zh) = match self {
            Self::OwnRequest => (
                format!("{name} made this request, and nobody decides their own."),
                format!("{name} 是申请人，任何人都不能审批自己的申请。"),
            ),
            Self::OwnRule => (
                format!(
                    "{name} published the version of the workflow that is decided by here, and nobody decides by a rule of their own."
                ),
                format!("{name} 发布了此处适用的流程版本，任何人都不能按自己制定的规则审批。"),
            ),
            Self::Starter => (
                format!(
                    "{name} submitted this request for its requester, or published what started it, and decides it as little as they do."
                ),
                format!("{name} 代申请人提交了此申请，或发布了发起它的规则，与申请人一样不能审批。"),
            ),
            Self::Where(source) => (
                format!("{name} may not decide here: the rule asks for `{source}`."),
                format!("{name} 不能在此审批：规则要求 `{source}`。"),
            ),
            Self::DecidedBefore(step) => (
                format!(
                    "{name} decided \"{}\", and somebody else must decide here.",
                    step.get(Locale::En)
                ),
                format!("{name} 已审批“{}”，此处须由他人审批。", step.get(Locale::ZhCn)),
            ),
            Self::NotActive => (
                format!("{name} is not active in this company."),
                format!("{name} 在本公司不是在职状态。"),
            ),
            Self::NoLonger(membership) => {
                let (was, was_zh) = membership.text();
                (
                    format!("{name} may not act here any more: they were asked {was}, and are not that now."),
                    format!("{name} 不能再在此处理：当初因{was_zh}而被询问，现已不是。"),
                )
            }
        };
        locale.pick(en, zh)
    }
}

impl Stand {
    /// `You have no open task in this request. It is open and waits at "Manager" for Bo Berg.`
    fn text(&self, locale: Locale) -> String {
        let space = locale.pick(" ", "");
        let mut said = vec![
            locale
                .pick(
                    "You have no open task in this request.",
                    "您在此申请中没有待办任务。",
                )
                .to_owned(),
        ];
        said.extend(self.mine.as_ref().map(|mine| mine.text(locale)));
        let waits: Vec<String> = self.waits.iter().map(|one| one.text(locale)).collect();
        said.push(match (locale, waits.is_empty()) {
            (Locale::En, true) if self.status == Status::Draft => {
                "The request is a draft; it was not submitted yet.".to_owned()
            }
            (Locale::ZhCn, true) if self.status == Status::Draft => "申请是草稿，尚未提交。".to_owned(),
            (Locale::En, true) => format!("The request is {}.", self.status.word()),
            (Locale::En, false) => {
                format!(
                    "The request is {} and waits {}.",
                    self.status.word(),
                    waits.join(", and ")
                )
            }
            (Locale::ZhCn, true) => format!("申请{}。", self.status.zh()),
            (Locale::ZhCn, false) => format!("申请{}，{}。", self.status.zh(), waits.join("，")),
        });
        let last = self.last.as_ref().filter(|last| self.mine.as_ref() != Some(last));
        said.extend(last.map(|last| last.text(locale)));
        said.join(space)
    }
}

impl Waiting {
    /// `at "Finance" for Dan Diaz, Eve Ek`
    fn text(&self, locale: Locale) -> String {
        let step = self.step.get(locale);
        let whom: Vec<&str> = self.whom.iter().map(|one| one.name.as_str()).collect();
        match (locale, whom.is_empty()) {
            (Locale::En, true) => format!("at \"{step}\""),
            (Locale::En, false) => format!("at \"{step}\" for {}", whom.join(", ")),
            (Locale::ZhCn, true) => format!("停在“{step}”"),
            (Locale::ZhCn, false) => format!("“{step}”等待 {} 处理", whom.join("、")),
        }
    }
}

impl Happened {
    /// `Dan Diaz approved "Finance" at 2026-01-05T09:00:00.000Z.`
    pub fn text(&self, locale: Locale) -> String {
        let silence = locale.pick("The rule for silence", "逾期规则");
        let who = self.by.as_ref().map_or(silence, |by| by.name.as_str());
        let step = self
            .step
            .as_ref()
            .map(|step| step.get(locale))
            .filter(|step| !step.is_empty());
        match locale {
            Locale::En => {
                let step = step.map(|step| format!(" \"{step}\"")).unwrap_or_default();
                format!("{who} {}{step} at {}.", self.verb.past(), self.at)
            }
            Locale::ZhCn => {
                let step = step.map(|step| format!("“{step}”")).unwrap_or_default();
                format!("{who} 于 {} {}{step}。", self.at, self.verb.zh())
            }
        }
    }
}
