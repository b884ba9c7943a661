//! Where files are asked for.

use std::marker::PhantomData;

use actix_web::HttpResponse;
use countersign_identity::Directories;
use countersign_kernel::filter::Noun;
use countersign_web::{Ctx, Download, Fault, Listed, Listing, Problem, Words};
use serde::Deserialize;
use utoipa::ToSchema;

use super::columns::{Exported, chosen};
use super::form::Form;
use super::rows::File;
use crate::record::http::hand;

/// The list of a kind, as a file.
pub struct Whole<R>(PhantomData<R>);

impl<R: Exported> Listed for Whole<R> {
    const NOUN: Noun = *R::NOUN;
    const OWN: &'static [&'static str] = &["format"];
    const PAGES: bool = false;
    const SORTED: bool = true;
}

/// How a file is written.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    Csv,
    Jsonl,
}

const CSV: &str = "text/csv";
const JSON_LINES: [&str; 2] = ["application/jsonl", "application/x-ndjson"];

/// The file.
pub async fn export<R: Exported>(
    ask: Listing<Whole<R>>,
    directories: &Directories,
) -> Result<HttpResponse, Problem> {
    let (form, media) = form(&ask.ctx, ask.own("format"))?;
    let columns = chosen::<R>(&ask.ctx)?;
    let hand = hand(&ask.ctx, directories).await?;
    let (ending, media_type) = match form {
        Form::Csv => ("csv", format!("{media}; charset=utf-8")),
        Form::JsonLines => ("jsonl", media.to_owned()),
    };
    let day = ask.now().utc().date_naive();
    let file_name = format!("{}-{day}.{ending}", R::KIND.plural);
    let ctx = ask.ctx.clone();
    let file = File::<R>::begin(ctx.clone(), hand, ask.list.clone(), columns, form).await?;
    let download = Download {
        media_type,
        file_name,
    };
    Ok(download.send(ctx, file))
}

/// As `format` says, else as `Accept` likes it best.
fn form(ctx: &Ctx, said: Option<&str>) -> Result<(Form, &'static str), Problem> {
    let [usual, other] = JSON_LINES;
    let lines = ctx.preferred(&JSON_LINES).unwrap_or(usual);
    match said {
        Some("csv") => Ok((Form::Csv, CSV)),
        Some("jsonl") => Ok((Form::JsonLines, lines)),
        Some(_) => {
            let words = Words::fixed("format is csv or jsonl.", "format 须为 csv 或 jsonl。");
            Err(Problem::bad_parameters([Fault::parameter(
                "format",
                "bad_value",
                words,
            )]))
        }
        None => match ctx.preferred(&[CSV, usual, other]) {
            None | Some(CSV) => Ok((Form::Csv, CSV)),
            Some(_) => Ok((Form::JsonLines, lines)),
        },
    }
}

/// The handler for the file of a kind of record; and `mount_export` for it.
macro_rules! export_route {
    (
        record: $record:ident, many: $many:literal, read: $read:literal, example: $example:literal, lines: $lines:literal,
        export: $export:ident $path:literal $(,)?
    ) => {
        #[utoipa::path(
            operation_id = stringify!($export), tag = $many, summary = concat!("Export ", $many),
            description = concat!("The list as a file, all of its rows: CSV, or a JSON object on each line if `Accept` or `format` says so. Filter and sort are the list's, and so is what the caller sees. An import takes the file back without a mapping: rows find their records by `id`, and what nobody changed changes nothing. More rows than the operator allows are refused before anything is sent (409 `quota_exceeded`). Scope: `", $read, "`."),
            params(
                ("format" = inline(Option<crate::exports::http::ExportFormat>), Query, description = "Before what `Accept` says. In CSV, what a spreadsheet would calculate has a `'` before it, which an import does not count."),
                ("fields" = Option<String>, Query, description = "Only these columns, comma-separated, in this order. `external_id.erp` is the id that each record has in the system `erp`. People stand there by their e-mail address and pipelines and stages by name, where the caller's scopes read them, else by id; columns of other records' names need the scope that reads these."),
                Listing<crate::exports::http::Whole<$record>>
            ),
            responses((status = 200, description = "The file.", content(
                (String = "text/csv", example = json!($example)),
                (String = "application/jsonl", example = json!($lines))
            ))),
            security(("bearer" = [$read]))
        )]
        #[get($path)]
        async fn $export(
            ask: Listing<crate::exports::http::Whole<$record>>,
            directories: Data<Directories>,
        ) -> Result<actix_web::HttpResponse, Problem> {
            crate::exports::http::export(ask, &directories).await
        }

        fn mount_export(config: &mut ServiceConfig<'_>) {
            config.service($export);
        }
    };
}

pub(crate) use export_route;
