//! Headers of a client's own request that go along upstream, because the operator named them.
//!
//! They belong to the task of one call and to what it awaits, so that no other call can see them.

use http::HeaderMap;
use tokio::task::futures::TaskLocalFuture;

tokio::task_local! {
    static FORWARDED: HeaderMap;
}

/// `work` with a client's headers, which its requests to the base URL's origin carry.
#[cfg_attr(not(any(feature = "server", test)), expect(dead_code, reason = "only a server has clients"))]
pub(crate) fn forwarding<F: Future>(headers: HeaderMap, work: F) -> TaskLocalFuture<HeaderMap, F> {
    FORWARDED.scope(headers, work)
}

/// The headers of the call that this task works for.
pub(super) fn forwarded() -> HeaderMap {
    FORWARDED.try_with(Clone::clone).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::COOKIE};

    use super::*;

    #[tokio::test]
    async fn each_call_has_its_own() {
        let call = |value: &'static str| {
            let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(value))]);
            forwarding(headers, async move {
                tokio::task::yield_now().await;
                let spawned = tokio::spawn(async { forwarded() }).await;
                (value, forwarded(), spawned.unwrap_or_default())
            })
        };
        for (value, own, spawned) in [tokio::join!(call("a"), call("b"))].map(|(a, b)| [a, b]).concat() {
            assert_eq!(own.get(COOKIE).map(HeaderValue::as_bytes), Some(value.as_bytes()));
            assert!(spawned.is_empty());
        }
        assert!(forwarded().is_empty());
    }
}
