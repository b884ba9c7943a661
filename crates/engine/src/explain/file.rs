//! A definition as a file again.

mod approval;
mod calendar;
mod leave;
mod lookup;
mod table;
mod wait;

use countersign_kernel::text::Text;

use crate::definition::{
    Automation, CheckVerdict, Do, DoKind, Each, EachNeed, Field, FieldKind, Form, IfFailed, Localized,
    Required, Stage, Step, StepKind, Take, Template, Workflow,
};
use crate::expr::Expr;
use crate::form::kind_word;
use approval::{approval_lines, need, rest, task_lines, who};
pub(super) use calendar::calendar;
pub(super) use leave::leave_types;
pub(super) use table::table;

/// Lines with their indentation.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, depth: usize, line: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn pair(&mut self, depth: usize, key: &str, value: &str) {
        self.line(depth, &format!("{key}: {value}"));
    }

    /// The same, of a key that may be left out.
    fn maybe(&mut self, depth: usize, key: &str, value: Option<String>) {
        if let Some(value) = value {
            self.pair(depth, key, &value);
        }
    }
}

pub(super) fn step(step: &Step) -> String {
    let mut page = Page::default();
    let untitled = Step {
        title: None,
        ..step.clone()
    };
    steps(&mut page, 0, std::slice::from_ref(&untitled));
    page.text
}

pub(super) fn workflow(workflow: &Workflow) -> String {
    let mut page = Page::default();
    page.pair(0, "workflow", &workflow.name);
    page.pair(0, "title", &words(&workflow.title));
    page.maybe(0, "description", workflow.description.as_ref().map(words));
    page.pair(0, "owners", &who(&workflow.owners));
    page.pair(0, "submitters", &who(&workflow.submitters));
    page.maybe(0, "visible_to", workflow.visible_to.as_ref().map(who));
    page.maybe(0, "summary", workflow.summary.as_ref().map(localized));
    page.pair(0, "number", &quoted(&workflow.number.source));
    page.maybe(0, "withdraw_until", workflow.withdraw_until.clone());
    page.maybe(0, "recall_until", workflow.recall_until.clone());
    page.line(0, "\nform:");
    form(&mut page, 1, &workflow.form);
    lookup::facts(&mut page, workflow);
    page.maybe(0, "leave", workflow.leave.as_ref().map(leave::asks));
    if !workflow.checks.is_empty() {
        page.line(0, "\nchecks:");
        for check in &workflow.checks {
            page.pair(1, "- when", &quoted(check.when.source()));
            match &check.verdict {
                CheckVerdict::Refuse(text) => page.pair(2, "refuse", &localized(text)),
                CheckVerdict::Warn(text) => page.pair(2, "warn", &localized(text)),
            }
        }
    }
    page.line(0, "\nsteps:");
    steps(&mut page, 1, &workflow.steps);
    page.text
}

fn form(page: &mut Page, depth: usize, form: &Form) {
    for field in &form.fields {
        page.line(depth, &format!("{}:", field.name));
        field_lines(page, depth + 1, field);
    }
}

fn field_lines(page: &mut Page, depth: usize, field: &Field) {
    page.pair(depth, "type", kind_word(&field.kind));
    for (key, text) in [("label", &field.label), ("help", &field.help)] {
        if let Some(text) = text {
            page.pair(depth, key, &words(text));
        }
    }
    match &field.required {
        Required::No => page.pair(depth, "required", "false"),
        Required::Yes => page.pair(depth, "required", "true"),
        Required::When(expr) => page.pair(depth, "required", &quoted(expr.source())),
    }
    if let Some(default) = &field.default {
        // JSON is YAML, but for money, which a file writes as a bare amount.
        let amount = default
            .get("amount")
            .and_then(serde_json::Value::as_str)
            .map(str::to_owned);
        page.pair(depth, "default", &amount.unwrap_or_else(|| default.to_string()));
    }
    if let Some(expr) = &field.show_when {
        page.pair(depth, "show_when", &quoted(expr.source()));
    }
    let limits = &field.limits;
    let rows = [
        ("min", &limits.min),
        ("max", &limits.max),
        ("min_count", &limits.min_count),
        ("max_count", &limits.max_count),
        ("max_length", &limits.max_length),
    ];
    for (key, limit) in rows {
        if let Some(limit) = limit {
            page.pair(depth, key, &quoted(limit.source()));
        }
    }
    if field.list {
        page.pair(depth, "list", "true");
    }
    kind_lines(page, depth, &field.kind);
}

fn kind_lines(page: &mut Page, depth: usize, kind: &FieldKind) {
    match kind {
        FieldKind::Money { currencies } if !currencies.is_empty() => {
            let codes: Vec<String> = currencies.iter().map(ToString::to_string).collect();
            page.pair(depth, "currency", &format!("[{}]", codes.join(", ")));
        }
        FieldKind::Choice { options } | FieldKind::Choices { options } => {
            let one = |(name, label): &(String, Option<Text>)| match label {
                Some(label) => format!("{}: {}", quoted(name), words(label)),
                None => format!("{}: ~", quoted(name)),
            };
            page.pair(
                depth,
                "options",
                &format!("{{{}}}", options.iter().map(one).collect::<Vec<_>>().join(", ")),
            );
        }
        FieldKind::Record { of } => page.pair(depth, "of", of.word()),
        FieldKind::File { accept } if !accept.is_empty() => {
            page.pair(depth, "accept", &format!("[{}]", accept.join(", ")));
        }
        FieldKind::Computed { is } => page.pair(depth, "is", &quoted(is.source())),
        FieldKind::List { fields } | FieldKind::Group { fields } => {
            page.line(depth, "fields:");
            form(page, depth + 1, fields);
        }
        _ => {}
    }
}

fn steps(page: &mut Page, depth: usize, list: &[Step]) {
    for step in list {
        let id = match &step.kind {
            StepKind::End(end) => end.outcome.word(),
            _ => step.key.as_str(),
        };
        page.line(depth, &format!("- {}: {id}", step.kind.word()));
        if let Some(title) = &step.title {
            page.pair(depth + 1, "title", &words(title));
        }
        if let Some(when) = &step.when {
            page.pair(depth + 1, "when", &quoted(when.source()));
        }
        step_lines(page, depth + 1, &step.kind);
    }
}

fn list(page: &mut Page, depth: usize, key: &str, inner: &[Step]) {
    if inner.is_empty() {
        page.pair(depth, key, "[]");
    } else {
        page.line(depth, &format!("{key}:"));
        steps(page, depth + 1, inner);
    }
}

fn step_lines(page: &mut Page, depth: usize, kind: &StepKind) {
    match kind {
        StepKind::Approval(approval) => match approval.work() {
            Some(work) => {
                task_lines(page, depth, approval);
                if !work.fields.is_empty() {
                    page.line(depth, "form:");
                    form(page, depth + 1, work);
                }
            }
            None => approval_lines(page, depth, approval),
        },
        StepKind::Choose(choose) => {
            let take = match choose.take {
                Take::First => "first",
                Take::All => "all",
            };
            page.pair(depth, "take", take);
            page.line(depth, "cases:");
            for case in &choose.cases {
                page.pair(depth + 1, "- when", &quoted(case.when.source()));
                list(page, depth + 2, "steps", &case.steps);
            }
            list(page, depth, "otherwise", &choose.otherwise);
        }
        StepKind::Parallel(parallel) => {
            page.pair(depth, "need", &need(parallel.need));
            page.pair(depth, "rest", rest(parallel.rest));
            page.line(depth, "branches:");
            for branch in &parallel.branches {
                list(page, depth + 1, &branch.name, &branch.steps);
            }
        }
        StepKind::Repeat(repeat) => {
            list(page, depth, "steps", &repeat.steps);
            page.pair(depth, "while", &quoted(repeat.again.source()));
            page.pair(depth, "at_most", &repeat.at_most.to_string());
        }
        StepKind::Each(each) => each_lines(page, depth, each),
        StepKind::Stage(stage) => stage_lines(page, depth, stage),
        StepKind::Wait(wait) => wait::lines(page, depth, wait),
        StepKind::Action(action) => {
            page.pair(depth, "do", &action.action);
            with(page, depth, "with", &action.with);
            match &action.if_failed {
                IfFailed::Hold => page.pair(depth, "if_failed", "hold"),
                IfFailed::End => page.pair(depth, "if_failed", "end"),
                IfFailed::Ask(asked) => page.pair(depth, "if_failed", &format!("{{ask: {}}}", who(asked))),
            }
        }
        StepKind::Cc(to) => page.pair(depth, "to", &who(to)),
        StepKind::Set(fields) => set_lines(page, depth, fields),
        StepKind::End(end) => {
            if let Some(note) = &end.note {
                page.pair(depth, "note", &localized(note));
            }
        }
    }
}

fn set_lines(page: &mut Page, depth: usize, fields: &[(String, Expr)]) {
    page.line(depth, "fields:");
    for (name, expr) in fields {
        page.pair(depth + 1, name, &quoted(expr.source()));
    }
}

fn stage_lines(page: &mut Page, depth: usize, stage: &Stage) {
    if let Some(when) = &stage.stop_when {
        page.pair(depth, "stop_when", &quoted(when.source()));
    }
    list(page, depth, "steps", &stage.steps);
}

fn each_lines(page: &mut Page, depth: usize, each: &Each) {
    page.pair(depth, "in", &quoted(each.list.source()));
    page.pair(depth, "as", &each.name);
    if let Some(by) = &each.group_by {
        page.pair(depth, "group_by", &quoted(by.source()));
    }
    let needs = match each.need {
        EachNeed::Of(count) => need(count),
        EachNeed::EachDecides => "each_decides".to_owned(),
    };
    page.pair(depth, "need", &needs);
    page.pair(depth, "rest", rest(each.rest));
    list(page, depth, "steps", &each.steps);
}

fn with(page: &mut Page, depth: usize, key: &str, inputs: &[(String, Template)]) {
    if inputs.is_empty() {
        page.pair(depth, key, "{}");
        return;
    }
    page.line(depth, &format!("{key}:"));
    for (name, template) in inputs {
        page.pair(depth + 1, name, &quoted(&template.source));
    }
}

pub(super) fn automation(automation: &Automation) -> String {
    let mut page = Page::default();
    page.pair(0, "automation", &automation.name);
    for (key, text) in [
        ("title", &automation.title),
        ("description", &automation.description),
    ] {
        if let Some(text) = text {
            page.pair(0, key, &words(text));
        }
    }
    page.pair(
        0,
        "when_event",
        &format!("[{}]", automation.when_event.join(", ")),
    );
    if let Some(when) = &automation.when {
        page.pair(0, "when", &quoted(when.source()));
    }
    does(&mut page, 0, "do", &automation.does);
    page.text
}

fn does(page: &mut Page, depth: usize, key: &str, list: &[Do]) {
    if list.is_empty() {
        page.pair(depth, key, "[]");
        return;
    }
    page.line(depth, &format!("{key}:"));
    for one in list {
        let word = match &one.kind {
            DoKind::Start(_) => "start",
            DoKind::Action { .. } => "action",
            DoKind::Choose { .. } => "choose",
        };
        page.line(depth + 1, &format!("- {word}: {}", one.id));
        if let Some(when) = &one.when {
            page.pair(depth + 2, "when", &quoted(when.source()));
        }
        match &one.kind {
            DoKind::Start(start) => {
                page.pair(depth + 2, "requester", &quoted(start.requester.source()));
                if let Some(key) = &start.key {
                    page.pair(depth + 2, "key", &quoted(key.source()));
                }
                with(page, depth + 2, "form", &start.form);
            }
            DoKind::Action { action, with: inputs } => {
                page.pair(depth + 2, "do", action);
                with(page, depth + 2, "with", inputs);
            }
            DoKind::Choose { cases, otherwise } => {
                page.line(depth + 2, "cases:");
                for case in cases {
                    page.pair(depth + 3, "- when", &quoted(case.when.source()));
                    does(page, depth + 4, "do", &case.does);
                }
                does(page, depth + 2, "otherwise", otherwise);
            }
        }
    }
}

fn words(text: &Text) -> String {
    match text {
        Text::One(text) => quoted(text),
        Text::Many(texts) => format!(
            "{{{}}}",
            texts
                .iter()
                .map(|(locale, text)| format!("{locale}: {}", quoted(text)))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

fn localized(text: &Localized) -> String {
    match text.0.iter().collect::<Vec<_>>().as_slice() {
        [(locale, template)] if *locale == "en" => quoted(&template.source),
        many => format!(
            "{{{}}}",
            many.iter()
                .map(|(locale, template)| format!("{locale}: {}", quoted(&template.source)))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

/// A text as it can stand anywhere: in double quotes unless it is one plain word.
fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let word = text
        .chars()
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && text.chars().all(plain);
    if word && !matches!(text, "true" | "false" | "null") {
        return text.to_owned();
    }
    serde_json::Value::String(text.to_owned()).to_string()
}
