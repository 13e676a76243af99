//! Which client sent a request over HTTP, as far as limits are concerned.

use std::net::{IpAddr, SocketAddr};

use http::Request;

use super::{
    admission::{Caller, Callers},
    auth::PrincipalId,
};

/// What tells one client from another.
#[derive(Hash)]
enum Key<'r> {
    /// Who it has proved to be, in however many sessions and connections.
    Principal([u8; 32]),
    Session(&'r [u8]),
    /// Where the connection comes from, for requests that stand for themselves.
    Address(IpAddr),
}

/// The client that sent a request from `address`. `sessions` says whether the header of a session means anything: one that anybody may
/// make up would make another client of each request.
pub(super) fn of<B>(callers: &Callers, request: &Request<B>, address: SocketAddr, sessions: bool) -> Caller {
    let session = || request.headers().get("mcp-session-id").filter(|_| sessions);
    let key = match (request.extensions().get::<PrincipalId>(), session()) {
        (Some(PrincipalId(id)), _) => Key::Principal(*id),
        (None, Some(session)) => Key::Session(session.as_bytes()),
        (None, None) => Key::Address(address.ip()),
    };
    callers.of(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_apart() {
        let callers = Callers::default();
        let request = |principal: Option<u8>, session: Option<&str>| {
            let mut request = Request::post("/mcp").body(()).unwrap();
            if let Some(session) = session {
                request.headers_mut().insert("mcp-session-id", session.parse().unwrap());
            }
            if let Some(id) = principal {
                request.extensions_mut().insert(PrincipalId([id; 32]));
            }
            request
        };
        let at = |address: &str| address.parse().unwrap();
        let key = |principal, session, address| of(&callers, &request(principal, session), at(address), true);
        let same = [
            (key(Some(1), Some("s"), "127.0.0.1:1"), key(Some(1), Some("t"), "127.0.0.2:1")),
            (key(None, Some("s"), "127.0.0.1:1"), key(None, Some("s"), "127.0.0.2:2")),
            (key(None, None, "127.0.0.1:1"), key(None, None, "127.0.0.1:2")),
        ];
        for (a, b) in same {
            assert_eq!(a, b);
        }
        let made_up = |session| of(&callers, &request(None, Some(session)), at("127.0.0.1:1"), false);
        assert_eq!(made_up("s"), made_up("t"));
        // By chance two may share a place, eight of them hardly.
        let others: std::collections::HashSet<Caller> = (0..8).map(|id| key(Some(id), None, "127.0.0.1:1")).collect();
        assert!(others.len() > 1);
    }
}
