//! An upload as it comes in: one part named `file`, of bounded size, between few other bytes.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::web::Payload;
use actix_web::{HttpMessage as _, HttpRequest};
use bytes::Bytes;
use countersign_kernel::id::{FileId, TenantId};
use countersign_web::{Fault, Problem, ProblemKind, Words, broken_off};
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};

use super::name;
use super::shelf::{Draft, Shelf, ShelfError};

/// Bytes that may stand around the file: boundaries, and the head of its part.
const AROUND_MAX: usize = 16 * 1024;
/// Characters of a boundary: of a shorter one the reader of parts mistakes short lines.
const BOUNDARY_MIN: usize = 4;
/// Characters of a part's name that a refusal repeats.
const TOLD_MAX: usize = 100;

/// The file of an upload, with its name.
pub(super) async fn receive(
    request: &HttpRequest,
    payload: Payload,
    shelf: &Shelf,
    tenant: TenantId,
    id: FileId,
) -> Result<(String, Draft), Problem> {
    check_media(request)?;
    let around = Around::default();
    let bytes = Watched {
        payload,
        rest: Bytes::new(),
        around: around.clone(),
        paused: false,
    };
    let mut parts = Whole(Multipart::new(request.headers(), bytes), around.clone());
    let mut received = None;
    while let Some(part) = parts.next().await {
        let part = part.map_err(malformed)?;
        let part_name = part.name().unwrap_or_default();
        if part_name != "file" || received.is_some() {
            return Err(unexpected(part_name));
        }
        around.leave();
        received = Some(receive_file(part, &around, shelf, tenant, id).await?);
        around.enter();
    }
    received.ok_or_else(|| Problem::invalid([Fault::missing("/file")]))
}

fn check_media(request: &HttpRequest) -> Result<(), Problem> {
    let media = request.mime_type().ok().flatten();
    let media = media.filter(|media| media.essence_str() == "multipart/form-data");
    let boundary = media.as_ref().and_then(|media| media.get_param("boundary"));
    let (code, detail) = match boundary.map(|boundary| boundary.as_str().len()) {
        Some(length) if length >= BOUNDARY_MIN => return Ok(()),
        Some(_) => (
            "too_short",
            Words::new(
                format!("Send a boundary of at least {BOUNDARY_MIN} characters in Content-Type."),
                format!("Content-Type 中的 boundary 至少需要 {BOUNDARY_MIN} 个字符。"),
            ),
        ),
        None => (
            "unsupported",
            Words::fixed(
                "Send Content-Type: multipart/form-data with its boundary, and one part named file.",
                "请使用带 boundary 的 Content-Type: multipart/form-data，包含名为 file 的一个部分。",
            ),
        ),
    };
    let fault = Fault::header("Content-Type", code, detail.clone());
    Err(Problem::new(ProblemKind::UnsupportedMediaType, detail).with_faults([fault]))
}

async fn receive_file(
    part: Field,
    around: &Around,
    shelf: &Shelf,
    tenant: TenantId,
    id: FileId,
) -> Result<(String, Draft), Problem> {
    let given = part
        .content_disposition()
        .and_then(|disposition| disposition.get_filename())
        .unwrap_or_default();
    let name = name::clean(given);
    let draft = shelf
        .take(tenant, id.0, Whole(part, around.clone()))
        .await
        .map_err(|error| match error {
            ShelfError::TooLarge => Problem::too_large(usize::try_from(shelf.limit()).unwrap_or(usize::MAX)),
            ShelfError::Source(error) => malformed(error),
            ShelfError::Disk(error) => Problem::of_disk(&error),
        })?;
    Ok((name, draft))
}

fn unexpected(part: &str) -> Problem {
    let part: String = part.chars().take(TOLD_MAX).collect();
    Problem::wrong_shape([Fault::at(
        format!("/{part}"),
        "unknown_member",
        Words::new(
            format!("An upload holds one part named file; \"{part}\" is not expected."),
            format!("上传只包含一个名为 file 的部分；不应有 \"{part}\"。"),
        ),
    )])
}

fn malformed(error: MultipartError) -> Problem {
    if let MultipartError::Payload(error @ PayloadError::Io(_)) = &error {
        return broken_off(error);
    }
    let detail = Words::fixed(
        "The upload is not complete multipart/form-data: send one part named file, with its filename, and the closing boundary.",
        "上传内容不是完整的 multipart/form-data：请发送一个名为 file 且带文件名的部分，并以分隔符结尾。",
    );
    Problem::new(ProblemKind::MalformedBody, detail).because(error)
}

/// The same file under the same name is the same upload, whatever its boundary.
pub(super) fn fingerprint(name: &str, sha256: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(sha256);
    hash.update(name.as_bytes());
    hash.finalize().into()
}

/// Where the reading of an upload stands.
#[derive(Clone)]
struct Around(Rc<Cell<Standing>>);

#[derive(Clone, Copy)]
struct Standing {
    /// How many bytes may still come around the file; none is counted while the file itself comes.
    left: Option<usize>,
    /// Nothing more comes.
    ended: bool,
}

impl Default for Around {
    fn default() -> Self {
        Self(Rc::new(Cell::new(Standing {
            left: Some(AROUND_MAX),
            ended: false,
        })))
    }
}

impl Around {
    fn leave(&self) {
        self.set(None);
    }

    fn enter(&self) {
        self.set(Some(AROUND_MAX));
    }

    fn set(&self, left: Option<usize>) {
        self.0.set(Standing { left, ..self.0.get() });
    }

    fn end(&self) {
        self.0.set(Standing {
            ended: true,
            ..self.0.get()
        });
    }
}

/// Parts, or the bytes of one: whatever still waits when nothing more comes was cut off.
struct Whole<S>(S, Around);

impl<T, S> Stream for Whole<S>
where
    S: Stream<Item = Result<T, MultipartError>> + Unpin,
{
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match Pin::new(&mut self.0).poll_next(context) {
            Poll::Pending if self.1.0.get().ended => Poll::Ready(Some(Err(MultipartError::Incomplete))),
            other => other,
        }
    }
}

/// The body, handed to the reader of parts in pieces. The reader keeps what it has not understood yet, and looks through
/// all of it again with each piece, so only so much may come before it understands something.
struct Watched {
    payload: Payload,
    rest: Bytes,
    around: Around,
    paused: bool,
}

/// Bytes of a piece while they are counted.
const PIECE: usize = 4 * 1024;

impl Stream for Watched {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.rest.is_empty() {
            match Pin::new(&mut this.payload).poll_next(context) {
                Poll::Ready(Some(Ok(bytes))) => this.rest = bytes,
                Poll::Ready(None) => {
                    this.around.end();
                    return Poll::Ready(None);
                }
                other => return other,
            }
        }
        let Some(left) = this.around.0.get().left else {
            return Poll::Ready(Some(Ok(std::mem::take(&mut this.rest))));
        };
        // The reader takes all that is ready before it looks at any of it.
        this.paused = !this.paused;
        if !this.paused {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if left == 0 {
            return Poll::Ready(Some(Err(PayloadError::Overflow)));
        }
        let piece = this.rest.split_to(PIECE.min(left).min(this.rest.len()));
        this.around.set(Some(left - piece.len()));
        Poll::Ready(Some(Ok(piece)))
    }
}
