//! What happens elsewhere.

use serde_json::{Map as JsonMap, Value as Json};

use super::unclear::{Said, Unclear, unclear};
use crate::definition::{FieldKind, Says, StepKind, Wait};
use crate::finding::words;
use crate::parse::Node;
use crate::read::form::plain_json;
use crate::read::story::Stories;

impl Stories<'_> {
    /// Something happens elsewhere that a step of the file waits for.
    pub(super) fn happens(&self, event: &str, tail: Option<&Node>) -> Said {
        let mut all = Vec::new();
        crate::definition::collect_steps(self.steps, &mut all);
        let waits = all.iter().filter_map(|step| match &step.kind {
            StepKind::Wait(wait) => Some(wait),
            _ => None,
        });
        let known: Vec<&str> = waits
            .flat_map(Wait::events)
            .map(|awaited| awaited.event.as_str())
            .collect();
        if !known.contains(&event) && !self.open {
            let names = known.join(", ");
            let hint = match self.desk.nearest(event, known) {
                Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                None if names.is_empty() => words!(
                    "No step of this file waits for an event.",
                    "此文件中没有等待事件的步骤。"
                ),
                None => words!("There are: {names}.", "有：{names}。"),
            };
            return Err(Unclear {
                code: "unknown-event",
                ..unclear(
                    words!("No step waits for `{event}`.", "没有步骤等待 `{event}`。"),
                    Some(hint),
                )
            });
        }
        let nothing = || Json::Object(JsonMap::new());
        let fields = tail.filter(|node| !node.is_null());
        let fields = fields.and_then(|node| plain_json(node, &FieldKind::Text, self.around.currency));
        Ok(Says::Happens {
            event: event.to_owned(),
            fields: fields.unwrap_or_else(nothing),
        })
    }
}
