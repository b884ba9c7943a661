//! A step, a branch, a case or an item that runs or ran.

use super::{Kind, List, Run, Scope, Waiting};

impl Scope {
    pub fn is_running(&self) -> bool {
        self.status == Run::Running
    }

    /// What it waits for, while it does.
    pub fn waiting(&self) -> Option<&Waiting> {
        match &self.kind {
            Kind::Wait(waiting) if self.is_running() => Some(waiting),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&List> {
        match &self.kind {
            Kind::Whole(list)
            | Kind::Case { list, .. }
            | Kind::Branch { list, .. }
            | Kind::Item { list, .. }
            | Kind::Repeat { list, .. }
            | Kind::Stage(list) => Some(list),
            Kind::Parallel { .. }
            | Kind::Wait(_)
            | Kind::Approval(_)
            | Kind::Action { .. }
            | Kind::Unclear => None,
        }
    }

    pub fn list_mut(&mut self) -> Option<&mut List> {
        match &mut self.kind {
            Kind::Whole(list)
            | Kind::Case { list, .. }
            | Kind::Branch { list, .. }
            | Kind::Item { list, .. }
            | Kind::Repeat { list, .. }
            | Kind::Stage(list) => Some(list),
            Kind::Parallel { .. }
            | Kind::Wait(_)
            | Kind::Approval(_)
            | Kind::Action { .. }
            | Kind::Unclear => None,
        }
    }
}
