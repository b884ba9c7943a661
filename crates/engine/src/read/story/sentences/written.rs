//! What stands in braces behind a sentence: what is filled in, and what changes about people.

use countersign_kernel::text::nearest;
use serde_json::{Map as JsonMap, Value as Json};

use super::unclear::{Said, unclear};
use crate::definition::{Act, Says};
use crate::finding::words;
use crate::parse::{Node, Yaml};
use crate::read::story::Stories;

impl Stories<'_> {
    pub(super) fn finishes(&self, step: Option<String>, tail: Option<&Node>) -> Said<Act> {
        let form = match tail.filter(|node| matches!(node.yaml, Yaml::Map(_))) {
            Some(node) => self.answers(node, step.as_deref())?,
            None => JsonMap::new(),
        };
        let comment = tail.and_then(Node::text).map(str::to_owned);
        Ok(Act::Finishes { step, form, comment })
    }

    /// What is filled in when work is done: at the step that is named, else at the only one.
    fn answers(&self, node: &Node, step: Option<&str>) -> Said<JsonMap<String, Json>> {
        let mut all = Vec::new();
        crate::definition::collect_steps(self.steps, &mut all);
        let forms = all.iter().filter_map(|one| {
            let form = one.work()?;
            (step.is_some() || !form.fields.is_empty()).then_some((one.key.as_str(), form))
        });
        let forms: Vec<_> = forms
            .filter(|(key, _)| step.is_none_or(|step| step == *key))
            .collect();
        let [(_, form)] = forms.as_slice() else {
            let several = forms.len() > 1;
            return Err(unclear(
                words!(
                    "It is not said which form this fills in.",
                    "没有说明填写的是哪个表单。"
                ),
                Some(if several {
                    words!(
                        "Name the step: `bo finishes measure: {{passed: true}}`.",
                        "请写明步骤：`bo finishes measure: {{passed: true}}`。"
                    )
                } else {
                    words!(
                        "Only a `task` is finished; an approval is approved or rejected.",
                        "只有 `task` 可以办结；审批则为通过或拒绝。"
                    )
                }),
            ));
        };
        let names: Vec<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
        Ok(self.fields_of(node, form, &names, false).unwrap_or_default()) // What is wrong inside is told there.
    }

    pub(super) fn people_change(&self, tail: Option<&Node>) -> Said {
        let entries = tail.and_then(|node| self.desk.named(node)).unwrap_or_default();
        let mut changes = JsonMap::new();
        for (name, _, value) in entries {
            self.person(name)?;
            let Yaml::Map(parts) = &value.yaml else { continue };
            let mut map = JsonMap::new();
            for (key, value) in parts {
                let Some(key) = key.text() else { continue };
                let known: Vec<&str> = crate::keys::PERSON
                    .keys
                    .iter()
                    .map(|key| key.name)
                    .chain(["active"])
                    .collect();
                if !known.contains(&key) {
                    let hint = nearest(key, known)
                        .map(|near| words!("Did you mean `{near}`?", "是否想写 `{near}`？"));
                    return Err(unclear(
                        words!("A person has no `{key}`.", "人员没有 `{key}`。"),
                        hint,
                    ));
                }
                let json = match &value.yaml {
                    Yaml::List(items) => items.iter().filter_map(Node::text).collect(),
                    _ => match value.text() {
                        Some("true") => Json::Bool(true),
                        Some("false") => Json::Bool(false),
                        Some(text) => Json::String(text.to_owned()),
                        None => Json::Null,
                    },
                };
                map.insert(key.to_owned(), json);
            }
            changes.insert(name.to_owned(), Json::Object(map));
        }
        Ok(Says::People(changes))
    }
}
