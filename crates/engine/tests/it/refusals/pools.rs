//! Of whoever takes a task from a pool, or gives it back.

use countersign_engine::{Command, Refusal};
use countersign_kernel::id::TaskId;

use super::{FINANCE, Play, approve, refused};

pub(super) fn all() -> Vec<Refusal> {
    let pool = || Play::of(&FINANCE.replace("need: any", "assign: pool"));
    let claim = |task: TaskId| Command::Claim { task, comment: None };
    let release = |task: TaskId| Command::Release { task, comment: None };
    let (mut mine, mut taken) = (pool(), pool());
    let (dans, eves) = (taken.task("dan"), taken.task("eve"));
    taken.act("dan", &claim(dans)).unwrap();
    let mut open = Play::of(FINANCE);
    let everyones = open.task("dan");
    vec![
        refused(taken.act("eve", &claim(eves))),
        refused(taken.act("eve", &approve(eves))),
        refused(mine.act("dan", &release(dans))),
        refused(open.act("dan", &claim(everyones))),
    ]
}
