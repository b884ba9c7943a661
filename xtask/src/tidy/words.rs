//! One word per thing: the glossary of ARCHITECTURE.md is law.

use super::Source;

/// What is never said, and what is said instead.
const BANNED: &[(&str, &str)] = &[
    ("work_item", "task"),
    ("workitem", "task"),
    ("WorkItem", "Task"),
    ("process_instance", "request"),
    ("ProcessInstance", "Request"),
    ("workflow_instance", "request"),
    ("WorkflowInstance", "Request"),
    ("flow_instance", "request"),
    ("opportunity", "deal"),
    ("Opportunity", "Deal"),
    ("approval_request", "request"),
];

/// Words of our own that no engineer would search for, and the field's.
const OWN: &[(&str, &str)] = &[
    ("Bell", "CommitNotifier"),
    ("Cord", "NotifyHandle"),
    ("Dealer", "Dispatcher"),
    ("Door", "CrossTenantReader"),
    ("Fence", "LeaseToken"),
    ("HOUSE", "SYSTEM_TENANT"),
    ("Ill", "StatementError"),
    ("Pen", "WriteConnection"),
    ("spoilt", "poisoned"),
];

/// Files named so say nothing of what they hold.
const NAMELESS: &[&str] = &[
    "utils.rs",
    "util.rs",
    "common.rs",
    "helpers.rs",
    "helper.rs",
    "manager.rs",
    "misc.rs",
];

pub(super) fn faults(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .filter(|source| !source.path.starts_with("xtask/"))
        .flat_map(source_faults)
        .collect()
}

fn words_of(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
}

fn source_faults(source: &Source) -> Vec<String> {
    let file = source.path.rsplit('/').next().unwrap_or_default();
    let nameless = NAMELESS
        .contains(&file)
        .then(|| format!("{}: the name says nothing of what it holds", source.path));
    let words = source.text.lines().enumerate().flat_map(|(at, line)| {
        let place = format!("{}:{}", source.path, at + 1);
        let trailing =
            (line.ends_with(' ') || line.ends_with('\t')).then(|| format!("{place}: trailing blanks"));
        let own = |(word, _): &&(&str, &str)| words_of(line).any(|one| one == *word);
        let word = BANNED
            .iter()
            .find(|(word, _)| line.contains(word))
            .or_else(|| OWN.iter().find(own));
        trailing
            .into_iter()
            .chain(word.map(|(word, instead)| format!("{place}: `{word}`: the glossary says `{instead}`")))
    });
    nameless.into_iter().chain(words).collect()
}
