//! Credentials reach the upstream and nothing else.

use mcpgen_tests::{Answer, Mcpgen, Upstream, client::content_text, fixture, rpc::hello};
use serde_json::json;

const KEY: &str = "key-5f2b9c71";
const TENANT: &str = "tenant-77ab01";

#[tokio::test]
async fn no_secret_is_logged_or_shown() {
    for format in ["text", "json"] {
        let upstream = Upstream::start().await;
        let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream)
            .with(["--map", "tools", "--log-level", "trace", "--log-format", format])
            .with(["--header", "X-Tenant=env:TENANT_KEY"])
            .env("MCPGEN_AUTH_LIBRARY_KEY", KEY)
            .env("TENANT_KEY", TENANT)
            .stdio();
        let mut rpc = server.rpc();
        let mut seen = vec![rpc.ask("initialize", hello("2025-11-25")).await];
        rpc.tell("notifications/initialized").await;
        seen.push(rpc.ask("tools/list", json!({})).await);
        upstream.answer(Answer::json(&json!({"error": "no"})).with_status(401));
        upstream.answer(Answer::json(&json!([])));
        upstream.answer(Answer::dropped());
        for _ in 0..3 {
            let answer = rpc.ask("tools/call", json!({"name": "listBooks", "arguments": {}})).await;
            assert!(!content_text(&answer["result"]).is_empty(), "{answer}");
            seen.push(answer);
        }
        let request = upstream.request(0).await;
        assert_eq!(request.header("x-library-key").as_deref(), Some(KEY));
        assert_eq!(request.header("x-tenant").as_deref(), Some(TENANT));

        rpc.ask("tools/call", json!({"name": "openingHours", "arguments": {}})).await;
        let open = upstream.requests().pop().expect("a request");
        assert_eq!(open.target(), "GET /opening-hours");
        assert_eq!(open.header("x-library-key"), None, "this operation needs no credential");
        assert_eq!(open.header("x-tenant").as_deref(), Some(TENANT));

        seen.extend(rpc.close().await);
        let (status, stderr) = server.end().await;
        assert_eq!(status.code(), Some(0), "{stderr}");
        assert!(!stderr.is_empty(), "at this level something is logged");
        if format == "json" {
            let odd: Vec<_> = stderr.lines().filter(|line| !line.starts_with('{') || !line.ends_with('}')).collect();
            assert!(odd.is_empty(), "not JSON: {odd:?}");
        }
        let shown = serde_json::Value::Array(seen).to_string();
        for secret in [KEY, TENANT] {
            assert!(!stderr.contains(secret), "{secret} was logged:\n{stderr}");
            assert!(!shown.contains(secret), "{secret} was shown:\n{shown}");
        }
        assert!(
            !shown.to_ascii_lowercase().contains("x-library-key"),
            "the credential's header is an argument:\n{shown}"
        );
    }
}

#[tokio::test]
async fn what_the_client_sent_to_this_server_stays_here() {
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).http().await;
    let rpc = server.rpc();
    let params =
        json!({"name": "removeBook", "arguments": {"bookId": 7}, "_meta": mcpgen_tests::rpc::meta("2026-07-28")});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let request = rpc.post(&message).header("mcp-protocol-version", "2026-07-28").header("mcp-method", "tools/call");
    let request = request.header("mcp-name", "removeBook").header("authorization", "Bearer inbound");
    let answer = rpc.send(request.header("cookie", "inbound=1").header("x-library-key", "inbound")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let request = upstream.request(0).await;
    for name in ["authorization", "cookie", "x-library-key"] {
        assert_eq!(request.header(name), None, "{name}");
    }
}

/// A secret for each place that takes one; every one of them holds this.
const MARK: &str = "zq7x";

/// What is never told: each secret as it is, and as it is spelt in requests.
fn secrets() -> Vec<String> {
    let secrets = [
        "head", "ask", "crumb", "word", "token", "seal", "client", "access", "renewed", "refresh", "rotated", "flag",
        "spec", "config",
    ];
    let secrets = secrets.map(secret);
    let pairs = [format!("u-word:{}", secret("word")), format!("app:{}", secret("client"))];
    let encoded = pairs.map(|pair| base64_of(&pair));
    secrets.into_iter().chain(encoded).chain(["BEGIN".to_owned(), "PRIVATE KEY".to_owned()]).collect()
}

fn secret(place: &str) -> String {
    format!("{MARK}-{place}-{MARK}")
}

/// The way of `Authorization: Basic`, checked against the upstream below.
fn base64_of(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |chunk: &[u8], index: usize| {
        let bits = chunk.iter().chain([0; 3].iter()).take(3).fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        if index <= chunk.len() { char::from(DIGITS[(bits >> (18 - 6 * index) & 63) as usize]) } else { '=' }
    };
    text.as_bytes().chunks(3).flat_map(|chunk| (0..4).map(move |index| digit(chunk, index))).collect()
}

fn places() -> serde_json::Value {
    let schemes = ["head", "ask", "crumb", "login", "token", "seal", "grant", "renew"];
    let paths: serde_json::Map<_, _> = schemes
        .iter()
        .map(|name| {
            let operation =
                json!({"operationId": name, "security": [{*name: []}], "responses": {"200": {"description": "x"}}});
            (format!("/{name}"), json!({"get": operation}))
        })
        .collect();
    let key = |place: &str| json!({"type": "apiKey", "in": place, "name": "k"});
    let flow = json!({"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth", "scopes": {}}}});
    json!({
        "openapi": "3.1.0", "info": {"title": "Places", "version": "1"}, "paths": paths,
        "components": {"securitySchemes": {
            "head": key("header"), "ask": key("query"), "crumb": key("cookie"),
            "login": {"type": "http", "scheme": "basic"}, "token": {"type": "http", "scheme": "bearer"},
            "seal": {"type": "http", "scheme": "Seal"}, "grant": flow, "renew": flow, "cert": {"type": "mutualTLS"},
        }},
    })
}

/// The text of every file below a folder, and its path.
fn texts_below(folder: &std::path::Path) -> Vec<String> {
    let (mut folders, mut texts) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let bytes = std::fs::read(entry.path()).expect("a file");
                texts.push(format!("{}: {}", entry.path().display(), String::from_utf8_lossy(&bytes)));
            }
        }
    }
    assert!(texts.len() > 20, "a crate has more than {} files", texts.len());
    texts
}

/// What clients show to this server, and what a proxy is shown.
#[tokio::test]
async fn tokens_of_clients_and_passwords_of_proxies_stay_unknown() {
    let upstream = Upstream::start().await;
    let gone = Upstream::start().await.url();
    let proxies =
        [upstream.url(), gone].map(|url| url.replace("http://", &format!("http://proxy:{}@", secret("proxy"))));
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("mcpgen.yaml");
    std::fs::write(&config, "log_level: trace\nbearer_token: 'x${INBOUND}'\nproxy_env: true\nconfirm: destructive\n")
        .expect("a file");
    let mut told = Vec::new();
    for proxy in &proxies {
        let server = Mcpgen::new(["serve", &fixture("library.yaml"), "--base-url", "http://library.test"])
            .with(["--config", &config.to_string_lossy(), "--map", "tools", "--forward-header", "X-Sent-On"])
            .env("INBOUND", &secret("inbound"))
            .env("HTTP_PROXY", proxy)
            .env("http_proxy", proxy)
            .env("NO_PROXY", "")
            .env("MCPGEN_AUTH_LIBRARY_KEY", KEY)
            .http()
            .await;
        let rpc = server.rpc();
        let bearers = [format!("x{}", secret("inbound")), secret("wrong"), format!("x{}", secret("inbound"))];
        for (tool, bearer) in ["listBooks", "listBooks", "removeBook"].into_iter().zip(bearers) {
            let mut meta = mcpgen_tests::rpc::meta("2026-07-28");
            meta["io.modelcontextprotocol/clientCapabilities"] = json!({"elicitation": {}});
            let arguments = if tool == "removeBook" { json!({"bookId": 7}) } else { json!({}) };
            let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                "params": {"name": tool, "arguments": arguments, "_meta": meta}});
            upstream.answer(Answer::json(&json!({"error": "who are you?"})).with_status(407));
            let request =
                rpc.post(&message).header("mcp-protocol-version", "2026-07-28").header("mcp-method", "tools/call");
            let request = request.header("mcp-name", tool).header("authorization", format!("Bearer {bearer}"));
            let answer = rpc.send(request.header("x-sent-on", secret("on")).header("cookie", secret("cookie"))).await;
            told.push(format!("{:?} {}", answer.headers, answer.body));
        }
        let (status, stderr) = server.terminate().await;
        assert_eq!(status.code(), Some(0), "{stderr}");
        told.push(stderr);
    }
    let seen = upstream.requests();
    let basic = format!("Basic {}", base64_of(&format!("proxy:{}", secret("proxy"))));
    assert_eq!(seen[0].header("proxy-authorization").as_deref(), Some(&*basic), "the proxy knows who comes");
    assert_eq!(seen[0].header("x-sent-on"), Some(secret("on")));
    let sent = format!("{seen:?}");
    for stays in ["inbound", "wrong", "cookie"] {
        assert!(!sent.contains(&secret(stays)), "{stays} was sent on");
    }
    let told = told.join("\n");
    let mut unknown = ["inbound", "wrong", "cookie", "proxy", "on"].map(secret).to_vec();
    unknown.extend([base64_of(&format!("proxy:{}", secret("proxy"))), KEY.to_owned()]);
    let leaked: Vec<_> = unknown.into_iter().filter(|secret| told.contains(secret.as_str())).collect();
    assert!(leaked.is_empty(), "{leaked:?} in\n{told}");
}

#[tokio::test]
async fn no_place_of_a_secret_leaks_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = mcpgen_tests::tls::Authority::new().identity("client.example");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file can be written");
        path.to_string_lossy().into_owned()
    };
    let pem = file("client.pem", &format!("{}{}", identity.certificate, identity.key));
    let key = file("key", &secret("head"));
    let upstream = Upstream::start().await;
    let description = upstream.url() + "/places.json";
    let settings = json!({
        "map": "tools", "log_level": "trace", "base_url": upstream.url(), "client_cert": pem,
        "spec_header": {"X-Spec-Key": "env:SPEC"}, "header": {"X-Flag-Token": "a ${FLAG}"},
        "auth": {"head": format!("file:{key}"), "seal": "Seal ${SEAL}", "grant": "app:${CLIENT}", "renew": "app:${CLIENT}"},
        "auth_refresh_token": {"renew": "env:REFRESH"},
    });
    let config = file("mcpgen.json", &settings.to_string());
    let mcpgen = |command: &str| {
        Mcpgen::new([command, &description, "--config", &config])
            .env("MCPGEN_AUTH_ASK", &secret("ask"))
            .env("MCPGEN_AUTH_CRUMB", &secret("crumb"))
            .env("MCPGEN_AUTH_LOGIN", &format!("u-word:{}", secret("word")))
            .env("MCPGEN_AUTH_TOKEN", &secret("token"))
            .env("SEAL", &secret("seal"))
            .env("CLIENT", &secret("client"))
            .env("REFRESH", &secret("refresh"))
            .env("FLAG", &secret("flag"))
            .env("SPEC", &secret("spec"))
    };
    let mut told = Vec::new();
    for format in ["text", "json", "mcp"] {
        upstream.answer(Answer::json(&places()));
        let finished = mcpgen("inspect").with(["--format", format]).run("").await;
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        told.extend([finished.stdout, finished.stderr]);
    }
    let written = folder.path().join("crate");
    let out = written.to_string_lossy().into_owned();
    let commands: [(&str, &[&str]); 5] = [
        ("check", &[]),
        ("check", &["--format", "json"]),
        ("compile", &["-o", "-"]),
        ("openapi", &["--out", &out]),
        ("openapi", &["--out", &out, "--check"]),
    ];
    for (command, flags) in commands {
        upstream.answer(Answer::json(&places()));
        let finished = mcpgen(command).with(flags).run("").await;
        assert_eq!(finished.code, Some(0), "{command}: {}", finished.stderr);
        told.extend([finished.stdout, finished.stderr]);
    }
    told.extend(texts_below(&written));
    for tool in ["head", "ask", "crumb", "login", "token", "seal", "grant", "renew"] {
        upstream.answer(Answer::json(&places()));
        let finished = Mcpgen::new(["call", &description, tool, "--config", &config, "--dry-run"])
            .env("MCPGEN_AUTH_ASK", &secret("ask"))
            .env("MCPGEN_AUTH_CRUMB", &secret("crumb"))
            .env("MCPGEN_AUTH_LOGIN", &format!("u-word:{}", secret("word")))
            .env("MCPGEN_AUTH_TOKEN", &secret("token"))
            .env("SEAL", &secret("seal"))
            .env("CLIENT", &secret("client"))
            .env("REFRESH", &secret("refresh"))
            .env("FLAG", &secret("flag"))
            .env("SPEC", &secret("spec"))
            .run("")
            .await;
        assert_eq!(finished.code, Some(0), "{tool}: {}", finished.stderr);
        told.extend([finished.stdout, finished.stderr]);
    }
    let by_file = file("bad.json", &json!({"base_url": format!("https://u:{}@a.test", secret("config"))}).to_string());
    let written = [
        ["--config", &by_file],
        ["--auth", &format!("token={}", secret("config"))],
        ["--header", &format!("X={}", secret("config"))],
        ["--base-url", &format!("https://u:{}@a.test", secret("config"))],
        ["--auth-token-url", &format!("grant=https://u:{}@a.test", secret("config"))],
    ];
    let local = file("places.json", &places().to_string());
    for flags in written {
        let finished = Mcpgen::new(["serve", &local, "--base-url", "https://a.test"]).with(flags).run("").await;
        assert_eq!(finished.code, Some(2), "{}", finished.stderr);
        told.push(finished.stderr);
    }

    upstream.answer(Answer::json(&places()));
    let mut server = mcpgen("serve").stdio();
    let mut rpc = server.rpc();
    told.push(rpc.ask("initialize", hello("2025-11-25")).await.to_string());
    rpc.tell("notifications/initialized").await;
    told.push(rpc.ask("tools/list", json!({})).await.to_string());
    let before = upstream.requests().len();
    // An API, and a token endpoint, that repeat everything that they are told.
    let pairs = [format!("u-word:{}", secret("word")), format!("app:{}", secret("client"))];
    let known = ["head", "ask", "crumb", "word", "token", "seal", "client", "refresh", "flag"].map(secret);
    let known: Vec<_> = known.into_iter().chain(pairs.iter().map(|pair| base64_of(pair))).collect();
    let echo = |further: &str| Answer::json(&json!({"error": format!("{} {}", known.join(" "), secret(further))}));
    let token =
        |place: &str| json!({"access_token": secret(place), "expires_in": 3600, "refresh_token": secret("rotated")});
    for tool in ["head", "ask", "crumb", "login", "token", "seal", "grant", "renew"] {
        let by_token = matches!(tool, "grant" | "renew");
        let mut scripts = vec![
            vec![Answer::dropped(), Answer::dropped()],
            vec![Answer::status(302).header("location", "https://a.test/x")],
        ];
        if by_token {
            scripts[0] = vec![echo("head").with_status(400)];
            scripts[1] = vec![
                Answer::json(&token("access")),
                echo("access").with_status(401),
                Answer::json(&token("renewed")),
                echo("renewed").with_status(403),
            ];
        } else {
            scripts.push(vec![echo("head").with_status(401)]);
        }
        for script in scripts {
            // Every answer of a script is taken, or the next call would get it.
            for answer in script {
                upstream.answer(answer);
            }
            let answer = rpc.ask("tools/call", json!({"name": tool, "arguments": {}})).await;
            assert!(answer["result"]["isError"] == true, "{tool}: {answer}");
            told.push(answer.to_string());
            while upstream.pending() > 0 {
                told.push(rpc.ask("tools/call", json!({"name": tool, "arguments": {}})).await.to_string());
            }
        }
    }
    told.extend(rpc.close().await.iter().map(ToString::to_string));
    let (status, stderr) = server.end().await;
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("TRACE") || stderr.contains("DEBUG"), "at this level something is logged:\n{stderr}");
    told.push(stderr);

    // Every secret was in use.
    let sent = format!("{:?}", &upstream.requests()[before..]);
    for place in ["head", "ask", "crumb", "token", "seal", "access", "renewed", "refresh", "flag"] {
        assert!(sent.contains(&secret(place)), "{place} was not sent");
    }
    for pair in &pairs {
        assert!(sent.contains(&base64_of(pair)), "{pair} was not sent");
    }
    assert!(upstream.requests()[0].header("x-spec-key").is_some());
    let told = told.join("\n");
    let leaked: Vec<_> = secrets().into_iter().filter(|secret| told.contains(secret.as_str())).collect();
    assert!(leaked.is_empty(), "{leaked:?} in\n{told}");
}
