//! `on_reject`: where a rejection leads.

use super::{Steps, Where};
use crate::definition::{OnReject, ReturnTo, Step, StepKind};
use crate::finding::words;
use crate::keys::ON_REJECT;
use crate::parse::Node;

impl Steps<'_> {
    pub(super) fn on_reject(&self, node: &Node, place: &Where, id: Option<&str>) -> Option<OnReject> {
        if node.text() == Some("end") {
            return Some(OnReject::End);
        }
        if let Some(text) = node.text() {
            let hint = match text {
                "return" | "requester" | "return_to_requester" => words!(
                    "Write `{{return_to: requester}}`.",
                    "请写 `{{return_to: requester}}`。"
                ),
                _ => words!(
                    "Write `end`, or like `{{return_to: requester}}`.",
                    "请写 `end`，或如 `{{return_to: requester}}`。"
                ),
            };
            self.desk.error(
                "unknown-word",
                node,
                words!(
                    "`{text}` does not say what a rejection does.",
                    "`{text}` 没有说明拒绝后如何处理。"
                ),
                hint,
            );
            return None;
        }
        let map = self.desk.map(node, &ON_REJECT)?;
        let at_most = map
            .get("at_most")
            .map_or(Some(20), |node| self.desk.count(node, 1));
        let target = map.get("return_to")?;
        let text = self.desk.text(target)?;
        let to = if text == "requester" {
            ReturnTo::Requester
        } else if place.back.iter().any(|step| step == text) {
            ReturnTo::Step(text.to_owned())
        } else {
            self.bad_return(target, text, place, id);
            return None;
        };
        Some(OnReject::Return {
            to,
            at_most: at_most?,
        })
    }

    pub(super) fn bad_return(&self, node: &Node, text: &str, place: &Where, id: Option<&str>) {
        let known: Vec<&str> = place
            .back
            .iter()
            .map(String::as_str)
            .chain(["requester"])
            .collect();
        let all = known.join(", ");
        let exists = self.approvals.iter().any(|step| step == text)
            || self.ids.borrow().iter().any(|(step, _)| step == text);
        if id == Some(text) {
            self.desk.error(
                "bad-return",
                node,
                words!("A step cannot return to itself.", "步骤不能退回到自身。"),
                words!("It can return to: {all}.", "可退回到：{all}。"),
            );
        } else if exists && self.ids.borrow().iter().any(|(step, _)| step == text) {
            self.desk.error(
                "bad-return",
                node,
                words!(
                    "`{text}` may not have run when this step is reached, so nothing can return there.",
                    "到达此步骤时 `{text}` 可能尚未执行，无法退回。"
                ),
                words!("It can return to: {all}.", "可退回到：{all}。"),
            );
        } else if exists {
            self.desk.error(
                "bad-return",
                node,
                words!(
                    "`{text}` comes later: there are no jumps forward.",
                    "`{text}` 在后面：不能向前跳转。"
                ),
                words!(
                    "A return leads back: to {all}. What is sometimes left out has a `when:`.",
                    "退回只能向后：{all}。有时跳过的部分用 `when:`。"
                ),
            );
        } else {
            let hint = match self.desk.nearest(text, known.iter().copied()) {
                Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                None => words!("It can return to: {all}.", "可退回到：{all}。"),
            };
            self.desk.error(
                "unknown-step",
                node,
                words!("There is no step `{text}`.", "没有步骤 `{text}`。"),
                hint,
            );
        }
    }
}

/// Ids that a later step may return to: the step itself, and what certainly ran inside it.
pub(super) fn reachable(step: &Step) -> Vec<String> {
    let mut ids = match &step.kind {
        StepKind::End(_) | StepKind::Wait(_) | StepKind::Action(_) | StepKind::Cc(_) | StepKind::Set(_) => {
            Vec::new()
        }
        StepKind::Approval(_)
        | StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Repeat(_)
        | StepKind::Each(_)
        | StepKind::Stage(_) => {
            vec![step.key.clone()]
        }
    };
    if let StepKind::Repeat(repeat) = &step.kind {
        ids.extend(repeat.steps.iter().flat_map(reachable));
    }
    if let StepKind::Stage(stage) = &step.kind
        && stage.stop_when.is_none()
    {
        ids.extend(stage.steps.iter().flat_map(reachable));
    }
    if let StepKind::Parallel(parallel) = &step.kind {
        ids.extend(
            parallel
                .branches
                .iter()
                .flat_map(|branch| &branch.steps)
                .flat_map(reachable),
        );
    }
    ids
}
