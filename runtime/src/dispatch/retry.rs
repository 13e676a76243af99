//! Whether a request is made once more, and after how long.

use std::{
    hash::{BuildHasher, RandomState},
    time::{Duration, SystemTime},
};

use http::{HeaderValue, Method, StatusCode, header};
use tokio::time::Instant;

use crate::{
    client::{Answer, SendError},
    request::Request,
};

/// The pause before the first retry; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// No pause is longer, unless the API asks for it.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// What a request that is made more than once is known by (draft-ietf-httpapi-idempotency-key-header).
const KEY: &str = "idempotency-key";

/// How often requests are made once more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retries {
    /// How often at most; none by default.
    pub count: u32,
    /// Whether that goes for methods that are not idempotent too, with an `Idempotency-Key`.
    pub all_methods: bool,
}

/// The retries of one call.
pub(super) struct Retry {
    left: u32,
    made: u32,
    deadline: Instant,
}

impl Retry {
    /// What `request` is worth. It gets an `Idempotency-Key` where it needs one; each try has the same.
    pub(super) fn new(retries: Retries, request: &mut Request, deadline: Instant) -> Self {
        let idempotent = is_idempotent(&request.method);
        let left = if idempotent || retries.all_methods { retries.count } else { 0 };
        if left > 0 && !idempotent && !request.headers.contains_key(KEY) {
            request.headers.insert(KEY, key());
        }
        Self { left, made: 0, deadline }
    }

    /// Whether there may be another try.
    pub(super) fn may_be(&self) -> bool {
        self.left > 0
    }

    /// How long to wait for the next try; `None` where what came is what the client gets.
    pub(super) fn pause(&mut self, outcome: &Result<Answer, SendError>) -> Option<Duration> {
        let asked = match outcome {
            Ok(answer) if is_temporary(answer.status) => answer.headers.get(header::RETRY_AFTER).and_then(retry_after),
            Err(error) if is_without_connection(error) => None,
            _ => return None,
        };
        let longest = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.made)).min(LONGEST_PAUSE);
        // Never earlier than the API asks for; and not all at the same time, which would only be the next rush.
        let pause = match asked {
            Some(asked) => asked.saturating_add(between(Duration::ZERO, FIRST_PAUSE)),
            None => between(longest / 2, longest),
        };
        // What cannot be in time is not waited for: the model is told what came, and until when to wait.
        let in_time = Instant::now().checked_add(pause).is_some_and(|next| next < self.deadline);
        if self.left == 0 || !in_time {
            return None;
        }
        self.left -= 1;
        self.made += 1;
        Some(pause)
    }
}

/// RFC 9110, section 9.2.2; QUERY is safe by its draft.
fn is_idempotent(method: &Method) -> bool {
    method.is_idempotent() || method.as_str() == "QUERY"
}

fn is_temporary(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
}

/// Whether nothing was sent, because nobody was there to send it to.
fn is_without_connection(error: &SendError) -> bool {
    matches!(error, SendError::Refused | SendError::Name | SendError::Connect | SendError::ConnectTimeout(_))
}

/// RFC 9110, section 10.2.3: seconds, or a date.
fn retry_after(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

/// By chance.
fn between(shortest: Duration, longest: Duration) -> Duration {
    #[expect(clippy::cast_precision_loss, reason = "any chance will do")]
    let chance = chance() as f64 / u64::MAX as f64;
    shortest + longest.saturating_sub(shortest).mul_f64(chance)
}

/// The standard library's hashes begin with numbers that nobody can foretell.
fn chance() -> u64 {
    RandomState::new().hash_one(())
}

fn key() -> HeaderValue {
    HeaderValue::try_from(format!("{:016x}{:016x}", chance(), chance()))
        .unwrap_or_else(|_| HeaderValue::from_static("mcpgen"))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;

    fn request(method: &Method) -> Request {
        Request { method: method.clone(), target: "/".to_owned(), headers: HeaderMap::new(), body: Some(Bytes::new()) }
    }

    fn retry(count: u32, seconds: u64) -> Retry {
        let deadline = Instant::now() + Duration::from_secs(seconds);
        Retry::new(Retries { count, all_methods: false }, &mut request(&Method::GET), deadline)
    }

    #[tokio::test]
    async fn idempotent_methods_only_unless_configured() {
        let query = Method::from_bytes(b"QUERY").unwrap();
        let idempotent =
            [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE, query];
        for method in &idempotent {
            let mut given = request(method);
            let retry = Retry::new(Retries { count: 1, all_methods: true }, &mut given, Instant::now());
            assert!(retry.may_be() && !given.headers.contains_key(KEY), "{method}");
        }
        for method in &[Method::POST, Method::PATCH, Method::from_bytes(b"COPY").unwrap()] {
            let mut given = request(method);
            assert!(!Retry::new(Retries { count: 1, all_methods: false }, &mut given, Instant::now()).may_be());
            assert!(!given.headers.contains_key(KEY), "{method}");
            let all = Retries { count: 1, all_methods: true };
            assert!(Retry::new(all, &mut given, Instant::now()).may_be(), "{method}");
            let first = given.headers[KEY].clone();
            assert_eq!(first.len(), 32);
            Retry::new(all, &mut given, Instant::now());
            assert_eq!(given.headers[KEY], first, "a key that is there stays");
            let mut another = request(method);
            Retry::new(all, &mut another, Instant::now());
            assert_ne!(another.headers[KEY], first, "each call has its own");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_and_end_in_time() {
        let refused = Err(SendError::Refused);
        let mut many = retry(20, 60);
        for (made, longest) in [250, 500, 1000, 2000, 4000, 8000, 8000].into_iter().enumerate() {
            let pause = many.pause(&refused).unwrap();
            let longest = Duration::from_millis(longest);
            assert!(pause >= longest / 2 && pause <= longest, "{made}: {pause:?}");
        }
        tokio::time::advance(Duration::from_secs(57)).await;
        assert_eq!(many.pause(&refused), None, "it would be too late");
        let mut few = retry(2, 60);
        assert!(few.pause(&refused).is_some() && few.pause(&refused).is_some());
        assert_eq!(few.pause(&refused), None, "none is left");
        let pauses: std::collections::HashSet<_> = (0..8).map(|_| retry(1, 60).pause(&refused)).collect();
        assert!(pauses.len() > 1, "not all at the same time");
    }

    #[tokio::test]
    async fn only_what_another_try_may_change() {
        let again = [SendError::Refused, SendError::Name, SendError::Connect];
        let not = [
            SendError::Closed,
            SendError::Timeout(Duration::ZERO),
            SendError::Tls(String::new()),
            SendError::Redirects(1),
            SendError::Garbled("x"),
            SendError::Address,
        ];
        for (error, expected) in again.map(|error| (error, true)).into_iter().chain(not.map(|error| (error, false))) {
            assert_eq!(retry(1, 60).pause(&Err(error.clone())).is_some(), expected, "{error}");
        }
        for status in [200, 204, 301, 400, 401, 404, 429, 500, 501, 502, 503, 504] {
            let expected = [429, 503].contains(&status);
            assert_eq!(is_temporary(StatusCode::from_u16(status).unwrap()), expected, "{status}");
        }
    }

    #[test]
    fn what_the_api_asks_for() {
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(90));
        let cases = [("0", Some(0)), ("17", Some(17)), (" 3 ", Some(3)), ("Fri, 31 Dec 1999 23:59:59 GMT", Some(0))];
        for (text, expected) in cases {
            assert_eq!(retry_after(&text.parse().unwrap()), expected.map(Duration::from_secs), "{text}");
        }
        let wait = retry_after(&soon.parse().unwrap()).unwrap();
        assert!(wait > Duration::from_secs(80) && wait <= Duration::from_secs(90), "{wait:?}");
        assert_eq!(retry_after(&"99999999999999999999999".parse().unwrap()), Some(Duration::from_secs(u64::MAX)));
        for text in ["", "-1", "1.5", "soon"] {
            assert_eq!(retry_after(&text.parse().unwrap()), None, "{text}");
        }
    }
}
