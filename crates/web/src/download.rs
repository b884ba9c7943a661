//! A file that is made while it is sent, a piece at a time.

use std::future::Future;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::stream;

use crate::ctx::Ctx;
use crate::problem::Problem;

/// What is sent, and as what.
#[derive(Debug)]
pub struct Download {
    pub media_type: String,
    /// ASCII, without quotation marks.
    pub file_name: String,
}

/// Makes the pieces of a file in order.
pub trait Pieces: 'static {
    /// The next one; none: the file is whole.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, Problem>>;
}

impl Download {
    /// The answer. The next piece is made when the ones before are on their way; what fails then breaks the connection off, so that
    /// nobody takes a part for the whole.
    pub fn send(self, ctx: Ctx, pieces: impl Pieces) -> HttpResponse {
        let disposition = format!("attachment; filename=\"{}\"", self.file_name);
        let pieces = stream::try_unfold((ctx, pieces), async |(ctx, mut pieces)| {
            loop {
                let made = ctx.in_turn(pieces.next()).await;
                let made = made.inspect_err(|problem| {
                    let request_id = &ctx.request_id;
                    tracing::error!(%request_id, path = %ctx.path, ?problem, "a file breaks off");
                })?;
                // An empty piece would say that the file ends here.
                if made.as_ref().is_none_or(|piece| !piece.is_empty()) {
                    return Ok::<_, Problem>(made.map(|piece| (piece, (ctx, pieces))));
                }
            }
        });
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, self.media_type))
            .insert_header((header::CONTENT_DISPOSITION, disposition))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .streaming(Box::pin(pieces))
    }
}
