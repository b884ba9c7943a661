//! What became of rows, and what is said of those that are refused.

use countersign_kernel::text::Words;
use countersign_web::{Fault, Place};

use super::found::Target;
use super::plan::Plan;
use super::row::{Draft, RowFault};
use super::store::{Model, rows};
use super::words::RowOutcome;
use crate::accounts;
use crate::record::Meta;
use crate::record::change::Done;
use crate::record::refusal::Refusal;

/// What became of rows.
#[derive(Debug, Default)]
pub struct Report {
    pub rows: Vec<rows::Model>,
    pub done: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub refused: i64,
    pub accounts_created: i64,
}

/// A row on its way.
pub(super) struct Going<R> {
    pub(super) number: usize,
    pub(super) line: u64,
    pub(super) draft: Draft,
    pub(super) existing: Option<R>,
}

impl Report {
    /// Notes that a row made an account that it names.
    pub(super) fn made_account(&mut self, import: &Model, number: usize, line: u64, meta: &Meta) {
        self.accounts_created += 1;
        self.rows.push(rows::Model {
            record: Some(meta.id),
            version: Some(meta.version),
            ..row(import, accounts::KIND.object, number, line)
        });
    }

    pub(super) fn note<R: Target>(&mut self, import: &Model, one: &Going<R>, done: &Done<R>) {
        let meta = done.record.meta();
        let outcome = match &one.existing {
            None => RowOutcome::Created,
            Some(before) if before.meta().version != meta.version => RowOutcome::Updated,
            Some(_) => {
                self.unchanged += 1;
                return;
            }
        };
        match outcome {
            RowOutcome::Created => self.created += 1,
            _ => self.updated += 1,
        }
        self.rows.push(rows::Model {
            outcome,
            record: Some(meta.id),
            version: Some(meta.version),
            ..row(import, R::KIND.object, one.number, one.line)
        });
    }

    pub(super) fn refuse(
        &mut self,
        import: &Model,
        kind: &str,
        number: usize,
        line: u64,
        faults: &[RowFault],
    ) {
        self.refused += 1;
        self.rows.push(rows::Model {
            outcome: RowOutcome::Refused,
            faults: serde_json::to_string(faults).ok(),
            ..row(import, kind, number, line)
        });
    }
}

fn row(import: &Model, kind: &str, number: usize, line: u64) -> rows::Model {
    rows::Model {
        tenant_id: import.tenant_id,
        import: import.id,
        row_number: number as i64,
        kind: kind.to_owned(),
        line: line as i64,
        outcome: RowOutcome::Created,
        record: None,
        version: None,
        faults: None,
    }
}

/// What the record kit found wrong, at the columns that say it.
pub(super) fn faults_of(plan: &Plan, refusal: &Refusal) -> Vec<RowFault> {
    let whole = |code: &str, words: &Words| vec![RowFault::new(None, code, words)];
    match refusal {
        Refusal::Invalid(faults) => faults.iter().map(|fault| at_column(plan, fault)).collect(),
        Refusal::Forbidden(words) => whole("forbidden", words),
        Refusal::Conflict(conflict) => whole(conflict.code, &conflict.detail),
        Refusal::Moved { .. } | Refusal::Exists | Refusal::NotFound(_) | Refusal::Storage(_) => {
            whole("contended", &MEANWHILE)
        }
    }
}

fn at_column(plan: &Plan, fault: &Fault) -> RowFault {
    let pointer = match &fault.place {
        Place::Pointer(pointer) => pointer.as_str(),
        _ => "",
    };
    let field = pointer.split('/').nth(1).unwrap_or_default();
    RowFault::new(plan.column_of(field), &fault.code, &fault.detail)
}

pub(super) fn repeats(line: u64) -> Words {
    Words::new(
        format!("Line {line} is about the same record: leave one of the two."),
        format!("与第 {line} 行为同一条记录：请只保留其中一行。"),
    )
}

pub(super) fn several(plural: &str, zh: &str, written: &str) -> Words {
    Words::new(
        format!("Several {plural} are called {written:?}: it cannot be told which one is meant."),
        format!("有多个{zh}名为“{written}”，无法确定是哪一个。"),
    )
}

pub(super) fn no_account(written: &str) -> Words {
    Words::new(
        format!(
            "There is no account {written:?}, or it is not yours to see: import the accounts first, or say `create_missing`."
        ),
        format!("没有名为“{written}”的客户，或您无权查看：请先导入客户，或使用 `create_missing`。"),
    )
}

pub(super) fn deleted(id: String, object: &str, zh: &str) -> Words {
    Words::new(
        format!("The {object} with this id is deleted: restore {id} first."),
        format!("此 id 对应的{zh}已被删除：请先恢复 {id}。"),
    )
}

pub(super) fn no_record(written: &str, object: &str, zh: &str) -> Words {
    Words::new(
        format!(
            "There is no {object} {written:?}, or it is not yours to see: empty the cell to find or make one by what else the row says, or map the column to external_id."
        ),
        format!(
            "没有{zh}“{written}”，或您无权查看：请清空此单元格以按该行其他内容匹配或新建，或将该列映射到 external_id。"
        ),
    )
}

pub(super) fn needed(field: &str) -> Words {
    Words::new(
        format!("A new record needs {field}."),
        format!("新记录需要 {field}。"),
    )
}

pub(super) const WRONG_FORM: Words = Words::fixed("This row has a wrong form.", "此行格式不正确。");
const MEANWHILE: Words = Words::fixed(
    "Somebody else changed this record in the same moment: import the row again.",
    "该记录同时被他人修改：请重新导入此行。",
);
pub(super) const BEYOND_US: Words = Words::fixed(
    "The server could not take this row: ask an administrator to look into its log.",
    "服务器无法处理此行：请管理员查看服务器日志。",
);
