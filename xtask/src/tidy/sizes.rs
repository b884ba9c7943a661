//! Files of at most 400 lines and functions of at most 60, but for the committed list, which may only shrink.
//! A test's function may be longer: it tells one story from beginning to end.

use std::collections::BTreeSet;

use super::Source;

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 60;

/// `listed`: a line each, `path` for a file, `path::function` for a function.
pub(super) fn faults(sources: &[Source], listed: &str) -> Vec<String> {
    let listed: BTreeSet<&str> = listed
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let mut found = BTreeSet::new();
    for source in sources {
        let lines = source.production().count();
        if lines > FILE_LINES_MAX {
            found.insert((source.path.clone(), lines, FILE_LINES_MAX));
        }
        let functions = if is_test(&source.path) {
            Vec::new()
        } else {
            long_functions(source)
        };
        for (name, lines) in functions {
            found.insert((format!("{}::{name}", source.path), lines, FUNCTION_LINES_MAX));
        }
    }
    let names: BTreeSet<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    let unlisted = found
        .iter()
        .filter(|(name, ..)| !listed.contains(name.as_str()))
        .map(|(name, lines, most)| {
            format!("{name}: {lines} lines, {most} at most: is there a seam to split along?")
        });
    let stale = listed
        .difference(&names)
        .map(|name| format!("xtask/sizes.txt: {name} is short by now: take it off the list"));
    unlisted.chain(stale).collect()
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.starts_with("tests/")
}

/// Functions over the limit: rustfmt ends each at the indentation where it began.
fn long_functions(source: &Source) -> Vec<(String, usize)> {
    let lines: Vec<(usize, &str)> = source.production().collect();
    let mut long = Vec::new();
    for (at, (_, line)) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = line.len() - line.trim_start().len();
        let rest = lines.iter().skip(at + 1);
        let length = rest
            .take_while(|(_, line)| !(ends_block(line) && line.len() - line.trim_start().len() == indent))
            .count();
        if !line.trim_end().ends_with(';')
            && !line.trim_end().ends_with('}')
            && length + 2 > FUNCTION_LINES_MAX
        {
            long.push((name.to_owned(), length + 2));
        }
    }
    long
}

fn ends_block(line: &str) -> bool {
    matches!(line.trim(), "}" | "};") || line.trim_end().ends_with(';') && line.trim_start().starts_with(')')
}

fn function_name(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    let starts = [
        "fn ",
        "pub fn ",
        "async fn ",
        "pub async fn ",
        "pub(crate) fn ",
        "pub(crate) async fn ",
        "pub(super) fn ",
        "pub(super) async fn ",
        "const fn ",
        "pub const fn ",
    ];
    let start = starts.iter().find(|start| rest.starts_with(**start))?;
    let name = rest.strip_prefix(start)?;
    name.split(['(', '<']).next()
}
