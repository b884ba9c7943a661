//! What can be told of a table as a whole: rows that hold for nothing or are never the first, rows that hold at once,
//! and values that no row holds for.

use crate::definition::{Cell, Table, TakeRows};
use crate::finding::{Words, words};
use crate::parse::{Node, Yaml};
use crate::read::desk::{Desk, Map};
use crate::table::{Covered, Effort, Point, gap, is_reached, overlaps};

/// So many overlaps are told of a table.
const OVERLAPS: usize = 20;

pub(super) fn find(desk: &Desk<'_>, map: &Map<'_>, table: &Table) {
    let Some(Yaml::List(nodes)) = map.get("rows").map(|node| &node.yaml) else {
        return;
    };
    let finder = Finder { desk, table, nodes };
    // A row that holds for nothing is told once, and leaves what it was to hold for open.
    if finder.impossible() {
        return;
    }
    match table.take {
        TakeRows::First => finder.never_reached(),
        TakeRows::Only => finder.overlapping(),
        TakeRows::All => {}
    }
    if let (None, Some(key)) = (&table.otherwise, map.key("rows")) {
        finder.gap(key);
    }
}

struct Finder<'a> {
    desk: &'a Desk<'a>,
    table: &'a Table,
    /// The rows in the file.
    nodes: &'a [Node],
}

impl Finder<'_> {
    fn node(&self, row: usize) -> Option<&Node> {
        self.nodes.get(row)
    }

    /// `10 to 10`, `5 to 3`.
    fn impossible(&self) -> bool {
        let mut found = false;
        for row in 0..self.table.rows.len() {
            let Some(column) = self.table.index.impossible(row) else {
                continue;
            };
            found = true;
            let name = self
                .table
                .signature
                .given
                .get(column)
                .map_or("", |column| column.name.as_str());
            let cell = match self.node(row).map(|node| &node.yaml) {
                Some(Yaml::List(cells)) => cells.get(column),
                _ => None,
            };
            if let Some(node) = cell {
                self.desk.error(
                    "never-reached",
                    node,
                    words!(
                        "This row never holds: there is no `{name}` like this.",
                        "此行永远不成立：没有这样的 `{name}`。"
                    ),
                    words!(
                        "The first end of a range is the lower one, and the second does not belong to it: `5 to 10`.",
                        "范围先写较小的一端，且不含第二端：`5 to 10`。"
                    ),
                );
            }
        }
        found
    }

    /// Rows for which earlier ones always hold.
    fn never_reached(&self) {
        let mut effort = Effort::some();
        let mut always: Option<usize> = None;
        for row in 0..self.table.rows.len() {
            if self.desk.is_late() {
                return;
            }
            let reached = always
                .is_none()
                .then(|| is_reached(&self.table.index, row, &mut effort));
            match reached {
                Some(Some(true)) => {}
                // What takes too long to know is not told.
                Some(None) => return,
                Some(Some(false)) | None => self.row_never_reached(row, always),
            }
            let any = |row: &crate::definition::Row| row.cells.iter().all(|cell| *cell == Cell::Any);
            if always.is_none() && self.table.rows.get(row).is_some_and(any) {
                always = self.table.rows.get(row).map(|row| row.line);
            }
        }
    }

    fn row_never_reached(&self, row: usize, always: Option<usize>) {
        let Some(node) = self.node(row) else { return };
        let why = match always {
            Some(line) => words!(
                "This row is never reached: the one on line {line} always holds.",
                "永远不会到达此行：第 {line} 行总是成立。"
            ),
            None => words!(
                "This row is never reached: the rows before it take all of it.",
                "永远不会到达此行：前面的行已全部覆盖。"
            ),
        };
        self.desk.error(
            "never-reached",
            node,
            why,
            words!(
                "The first row that holds is taken: put the narrower one first, or take this one out.",
                "取第一个成立的行：请把较窄的放前面，或删除此行。"
            ),
        );
    }

    fn overlapping(&self) {
        let is_late = || self.desk.is_late();
        for found in overlaps(&self.table.index, OVERLAPS, &is_late) {
            let (Some(node), Some(earlier)) = (self.node(found.row), self.table.rows.get(found.earlier))
            else {
                continue;
            };
            let line = earlier.line;
            let at = self.combination(&found.at);
            let (at, zh) = (at.en, at.zh);
            self.desk.error(
                "overlap",
                node,
                Words::new(
                    format!("This row and the one on line {line} hold at once: {at}."),
                    format!("此行与第 {line} 行同时成立：{zh}。"),
                ),
                words!(
                    "Make one of them narrower; or write `take: first`, and the first that holds counts, or `take: all`.",
                    "请缩小其中一行的范围；或写 `take: first`（取第一个成立的行）或 `take: all`。"
                ),
            );
        }
    }

    /// Values that no row holds for, where nothing is given otherwise.
    fn gap(&self, rows: &Node) {
        let mut effort = Effort::some();
        match gap(&self.table.index, &mut effort) {
            Covered::Wholly => {}
            Covered::But(at) => {
                let at = self.combination(&at);
                let (at, zh) = (at.en, at.zh);
                self.desk.error(
                    "gap",
                    rows,
                    Words::new(format!("No row holds where {at}."), format!("没有行成立：{zh}。")),
                    words!(
                        "Add a row for it, or say what is given `otherwise:`.",
                        "请为其加一行，或用 `otherwise:` 说明其他情况。"
                    ),
                );
            }
            Covered::Unknown => self.desk.error(
                "gap",
                rows,
                words!(
                    "The rows are too many and too mixed to be looked through for what they leave open.",
                    "行数过多且交错，无法检查是否有遗漏。"
                ),
                words!(
                    "Say what is given `otherwise:`, or split the table.",
                    "请用 `otherwise:` 说明其他情况，或拆分此表。"
                ),
            ),
        }
    }

    /// Values of all columns, in words; columns where any will do are left out.
    fn combination(&self, pieces: &[usize]) -> Words {
        let columns = self.table.signature.given.iter().enumerate().zip(pieces);
        let said: Vec<Words> = columns
            .filter_map(|((place, column), piece)| {
                let space = self.table.index.space(place)?;
                let number = |number| space.written(number);
                said(&column.name, &space.point(*piece), &number)
            })
            .collect();
        if said.is_empty() {
            return words!("whatever is given", "任意值");
        }
        let en: Vec<&str> = said.iter().map(|one| one.en.as_str()).collect();
        let zh: Vec<&str> = said.iter().map(|one| one.zh.as_str()).collect();
        Words::new(en.join(" and "), zh.join("，"))
    }
}

fn said(name: &str, point: &Point, number: &dyn Fn(rust_decimal::Decimal) -> String) -> Option<Words> {
    Some(match point {
        Point::Anything => return None,
        Point::Empty => words!("`{name}` is empty", "`{name}` 为空"),
        Point::YesNo(yes) => words!("`{name}` is `{yes}`", "`{name}` 为 `{yes}`"),
        Point::Text(text) => words!("`{name}` is `{text}`", "`{name}` 为 `{text}`"),
        Point::OtherText => words!(
            "`{name}` is none of those that are named",
            "`{name}` 不是所列的任何一个"
        ),
        Point::Value(value) => {
            let value = number(*value);
            words!("`{name}` is {value}", "`{name}` 为 {value}")
        }
        Point::Between(Some(low), Some(high)) => {
            let (low, high) = (number(*low), number(*high));
            words!(
                "`{name}` is above {low} and under {high}",
                "`{name}` 大于 {low} 且小于 {high}"
            )
        }
        Point::Between(Some(low), None) => {
            let low = number(*low);
            words!("`{name}` is above {low}", "`{name}` 大于 {low}")
        }
        Point::Between(None, Some(high)) => {
            let high = number(*high);
            words!("`{name}` is under {high}", "`{name}` 小于 {high}")
        }
        Point::Between(None, None) => return None,
    })
}
