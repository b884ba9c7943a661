//! Whose voice counts how: `if_same_approver`, `weights`, and what those asked may do.

use crate::definition::{Allow, IfSameApprover, Weight};
use crate::keys::WEIGHT;
use crate::parse::Node;
use crate::read::desk::Desk;
use crate::read::step::{Steps, Where};

/// What those asked may do in other products, and here not yet.
const NOT_YET: &str = "delegate";

/// What `allow` may name at an approval.
pub(super) const ALLOWED: [&str; 4] = ["transfer", "add_approver", "remove_approver", "return"];

impl Steps<'_> {
    pub(super) fn if_same_approver(&self, node: &Node) -> Option<IfSameApprover> {
        let words = [
            ("ask_again", IfSameApprover::AskAgain),
            ("skip", IfSameApprover::Skip),
            ("skip_if_last", IfSameApprover::SkipIfLast),
        ];
        self.desk.one_of(node, &words)
    }

    pub(super) fn weights(&self, node: &Node, place: &Where) -> Vec<Weight> {
        let mut weights = Vec::new();
        for item in self.desk.list(node).unwrap_or_default() {
            let Some(map) = self.desk.map(item, &WEIGHT) else {
                continue;
            };
            let who = map.get("who").and_then(|node| self.who(node, place, false));
            let votes = map.get("votes").and_then(|node| self.desk.count(node, 1));
            weights.extend(who.zip(votes).map(|(who, votes)| Weight { who, votes }));
        }
        weights
    }

    pub(in crate::read::step) fn allow(&self, node: &Node, known: &[&str]) -> Option<Allow> {
        let mut allow = Allow {
            transfer: false,
            give_back: false,
            add_approver: false,
            remove_approver: false,
        };
        let mut sound = true;
        for item in Desk::one_or_list(node) {
            let Some(text) = self.desk.text(item) else {
                sound = false;
                continue;
            };
            let is_known = known.contains(&text);
            match text {
                "transfer" => allow.transfer = true,
                "return" if is_known => allow.give_back = true,
                "add_approver" if is_known => allow.add_approver = true,
                "remove_approver" if is_known => allow.remove_approver = true,
                word if word == NOT_YET => {
                    self.desk.not_yet(item, &format!("`{word}`"), None);
                    sound = false;
                }
                word => {
                    self.desk.unknown_word(item, word, known);
                    sound = false;
                }
            }
        }
        sound.then_some(allow)
    }

    /// What must be filled in to approve may be filled in by whoever decides.
    pub(super) fn require(
        &self,
        node: &Node,
        can_edit: &mut Vec<(String, Option<crate::expr::Expr>)>,
    ) -> Vec<String> {
        let mut required = Vec::new();
        for item in Desk::one_or_list(node) {
            let Some(name) = self.editable(item) else { continue };
            if can_edit.iter().all(|(field, _)| *field != name) {
                can_edit.push((name.clone(), None));
            }
            required.push(name);
        }
        required
    }
}
