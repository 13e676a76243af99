//! Client certificates: shown to the API that asks for one, and to nobody else.

use std::path::{Path, PathBuf};

use mcpgen_tests::{
    Mcpgen, Upstream,
    client::content_text,
    soon,
    tls::{Authority, Identity, TlsFront},
};
use serde_json::json;
use tokio::process::Command;

/// A description whose operations need a certificate, need none, or stand on another origin.
fn described(folder: &Path, front: &TlsFront) -> String {
    let ok = json!({"200": {"description": "x"}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Vault", "version": "1"},
        "servers": [{"url": front.url()}],
        "paths": {
            "/sealed": {"get": {"operationId": "sealed", "security": [{"seal": []}], "responses": ok}},
            "/open": {"get": {"operationId": "open", "responses": ok}},
            "/elsewhere": {"get": {
                "operationId": "elsewhere", "security": [{"seal": []}], "servers": [{"url": front.other_url()}], "responses": ok,
            }},
        },
        "components": {"securitySchemes": {"seal": {"type": "mutualTLS"}}},
    });
    let path = folder.join("vault.json");
    std::fs::write(&path, document.to_string()).expect("a file can be written");
    text(&path)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn write(folder: &Path, name: &str, content: &str) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, content).expect("a file can be written");
    text(&path)
}

#[tokio::test]
async fn the_certificate_is_shown_where_it_may_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let authority = Authority::new();
    let Identity { certificate, key } = authority.identity("client.example");
    let ca = authority.file_in(folder);
    let both = write(folder, "both.pem", &format!("{certificate}{key}"));
    let (certificate_file, key_file) = (write(folder, "cert.pem", &certificate), write(folder, "key.pem", &key));
    let by_flags = ["--client-cert", &certificate_file, "--client-key", &key_file];
    let of_scheme = format!("seal=file:{both}");
    // The flags, and which of the calls show the certificate: `sealed`, `open`, `elsewhere`.
    let cases: [(&[&str], [bool; 3]); 4] = [
        (&by_flags, [true, true, false]),
        (&["--client-cert", &both], [true, true, false]),
        (&["--auth", &of_scheme], [true, false, false]),
        (&[], [false, false, false]),
    ];
    for (flags, expected) in cases {
        for (tool, expected) in ["sealed", "open", "elsewhere"].into_iter().zip(expected) {
            let upstream = Upstream::start().await;
            let front = TlsFront::start(&authority, &upstream).await;
            let description = described(folder, &front);
            let mut server =
                Mcpgen::new(["serve", &description, "--map", "tools", "--ca-file", &ca]).with(flags).stdio();
            let client = server.connect("2025-11-25").await;
            let result = client.call(tool, json!({})).await;
            assert_ne!(result["isError"], true, "{flags:?} {tool}: {}", content_text(&result));
            assert_eq!(front.shown(), [expected], "{flags:?} {tool}");
            client.close().await;
        }
    }
}

#[tokio::test]
async fn a_line_for_a_shell_shows_the_certificate_too() {
    if !Command::new("curl").arg("--version").output().await.is_ok_and(|curl| curl.status.success()) {
        eprintln!("skipped: there is no curl here");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let authority = Authority::new();
    let Identity { certificate, key } = authority.identity("client.example");
    let ca = authority.file_in(folder);
    let both = write(folder, "it's both.pem", &format!("{certificate}{key}"));
    let (certificate, key) = (write(folder, "cert.pem", &certificate), write(folder, "key.pem", &key));
    let of_scheme = format!("seal=file:{both}");
    let of_variable = ["--auth", "seal=env:SEAL"];
    // As in the test above; a certificate in a variable is put into a file by whoever runs the line.
    let cases: [(&[&str], [bool; 3]); 4] = [
        (&["--client-cert", &certificate, "--client-key", &key], [true, true, false]),
        (&["--auth", &of_scheme], [true, false, false]),
        (&of_variable, [true, false, false]),
        (&[], [false, false, false]),
    ];
    for (flags, expected) in cases {
        for (tool, expected) in ["sealed", "open", "elsewhere"].into_iter().zip(expected) {
            let upstream = Upstream::start().await;
            let front = TlsFront::start(&authority, &upstream).await;
            let description = described(folder, &front);
            let call = Mcpgen::new(["call", &description, tool, "--dry-run", "--ca-file", &ca]).with(flags);
            let pem = std::fs::read_to_string(&both).expect("it was written");
            let finished = call.env("SEAL", &pem).run("").await;
            assert_eq!(finished.code, Some(0), "{flags:?} {tool}: {}", finished.stderr);
            let line = finished.stdout.trim_end().lines().last().expect("a line").to_owned();
            let mut shell = Command::new("sh");
            shell.args(["-c", &line]).env("no_proxy", "*").kill_on_drop(true);
            // A line for files names them itself.
            if flags == of_variable {
                shell.env("CERTIFICATE_FILE", &both);
            }
            let output = soon("the shell ends", shell.output()).await.expect("a shell");
            assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(front.shown(), [expected], "{line}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_refused_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let authority = Authority::new();
    let (one, other) = (authority.identity("one.example"), authority.identity("other.example"));
    let upstream = Upstream::start().await;
    let front = TlsFront::start(&authority, &upstream).await;
    let description = described(folder, &front);
    let certificate = write(folder, "cert.pem", &one.certificate);
    let other_key = write(folder, "other.pem", &other.key);
    let junk = write(folder, "junk.pem", "s3cret");
    let missing = text(&folder.join("missing.pem"));
    let cases: [(&[&str], &str); 5] = [
        (&["--client-cert", &certificate], "expected PEM with a certificate and its private key"),
        (&["--client-cert", &certificate, "--client-key", &other_key], "expected PEM"),
        (&["--client-cert", &certificate, "--client-key", &junk], "expected PEM"),
        (&["--client-cert", &missing], "missing.pem cannot be read"),
        (&["--client-key", &other_key], "--client-cert"),
    ];
    for (flags, expected) in cases {
        let finished = Mcpgen::new(["serve", &description]).with(flags).run("").await;
        assert_eq!(finished.code, Some(2), "{flags:?}: {}", finished.stderr);
        assert!(finished.stderr.contains(expected), "{flags:?}: {}", finished.stderr);
        assert!(!finished.stderr.contains("s3cret") && !finished.stderr.contains("BEGIN"), "{}", finished.stderr);
    }
}
