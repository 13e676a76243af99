//! Requests and answers over a connection, byte by byte.

use async_compression::tokio::bufread::{BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use tokio::{io::AsyncReadExt, net::TcpListener};

use super::*;
use crate::dispatch::tests::upstream::{Play, Upstream, answer, head};

fn get(target: &str) -> Request {
    Request { method: Method::GET, target: target.to_owned(), headers: HeaderMap::new(), body: None }
}

fn client(options: ClientOptions) -> Client {
    Client::new(options).unwrap()
}

async fn send(base_url: &str, request: Request) -> Result<Answer, SendError> {
    let client = client(ClientOptions::default());
    let route = Route { base_url, credentials: true, certificate: None, deadline: client.deadline() };
    client.send(&route, request).await
}

#[tokio::test]
async fn targets_are_sent_to_the_byte() {
    let targets =
        ["/x'?q='", "/a[b]|c{d}", "/?[]|{}^`\\", "/%2F%c3%A9%27", "//a//b/", "/;a=b,c:@!$&()*+~", "/...?/../%2e"];
    for target in targets {
        let upstream = Upstream::start(vec![answer("200 OK", &[], "")]).await;
        send(&format!("http://{}", upstream.address), get(target)).await.unwrap();
        assert_eq!(upstream.lines(), [format!("GET {target} HTTP/1.1")]);
    }
}

#[tokio::test]
async fn users_in_base_urls_are_not_sent() {
    let upstream = Upstream::start(vec![answer("200 OK", &[], "")]).await;
    send(&format!("http://user:secret@{}/base", upstream.address), get("/x")).await.unwrap();
    let request = upstream.requests().remove(0);
    assert!(request.starts_with("GET /base/x HTTP/1.1\r\n"), "{request}");
    assert!(request.to_lowercase().contains(&format!("host: {}\r\n", upstream.address)), "{request}");
    assert!(!request.contains("secret") && !request.to_lowercase().contains("authorization"), "{request}");
}

#[tokio::test]
async fn hosts_may_be_addresses_of_version_6() {
    // Not every machine has them.
    let Ok(listener) = TcpListener::bind("[::1]:0").await else { return };
    let address = listener.local_addr().unwrap();
    let upstream = Upstream::serve(listener, vec![answer("200 OK", &[], "")]);
    send(&format!("http://{address}"), get("/x")).await.unwrap();
    assert!(upstream.requests()[0].to_lowercase().contains(&format!("host: {address}\r\n")));
}

#[tokio::test]
async fn headers_may_stand_twice() {
    let headers = [("Link", "<a>"), ("Link", "<b>"), ("X-Odd", "\u{fc}")];
    let upstream = Upstream::start(vec![answer("200 OK", &headers, "")]).await;
    let mut request = get("/");
    for value in ["1", "2"] {
        request.headers.append("x-twice", HeaderValue::from_static(value));
    }
    let answer = send(&format!("http://{}", upstream.address), request).await.unwrap();
    assert!(upstream.requests()[0].to_lowercase().contains("x-twice: 1\r\nx-twice: 2\r\n"));
    let links: Vec<_> = answer.headers.get_all("link").iter().collect();
    assert_eq!(links, ["<a>", "<b>"]);
    assert_eq!(answer.headers["x-odd"].as_bytes(), "\u{fc}".as_bytes());
}

#[tokio::test]
async fn informational_answers_are_passed_over() {
    let bytes = [
        &b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"[..],
        &head("200 Fine", &[]),
        b"x",
    ]
    .concat();
    let upstream = Upstream::start(vec![Play::Send(bytes)]).await;
    let mut answer = send(&format!("http://{}", upstream.address), get("/")).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.reason.as_deref()), (200, Some("Fine")));
    assert_eq!(answer.read(10).await.unwrap(), Body { bytes: "x".into(), cut: false });
}

#[tokio::test]
async fn codings_are_undone() {
    let plain = "{\"a\":1}".repeat(5000).into_bytes();
    let mut bodies: Vec<(&str, Vec<u8>)> = vec![("identity", plain.clone()), ("rot13", plain.clone())];
    macro_rules! coded {
        ($($name:literal: $encoder:ident),*) => {$(
            let mut body = Vec::new();
            $encoder::new(&plain[..]).read_to_end(&mut body).await.unwrap();
            bodies.push(($name, body));
        )*};
    }
    coded!(
        "gzip": GzipEncoder, "X-GZip": GzipEncoder, "identity, gzip": GzipEncoder, "deflate": ZlibEncoder,
        "deflate": DeflateEncoder, "br": BrotliEncoder, "zstd": ZstdEncoder
    );
    let mut twice = Vec::new();
    DeflateEncoder::new(&bodies[2].1[..]).read_to_end(&mut twice).await.unwrap();
    bodies.push(("gzip, deflate", twice));
    let mut members = Vec::new();
    for member in plain.chunks(plain.len() / 3) {
        GzipEncoder::new(member).read_to_end(&mut members).await.unwrap();
    }
    bodies.push(("gzip", members));
    for (name, body) in bodies {
        let coded = body.len() < plain.len();
        let whole = answer("200 OK", &[("Content-Encoding", name)], &body);
        let mut cut = head("200 OK", &[("Content-Encoding", name)]);
        cut.extend_from_slice(&body[..body.len() / 2]);
        let mut broken = head("200 OK", &[("Content-Encoding", name), ("Content-Length", "100000")]);
        broken.extend_from_slice(&body[..body.len() / 2]);
        let empty = answer("200 OK", &[("Content-Encoding", name)], "");
        let upstream = Upstream::start(vec![whole, Play::Send(cut), Play::Send(broken), empty]).await;
        let base_url = format!("http://{}", upstream.address);
        let mut answer = send(&base_url, get("/")).await.unwrap();
        assert_eq!(answer.read(1_000_000).await.unwrap(), Body { bytes: plain.clone().into(), cut: false }, "{name}");
        assert_eq!(answer.headers.contains_key("content-encoding"), !coded, "{name}");
        assert_eq!(answer.content_length().is_none(), coded, "{name}");
        let cut = send(&base_url, get("/")).await.unwrap().read(1_000_000).await;
        assert_eq!(cut.is_err(), coded, "{name}: {cut:?}");
        assert!(!coded || matches!(cut, Err(SendError::Garbled(_))), "{name}: {cut:?}");
        let broken = send(&base_url, get("/")).await.unwrap().read(1_000_000).await;
        assert_eq!(broken, Err(SendError::Closed), "{name}");
        let empty = send(&base_url, get("/")).await.unwrap().read(10).await.unwrap();
        assert_eq!(empty.bytes, "", "{name}");
    }
}

#[tokio::test]
async fn a_handshake_without_end_is_given_up() {
    let options = ClientOptions { connect_timeout: Duration::from_millis(50), ..ClientOptions::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    let client = client(options);
    let route = Route { base_url: &base_url, credentials: true, certificate: None, deadline: client.deadline() };
    let error = client.send(&route, get("/")).await.unwrap_err();
    assert_eq!(error, SendError::ConnectTimeout(Duration::from_millis(50)));
}

#[tokio::test]
async fn bodies_are_read_up_to_the_limit_whatever_the_pieces() {
    let mut play = head("200 OK", &[("Transfer-Encoding", "chunked")]);
    play.extend_from_slice(b"3\r\nabc\r\n2\r\nde\r\n4\r\nfghi\r\n0\r\n\r\n");
    for limit in 0..12 {
        let upstream = Upstream::start(vec![Play::Send(play.clone())]).await;
        let mut answer = send(&format!("http://{}", upstream.address), get("/")).await.unwrap();
        let body = answer.read(limit).await.unwrap();
        assert_eq!((&*body.bytes, body.cut), (&b"abcdefghi"[..limit.min(9)], limit < 9), "{limit}");
    }
}
