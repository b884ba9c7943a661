//! A `repeat` that goes round for nothing.

use super::Analysis;
use crate::definition::{FieldKind, Repeat, StepKind, collect_steps};
use crate::expr::Reference;
use crate::finding::words;
use crate::parse::Node;

impl Analysis<'_> {
    /// A repetition that tests nothing that its steps can change goes round until it is held.
    pub(super) fn repeats_something_else(&self, item: &Node, repeat: &Repeat) {
        let Some(node) = item.get("while").filter(|_| !repeat.again.is_unread()) else {
            return;
        };
        let mut inside = Vec::new();
        collect_steps(&repeat.steps, &mut inside);
        let edited = |name: &String| {
            inside.iter().any(|step| match &step.kind {
                StepKind::Approval(approval) => approval.can_edit.iter().any(|(field, _)| field == name),
                StepKind::Set(fields) => fields.iter().any(|(field, _)| field == name),
                _ => false,
            })
        };
        let moves = repeat.again.references().iter().any(|reference| match reference {
            Reference::Step(key, _) | Reference::StepForm(key) => inside.iter().any(|step| step.key == *key),
            Reference::Field(name) => edited(name),
            Reference::Today | Reference::Now | Reference::Request(_) => true,
            _ => false,
        });
        // A computed field moves with what it is computed from.
        let computed = repeat
            .again
            .references()
            .iter()
            .any(|reference| matches!(reference, Reference::Field(name) if self.is_computed(name)));
        if !moves && !computed {
            self.desk.error(
                "repeats-nothing",
                node,
                words!(
                    "Nothing that these steps do changes what is tested here, so it would go round until it is held.",
                    "这些步骤不会改变此处的条件，会一直重复直到挂起。"
                ),
                words!(
                    "Test what a step inside found: `step('check').form.passed == false`.",
                    "请测试内部步骤的结果：`step('check').form.passed == false`。"
                ),
            );
        }
    }

    fn is_computed(&self, name: &str) -> bool {
        let field = self.form.field(name);
        field.is_some_and(|field| matches!(field.kind, FieldKind::Computed { .. }))
    }
}
