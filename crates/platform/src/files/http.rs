//! Files over HTTP.

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use bytes::BytesMut;
use countersign_kernel::canonical;
use countersign_kernel::id::{EventId, FileId, TenantId, TypedId, UserId};
use countersign_kernel::time::Instant;
use countersign_web::{Answer, Ctx, Fault, Id, Noun, Problem, ProblemKind, Words, World};
use futures_util::stream;
use serde::Serialize;
use tokio::io::AsyncReadExt;
use utoipa::ToSchema;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{self, Keep};
use super::{File, kind, link, name, shelf, upload};
use crate::Platform;

/// Bytes read from the shelf in one go.
const CHUNK: usize = 64 * 1024;

const NOUN: Noun = Noun {
    object: "file",
    plural: "files",
    fields: &[],
    expandable: &[("uploaded_by", "user")],
    default_sort: "-created_at",
};

pub(crate) fn mount(config: &mut ServiceConfig) {
    config
        .service(upload_file)
        .service(get_file)
        .service(get_file_content)
        .service(get_file_link)
        .service(download);
}

/// A file.
#[derive(Serialize, ToSchema)]
#[schema(as = File)]
struct View {
    id: FileId,
    #[schema(example = "file")]
    object: &'static str,
    /// As it was uploaded, without folders and control characters.
    #[schema(example = "receipt.pdf")]
    name: String,
    /// Bytes.
    #[schema(example = 48213)]
    size: i64,
    /// Hexadecimal.
    sha256: String,
    /// What the file is, by its first bytes and its name.
    #[schema(example = "application/pdf")]
    media_type: String,
    uploaded_by: UserId,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
}

impl View {
    fn of(file: &File) -> Self {
        Self {
            id: file.id,
            object: "file",
            name: file.name.clone(),
            size: file.size,
            sha256: file.sha256.clone(),
            media_type: file.media_type.clone(),
            uploaded_by: file.uploaded_by,
            created_at: file.created_at,
            updated_at: file.created_at,
            version: 1,
        }
    }
}

/// What an upload holds.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is read")]
struct Upload {
    /// One file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What a file holds.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "only its schema is read")]
struct Content(Vec<u8>);

/// A link that works for a few minutes without signing in.
#[derive(Serialize, ToSchema)]
struct FileLink {
    #[schema(example = "file_link")]
    object: &'static str,
    url: String,
    expires_at: Instant,
}

/// Upload a file. Its kind is told from its first bytes and must be what its name says; programs are refused. Needs the scope
/// `platform:files:write`.
#[utoipa::path(
    tag = "files",
    request_body(content = inline(Upload), content_type = "multipart/form-data"),
    security(("bearer" = ["platform:files:write"])),
    responses((status = 201, description = "The file, uploaded.", body = View))
)]
#[post("/v1/files")]
async fn upload_file(
    ctx: Ctx,
    request: HttpRequest,
    payload: actix_web::web::Payload,
    platform: Data<Platform>,
) -> Result<Answer, Problem> {
    let at = ctx.now();
    let id = FileId::mint(ctx.world.entropy.as_ref(), at);
    let (name, draft) = upload::receive(&request, payload, &platform.shelf, ctx.tenant(), id).await?;
    let media_type = kind::judge(&name, &draft.head).map_err(|misfit| {
        let (en, zh) = misfit.words();
        Problem::invalid([Fault::at("/file", misfit.code(), Words::new(en, zh))])
    })?;
    ctx.body_was_read(upload::fingerprint(&name, &draft.sha256));
    if !ctx.validate_only() {
        let shelved = platform.shelf.keep(&draft).await;
        shelved.map_err(|error| Problem::of_disk(&error))?;
    }
    let file = File {
        id,
        name,
        size: i64::try_from(draft.size).map_err(Problem::internal)?,
        sha256: canonical::hex(&draft.sha256),
        media_type: media_type.to_owned(),
        uploaded_by: ctx.caller.user,
        created_at: at,
    };
    let event = EventId::mint(ctx.world.entropy.as_ref(), at);
    let keep = Keep {
        file,
        event,
        trace: ctx.trace.clone(),
    };
    ctx.write(keep, |file| {
        Answer::object(&View::of(file), 1).created(&format!("/v1/files/{}", file.id))
    })
    .await
}

/// `fields` and `expand` of a file.
struct Shown;

impl utoipa::IntoParams for Shown {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        countersign_web::shown_parameters(&NOUN)
    }
}

/// A file's name, size, kind and hash. Readable by whoever uploaded it, whoever sees a record that it belongs to, and
/// admins. Needs the scope `platform:files:read` and, for a file that somebody else uploaded, the one that reads the record that it
/// belongs to.
#[utoipa::path(tag = "files", params(("id" = FileId, Path), Shown), security(("bearer" = ["platform:files:read"])), responses((status = 200, description = "The file, without its bytes.", body = View)))]
#[get("/v1/files/{id}")]
async fn get_file(ctx: Ctx, id: Id<FileId>, platform: Data<Platform>) -> Result<Answer, Problem> {
    let file = readable(&ctx, &platform, *id).await?;
    ctx.show(&NOUN, &View::of(&file), 1).await
}

/// A file's bytes, always as an attachment. Needs the scope `platform:files:read`.
#[utoipa::path(
    tag = "files",
    params(("id" = FileId, Path)),
    security(("bearer" = ["platform:files:read"])),
    responses((status = 200, description = "The bytes.", content_type = "*/*", body = inline(Content)))
)]
#[get("/v1/files/{id}/content")]
async fn get_file_content(
    ctx: Ctx,
    id: Id<FileId>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let file = readable(&ctx, &platform, *id).await?;
    content(&platform, ctx.tenant(), &file).await
}

/// Get a link to a file. It leads to the bytes for five minutes, without signing in. Needs the scope `platform:files:read`.
#[utoipa::path(tag = "files", params(("id" = FileId, Path)), security(("bearer" = ["platform:files:read"])), responses((status = 200, description = "The link.", body = FileLink)))]
#[get("/v1/files/{id}/link")]
async fn get_file_link(ctx: Ctx, id: Id<FileId>, platform: Data<Platform>) -> Result<Answer, Problem> {
    let file = readable(&ctx, &platform, *id).await?;
    let fault = platform.shelf.fault(ctx.tenant(), &file.sha256, file.size).await;
    if let Some(fault) = fault.map_err(|error| unreadable(&file, &error))? {
        return Err(missing(&file, fault));
    }
    let expires_at = ctx.world.clock.now().plus(link::LIVES);
    let sealed = link::seal(&ctx.world.cursor_key, ctx.tenant(), file.id, expires_at);
    let sealed = sealed.ok_or_else(|| Problem::internal("a link could not be signed"))?;
    let url = format!("{}/v1/downloads/{sealed}", ctx.world.public_url);
    Ok(Answer::json(&FileLink {
        object: "file_link",
        url,
        expires_at,
    }))
}

/// Download a file by its link. The bytes behind a link of `GET /v1/files/{id}/link`. No sign-in: the link is the right.
#[utoipa::path(
    tag = "files",
    params(("link" = String, Path, format = Password)),
    security(()),
    responses((status = 200, description = "The bytes.", content_type = "*/*", body = inline(Content)))
)]
#[get("/v1/downloads/{link}")]
async fn download(
    world: Data<World>,
    link: Path<String>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let opened = link::open(&world.cursor_key, &link, world.clock.now());
    let (tenant, id) = opened.ok_or_else(|| Problem::not_found("file"))?;
    let file = {
        let reader = world.db.read(tenant).await?;
        service::facts(&reader, tenant, &[id]).await?.pop()
    };
    content(
        &platform,
        tenant,
        &file.ok_or_else(|| Problem::not_found("file"))?,
    )
    .await
}

async fn readable(ctx: &Ctx, platform: &Platform, id: FileId) -> Result<File, Problem> {
    let reader = ctx.read().await?;
    let file = service::readable(&reader, &platform.sight, &ctx.caller, id).await?;
    file.ok_or_else(|| Problem::not_found("file"))
}

async fn content(platform: &Platform, tenant: TenantId, file: &File) -> Result<HttpResponse, Problem> {
    let opened = platform.shelf.open(tenant, &file.sha256, file.size).await;
    let source = opened
        .map_err(|error| unreadable(file, &error))?
        .map_err(|fault| missing(file, fault))?;
    let chunks = stream::try_unfold(source, async |mut source| {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = source.read_buf(&mut chunk).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (chunk.freeze(), source)))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.media_type.as_str()))
        .insert_header((header::CONTENT_DISPOSITION, name::disposition(&file.name)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // Whatever is inside, a browser that opens it runs none of it.
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .body(SizedStream::new(file.size.unsigned_abs(), Box::pin(chunks))))
}

pub(super) fn unreadable(file: &File, error: &std::io::Error) -> Problem {
    Problem::internal(format!("the bytes of {}: {error}", file.id))
}

/// The row is there, and its bytes are not.
pub(super) fn missing(file: &File, fault: shelf::Fault) -> Problem {
    let cause = match fault {
        shelf::Fault::Missing => format!("the bytes of {} are missing", file.id),
        shelf::Fault::OtherSize(found) => {
            format!(
                "{} has {found} bytes in the store, and was uploaded with {}",
                file.id, file.size
            )
        }
    };
    let detail = Words::fixed(
        "The content of this file is lost from the server's storage: upload the file again, or ask an administrator to restore it from a backup.",
        "此文件的内容已从服务器存储中丢失：请重新上传，或请管理员从备份中恢复。",
    );
    Problem::new(ProblemKind::FileMissing, detail).because(cause)
}
