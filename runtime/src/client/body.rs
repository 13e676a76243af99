//! The body of an answer, piece by piece, without its content codings (RFC 9110, section 8.4).

use std::{io, pin::Pin};

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use http::{HeaderMap, HeaderValue, header};
use http_body_util::{BodyDataStream, BodyExt};
use hyper::body::{Body, Incoming};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt};
use tokio_util::io::StreamReader;

use super::SendError;

/// The codings that are taken.
pub(super) const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("zstd,gzip,deflate,br");

/// How much is decoded at once.
const PIECE: usize = 16 * 1024;

/// What comes of a body.
pub(super) enum Content {
    /// As it came.
    Plain(Incoming),
    /// Decoded.
    Decoded(Pin<Box<dyn AsyncRead + Send>>),
}

impl Content {
    /// The content of a body. Headers that tell of its coded form are dropped where it is decoded.
    pub(super) fn new(body: Incoming, headers: &mut HeaderMap) -> Self {
        let Some(coding) = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()) else {
            return Self::Plain(body);
        };
        // A body of no bytes is no coded one either, as in answers to HEAD.
        if body.is_end_stream() {
            return Self::Plain(body);
        }
        let decode: fn(Coded) -> Pin<Box<dyn AsyncRead + Send>> = match coding.trim() {
            name if is(name, "gzip") || is(name, "x-gzip") => |coded| Box::pin(GzipDecoder::new(coded)),
            name if is(name, "deflate") => |coded| Box::pin(ZlibDecoder::new(coded)),
            name if is(name, "br") => |coded| Box::pin(BrotliDecoder::new(coded)),
            name if is(name, "zstd") => |coded| {
                let mut decoder = ZstdDecoder::new(coded);
                decoder.multiple_members(true);
                Box::pin(decoder)
            },
            _ => return Self::Plain(body),
        };
        headers.remove(header::CONTENT_ENCODING);
        headers.remove(header::CONTENT_LENGTH);
        Self::Decoded(decode(Box::pin(StreamReader::new(BodyDataStream::new(body).map_err(io::Error::other)))))
    }

    /// The next piece; none at the end. A future that is dropped loses nothing.
    ///
    /// # Errors
    /// When the connection breaks, or what came cannot be decoded.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, SendError> {
        match self {
            Self::Plain(body) => loop {
                let Some(frame) = body.frame().await else { return Ok(None) };
                let frame = frame.map_err(|error| SendError::of_body(&error))?;
                // Trailers tell nothing.
                if let Ok(data) = frame.into_data()
                    && !data.is_empty()
                {
                    return Ok(Some(data));
                }
            },
            Self::Decoded(read) => {
                let mut piece = BytesMut::with_capacity(PIECE);
                let length = read.read_buf(&mut piece).await.map_err(|error| SendError::of_decoding(&error))?;
                Ok((length > 0).then(|| piece.freeze()))
            }
        }
    }
}

/// A body as its bytes come.
type Coded = Pin<Box<dyn AsyncBufRead + Send>>;

/// Names of codings are compared without regard to case.
fn is(name: &str, known: &str) -> bool {
    name.eq_ignore_ascii_case(known)
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::Decoded(_) => "Decoded",
        })
    }
}
