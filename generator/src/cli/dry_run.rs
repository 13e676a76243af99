//! `--dry-run`: the HTTP request as text, and as a line that a shell can run. No secret is in either: a variable, or the
//! file that holds it, stands in its place.

use std::{fmt::Write as _, path::PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue, Method, header};
use mcpgen_runtime::{auth::StandIn, client::Preview};

use super::flags;
use crate::shell::{escaped, quoted};

/// The longest body that stands in the words of a command; a longer one goes through a pipe.
const MOST_IN_WORDS: usize = 64 * 1024;

/// A text that stands for a secret in a request, and what to write there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Secret {
    /// What stands in the request.
    text: String,
    /// For people.
    shown: String,
    /// For a shell, inside double quotes.
    shell: String,
    /// The same in a URL or a cookie.
    shell_encoded: String,
}

impl Secret {
    /// A header's value, by the shell's words for the place where it stands.
    pub(super) fn of_header(text: &str, shell: String) -> Self {
        Self { text: text.to_owned(), shown: shell.clone(), shell_encoded: shell.clone(), shell }
    }

    /// A credential, and what `basic` makes of it.
    pub(super) fn of_credential(StandIn { text, variable, is_plain }: &StandIn) -> [Self; 2] {
        let shell = format!("${variable}");
        let print = format!("printf %s \"${variable}\"");
        // Every byte as a triplet is another spelling of the same value.
        let encoded = format!("$({print} | od -An -v -tx1 | tr -d '\\n' | tr ' ' %)");
        let base64 = format!("$({print} | base64 | tr -d '\\n')");
        let plain = Self {
            text: text.clone(),
            shown: shell.clone(),
            shell_encoded: if *is_plain { shell.clone() } else { encoded },
            shell,
        };
        let basic = Self {
            text: STANDARD.encode(text),
            shown: format!("(base64 of ${variable})"),
            shell: base64.clone(),
            shell_encoded: base64,
        };
        [plain, basic]
    }
}

/// The request as text, an empty line, and the line for a shell.
pub(super) fn show(request: &Preview, secrets: &[Secret], description: &flags::Description) -> String {
    format!("{}\n{}", text(request, secrets), curl(request, secrets, description))
}

fn text(request: &Preview, secrets: &[Secret]) -> String {
    let masked =
        |text: &str| secrets.iter().fold(text.to_owned(), |text, secret| text.replace(&secret.text, &secret.shown));
    let mut shown = format!("{} {}\n", request.method, masked(&request.url));
    for (name, value) in &request.headers {
        let text = String::from_utf8_lossy(value.as_bytes());
        let text = if value.is_sensitive() { masked(&text) } else { text.into_owned() };
        // Writing to a text does not fail.
        let _ = writeln!(shown, "{name}: {text}");
    }
    if let Some(body) = request.body.as_deref().filter(|body| !body.is_empty()) {
        let is_shown = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        match std::str::from_utf8(body) {
            Ok(text) if text.chars().all(is_shown) => {
                let _ = writeln!(shown, "\n{}", text.replace('\r', "").trim_end_matches('\n'));
            }
            _ => {
                let media_type =
                    request.headers.get(header::CONTENT_TYPE).map_or(b"bytes".as_slice(), HeaderValue::as_bytes);
                let _ = writeln!(shown, "\n({} bytes of {})", body.len(), String::from_utf8_lossy(media_type));
            }
        }
    }
    shown
}

/// A line for any POSIX shell that sends the same bytes.
fn curl(request: &Preview, secrets: &[Secret], description: &flags::Description) -> String {
    let mut words = vec!["curl".to_owned()];
    match request.method {
        Method::HEAD => words.push("--head".to_owned()),
        ref method => words.push(format!("-X {}", quoted(method.as_str()))),
    }
    words.push("--globoff --path-as-is --compressed".to_owned());
    if let Some(file) = &description.ca_file {
        words.push(format!("--cacert {}", quoted(&file.display().to_string())));
    }
    if let Some(certificate) = &request.certificate {
        words.extend(certificate_words(certificate));
    }
    words.push(masked(&request.url, secrets, true));
    for (name, value) in &request.headers {
        if let Some(line) = header_word(name, value, secrets) {
            words.push(format!("-H {line}"));
        }
    }
    let mut pipe = String::new();
    let has_length = request.headers.contains_key(header::CONTENT_LENGTH);
    match request.body.as_deref().unwrap_or_default() {
        [] if !has_length => {}
        body => {
            // What curl would add by itself.
            words.push("-H expect:".to_owned());
            if !request.headers.contains_key(header::CONTENT_TYPE) {
                words.push("-H content-type:".to_owned());
            }
            let word;
            (pipe, word) = data(body);
            words.push(word);
        }
    }
    pipe + &words.join(" ")
}

/// curl's words for a client certificate; what stands in no file is yours to put into one.
fn certificate_words(files: &[PathBuf]) -> Vec<String> {
    let Some((certificate, key)) = files.split_first() else {
        return vec!["--cert \"$CERTIFICATE_FILE\"".to_owned()];
    };
    // A colon would begin a password.
    let certificate = certificate.display().to_string().replace('\\', "\\\\").replace(':', "\\:");
    let key = key.iter().map(|key| format!("--key {}", quoted(&key.display().to_string())));
    std::iter::once(format!("--cert {}", quoted(&certificate))).chain(key).collect()
}

/// `name: value` as curl takes it; none for what curl makes itself of the URL and the body.
fn header_word(name: &HeaderName, value: &HeaderValue, secrets: &[Secret]) -> Option<String> {
    if matches!(*name, header::HOST | header::CONTENT_LENGTH) {
        return None;
    }
    let text = String::from_utf8_lossy(value.as_bytes());
    // With a colon an empty header is one to leave out.
    let line = if text.is_empty() { format!("{name};") } else { format!("{name}: {text}") };
    Some(if value.is_sensitive() { masked(&line, secrets, *name == header::COOKIE) } else { quoted(&line) })
}

/// What stands before the command, and its word for the body.
fn data(body: &[u8]) -> (String, String) {
    let from_pipe = || "--data-binary @-".to_owned();
    match std::str::from_utf8(body) {
        Ok(text) if body.len() <= MOST_IN_WORDS && !text.chars().any(char::is_control) => {
            (String::new(), format!("--data-raw {}", quoted(text)))
        }
        Ok(text) if body.len() <= MOST_IN_WORDS => (format!("printf %b {} | ", quoted(&escaped(text))), from_pipe()),
        _ => (format!("printf %s {} | base64 -d | ", STANDARD.encode(body)), from_pipe()),
    }
}

/// A shell's word that is this text with the secrets in it.
fn masked(text: &str, secrets: &[Secret], encoded: bool) -> String {
    let first = secrets.iter().filter_map(|secret| Some((text.find(&secret.text)?, secret))).min_by_key(|(at, _)| *at);
    let Some((at, secret)) = first else { return quoted(text) };
    let (before, after) = (&text[..at], &text[at + secret.text.len()..]);
    let shell = if encoded { &secret.shell_encoded } else { &secret.shell };
    let part = |text: &str| if text.is_empty() { String::new() } else { quoted(text) };
    let after = if after.is_empty() { String::new() } else { masked(after, secrets, encoded) };
    format!("{}\"{shell}\"{after}", part(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_have_stand_ins() {
        let of = |is_plain| {
            Secret::of_credential(&StandIn {
                text: "__MCPGEN_AUTH_K__".into(),
                variable: "MCPGEN_AUTH_K".into(),
                is_plain,
            })
        };
        let cases = [
            ("x-key: __MCPGEN_AUTH_K__", true, false, "'x-key: '\"$MCPGEN_AUTH_K\""),
            ("http://h/?k=__MCPGEN_AUTH_K__", true, true, "'http://h/?k='\"$MCPGEN_AUTH_K\""),
            (
                "k=__MCPGEN_AUTH_K__&a=b",
                false,
                true,
                "k=\"$(printf %s \"$MCPGEN_AUTH_K\" | od -An -v -tx1 | tr -d '\\n' | tr ' ' %)\"'&a=b'",
            ),
            (
                "authorization: Basic X19NQ1BHRU5fQVVUSF9LX18=",
                true,
                false,
                "'authorization: Basic '\"$(printf %s \"$MCPGEN_AUTH_K\" | base64 | tr -d '\\n')\"",
            ),
        ];
        for (text, is_plain, encoded, expected) in cases {
            assert_eq!(masked(text, &of(is_plain), encoded), expected, "{text}");
        }
    }

    #[test]
    fn certificates_are_named() {
        let cases: [(&[&str], &str); 4] = [
            (&["a:b.pem"], "--cert 'a\\:b.pem'"),
            (&["/run/both.pem"], "--cert /run/both.pem"),
            (&["it's.pem", "key.pem"], "--cert 'it'\\''s.pem' --key key.pem"),
            (&[], "--cert \"$CERTIFICATE_FILE\""),
        ];
        for (files, expected) in cases {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            assert_eq!(certificate_words(&files).join(" "), expected);
        }
    }

    #[test]
    fn bodies_keep_their_bytes() {
        let cases: [(&[u8], &str, &str); 4] = [
            (b"{\"a\":\"it's\"}", "", "--data-raw '{\"a\":\"it'\\''s\"}'"),
            (b"@file", "", "--data-raw @file"),
            (b"a\r\nb\\\0", "printf %b 'a\\r\\nb\\\\\\0000' | ", "--data-binary @-"),
            (b"\xff\xfe", "printf %s //4= | base64 -d | ", "--data-binary @-"),
        ];
        for (body, pipe, word) in cases {
            assert_eq!(data(body), (pipe.to_owned(), word.to_owned()), "{body:?}");
        }
    }
}
