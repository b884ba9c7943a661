//! `choose`, `parallel`, `repeat`, `stage` and `end`.

use super::{Steps, Where};
use crate::definition::{Branch, Case, Choose, End, Need, Outcome, Parallel, Repeat, Rest, Stage, Take};
use crate::expr::{Expr, learn};
use crate::finding::words;
use crate::keys::CASE;
use crate::parse::Node;
use crate::read::desk::Map;

/// Rounds of a `repeat`.
const ROUNDS_MAX: u32 = 1_000;

impl Steps<'_> {
    pub(super) fn choose(&self, node: &Node, map: &Map<'_>, place: &Where) -> Option<Choose> {
        if place.depth > 16 {
            self.desk.error(
                "wrong-shape",
                node,
                words!("Steps are nested at most 16 deep.", "步骤最多嵌套 16 层。"),
                None,
            );
            return None;
        }
        let take = self.take(map);
        let place = &Where {
            parallel: place.parallel || take == Take::All,
            ..place.clone()
        };
        let (mut cases, mut others) = (Vec::new(), place.clone());
        let list = map.get("cases").and_then(|node| self.desk.list(node));
        if let (Some([]), Some(node)) = (list, map.get("cases")) {
            self.desk.error(
                "wrong-shape",
                node,
                words!("There is no case.", "没有任何分支。"),
                words!(
                    "Write `- when: …` with `steps:`.",
                    "请写 `- when: …` 和 `steps:`。"
                ),
            );
        }
        for item in list.unwrap_or_default() {
            let Some(map) = self.desk.map(item, &CASE) else {
                cases.push(Case {
                    line: self.desk.line(item),
                    when: Expr::unread(""),
                    steps: self.steps_of(item, None, &others),
                });
                continue;
            };
            let scope = self.scope_at(&others);
            let when = map.get("when").and_then(|node| self.condition(node, &scope));
            let mut inside = others.clone();
            if let Some(when) = &when {
                learn(&mut inside.known, when.facts(true));
                if take == Take::First {
                    learn(&mut others.known, when.facts(false));
                }
            }
            cases.push(Case {
                line: self.desk.line(item),
                when: when.unwrap_or_else(|| Expr::unread("")),
                steps: self.steps_of(item, map.get("steps"), &inside),
            });
        }
        let otherwise = self.steps_of(node, map.get("otherwise"), &others);
        // With its cases unread nothing is known of what the block decides.
        list.filter(|list| !list.is_empty()).map(|_| Choose {
            take,
            cases,
            otherwise,
        })
    }

    fn take(&self, map: &Map<'_>) -> Take {
        let words = [("first", Take::First), ("all", Take::All)];
        let take = map.get("take").and_then(|node| self.desk.one_of(node, &words));
        take.unwrap_or(Take::First)
    }

    pub(super) fn repeat(&self, around: &Node, map: &Map<'_>, place: &Where) -> Repeat {
        let steps = self.steps_of(around, map.get("steps"), place);
        // What the steps found is read at their end.
        let scope = self.scope_at(place);
        let again = map.get("while").and_then(|node| self.condition(node, &scope));
        let at_most = map.get("at_most").and_then(|node| self.desk.count(node, 1));
        if let (Some(most), Some(node)) = (at_most.filter(|most| *most > ROUNDS_MAX), map.get("at_most")) {
            self.desk.error(
                "too-large",
                node,
                words!(
                    "{most} times is more than {ROUNDS_MAX}.",
                    "{most} 次超过上限 {ROUNDS_MAX}。"
                ),
                words!("Write at most {ROUNDS_MAX}.", "请写不大于 {ROUNDS_MAX} 的数。"),
            );
        }
        Repeat {
            steps,
            again: again.unwrap_or_else(|| Expr::unread("")),
            at_most: at_most.unwrap_or(1),
        }
    }

    pub(super) fn stage(&self, around: &Node, map: &Map<'_>, place: &Where) -> Stage {
        let steps = self.steps_of(around, map.get("steps"), place);
        // What the steps inside have come to may stop them.
        let scope = self.scope_at(place);
        let stop_when = map.get("stop_when").and_then(|node| self.condition(node, &scope));
        Stage { steps, stop_when }
    }

    pub(super) fn parallel(&self, around: &Node, map: &Map<'_>, place: &Where) -> Parallel {
        let need = map.get("need").map_or(Some(Need::All), |node| self.need(node));
        let rest = self.rest(map);
        let entries = map.get("branches").and_then(|node| self.desk.named(node));
        let inside = Where {
            parallel: true,
            ..place.clone()
        };
        let mut branches = Vec::new();
        let mut sound = entries.is_some();
        for (name, key, node) in entries.unwrap_or_default() {
            self.desk.name(key);
            match self.list(node, &inside) {
                Some(steps) if steps.is_empty() => {
                    self.desk.error(
                        "wrong-shape",
                        node,
                        words!("The branch `{name}` has no steps.", "分支 `{name}` 没有步骤。"),
                        None,
                    );
                    sound = false;
                }
                steps => branches.push(Branch {
                    name: name.to_owned(),
                    line: self.desk.line(key),
                    steps: steps.unwrap_or_else(|| vec![self.unread(node)]),
                }),
            }
        }
        if branches.is_empty() {
            branches.push(Branch {
                name: String::new(),
                line: self.desk.line(around),
                steps: vec![self.unread(around)],
            });
        }
        if let (true, Some(node)) = (sound && branches.len() < 2, map.get("branches")) {
            self.desk.error(
                "wrong-shape",
                node,
                words!(
                    "`parallel` wants two branches at least.",
                    "`parallel` 至少需要两个分支。"
                ),
                words!(
                    "With one, its steps can simply stand in the list.",
                    "若只有一个，把步骤直接写在列表中即可。"
                ),
            );
            sound = false;
        }
        if let (Some(Need::Count(wanted)), Some(node), true) = (need, map.get("need"), sound)
            && wanted as usize > branches.len()
        {
            let most = branches.len();
            self.desk.error(
                "need-unreachable",
                node,
                words!(
                    "{wanted} branches must approve, and there are {most}.",
                    "需要 {wanted} 个分支批准，而只有 {most} 个。"
                ),
                words!("Write `need: {most}` or less.", "请写不大于 `need: {most}`。"),
            );
        }
        Parallel {
            branches,
            need: need.unwrap_or(Need::All),
            rest: rest.unwrap_or(Rest::Cancel),
        }
    }

    pub(super) fn end(&self, map: &Map<'_>, place: &Where) -> End {
        let node = map.get("end");
        let words = &[
            ("approved", Outcome::Approved),
            ("rejected", Outcome::Rejected),
            ("cancelled", Outcome::Cancelled),
        ];
        let outcome = node.and_then(|node| self.desk.one_of(node, words));
        if let (Some(Outcome::Approved), true, Some(node)) = (outcome, place.parallel, node) {
            self.desk.error(
                "approved-inside",
                node,
                words!(
                    "The request cannot be approved from inside `parallel`: other branches may be open.",
                    "不能在 `parallel` 内批准申请：其他分支可能仍未结束。"
                ),
                words!(
                    "Leave the step out: a branch whose steps are done is approved.",
                    "请去掉此步骤：步骤完成的分支即为批准。"
                ),
            );
        }
        let scope = self.scope_at(place);
        let note = map.get("note").map(|node| self.desk.localized(node, &scope));
        End {
            outcome: outcome.unwrap_or(Outcome::Cancelled),
            note: note.flatten(),
        }
    }
}
