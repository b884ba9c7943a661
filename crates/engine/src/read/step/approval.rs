//! `approval`: who decides, how many, and what if not.

mod assign;
mod editing;
mod voices;

use super::{Steps, Where};
use crate::definition::{
    Allow, Approval, Asks, Comment, IfNobody, IfRequester, IfSameApprover, Late, LateAct, Need, OnReject,
    Order, PersonRef, RejectRule, Rest, Who, WhoKind, WhoPart,
};
use crate::expr::Type;
use crate::finding::words;
use crate::keys::ASK;
use crate::parse::Node;
use crate::read::desk::Map;
use voices::ALLOWED;

impl Steps<'_> {
    pub(super) fn approval(&self, map: &Map<'_>, place: &Where, id: Option<&str>) -> Approval {
        let desk = self.desk;
        let by = map.get("by").map(|node| self.who(node, place, false));
        let (assign, need) = self.assign(map, Need::All);
        let order = map.get("order").map(|node| self.order(node));
        let reject = map
            .get("reject")
            .map_or(Some(RejectRule::One), |node| self.reject(node));
        let rest = self.rest(map);
        let on_reject = map
            .get("on_reject")
            .map_or(Some(OnReject::End), |node| self.on_reject(node, place, id));
        let if_nobody = map
            .get("if_nobody")
            .map_or(Some(IfNobody::Hold), |node| self.if_nobody(node, place));
        let if_requester = map.get("if_requester").map_or_else(
            || Some(default_if_requester(0)),
            |node| self.if_requester(node, place),
        );
        let not_same_as = map
            .get("not_same_as")
            .map_or_else(Vec::new, |node| self.not_same_as(node, id));
        let mut can_edit = map
            .get("can_edit")
            .map_or_else(Vec::new, |node| self.can_edit(node, place));
        let require = map
            .get("require")
            .map_or_else(Vec::new, |node| self.require(node, &mut can_edit));
        let if_same_approver = map
            .get("if_same_approver")
            .map_or(Some(IfSameApprover::AskAgain), |node| self.if_same_approver(node));
        let veto = map.get("veto").map(|node| self.who(node, place, false));
        let weights = map
            .get("weights")
            .map_or_else(Vec::new, |node| self.weights(node, place));
        let allow = map
            .get("allow")
            .map_or(Some(Allow::DEFAULT), |node| self.allow(node, &ALLOWED));
        let deadline = map.get("deadline").map(|node| self.deadline(node, place));
        let if_late = map.get("if_late").map_or(
            Some(vec![Late {
                after: None,
                then: LateAct::Notify,
            }]),
            |node| self.if_late(node, place),
        );
        let remind = map.get("remind").and_then(|node| self.remind(node, map));
        let comment = map
            .get("comment")
            .map_or(Some(Comment::RequiredOnReject), |node| {
                desk.one_of(
                    node,
                    &[
                        ("optional", Comment::Optional),
                        ("required", Comment::Required),
                        ("required_on_reject", Comment::RequiredOnReject),
                    ],
                )
            });
        let by = by.flatten();
        if let (Some(by), Some(need), true) = (&by, need, weights.is_empty()) {
            self.enough_people(map, by, need);
        }
        if let (Some(by), Some(if_requester)) = (&by, &if_requester) {
            self.always_requester(map, by, if_requester);
        }
        // What was found wrong is told; from here on anything may stand for it.
        let by = by.unwrap_or(Who { parts: Vec::new() });
        let order = order.flatten().unwrap_or(if !assign.is_to_one() && is_line(&by) {
            Order::OneByOne
        } else {
            Order::Together
        });
        Approval {
            asks: Asks::Decision,
            by,
            need: need.unwrap_or(Need::All),
            assign,
            order,
            reject: reject.unwrap_or(RejectRule::One),
            rest: rest.unwrap_or(Rest::Cancel),
            on_reject: on_reject.unwrap_or(OnReject::End),
            if_nobody: if_nobody.unwrap_or(IfNobody::Hold),
            if_requester: if_requester.unwrap_or_else(|| default_if_requester(0)),
            if_same_approver: if_same_approver.unwrap_or(IfSameApprover::AskAgain),
            veto: veto.flatten(),
            weights,
            not_same_as,
            can_edit,
            require,
            allow: allow.unwrap_or(Allow::DEFAULT),
            deadline: deadline.flatten(),
            remind,
            if_late: if_late.unwrap_or_default(),
            comment: comment.unwrap_or(Comment::Optional),
        }
    }

    fn order(&self, node: &Node) -> Option<Order> {
        let words = [("together", Order::Together), ("one_by_one", Order::OneByOne)];
        self.desk.one_of(node, &words)
    }

    fn reject(&self, node: &Node) -> Option<RejectRule> {
        let words = [
            ("one", RejectRule::One),
            ("majority", RejectRule::Majority),
            ("none_left", RejectRule::NoneLeft),
        ];
        self.desk.one_of(node, &words)
    }

    pub(super) fn need(&self, node: &Node) -> Option<Need> {
        let text = self.desk.text(node)?;
        let need = match text {
            "all" => Some(Need::All),
            "any" => Some(Need::Any),
            "majority" => Some(Need::Majority),
            _ => text
                .parse::<u32>()
                .ok()
                .filter(|count| *count > 0)
                .map(Need::Count)
                .or_else(|| share(text)),
        };
        if need.is_none() {
            let known = ["all", "any", "majority"];
            let hint = match self.desk.nearest(text, known) {
                Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                None => words!(
                    "Write `all`, `any`, `majority`, a number like `2`, or a share like `60%` or `2/3`.",
                    "请写 `all`、`any`、`majority`、数字如 `2`，或比例如 `60%`、`2/3`。"
                ),
            };
            self.desk.error(
                "bad-need",
                node,
                words!(
                    "`{text}` does not say how many must approve.",
                    "`{text}` 没有说明需要多少人批准。"
                ),
                hint,
            );
        }
        need
    }

    /// A `need` that the people named can never reach; or not today.
    pub(super) fn enough_people(&self, map: &Map<'_>, by: &Who, need: Need) {
        let (Need::Count(wanted), Some(node)) = (need, map.get("need")) else {
            return;
        };
        let mut most: Option<usize> = Some(0);
        let mut today = 0;
        for part in &by.parts {
            let (bound, now) = self.how_many(part);
            most = most.zip(bound).map(|(sum, bound)| sum + bound);
            today += now;
        }
        let wanted = wanted as usize;
        match most {
            Some(most) if most < wanted => {
                self.desk.error(
                    "need-unreachable",
                    node,
                    words!(
                        "{wanted} must approve, and at most {most} can be asked.",
                        "需要 {wanted} 人批准，而最多只能询问 {most} 人。"
                    ),
                    words!(
                        "Write `need: {most}`, or name more people in `by`.",
                        "请写 `need: {most}`，或在 `by` 中增加人员。"
                    ),
                );
            }
            _ if today < wanted => {
                self.desk.warn(
                    "too-few-today",
                    node,
                    words!(
                        "{wanted} must approve, and today {today} could be asked.",
                        "需要 {wanted} 人批准，而目前只有 {today} 人可询问。"
                    ),
                    words!(
                        "Until there are more, the step is held.",
                        "在人数足够之前，该步骤会暂停。"
                    ),
                );
            }
            _ => {}
        }
    }

    /// How many a part can mean at most (none: as many as there are), and how many it means today.
    pub(super) fn how_many(&self, part: &WhoPart) -> (Option<usize>, usize) {
        let people = || self.directory.people.values().filter(|person| person.active);
        match &part.kind {
            WhoKind::Everyone => (None, people().count()),
            WhoKind::Role(role) => (None, self.directory.holders(role).count()),
            WhoKind::Group(group) => (
                None,
                people().filter(|person| person.groups.contains(group)).count(),
            ),
            WhoKind::Department(name) => (
                None,
                people()
                    .filter(|person| person.department.as_ref() == Some(name))
                    .count(),
            ),
            WhoKind::ManagersOf {
                up_to: Some(count), ..
            } => (Some(*count as usize), *count as usize),
            WhoKind::ManagersOf { .. } | WhoKind::ApproverOf(_) => (None, usize::MAX / 1_000),
            WhoKind::Person(expr) if matches!(expr.slot().of, Type::List(_)) => (None, usize::MAX / 1_000),
            _ => (Some(1), 1),
        }
    }

    pub(super) fn always_requester(&self, map: &Map<'_>, by: &Who, if_requester: &IfRequester) {
        let only = by.parts.iter().all(|part| part.kind == WhoKind::Requester);
        if let (true, Some(node)) = (only && *if_requester != IfRequester::Allow, map.get("by")) {
            self.desk.warn(
                "always-requester",
                node,
                words!(
                    "The approver here is always the requester, and nobody decides their own request.",
                    "这里的审批人总是申请人，而任何人都不能审批自己的申请。"
                ),
                words!(
                    "Ask someone else, like `{{manager_of: requester}}`.",
                    "请改为他人，如 `{{manager_of: requester}}`。"
                ),
            );
        }
    }

    pub(super) fn ask(&self, node: &Node, place: &Where, known: &[&str]) -> Option<Who> {
        if let Some(text) = node.text() {
            let all = known.join("`, `");
            let hint = match self.desk.nearest(text, known.iter().copied()) {
                Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                None => words!(
                    "Write `{all}`, or like `{{ask: {{role: finance}}}}`.",
                    "请写 `{all}`，或如 `{{ask: {{role: finance}}}}`。"
                ),
            };
            self.desk.error(
                "unknown-word",
                node,
                words!(
                    "`{text}` is not a word that this place knows.",
                    "这里不认识 `{text}`。"
                ),
                hint,
            );
            return None;
        }
        let map = self.desk.map(node, &ASK)?;
        map.get("ask").and_then(|node| self.who(node, place, false))
    }

    pub(super) fn if_nobody(&self, node: &Node, place: &Where) -> Option<IfNobody> {
        match node.text() {
            Some("hold") => Some(IfNobody::Hold),
            Some("skip") => Some(IfNobody::Skip),
            _ => self.ask(node, place, &["hold", "skip"]).map(IfNobody::Ask),
        }
    }

    pub(super) fn if_requester(&self, node: &Node, place: &Where) -> Option<IfRequester> {
        match node.text() {
            Some("skip") => Some(IfRequester::Skip),
            Some("hold") => Some(IfRequester::Hold),
            Some("allow") => {
                self.desk.warn(
                    "allows-own",
                    node,
                    words!(
                        "Here the requester may decide their own request.",
                        "这里允许申请人审批自己的申请。"
                    ),
                    words!(
                        "It is shown in the history and in the audit report.",
                        "这会显示在历史和审计报告中。"
                    ),
                );
                Some(IfRequester::Allow)
            }
            _ => self
                .ask(node, place, &["skip", "hold", "allow"])
                .map(IfRequester::Ask),
        }
    }
}

/// Whom to ask where the requester would be asked: their manager.
pub(crate) fn default_if_requester(line: usize) -> IfRequester {
    let kind = WhoKind::ManagerOf {
        person: PersonRef::Requester,
        level: 1,
    };
    IfRequester::Ask(Who {
        parts: vec![WhoPart {
            line,
            kind,
            filter: None,
        }],
    })
}

/// `60%`, `2/3`.
pub(super) fn share(text: &str) -> Option<Need> {
    let (part, whole) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim().parse::<u32>().ok()?, 100),
        None => {
            let (part, whole) = text.split_once('/')?;
            (
                part.trim().parse::<u32>().ok()?,
                whole.trim().parse::<u32>().ok()?,
            )
        }
    };
    (part > 0 && part <= whole && whole <= 10_000).then_some(Need::Share { part, whole })
}

/// Whether a line of managers is asked.
fn is_line(by: &Who) -> bool {
    let mut kinds = by.parts.iter().map(|part| &part.kind);
    kinds.any(|kind| matches!(kind, WhoKind::ManagersOf { .. }))
}
