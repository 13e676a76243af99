//! Calls and reads against an upstream that plays a script.

pub(crate) mod upstream;

use std::{future::Future, sync::Mutex, time::Duration};

use futures_util::future::{BoxFuture, FutureExt};
use serde_json::json;

use super::*;
use crate::client::ClientOptions;
use upstream::{Play, Upstream, answer, head, json};

/// A catalog whose tools are named by what they show.
fn catalog(base_url: &str) -> Catalog {
    let query = |name: &str| json!({"argument": name, "name": name, "in": "query", "style": "form", "explode": true});
    let get = |path: &str, security: Value| json!({"method": "GET", "path": path, "accept": "application/json", "input": 0, "security": security});
    let names = ["fetch", "send", "look", "key", "sid", "both", "token", "custom", "flow", "elsewhere", "get_pet"];
    let tool = |name: &str, operation: usize| json!({"name": name, "description": "", "annotations": {}, "operation": operation});
    let typed = |name: &str, operation: usize| json!({"name": name, "description": "", "annotations": {}, "operation": operation, "output": 1});
    let mut tools: Vec<Value> = names.iter().enumerate().map(|(index, name)| tool(name, index)).collect();
    tools.extend([typed("fetch_typed", 0), typed("look_typed", 2)]);
    let variables = ["id", "tags", "q", "kind", "full"].map(|name| json!({"name": name, "argument": name}));
    let catalog = json!({
        "mcpgen_catalog": "1.0",
        "server": {"name": "zoo", "version": "1"},
        "base_url": {"url": base_url, "credentials": true},
        "security_schemes": {
            "key": {"type": "apiKey", "name": "api_key", "in": "query"},
            "sid": {"type": "apiKey", "name": "sid", "in": "cookie"},
            "head-key": {"type": "apiKey", "name": "X-Key", "in": "header"},
            "login": {"type": "http", "scheme": "basic"},
            "token": {"type": "http", "scheme": "bearer"},
            "custom": {"type": "http", "scheme": "hoba"},
            "flow": {"type": "oauth2"},
        },
        "schemas": [
            {"schema": {"type": "object", "additionalProperties": false, "properties": {
                "limit": {"type": "integer"},
                "pageSize": {"type": "integer"},
                "q": {"type": "string"},
                "kind": {"enum": ["cat", "cow", 1]},
                "tags": {"type": "array", "items": {"type": "string"}},
                "full": {"type": "boolean"},
                "id": {"type": "integer"},
                "theme": {"type": "string"},
                "body": {"type": "string"},
            }}},
            {"schema": {"type": "object"}},
        ],
        "operations": [
            {"method": "GET", "path": "/r", "accept": "application/json", "input": 0, "parameters": [query("limit"), query("q"), query("pageSize")]},
            {"method": "POST", "path": "/send", "accept": "application/json", "input": 0, "body": {"required": false, "media_type": "text/plain", "layout": {"argument": "body"}, "kind": "text"}},
            {"method": "HEAD", "path": "/r", "accept": "*/*", "input": 0},
            get("/key", json!([{"key": []}])),
            {"method": "GET", "path": "/sid", "accept": "*/*", "input": 0, "security": [{"sid": []}], "parameters": [{"argument": "theme", "name": "theme", "in": "cookie", "style": "form", "explode": true}]},
            get("/both", json!([{"unset": []}, {"login": [], "head-key": []}])),
            get("/token", json!([{"token": []}])),
            get("/custom", json!([{"custom": []}])),
            get("/flow", json!([{"flow": []}])),
            {"method": "GET", "path": "/elsewhere", "accept": "*/*", "input": 0, "security": [{"token": []}], "base_url": {"url": base_url.replace("127.0.0.1", "localhost"), "credentials": true}},
            {"method": "GET", "path": "/pets/{id}", "accept": "*/*", "input": 0, "parameters": [
                {"argument": "id", "name": "id", "in": "path", "style": "simple", "explode": false}, query("tags"), query("q"), query("kind"), query("full"),
            ]},
            get("/pets/me", json!([])),
        ],
        "tools": tools,
        "resources": [{"name": "me", "description": "", "uri": "api://zoo/pets/me", "operation": 11}],
        "resource_templates": [{
            "name": "pet", "description": "", "uri_template": "api://zoo/pets/{id}{?tags*,q,kind,full}", "operation": 10,
            "variables": variables,
        }],
    });
    serde_json::from_value(catalog).unwrap()
}

fn options() -> ClientOptions {
    ClientOptions { max_response_bytes: 1000, stream_timeout: Duration::from_millis(200), ..ClientOptions::default() }
}

/// Dispatch over a script, with every credential.
async fn dispatch(script: Vec<Play>) -> (Upstream, Dispatch) {
    with(script, options(), true).await
}

async fn with(script: Vec<Play>, options: ClientOptions, credentials: bool) -> (Upstream, Dispatch) {
    let upstream = Upstream::start(script).await;
    let catalog = catalog(&format!("http://{}/base", upstream.address));
    let values = [
        ("key", "k&y-secret"),
        ("sid", "c;secret"),
        ("head-key", "h-secret"),
        ("login", "ann:pa:ss-secret"),
        ("token", "t-secret"),
        ("custom", "HOBA result=secret"),
    ];
    let mut held = Credentials::default();
    for (name, value) in values.iter().filter(|_| credentials) {
        held.insert(name, &catalog.security_schemes[*name], value).unwrap();
    }
    (upstream, Dispatch::new(Arc::new(catalog), Client::new(options).unwrap(), held))
}

async fn call(dispatch: &Dispatch, tool: &str, arguments: Value) -> Reply {
    let raw = RawValue::from_string(arguments.to_string()).unwrap();
    dispatch.call(tool, Some(&raw), None).await.unwrap()
}

/// All text of a reply.
fn text(reply: &Reply) -> String {
    let texts = reply.content.iter().map(|content| match content {
        Content::Text(text) => &**text,
        _ => "(bytes)",
    });
    texts.collect::<Vec<_>>().join("|")
}

fn structured(reply: &Reply) -> Value {
    reply.structured.as_ref().map_or(Value::Null, |json| serde_json::from_slice(json).unwrap())
}

fn typed(media_type: &'static str, body: impl AsRef<[u8]>) -> Play {
    answer("200 OK", &[("Content-Type", media_type)], body)
}

#[tokio::test]
async fn successes_are_decoded() {
    let gzip: [u8; 36] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 170, 202, 44, 40, 72, 77, 81, 178, 82, 40, 41, 42, 77, 173, 5, 0,
        204, 165, 222, 13, 16, 0, 0, 0,
    ];
    let zipped = &[("Content-Type", "application/json"), ("Content-Encoding", "gzip")];
    let null = json!({"result": null});
    let spelled: Value = serde_json::from_str("{\"a\": 1.50}").unwrap();
    // The answer; text; structured content without and with an output schema.
    let cases: Vec<(Play, &str, Value, Value)> = vec![
        (json("{\"a\": 1.50}\n"), "{\"a\": 1.50}", spelled.clone(), spelled),
        (json("[1]"), "[1]", json!({"result": [1]}), json!({"result": [1]})),
        (json("{\"a\": "), "{\"a\": ", Value::Null, json!({"result": "{\"a\": "})),
        (json("\u{feff}{}"), "{}", json!({}), json!({})),
        (
            typed("application/hal+json; charset=iso-8859-1", b"\"\xfc\""),
            "\"ü\"",
            json!({"result": "ü"}),
            json!({"result": "ü"}),
        ),
        (answer("200 OK", zipped, gzip), "{\"zipped\": true}", json!({"zipped": true}), json!({"zipped": true})),
        (answer("200 OK", &[], "{\"s\": 1}"), "{\"s\": 1}", json!({"s": 1}), json!({"s": 1})),
        (answer("200 OK", &[], "plain"), "plain", Value::Null, json!({"result": "plain"})),
        (answer("200 OK", &[], b"\xff\0"), "(bytes)", Value::Null, null.clone()),
        (typed("text/plain", "Grüße"), "Grüße", Value::Null, json!({"result": "Grüße"})),
        (typed("image/png", "x"), "(bytes)", Value::Null, null.clone()),
        (typed("application/pdf; charset=utf-8", b"\xff"), "(bytes)", Value::Null, null.clone()),
        (
            answer("204 No Content", &[], ""),
            "The API answered with no content (204 No Content).",
            Value::Null,
            null.clone(),
        ),
        (
            answer("201 Made It", &[("Location", "http://h/pets/7")], ""),
            "The API answered with no content (201 Made It).|[location: /pets/7]",
            Value::Null,
            null.clone(),
        ),
        (
            answer(
                "200 OK",
                &[
                    ("Content-Type", "application/json"),
                    ("Link", "<http://h/r?page=2>; rel=next"),
                    ("X-Total-Count", "9"),
                ],
                "[]",
            ),
            "[]|[next page: /r?page=2; total: 9]",
            json!({"result": []}),
            json!({"result": []}),
        ),
        (
            typed("text/event-stream", "data: one\n\ndata: {\"n\":2}\n\n"),
            "one\n{\"n\":2}",
            Value::Null,
            json!({"result": ["one", {"n": 2}]}),
        ),
        (
            typed("application/x-ndjson", "{\"n\":1}\n{\"n\":2}\n"),
            "{\"n\":1}\n{\"n\":2}",
            Value::Null,
            json!({"result": [{"n": 1}, {"n": 2}]}),
        ),
        (
            typed(
                "multipart/mixed; boundary=b",
                "--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b\r\nContent-Type: application/json\r\n\r\n[2]\r\n--b--",
            ),
            "one|[2]",
            Value::Null,
            json!({"result": ["one", [2]]}),
        ),
    ];
    for (play, wanted, plain, with_schema) in cases {
        let (_upstream, dispatch) = dispatch(vec![play.clone(), play]).await;
        for (tool, expected) in [("fetch", plain), ("fetch_typed", with_schema)] {
            let reply = call(&dispatch, tool, json!({})).await;
            assert_eq!((text(&reply).as_str(), reply.is_error), (wanted, false), "{tool}");
            assert_eq!(structured(&reply), expected, "{tool} {wanted}");
        }
    }
}

#[tokio::test]
async fn failures_are_told() {
    let whole = |status, body| answer(status, &[("Content-Type", "application/json")], body);
    let cases: Vec<(Play, &[&str])> = vec![
        (whole("404 Not Found", "{\"detail\":\"no such pet\"}"), &["404 Not Found", "{\"detail\":\"no such pet\"}"]),
        (whole("422 Bad Pet", "[]"), &["422 Bad Pet"]),
        (whole("599 ", ""), &["599."]),
        (answer("500 x", &[("Content-Type", "image/png")], b"\xff\0"), &["500 x", "(2 bytes of image/png)"]),
        (answer("429 Too Many Requests", &[("Retry-After", "17")], "slow"), &["Retry after 17 seconds.", "slow"]),
        (
            answer("503 Service Unavailable", &[("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT")], ""),
            &["Retry after Fri, 31 Dec"],
        ),
        (answer("301 Moved Permanently", &[], ""), &["301", "does not say where"]),
        (answer("304 Not Modified", &[], ""), &["304"]),
        (
            answer("302 Found", &[("Location", "http://ann:pw@other.example:99/x?api_key=1")], ""),
            &["302", "http://other.example:99/x,"],
        ),
        (answer("302 Found", &[("Location", "ftp://h/x")], ""), &["302", "ftp://h/x"]),
        (Play::Send(Vec::new()), &["fetch failed: the API closed the connection"]),
        (Play::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":".to_vec()), &["fetch failed"]),
        (Play::Send(b"HTTP/1.1 418 Teapot\r\nContent-Length: 9\r\n\r\nshort".to_vec()), &["418 Teapot"]),
        (Play::Send(b"SSH-2.0-OpenSSH\r\n".to_vec()), &["fetch failed: the API's answer could not be read"]),
        (answer("200 OK", &[("Content-Encoding", "gzip")], "no gzip"), &["fetch failed", "damaged"]),
        (json(&format!("\"{}\"", "a".repeat(1000))), &["limit of 1000 bytes", "has 1002 bytes", "limit, pageSize"]),
        (typed("image/png", [0; 1001]), &["limit of 1000 bytes"]),
    ];
    for (play, expected) in cases {
        let (_upstream, dispatch) = dispatch(vec![play]).await;
        let reply = call(&dispatch, "fetch", json!({})).await;
        let told = text(&reply);
        assert!(reply.is_error, "{told}");
        for part in expected {
            assert!(told.contains(part), "{part:?} in {told:?}");
        }
        for inner in ["api_key", "hyper", "reqwest", "127.0.0.1"] {
            assert!(!told.contains(inner), "{inner:?} in {told:?}");
        }
    }
}

#[tokio::test]
async fn a_refused_connection_is_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let cases = [
        (format!("http://{address}"), "refused the connection"),
        ("http://name.invalid".to_owned(), "name of the API's host"),
    ];
    for (base_url, expected) in cases {
        let client = Client::new(options()).unwrap();
        let dispatch = Dispatch::new(Arc::new(catalog(&base_url)), client, Credentials::default());
        let told = text(&call(&dispatch, "fetch", json!({})).await);
        assert!(told.contains(expected), "{told}");
    }
}

#[tokio::test]
async fn tls_failures_are_told() {
    let upstream = Upstream::start(vec![Play::Send(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())]).await;
    let base_url = format!("https://{}", upstream.address);
    let dispatch = Dispatch::new(Arc::new(catalog(&base_url)), Client::new(options()).unwrap(), Credentials::default());
    let told = text(&call(&dispatch, "fetch", json!({})).await);
    assert!(told.contains("TLS"), "{told}");
}

#[tokio::test]
async fn texts_over_the_limit_are_cut_between_characters() {
    let (_upstream, dispatch) = dispatch(vec![typed("text/plain", format!("a{}", "ü".repeat(600)))]).await;
    let reply = call(&dispatch, "fetch", json!({})).await;
    assert!(!reply.is_error);
    let told = text(&reply);
    assert!(told.starts_with(&format!("a{}\n[Cut here.", "ü".repeat(499))), "{told}");
}

#[tokio::test]
async fn bombs_are_measured_unpacked() {
    // A JSON string of 100,000 letters.
    let bomb: [u8; 135] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 177, 0, 0, 0, 0, 2, 48, 151, 204, 242, 151, 72, 163, 99, 91, 10, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 220, 202, 0, 82, 107, 89, 64, 162, 134, 1, 0,
    ];
    let headers = &[("Content-Type", "application/json"), ("Content-Encoding", "gzip")];
    let (_upstream, dispatch) = dispatch(vec![answer("200 OK", headers, bomb)]).await;
    let told = text(&call(&dispatch, "fetch", json!({})).await);
    assert!(told.contains("limit of 1000 bytes"), "{told}");
}

#[tokio::test]
async fn requests_go_out_as_they_were_written() {
    let cases = [
        (
            "fetch",
            json!({"q": "a b&c=d'+é|{}[]%2e/..?#", "limit": "5"}),
            "GET /base/r?limit=5&q=a%20b%26c%3Dd%27%2B%C3%A9%7C%7B%7D%5B%5D%252e%2F..%3F%23 HTTP/1.1",
        ),
        ("get_pet", json!({"id": 9_007_199_254_740_993_i64}), "GET /base/pets/9007199254740993 HTTP/1.1"),
        ("send", json!({"body": "x"}), "POST /base/send HTTP/1.1"),
        ("look", json!({}), "HEAD /base/r HTTP/1.1"),
    ];
    for (tool, arguments, expected) in cases {
        let (upstream, dispatch) = dispatch(vec![answer("204 No Content", &[], "")]).await;
        call(&dispatch, tool, arguments).await;
        assert_eq!(upstream.lines(), [expected]);
        let request = upstream.requests().remove(0).to_ascii_lowercase();
        assert!(!request.contains("referer") && request.contains("user-agent: mcpgen/"), "{request}");
    }
}

#[tokio::test]
async fn redirects_are_followed_within_the_origin_for_reads_only() {
    let moved = |to: &str| answer("302 Found", &[("Location", to)], "");
    let (upstream, dispatch) = dispatch(vec![moved("/moved?a=1"), moved("x/../y"), json("{\"m\":1}")]).await;
    let reply = call(&dispatch, "token", json!({})).await;
    assert_eq!(structured(&reply), json!({"m": 1}));
    assert_eq!(upstream.lines(), ["GET /base/token HTTP/1.1", "GET /moved?a=1 HTTP/1.1", "GET /y HTTP/1.1"]);
    assert!(
        upstream.requests().iter().all(|request| request.contains("Bearer t-secret") || request.contains("bearer"))
    );

    let (upstream, dispatch) = self::dispatch(vec![moved("/moved")]).await;
    let reply = call(&dispatch, "send", json!({"body": "x"})).await;
    assert!(reply.is_error && text(&reply).contains("302") && text(&reply).contains("/moved"), "{}", text(&reply));
    assert_eq!(upstream.lines().len(), 1);

    let other = Upstream::start(vec![json("{}")]).await;
    let (_upstream, dispatch) = self::dispatch(vec![moved(&format!("http://{}/x", other.address))]).await;
    let reply = call(&dispatch, "token", json!({})).await;
    assert!(reply.is_error && text(&reply).contains(&other.address.to_string()), "{}", text(&reply));
    assert!(other.requests().is_empty());

    let (upstream, dispatch) = self::dispatch(vec![moved("/r"); 20]).await;
    let reply = call(&dispatch, "fetch", json!({})).await;
    assert!(reply.is_error && text(&reply).contains("more than 10"), "{}", text(&reply));
    assert_eq!(upstream.lines().len(), 11);
}

#[tokio::test]
async fn credentials_stand_where_the_scheme_says() {
    let cases: [(&str, Value, &[&str], &[&str]); 7] = [
        ("key", json!({}), &["get /base/key?api_key=k%26y-secret http"], &["authorization"]),
        ("sid", json!({"theme": "dark"}), &["cookie: theme=dark; sid=c%3bsecret\r\n"], &["authorization"]),
        (
            "both",
            json!({}),
            &["x-key: h-secret\r\n", "authorization: basic yw5uonbhonnzlxnly3jlda==\r\n"],
            &["api_key"],
        ),
        ("token", json!({}), &["authorization: bearer t-secret\r\n"], &["x-key"]),
        ("custom", json!({}), &["authorization: hoba result=secret\r\n"], &["x-key"]),
        ("flow", json!({}), &["get /base/flow http"], &["secret"]),
        ("fetch", json!({}), &["get /base/r http"], &["secret"]),
    ];
    for (tool, arguments, present, absent) in cases {
        let (upstream, dispatch) = dispatch(vec![json("{}")]).await;
        call(&dispatch, tool, arguments).await;
        let request = upstream.requests().remove(0).to_ascii_lowercase();
        for part in present {
            assert!(request.contains(part), "{part:?} in {request:?}");
        }
        for part in absent {
            assert!(!request.contains(part), "{part:?} in {request:?}");
        }
    }
}

#[tokio::test]
async fn what_to_configure_is_told() {
    let cases = [
        ("token", false, "MCPGEN_AUTH_TOKEN"),
        ("both", false, "MCPGEN_AUTH_LOGIN (security scheme login), or sets MCPGEN_AUTH_HEAD_KEY"),
        ("flow", false, "MCPGEN_AUTH_FLOW"),
    ];
    for (tool, credentials, expected) in cases {
        let (_upstream, dispatch) = with(vec![answer("401 Unauthorized", &[], "who?")], options(), credentials).await;
        let told = text(&call(&dispatch, tool, json!({})).await);
        assert!(told.contains("401") && told.contains("who?") && told.contains(expected), "{told}");
    }
    let echo = "your key k&y-secret (k%26y-secret) is wrong";
    let (_upstream, dispatch) = dispatch(vec![answer("403 Forbidden", &[], echo)]).await;
    let told = text(&call(&dispatch, "key", json!({})).await);
    assert!(told.contains("your key [credential] ([credential]) is wrong") && !told.contains("MCPGEN_AUTH"), "{told}");
}

#[tokio::test]
async fn headers_win_over_arguments_and_secrets_stay_at_home() {
    let upstream = Upstream::start(vec![json("{}"), json("{}")]).await;
    let here = format!("http://127.0.0.1:{}", upstream.address.port());
    let header = |name: &'static str, value: &'static str| {
        crate::client::Header::fixed(http::HeaderName::from_static(name), http::HeaderValue::from_static(value))
    };
    let headers = vec![
        header("x-tenant", "zoo"),
        header("x-secret", "hush"),
        header("accept", "text/x"),
        header("authorization", "mine"),
    ];
    let catalog = catalog(&here);
    let mut credentials = Credentials::default();
    credentials.insert("token", &catalog.security_schemes["token"], "t-secret").unwrap();
    assert_eq!(credentials.report(&catalog).elsewhere, ["elsewhere"]);
    let client = Client::new(ClientOptions { headers, ..options() }).unwrap();
    let dispatch = Dispatch::new(Arc::new(catalog), client, credentials);
    for tool in ["token", "elsewhere"] {
        call(&dispatch, tool, json!({})).await;
    }
    let requests: Vec<String> = upstream.requests().iter().map(|request| request.to_ascii_lowercase()).collect();
    let cases = [
        ("x-tenant: zoo", [true, true]),
        ("accept: text/x", [true, true]),
        ("x-secret: hush", [true, false]),
        ("authorization: bearer t-secret", [true, false]),
        ("authorization: mine", [false, false]),
    ];
    for (part, expected) in cases {
        assert_eq!([requests[0].contains(part), requests[1].contains(part)], expected, "{part} in {requests:?}");
    }
}

#[tokio::test]
async fn a_head_tells_its_headers() {
    let headers = [("Content-Type", "text/css"), ("X-Total", "3"), ("Set-Cookie", "a=b"), ("Content-Encoding", "gzip")];
    let play = Play::Send(head("200 OK", &headers));
    let (_upstream, dispatch) = dispatch(vec![play.clone(), play]).await;
    let reply = call(&dispatch, "look", json!({})).await;
    assert_eq!(text(&reply), "200 OK\ncontent-type: text/css\nx-total: 3");
    let reply = call(&dispatch, "look_typed", json!({})).await;
    assert_eq!(structured(&reply), json!({"result": null}));
}

#[derive(Default)]
struct Heard(Mutex<Vec<(u64, String)>>);

impl Progress for Heard {
    fn report<'a>(&'a self, count: u64, message: &'a str) -> BoxFuture<'a, ()> {
        async move { self.0.lock().unwrap().push((count, message.to_owned())) }.boxed()
    }
}

#[tokio::test]
async fn streams_report_and_end() {
    let stream = |rest: &str| [&head("200 OK", &[("Content-Type", "text/event-stream")])[..], rest.as_bytes()].concat();
    let cases = [
        (Play::Send(stream("data: one\n\ndata: two\n\n")), "one\ntwo"),
        (
            Play::Stall(stream("data: one\n\ndata: two\n\n")),
            "one\ntwo\n[Listening stopped after 0.2 s; there may be more.]",
        ),
        (
            Play::Send(stream(&format!("data: one\n\ndata: two\n\n:{}", "x".repeat(2000)))),
            "one\ntwo\n[Listening stopped at the limit of 1000 bytes; there may be more.]",
        ),
    ];
    for (play, expected) in cases {
        let (_upstream, dispatch) = dispatch(vec![play]).await;
        let heard = Arc::new(Heard::default());
        let reply = dispatch.call("fetch", None, Some(heard.clone())).await.unwrap();
        assert_eq!((text(&reply).as_str(), reply.is_error), (expected, false));
        assert_eq!(*heard.0.lock().unwrap(), [(1, "one".to_owned()), (2, "two".to_owned())]);
    }
}

#[tokio::test]
async fn slow_answers_time_out() {
    let begun = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec();
    for play in [Play::Stall(Vec::new()), Play::Stall(begun)] {
        let options = ClientOptions { timeout: Duration::from_millis(100), ..options() };
        let (_upstream, dispatch) = with(vec![play], options, true).await;
        let told = text(&call(&dispatch, "fetch", json!({})).await);
        assert_eq!(told, "fetch failed: the API did not answer within 100 ms.");
    }
}

#[tokio::test]
async fn a_dropped_call_drops_its_request() {
    let (mut upstream, dispatch) = dispatch(vec![Play::Stall(Vec::new())]).await;
    let call: std::pin::Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(dispatch.call("fetch", None, None));
    tokio::select! {
        _ = call => panic!("nothing answers"),
        () = upstream.reached() => {}
    }
    upstream.closed().await;
}

#[tokio::test]
async fn wrong_calls_send_nothing() {
    let (upstream, dispatch) = dispatch(vec![json("{}")]).await;
    let reply = call(&dispatch, "fetch", json!({"limit": "many", "lmit": 1})).await;
    assert!(reply.is_error && text(&reply).contains("limit") && text(&reply).contains("lmit"), "{}", text(&reply));
    let raw = RawValue::from_string("[]".to_owned()).unwrap();
    assert!(matches!(dispatch.call("fetch", Some(&raw), None).await, Err(DispatchError::InvalidParams(_))));
    let unknown = dispatch.call("fetsh", None, None).await;
    assert_eq!(
        unknown,
        Err(DispatchError::UnknownTool { name: "fetsh".to_owned(), nearest: vec!["fetch".to_owned()] })
    );
    assert!(upstream.requests().is_empty());
}

#[tokio::test]
async fn reads_give_contents() {
    let page = || json("{\"a\": 1}");
    let cases: Vec<(&str, Play, &str, Contents)> = vec![
        ("api://zoo/pets/me", page(), "/pets/me", contents(Some("application/json"), "{\"a\": 1}")),
        ("API://zoo/p%65ts/me", page(), "/pets/me", contents(Some("application/json"), "{\"a\": 1}")),
        (
            "api://zoo/pets/%34?tags=a&tags=b%2Cc&q=x,y",
            page(),
            "/pets/4?tags=a&tags=b%2Cc&q=x%2Cy",
            contents(Some("application/json"), "{\"a\": 1}"),
        ),
        ("api://zoo/pets/4?full=true", answer("204 No Content", &[], ""), "/pets/4?full=true", contents(None, "")),
        (
            "api://zoo/pets/4",
            typed("text/plain; charset=latin1", b"\xfc"),
            "/pets/4",
            contents(Some("text/plain; charset=latin1"), "ü"),
        ),
        ("api://zoo/pets/4", answer("200 OK", &[], "[]"), "/pets/4", contents(Some("application/json"), "[]")),
        (
            "api://zoo/pets/4",
            typed("text/event-stream", "event: a\ndata: b\n\n"),
            "/pets/4",
            contents(Some("text/event-stream"), "event: a\ndata: b\n\n"),
        ),
    ];
    for (uri, play, target, expected) in cases {
        let (upstream, dispatch) = dispatch(vec![play]).await;
        let got = dispatch.read(uri).await.unwrap();
        assert_eq!(got, [Contents { uri: uri.to_owned(), ..expected }]);
        assert_eq!(upstream.lines(), [format!("GET /base{target} HTTP/1.1")]);
    }
    let (_upstream, dispatch) = dispatch(vec![typed("image/png", "x")]).await;
    let got = dispatch.read("api://zoo/pets/me").await.unwrap();
    assert_eq!(got[0].body, ContentsBody::Blob("x".into()));
}

fn contents(mime_type: Option<&str>, text: &str) -> Contents {
    Contents { uri: String::new(), mime_type: mime_type.map(str::to_owned), body: ContentsBody::Text(text.to_owned()) }
}

#[tokio::test]
async fn refused_reads_are_errors() {
    for uri in
        ["api://zoo/none", "file:///etc/passwd", "api://zoo/pets/1/x", "api://zoo/pets/1?z=1", "", "api://other/pets/1"]
    {
        let (upstream, dispatch) = dispatch(vec![json("{}")]).await;
        assert_eq!(dispatch.read(uri).await, Err(DispatchError::UnknownResource { uri: uri.to_owned() }));
        assert!(upstream.requests().is_empty());
    }
    for (uri, name) in
        [("api://zoo/pets/first", "id"), ("api://zoo/pets/1?kind=dog", "kind"), ("api://zoo/pets/1?full=1", "full")]
    {
        let (upstream, dispatch) = dispatch(vec![json("{}")]).await;
        let Err(DispatchError::InvalidParams(message)) = dispatch.read(uri).await else { panic!("{uri}") };
        assert!(message.contains(name), "{message}");
        assert!(upstream.requests().is_empty());
    }
    let cases = [
        (answer("404 Not Found", &[], "{\"detail\":\"gone\"}"), Some(404), Some(json!({"detail": "gone"}))),
        (answer("500 x", &[], "boom"), Some(500), Some(json!("boom"))),
        (answer("302 Found", &[("Location", "http://h/x")], ""), Some(302), Some(json!(""))),
        (Play::Send(Vec::new()), None, None),
        (json(&format!("[{}1]", "1,".repeat(600))), Some(200), None),
    ];
    for (play, wanted, wanted_body) in cases {
        let (_upstream, dispatch) = dispatch(vec![play]).await;
        let Err(DispatchError::Upstream { status, body, .. }) = dispatch.read("api://zoo/pets/me").await else {
            panic!("{wanted:?}")
        };
        assert_eq!((status, body), (wanted, wanted_body));
    }
}

#[tokio::test]
async fn listed_values_complete() {
    let (_upstream, dispatch) = dispatch(Vec::new()).await;
    let template = "api://zoo/pets/{id}{?tags*,q,kind,full}";
    let cases: [(&str, &str, &str, &[&str]); 6] = [
        (template, "kind", "", &["cat", "cow", "1"]),
        (template, "kind", "co", &["cow"]),
        (template, "full", "t", &["true"]),
        (template, "q", "", &[]),
        (template, "none", "", &[]),
        ("api://zoo/none", "kind", "", &[]),
    ];
    for (template, variable, prefix, expected) in cases {
        assert_eq!(dispatch.complete(template, variable, prefix), expected, "{variable} {prefix}");
    }
}
