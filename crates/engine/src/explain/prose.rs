//! A definition as sentences.

mod approval;
mod automation;
mod lookup;
mod table;

use countersign_kernel::calendar::Calendar;
use countersign_kernel::text::Locale;

use crate::definition::{
    CheckVerdict, Each, EachNeed, Localized, Need, PersonRef, Repeat, Stage, Step, StepKind, Take, Wait, Who,
    WhoKind, WhoPart, Workflow,
};
use crate::expr::Expr;
use crate::step::{title, words};
use crate::why::Telling;

use approval::approval_sentence;
pub(in crate::explain) use automation::automation;
pub(in crate::explain) use table::table;

pub(super) fn workflow(workflow: &Workflow, locale: Locale) -> String {
    let telling = &Telling::of(workflow, locale);
    let mut lines = vec![workflow.title.get(locale).to_owned()];
    let submitters = who(&workflow.submitters, telling);
    lines.push(locale.pick(
        format!("Who may submit: {submitters}."),
        format!("可提交者：{submitters}。"),
    ));
    lines.extend(
        workflow
            .facts
            .iter()
            .map(|fact| lookup::fact(fact, workflow, telling)),
    );
    lines.extend(
        workflow
            .leave
            .as_ref()
            .map(|asks| super::leave::asks(asks, telling)),
    );
    for check in &workflow.checks {
        let (text, refuses) = match &check.verdict {
            CheckVerdict::Refuse(text) => (text, true),
            CheckVerdict::Warn(text) => (text, false),
        };
        let (when, text) = (check.when.spoken(telling), source(text, locale));
        lines.push(if refuses {
            locale.pick(
                format!("Refused where {when}: {text}"),
                format!("若{when}则拒绝：{text}"),
            )
        } else {
            locale.pick(
                format!("Warned where {when}: {text}"),
                format!("若{when}则警告：{text}"),
            )
        });
    }
    steps(&workflow.steps, telling, "", &mut lines);
    lines.push(
        locale
            .pick(
                "After the last step the request is approved.",
                "最后一步之后，申请获批。",
            )
            .to_owned(),
    );
    lines.join("\n") + "\n"
}

fn source(text: &Localized, locale: Locale) -> String {
    text.get(locale)
        .map(|template| template.source.clone())
        .unwrap_or_default()
}

fn steps(list: &[Step], telling: &Telling<'_>, prefix: &str, lines: &mut Vec<String>) {
    let locale = telling.locale;
    for (place, step) in list.iter().enumerate() {
        let number = format!("{prefix}{}.", place + 1);
        // An end says what it is.
        let title = match (&step.kind, &step.title) {
            (StepKind::End(_), None) => String::new(),
            _ => locale.pick(
                format!(" {}:", title(step).get(locale)),
                format!(" {}：", title(step).get(locale)),
            ),
        };
        let when = step.when.as_ref().map(|when| {
            let when = when.spoken(telling);
            locale.pick(format!(" Only where {when}."), format!("仅当{when}。"))
        });
        let text = sentence(&step.kind, telling);
        lines.push(format!(
            "{number}{title} {}{}",
            text.trim_end(),
            when.unwrap_or_default()
        ));
        inside(step, telling, &number, lines);
    }
}

/// What a step does, without what stands inside it.
fn sentence(kind: &StepKind, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    match kind {
        StepKind::Approval(approval) => approval_sentence(approval, telling),
        StepKind::Choose(choose) if choose.take == Take::All => locale
            .pick(
                "Every case that holds, at once; all of them must approve:",
                "同时执行所有成立的分支，须全部批准：",
            )
            .to_owned(),
        StepKind::Repeat(repeat) => {
            let (again, at_most) = (repeat.again.spoken(telling), repeat.at_most);
            locale.pick(
                format!("These steps, and again where {again} at their end, at most {at_most} times:"),
                format!("以下步骤；结束时若{again}则重复，最多 {at_most} 次："),
            )
        }
        StepKind::Choose(_) => locale
            .pick("The first case that holds:", "取第一个成立的分支：")
            .to_owned(),
        StepKind::Parallel(parallel) => {
            let count = need(parallel.need, locale);
            locale.pick(
                format!("At once, and {count} of the branches must approve:"),
                format!("同时进行，须{count}分支批准："),
            )
        }
        StepKind::Each(each) => each_sentence(each, telling),
        StepKind::Stage(stage) => stage_sentence(stage, telling),
        StepKind::Wait(wait) => wait_sentence(wait, telling),
        StepKind::Action(action) => {
            let action = &action.action;
            locale.pick(format!("`{action}` is done."), format!("执行 `{action}`。"))
        }
        StepKind::Cc(to) => {
            let to = who(to, telling);
            locale.pick(format!("{to} may read it, and is told."), format!("抄送{to}。"))
        }
        StepKind::Set(fields) => set_sentence(fields, telling),
        StepKind::End(end) => {
            let outcome = end.outcome.word();
            let note = end
                .note
                .as_ref()
                .map(|note| source(note, locale))
                .unwrap_or_default();
            locale.pick(
                format!("The request ends here: {outcome}. {note}"),
                format!("申请在此结束：{outcome}。{note}"),
            )
        }
    }
}

fn wait_sentence(wait: &Wait, telling: &Telling<'_>) -> String {
    let until = telling.wait(wait);
    telling
        .locale
        .pick(format!("The request waits {until}."), format!("等待{until}。"))
}

fn set_sentence(fields: &[(String, Expr)], telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    let one = |(name, expr): &(String, Expr)| {
        let (name, value) = (telling.field(name), expr.spoken(telling));
        locale.pick(format!("{name} is {value}"), format!("{name} 为 {value}"))
    };
    let all: Vec<String> = fields.iter().map(one).collect();
    let all = all.join(locale.pick("; ", "；"));
    locale.pick(format!("From here on {all}."), format!("此后{all}。"))
}

fn stage_sentence(stage: &Stage, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    let stop = stage.stop_when.as_ref().map(|when| when.spoken(telling));
    match stop {
        None => locale.pick("These steps:", "以下步骤：").to_owned(),
        Some(when) => locale.pick(
            format!("These steps; as soon as {when}, what is still open of them is closed and the request goes on:"),
            format!("以下步骤；一旦{when}，未完成的即关闭，申请继续："),
        ),
    }
}

fn each_sentence(each: &Each, telling: &Telling<'_>) -> String {
    let (locale, list) = (telling.locale, each.list.spoken(telling));
    let (en, zh) = match &each.group_by {
        None => (format!("For every entry of {list}"), format!("对{list}的每一项")),
        Some(by) => {
            let by = by.spoken(telling);
            (
                format!("For every group of {list} with the same {by}"),
                format!("对{list}中{by}相同的每一组"),
            )
        }
    };
    match each.need {
        EachNeed::EachDecides => locale.pick(
            format!("{en}, at once, each with its own outcome:"),
            format!("{zh}同时执行，各自得出结果："),
        ),
        EachNeed::Of(count) => {
            let count = need(count, locale);
            locale.pick(
                format!("{en}, at once, and {count} of them must approve:"),
                format!("{zh}同时执行，须{count}批准："),
            )
        }
    }
}

/// The number of a case or a branch: `2a.`, `2b.`
fn lettered(number: &str, place: usize) -> String {
    let number = number.trim_end_matches('.');
    match char::from_digit(place as u32 + 10, 36) {
        Some(letter) => format!("{number}{letter}."),
        None => format!("{number}-{}.", place + 1),
    }
}

fn inside(step: &Step, telling: &Telling<'_>, number: &str, lines: &mut Vec<String>) {
    let locale = telling.locale;
    match &step.kind {
        StepKind::Choose(choose) => {
            for (place, case) in choose.cases.iter().enumerate() {
                let (when, number) = (case.when.spoken(telling), lettered(number, place));
                lines.push(locale.pick(
                    format!("   {number} Where {when}:"),
                    format!("   {number} 若{when}："),
                ));
                steps(&case.steps, telling, &format!("   {number}"), lines);
            }
            let (nothing, number) = (choose.otherwise.is_empty(), lettered(number, choose.cases.len()));
            lines.push(locale.pick(
                format!(
                    "   {number} Otherwise{}",
                    if nothing { ": on with the next step." } else { ":" }
                ),
                format!(
                    "   {number} 否则{}",
                    if nothing { "：继续下一步。" } else { "：" }
                ),
            ));
            steps(&choose.otherwise, telling, &format!("   {number}"), lines);
        }
        StepKind::Parallel(parallel) => {
            for (place, branch) in parallel.branches.iter().enumerate() {
                let (name, number) = (words(&branch.name), lettered(number, place));
                lines.push(locale.pick(format!("   {number} {name}:"), format!("   {number} {name}：")));
                steps(&branch.steps, telling, &format!("   {number}"), lines);
            }
        }
        StepKind::Repeat(Repeat { steps: list, .. })
        | StepKind::Each(Each { steps: list, .. })
        | StepKind::Stage(Stage { steps: list, .. }) => {
            steps(list, telling, &format!("   {number}"), lines);
        }
        StepKind::Approval(_)
        | StepKind::Wait(_)
        | StepKind::Action(_)
        | StepKind::Cc(_)
        | StepKind::Set(_)
        | StepKind::End(_) => {}
    }
}

fn need(need: Need, locale: Locale) -> String {
    match need {
        Need::All => locale.pick("all", "全部").to_owned(),
        Need::Any => locale.pick("one", "任一").to_owned(),
        Need::Majority => locale.pick("more than half", "过半").to_owned(),
        Need::Count(count) => locale.pick(format!("{count}"), format!("{count} 个")),
        Need::Share { part, whole: 100 } => format!("{part}%"),
        Need::Share { part, whole } => format!("{part}/{whole}"),
    }
}

fn who(who: &Who, telling: &Telling<'_>) -> String {
    let parts: Vec<String> = who.parts.iter().map(|one| part(one, telling)).collect();
    parts.join(telling.locale.pick(" and ", "和"))
}

fn part(part: &WhoPart, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    let text = match &part.kind {
        WhoKind::Everyone => locale.pick("everyone", "所有人").to_owned(),
        WhoKind::Requester => locale.pick("the requester", "申请人").to_owned(),
        WhoKind::User(email) => email.clone(),
        WhoKind::Role(role) => locale.pick(format!("whoever holds the role {role}"), format!("角色 {role}")),
        WhoKind::Group(group) => locale.pick(format!("the group {group}"), format!("组 {group}")),
        WhoKind::Department(name) => locale.pick(format!("the department {name}"), format!("部门 {name}")),
        WhoKind::HeadOf(name) => locale.pick(format!("the head of {name}"), format!("{name} 的负责人")),
        WhoKind::HeadOfValue(expr) => {
            let value = expr.spoken(telling);
            locale.pick(format!("the head of {value}"), format!("{value}的负责人"))
        }
        WhoKind::ManagerOf { person, level } => {
            let person = person_ref(person, telling);
            match level {
                1 => locale.pick(format!("the manager of {person}"), format!("{person}的上级")),
                level => locale.pick(
                    format!("the manager of {person}, {level} levels up"),
                    format!("{person}的第 {level} 级上级"),
                ),
            }
        }
        WhoKind::ManagersOf { person, up_to, until } => line_of(person, *up_to, until.as_ref(), telling),
        WhoKind::ApproverOf(step) => {
            let step = telling.step(step);
            locale.pick(
                format!("whoever approved \"{step}\""),
                format!("批准“{step}”的人"),
            )
        }
        WhoKind::Person(expr) => {
            let value = expr.spoken(telling);
            locale.pick(format!("the person in {value}"), format!("{value}中的人"))
        }
    };
    match &part.filter {
        Some(filter) => {
            let filter = filter.spoken(telling);
            locale.pick(
                format!("{text} (where {filter})"),
                format!("{text}（须{filter}）"),
            )
        }
        None => text,
    }
}

fn line_of(person: &PersonRef, up_to: Option<u32>, until: Option<&Expr>, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    let person = person_ref(person, telling);
    let end = match (up_to, until) {
        (_, Some(until)) => {
            let until = until.spoken(telling);
            locale.pick(
                format!(" up to the first where {until}"),
                format!("，直到{until}"),
            )
        }
        (Some(count), None) => locale.pick(format!(", up to {count}"), format!("，最多 {count} 级")),
        (None, None) => String::new(),
    };
    locale.pick(
        format!("the line of managers of {person}{end}"),
        format!("{person}的逐级上级{end}"),
    )
}

pub(super) fn person_ref(person: &PersonRef, telling: &Telling<'_>) -> String {
    let locale = telling.locale;
    match person {
        PersonRef::Requester => locale.pick("the requester", "申请人").to_owned(),
        PersonRef::Approver => locale.pick("whoever was asked", "被询问者").to_owned(),
        PersonRef::Field(name) => telling.field(name),
    }
}

pub(super) fn calendar(calendar: &Calendar, locale: Locale) -> String {
    let (zone, holidays) = (calendar.zone.name(), calendar.holidays.len());
    let days = calendar
        .working
        .iter()
        .filter(|stretches| !stretches.is_empty())
        .count();
    locale.pick(
        format!("{days} days a week are worked, on the clock of {zone}, with {holidays} holidays.\n"),
        format!("每周工作 {days} 天，按 {zone} 时间，含 {holidays} 个假日。\n"),
    )
}
