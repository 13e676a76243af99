//! Answers that are no success.

use http::{StatusCode, header};
use serde_json::Value;

use super::{Decoding, Failure, MediaType, Reply};
use crate::client::{Answer, SendError};

/// The most bytes of an error's body that a model is shown.
const SHOWN: usize = 16 * 1024;

/// `404 Not Found`
pub(super) fn line(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

pub(super) async fn failure(answer: &mut Answer, decoding: &Decoding<'_>) -> Result<Reply, SendError> {
    let body = answer.read(SHOWN.min(decoding.limit)).await?;
    let mut told = head(answer, decoding.credentials);
    let media_type = MediaType::of(&answer.headers).unwrap_or_else(|| MediaType::sniffed(&body.bytes));
    let shown = match media_type.family() {
        super::Family::Image | super::Family::Audio | super::Family::Binary => {
            (!body.bytes.is_empty()).then(|| format!("({} bytes of {})", body.bytes.len(), media_type.essence()))
        }
        _ => Some(media_type.decode_part(&body.bytes)).filter(|text| !text.trim().is_empty()),
    };
    if let Some(shown) = shown {
        told.push('\n');
        told.push_str(shown.trim());
        if body.cut {
            told.push_str(" … (cut)");
        }
    }
    Ok(Reply::error(told))
}

pub(super) fn failure_of_read(answer: &Answer, body: String, credentials: &str) -> Failure {
    let message = head(answer, credentials);
    let body = match serde_json::from_str::<Value>(&body) {
        Ok(value) => Some(value),
        Err(_) if body.is_empty() => Some(Value::String(String::new())),
        Err(_) => Some(Value::String(body)),
    };
    Failure { status: Some(answer.status.as_u16()), message, body }
}

/// Status, where it points, when to come back, what to configure.
fn head(answer: &Answer, credentials: &str) -> String {
    let mut told = format!("The API answered {}.", line(answer.status));
    if answer.status.is_redirection() {
        told += &match &answer.redirect {
            Some(target) => format!(" It points to {target}, which is not followed."),
            None => " It does not say where to.".to_owned(),
        };
    }
    if let Some(after) = answer.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()) {
        let unit = if after.bytes().all(|byte| byte.is_ascii_digit()) { " seconds" } else { "" };
        told += &format!(" Retry after {after}{unit}.");
    }
    if matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) && !credentials.is_empty() {
        told += &format!(" {credentials}");
    }
    told
}
