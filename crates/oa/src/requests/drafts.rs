//! Drafts: what somebody has saved and not submitted. Only they read, change, submit and delete it.

use countersign_engine::Refusal;
use countersign_engine::vocabulary::Status;
use countersign_kernel::actor::Caller;
use countersign_kernel::catalogue::Link;
use countersign_kernel::id::{EventId, RequestId, derive};
use countersign_kernel::time::Instant;
use countersign_platform::files;
use countersign_storage::log::{Cause, ChangeContext};
use countersign_storage::{Entry, Quota, Uow, Work};
use countersign_web::Expected;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::act::{Acted, Case};
use super::load::Target;
use super::service::expect;
use super::submit::{Made, Wanted};
use super::{links, store};
use crate::error::Error;
use crate::office::Office;

impl Office {
    /// Saves a request without submitting it: nothing of the form is judged yet.
    pub(crate) async fn save_draft(&self, uow: &mut Uow, wanted: &Wanted) -> Result<Made, Error> {
        let drafts = store::count_drafts(uow.reads(), uow.tenant(), wanted.requester).await?;
        uow.within(Quota::Drafts, drafts, 1)?;
        let mut case = self.blank(uow, wanted).await?;
        case.state.form.clone_from(&wanted.form);
        case.loaded.row.state = serde_json::to_string(&case.state)?;
        store::insert(uow, case.loaded.row.clone()).await?;
        let change = ChangeContext {
            actor: wanted.actor.clone(),
            at: wanted.now,
            cause: wanted.cause.clone(),
        };
        kept(uow, case, &change).await
    }
}

/// Whose draft it is, and what they know of it.
pub(crate) struct OwnDraft {
    pub office: Office,
    pub caller: Caller,
    pub request: RequestId,
    pub expected: Expected,
    pub now: Instant,
    pub cause: Cause,
}

impl OwnDraft {
    async fn hold(&self, uow: &Uow) -> Result<Case, Error> {
        let target = Target::Request(self.request);
        let case = self.office.held_for(uow, target, &self.caller, self.now).await?;
        expect(&self.expected, case.loaded.row.version)?;
        let refusal = if case.state.status != Status::Draft {
            Refusal::AlreadySubmitted
        } else if case.loaded.row.requester != self.caller.user {
            Refusal::NotYourDraft
        } else {
            return Ok(case);
        };
        Err(Error::Refused {
            refusal: Box::new(refusal),
            status: case.state.status,
            possible: Vec::new(),
        })
    }

    fn change(&self) -> ChangeContext {
        ChangeContext {
            actor: self.caller.actor(),
            at: self.now,
            cause: self.cause.clone(),
        }
    }
}

/// A merge patch (RFC 7396) of a form; `null` in place of all its fields takes them away.
#[derive(Debug, Deserialize)]
#[serde(from = "Option<Map<String, Json>>")]
pub(crate) enum FormPatch {
    Merge(Map<String, Json>),
    Empty,
}

impl Default for FormPatch {
    fn default() -> Self {
        Self::Merge(Map::new())
    }
}

impl From<Option<Map<String, Json>>> for FormPatch {
    fn from(form: Option<Map<String, Json>>) -> Self {
        form.map_or(Self::Empty, Self::Merge)
    }
}

/// Somebody changes the form of their draft.
pub(crate) struct ChangeDraft {
    pub draft: OwnDraft,
    pub form: FormPatch,
}

impl Work for ChangeDraft {
    type Out = Made;
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<Made, Error> {
        let mut case = self.draft.hold(uow).await?;
        let before = case.loaded.row.version;
        let was = case.state.form.clone();
        match &self.form {
            FormPatch::Merge(patch) => merge(&mut case.state.form, patch),
            FormPatch::Empty => case.state.form.clear(),
        }
        if case.state.form == was {
            return Ok(made(case));
        }
        let named = links::files_of_draft(&was);
        case.state.version += 1;
        let row = &mut case.loaded.row;
        row.version += 1;
        row.updated_at = self.draft.now;
        row.state = serde_json::to_string(&case.state)?;
        store::update(uow, row.clone(), before).await?;
        let named_still = links::files_of_draft(&case.state.form);
        let gone = named.difference(&named_still).copied().collect();
        files::let_go(uow, &gone, &subject(self.draft.request)).await?;
        kept(uow, case, &self.draft.change()).await
    }
}

/// Somebody deletes their draft.
pub(crate) struct DeleteDraft(pub OwnDraft);

impl Work for DeleteDraft {
    type Out = ();
    type Error = Error;

    async fn run<'a>(&'a self, uow: &'a mut Uow) -> Result<(), Error> {
        let case = self.0.hold(uow).await?;
        let row = &case.loaded.row;
        store::delete(uow, row.id, row.version).await?;
        let named = links::files_of_draft(&case.state.form);
        files::let_go(uow, &named, &subject(row.id)).await?;
        // The first version of a draft's row is 0, and its first entry is 1.
        let version = row.version + 2;
        uow.append(entry(&case, &self.0.change(), version, "oa.request.discarded"));
        Ok(())
    }
}

/// Keeps the files that a draft names, and says what it holds.
async fn kept(uow: &mut Uow, case: Case, change: &ChangeContext) -> Result<Made, Error> {
    let row = &case.loaded.row;
    let named = links::files_of_draft(&case.state.form);
    files::keep_for_draft(uow, &named, row.requester, row.id.0).await?;
    let entry = entry(&case, change, row.version + 1, "oa.request.drafted");
    uow.append(entry.with_private(Some(json!({ "form": case.state.form }))));
    Ok(made(case))
}

fn made(case: Case) -> Made {
    Made {
        acted: Acted {
            row: case.loaded.row,
            state: case.state,
            events: Vec::new(),
        },
        scene: case.scene,
        definition: case.definition,
    }
}

/// A draft is no history of its request yet: it is kept under a subject of its own.
fn subject(request: RequestId) -> Link {
    Link::new("draft", request.0)
}

fn entry(case: &Case, change: &ChangeContext, version: i64, kind: &'static str) -> Entry {
    let row = &case.loaded.row;
    let id = EventId(derive("draft", row.id.0, &version.to_be_bytes(), change.at));
    change
        .entry(id, subject(row.id), version, kind)
        .with_links(vec![Link::new("request", row.id.0)])
        .with_body(json!({ "workflow": row.workflow }))
}

/// RFC 7396: null takes a member away, an object is merged, anything else takes the place of what was there.
fn merge(target: &mut Map<String, Json>, patch: &Map<String, Json>) {
    for (name, value) in patch {
        match value {
            Json::Null => {
                target.remove(name);
            }
            Json::Object(inner) => {
                let member = target.entry(name).or_insert(Json::Null);
                let mut merged = match member.take() {
                    Json::Object(members) => members,
                    _ => Map::new(),
                };
                merge(&mut merged, inner);
                *member = Json::Object(merged);
            }
            other => {
                target.insert(name.clone(), other.clone());
            }
        }
    }
}
