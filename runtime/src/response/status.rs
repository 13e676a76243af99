//! Answers that are no success.

use http::{StatusCode, header};
use serde_json::Value;

use super::{Decoding, Family, MediaType, Refusal, Reply};
use crate::{client::Answer, json};

/// The most bytes of an error's body that are told.
const SHOWN: usize = 16 * 1024;

/// `404 Not Found`, in the API's own words where it has some.
pub(super) fn line(answer: &Answer) -> String {
    let code = answer.status.as_u16();
    match answer.reason.as_deref().or(answer.status.canonical_reason()) {
        Some(reason) => format!("{code} {reason}"),
        None => code.to_string(),
    }
}

/// A call that the API refused.
pub(super) async fn failure(answer: &mut Answer, decoding: &Decoding<'_>) -> Reply {
    let mut told = decoding.credentials.redact(head(answer, decoding));
    let body = body(answer, decoding).await.unwrap_or_default();
    if !body.is_empty() {
        told.push('\n');
        told.push_str(&body);
    }
    Reply::error(told)
}

/// A read that the API refused.
pub(super) async fn failure_of_read(answer: &mut Answer, decoding: &Decoding<'_>) -> Refusal {
    let message = decoding.credentials.redact(head(answer, decoding));
    let body = body(answer, decoding).await.unwrap_or_default();
    let body = json::parse(&body).unwrap_or(Value::String(body));
    Refusal { status: Some(answer.status.as_u16()), message, body: Some(body) }
}

/// The body as text, as much of it as is told, without credentials. The status counts even where the body breaks off: then there is none.
async fn body(answer: &mut Answer, decoding: &Decoding<'_>) -> Option<String> {
    let body = answer.read(SHOWN.min(decoding.limit)).await.ok()?;
    let media_type = MediaType::of(&answer.headers).unwrap_or_else(|| MediaType::sniffed(&body.bytes));
    let length = body.bytes.len();
    if length == 0 {
        return None;
    }
    Some(match (media_type.family_of(&body.bytes), body.cut) {
        (Family::Image | Family::Audio | Family::Binary, false) => {
            format!("({length} bytes of {})", media_type.essence())
        }
        (Family::Image | Family::Audio | Family::Binary, true) => {
            format!("(more than {length} bytes of {})", media_type.essence())
        }
        (_, false) => decoding.credentials.redact(media_type.decode(&body.bytes).trim().to_owned()),
        (_, true) => {
            let beginning = media_type.decode_part(&body.bytes).trim().to_owned();
            format!("{} … (cut)", decoding.credentials.redact_beginning(beginning))
        }
    })
}

/// Status, where it points, when to come back, what to configure.
fn head(answer: &Answer, decoding: &Decoding<'_>) -> String {
    let mut told = format!("The API answered {}.", line(answer));
    match (&answer.redirect, answer.status.is_redirection()) {
        (Some(target), _) => told += &format!(" It points to {target}, which is not followed."),
        (None, true) if answer.status != StatusCode::NOT_MODIFIED => told += " It does not say where to.",
        _ => {}
    }
    if let Some(after) = answer.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()) {
        let unit = if after.bytes().all(|byte| byte.is_ascii_digit()) { " seconds" } else { "" };
        told += &format!(" Retry after {after}{unit}.");
    }
    let refused = matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let advice =
        if refused { decoding.credentials.advice(decoding.catalog, decoding.operation) } else { String::new() };
    if !advice.is_empty() {
        told += &format!(" {advice}");
    }
    told
}
