//! Blocks as a Mermaid flowchart.

use super::block::{Block, Card, Fork, Look, Picture};
use super::marks::Mark;

pub(super) fn draw(picture: &Picture) -> String {
    let mut chart = Chart {
        text: format!("---\ntitle: {}\n---\nflowchart TD\n", quoted(&picture.title)),
        count: 0,
        rejected: Vec::new(),
    };
    chart.list(&picture.blocks, &mut Vec::new());
    if let Some(rejected) = &picture.rejected {
        let mut from = std::mem::take(&mut chart.rejected);
        chart.card(rejected, &mut from);
    }
    chart.text.push_str("    classDef open stroke:#1d4ed8,stroke-width:3px\n    classDef held stroke:#b91c1c,stroke-width:3px\n    classDef done fill:#dcfce7,stroke:#15803d\n    classDef no fill:#fee2e2,stroke:#b91c1c\n    classDef off stroke-dasharray:4 4,color:#6b7280\n");
    chart.text
}

struct Chart {
    text: String,
    count: u32,
    /// What leads to the rejected end.
    rejected: Vec<From>,
}

/// Where a line comes from, and what is written on it.
type From = (String, String);

impl Chart {
    fn node(&mut self, open: &str, label: &str, close: &str, mark: Option<Mark>) -> String {
        self.count += 1;
        let name = format!("n{}", self.count);
        let class = match mark {
            None => "",
            Some(Mark::Open) => ":::open",
            Some(Mark::Held) => ":::held",
            Some(Mark::Approved) => ":::done",
            Some(Mark::Rejected) => ":::no",
            Some(Mark::Skipped | Mark::Closed) => ":::off",
        };
        self.text
            .push_str(&format!("    {name}{open}{}{close}{class}\n", quoted(label)));
        name
    }

    fn lines(&mut self, from: &mut Vec<From>, to: &str) {
        for (name, label) in from.drain(..) {
            let label = if label.is_empty() {
                String::new()
            } else {
                format!("|{}|", quoted(&label))
            };
            self.text.push_str(&format!("    {name} -->{label} {to}\n"));
        }
    }

    fn list(&mut self, blocks: &[Block], from: &mut Vec<From>) {
        for block in blocks {
            match block {
                Block::Box(card) => self.card(card, from),
                Block::Fork(fork) => self.fork(fork, from),
            }
        }
    }

    fn card(&mut self, card: &Card, from: &mut Vec<From>) {
        let mut all = vec![card.title.clone()];
        all.extend(card.when.clone());
        all.extend(card.lines.iter().cloned());
        all.extend(card.left.iter().cloned());
        let (open, close) = match card.look {
            Look::Approval => ("[", "]"),
            Look::Action => ("[[", "]]"),
            Look::Begin | Look::Approved | Look::Rejected | Look::Cancelled => ("([", "])"),
        };
        let name = self.node(open, &all.join("\n"), close, card.mark);
        self.lines(from, &name);
        if let Some(label) = &card.rejects {
            self.rejected.push((name.clone(), label.clone()));
        }
        if !card.ends {
            from.push((name, String::new()));
        }
    }

    fn fork(&mut self, fork: &Fork, from: &mut Vec<From>) {
        let mut all = vec![fork.title.clone()];
        all.extend(fork.when.clone());
        all.extend(fork.at_once.clone());
        let (open, close) = if fork.at_once.is_some() {
            ("[/", "/]")
        } else {
            ("{{", "}}")
        };
        let name = self.node(open, &all.join("\n"), close, fork.mark);
        self.lines(from, &name);
        if let Some(label) = &fork.rejects {
            self.rejected.push((name.clone(), label.clone()));
        }
        for column in &fork.columns {
            let mut down = vec![(name.clone(), column.label.clone())];
            self.list(&column.blocks, &mut down);
            from.extend(down);
        }
    }
}

/// In quotes, with what Mermaid reads as signs of its own written as entities.
fn quoted(text: &str) -> String {
    let mut safe = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => safe.push_str("#quot;"),
            '#' => safe.push_str("#35;"),
            '<' => safe.push_str("#lt;"),
            '>' => safe.push_str("#gt;"),
            '\n' => safe.push_str("<br/>"),
            letter => safe.push(letter),
        }
    }
    safe.push('"');
    safe
}
