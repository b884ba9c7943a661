//! Of whoever adds an approver, removes one, or waits for one.

use countersign_engine::vocabulary::{AddApprover, Position};
use countersign_engine::{Command, Refusal};
use countersign_kernel::id::{TaskId, UserId};
use uuid::Uuid;

use super::{FINANCE, Play, approve, refused};

pub(super) fn all() -> Vec<Refusal> {
    let step = FINANCE.replace("need: any", "need: any, allow: [add_approver, remove_approver]");
    let add = |task: TaskId, who: UserId, position: Position| {
        Command::AddApprover(AddApprover {
            task,
            who,
            position,
            comment: None,
        })
    };
    let remove = |task: TaskId, who: UserId| Command::RemoveApprover {
        task,
        who,
        comment: None,
    };
    let mut play = Play::of(&step);
    let (dans, eves, bo, cleo) = (
        play.task("dan"),
        play.task("eve"),
        play.who("bo"),
        play.who("cleo"),
    );
    play.act("dan", &add(dans, bo, Position::Before)).unwrap();
    play.act("eve", &add(eves, cleo, Position::Beside)).unwrap();
    let bos = play.task("cleo");
    play.act("cleo", &approve(bos)).unwrap();
    let mut all = vec![
        refused(play.act("dan", &approve(dans))),
        refused(play.act("dan", &remove(dans, cleo))),
        refused(play.act("eve", &remove(eves, cleo))),
        refused(play.act("eve", &add(eves, UserId(Uuid::nil()), Position::Beside))),
    ];
    let mut full = Play::of(&step);
    let task = full.task("dan");
    for number in 1..=11 {
        let mut person = full.directory.person(cleo).unwrap().clone();
        person.id = UserId(Uuid::from_u128(number));
        full.directory.people.insert(person.id, person);
    }
    let beside = |number| add(task, UserId(Uuid::from_u128(number)), Position::Beside);
    for number in 1..=10 {
        full.act("dan", &beside(number)).unwrap();
    }
    all.push(refused(full.act("dan", &beside(11))));
    all
}
