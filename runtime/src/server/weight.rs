//! Messages that would take a hundred times their size in memory once they are read: many tiny values.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    response::Response,
};
use http::{HeaderValue, Method, StatusCode, header};

use super::door::http::BODY;

/// The most values and names in a message.
pub(super) const MOST_VALUES: usize = 250_000;

/// Whether a message holds more values and names than it may; what is short is not looked at.
pub(super) fn is_heavy(text: &[u8]) -> bool {
    // Each takes a byte of its own, and one that stands before it.
    if text.len() / 2 <= MOST_VALUES {
        return false;
    }
    let (mut values, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text {
        match (in_string, byte) {
            _ if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b',' | b':' | b'[' | b'{') => values += 1,
            _ => {}
        }
    }
    values > MOST_VALUES
}

/// The request, where its message may be read; else what is answered.
pub(super) async fn weighed(request: Request, max_bytes: usize) -> Result<Request, Response> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let light = length.is_some_and(|length: usize| length / 2 <= MOST_VALUES);
    if light || request.method() != Method::POST {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let Ok(read) = tokio::time::timeout(BODY, to_bytes(body, max_bytes)).await else {
        return Err(refusal(StatusCode::REQUEST_TIMEOUT, "the message did not come in time"));
    };
    let Ok(body) = read else {
        return Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, &format!("a message is longer than {max_bytes} bytes")));
    };
    if is_heavy(&body) {
        return Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, &words()));
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Why a message is not read.
pub(super) fn words() -> String {
    format!("a message holds more than {MOST_VALUES} values, the most that are read")
}

fn refusal(status: StatusCode, message: &str) -> Response {
    let error = serde_json::json!({"jsonrpc": "2.0", "id": null, "error": {"code": -32600, "message": message}});
    let mut response = Response::new(Body::from(error.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_and_texts_are_not() {
        let list = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
        let cases = [
            (list("1", MOST_VALUES), false),
            (list("1", MOST_VALUES + 1), true),
            (list("{}", MOST_VALUES / 2 + 1), true),
            (format!("{{{}}}", vec!["\"\":1"; MOST_VALUES / 2 + 1].join(",")), true),
            ("[".repeat(2 * MOST_VALUES + 2), true),
            (serde_json::json!(",".repeat(4 * MOST_VALUES)).to_string(), false),
            (serde_json::json!("\\\",[{:".repeat(MOST_VALUES)).to_string(), false),
            (format!(r#"["a\\",{}"#, "1,".repeat(MOST_VALUES)), true),
        ];
        for (text, heavy) in cases {
            assert_eq!(is_heavy(text.as_bytes()), heavy, "{}", &text[..40]);
        }
    }
}
