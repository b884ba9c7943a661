//! `choose`, `parallel` and `end`.

use super::{Steps, Where};
use crate::definition::{Branch, Case, Choose, End, Need, Outcome, Parallel};
use crate::finding::words;
use crate::keys::CASE;
use crate::parse::Node;
use crate::read::desk::Map;
use crate::read::form::flat;

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
        let mut cases = Vec::new();
        let mut sound = true;
        let mut others = place.clone();
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
            sound = false;
        }
        for item in list.unwrap_or_default() {
            let Some(map) = self.desk.map(item, &CASE) else {
                sound = false;
                continue;
            };
            let scope = self.scope_at(&others);
            let when = map.get("when").and_then(|node| self.condition(node, &scope));
            let mut inside = others.clone();
            if let Some(when) = &when {
                inside.known.extend(when.facts(true).iter().cloned());
                others.known.extend(when.facts(false).iter().cloned());
            }
            let steps = map.get("steps").and_then(|node| self.list(node, &inside));
            match (when, steps) {
                (Some(when), Some(steps)) => cases.push(Case {
                    line: self.desk.line(item),
                    when,
                    steps,
                }),
                _ => sound = false,
            }
        }
        let otherwise = map.get("otherwise").and_then(|node| self.list(node, &others));
        (sound && list.is_some()).then_some(Choose {
            cases,
            otherwise: otherwise?,
        })
    }

    pub(super) fn parallel(&self, map: &Map<'_>, place: &Where) -> Option<Parallel> {
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
            let named = self.desk.name(key).is_some();
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
                Some(steps) if named => branches.push(Branch {
                    name: name.to_owned(),
                    line: self.desk.line(key),
                    steps,
                }),
                _ => sound = false,
            }
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
        let need = need?;
        if let (Need::Count(wanted), Some(node), true) = (need, map.get("need"), sound)
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
        sound.then_some(Parallel {
            branches,
            need,
            rest: rest?,
        })
    }

    pub(super) fn end(&self, map: &Map<'_>, place: &Where) -> Option<End> {
        let node = map.get("end")?;
        let outcome = self.desk.one_of(
            node,
            &[
                ("approved", Outcome::Approved),
                ("rejected", Outcome::Rejected),
                ("cancelled", Outcome::Cancelled),
            ],
        )?;
        if outcome == Outcome::Approved && place.parallel {
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
            return None;
        }
        let scope = self.scope_at(place);
        let note = map.get("note").map(|node| self.desk.localized(node, &scope));
        Some(End {
            outcome,
            note: flat(note)?,
        })
    }
}
