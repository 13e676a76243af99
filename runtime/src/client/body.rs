//! The body of an answer, piece by piece, without its content codings (RFC 9110, section 8.4).

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
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

/// How many bytes a coding takes in before others have their turn.
const TURN: usize = 8 * 1024;

/// How many bytes one coding may make for the next to undo. They are counted nowhere else: a bomb may unpack to nothing.
const MOST_BETWEEN: u64 = 32 << 20;

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
        let coded = Box::pin(StreamReader::new(BodyDataStream::new(body).map_err(io::Error::other)));
        let coded = Turns::of(coded, u64::MAX);
        let mut codings = codings.into_iter();
        let last = codings.next().unwrap_or(Coding::Identity);
        Self::Decoded(codings.fold(last.decode(coded), |read, coding| coding.decode(between(read))))
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

/// What one coding gives the next.
fn between(read: Pin<Box<dyn AsyncRead + Send>>) -> Coded {
    Turns::of(Box::pin(BufReader::new(read)), MOST_BETWEEN)
}

/// Lets others have their turn again and again: what undoes a coding may take in very much without giving any.
struct Turns {
    coded: Coded,
    /// How much more may come.
    left: u64,
    /// How much came since the last turn.
    taken: usize,
}

impl Turns {
    fn of(coded: Coded, left: u64) -> Coded {
        Box::pin(Self { coded, left, taken: 0 })
    }
}

impl AsyncBufRead for Turns {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let Self { coded, left, taken } = self.get_mut();
        if *taken >= TURN {
            *taken = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = ready!(coded.as_mut().poll_fill_buf(cx))?;
        if *left == 0 && !piece.is_empty() {
            return Poll::Ready(Err(io::Error::other("too much comes of one coding for the next to undo")));
        }
        let most = usize::try_from(*left).unwrap_or(usize::MAX).min(TURN - *taken);
        Poll::Ready(Ok(&piece[..piece.len().min(most)]))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let Self { coded, left, taken } = self.get_mut();
        *left = left.saturating_sub(amount as u64);
        *taken += amount;
        coded.as_mut().consume(amount);
    }
}

/// A decoder may read it as a stream of bytes, too.
impl AsyncRead for Turns {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let piece = ready!(self.as_mut().poll_fill_buf(cx))?;
        let amount = piece.len().min(buf.remaining());
        buf.put_slice(&piece[..amount]);
        self.consume(amount);
        Poll::Ready(Ok(()))
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

    #[tokio::test]
    async fn what_one_coding_gives_the_next_is_bounded_and_comes_in_turns() {
        for (left, expected) in [(u64::MAX, true), (100_000, true), (99_999, false)] {
            let read = BufReader::new(tokio::io::repeat(7).take(100_000));
            let mut coded = Turns::of(Box::pin(read), left);
            let mut turns = 0;
            let mut bytes = Vec::new();
            let read = coded.read_to_end(&mut bytes);
            let mut read = std::pin::pin!(read);
            let read = std::future::poll_fn(|cx| {
                let polled = read.as_mut().poll(cx);
                turns += usize::from(polled.is_pending());
                polled
            });
            assert_eq!(read.await.ok(), expected.then_some(100_000));
            assert!(turns >= 100_000 / TURN, "{turns}");
        }
    }

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
