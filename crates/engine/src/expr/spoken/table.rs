//! A table, in people's words.

use super::{Node, Speaker};

impl Speaker<'_> {
    pub(super) fn table(&mut self, name: &str, given: &[Node]) -> String {
        let title = crate::step::words(name);
        let all: Vec<String> = given.iter().map(|node| self.inner(node)).collect();
        self.pick(
            format!("what the table \"{title}\" gives for {}", all.join(" and ")),
            format!("表“{title}”对{}给出的结果", all.join("和")),
        )
    }
}
