//! What callers send and see of an import.

use std::collections::BTreeMap;

use countersign_kernel::filter::{FilterField, Noun};
use countersign_kernel::id::{FileId, ImportId, UserId};
use countersign_kernel::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use super::words::{Charset, DateOrder, DecimalMark, ImportKind, ImportStatus, MatchOn, RowOutcome};

/// A file whose rows become records.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(example = json!({"file": "file_01jc0000000000000000000000", "kind": "contacts", "mapping": {"Mail": "email", "Shoe size": null}, "validate_only": true}))]
pub struct NewImport {
    /// Uploaded with `POST /v1/files`: CSV with any usual delimiter and encoding, or a JSON object on each line. The first line names the
    /// columns.
    pub file: FileId,
    pub kind: ImportKind,
    /// Which field each column holds, by the column's name; null leaves it out. Of columns that are not named here, their names tell.
    #[serde(default)]
    pub mapping: BTreeMap<String, Option<String>>,
    /// By what a row finds the record that is there already: the external id where a column is mapped to it, else the kind's own.
    #[serde(default)]
    pub match_on: Option<MatchOn>,
    /// The system whose ids `external_id` holds, like `hubspot`; told by the names of its columns where these are its own.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    pub source: Option<String>,
    /// Told by the bytes unless said here.
    #[serde(default)]
    pub encoding: Option<Charset>,
    /// Needed where a column does not tell whether `1.234` is a thousand.
    #[serde(default)]
    pub decimal: Option<DecimalMark>,
    /// Needed where a column does not tell whether `03/04/2026` is in March.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// Makes the accounts that rows name and that are not there, of contacts and deals.
    #[serde(default)]
    pub create_missing: bool,
    /// Goes through all rows and reports on each, as the import would, and keeps nothing else.
    #[serde(default)]
    pub validate_only: bool,
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ColumnView {
    #[schema(example = "E-Mail")]
    pub name: String,
    /// The field that it holds; null: it is left out.
    #[schema(example = "email")]
    pub field: Option<String>,
    /// How its numbers are read, where that had to be told apart.
    pub decimal: Option<DecimalMark>,
    /// How its dates are read, where that had to be told apart.
    pub date_order: Option<DateOrder>,
    /// What it holds in the first row that has anything there.
    #[schema(example = "nora@borealis.example")]
    pub example: Option<String>,
}

/// An import, and how far it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportView {
    pub id: ImportId,
    /// Always `import`.
    pub object: &'static str,
    pub file: FileId,
    pub kind: ImportKind,
    pub status: ImportStatus,
    pub validate_only: bool,
    #[schema(example = "UTF-8")]
    pub encoding: String,
    /// Of CSV.
    #[schema(example = ";")]
    pub delimiter: Option<String>,
    pub columns: Vec<ColumnView>,
    /// The columns that are left out.
    #[schema(example = json!(["Shoe size"]))]
    pub unmapped: Vec<String>,
    pub match_on: MatchOn,
    #[schema(example = "hubspot")]
    pub source: Option<String>,
    pub create_missing: bool,
    /// Rows of the file, blank ones not counted.
    #[schema(example = 120)]
    pub rows: i64,
    /// How many of them have been gone through.
    #[schema(example = 120)]
    pub done: i64,
    #[schema(example = 100)]
    pub created: i64,
    #[schema(example = 10)]
    pub updated: i64,
    #[schema(example = 8)]
    pub unchanged: i64,
    #[schema(example = 2)]
    pub refused: i64,
    /// Accounts that were made because rows named them.
    #[schema(example = 0)]
    pub accounts_created: i64,
    /// Of what it made, what was deleted when it was undone.
    #[schema(example = 0)]
    pub deleted: i64,
    /// Of what it made, what was left when it was undone, since it was changed meanwhile.
    #[schema(example = 0)]
    pub left: i64,
    /// Why the server stopped it: `not_allowed`, since whoever began it may not go on, or `file_lost`.
    #[schema(example = json!(null))]
    pub stopped: Option<String>,
    pub ended_at: Option<Instant>,
    pub created_by: UserId,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowFaultView {
    /// The column; null where it is the row as a whole.
    #[schema(example = "E-Mail")]
    pub column: Option<String>,
    #[schema(example = "invalid_email")]
    pub code: String,
    #[schema(example = "An e-mail address reads like ann@acme.example.")]
    pub detail: String,
}

/// A row that made or changed something, or was refused.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportRowView {
    /// Always `import_row`.
    pub object: &'static str,
    /// Counted from one, behind the header.
    #[schema(example = 7)]
    pub row: i64,
    /// Where it begins in the file.
    #[schema(example = 8)]
    pub line: i64,
    pub outcome: RowOutcome,
    /// The record that it made or changed.
    #[schema(example = "cont_01jc0000000000000000000000")]
    pub record: Option<String>,
    pub errors: Vec<RowFaultView>,
}

/// How imports are listed.
pub const NOUN: Noun = Noun {
    object: "import",
    plural: "imports",
    fields: &[
        FilterField::id("import"),
        FilterField::choice("kind", &["accounts", "contacts", "deals", "leads"]),
        FilterField::choice(
            "status",
            &["running", "completed", "cancelled", "undoing", "undone"],
        ),
        FilterField::person("created_by", "created_by").required(),
        FilterField::instant("created_at").required().sortable(),
    ],
    expandable: &[("created_by", "user")],
    default_sort: "-created_at",
};

/// Which rows.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AskedRows {
    /// Rows of a page: 50 unless told.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
    /// Where the page begins: `next_cursor` of the one before.
    pub cursor: Option<String>,
    /// Those alone of which this became.
    #[param(inline)]
    pub outcome: Option<RowOutcome>,
}

/// `fields` and `expand` of an import.
pub struct Shown;

impl IntoParams for Shown {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        countersign_web::shown_parameters(&NOUN)
    }
}
