//! The closed list of problems, as a type.

pub(super) const SOURCE: &str = "api-spec/problems.md";
pub(super) const TYPESCRIPT: &str = "clients/typescript/src/kinds.ts";
pub(super) const PYTHON: &str = "clients/python/src/countersign/kinds.py";

/// The codes of the table, in its order.
pub(super) fn read(table: &str) -> Vec<&str> {
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).collect()
}

pub(super) fn typescript(kinds: &[&str]) -> String {
    let members: Vec<String> = kinds.iter().map(|kind| format!("  | \"{kind}\"")).collect();
    format!(
        "// Of {SOURCE}; `cargo xtask clients` writes it.\n\n\
         /** The kinds of problem, each with one status; `code` may be finer. */\nexport type ProblemKind =\n{};\n",
        members.join("\n")
    )
}

pub(super) fn python(kinds: &[&str]) -> String {
    let members: Vec<String> = kinds.iter().map(|kind| format!("    \"{kind}\",\n")).collect();
    format!(
        "# Of {SOURCE}; `cargo xtask clients` writes it.\n\nfrom typing import Literal, TypeAlias\n\n\
         ProblemKind: TypeAlias = Literal[\n{}]\n\
         \"\"\"The kinds of problem, each with one status; `code` may be finer.\"\"\"\n",
        members.concat()
    )
}
