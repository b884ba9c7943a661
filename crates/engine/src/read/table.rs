//! A table document.

mod asked;
mod cells;
mod columns;
mod finds;
mod literal;

use countersign_kernel::money::Currency;

use super::desk::{Desk, Map};
use super::form::flat;
use super::who::{WhoPlace, who};
use crate::definition::{Cell, Otherwise, Row, Signature, Table, TakeRows, Who};
use crate::expr::Scope;
use crate::finding::words;
use crate::keys::TABLE;
use crate::parse::{Node, Yaml};
use crate::surroundings::Surroundings;
use crate::table::Index;
use cells::{Given, Gives, Reader};
use columns::{Draft, columns};

/// Rows of a table.
const ROWS_MAX: usize = 1_000;
/// Values and ranges in all cells of a table.
const PARTS_MAX: usize = 20_000;

pub(crate) fn table(desk: &Desk<'_>, root: &Node, around: &Surroundings) -> Option<Table> {
    let map = desk.map(root, &TABLE)?;
    let name = map.get("table").and_then(|node| desk.name(node));
    let title = map.get("title").map(|node| desk.words(node));
    let owners = map.get("owners").map(|node| owners(desk, node, around));
    let take = map.get("take").map_or(Some(TakeRows::default()), |node| {
        desk.one_of(node, &TakeRows::WORDS)
    });
    let drafts = columns(desk, &map);
    let lines = map.get("rows").and_then(|node| lines(desk, node));
    let (given, gives) = drafts?;
    let (lines, all) = full(desk, lines?, &given, &gives);
    let otherwise = map
        .get("otherwise")
        .map(|node| otherwise(desk, node, &gives, take));
    let reader = Reader {
        desk,
        currency: around.currency,
        given: &given,
    };
    let (read, values) = cells(&reader, &lines, &gives, otherwise.flatten())?;
    // What can be told of the table as a whole would only follow where a part of it could not be read.
    let (take, otherwise) = (take.filter(|_| all)?, flat(otherwise)?);
    is_small(desk, &map, &read)?;
    let rows = rows(desk, &lines, &read, &values);
    let currencies: Vec<Currency> = read.iter().map(|one| one.currency).collect();
    let signature = Signature {
        given: read.into_iter().map(|one| one.column).collect(),
        gives: values.iter().map(|one| one.column.clone()).collect(),
        all: take == TakeRows::All,
    };
    let table = Table {
        name: String::new(),
        title: None,
        owners: None,
        index: Index::of(&signature.given, &currencies, &rows),
        signature,
        rows,
        take,
        otherwise: otherwise.map(|cells| match cells {
            [] => Otherwise::Nothing,
            _ => Otherwise::Gives(
                values
                    .iter()
                    .filter_map(|one| one.values.last().cloned())
                    .collect(),
            ),
        }),
    };
    finds::find(desk, &map, &table);
    if let Some(name) = &name {
        asked::asked_otherwise(desk, &map, name, &table.signature, around);
    }
    Some(Table {
        name: name?,
        title: flat(title)?,
        owners: flat(owners)?,
        ..table
    })
}

fn owners(desk: &Desk<'_>, node: &Node, around: &Surroundings) -> Option<Who> {
    let place = WhoPlace {
        directory: around.organisation(None),
        people: &around.people,
        scope: &Scope::default(),
        earlier: &[],
        approver: false,
    };
    who(desk, node, place)
}

/// A row as it stands in the file.
type Line<'n> = (&'n Node, &'n [Node]);

/// The rows; those that are none are told, and stand here without cells.
fn lines<'n>(desk: &Desk<'_>, node: &'n Node) -> Option<Vec<Line<'n>>> {
    let items = desk.list(node)?;
    if items.is_empty() {
        desk.error(
            "wrong-shape",
            node,
            words!("A table has at least one row.", "表至少要有一行。"),
            words!(
                "Write each below `rows:`, like `- [any, finance]`.",
                "请在 `rows:` 下逐行填写，如 `- [any, finance]`。"
            ),
        );
        return None;
    }
    if items.len() > ROWS_MAX {
        let message = words!("A table has more than {ROWS_MAX} rows.", "表超过 {ROWS_MAX} 行。");
        desk.error("too-large", node, message, words!("Split it.", "请拆分。"));
        return None;
    }
    let line = |item: &'n Node| (item, desk.list(item).unwrap_or_default());
    Some(items.iter().map(line).collect())
}

/// The rows that have a cell for every column, and whether all have.
fn full<'n>(
    desk: &Desk<'_>,
    lines: Vec<Line<'n>>,
    given: &[Draft<'_>],
    gives: &[Draft<'_>],
) -> (Vec<Line<'n>>, bool) {
    let wanted = given.len() + gives.len();
    let names = |drafts: &[Draft<'_>]| {
        let names: Vec<&str> = drafts.iter().map(|draft| draft.name.as_str()).collect();
        names.join(", ")
    };
    let count = lines.len();
    let (full, others): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(_, cells)| cells.len() == wanted);
    // What is no list at all is told.
    for (node, cells) in others
        .iter()
        .filter(|(node, _)| matches!(node.yaml, Yaml::List(_)))
    {
        let found = cells.len();
        let (given, gives) = (names(given), names(gives));
        desk.error(
            "wrong-shape",
            node,
            words!(
                "This row has {found} cells, and the table {wanted} columns.",
                "此行有 {found} 个单元格，而表有 {wanted} 列。"
            ),
            words!(
                "Write a cell for each: {given}, and then {gives}. `any` stands for whatever is given.",
                "请逐列填写：{given}，然后 {gives}。`any` 表示任意值。"
            ),
        );
    }
    let all = full.len() == count;
    (full, all)
}

/// The cells of `otherwise`; none of a table that then gives an empty list.
fn otherwise<'n>(
    desk: &Desk<'_>,
    node: &'n Node,
    gives: &[Draft<'_>],
    take: Option<TakeRows>,
) -> Option<&'n [Node]> {
    let cells = match &node.yaml {
        Yaml::List(cells) => cells.as_slice(),
        Yaml::Broken => return None,
        _ => std::slice::from_ref(node),
    };
    let (found, wanted) = (cells.len(), gives.len());
    if found == wanted || (found == 0 && take.is_none_or(|take| take == TakeRows::All)) {
        return Some(cells);
    }
    let names: Vec<&str> = gives.iter().map(|draft| draft.name.as_str()).collect();
    let names = names.join(", ");
    desk.error(
        "wrong-shape",
        node,
        words!(
            "`otherwise` has {found} cells, and the table gives {wanted}.",
            "`otherwise` 有 {found} 个单元格，而表给出 {wanted} 个。"
        ),
        words!("Write a value for each: {names}.", "请逐个填写：{names}。"),
    );
    None
}

/// The columns with their cells, each read as what its column holds.
fn cells(
    reader: &Reader<'_>,
    lines: &[Line<'_>],
    gives: &[Draft<'_>],
    otherwise: Option<&[Node]>,
) -> Option<(Vec<Given>, Vec<Gives>)> {
    let column =
        |place: usize| -> Vec<&Node> { lines.iter().filter_map(|(_, cells)| cells.get(place)).collect() };
    let read: Vec<Option<Given>> = reader
        .given
        .iter()
        .enumerate()
        .map(|(place, draft)| reader.given(draft, &column(place)))
        .collect();
    let values: Vec<Option<Gives>> = gives
        .iter()
        .enumerate()
        .map(|(place, draft)| {
            let mut nodes = column(reader.given.len() + place);
            nodes.extend(otherwise.and_then(|cells| cells.get(place)));
            reader.gives(draft, &nodes)
        })
        .collect();
    let read: Option<Vec<Given>> = read.into_iter().collect();
    let values: Option<Vec<Gives>> = values.into_iter().collect();
    Some((read?, values?))
}

fn is_small(desk: &Desk<'_>, map: &Map<'_>, given: &[Given]) -> Option<()> {
    let parts = |cell: &Cell| match cell {
        Cell::Any => 1,
        Cell::OneOf(parts) => parts.len(),
    };
    let all: usize = given.iter().flat_map(|one| &one.cells).map(parts).sum();
    if all <= PARTS_MAX {
        return Some(());
    }
    desk.error(
        "too-large",
        map.get("rows")?,
        words!(
            "The cells of a table hold more than {PARTS_MAX} values.",
            "表的单元格超过 {PARTS_MAX} 个值。"
        ),
        words!("Split it.", "请拆分。"),
    );
    None
}

fn rows(desk: &Desk<'_>, lines: &[Line<'_>], given: &[Given], gives: &[Gives]) -> Vec<Row> {
    let numbered = lines.iter().enumerate();
    numbered
        .map(|(place, (node, _))| Row {
            line: desk.line(node),
            cells: given
                .iter()
                .filter_map(|one| one.cells.get(place).cloned())
                .collect(),
            gives: gives
                .iter()
                .filter_map(|one| one.values.get(place).cloned())
                .collect(),
        })
        .collect()
}
