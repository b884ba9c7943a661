//! `task`: work that is to be done, with what is filled in about it.

use super::approval::default_if_requester;
use super::{Steps, Where};
use crate::definition::{
    Allow, Approval, Asks, Comment, Form, IfNobody, IfSameApprover, Late, LateAct, Need, OnReject, Order,
    RejectRule, Rest, Who,
};
use crate::expr::Scope;
use crate::finding::words;
use crate::parse::Node;
use crate::read::desk::Map;
use crate::read::form::form;

impl Steps<'_> {
    pub(super) fn task(&self, map: &Map<'_>, place: &Where, id: Option<&str>) -> Approval {
        let by = map.get("by").and_then(|node| self.who(node, place, false));
        let (assign, need) = self.assign(map, Need::Any);
        let work = map
            .get("form")
            .map_or_else(Form::default, |node| self.work_form(node, place));
        let if_nobody = map
            .get("if_nobody")
            .map_or(Some(IfNobody::Hold), |node| self.if_nobody(node, place));
        let not_same_as = map
            .get("not_same_as")
            .map_or_else(Vec::new, |node| self.not_same_as(node, id));
        let allow = map
            .get("allow")
            .map_or(Some(Allow::DEFAULT), |node| self.allow(node, &["transfer"]));
        let deadline = map.get("deadline").and_then(|node| self.deadline(node, place));
        let remind = map.get("remind").and_then(|node| self.remind(node, map));
        let notify = || {
            vec![Late {
                after: None,
                then: LateAct::Notify,
            }]
        };
        let if_late = map
            .get("if_late")
            .map_or_else(|| Some(notify()), |node| self.if_late(node, place));
        let comment = map.get("comment").and_then(|node| {
            let words = [("optional", Comment::Optional), ("required", Comment::Required)];
            self.desk.one_of(node, &words)
        });
        if let (Some(by), Some(need)) = (&by, need) {
            self.enough_people(map, by, need);
        }
        Approval {
            asks: Asks::Work(work),
            by: by.unwrap_or(Who { parts: Vec::new() }),
            need: need.unwrap_or(Need::Any),
            assign,
            order: Order::Together,
            reject: RejectRule::One,
            rest: Rest::Cancel,
            on_reject: OnReject::End,
            if_nobody: if_nobody.unwrap_or(IfNobody::Hold),
            if_requester: default_if_requester(0),
            if_same_approver: IfSameApprover::AskAgain,
            veto: None,
            weights: Vec::new(),
            not_same_as,
            can_edit: Vec::new(),
            require: Vec::new(),
            allow: allow.unwrap_or(Allow::DEFAULT),
            deadline,
            remind,
            if_late: if_late.unwrap_or_default(),
            comment: comment.unwrap_or(Comment::Optional),
        }
    }

    /// The form of a task sees the people, the request and earlier steps, and its own fields.
    fn work_form(&self, node: &Node, place: &Where) -> Form {
        let scope = Scope {
            fields: std::sync::Arc::default(),
            known: Vec::new(),
            ..self.scope_at(place)
        };
        let read = form(self.desk, node, &scope, self.around.currency);
        if read.form.fields.iter().any(|field| field.list) {
            self.desk.error(
                "wrong-shape",
                node,
                words!(
                    "Requests are listed by the fields of their own form, not of a task's.",
                    "申请列表只能按申请表单的字段筛选，不能按任务的字段。"
                ),
                words!("Leave `list: true` out here.", "请在此去掉 `list: true`。"),
            );
        }
        read.form
    }
}
