//! `list: true`: fields by which lists of requests are filtered and sorted.

use super::{Draft, Reader};
use crate::definition::FieldKind;
use crate::expr::Type;
use crate::finding::words;
use crate::form::{LISTED_MOST, kind_word, list_type};
use crate::read::desk::Map;

const CODE: &str = "not-listed";

impl Reader<'_> {
    /// Whether a field is marked, and can be.
    pub(super) fn is_listed(&self, map: &Map<'_>, kind: &FieldKind, of: &Type) -> bool {
        let Some(node) = map.get("list") else { return false };
        if self.desk.yes_no(node) != Some(true) {
            return false;
        }
        if self.depth > 0 {
            self.desk.error(
                CODE,
                node,
                words!(
                    "Requests are listed by fields of the form itself, not by one inside another.",
                    "申请列表只能使用表单自身的字段，不能使用嵌套在其他字段中的字段。"
                ),
                words!(
                    "Leave it out, or let a computed field of the form say what is to be listed.",
                    "请删去此项，或在表单中用计算字段表示要列出的值。"
                ),
            );
            return false;
        }
        let listed = list_type(kind, of).is_some() || *of == Type::Unread;
        if !listed {
            let word = kind_word(kind);
            self.desk.error(
                CODE,
                node,
                words!(
                    "A field of type `{word}` is not one short value, by which requests could be listed.",
                    "类型为 `{word}` 的字段不是单个简短的值，不能用于申请列表。"
                ),
                words!(
                    "Leave it out, or let a computed field say what is to be listed: `total: {{type: computed, is: ..., list: true}}`.",
                    "请删去此项，或用计算字段表示要列出的值：`total: {{type: computed, is: ..., list: true}}`。"
                ),
            );
        }
        listed
    }

    /// More of them would make every request dear to keep.
    pub(super) fn too_many_listed(&self, drafts: &[Draft<'_>]) {
        let mut marked = drafts.iter().filter_map(|draft| {
            let node = draft.map.get("list")?;
            (node.text() == Some("true")).then_some(node)
        });
        if let Some(node) = marked.nth(LISTED_MOST).filter(|_| self.depth == 0) {
            self.desk.error(
                CODE,
                node,
                words!(
                    "Requests are listed by at most {LISTED_MOST} fields of their form.",
                    "申请列表最多使用表单的 {LISTED_MOST} 个字段。"
                ),
                words!("Mark those that people look for.", "请只标记人们会查找的字段。"),
            );
        }
    }
}
