//! `can_edit` and `not_same_as`.

use crate::expr::{Expr, Scope, Type, Wanted};
use crate::finding::words;
use crate::parse::{Node, Yaml};
use crate::read::desk::Desk;
use crate::read::step::{Steps, Where, unknown_step};

impl Steps<'_> {
    pub(crate) fn not_same_as(&self, node: &Node, id: Option<&str>) -> Vec<String> {
        let mut steps = Vec::new();
        for item in Desk::one_or_list(node) {
            let Some(text) = self.desk.text(item) else {
                continue;
            };
            if self.approvals.iter().any(|step| step == text && Some(text) != id) {
                steps.push(text.to_owned());
            } else {
                let others: Vec<String> = self
                    .approvals
                    .iter()
                    .filter(|step| Some(step.as_str()) != id)
                    .cloned()
                    .collect();
                unknown_step(self.desk, item, text, &others, false);
            }
        }
        steps
    }

    pub(super) fn can_edit(&self, node: &Node, place: &Where) -> Vec<(String, Option<Expr>)> {
        let entries: Vec<(&Node, Option<&Node>)> = match &node.yaml {
            Yaml::Map(entries) => entries.iter().map(|(key, value)| (key, Some(value))).collect(),
            _ => Desk::one_or_list(node)
                .into_iter()
                .map(|item| (item, None))
                .collect(),
        };
        let mut fields = Vec::new();
        for (key, bound) in entries {
            let Some(name) = self.editable(key) else { continue };
            let sound = self.form.form.field(&name);
            let bound = match bound.filter(|node| !node.is_null()) {
                Some(node) => {
                    let scope = Scope {
                        changed: Some(crate::expr::Slot {
                            optional: false,
                            of: sound.map_or(Type::Unread, |field| field.slot.of.clone()),
                        }),
                        ..self.scope_at(place)
                    };
                    self.desk.expression(node, &scope, &Wanted::YesNo)
                }
                None => None,
            };
            fields.push((name, bound));
        }
        fields
    }

    /// The name of a field that can be filled in by whoever decides.
    pub(super) fn editable(&self, key: &Node) -> Option<String> {
        let name = self.desk.text(key)?;
        let sound = self.form.form.field(name);
        if sound.is_none() && !self.form.may_have(name) {
            let known = self.form.names();
            let all = known.join(", ");
            let hint = match self.desk.nearest(name, known) {
                Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
                None if all.is_empty() => words!("The form has no fields.", "表单没有字段。"),
                None => words!("The fields are: {all}.", "字段有：{all}。"),
            };
            self.desk.error(
                "unknown-name",
                key,
                words!("The form has no field `{name}`.", "表单没有字段 `{name}`。"),
                hint,
            );
        }
        if let Some(crate::definition::FieldKind::Computed { .. }) = sound.map(|field| &field.kind) {
            self.desk.error(
                "wrong-shape",
                key,
                words!(
                    "`{name}` is computed; nobody can edit it.",
                    "`{name}` 自动计算，不能编辑。"
                ),
                None,
            );
        }
        Some(name.to_owned())
    }
}
