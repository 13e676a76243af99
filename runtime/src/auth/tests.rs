//! Where credentials may go, what is hidden of them, and what options are refused.

use serde_json::json;

use super::*;

fn catalog() -> Catalog {
    let catalog = json!({
        "mcpgen_catalog": "1.0",
        "server": {"name": "zoo", "version": "1"},
        "base_url": {"url": "https://api.example.com/v1", "credentials": true},
        "security_schemes": {
            "key": {"type": "apiKey", "name": "X-Key", "in": "header"},
            "flow": {"type": "oauth2"},
            "sso": {"type": "oauth2"},
        },
        "schemas": [],
        "operations": [],
        "tools": [],
        "resources": [],
        "resource_templates": [],
    });
    Catalog::from_json(catalog.to_string().as_bytes()).unwrap()
}

fn base(url: &str, credentials: bool) -> BaseUrl {
    BaseUrl { url: url.to_owned(), credentials }
}

#[test]
fn credentials_go_to_the_apis_origin_only() {
    let home = "https://api.example.com/v1";
    let cases = [
        (Some((home, true)), None, true),
        (Some((home, false)), None, false),
        (None, None, false),
        (None, Some((home, true)), false),
        (Some((home, true)), Some(("https://api.example.com/v2", true)), true),
        (Some((home, true)), Some(("https://api.example.com/v2", false)), false),
        (Some((home, false)), Some(("https://api.example.com/v2", true)), false),
        (Some((home, false)), Some(("https://api.example.com/v2", false)), false),
        (Some((home, true)), Some(("https://evil.example.com/v1", true)), false),
        (Some((home, true)), Some(("http://api.example.com/v1", true)), false),
        (Some((home, true)), Some(("https://api.example.com:8443/v1", true)), false),
        (Some(("no url", true)), Some(("no url", true)), false),
    ];
    for (of_catalog, own, expected) in cases {
        let of_catalog = of_catalog.map(|(url, credentials)| base(url, credentials));
        let own = own.map(|(url, credentials)| base(url, credentials));
        let catalog = Catalog { base_url: of_catalog.clone(), ..catalog() };
        assert_eq!(may_go_to(&catalog, own.as_ref()), expected, "{of_catalog:?} {own:?}");
    }
}

#[test]
fn what_an_api_repeats_is_hidden() {
    let catalog = catalog();
    let cases = [
        ("s3cret word", "got s3cret word", "got [credential]"),
        ("s3cret word", "got s3cret%20word", "got [credential]"),
        ("s3cret word", "got czNjcmV0IHdvcmQ=", "got [credential]"),
        ("user:s3cret", "user user, password s3cret", "user user, password [credential]"),
        ("Token s3cret", "no token s3cret", "no token [credential]"),
        ("pa\"ss\\wörd", r#"{"got":"pa\"ss\\wörd"}"#, r#"{"got":"[credential]"}"#),
        ("pa\"ss\\wörd", r#"{"got":"pa\"ss\\w\u00f6rd"}"#, r#"{"got":"[credential]"}"#),
        ("key/🐈", r#"["key\/\ud83d\udc08"]"#, r#"["[credential]"]"#),
        // Too short to be told from other text.
        ("abc", "abc abcd", "abc abcd"),
        ("abcd", "abc abcd", "abc [credential]"),
        ("s3cret", "nothing of it", "nothing of it"),
    ];
    for (value, text, expected) in cases {
        let mut credentials = Credentials::default();
        credentials.insert("key", &catalog.security_schemes["key"], value).unwrap();
        assert_eq!(credentials.redact(text.to_owned()), expected, "{value}");
        assert!(!format!("{credentials:?}").contains(value));
    }
}

#[test]
fn what_is_cut_hides_the_beginning_of_a_credential_too() {
    let mut credentials = Credentials::default();
    credentials.insert("key", &catalog().security_schemes["key"], "plain key-123").unwrap();
    let cases = [
        ("you sent plain key-123", "you sent [credential]"),
        ("you sent plain key-12", "you sent [credential]"),
        ("you sent plain%20ke", "you sent [credential]"),
        ("you sent plai", "you sent [credential]"),
        ("you sent pla", "you sent pla"),
        ("plain key-123, plain key", "[credential], [credential]"),
        ("plain key, as said", "plain key, as said"),
        ("", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(credentials.redact_beginning(text.to_owned()), expected, "{text}");
    }
}

#[test]
fn settings_of_schemes_are_read() {
    let catalog = catalog();
    let load = |change: &dyn Fn(&mut CredentialOptions, String), text: &str| {
        let mut options = CredentialOptions::default();
        change(&mut options, text.to_owned());
        Credentials::load(&catalog, &options).map(drop).map_err(|error| error.to_string())
    };
    let token_url = |options: &mut CredentialOptions, text| options.token_urls.push(text);
    let client = |options: &mut CredentialOptions, text| options.client_auth.push(text);
    let parameter = |options: &mut CredentialOptions, text| options.token_parameters.push(text);
    let scope = |options: &mut CredentialOptions, text| options.scopes.push(text);
    let source = |options: &mut CredentialOptions, text| options.sources.push(text);
    let refresh = |options: &mut CredentialOptions, text| options.refresh_tokens.push(text);
    let cases: [(&dyn Fn(&mut CredentialOptions, String), &str, Option<&str>); 26] = [
        (&token_url, "flow=https://id.example.com/token", None),
        (&token_url, "flow=http://127.0.0.1:8080/token?a=b", None),
        (&token_url, "flow=https://user@id.example.com/token", Some("got \"flow=…\"")),
        (&token_url, "flow=https://:word@id.example.com/token", Some("got \"flow=…\"")),
        (&token_url, "flow=https://id.example.com/token#part", Some("got \"flow=…\"")),
        (&token_url, "flow=ftp://id.example.com/token", Some("absolute, of http or https")),
        (&token_url, "flow=/token", Some("got \"flow=…\"")),
        (&token_url, "https://id.example.com/token", Some("got \"…\"")),
        (
            &token_url,
            "key=https://id.example.com/token",
            Some("--auth-token-url: the security scheme \"key\" is none of"),
        ),
        (
            &token_url,
            "gone=https://id.example.com/token",
            Some("no security scheme \"gone\"; the description has key, flow, sso"),
        ),
        (&client, "flow=basic", None),
        (&client, "flow=body", None),
        (&client, "flow=header", Some("got \"flow=…\"")),
        (&client, "key=basic", Some("--auth-client: the security scheme \"key\" is none of")),
        (&parameter, "flow=audience=https://api.example.com", None),
        (&parameter, "flow==x", Some("got \"flow=…\"")),
        (&parameter, "flow=audience=", Some("got \"flow=…\"")),
        (&parameter, "flow=client_secret=s3cret", Some("got \"flow=…\"")),
        (&parameter, "flow=audience", Some("got \"flow=…\"")),
        (&parameter, "key=audience=x", Some("--auth-token-parameter: the security scheme \"key\" is none of")),
        (&scope, "flow=read write", None),
        (&scope, "key=read", Some("--auth-scope: the security scheme \"key\" is none of")),
        (&source, "key=s3cret", Some("--auth key")),
        (&source, "key=env:CARGO_PKG_NAME", None),
        (&refresh, "flow=env:CARGO_PKG_NAME", None),
        (&refresh, "key=env:CARGO_PKG_NAME", Some("--auth-refresh-token: the security scheme \"key\" is none of")),
    ];
    for (change, text, expected) in cases {
        match (load(change, text), expected) {
            (Ok(()), None) => {}
            (Err(error), Some(part)) => {
                assert!(error.contains(part), "{text}: {error}");
                assert!(!error.contains("s3cret"), "{error}");
            }
            (result, _) => panic!("{text}: {result:?}"),
        }
    }
}

#[test]
fn what_is_shown_has_stand_ins() {
    let catalog = catalog();
    for (value, plain) in [("aZ09-._~", true), ("a b", false), ("a/b", false), ("\u{e4}", false), ("a%20b", false)] {
        let mut credentials = Credentials::default();
        credentials.insert("key", &catalog.security_schemes["key"], value).unwrap();
        let (masked, stand_ins) = credentials.masked();
        let text = "__MCPGEN_AUTH_KEY__".to_owned();
        let variable = "MCPGEN_AUTH_KEY".to_owned();
        assert_eq!(stand_ins, [StandIn { text: text.clone(), variable, is_plain: plain }], "{value}");
        assert_eq!(masked.redact(format!("{text} {value}")), format!("[credential] {value}"));
    }
}

/// The catalog with a tool for each of these requirements, the last one with a server of its own.
fn catalog_of(securities: &[serde_json::Value]) -> Catalog {
    let mut catalog = serde_json::to_value(catalog()).unwrap();
    catalog["schemas"] = json!([{"schema": {"type": "object"}}]);
    for (index, security) in securities.iter().enumerate() {
        let (name, path) = (format!("t{index}"), format!("/{index}"));
        let mut operation = json!({"method": "GET", "path": path, "accept": "*/*", "input": 0, "security": security});
        if index + 1 == securities.len() {
            operation["base_url"] = json!({"url": "https://elsewhere.example.com", "credentials": true});
        }
        let tool = json!({"name": name, "description": "", "annotations": {}, "operation": index});
        catalog["operations"].as_array_mut().unwrap().push(operation);
        catalog["tools"].as_array_mut().unwrap().push(tool);
    }
    Catalog::from_json(catalog.to_string().as_bytes()).unwrap()
}

#[test]
fn what_lacks_credentials_is_told() {
    let securities = [
        json!([]),
        json!([{"key": []}]),
        json!([{"flow": ["read"]}]),
        json!([{"key": [], "sso": []}]),
        json!([{"flow": []}, {"key": []}]),
        json!([{}, {"flow": []}]),
        json!([{"key": []}]),
    ];
    let catalog = catalog_of(&securities);
    let mut configured = Credentials::default();
    configured.insert("key", &catalog.security_schemes["key"], "s3cret").unwrap();

    let help = "sets MCPGEN_AUTH_KEY (security scheme key), or sets MCPGEN_AUTH_FLOW (security scheme flow), or sets \
                MCPGEN_AUTH_SSO (security scheme sso)";
    assert_eq!(
        Credentials::default().report(&catalog).to_string(),
        format!(
            "configured: none; 5 operations go without credentials that they need: t1, t2, t3, t4, t6; whoever runs this server {help}"
        )
    );
    assert_eq!(
        configured.report(&catalog).to_string(),
        "configured: key; 2 operations go without credentials that they need: t2, t3; whoever runs this server sets \
         MCPGEN_AUTH_FLOW (security scheme flow), or sets MCPGEN_AUTH_SSO (security scheme sso); 1 operation goes \
         without credentials because their server is another one: t6"
    );
    let public = catalog_of(&[json!([]), json!([{}])]);
    assert_eq!(configured.report(&public).to_string(), "configured: key");

    let sets = |scheme: &str| {
        let variable = variable(scheme);
        format!("The server may lack a credential: its operator sets {variable} (security scheme {scheme}).")
    };
    let elsewhere = "Its credentials were not sent, since its server is not the one that they are for.".to_owned();
    let expected = [String::new(), String::new(), sets("flow"), sets("sso"), String::new(), sets("flow"), elsewhere];
    for (operation, expected) in catalog.operations.iter().zip(expected) {
        assert_eq!(configured.advice(&catalog, operation), expected, "{:?}", operation.security);
    }
}
