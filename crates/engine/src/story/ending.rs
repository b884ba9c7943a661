//! What a story shall come to.

use countersign_kernel::number;
use countersign_kernel::text::{Locale, Text};
use serde_json::Value as Json;

use super::form::sent;
use super::play::{Stage, Told, list};
use crate::definition::{Expectation, Story};
use crate::refusal::{Refusal, both};

impl Stage<'_> {
    pub(super) fn refused(&self, story: &Story, words: &str, result: Result<(), Refusal>) -> Told {
        let expected = both(
            format!("the submission is refused: {words}"),
            format!("提交被拒绝：{words}"),
        );
        match result {
            Ok(()) => self.fail(
                story.expect_line,
                &story.name,
                expected,
                both("it is accepted", "被接受"),
            ),
            Err(refusal) if mentions(&refusal, words) => Ok(()),
            Err(refusal) => self.fail(story.expect_line, &story.name, expected, refusal.told()),
        }
    }

    pub(super) fn warned(&self, story: &Story, words: &str) -> Told {
        let warnings = &self.state.warnings;
        let so = if words == "nothing" {
            warnings.is_empty()
        } else {
            warnings.iter().any(|warning| text_contains(warning, words))
        };
        if so {
            return Ok(());
        }
        let expected = both(
            format!("the submitter is warned: {words}"),
            format!("提示提交人：{words}"),
        );
        let all = |locale| {
            warnings
                .iter()
                .map(|one| one.get(locale).to_owned())
                .collect::<Vec<_>>()
        };
        let happened = both(
            list(&all(Locale::En), Locale::En),
            list(&all(Locale::ZhCn), Locale::ZhCn),
        );
        self.fail(story.expect_line, &story.name, expected, happened)
    }

    pub(super) fn end(&self, story: &Story) -> Told {
        let Expectation::Status {
            status,
            rounds,
            fields,
            told,
        } = &story.expect
        else {
            return Ok(());
        };
        let fail = |expected, happened| self.fail(story.expect_line, &story.name, expected, happened);
        if let Some(status) = status
            && status != self.state.status.word()
        {
            return fail(
                both(format!("the request is {status}"), format!("申请状态为 {status}")),
                self.status(),
            );
        }
        if let Some(rounds) = rounds
            && *rounds != self.state.round
        {
            let now = self.state.round;
            return fail(
                both(format!("{rounds} rounds"), format!("{rounds} 轮")),
                both(format!("{now} rounds"), format!("{now} 轮")),
            );
        }
        if let Some(told) = told {
            let mut wanted: Vec<String> = told
                .iter()
                .map(|name| {
                    self.person(name)
                        .map_or_else(|| name.clone(), |id| self.short(id))
                })
                .collect();
            let mut copied: Vec<String> = self.state.copied.iter().map(|id| self.short(*id)).collect();
            wanted.sort();
            copied.sort();
            if wanted != copied {
                let text = |names: &[String]| {
                    both(
                        format!("in copy: {}", list(names, Locale::En)),
                        format!("抄送：{}", list(names, Locale::ZhCn)),
                    )
                };
                return fail(text(&wanted), text(&copied));
            }
        }
        for (name, wanted) in &sent(&self.definition.form, fields, self.people, self.around.currency) {
            let is = self.state.form.get(name).cloned().unwrap_or(Json::Null);
            if !same(wanted, &is) {
                let text = |value: &Json| both(format!("{name} is {value}"), format!("{name} 为 {value}"));
                return fail(text(wanted), text(&is));
            }
        }
        Ok(())
    }
}

/// A field's name, or part of the words.
fn mentions(refusal: &Refusal, words: &str) -> bool {
    let field = format!("/{words}");
    refusal.faults().iter().any(|fault| {
        fault.pointer.ends_with(&field)
            || fault.pointer.contains(&format!("{field}/"))
            || text_contains(&fault.text, words)
    }) || text_contains(&refusal.told(), words)
}

fn text_contains(text: &Text, words: &str) -> bool {
    let words = words.to_lowercase();
    match text {
        Text::One(text) => text.to_lowercase().contains(&words),
        Text::Many(all) => all.values().any(|text| text.to_lowercase().contains(&words)),
    }
}

/// Numbers are the same however they are written.
fn same(one: &Json, other: &Json) -> bool {
    let decimal = |json: &Json| match json {
        Json::Number(number) => number::of_json(number),
        Json::String(text) => number::exact(text),
        Json::Object(money) => number::exact(money.get("amount")?.as_str()?),
        _ => None,
    };
    match (decimal(one), decimal(other)) {
        (Some(a), Some(b)) => a == b && one.get("currency") == other.get("currency"),
        _ => one == other,
    }
}
