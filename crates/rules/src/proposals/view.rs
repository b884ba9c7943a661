//! A proposal as the API shows it.

use crate::definitions::view::FindingView;
use countersign_identity::set_up::shipped::DefinitionKind;
use countersign_kernel::id::{ProposalId, UserId};
use countersign_kernel::text::{Locale, Text};
use countersign_kernel::time::Instant;
use countersign_web::closed_words;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::Proposal;

closed_words!(
    /// What became of a proposal.
    pub(crate) ProposalStatus: "open", "published", "rejected", "withdrawn"
);

/// A version of a workflow, an automation, a calendar or a table that waits, or waited, for a second person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proposal)]
pub(crate) struct ProposalView {
    pub id: ProposalId,
    /// Always `proposal`.
    #[schema(example = "proposal")]
    pub object: &'static str,
    #[schema(value_type = DefinitionKind, example = "workflow")]
    pub kind: String,
    #[schema(example = "expense")]
    pub name: String,
    pub title: String,
    /// The version that was in force when it was proposed: only while it is, the proposal can be published. 0: none was.
    pub base_version: i64,
    /// The version that is in force now, 0 for none; left out in lists and in answers to verbs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_in_force: Option<i64>,
    /// The file as its author wrote it; left out in lists, and of a proposal that was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the checker warned of when it was proposed.
    #[schema(value_type = Vec<FindingView>)]
    pub findings: Json,
    pub proposed_by: UserId,
    pub proposed_at: Instant,
    #[schema(value_type = ProposalStatus, example = "open")]
    pub status: String,
    pub settled_by: Option<UserId>,
    pub settled_at: Option<Instant>,
    /// What was said when it was published or rejected.
    pub comment: Option<String>,
    /// The version that it became.
    pub published_version: Option<i64>,
    pub updated_at: Instant,
    pub version: i64,
}

impl ProposalView {
    pub(crate) fn of(row: &Proposal, locale: Locale) -> Self {
        let title = serde_json::from_str::<Text>(&row.title);
        let findings = serde_json::from_str::<Json>(&row.findings).ok();
        let findings = findings.and_then(|mut all| all.get_mut(locale.tag()).map(Json::take));
        Self {
            id: row.id,
            object: "proposal",
            kind: row.kind.clone(),
            name: row.name.clone(),
            title: title.map_or_else(|_| row.name.clone(), |title| title.get(locale).to_owned()),
            base_version: row.base_version,
            version_in_force: None,
            text: None,
            findings: findings.unwrap_or_else(|| Json::Array(Vec::new())),
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            status: row.status.word().to_owned(),
            settled_by: row.settled_by,
            settled_at: row.settled_at,
            comment: row.comment.clone(),
            published_version: row.published_version,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}
