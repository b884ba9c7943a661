//! Requests: what somebody asks for, and where it stands.
//!
//! A request's row is a fold of its history; only [`act`] changes it, by events that the engine gave.

pub(crate) mod act;
pub(crate) mod changes;
pub(crate) mod drafts;
pub(crate) mod facts;
pub(crate) mod history;
pub(crate) mod http;
pub(crate) mod kept;
pub(crate) mod links;
pub(crate) mod listed;
pub(crate) mod load;
pub(crate) mod moving;
pub(crate) mod pointed;
pub(crate) mod read;
pub(crate) mod service;
pub(crate) mod store;
pub(crate) mod submit;
pub(crate) mod view;
pub(crate) mod visible;

use countersign_engine::definition::Workflow;
use countersign_engine::state::State;
use countersign_engine::vocabulary::Status;
use countersign_kernel::actor::{Actor, Caller};
use countersign_kernel::directory::Directory;
use countersign_rules::definitions::owns;

/// Whether the caller may read a request: its requester, whoever is or was asked, its readers, those whom the
/// workflow lets see all of its requests, and `admin`.
pub(crate) fn may_read(caller: &Caller, case: &act::Case) -> bool {
    if caller.is_admin() || case.loaded.row.requester == caller.user {
        return true;
    }
    if case.state.status == Status::Draft {
        return false;
    }
    let asked = countersign_engine::concerns(&case.state, caller.user);
    let all = || {
        case.definition
            .workflow()
            .is_some_and(|workflow| sees_all(caller, workflow, &case.scene.directory))
    };
    asked || case.loaded.reader || all()
}

/// Whether the caller is told how a request stands when they want to decide it: whoever may read it, and of a draft
/// whoever its workflow will let read it once it is submitted. They learn that it is a draft, and nothing of it.
pub(crate) fn may_ask(caller: &Caller, case: &act::Case) -> bool {
    may_read(caller, case) || (case.state.status == Status::Draft && will_read(caller, case))
}

fn will_read(caller: &Caller, case: &act::Case) -> bool {
    let Some(workflow) = case.definition.workflow() else {
        return false;
    };
    // A draft's state does not name its requester yet.
    let submitted = State {
        requester: Some(case.loaded.row.requester),
        ..case.state.clone()
    };
    sees_all(caller, workflow, &case.scene.directory)
        || countersign_engine::readers(workflow, &submitted, &case.scene.facts(Actor::System, None))
            .contains(&caller.user)
}

/// Whether the caller may read every request of a workflow: its owners, and those in `visible_to` who are named
/// without a request (the others were made readers of each request when it was submitted).
pub(crate) fn sees_all(caller: &Caller, workflow: &Workflow, directory: &Directory) -> bool {
    let Some(person) = directory.person(caller.user) else {
        return false;
    };
    owns(&workflow.owners, person, directory)
        || workflow
            .visible_to
            .as_ref()
            .is_some_and(|who| owns(who, person, directory))
}
