//! The sentences of a story.

mod happens;
mod unclear;
mod written;

use super::Stories;
use crate::definition::{Act, MayNot, Own, Says, Sentence, StepKind};
use crate::expr::Span;
use crate::finding::words;
use crate::keys::STATUSES;
use crate::parse::{Node, Scalar, Yaml};
use crate::read::desk::Desk;
use crate::refusal::Refusal;
use countersign_kernel::text::nearest;
use serde_json::{Map as JsonMap, Value as Json};
use unclear::{Said, Unclear, braces_in_quotes, example, not_yet, position, unclear, unknown_act, unparted};

impl Stories<'_> {
    pub(super) fn sentences(&self, node: &Node) -> Option<Vec<Sentence>> {
        let mut sentences = Vec::new();
        let mut sound = true;
        for item in self.desk.list(node)? {
            match self.sentence(item) {
                Some(sentence) => sentences.push(sentence),
                None => sound = false,
            }
        }
        sound.then_some(sentences)
    }

    pub(super) fn sentence(&self, node: &Node) -> Option<Sentence> {
        let quoted;
        let (head, tail) = match &node.yaml {
            Yaml::Map(entries) => match entries.as_slice() {
                [(key, value)] => (self.desk.text(key)?.to_owned(), Some(value)),
                _ => {
                    self.desk.wrong_kind(
                        node,
                        words!("one sentence", "一个句子"),
                        words!("Begin each sentence with `- `.", "每个句子以 `- ` 开头。"),
                    );
                    return None;
                }
            },
            Yaml::Broken => return None,
            _ => match self.desk.text(node)?.split_once(": ") {
                Some((_, words)) if words.trim().starts_with('{') && words.trim().ends_with('}') => {
                    let said = braces_in_quotes();
                    self.desk.error(said.code, node, said.message, said.hint);
                    return None;
                }
                // In quotes, as JSON has it, the words after the colon are no value of their own.
                Some((head, words)) => {
                    quoted = Node {
                        yaml: Yaml::Scalar(Scalar {
                            text: words.trim().to_owned(),
                            plain: false,
                        }),
                        ..*node
                    };
                    (head.to_owned(), Some(&quoted))
                }
                None => (self.desk.text(node)?.to_owned(), None),
            },
        };
        let text = match tail.and_then(Node::text) {
            Some(words) => format!("{head}: {words}"),
            None => head.clone(),
        };
        let (within, said) = match within(&head) {
            Some((within, said)) => (Some(within.to_owned()), said),
            None => (None, head.as_str()),
        };
        match self.says(said, tail) {
            Ok(says) => Some(Sentence {
                line: self.desk.line(node),
                text,
                within,
                says,
            }),
            Err(Unclear { code, message, hint }) => {
                self.desk.error(code, node, message, hint);
                None
            }
        }
    }

    pub(super) fn says(&self, head: &str, tail: Option<&Node>) -> Said {
        let words: Vec<&str> = head.split_whitespace().collect();
        match words.as_slice() {
            ["after", ..] => {
                let text = head.trim_start_matches("after").trim();
                Span::parse(text).map(Says::After).ok_or_else(|| {
                    unclear(
                        words!("`{text}` is not a length of time.", "`{text}` 不是时长。"),
                        Some(Desk::span_hint(text)),
                    )
                })
            }
            ["status", word] if STATUSES.contains(word) => Ok(Says::Status((*word).to_owned())),
            ["status", word] => {
                let all = STATUSES.join(", ");
                Err(unclear(
                    words!("`{word}` is no status.", "`{word}` 不是状态。"),
                    Some(words!("Write one of: {all}.", "请写其中之一：{all}。")),
                ))
            }
            ["skipped", step] => self.any_step(step).map(Says::Skipped),
            ["held", step] => self.any_step(step).map(Says::Held),
            ["did", "not", step] => self.action(step).map(Says::DidNot),
            ["did", step] => self.action(step).map(Says::Did),
            ["people"] => self.people_change(tail),
            [step, "asks", "the", "opinion", ..] => Err(not_yet(&format!("`{step} asks the opinion`"))),
            [step, "asks", rest @ ..] if !rest.is_empty() => self.asks(step, &rest.join(" ")),
            ["event", event] => self.happens(event, tail),
            ["in", ..] => Err(unparted()),
            [who, "may", "not", act @ ..] if !act.is_empty() => {
                let who = self.person(who)?;
                Ok(Says::MayNot {
                    who,
                    act: self.may_not(act)?,
                    code: refusal_code(tail)?,
                })
            }
            [who, act @ ..] if !act.is_empty() => {
                let name = self.person(who)?;
                Ok(Says::Acts {
                    act: self.act(act, tail)?,
                    who: name,
                })
            }
            _ => Err(unclear(
                words!(
                    "`{head}` is no sentence that a story knows.",
                    "`{head}` 不是故事能理解的句子。"
                ),
                Some(example()),
            )),
        }
    }

    pub(super) fn person(&self, name: &str) -> Said<String> {
        if self.crowd || name == "requester" || self.people.names.contains_key(name) {
            return Ok(name.to_owned());
        }
        Err(Unclear {
            code: "unknown-person",
            ..unclear(
                words!("Nobody here is called `{name}`.", "这里没有名为 `{name}` 的人。"),
                Some(self.person_hint(name)),
            )
        })
    }

    pub(super) fn step(&self, id: &str, fits: fn(&StepKind) -> bool) -> Said<String> {
        let mut all = Vec::new();
        crate::definition::collect_steps(self.steps, &mut all);
        let known: Vec<&str> = all
            .iter()
            .filter(|step| fits(&step.kind))
            .map(|step| step.key.as_str())
            .collect();
        if known.contains(&id) || self.open {
            return Ok(id.to_owned());
        }
        let names = known.join(", ");
        let hint = match self.desk.nearest(id, known) {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None if names.is_empty() => words!(
                "This file has no step of which that can be said.",
                "此文件中没有可以这样描述的步骤。"
            ),
            None => words!("There are: {names}.", "有：{names}。"),
        };
        Err(Unclear {
            code: "unknown-step",
            ..unclear(
                words!("There is no such step `{id}`.", "没有这样的步骤 `{id}`。"),
                Some(hint),
            )
        })
    }

    pub(super) fn approval(&self, id: &str) -> Said<String> {
        self.step(id, |kind| matches!(kind, StepKind::Approval(_)))
    }

    pub(super) fn action(&self, id: &str) -> Said<String> {
        self.step(id, |kind| matches!(kind, StepKind::Action(_)))
    }

    pub(super) fn any_step(&self, id: &str) -> Said<String> {
        self.step(id, |_| true)
    }

    pub(super) fn asks(&self, step: &str, rest: &str) -> Said {
        let step = self.any_step(step)?;
        if rest == "nobody" {
            return Ok(Says::Asks {
                step,
                people: Vec::new(),
            });
        }
        let names = rest
            .trim_start_matches('[')
            .trim_end_matches(']')
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let people = names
            .map(|name| self.person(name))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Says::Asks { step, people })
    }

    pub(super) fn act(&self, act: &[&str], tail: Option<&Node>) -> Said<Act> {
        let why = || tail.and_then(Node::text).map(str::to_owned);
        let some_step = |step: &[&str]| match step {
            [] => Ok(None),
            ["for" | "on" | "in", step] | [step] => self.approval(step).map(Some),
            [first, ..] => self.approval(first).map(Some),
        };
        Ok(match act {
            ["approves", step @ ..] => {
                let form = match tail.map(|node| &node.yaml) {
                    Some(Yaml::Map(_)) => self.changes(tail)?,
                    _ => JsonMap::new(),
                };
                Act::Approves {
                    step: some_step(step)?,
                    form,
                    comment: why(),
                }
            }
            ["finishes", step @ ..] => self.finishes(some_step(step)?, tail)?,
            ["rejects", step @ ..] => Act::Rejects {
                step: some_step(step)?,
                why: why(),
            },
            ["returns", "to", to] => Act::Returns {
                to: if *to == "requester" {
                    (*to).to_owned()
                } else {
                    self.any_step(to)?
                },
                why: why(),
            },
            ["returns"] => Act::Returns {
                to: "requester".to_owned(),
                why: why(),
            },
            ["transfers", "to", to] => Act::TransfersTo {
                step: None,
                to: self.person(to)?,
            },
            ["transfers", step, "to", to] => Act::TransfersTo {
                step: Some(self.approval(step)?),
                to: self.person(to)?,
            },
            ["claims", step @ ..] => Act::Claims(some_step(step)?),
            ["releases", step @ ..] => Act::Releases {
                step: some_step(step)?,
                why: why(),
            },
            ["adds", who, when] => Act::Adds(self.person(who)?, position(when)?, why()),
            ["removes", who] => Act::Removes(self.person(who)?),
            ["comments"] => Act::Comments(why().unwrap_or_default()),
            ["withdraws"] => Act::Own(Own::Withdraw),
            ["recalls"] => Act::Own(Own::Recall),
            ["urges"] => Act::Own(Own::Urge),
            ["resubmits"] => Act::Resubmits(self.changes(tail)?),
            _ => return Err(unknown_act(act)),
        })
    }

    pub(super) fn changes(&self, tail: Option<&Node>) -> Said<JsonMap<String, Json>> {
        let Some(node) = tail.filter(|node| !node.is_null()) else {
            return Ok(JsonMap::new());
        };
        if !matches!(node.yaml, Yaml::Map(_) | Yaml::Broken) {
            return Err(unclear(
                words!("What changed is written in braces.", "变更内容写在花括号中。"),
                Some(words!(
                    "Write `requester resubmits: {{amount: 90}}`.",
                    "请写 `requester resubmits: {{amount: 90}}`。"
                )),
            ));
        }
        Ok(self.fields(node).unwrap_or_default()) // What is wrong inside is told there.
    }

    pub(super) fn may_not(&self, act: &[&str]) -> Said<MayNot> {
        let step = |step: &[&str]| match step.last() {
            Some(step) => self.approval(step).map(Some),
            None => Ok(None),
        };
        Ok(match act {
            ["submit"] => MayNot::Submit,
            ["approve", rest @ ..] => MayNot::Approve(step(rest)?),
            ["finish", rest @ ..] => MayNot::Finish(step(rest)?),
            ["reject", rest @ ..] => MayNot::Reject(step(rest)?),
            ["return", rest @ ..] => MayNot::Return(step(rest)?),
            ["transfer", "to", to] => MayNot::TransferTo(self.person(to)?),
            ["claim", rest @ ..] => MayNot::Claim(step(rest)?),
            ["release", rest @ ..] => MayNot::Release(step(rest)?),
            ["add", who, position] => MayNot::Add(self.person(who)?, self::position(position)?),
            ["remove", who] => MayNot::Remove(self.person(who)?),
            ["comment"] => MayNot::Comment,
            ["withdraw"] => MayNot::Own(Own::Withdraw),
            ["recall"] => MayNot::Own(Own::Recall),
            ["urge"] => MayNot::Own(Own::Urge),
            ["resubmit"] => MayNot::Resubmit,
            _ => return Err(unknown_act(act)),
        })
    }
}

/// `in NAME, SENTENCE`.
fn within(head: &str) -> Option<(&str, &str)> {
    let (name, said) = head.strip_prefix("in ")?.split_once(',')?;
    Some((name.trim(), said.trim()))
}

/// The refusal that is expected, where one is named.
fn refusal_code(tail: Option<&Node>) -> Said<Option<String>> {
    let Some(node) = tail else { return Ok(None) };
    let code = node.text().unwrap_or_default();
    if Refusal::CODES.contains(&code) {
        return Ok(Some(code.to_owned()));
    }
    let hint = match nearest(code, Refusal::CODES) {
        Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
        None => {
            let all = Refusal::CODES.join(", ");
            words!("Write one of: {all}.", "请写其中之一：{all}。")
        }
    };
    Err(unclear(
        words!("`{code}` is no code of a refusal.", "`{code}` 不是拒绝代码。"),
        Some(hint),
    ))
}
