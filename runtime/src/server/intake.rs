//! The bodies of clients' requests, read whole: no longer than they may be, and not for longer than a client may take.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::LengthLimitError;
use tokio::time::timeout;

/// What a body may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intake {
    /// How long it may be.
    pub(super) max_bytes: usize,
    /// How long it may take to arrive.
    pub(super) patience: Duration,
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    TooLong,
    Late,
    /// The client broke off, and nobody reads what is said of it.
    Broken,
}

impl Unread {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::TooLong => "the request is longer than requests may be",
            Self::Late => "the body of the request did not come in time",
            Self::Broken => "the body of the request is incomplete",
        }
    }
}

impl Intake {
    /// The whole body.
    pub(super) async fn read(self, body: Body) -> Result<Bytes, Unread> {
        match timeout(self.patience, to_bytes(body, self.max_bytes)).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(error)) if is_too_long(&error) => Err(Unread::TooLong),
            Ok(Err(_)) => Err(Unread::Broken),
            Err(_) => Err(Unread::Late),
        }
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<LengthLimitError>)
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt as _, stream};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn bodies_are_read_within_their_bounds() {
        let intake = Intake { max_bytes: 4, patience: Duration::from_secs(10) };
        let pieces = |pieces: Vec<Result<&'static str, &'static str>>| stream::iter(pieces);
        let cases = [
            (Body::from("abcd"), Ok("abcd")),
            (Body::from_stream(pieces(vec![Ok("ab"), Ok("cd")])), Ok("abcd")),
            (Body::from("abcde"), Err(Unread::TooLong)),
            (Body::from_stream(pieces(vec![Ok("ab"), Ok("cde")])), Err(Unread::TooLong)),
            (Body::from_stream(pieces(vec![Ok("ab"), Err("gone")])), Err(Unread::Broken)),
            (Body::from_stream(pieces(vec![Ok("ab")]).chain(stream::pending())), Err(Unread::Late)),
        ];
        for (index, (body, expected)) in cases.into_iter().enumerate() {
            assert_eq!(intake.read(body).await, expected.map(Bytes::from), "{index}");
        }
        for (unread, words) in [(Unread::TooLong, "longer"), (Unread::Late, "in time"), (Unread::Broken, "incomplete")]
        {
            assert!(unread.words().contains(words), "{unread:?}");
        }
    }
}
