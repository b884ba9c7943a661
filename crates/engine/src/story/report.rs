//! What came of the stories: what was expected, what happened, why; and what no story reached.

use std::collections::BTreeSet;

use countersign_kernel::text::{Locale, Text};
use serde_json::{Value as Json, json};

use crate::definition::{StepKind, Workflow};
use crate::refusal::both;
use crate::step::title;
use crate::vocabulary::{Event, Opened, Skip, Skipped, What};

/// The stories of a definition, told and heard.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryReport {
    pub stories: Vec<StoryResult>,
    /// Steps and cases that no story reached.
    pub unreached: Vec<Unreached>,
}

impl StoryReport {
    /// Whether every story came true.
    pub fn ok(&self) -> bool {
        self.stories.iter().all(|story| story.failure.is_none())
    }

    /// As a terminal shows it: what was expected, what happened, and what had happened until then.
    pub fn display(&self, file: &str, locale: Locale) -> String {
        let mut text = String::new();
        for story in &self.stories {
            match &story.failure {
                None => text.push_str(&format!("ok    {}\n", story.name)),
                Some(failure) => text.push_str(&failure.display(file, &story.name, locale)),
            }
        }
        for missing in &self.unreached {
            text.push_str(&format!(
                "      {file}:{}: {}\n",
                missing.line,
                missing.what.get(locale)
            ));
        }
        let failed = self
            .stories
            .iter()
            .filter(|story| story.failure.is_some())
            .count();
        let passed = self.stories.len() - failed;
        text + &locale.pick(
            format!("{file}: {passed} true, {failed} not"),
            format!("{file}：{passed} 个成立，{failed} 个不成立"),
        )
    }

    /// As the API and `workflow test --format json` give it.
    pub fn to_json(&self, locale: Locale) -> Json {
        let story = |story: &StoryResult| {
            json!({"name": story.name, "line": story.line, "ok": story.failure.is_none(),
                "failure": story.failure.as_ref().map(|failure| failure.to_json(locale))})
        };
        let missing =
            |one: &Unreached| json!({"step": one.step, "line": one.line, "what": one.what.get(locale)});
        json!({
            "ok": self.ok(),
            "stories": self.stories.iter().map(story).collect::<Vec<_>>(),
            "unreached": self.unreached.iter().map(missing).collect::<Vec<_>>(),
        })
    }
}

impl Failure {
    fn display(&self, file: &str, name: &str, locale: Locale) -> String {
        let (expected, happened) = (self.expected.get(locale), self.happened.get(locale));
        let mut text = locale.pick(
            format!(
                "FALSE {name}\n      {file}:{}: {}\n      expected: {expected}\n      happened: {happened}\n",
                self.line, self.sentence
            ),
            format!(
                "不成立 {name}\n      {file}:{}: {}\n      预期：{expected}\n      实际：{happened}\n",
                self.line, self.sentence
            ),
        );
        for sentence in &self.history {
            text.push_str(&format!("        - {}\n", sentence.get(locale)));
        }
        text
    }

    fn to_json(&self, locale: Locale) -> Json {
        json!({
            "line": self.line, "sentence": self.sentence, "expected": self.expected.get(locale),
            "happened": self.happened.get(locale),
            "history": self.history.iter().map(|sentence| sentence.get(locale)).collect::<Vec<_>>(),
        })
    }
}

/// One story.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryResult {
    pub name: String,
    pub line: usize,
    pub failure: Option<Failure>,
}

/// Where a story did not come true.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub line: usize,
    /// The sentence, as written.
    pub sentence: String,
    pub expected: Text,
    pub happened: Text,
    /// What had happened until then, in words.
    pub history: Vec<Text>,
}

/// A step or case that no story reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreached {
    pub step: String,
    pub line: usize,
    pub what: Text,
}

/// What the stories reached.
#[derive(Debug, Default)]
pub(super) struct Reached {
    steps: BTreeSet<String>,
    cases: BTreeSet<(String, Option<u32>)>,
}

impl Reached {
    pub(super) fn note(&mut self, events: &[Event]) {
        for event in events {
            match &event.what {
                What::Entered(entered) => {
                    self.steps.insert(entered.step.clone());
                    match &entered.kind {
                        Opened::Case { case, .. } => {
                            self.cases.insert((entered.step.clone(), *case));
                        }
                        // Of a `choose` that takes all that hold.
                        Opened::Branch { when, .. } => {
                            let case = when.as_ref().map(|_| entered.index);
                            self.cases.insert((entered.step.clone(), case));
                        }
                        _ => {}
                    }
                }
                What::Skipped(Skipped {
                    step,
                    why: Skip::Nobody | Skip::Requester,
                    ..
                }) => {
                    self.steps.insert(step.clone());
                }
                What::Copied(copied) => {
                    self.steps.insert(copied.step.clone());
                }
                What::VariablesSet(set) => {
                    self.steps.insert(set.step.clone());
                }
                What::Ended(ended) => self.steps.extend(ended.step.clone()),
                _ => {}
            }
        }
    }

    /// Inside what was not reached nothing else is named.
    pub(super) fn missing(&self, definition: &Workflow) -> Vec<Unreached> {
        let mut missing = Vec::new();
        self.look(&definition.steps, &mut missing);
        missing
    }

    fn look(&self, steps: &[crate::definition::Step], missing: &mut Vec<Unreached>) {
        for step in steps {
            if !self.steps.contains(&step.key) {
                let name = title(step);
                let (en, zh) = (name.get(Locale::En), name.get(Locale::ZhCn));
                let what = both(format!("no test reaches \"{en}\""), format!("没有测试到达“{zh}”"));
                missing.push(Unreached {
                    step: step.key.clone(),
                    line: step.line,
                    what,
                });
                continue;
            }
            match &step.kind {
                StepKind::Choose(choose) => {
                    for (number, case) in choose.cases.iter().enumerate() {
                        if self.cases.contains(&(step.key.clone(), Some(number as u32))) {
                            self.look(&case.steps, missing);
                        } else {
                            let when = case.when.source();
                            let what = both(
                                format!("no test reaches the case `{when}`"),
                                format!("没有测试到达分支 `{when}`"),
                            );
                            missing.push(Unreached {
                                step: step.key.clone(),
                                line: case.line,
                                what,
                            });
                        }
                    }
                    if self.cases.contains(&(step.key.clone(), None)) {
                        self.look(&choose.otherwise, missing);
                    } else {
                        let what = both("no test reaches `otherwise`", "没有测试到达 `otherwise`");
                        missing.push(Unreached {
                            step: step.key.clone(),
                            line: step.line,
                            what,
                        });
                    }
                }
                StepKind::Parallel(parallel) => {
                    for branch in &parallel.branches {
                        self.look(&branch.steps, missing);
                    }
                }
                StepKind::Repeat(repeat) => self.look(&repeat.steps, missing),
                StepKind::Each(each) => self.look(&each.steps, missing),
                StepKind::Stage(stage) => self.look(&stage.steps, missing),
                StepKind::Approval(_)
                | StepKind::Wait(_)
                | StepKind::Action(_)
                | StepKind::Cc(_)
                | StepKind::Set(_)
                | StepKind::End(_) => {}
            }
        }
    }
}
