//! `given.facts:` of a story: what earlier requests come to.

use serde_json::{Map, Value as Json};

use super::Stories;
use crate::definition::Lookup;
use crate::expr::{Type, Value};
use crate::finding::words;
use crate::parse::Node;

impl Stories<'_> {
    pub(super) fn facts(&self, node: &Node) -> Option<Map<String, Json>> {
        let mut facts = Map::new();
        let mut sound = true;
        // Why the file's own facts could not be read is told there.
        let known = self.facts?;
        for (name, key, value) in self.desk.named(node)? {
            match known.iter().find(|fact| fact.name == name) {
                Some(fact) => match self.fact(fact, value) {
                    Some(known) => {
                        facts.insert(name.to_owned(), known.to_json());
                    }
                    None => sound = false,
                },
                None => {
                    self.unknown_fact(key, name, known);
                    sound = false;
                }
            }
        }
        sound.then_some(facts)
    }

    /// A bare number, or an amount with its currency.
    fn fact(&self, fact: &Lookup, node: &Node) -> Option<Value> {
        let text = self.desk.text(node)?;
        let (amount, code) = text
            .split_once(' ')
            .map_or((text, None), |(amount, code)| (amount, Some(code)));
        let currency = code.map_or(Ok(self.around.currency), str::parse);
        let value = match (fact.slot.of == Type::Money, amount.parse(), currency) {
            (true, Ok(amount), Ok(currency)) => Some(Value::Money(amount, currency)),
            (false, Ok(number), _) if code.is_none() => Some(Value::Number(number)),
            _ => None,
        };
        if value.is_none() {
            let (name, wanted, zh) = (&fact.name, &fact.slot.of, fact.slot.of.zh());
            self.desk.error(
                "wrong-shape",
                node,
                words!(
                    "`{name}` is {wanted}, and this is `{text}`.",
                    "`{name}` 是{zh}，而这是 `{text}`。"
                ),
                words!("Write a number, like `1500`.", "请写数字，如 `1500`。"),
            );
        }
        value
    }

    fn unknown_fact(&self, key: &Node, name: &str, facts: &[Lookup]) {
        let known = || facts.iter().map(|fact| fact.name.as_str());
        let hint = match self.desk.nearest(name, known()) {
            Some(near) => words!("Did you mean `{near}`?", "是否想写 `{near}`？"),
            None => {
                let all = known().collect::<Vec<_>>().join(", ");
                words!("The file's facts are: {all}.", "文件的事实有：{all}。")
            }
        };
        self.desk.error(
            "unknown-name",
            key,
            words!("The file has no fact `{name}`.", "文件没有事实 `{name}`。"),
            hint,
        );
    }
}
