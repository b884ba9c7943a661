//! The action `requests.start`: an automation makes a request for somebody.

use countersign_events::{Action, ActionError, Call};
use countersign_kernel::catalogue::{ActionType, Field, FieldType};
use countersign_kernel::id::{RequestId, UserId, derive};
use countersign_kernel::text::Locale;
use countersign_storage::Uow;
use serde_json::{Map, Value as Json, json};

use crate::error::Error;
use crate::office::Office;
use crate::requests::store;
use crate::requests::submit::{Start, Wanted};

/// What it takes and gives.
const TYPE: ActionType = ActionType {
    name: "requests.start",
    about: "Starts a request of a workflow for somebody; with a key, at most one that is alive.",
    inputs: &[
        Field {
            name: "workflow",
            of: FieldType::Text,
            optional: false,
            about: "The name of the workflow.",
        },
        Field {
            name: "requester",
            of: FieldType::Person,
            optional: false,
            about: "For whom it is started.",
        },
        Field {
            name: "form",
            of: FieldType::Json,
            optional: false,
            about: "What is filled in, by field.",
        },
        Field {
            name: "key",
            of: FieldType::Text,
            optional: true,
            about: "One live request of the workflow for each; rejected, withdrawn and cancelled ones free it.",
        },
    ],
    outputs: &[
        Field {
            name: "request",
            of: FieldType::Record("request"),
            optional: false,
            about: "The request, new or alive already.",
        },
        Field {
            name: "started",
            of: FieldType::YesNo,
            optional: false,
            about: "Whether it is new.",
        },
    ],
    tells: &[],
};

/// `requests.start`.
pub struct StartRequest {
    office: Office,
}

impl StartRequest {
    /// What it takes and gives, for the catalogue.
    pub const SPEC: ActionType = TYPE;

    pub fn new(office: Office) -> Self {
        Self { office }
    }

    async fn start(&self, uow: &mut Uow, call: &Call) -> Result<Json, ActionError> {
        let workflow = call.required("workflow")?.to_owned();
        let key = call
            .text("key")
            .filter(|key| !key.is_empty())
            .map(|key| format!("{workflow}:{key}"));
        // The same event never starts twice, with or without a key.
        let known = store::started(uow.reads(), uow.tenant(), &call.key, key.as_deref()).await?;
        if let Some(known) = known {
            return Ok(json!({ "request": known, "started": false }));
        }
        let wanted = Wanted {
            id: RequestId(derive("request", call.cause.0, call.key.as_bytes(), call.now)),
            workflow,
            form: call
                .inputs
                .get("form")
                .and_then(Json::as_object)
                .cloned()
                .unwrap_or_default(),
            now: call.now,
            actor: call.actor.clone(),
            requester: requester(call)?,
            starter: call.publisher,
            rights: Some(call.rights.clone()),
            cause: call.as_cause(),
            start: Some(Start {
                key,
                by: call.key.clone(),
            }),
            rehearsal: false,
        };
        let made = self
            .office
            .submit_new(uow, &filled(wanted))
            .await
            .map_err(refused)?;
        Ok(json!({ "request": made.acted.row.id, "started": true }))
    }
}

impl Action for StartRequest {
    fn spec(&self) -> ActionType {
        Self::SPEC
    }

    fn run<'a>(
        &'a self,
        uow: &'a mut Uow,
        call: &'a Call,
    ) -> futures_util::future::BoxFuture<'a, Result<Json, ActionError>> {
        Box::pin(self.start(uow, call))
    }
}

/// For whom: somebody by whose rights it runs, or anybody where one of them starts requests for others.
fn requester(call: &Call) -> Result<UserId, ActionError> {
    let text = call.required("requester")?;
    let requester = call.rights.person(text).ok_or_else(|| no_person(text))?;
    if call.rights.are_of(requester) || call.rights.reach_others() {
        return Ok(requester);
    }
    Err(ActionError::refused(
        "not_allowed",
        "Neither the requester nor whoever published this may start a request for somebody else: have hr or admin publish it.",
        "申请人和发布人都无权代他人发起申请：请由 hr 或 admin 发布。",
    ))
}

fn no_person(text: &str) -> ActionError {
    ActionError::refused(
        "no_such_person",
        &format!(
            "`requester` is {text:?}, which is neither the id nor the e-mail address of an active person."
        ),
        &format!("`requester` 的值 {text:?} 既不是在职人员的 id，也不是其电子邮箱。"),
    )
}

/// A text with a placeholder for what is empty prints nothing: such a field was not filled in.
fn filled(wanted: Wanted) -> Wanted {
    let form: Map<String, Json> = wanted
        .form
        .into_iter()
        .filter(|(_, value)| !value.is_null() && value.as_str() != Some(""))
        .collect();
    Wanted { form, ..wanted }
}

/// As an action says it.
fn refused(error: Error) -> ActionError {
    match error {
        Error::Storage(error) => ActionError::Storage(error),
        Error::Refused { refusal, .. } => ActionError::refused(
            refusal.code(),
            &refusal.text(Locale::En),
            &refusal.text(Locale::ZhCn),
        ),
        Error::Invalid(faults) => {
            let all = |locale| {
                faults
                    .iter()
                    .map(|fault| format!("{}: {}", fault.pointer, fault.text.get(locale)))
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            ActionError::refused("form_invalid", &all(Locale::En), &all(Locale::ZhCn))
        }
        Error::UnknownWorkflow { name, .. } => ActionError::refused(
            "workflow_unknown",
            &format!("No workflow `{name}` is published."),
            &format!("没有已发布的流程 `{name}`。"),
        ),
        other => ActionError::refused("not_started", &other.to_string(), "未能发起申请。"),
    }
}
