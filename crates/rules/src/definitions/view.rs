//! A definition as the API shows it.

use countersign_engine::finding::Finding;
use countersign_identity::set_up::shipped::DefinitionKind;
use countersign_kernel::id::DefinitionId;
use countersign_kernel::text::Locale;
use countersign_kernel::time::Instant;
use countersign_web::closed_words;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::Kind;
use super::compiled::Compiled;
use super::service::Published;
use super::store::version;

/// A workflow, an automation, a calendar or a table, in its newest version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Definition)]
pub(crate) struct DefinitionView {
    pub id: DefinitionId,
    #[schema(value_type = DefinitionKind, example = "workflow")]
    pub object: &'static str,
    #[schema(example = "expense")]
    pub name: String,
    pub title: String,
    pub description: Option<String>,
    /// The file as its author wrote it; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the checker warned of when it was published; in the answer to publishing alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<FindingView>>)]
    pub findings: Option<Vec<Json>>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// The definitions of a kind, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionPage {
    pub data: Vec<DefinitionView>,
    pub has_more: bool,
    pub next_cursor: Option<String>,
}

/// A version of a definition.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinitionVersion)]
pub(crate) struct VersionView {
    /// Always `definition_version`.
    pub object: &'static str,
    pub name: String,
    pub version: i64,
    /// The id of a person, or `system` for what shipped with the server.
    pub published_by: String,
    /// The id of whoever proposed it, where a second person published it.
    pub proposed_by: Option<String>,
    pub published_at: Instant,
    /// The file as its author wrote it.
    pub text: String,
}

/// The versions of a definition, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionPage {
    pub data: Vec<VersionView>,
    pub has_more: bool,
    pub next_cursor: Option<String>,
}

/// What the checker found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckReport)]
pub(crate) struct CheckView {
    /// False only with an error.
    pub ok: bool,
    pub findings: Vec<FindingView>,
}

closed_words!(
    /// An error keeps a file from being published.
    pub(crate) Severity: "error", "warning"
);

/// One thing that is wrong with a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(crate) struct FindingView {
    pub code: String,
    #[schema(value_type = Severity)]
    pub severity: String,
    pub line: usize,
    pub column: usize,
    /// Where in the document, as a JSON pointer.
    pub path: String,
    pub message: String,
    pub hint: Option<String>,
    /// The line, and below it a caret under what is meant.
    pub excerpt: String,
}

impl DefinitionView {
    pub(crate) fn of(one: &Compiled, locale: Locale, with_text: bool) -> Self {
        Self {
            id: one.id,
            object: one.kind.word(),
            name: one.name.clone(),
            title: one.title.get(locale).to_owned(),
            description: description(&one.document, locale),
            text: with_text.then(|| one.text.clone()),
            findings: None,
            created_at: one.created_at,
            updated_at: one.updated_at,
            version: one.version,
        }
    }

    pub(crate) fn published(published: &Published, kind: Kind, locale: Locale) -> Self {
        let row = &published.row;
        Self {
            id: row.id,
            object: kind.word(),
            name: row.name.clone(),
            title: super::compiled::title(&published.document).get(locale).to_owned(),
            description: description(&published.document, locale),
            text: Some(published.text.clone()),
            findings: Some(
                published
                    .findings
                    .iter()
                    .map(|finding| finding.to_json(locale))
                    .collect(),
            ),
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl VersionView {
    pub(crate) fn of(row: version::Model) -> Self {
        Self {
            object: "definition_version",
            name: row.name,
            version: row.version,
            published_by: row.published_by,
            proposed_by: row.proposed_by,
            published_at: row.published_at,
            text: row.text,
        }
    }
}

impl FindingView {
    pub(crate) fn of(finding: &Finding, locale: Locale) -> Self {
        Self {
            code: finding.code.to_owned(),
            severity: if finding.is_error() { "error" } else { "warning" }.to_owned(),
            line: finding.line,
            column: finding.column,
            path: finding.path.clone(),
            message: finding.message.get(locale).to_owned(),
            hint: finding.hint.as_ref().map(|hint| hint.get(locale).to_owned()),
            excerpt: finding.excerpt.clone(),
        }
    }
}

fn description(document: &countersign_engine::definition::Document, locale: Locale) -> Option<String> {
    use countersign_engine::definition::Document;
    let text = match document {
        Document::Workflow(workflow) => workflow.description.as_ref(),
        Document::Automation(automation) => automation.description.as_ref(),
        Document::Calendar(_) | Document::Table(_) | Document::LeaveTypes(_) => None,
    };
    text.map(|text| text.get(locale).to_owned())
}
