//! Stories of a file of leave types: who somebody is, what they take, and what they have on a day.

use countersign_kernel::calendar::{Calendar, Calendars};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Date;

use super::ledger::{Account, Entry, EntryKind, ledger};
use super::{
    Amount, Asked, Away, Employment, LeaveType, LeaveTypes, WorkingTime, broken_rules, reserve, takes,
};
use crate::deadline::Deadline;
use crate::refusal::both;
use crate::story::{Failure, StoryReport, StoryResult};
use crate::surroundings::Surroundings;

/// What a file says must be so.
#[derive(Debug, Clone)]
pub struct LeaveStory {
    pub name: String,
    pub line: usize,
    pub employment: Employment,
    /// The calendar of their place; the tenant's where none is named.
    pub calendar: Option<String>,
    pub takes: Vec<Takes>,
    /// The day on which `expect` is looked at.
    pub on: Date,
    /// Balances by type.
    pub expect: Vec<(String, Amount)>,
    /// The last of `takes` is refused, with this in its words.
    pub refused: Option<String>,
}

/// Leave that is taken in a story.
#[derive(Debug, Clone)]
pub struct Takes {
    pub of: String,
    pub away: Away,
    /// The day on which it is asked for.
    pub asked_on: Date,
    pub has_evidence: bool,
}

/// Plays every story of a file.
pub(crate) fn play(types: &LeaveTypes, around: &Surroundings, deadline: &Deadline<'_>) -> StoryReport {
    let one = |story: &LeaveStory| StoryResult {
        name: story.name.clone(),
        line: story.line,
        failure: told(types, story, around).err().map(|otherwise| *otherwise),
    };
    let stories = types.tests.iter().take_while(|_| !deadline.has_passed());
    StoryReport {
        stories: stories.map(one).collect(),
        unreached: Vec::new(),
    }
}

fn told(types: &LeaveTypes, story: &LeaveStory, around: &Surroundings) -> Result<(), Box<Failure>> {
    let working = WorkingTime::new(&place(story, around), &story.employment);
    let account = |of| Account {
        of,
        year: types.year,
        starts: types.starts,
        working: &working,
    };
    let mut kept: Vec<(String, Entry)> = Vec::new();
    for (number, taken) in story.takes.iter().enumerate() {
        // Names are looked at when the file is read.
        let Some(of) = types.of(&taken.of) else { continue };
        let wanted = story
            .refused
            .as_deref()
            .filter(|_| number + 1 == story.takes.len());
        let came = try_out(&account(of), &of_type(&kept, &of.name), taken);
        let entries = as_wanted(came, wanted).map_err(|(expected, happened)| {
            let sentence = format!("{} from {}", taken.of, taken.away.first);
            Box::new(otherwise(story, sentence, (expected, happened), Vec::new()))
        })?;
        kept.extend(entries.into_iter().map(|entry| (of.name.clone(), entry)));
    }
    for (name, wanted) in &story.expect {
        let Some(of) = types.of(name) else { continue };
        let lines = ledger(&account(of), &of_type(&kept, name), story.on);
        let found: Amount = lines.iter().map(|line| line.entry.amount).sum();
        if found != *wanted {
            let amount = |amount: Amount| both(amount.to_string(), amount.to_string());
            let history = lines.iter().map(|line| told_line(&line.entry)).collect();
            let sentence = format!("{name} on {}", story.on);
            let values = (amount(*wanted), amount(found));
            return Err(Box::new(otherwise(story, sentence, values, history)));
        }
    }
    Ok(())
}

/// What was taken, where that or its refusal is as the story has it; else what was expected, and what happened.
fn as_wanted(came: Result<Vec<Entry>, Text>, refused: Option<&str>) -> Result<Vec<Entry>, (Text, Text)> {
    let wanted = |part: &str| both(format!("refused: {part}"), format!("被拒绝：{part}"));
    let not_refused = || both("not refused".to_owned(), "未被拒绝".to_owned());
    match (came, refused) {
        (Ok(entries), None) => Ok(entries),
        (Err(why), Some(part))
            if [Locale::En, Locale::ZhCn]
                .iter()
                .any(|one| why.get(*one).contains(part)) =>
        {
            Ok(Vec::new())
        }
        (Err(why), Some(part)) => Err((wanted(part), why)),
        (Err(why), None) => Err((not_refused(), why)),
        (Ok(_), Some(part)) => Err((wanted(part), not_refused())),
    }
}

fn otherwise(
    story: &LeaveStory,
    sentence: String,
    (expected, happened): (Text, Text),
    history: Vec<Text>,
) -> Failure {
    Failure {
        line: story.line,
        sentence,
        expected,
        happened,
        history,
    }
}

fn place(story: &LeaveStory, around: &Surroundings) -> Calendar {
    let named = |name: &String| around.calendars.iter().find(|calendar| calendar.name == *name);
    let own = || Calendars::new(around.calendars.clone()).tenant().cloned();
    let found = story.calendar.as_ref().and_then(named).cloned().or_else(own);
    found.unwrap_or_else(|| Calendar::nine_to_five("default", around.zone))
}

/// A line of the ledger in words.
fn told_line(entry: &Entry) -> Text {
    let Entry { kind, on, amount, .. } = entry;
    both(
        format!("{on}: {} {amount}", kind.word()),
        format!("{on}：{} {amount}", kind.zh()),
    )
}

fn of_type(kept: &[(String, Entry)], name: &str) -> Vec<Entry> {
    let own = kept.iter().filter(|(of, _)| of == name);
    own.map(|(_, entry)| entry.clone()).collect()
}

fn try_out(account: &Account<'_>, kept: &[Entry], taken: &Takes) -> Result<Vec<Entry>, Text> {
    let of: &LeaveType = account.of;
    let days = takes(of, account.working, taken.away);
    let asked = Asked {
        of,
        away: taken.away,
        days: &days,
        today: taken.asked_on,
        has_evidence: taken.has_evidence,
    };
    if let Some(broken) = broken_rules(&asked).into_iter().next() {
        return Err(broken.text);
    }
    let uses = reserve(account, kept, &days).map_err(|short| short.broken(of).text)?;
    let entry = |one: &super::Use| Entry {
        kind: EntryKind::Taken,
        on: one.on,
        bucket: one.bucket,
        amount: -one.amount,
        key: None,
    };
    Ok(uses.iter().map(entry).collect())
}
