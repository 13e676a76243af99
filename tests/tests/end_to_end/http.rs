//! Who may talk to the HTTP endpoint, and what else answers there.

use mcpgen_tests::{HttpServer, Mcpgen, Upstream, fixture, rpc::hello, soon};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

async fn server(flags: &[&str]) -> HttpServer {
    let upstream = Upstream::start().await;
    Mcpgen::serve(&fixture("library.yaml"), &upstream).with(flags).http().await
}

/// The status that an `initialize` with these headers gets.
async fn status(server: &HttpServer, headers: &[(&str, &str)]) -> u16 {
    let rpc = server.rpc();
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello("2025-11-25")});
    let request = headers.iter().fold(rpc.post(&message), |request, (name, value)| request.header(*name, *value));
    rpc.send(request).await.status
}

#[tokio::test]
async fn only_known_hosts_and_origins_are_served() {
    let server = server(&["--allow-host", "mcp.example", "--allow-origin", "https://app.example"]).await;
    let cases: [(&[(&str, &str)], u16); 10] = [
        (&[], 200),
        (&[("host", "localhost")], 200),
        (&[("host", "[::1]:8000")], 200),
        (&[("host", "mcp.example")], 200),
        (&[("host", "rebound.example")], 403),
        (&[("host", "127.0.0.1.rebound.example")], 403),
        (&[("origin", "https://app.example")], 200),
        (&[("origin", "https://other.example")], 403),
        (&[("origin", "http://app.example")], 403),
        (&[("origin", "null")], 403),
    ];
    for (headers, wanted) in cases {
        assert_eq!(status(&server, headers).await, wanted, "{headers:?}");
    }
}

#[tokio::test]
async fn no_origin_is_allowed_unless_one_is_named() {
    let server = server(&[]).await;
    assert_eq!(status(&server, &[("origin", "https://app.example")]).await, 403);
    assert_eq!(status(&server, &[]).await, 200);
}

#[tokio::test]
async fn a_browser_of_an_allowed_origin_may_ask() {
    let server = server(&["--allow-origin", "https://app.example"]).await;
    let rpc = server.rpc();
    let preflight = |origin: &str| {
        rpc.other("OPTIONS", "/mcp")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,mcp-protocol-version,mcp-session-id,mcp-method")
    };
    let answer = rpc.send(preflight("https://app.example")).await;
    assert!((200..300).contains(&answer.status), "{}", answer.status);
    assert_eq!(answer.headers["access-control-allow-origin"], "https://app.example");
    let allowed = answer.headers["access-control-allow-headers"].to_str().expect("text").to_ascii_lowercase();
    for header in ["content-type", "mcp-protocol-version", "mcp-session-id", "mcp-method"] {
        assert!(allowed.contains(header), "{header} is not in {allowed}");
    }
    let answer = rpc.send(preflight("https://other.example")).await;
    assert_eq!(answer.headers.get("access-control-allow-origin"), None);

    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello("2025-11-25")});
    let answer = rpc.send(rpc.post(&message).header("origin", "https://app.example")).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "https://app.example");
    let exposed = answer.headers["access-control-expose-headers"].to_str().expect("text").to_ascii_lowercase();
    assert!(exposed.contains("mcp-session-id"), "{exposed}");
}

#[tokio::test]
async fn health_is_told_and_other_paths_are_not_found() {
    let server = server(&[]).await;
    let rpc = server.rpc();
    for (method, path, wanted) in [("GET", "/healthz", 200), ("GET", "/", 404), ("POST", "/other", 404)] {
        assert_eq!(rpc.send(rpc.other(method, path)).await.status, wanted, "{method} {path}");
    }
    let answer = rpc.send(rpc.other("GET", "/healthz")).await;
    assert_eq!(
        (&answer.headers["content-type"], answer.message),
        (&"application/json".parse().unwrap(), json!({"status": "ok"}))
    );
    // The path with a slash behind it is the path.
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello("2025-11-25")});
    let post = || rpc.other("POST", "/mcp/").header("content-type", "application/json").body(message.to_string());
    assert_eq!(rpc.send(post().header("accept", "application/json, text/event-stream")).await.status, 200);
}

#[tokio::test]
async fn the_path_can_be_another() {
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream)
        .with(["--transport", "http", "--port", "0", "--path", "/town/mcp"])
        .start(std::process::Stdio::null(), std::process::Stdio::null());
    let find = |text: &str| {
        text.split("http://127.0.0.1:").skip(1).find_map(|rest| rest.split_once("/town/mcp")?.0.parse::<u16>().ok())
    };
    let port = server.says("the server says where it listens", find).await;
    let client = mcpgen_tests::client::connect_http(&format!("http://127.0.0.1:{port}/town/mcp"), "2025-11-25").await;
    assert_eq!(client.tools().await.len(), 5);
    client.close().await;
}

#[tokio::test]
async fn a_connection_too_many_waits_until_another_ends() {
    let server = server(&["--max-connections", "1"]).await;
    let first = TcpStream::connect(server.origin.trim_start_matches("http://")).await.expect("the only connection");
    let mut first = BufReader::new(first);
    first.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("the server reads");
    let mut line = String::new();
    soon("an answer", first.read_line(&mut line)).await.expect("the server answers");
    assert!(line.starts_with("HTTP/1.1 200"), "{line}");
    let rpc = server.rpc();
    let second = tokio::spawn(async move { rpc.send(rpc.other("GET", "/healthz")).await.status });
    // It is never taken while the first lasts.
    tokio::task::yield_now().await;
    assert!(!second.is_finished());
    drop(first);
    assert_eq!(soon("its turn", second).await.expect("it does not panic"), 200);
}
