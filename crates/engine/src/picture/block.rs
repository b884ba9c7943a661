//! A workflow as blocks: boxes under each other, and forks whose columns stand side by side.

use countersign_kernel::text::Locale;

use super::marks::{Mark, Marks};
use super::words;
use crate::definition::{End, Step, StepKind, Workflow};
use crate::step::title;
use crate::vocabulary::Status;
use crate::why::Telling;

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
    /// What is written on the way from here to the rejected end, if there is one.
    pub rejects: Option<String>,
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
    /// What is written on the way from here to the rejected end, where the branches together lead to it.
    pub rejects: Option<String>,
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
    /// The end that a rejection leads to, where one does.
    pub rejected: Option<Card>,
}

impl Block {
    /// What is written on the way from here, or from inside, to the rejected end.
    pub(super) fn rejects(&self) -> Option<&str> {
        match self {
            Self::Box(card) => card.rejects.as_deref(),
            Self::Fork(fork) => fork.rejects.as_deref().or_else(|| {
                let mut inside = fork.columns.iter().flat_map(|column| &column.blocks);
                inside.find_map(Self::rejects)
            }),
        }
    }

    /// Takes away the way from here to the rejected end.
    pub(super) fn leave(&mut self) {
        match self {
            Self::Box(card) => card.rejects = None,
            Self::Fork(fork) => {
                fork.rejects = None;
                let inside = fork.columns.iter_mut().flat_map(|column| &mut column.blocks);
                inside.for_each(Self::leave);
            }
        }
    }
}

pub(super) fn of(definition: &Workflow, telling: &Telling<'_>, marks: &Marks) -> Picture {
    let locale = telling.locale;
    let maker = Maker {
        telling,
        locale,
        marks,
    };
    let submitters = words::who(&definition.submitters, telling);
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
        rejects: None,
    };
    let mut blocks = vec![Block::Box(begin)];
    blocks.extend(maker.list(&definition.steps));
    let rejects = blocks.iter().any(|block| block.rejects().is_some());
    if !ends(&blocks) {
        blocks.push(Block::Box(maker.last(rejects)));
    }
    Picture {
        title: definition.title.get(locale).to_owned(),
        rejected: rejects.then(|| maker.rejected()),
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

pub(super) struct Maker<'a> {
    pub(super) telling: &'a Telling<'a>,
    pub(super) locale: Locale,
    pub(super) marks: &'a Marks,
}

impl Maker<'_> {
    pub(super) fn list(&self, steps: &[Step]) -> Vec<Block> {
        steps.iter().map(|step| self.step(step)).collect()
    }

    fn step(&self, step: &Step) -> Block {
        let locale = self.locale;
        let name = title(step).get(locale).to_owned();
        let when = step.when.as_ref().map(|when| {
            let when = when.spoken(self.telling);
            locale.pick(format!("only where {when}"), format!("仅当{when}"))
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
                rejects: match &step.kind {
                    StepKind::Approval(approval) if !approval.is_work() => {
                        Some(words::rejects(&approval.on_reject, locale))
                    }
                    _ => None,
                },
            })
        };
        match &step.kind {
            StepKind::Approval(approval) => card(
                Look::Approval,
                name,
                words::approval(approval, self.telling),
                false,
            ),
            StepKind::Action(action) => card(Look::Action, name, vec![action.action.clone()], false),
            StepKind::Cc(to) => {
                let to = words::who(to, self.telling);
                card(
                    Look::Action,
                    name,
                    vec![locale.pick(format!("in copy: {to}"), format!("抄送：{to}"))],
                    false,
                )
            }
            StepKind::Wait(wait) => {
                let until = self.telling.wait(wait);
                let line = locale.pick(format!("waits {until}"), format!("等待{until}"));
                card(Look::Action, name, vec![line], false)
            }
            StepKind::Set(fields) => card(Look::Action, name, words::set(fields, self.telling), false),
            StepKind::End(end) => {
                let (look, title, lines) = self.ending(end);
                card(look, title, lines, step.when.is_none())
            }
            StepKind::Choose(choose) => Block::Fork(self.choose(step, name, when, mark, choose)),
            StepKind::Repeat(repeat) => Block::Fork(self.repeat(name, when, mark, repeat)),
            StepKind::Each(each) => Block::Fork(self.each(name, when, mark, each)),
            StepKind::Stage(stage) => Block::Fork(self.stage(name, when, mark, stage)),
            StepKind::Parallel(parallel) => Block::Fork(self.parallel(name, when, mark, parallel)),
        }
    }

    /// The look, the title and the note of an end.
    fn ending(&self, end: &End) -> (Look, String, Vec<String>) {
        let look = match end.outcome {
            crate::definition::Outcome::Approved => Look::Approved,
            crate::definition::Outcome::Rejected => Look::Rejected,
            crate::definition::Outcome::Cancelled => Look::Cancelled,
        };
        let note = end.note.as_ref().and_then(|note| note.get(self.locale));
        let note = note.map(|note| note.source.clone());
        let title = words::outcome(end.outcome, self.locale).to_owned();
        (look, title, note.into_iter().collect())
    }

    /// The end that a rejection leads to.
    fn rejected(&self) -> Card {
        let rejected = self.marks.status == Some(Status::Rejected) && self.marks.by_a_voice();
        let mark = match self.marks.status {
            Some(_) if rejected => Some(Mark::Rejected),
            Some(_) => Some(Mark::Closed),
            None => None,
        };
        let title = words::outcome(crate::definition::Outcome::Rejected, self.locale);
        end(Look::Rejected, title, mark)
    }

    /// The end that every request comes to that nothing ended before.
    fn last(&self, rejects: bool) -> Card {
        let (look, title, mark) = match self.marks.status {
            Some(Status::Rejected) if !(rejects && self.marks.by_a_voice()) => (
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
        end(look, title, mark)
    }
}

/// The box of an end.
fn end(look: Look, title: &str, mark: Option<Mark>) -> Card {
    Card {
        look,
        title: title.to_owned(),
        when: None,
        lines: Vec::new(),
        mark,
        left: Vec::new(),
        ends: true,
        rejects: None,
    }
}
