//! `cc`: people may read the request and are told, each once.

use crate::definition::Who;
use crate::machine::{Judge, Place};
use crate::vocabulary::{Copied, What};

pub(crate) fn begin<'a>(judge: &mut Judge<'a>, at: Place<'a>, to: &'a Who) {
    // Whom a rule that cannot be judged means is not known: nobody is told, and nothing waits for it.
    let found = judge.reading_in(at.parent).find(to).unwrap_or_default();
    let found = found.into_iter().map(|one| one.user);
    let people = found.filter(|user| !judge.state.copied.contains(user)).collect();
    judge.emit(What::Copied(Copied {
        parent: at.parent,
        index: at.index,
        step: at.step.key.clone(),
        title: judge.title(at.parent, at.step),
        people,
    }));
    judge.go_on(at.parent);
}
