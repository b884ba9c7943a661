//! What stands for steps that could not be read.

use super::{Steps, Where, approval};
use crate::definition::{
    Allow, Approval, Asks, Assign, Comment, IfNobody, IfSameApprover, Need, OnReject, Order, RejectRule,
    Rest, Step, StepKind, Who,
};
use crate::parse::{Node, Yaml};

impl Steps<'_> {
    /// Stands for a step, or steps, that could not be read: it decides and does not end, so that nothing is said
    /// of the steps around it that would only follow.
    pub(super) fn unread(&self, node: &Node) -> Step {
        let key = match &node.yaml {
            Yaml::Map(entries) => entries.first().and_then(|(_, value)| value.text()),
            _ => None,
        };
        if let Some(key) = key {
            self.earlier.borrow_mut().push(key.to_owned());
        }
        Step {
            key: key.unwrap_or_default().to_owned(),
            line: self.desk.line(node),
            title: None,
            when: None,
            kind: StepKind::Approval(Box::new(Approval {
                asks: Asks::Decision,
                by: Who { parts: Vec::new() },
                need: Need::All,
                assign: Assign::Everyone,
                order: Order::Together,
                reject: RejectRule::One,
                rest: Rest::Cancel,
                on_reject: OnReject::End,
                if_nobody: IfNobody::Hold,
                if_requester: approval::default_if_requester(0),
                if_same_approver: IfSameApprover::AskAgain,
                veto: None,
                weights: Vec::new(),
                not_same_as: Vec::new(),
                can_edit: Vec::new(),
                require: Vec::new(),
                allow: Allow::DEFAULT,
                deadline: None,
                remind: None,
                if_late: Vec::new(),
                comment: Comment::Optional,
            })),
        }
    }

    /// The steps of a part, or what stands for them.
    pub(super) fn steps_of(&self, around: &Node, node: Option<&Node>, place: &Where) -> Vec<Step> {
        node.and_then(|node| self.list(node, place))
            .unwrap_or_else(|| vec![self.unread(node.unwrap_or(around))])
    }
}
