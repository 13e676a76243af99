//! The body of an answer, piece by piece, without its content codings (RFC 9110, section 8.4).

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use async_compression::tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use http::{HeaderMap, HeaderValue, header};
use http_body_util::{BodyDataStream, BodyExt};
use hyper::body::{Body, Incoming};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt, BufReader, ReadBuf};
use tokio_util::io::StreamReader;

use super::SendError;

/// The codings that are taken.
pub(super) const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("zstd,gzip,deflate,br");

/// How many codings one upon the other are undone.
const MOST_CODINGS: usize = 4;

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
        // The last of them was applied last.
        let codings: Option<Vec<Coding>> = coding.split(',').rev().map(Coding::of).collect();
        let codings: Vec<Coding> = codings.into_iter().flatten().filter(|coding| *coding != Coding::Identity).collect();
        if codings.is_empty() || codings.len() > MOST_CODINGS {
            return Self::Plain(body);
        }
        headers.remove(header::CONTENT_ENCODING);
        headers.remove(header::CONTENT_LENGTH);
        let coded: Coded = Box::pin(StreamReader::new(BodyDataStream::new(body).map_err(io::Error::other)));
        let mut codings = codings.into_iter();
        let last = codings.next().unwrap_or(Coding::Identity);
        Self::Decoded(codings.fold(last.decode(coded), |read, coding| coding.decode(Box::pin(BufReader::new(read)))))
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

/// A content coding that can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    /// Names of codings are compared without regard to case.
    fn of(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "identity" | "" => Self::Identity,
            "gzip" | "x-gzip" => Self::Gzip,
            "deflate" => Self::Deflate,
            "br" => Self::Brotli,
            "zstd" => Self::Zstd,
            _ => return None,
        })
    }

    fn decode(self, coded: Coded) -> Pin<Box<dyn AsyncRead + Send>> {
        match self {
            Self::Identity => coded,
            Self::Gzip => {
                let mut decoder = GzipDecoder::new(coded);
                decoder.multiple_members(true);
                Box::pin(decoder)
            }
            Self::Deflate => Box::pin(Deflated::Unread(Some(coded))),
            Self::Brotli => Box::pin(BrotliDecoder::new(coded)),
            Self::Zstd => {
                let mut decoder = ZstdDecoder::new(coded);
                decoder.multiple_members(true);
                Box::pin(decoder)
            }
        }
    }
}

/// What is deflated: some servers leave out the frame of zlib that RFC 9110 wants around it.
enum Deflated {
    Unread(Option<Coded>),
    Framed(ZlibDecoder<Coded>),
    Bare(DeflateDecoder<Coded>),
}

impl AsyncRead for Deflated {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Self::Unread(unread) = &mut *self
            && let Some(mut coded) = unread.take()
        {
            let framed = match coded.as_mut().poll_fill_buf(cx) {
                Poll::Ready(Ok(start)) => start.first().is_none_or(|&first| begins_frame(first)),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    *unread = Some(coded);
                    return Poll::Pending;
                }
            };
            *self = if framed { Self::Framed(ZlibDecoder::new(coded)) } else { Self::Bare(DeflateDecoder::new(coded)) };
        }
        match &mut *self {
            Self::Framed(decoder) => Pin::new(decoder).poll_read(cx, buf),
            Self::Bare(decoder) => Pin::new(decoder).poll_read(cx, buf),
            // Only after an error.
            Self::Unread(_) => Poll::Ready(Ok(())),
        }
    }
}

/// The method and the window of RFC 1950, section 2.2; no compressor begins bare data with such a byte.
fn begins_frame(first: u8) -> bool {
    first & 0x0f == 8 && first >> 4 <= 7
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::Decoded(_) => "Decoded",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_zlib_are_known_by_their_first_byte() {
        // Method 8 with windows of 256 bytes to 32 KiB; a larger window, another method, bare blocks.
        let cases =
            [(0x78, true), (0x08, true), (0x88, false), (0xf8, false), (0x79, false), (0x4b, false), (0x01, false)];
        for (first, expected) in cases {
            assert_eq!(begins_frame(first), expected, "{first:#x}");
        }
    }
}
