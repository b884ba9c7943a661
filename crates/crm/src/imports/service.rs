//! Beginning an import, cancelling it, and taking back what it made.

use std::sync::Arc;

use countersign_kernel::actor::{Caller, Via};
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::ImportId;
use countersign_kernel::text::Words;
use countersign_platform::files;
use countersign_storage::log::ChangeContext;
use countersign_storage::{Quota, Uow, Work};
use countersign_web::{Expected, Problem};
use tokio::sync::Notify;

use super::events::{STARTED, UNDO_STARTED, entry};
use super::store::{self, Model};
use super::unit::end;
use super::words::ImportStatus;

/// Begins an import.
pub struct Start {
    /// As it stands then; what caused it is the entry that says so.
    pub import: Model,
    pub change: ChangeContext,
    pub wake: Arc<Notify>,
}

impl Work for Start {
    type Out = Model;
    type Error = Problem;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Model, Problem> {
        let mut import = self.import.clone();
        let running = store::running(uow.reads(), import.tenant_id, import.created_by).await?;
        uow.within(Quota::RunningImports, running, 1)?;
        let started = entry(&self.change, &STARTED, &import, None);
        import.cause = started.id;
        store::insert(uow.writes().await?, &import).await?;
        // Whoever sees the import may read its file, which is kept as long.
        files::attach(uow, &[import.file], &Link::new("import", import.id.0)).await?;
        uow.append(started);
        wake(uow, &self.wake);
        Ok(import)
    }
}

/// Whose request it is.
pub struct Asked {
    pub import: ImportId,
    pub caller: Caller,
    pub expected: Expected,
    pub change: ChangeContext,
    pub trace: Option<String>,
    pub wake: Arc<Notify>,
}

fn wake(uow: &mut Uow, wake: &Arc<Notify>) {
    let wake = Arc::clone(wake);
    uow.after_commit(move || wake.notify_one());
}

impl Asked {
    async fn held(&self, uow: &Uow) -> Result<Model, Problem> {
        let none = || Problem::not_found("import");
        // Seen first, so that nobody waits for what is not theirs.
        store::one(uow.reads(), &self.caller, self.import)
            .await?
            .ok_or_else(none)?;
        let import = store::held(uow, self.import).await?.ok_or_else(none)?;
        self.expected.check(import.version)?;
        Ok(import)
    }
}

/// Ends an import where it is.
pub struct Cancel(pub Asked);

impl Work for Cancel {
    type Out = Model;
    type Error = Problem;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Model, Problem> {
        let import = self.0.held(uow).await?;
        if import.status != ImportStatus::Running {
            return Err(wrong_state(&import, "cancelled", "取消"));
        }
        Ok(end(uow, import, ImportStatus::Cancelled, &self.0.change).await?)
    }
}

/// Has what an import made taken back.
pub struct AskUndo(pub Asked);

impl Work for AskUndo {
    type Out = Model;
    type Error = Problem;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Model, Problem> {
        let Asked { caller, change, .. } = &self.0;
        let mut import = self.0.held(uow).await?;
        let ended = matches!(import.status, ImportStatus::Completed | ImportStatus::Cancelled);
        if !ended || import.validate_only {
            return Err(wrong_state(&import, "undone", "撤销"));
        }
        let made = (import.accounts_created > 0).then_some(&crate::accounts::KIND);
        for kind in made.into_iter().chain([import.kind.of()]) {
            if !caller.scopes.allow(kind.write) {
                return Err(Problem::missing_scope(kind.write));
            }
        }
        let was = import.status.as_str();
        import.status = ImportStatus::Undoing;
        import.version += 1;
        import.updated_at = change.at;
        import.ended_at = None;
        import.trace.clone_from(&self.0.trace);
        import.acts_for(caller);
        let asked = entry(change, &UNDO_STARTED, &import, Some(was));
        import.cause = asked.id;
        let conn = uow.writes().await?;
        store::update(conn, &import).await?;
        store::set_due(conn, &import).await?;
        uow.append(asked);
        wake(uow, &self.0.wake);
        Ok(import)
    }
}

impl Model {
    /// What is done from now on is done for this caller.
    pub fn acts_for(&mut self, caller: &Caller) {
        self.acts_for = caller.user;
        self.scopes = store::written(&caller.scopes);
        self.api_key = match caller.via {
            Via::Key(key) => Some(key),
            Via::Session(_) => None,
        };
    }

    pub fn possible(&self) -> &'static [&'static str] {
        match self.status {
            ImportStatus::Running => &["cancel"],
            ImportStatus::Completed | ImportStatus::Cancelled if !self.validate_only => &["undo"],
            _ => &[],
        }
    }
}

fn wrong_state(import: &Model, en: &str, zh: &str) -> Problem {
    let state = import.status.as_str();
    let detail = if import.validate_only && en == "undone" {
        Words::fixed(
            "This import kept nothing that could be taken back.",
            "此导入未保存任何内容，无需撤销。",
        )
    } else {
        Words::new(
            format!("This import is {state}, so it cannot be {en}."),
            format!("此导入状态为 {state}，无法{zh}。"),
        )
    };
    Problem::conflict("wrong_state", detail, state, import.possible(), None)
}
