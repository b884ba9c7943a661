//! `tests:`: stories, sentence by sentence.

mod facts;
mod sentences;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Map as JsonMap, Value as Json};

use super::desk::{Desk, Map};
use super::form::{ReadForm, fields_json, flat};
use crate::definition::{Expectation, FieldKind, Form, Given, Lookup, People, Step, Story};
use crate::finding::{Words, words};
use crate::keys::{EXPECT, GIVEN, STATUSES, STORY};
use crate::parse::Node;
use crate::surroundings::Surroundings;

pub(crate) struct Stories<'a> {
    pub desk: &'a Desk<'a>,
    pub around: &'a Surroundings,
    pub people: &'a People,
    pub form: &'a ReadForm,
    /// None where they could not be read.
    pub facts: Option<&'a [Lookup]>,
    pub steps: &'a [Step],
    /// There may be other steps: some could not be read.
    pub open: bool,
    /// There may be other people: the file's own could not be read.
    pub crowd: bool,
}

impl Stories<'_> {
    pub(crate) fn read(&self, node: &Node) -> Option<Vec<Story>> {
        let mut stories: Vec<Story> = Vec::new();
        let mut names: Vec<(&str, usize)> = Vec::new();
        let mut sound = true;
        for item in self.desk.list(node)? {
            if let Some(name) = item.get("name").and_then(Node::text) {
                match names.iter().find(|(other, _)| *other == name) {
                    Some((_, line)) => {
                        self.desk.error(
                            "repeated-id",
                            item,
                            words!(
                                "There is a story `{name}` already, on line {line}.",
                                "故事 `{name}` 已在第 {line} 行。"
                            ),
                            words!("Call this one otherwise.", "请换个名称。"),
                        );
                        sound = false;
                    }
                    None => names.push((name, self.desk.line(item))),
                }
            }
            match self.story(item) {
                Some(story) => stories.push(story),
                None => sound = false,
            }
        }
        sound.then_some(stories)
    }

    fn story(&self, node: &Node) -> Option<Story> {
        let map = self.desk.map(node, &STORY)?;
        let name = map
            .get("name")
            .and_then(|node| self.desk.text(node))
            .map(str::to_owned);
        let at = map.get("at").map(|node| self.instant(node));
        let given = map.get("given").and_then(|node| self.given(node));
        let then = map.get("then").map(|node| self.sentences(node));
        let (expect, place) = self.expectation(&map, node)?;
        Some(Story {
            name: name?,
            line: self.desk.line(node),
            at: flat(at)?.unwrap_or_else(default_start),
            given: given?,
            then: flat(then)?.unwrap_or_default(),
            expect: expect?,
            expect_line: place,
        })
    }

    fn instant(&self, node: &Node) -> Option<NaiveDateTime> {
        let text = self.desk.text(node)?;
        let read = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")
            .ok()
            .or_else(|| {
                text.parse::<NaiveDate>()
                    .ok()
                    .and_then(|date| date.and_hms_opt(9, 0, 0))
            });
        if read.is_none() {
            self.desk.error(
                "wrong-shape",
                node,
                words!("`{text}` is no date and time.", "`{text}` 不是日期时间。"),
                words!("Write like `2026-01-05 09:00`.", "请写如 `2026-01-05 09:00`。"),
            );
        }
        read
    }

    fn given(&self, node: &Node) -> Option<Given> {
        let map = self.desk.map(node, &GIVEN)?;
        let requester = map.get("requester").and_then(|node| {
            let text = self.desk.text(node)?;
            self.known(node, text).then(|| text.to_owned())
        });
        let form = map.get("form").and_then(|node| self.fields(node));
        let facts = map.get("facts").map(|node| self.facts(node));
        let open_tasks = map.get("open_tasks").map(|node| self.open_tasks(node));
        let failing = map.get("failing").map(|node| {
            Desk::one_or_list(node)
                .into_iter()
                .filter_map(|item| self.desk.text(item))
                .map(str::to_owned)
                .collect()
        });
        Some(Given {
            requester: requester?,
            form: form?,
            facts: flat(facts)?.unwrap_or_default(),
            open_tasks: flat(open_tasks)?.unwrap_or_default(),
            failing: failing.unwrap_or_default(),
        })
    }

    fn open_tasks(&self, node: &Node) -> Option<BTreeMap<String, u32>> {
        let counted = self.desk.named(node)?.into_iter().map(|(name, key, count)| {
            let count = self.desk.count(count, 0);
            self.known(key, name).then_some((name.to_owned(), count?))
        });
        counted.collect::<Vec<_>>().into_iter().collect()
    }

    fn known(&self, node: &Node, name: &str) -> bool {
        let known = self.crowd || self.people.names.contains_key(name);
        if !known {
            self.desk.error(
                "unknown-person",
                node,
                words!("Nobody here is called `{name}`.", "这里没有名为 `{name}` 的人。"),
                self.person_hint(name),
            );
        }
        known
    }

    fn person_hint(&self, name: &str) -> Words {
        let names = crate::people::short_names(self.people);
        let all = names.iter().take(15).copied().collect::<Vec<_>>().join(", ");
        match self.desk.nearest(name, names) {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None => words!(
                "There are: {all}. Others stand in the file's own `people:`.",
                "有：{all}。其他人可写在文件自己的 `people:` 中。"
            ),
        }
    }

    /// Form fields as a story writes them, ready to be sent: people by short name, amounts in the tenant's currency.
    fn fields(&self, node: &Node) -> Option<JsonMap<String, Json>> {
        self.fields_of(node, &self.form.form, &self.form.names(), self.form.open)
    }

    /// The same of any form; `open`: it may have other fields than those that are known.
    fn fields_of(
        &self,
        node: &Node,
        form: &Form,
        fields: &[&str],
        open: bool,
    ) -> Option<JsonMap<String, Json>> {
        let mut sound = true;
        for (name, key, _) in self.desk.named(node)? {
            // A story may well send what the form refuses, but not by a slip.
            let known = fields.contains(&name) || open;
            if let (false, Some(near)) = (known, self.desk.nearest(name, fields.iter().copied())) {
                self.desk.error(
                    "unknown-name",
                    key,
                    words!("The form has no field `{name}`.", "表单没有字段 `{name}`。"),
                    words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                );
                sound = false;
            }
        }
        if !sound {
            return None;
        }
        let Json::Object(mut map) = fields_json(node, form, self.around.currency)? else {
            return None;
        };
        for (name, value) in &mut map {
            match form.field(name).map(|field| &field.kind) {
                Some(FieldKind::Person) => self.person_value(value),
                Some(FieldKind::People) => value
                    .as_array_mut()
                    .into_iter()
                    .flatten()
                    .for_each(|item| self.person_value(item)),
                _ => {}
            }
        }
        Some(map)
    }

    fn person_value(&self, value: &mut Json) {
        if let Some(id) = value.as_str().and_then(|name| self.people.id(name)) {
            *value = Json::String(id.to_string());
        }
    }

    fn expectation(&self, map: &Map<'_>, node: &Node) -> Option<(Option<Expectation>, usize)> {
        let named: Vec<&str> = ["expect", "refused", "warned"]
            .into_iter()
            .filter(|key| map.get(key).is_some())
            .collect();
        match named.as_slice() {
            ["expect"] => {
                let value = map.get("expect")?;
                Some((self.expect(value), self.desk.line(value)))
            }
            ["refused"] => {
                let value = map.get("refused")?;
                Some((
                    self.desk
                        .text(value)
                        .map(|text| Expectation::Refused(text.to_owned())),
                    self.desk.line(value),
                ))
            }
            ["warned"] => {
                let value = map.get("warned")?;
                Some((
                    self.desk
                        .text(value)
                        .map(|text| Expectation::Warned(text.to_owned())),
                    self.desk.line(value),
                ))
            }
            [] if map.get("then").is_some() => Some((
                Some(Expectation::Status {
                    status: None,
                    rounds: None,
                    fields: JsonMap::new(),
                    told: None,
                }),
                self.desk.line(node),
            )),
            [] if !map.is_sound() => None,
            [] => {
                self.desk.error(
                    "missing-key",
                    node,
                    words!(
                        "The story says nothing that must come true.",
                        "故事没有说明预期结果。"
                    ),
                    words!(
                        "Add `expect: approved`, `refused: amount`, or lines under `then:`.",
                        "请添加 `expect: approved`、`refused: amount`，或在 `then:` 下写句子。"
                    ),
                );
                None
            }
            [first, rest @ ..] => {
                let second = rest.first().copied().unwrap_or_default();
                if let Some(key) = map.key(second) {
                    self.desk.error(
                        "two-kinds",
                        key,
                        words!(
                            "`{first}` and `{second}` do not stand together: what is refused has no end.",
                            "`{first}` 与 `{second}` 不能同时出现：被拒绝的提交没有结局。"
                        ),
                        words!("Write two stories.", "请写成两个故事。"),
                    );
                }
                None
            }
        }
    }

    fn expect(&self, node: &Node) -> Option<Expectation> {
        if let Some(text) = node.text() {
            return self.status(node, text).map(|status| Expectation::Status {
                status: Some(status),
                rounds: None,
                fields: JsonMap::new(),
                told: None,
            });
        }
        let map = self.desk.map(node, &EXPECT)?;
        let status = map
            .get("status")
            .map(|node| self.desk.text(node).and_then(|text| self.status(node, text)));
        let rounds = map.get("number_of_rounds").map(|node| self.desk.count(node, 1));
        let fields = map.get("fields").map(|node| self.fields(node));
        let told = map.get("told").map(|node| self.told(node));
        Some(Expectation::Status {
            status: flat(status)?,
            rounds: flat(rounds)?,
            fields: flat(fields)?.unwrap_or_default(),
            told: flat(told)?,
        })
    }

    fn told(&self, node: &Node) -> Option<Vec<String>> {
        let names = Desk::one_or_list(node).into_iter().map(|item| {
            let name = self.desk.text(item)?;
            if self.crowd || name == "requester" || self.people.names.contains_key(name) {
                return Some(name.to_owned());
            }
            self.desk.error(
                "unknown-person",
                item,
                words!("Nobody here is called `{name}`.", "这里没有名为 `{name}` 的人。"),
                self.person_hint(name),
            );
            None
        });
        names.collect()
    }

    fn status(&self, node: &Node, text: &str) -> Option<String> {
        if text == "suspended" {
            self.desk.not_yet(node, "`suspended`", None);
            return None;
        }
        if STATUSES.contains(&text) {
            return Some(text.to_owned());
        }
        self.desk.unknown_word(node, text, &STATUSES);
        None
    }
}

fn default_start() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 1, 5)
        .and_then(|date| date.and_hms_opt(9, 0, 0))
        .unwrap_or_default()
}
