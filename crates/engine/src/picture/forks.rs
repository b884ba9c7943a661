//! Blocks whose columns stand side by side: cases, branches, items, rounds and stages.

use super::block::{Block, Column, Fork, Maker};
use super::marks::Mark;
use super::words;
use crate::definition::{Branch, Choose, Each, EachNeed, Parallel, Repeat, Stage, Step, Take};

impl Maker<'_> {
    pub(super) fn repeat(
        &self,
        title: String,
        when: Option<String>,
        mark: Option<Mark>,
        repeat: &Repeat,
    ) -> Fork {
        let (again, at_most) = (repeat.again.spoken(self.telling), repeat.at_most);
        let label = self.locale.pick(
            format!("again where {again}, at most {at_most} times"),
            format!("若{again}则重复，最多 {at_most} 次"),
        );
        let column = Column {
            label,
            taken: None,
            blocks: self.list(&repeat.steps),
        };
        Fork {
            title,
            when,
            at_once: Some(self.locale.pick("round after round", "循环").to_owned()),
            mark,
            columns: vec![column],
            rejects: None,
        }
    }

    pub(super) fn stage(
        &self,
        title: String,
        when: Option<String>,
        mark: Option<Mark>,
        stage: &Stage,
    ) -> Fork {
        let stop = stage.stop_when.as_ref().map(|stop| {
            let stop = stop.spoken(self.telling);
            self.locale
                .pick(format!("stops as soon as {stop}"), format!("一旦{stop}即停止"))
        });
        Fork {
            title,
            when,
            at_once: Some(self.locale.pick("one after another", "依次进行").to_owned()),
            mark,
            columns: vec![Column {
                label: stop.unwrap_or_default(),
                taken: None,
                blocks: self.list(&stage.steps),
            }],
            rejects: None,
        }
    }

    pub(super) fn each(&self, title: String, when: Option<String>, mark: Option<Mark>, each: &Each) -> Fork {
        let list = each.list.spoken(self.telling);
        let label = match each.group_by.as_ref().map(|by| by.spoken(self.telling)) {
            None => self
                .locale
                .pick(format!("every entry of {list}"), format!("{list}的每一项")),
            Some(by) => self
                .locale
                .pick(format!("{list}, by {by}"), format!("{list}，按{by}分组")),
        };
        let mut blocks = self.list(&each.steps);
        let rejects = leave_all(&mut blocks);
        let (at_once, rejects) = match each.need {
            EachNeed::Of(need) => (words::branches(need, self.locale), rejects),
            EachNeed::EachDecides => {
                let each = self.locale.pick("at once; each for itself", "同时进行，各自决定");
                (each.to_owned(), false)
            }
        };
        Fork {
            title,
            when,
            at_once: Some(at_once),
            mark,
            columns: vec![Column {
                label,
                taken: None,
                blocks,
            }],
            rejects: rejects.then(|| self.locale.pick("not approved", "未通过").to_owned()),
        }
    }

    pub(super) fn choose(
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
                label: case.when.spoken(self.telling),
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
        let all = choose.take == Take::All;
        Fork {
            title,
            when,
            at_once: all.then(|| {
                let every = self
                    .locale
                    .pick("every case that holds, at once", "所有成立的分支同时进行");
                every.to_owned()
            }),
            mark,
            columns,
            rejects: None,
        }
    }

    pub(super) fn parallel(
        &self,
        title: String,
        when: Option<String>,
        mark: Option<Mark>,
        parallel: &Parallel,
    ) -> Fork {
        let column = |branch: &Branch| Column {
            label: crate::step::words(&branch.name),
            taken: None,
            blocks: self.list(&branch.steps),
        };
        let mut columns: Vec<Column> = parallel.branches.iter().map(column).collect();
        let left = columns.iter_mut().map(|column| leave_all(&mut column.blocks));
        let rejects = left.filter(|rejects| *rejects).count() > 0;
        Fork {
            title,
            when,
            at_once: Some(words::branches(parallel.need, self.locale)),
            mark,
            columns,
            rejects: rejects.then(|| self.locale.pick("not approved", "未通过").to_owned()),
        }
    }
}

/// No branch ends the request by itself: what comes of all of them does. Whether one may be rejected.
fn leave_all(blocks: &mut [Block]) -> bool {
    let rejects = blocks.iter().any(|block| block.rejects().is_some());
    blocks.iter_mut().for_each(Block::leave);
    rejects
}
