//! Where imports are reached.

use std::sync::Arc;

use actix_web::http::header;
use countersign_kernel::id::{ImportId, TypedId as _, show};
use countersign_kernel::text::Locale;
use countersign_platform::files::{self, File};
use countersign_web::{Fault, Listed, Noun, ProblemKind, Words};
use serde::Serialize;

use super::plan::Plan;
use super::prepared::{Sheets, off_thread};
use super::refused;
use super::row::RowFault;
use super::service::{AskUndo, Asked, Cancel, Start};
use super::shape::{AskedRows, ColumnView, ImportRowView, ImportView, NOUN, NewImport, RowFaultView, Shown};
use super::sheet::{self, BYTES_MAX, Sheet};
use super::store::{self, Model, rows};
use super::words::{ImportStatus, RowOutcome};
use crate::record::routes::prelude::*;

struct Imports;

impl Listed for Imports {
    const NOUN: Noun = NOUN;
}

/// Begins an import. The file is read at once: what it does not tell by itself, such as whether `1.234` is a thousand, is refused
/// with the choice to make; the answer says which column holds which field, guessed from their names unless said in `mapping`. Rows
/// are gone through in the background, in order, as if the caller had made or changed each record: `GET /v1/imports/{id}` says how far
/// that is. With the query's `validate_only` nothing begins: the answer alone comes, to look at the columns; with that of the body all
/// rows are rehearsed. A row that finds its record and says nothing new changes nothing. Needs the scope that writes the kind, and those
/// that read what its columns name, beside `crm:imports:write` and `platform:files:read`.
#[utoipa::path(
    operation_id = "create_import", tag = "imports", summary = "Begin an import",
    request_body = NewImport,
    responses((status = 202, description = "The import, begun; `Location` is its own.", body = ImportView)),
    security(("bearer" = ["crm:imports:write", "platform:files:read"]))
)]
#[post("/v1/imports")]
async fn create_import(
    ctx: Ctx,
    Body(new): Body<NewImport>,
    sight: Data<Sight>,
    sheets: Data<Sheets>,
) -> Result<Answer, Problem> {
    let file = readable(&ctx, &sight, &new).await?;
    let bytes = files::whole(sheets.shelf(), ctx.tenant(), &file).await?;
    let currency = ctx.world.auth.currency(ctx.tenant()).await?;
    let ask = new.clone();
    let read = off_thread(move || {
        let sheet = sheet::read(&bytes, ask.encoding).map_err(|fault| vec![fault])?;
        let plan = Plan::make(&sheet, &ask, currency)?;
        Ok::<_, Vec<Fault>>((sheet, plan))
    });
    let (sheet, plan) = read.await?.map_err(Problem::invalid)?;
    for scope in plan.scopes() {
        ctx.require(scope)?;
    }
    let start = Start {
        import: begun(&ctx, &new, &sheet, &plan)?,
        change: ctx.change(),
        wake: Arc::clone(&sheets.wake),
    };
    ctx.write(start, |import| answer(import).accepted(&path(import)))
        .await
}

/// Those of the caller, or of an admin's whole company. Scope: `crm:imports:read`.
#[utoipa::path(
    operation_id = "list_imports", tag = "imports", summary = "List imports",
    params(Listing<Imports>),
    responses((status = 200, description = "A page.", body = Page<ImportView>)),
    security(("bearer" = ["crm:imports:read"]))
)]
#[get("/v1/imports")]
async fn list_imports(ask: Listing<Imports>) -> Result<Answer, Problem> {
    let rows = store::page_of(&*ask.read().await?, &ask.caller, &ask.list).await?;
    ask.page(rows.map(|import| view(&import))).await
}

/// How far it is, and what its columns hold. Scope: `crm:imports:read`.
#[utoipa::path(
    operation_id = "get_import", tag = "imports", summary = "Get an import",
    params(("id" = ImportId, Path), Shown),
    responses((status = 200, description = "The import.", body = ImportView)),
    security(("bearer" = ["crm:imports:read"]))
)]
#[get("/v1/imports/{id}")]
async fn get_import(ctx: Ctx, import: Id<ImportId>) -> Result<Answer, Problem> {
    let import = one(&ctx, *import).await?;
    let shown = ctx.show(&NOUN, &view(&import), import.version).await?;
    Ok(shown.beside(Some(&progress(&import))))
}

/// What became of each row that made or changed something, or was refused; in order. Scope: `crm:imports:read`.
#[utoipa::path(
    operation_id = "list_import_rows", tag = "imports", summary = "List what became of an import's rows",
    params(("id" = ImportId, Path), AskedRows),
    responses((status = 200, description = "A page.", body = Page<ImportRowView>)),
    security(("bearer" = ["crm:imports:read"]))
)]
#[get("/v1/imports/{id}/rows")]
async fn list_import_rows(
    ctx: Ctx,
    import: Id<ImportId>,
    asked: Query<AskedRows>,
) -> Result<Answer, Problem> {
    let AskedRows {
        limit,
        cursor,
        outcome,
    } = asked.0;
    let paging = Paging { limit, cursor };
    let list = format!("imports/{}/rows {outcome:?}", *import);
    let after = paging.place::<(i64, String)>(&ctx, &list)?;
    let import = one(&ctx, *import).await?;
    let reader = ctx.read().await?;
    let found = store::page(&reader, &import, outcome, after, paging.rows() + 1).await?;
    drop(reader);
    let views: Vec<Placed> = found
        .iter()
        .map(|row| Placed::of(row, &import, ctx.locale))
        .collect();
    Ok(paging
        .page(&ctx, &list, views, |last: &Placed| {
            (last.view.row - 1, last.kind.clone())
        })
        .in_language(ctx.locale))
}

/// A CSV file: the refused rows as they were, and beside each its line, the column, the value and the reason in words. Mended, it
/// can be imported again: those four columns are left out then. What a spreadsheet would calculate has a `'` before it, which an
/// import does not count. Scope: `crm:imports:read`.
#[utoipa::path(
    operation_id = "get_import_refused", tag = "imports", summary = "Download the rows that an import refused",
    params(("id" = ImportId, Path)),
    responses((status = 200, description = "The rows.", content_type = "text/csv", body = inline(String))),
    security(("bearer" = ["crm:imports:read"]))
)]
#[get("/v1/imports/{id}/refused")]
async fn get_import_refused(ctx: Ctx, import: Id<ImportId>, sheets: Data<Sheets>) -> Result<Answer, Problem> {
    let import = one(&ctx, *import).await?;
    let prepared = sheets.of(&import).await?.ok_or_else(lost)?;
    let reader = ctx.read().await?;
    let most = u64::try_from(import.rows).unwrap_or_default();
    let refused = store::page(&reader, &import, Some(RowOutcome::Refused), None, most).await?;
    drop(reader);
    let locale = ctx.locale;
    let csv = off_thread(move || refused::csv(&prepared, &refused, locale)).await?;
    let name = format!("attachment; filename=\"{}-refused.csv\"", import.id);
    let csv = csv.map_err(Problem::internal)?;
    Ok(Answer::bytes("text/csv; charset=utf-8", csv)
        .header(header::CONTENT_DISPOSITION, &name)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
}

/// One that is running; what it made until then stays. Scope: `crm:imports:write`.
#[utoipa::path(
    operation_id = "cancel_import", tag = "imports", summary = "Cancel an import",
    params(("id" = ImportId, Path)),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The import as it is now.", body = ImportView)),
    security(("bearer" = ["crm:imports:write"]))
)]
#[post("/v1/imports/{id}/cancel")]
async fn cancel_import(
    ctx: Ctx,
    import: Id<ImportId>,
    _: OptionalBody<Nothing>,
    sheets: Data<Sheets>,
) -> Result<Answer, Problem> {
    let cancel = Cancel(asked(&ctx, *import, &sheets)?);
    ctx.write(cancel, answer).await
}

/// One that has ended: the records that it made and that nobody changed since are deleted, in the background; what was changed is left,
/// and its rows say so. Records that it changed stay as they are. Needs the scope that writes the kind, too. Scope: `crm:imports:write`.
#[utoipa::path(
    operation_id = "undo_import", tag = "imports", summary = "Take back what an import made",
    params(("id" = ImportId, Path)),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The import as it is now.", body = ImportView)),
    security(("bearer" = ["crm:imports:write"]))
)]
#[post("/v1/imports/{id}/undo")]
async fn undo_import(
    ctx: Ctx,
    import: Id<ImportId>,
    _: OptionalBody<Nothing>,
    sheets: Data<Sheets>,
) -> Result<Answer, Problem> {
    let undo = AskUndo(asked(&ctx, *import, &sheets)?);
    ctx.write(undo, answer).await
}

/// The file, if the caller may read it and it is not too large.
async fn readable(ctx: &Ctx, sight: &Sight, new: &NewImport) -> Result<File, Problem> {
    let reader = ctx.read().await?;
    let file = files::readable(&reader, sight, &ctx.caller, new.file).await?;
    let file = file.ok_or_else(|| Problem::invalid([Fault::no_such("/file", "file")]))?;
    if file.size > BYTES_MAX as i64 {
        let most = BYTES_MAX / 1024 / 1024;
        let words = Words::new(
            format!("A file to import has at most {most} MiB: divide it."),
            format!("要导入的文件最多 {most} MiB：请拆分。"),
        );
        return Err(Problem::invalid([Fault::at("/file", "too_large", words)]));
    }
    Ok(file)
}

/// The import as it begins.
fn begun(ctx: &Ctx, new: &NewImport, sheet: &Sheet, plan: &Plan) -> Result<Model, Problem> {
    let now = ctx.now();
    let mut import = Model {
        tenant_id: ctx.tenant(),
        id: ImportId::mint(ctx.world.entropy.as_ref(), now),
        version: 1,
        created_at: now,
        updated_at: now,
        created_by: ctx.caller.user,
        acts_for: ctx.caller.user,
        scopes: None,
        api_key: None,
        file: new.file,
        kind: new.kind,
        status: ImportStatus::Running,
        validate_only: new.validate_only,
        plan: serde_json::to_string(plan).map_err(Problem::internal)?,
        cause: countersign_kernel::id::EventId(uuid::Uuid::nil()),
        trace: ctx.trace.clone(),
        rows: sheet.rows.len() as i64,
        done: 0,
        created: 0,
        updated: 0,
        unchanged: 0,
        refused: 0,
        accounts_created: 0,
        deleted: 0,
        kept: 0,
        stopped: None,
        ended_at: None,
        due_at: None,
        lease_owner: None,
        lease_until: None,
    };
    import.acts_for(&ctx.caller);
    Ok(import)
}

fn asked(ctx: &Ctx, import: ImportId, sheets: &Sheets) -> Result<Asked, Problem> {
    Ok(Asked {
        import,
        caller: ctx.caller.clone(),
        expected: ctx.expected()?,
        change: ctx.change(),
        trace: ctx.trace.clone(),
        wake: Arc::clone(&sheets.wake),
    })
}

async fn one(ctx: &Ctx, id: ImportId) -> Result<Model, Problem> {
    let found = store::one(&*ctx.read().await?, &ctx.caller, id).await?;
    found.ok_or_else(|| Problem::not_found("import"))
}

fn lost() -> Problem {
    let detail = Words::fixed(
        "The content of this file is lost from the server's storage: upload the file again, or ask an administrator to restore it from a backup.",
        "此文件的内容已从服务器存储中丢失：请重新上传，或请管理员从备份中恢复。",
    );
    Problem::new(ProblemKind::FileMissing, detail)
}

fn path(import: &Model) -> String {
    format!("/v1/imports/{}", import.id)
}

fn answer(import: &Model) -> Answer {
    Answer::object(&view(import), import.version).beside(Some(&progress(import)))
}

/// What moves without the version.
fn progress(import: &Model) -> String {
    format!("{} {} {}", import.done, import.deleted, import.kept)
}

/// An import as it is shown.
fn view(import: &Model) -> ImportView {
    let plan = serde_json::from_str::<Plan>(&import.plan);
    let plan = plan.inspect_err(
        |error| tracing::error!(import = %import.id, %error, "the plan of an import cannot be read"),
    );
    let plan = plan.ok();
    let columns = plan.as_ref().map_or(&[][..], |plan| &plan.columns).iter();
    let unmapped = columns.clone().filter(|column| column.field.is_none());
    let of_plan = plan.as_ref();
    ImportView {
        id: import.id,
        object: "import",
        file: import.file,
        kind: import.kind,
        status: import.status,
        validate_only: import.validate_only,
        encoding: of_plan.map_or_else(String::new, |plan| plan.encoding.clone()),
        delimiter: of_plan.and_then(|plan| plan.delimiter).map(String::from),
        unmapped: unmapped.map(|column| column.name.clone()).collect(),
        columns: columns
            .map(|column| ColumnView {
                name: column.name.clone(),
                field: column.field.clone(),
                decimal: column.decimal,
                date_order: column.date_order,
                example: column.example.clone(),
            })
            .collect(),
        match_on: of_plan.map_or(super::words::MatchOn::Name, |plan| plan.match_on),
        source: of_plan.and_then(|plan| plan.source.clone()),
        create_missing: of_plan.is_some_and(|plan| plan.create_missing),
        rows: import.rows,
        done: import.done,
        created: import.created,
        updated: import.updated,
        unchanged: import.unchanged,
        refused: import.refused,
        accounts_created: import.accounts_created,
        deleted: import.deleted,
        left: import.kept,
        stopped: import.stopped.clone(),
        ended_at: import.ended_at,
        created_by: import.created_by,
        created_at: import.created_at,
        updated_at: import.updated_at,
        version: import.version,
    }
}

/// A row with what its place in the list is made of.
#[derive(Serialize)]
struct Placed {
    #[serde(flatten)]
    view: ImportRowView,
    #[serde(skip)]
    kind: String,
}

impl Placed {
    fn of(row: &rows::Model, import: &Model, locale: Locale) -> Self {
        let faults = row
            .faults
            .as_deref()
            .and_then(|faults| serde_json::from_str(faults).ok());
        let faults: Vec<RowFault> = faults.unwrap_or_default();
        // What was only rehearsed is nowhere.
        let record = row.record.filter(|_| !import.validate_only);
        let view = ImportRowView {
            object: "import_row",
            row: row.row_number + 1,
            line: row.line,
            outcome: row.outcome,
            record: record.map(|record| show(&row.kind, record)),
            errors: faults
                .into_iter()
                .map(|fault| RowFaultView {
                    column: fault.column,
                    code: fault.code,
                    detail: locale.pick(fault.en, fault.zh),
                })
                .collect(),
        };
        Self {
            view,
            kind: row.kind.clone(),
        }
    }
}

pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_import)
        .service(list_imports)
        .service(get_import)
        .service(list_import_rows)
        .service(get_import_refused)
        .service(cancel_import)
        .service(undo_import);
}
