//! A workflow as blocks: boxes under each other, and forks whose columns stand side by side.

use countersign_kernel::text::Locale;

use super::marks::{Mark, Marks};
use super::words;
use crate::definition::{Choose, Parallel, Step, StepKind, Workflow};
use crate::step::title;
use crate::vocabulary::Status;

/// A piece of a picture.
#[derive(Debug)]
pub(super) enum Block {
    Box(Card),
    Fork(Fork),
}

/// A box with words.
#[derive(Debug)]
pub(super) struct Card {
    pub look: Look,
    pub title: String,
    /// `only when …`.
    pub when: Option<String>,
    pub lines: Vec<String>,
    pub mark: Option<Mark>,
    /// What the request left there: who, when.
    pub left: Vec<String>,
    /// Nothing goes on from here.
    pub ends: bool,
}

/// What a box is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Begin,
    Approval,
    Action,
    Approved,
    Rejected,
    Cancelled,
}

/// Columns side by side: cases, of which one is taken, or branches at once.
#[derive(Debug)]
pub(super) struct Fork {
    pub title: String,
    pub when: Option<String>,
    pub at_once: Option<String>,
    pub mark: Option<Mark>,
    pub columns: Vec<Column>,
}

/// A case or a branch.
#[derive(Debug)]
pub(super) struct Column {
    pub label: String,
    pub taken: Option<bool>,
    pub blocks: Vec<Block>,
}

/// The picture of a workflow.
#[derive(Debug)]
pub(super) struct Picture {
    pub title: String,
    pub blocks: Vec<Block>,
}

pub(super) fn of(definition: &Workflow, locale: Locale, marks: &Marks) -> Picture {
    let maker = Maker { locale, marks };
    let submitters = words::who(&definition.submitters, locale);
    let begin = Card {
        look: Look::Begin,
        title: locale.pick("Submitted", "提交").to_owned(),
        when: None,
        lines: if marks.begin.is_empty() {
            vec![locale.pick(format!("by {submitters}"), submitters)]
        } else {
            Vec::new()
        },
        mark: (!marks.begin.is_empty()).then_some(Mark::Approved),
        left: marks.begin.clone(),
        ends: false,
    };
    let mut blocks = vec![Block::Box(begin)];
    blocks.extend(maker.list(&definition.steps));
    if !ends(&blocks) {
        blocks.push(Block::Box(maker.last()));
    }
    Picture {
        title: definition.title.get(locale).to_owned(),
        blocks,
    }
}

/// Whether nothing goes on after these.
pub(super) fn ends(blocks: &[Block]) -> bool {
    match blocks.last() {
        None => false,
        Some(Block::Box(card)) => card.ends,
        Some(Block::Fork(fork)) => {
            !fork.columns.is_empty()
                && fork.at_once.is_none()
                && fork.columns.iter().all(|one| ends(&one.blocks))
        }
    }
}

struct Maker<'a> {
    locale: Locale,
    marks: &'a Marks,
}

impl Maker<'_> {
    fn list(&self, steps: &[Step]) -> Vec<Block> {
        steps.iter().map(|step| self.step(step)).collect()
    }

    fn step(&self, step: &Step) -> Block {
        let locale = self.locale;
        let name = title(step).get(locale).to_owned();
        let when = step.when.as_ref().map(|when| {
            locale.pick(
                format!("only when {}", when.source()),
                format!("仅当 {}", when.source()),
            )
        });
        let (mark, left) = self.marks.steps.get(&step.key).cloned().unzip();
        let left = left.unwrap_or_default();
        let card = |look: Look, title: String, lines: Vec<String>, ends: bool| {
            Block::Box(Card {
                look,
                title,
                when: when.clone(),
                lines,
                mark,
                left: left.clone(),
                ends,
            })
        };
        match &step.kind {
            StepKind::Approval(approval) => {
                card(Look::Approval, name, words::approval(approval, locale), false)
            }
            StepKind::Action(action) => card(Look::Action, name, vec![action.action.clone()], false),
            StepKind::End(end) => {
                let look = match end.outcome {
                    crate::definition::Outcome::Approved => Look::Approved,
                    crate::definition::Outcome::Rejected => Look::Rejected,
                    crate::definition::Outcome::Cancelled => Look::Cancelled,
                };
                let note = end
                    .note
                    .as_ref()
                    .and_then(|note| note.get(locale))
                    .map(|note| note.source.clone());
                card(
                    look,
                    words::outcome(end.outcome, locale).to_owned(),
                    note.into_iter().collect(),
                    step.when.is_none(),
                )
            }
            StepKind::Choose(choose) => Block::Fork(self.choose(step, name, when, mark, choose)),
            StepKind::Parallel(parallel) => Block::Fork(self.parallel(name, when, mark, parallel)),
        }
    }

    fn choose(
        &self,
        step: &Step,
        title: String,
        when: Option<String>,
        mark: Option<Mark>,
        choose: &Choose,
    ) -> Fork {
        let taken = self.marks.cases.get(&step.key);
        let mut columns: Vec<Column> = choose
            .cases
            .iter()
            .enumerate()
            .map(|(number, case)| Column {
                label: self.locale.pick(
                    format!("when {}", case.when.source()),
                    format!("当 {}", case.when.source()),
                ),
                taken: taken.map(|taken| *taken == Some(number as u32)),
                blocks: self.list(&case.steps),
            })
            .collect();
        let label = self.locale.pick("otherwise", "否则").to_owned();
        columns.push(Column {
            label,
            taken: taken.map(Option::is_none),
            blocks: self.list(&choose.otherwise),
        });
        Fork {
            title,
            when,
            at_once: None,
            mark,
            columns,
        }
    }

    fn parallel(&self, title: String, when: Option<String>, mark: Option<Mark>, parallel: &Parallel) -> Fork {
        let column = |branch: &crate::definition::Branch| Column {
            label: branch.name.replace('-', " "),
            taken: None,
            blocks: self.list(&branch.steps),
        };
        let columns = parallel.branches.iter().map(column).collect();
        Fork {
            title,
            when,
            at_once: Some(words::branches(parallel.need, self.locale)),
            mark,
            columns,
        }
    }

    /// The end that every request comes to that nothing ended before.
    fn last(&self) -> Card {
        let (look, title, mark) = match self.marks.status {
            Some(Status::Rejected) => (
                Look::Rejected,
                self.locale.pick("Rejected", "拒绝"),
                Some(Mark::Rejected),
            ),
            Some(Status::Cancelled) => (Look::Cancelled, self.locale.pick("Cancelled", "取消"), None),
            Some(Status::Withdrawn) => (Look::Cancelled, self.locale.pick("Withdrawn", "撤回"), None),
            Some(Status::Approved) => (
                Look::Approved,
                self.locale.pick("Approved", "通过"),
                Some(Mark::Approved),
            ),
            // Still to come.
            Some(_) => (
                Look::Approved,
                self.locale.pick("Approved", "通过"),
                Some(Mark::Closed),
            ),
            None => (Look::Approved, self.locale.pick("Approved", "通过"), None),
        };
        Card {
            look,
            title: title.to_owned(),
            when: None,
            lines: Vec::new(),
            mark,
            left: Vec::new(),
            ends: true,
        }
    }
}
