//! Every mistake at once: files that ship, broken in many ways, alone and together. What is found of a mistake alone
//! is found beside others too, and nothing is found that no mistake of the file shows alone.

mod slips;

use std::collections::BTreeSet;

use countersign_engine::check;
use countersign_engine::finding::Finding;
use countersign_kernel::text::Locale;

use crate::around::{around, file};
use slips::{Slip, contract, expense, leave, matrix};

/// The file with the mistake, if its place is still there.
fn broken(text: &str, slip: &Slip) -> Option<String> {
    if slip.right.is_empty() {
        let mut inside = false;
        let mut kept = String::new();
        let before = text.lines().count();
        for line in text.lines() {
            if !line.starts_with([' ', '#']) && !line.is_empty() {
                inside = line.starts_with(&format!("{}:", slip.takes));
            }
            if !inside {
                kept.push_str(line);
                kept.push('\n');
            }
        }
        return (kept.lines().count() < before).then_some(kept);
    }
    (text.matches(slip.right).count() == 1).then(|| text.replace(slip.right, slip.wrong))
}

/// A finding by its code, its line as written and its column: what another mistake elsewhere does not move.
type Found = (String, String, usize);

fn found(text: &str) -> (BTreeSet<Found>, Vec<Finding>) {
    let findings = check(text, &around()).findings;
    let lines: Vec<&str> = text.lines().collect();
    let keys = findings.iter().map(|finding| {
        let line = lines.get(finding.line - 1).copied().unwrap_or_default();
        (finding.code.to_owned(), line.to_owned(), finding.column)
    });
    (keys.collect(), findings)
}

fn shown(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| finding.display("file", Locale::En))
        .collect()
}

fn called(slip: &Slip) -> String {
    if slip.right.is_empty() {
        format!("no {}", slip.takes)
    } else {
        slip.wrong.trim().to_owned()
    }
}

/// Checks the file with all of these mistakes against what each shows alone.
fn together(text: &str, slips: &[(&Slip, &BTreeSet<Found>)], faults: &mut Vec<String>) -> bool {
    let mut both = text.to_owned();
    for (slip, _) in slips {
        match broken(&both, slip) {
            Some(next) => both = next,
            None => return false,
        }
    }
    let (here, findings) = found(&both);
    let mut allowed = BTreeSet::new();
    let names: Vec<String> = slips.iter().map(|(slip, _)| called(slip)).collect();
    let names = names.join(" + ");
    for (place, (slip, alone)) in slips.iter().enumerate() {
        allowed.extend(alone.iter().cloned());
        let others = slips.iter().enumerate().filter(|(other, _)| *other != place);
        let hidden = others
            .into_iter()
            .any(|(_, (other, _))| slip.wants.contains(&other.takes));
        // Mistakes in one line move each other's columns and words.
        let stands = |line: &str| both.lines().any(|other| other == line);
        for missed in alone
            .iter()
            .filter(|found| !hidden && stands(&found.1) && !here.contains(*found))
        {
            faults.push(format!("{names}: missed {missed:?}\n{}", shown(&findings)));
        }
    }
    for more in here.difference(&allowed) {
        let slipped = |line: &str| text.lines().all(|other| other != line);
        let same_line = slips
            .iter()
            .filter(|(_, alone)| alone.iter().any(|found| found.1 == more.1))
            .count();
        if !slipped(&more.1) || same_line > 0 {
            faults.push(format!("{names}: {more:?} follows\n{}", shown(&findings)));
        }
    }
    true
}

#[test]
fn what_is_found_alone_is_found_beside_other_mistakes_and_nothing_follows() {
    let mut faults = Vec::new();
    let (mut pairs, mut triples) = (0, 0);
    for (name, slips) in [
        ("expense.yaml", expense()),
        ("contract.yaml", contract()),
        ("leave.yaml", leave()),
        ("approval-matrix.yaml", matrix()),
    ] {
        let text = match name {
            "approval-matrix.yaml" => include_str!("stories/tables/approval-matrix.yaml").to_owned(),
            _ => file(name),
        };
        let mut alone = Vec::new();
        for slip in &slips {
            let text = broken(&text, slip).unwrap_or_else(|| panic!("{name}: {}", slip.right));
            let (keys, findings) = found(&text);
            if keys.len() != 1 || keys.first().is_none_or(|(code, ..)| code != slip.code) {
                faults.push(format!(
                    "{name}: {}: wanted {}\n{}",
                    called(slip),
                    slip.code,
                    shown(&findings)
                ));
            }
            alone.push(keys);
        }
        for (first, one) in slips.iter().enumerate() {
            for (second, two) in slips.iter().enumerate().skip(first + 1) {
                pairs += usize::from(together(
                    &text,
                    &[(one, &alone[first]), (two, &alone[second])],
                    &mut faults,
                ));
                // A few stand for all of them.
                for (third, three) in slips.iter().enumerate().skip(second + 1).step_by(13) {
                    let slips = [
                        (one, &alone[first]),
                        (two, &alone[second]),
                        (three, &alone[third]),
                    ];
                    triples += usize::from(together(&text, &slips, &mut faults));
                }
            }
        }
    }
    let count = faults.len();
    faults.truncate(12);
    assert!(
        count == 0,
        "{count} of {pairs} pairs and {triples} triples\n{}",
        faults.join("\n")
    );
    assert!(pairs > 900 && triples > 600, "{pairs} pairs, {triples} triples");
}
