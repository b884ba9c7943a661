//! What an automation or a workflow can have done elsewhere: `requests.start`, `deals.show_contract`, `notices.send`.
//!
//! An action runs in the unit of work of whoever calls it, together with that caller's place in the log, and so happens
//! once. The crate that owns the thing registers it, where everything is put together; callers know its name alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_kernel::actor::{Actor, Publisher};
use countersign_kernel::catalogue::ActionType;
use countersign_kernel::id::EventId;
use countersign_kernel::text::{Text, nearest};
use countersign_kernel::time::Instant;
use countersign_storage::Uow;
use countersign_storage::log::{Cause, ChangeContext};
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::budget::Budgets;
use crate::rights::Rights;

/// So often may one thing set off another in a row; the steps of one request count once.
pub const DEEPEST: i32 = 20;

/// One call of an action.
#[derive(Debug, Clone)]
pub struct Call {
    /// By name of the input, as the action's type declares them.
    pub inputs: Value,
    pub actor: Actor,
    pub rights: Rights,
    /// Who published the text that asks for it, if people did: they decide nothing that comes of it.
    pub publisher: Option<Publisher>,
    /// The event that led to this call.
    pub cause: EventId,
    /// How often one thing set off another before that event; what the action logs is one deeper.
    pub depth: i32,
    /// The same for every try of the same call: ids of new things are derived from it.
    pub key: String,
    /// The tenant's business time.
    pub now: Instant,
    /// `traceparent` of the first request.
    pub trace: Option<String>,
}

impl Call {
    /// The circumstances of what the action changes.
    pub fn change(&self) -> ChangeContext {
        ChangeContext {
            actor: self.actor.clone(),
            at: self.now,
            cause: self.as_cause(),
        }
    }

    /// What led to it, for an action that has other circumstances of its own.
    pub fn as_cause(&self) -> Cause {
        Cause::event(self.cause, self.depth, self.trace.clone())
    }

    /// A text among the inputs; absent and null are alike.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.inputs.get(name).and_then(Value::as_str)
    }

    /// A text that the action cannot do without.
    pub fn required(&self, name: &str) -> Result<&str, ActionError> {
        self.text(name)
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| {
                ActionError::refused(
                    "input_missing",
                    &format!("The input `{name}` is missing."),
                    &format!("缺少输入项 `{name}`。"),
                )
            })
    }
}

/// Why an action did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// It cannot: what would have to change stands in the sentence.
    #[error("{}", detail.get(countersign_kernel::text::Locale::En))]
    Refused { code: String, detail: Text },
    /// Not now: too much was done already. It is asked for again by itself.
    #[error("{0}")]
    Later(String),
    #[error(transparent)]
    Storage(#[from] countersign_storage::Error),
}

impl ActionError {
    /// A refusal in both languages.
    pub fn refused(code: &str, en: &str, zh: &str) -> Self {
        let detail = [("en", en), ("zh-CN", zh)].map(|(tag, text)| (tag.to_owned(), text.to_owned()));
        Self::Refused {
            code: code.to_owned(),
            detail: Text::Many(detail.into()),
        }
    }
}

/// Something that a crate does when asked by name.
pub trait Action: Send + Sync + 'static {
    /// Its name, inputs and outputs.
    fn spec(&self) -> ActionType;

    /// Does it, and answers with the declared outputs.
    fn run<'a>(&'a self, uow: &'a mut Uow, call: &'a Call) -> BoxFuture<'a, Result<Value, ActionError>>;
}

/// Every action that this server knows.
#[derive(Clone, Default)]
pub struct Actions {
    by_name: BTreeMap<&'static str, Arc<dyn Action>>,
    budgets: Budgets,
}

impl Actions {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with(mut self, action: impl Action) -> Self {
        self.by_name.insert(action.spec().name, Arc::new(action));
        self
    }

    pub fn get(&self, name: &str) -> Option<&Arc<dyn Action>> {
        self.by_name.get(name)
    }

    /// For the catalogue.
    pub fn specs(&self) -> impl Iterator<Item = ActionType> {
        self.by_name.values().map(|action| action.spec())
    }

    /// Runs an action by name; an unknown one is refused with the nearest known.
    pub async fn run(&self, uow: &mut Uow, name: &str, call: &Call) -> Result<Value, ActionError> {
        let Some(action) = self.get(name) else {
            return Err(self.unknown(name));
        };
        if call.depth >= DEEPEST {
            return Err(ActionError::refused(
                "causes_too_deep",
                &format!(
                    "`{name}` was not run: {DEEPEST} events already led to this one. Look for automations that start each other."
                ),
                &format!(
                    "未执行 `{name}`：该事件之前已有 {DEEPEST} 个连锁事件。请检查是否有相互触发的自动化规则。"
                ),
            ));
        }
        self.budgets.spend(uow, name, call).await?;
        action.run(uow, call).await
    }

    fn unknown(&self, name: &str) -> ActionError {
        let near = nearest(name, self.by_name.keys().copied());
        let (en, zh) = near.map_or_else(Default::default, |near| {
            (format!(" Did you mean `{near}`?"), format!("是否想用 `{near}`？"))
        });
        ActionError::refused(
            "action_unknown",
            &format!("There is no action `{name}`.{en}"),
            &format!("没有名为 `{name}` 的动作。{zh}"),
        )
    }
}
