//! `action`: what is done, and with what.

use super::{Steps, Where};
use crate::definition::{Action, IfFailed};
use crate::expr::Scope;
use crate::finding::{Words, words};
use crate::parse::Node;
use crate::read::desk::{Desk, Map};

impl Steps<'_> {
    pub(super) fn action(&self, map: &Map<'_>, place: &Where) -> Action {
        let scope = self.scope_at(place);
        let if_failed = map
            .get("if_failed")
            .map_or(Some(IfFailed::Hold), |node| match node.text() {
                Some("end") => Some(IfFailed::End),
                Some("hold") => Some(IfFailed::Hold),
                _ => self.ask(node, place, &["end", "hold"]).map(IfFailed::Ask),
            });
        let name = map
            .get("do")
            .and_then(|node| action_name(self.desk, node, &self.around.actions));
        let with = inputs(
            self.desk,
            map.get("with"),
            map.key("do"),
            name.as_deref(),
            &self.around.actions,
            &scope,
        );
        Action {
            action: name.unwrap_or_default(),
            with: with.unwrap_or_default(),
            if_failed: if_failed.unwrap_or(IfFailed::Hold),
        }
    }
}

pub(crate) fn action_name(
    desk: &Desk<'_>,
    node: &Node,
    known: &[countersign_kernel::catalogue::ActionType],
) -> Option<String> {
    let text = desk.text(node)?;
    if known.iter().any(|action| action.name == text) {
        return Some(text.to_owned());
    }
    let names: Vec<&str> = known.iter().map(|action| action.name).collect();
    let all = names.join(", ");
    let hint = match desk.nearest(text, names) {
        Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
        None => words!("The actions are: {all}.", "可用动作：{all}。"),
    };
    desk.error(
        "unknown-action",
        node,
        words!("There is no action `{text}`.", "没有动作 `{text}`。"),
        hint,
    );
    None
}

/// `with:`, against what the action takes.
pub(crate) fn inputs(
    desk: &Desk<'_>,
    node: Option<&Node>,
    place: Option<&Node>,
    name: Option<&str>,
    known: &[countersign_kernel::catalogue::ActionType],
    scope: &Scope,
) -> Option<Vec<(String, crate::definition::Template)>> {
    let action = name.and_then(|name| known.iter().find(|action| action.name == name));
    let mut inputs = Vec::new();
    let mut sound = true;
    for (name, key, value) in node.map_or(Some(Vec::new()), |node| desk.named(node))? {
        if let Some(action) = action
            && !action.inputs.iter().any(|input| input.name == name)
        {
            let known: Vec<&str> = action.inputs.iter().map(|input| input.name).collect();
            let all = known.join(", ");
            let hint = match desk.nearest(name, known) {
                Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                None => words!("It takes: {all}.", "可用输入：{all}。"),
            };
            let called = action.name;
            desk.error(
                "unknown-key",
                key,
                words!("`{called}` takes no `{name}`.", "`{called}` 没有输入 `{name}`。"),
                hint,
            );
            sound = false;
            continue;
        }
        match desk.template(value, scope) {
            Some(template) => inputs.push((name.to_owned(), template)),
            None => sound = false,
        }
    }
    if let (Some(action), Some(place), true) = (action, place, sound) {
        for input in action.inputs.iter().filter(|input| !input.optional) {
            if !inputs.iter().any(|(name, _)| name == input.name) {
                let (called, wanted, about) = (action.name, input.name, input.about);
                let message = Words::new(
                    format!("`{called}` needs `{wanted}`."),
                    format!("`{called}` 需要 `{wanted}`。"),
                );
                desk.error(
                    "missing-key",
                    place,
                    message,
                    Words::new(
                        format!("Add `{wanted}: …` under `with:`. {about}"),
                        format!("请在 `with:` 下添加 `{wanted}: …`。"),
                    ),
                );
                sound = false;
            }
        }
    }
    sound.then_some(inputs)
}
