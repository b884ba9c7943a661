//! `action`: what is done, and with what.

use super::{Steps, Where};
use countersign_kernel::catalogue::{ActionType, FieldType};
use countersign_kernel::id::UserId;

use crate::definition::{Action, IfFailed, Piece, Template};
use crate::expr::Scope;
use crate::finding::{Words, words};
use crate::parse::Node;
use crate::read::desk::{Desk, Map};
use crate::surroundings::Surroundings;

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
            self.around,
            &scope,
        );
        Action {
            action: name.unwrap_or_default(),
            with: with.unwrap_or_default(),
            if_failed: if_failed.unwrap_or(IfFailed::Hold),
        }
    }
}

pub(crate) fn action_name(desk: &Desk<'_>, node: &Node, known: &[ActionType]) -> Option<String> {
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
    around: &Surroundings,
    scope: &Scope,
) -> Option<Vec<(String, Template)>> {
    let action = name.and_then(|name| around.actions.iter().find(|action| action.name == name));
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
            Some(template) if is_nobody(desk, value, name, &template, action, around) => sound = false,
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

/// Whether an input that names a person says in so many words somebody who is not there: it could never be run. An address
/// that only this place does not know is warned of.
fn is_nobody(
    desk: &Desk<'_>,
    node: &Node,
    name: &str,
    template: &Template,
    action: Option<&ActionType>,
    around: &Surroundings,
) -> bool {
    let input = action.and_then(|action| action.inputs.iter().find(|input| input.name == name));
    let [Piece::Text(text)] = template.pieces.as_slice() else {
        return false;
    };
    if !input.is_some_and(|input| input.of == FieldType::Person) {
        return false;
    }
    let active = |id: UserId| around.directory.as_ref().is_none_or(|all| all.is_active(id));
    let address = text.contains('@');
    let found = match (text.parse::<UserId>(), &around.directory) {
        (Ok(id), _) => active(id),
        (Err(_), Some(all)) => all.by_email(text).is_some_and(|person| person.active),
        (Err(_), None) => around.people.directory.by_email(text).is_some(),
    };
    if found {
        return false;
    }
    let message = words!("`{text}` is no active person.", "`{text}` 不是在职人员。");
    let hint = words!(
        "Write `{{requester.id}}`, another person of the form, or an e-mail address like `ann@example.com`.",
        "请写 `{{requester.id}}`、表单中的其他人员，或如 `ann@example.com` 的电子邮箱。"
    );
    if address && around.directory.is_none() {
        desk.warn("unknown-person", node, message, hint);
        return false;
    }
    desk.error("unknown-person", node, message, hint);
    true
}
