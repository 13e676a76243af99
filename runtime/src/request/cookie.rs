//! Cookie parameters: `form`, percent-encoded, and OpenAPI 3.2's `cookie`, raw.
//!
//! An exploded `form` value stands as the style table has it, `color=blue&color=black`, which is one cookie to a server
//! that reads RFC 6265; `style: cookie` is OpenAPI's own remedy.

use http::{HeaderMap, HeaderValue, header::COOKIE};
use serde_json::{Map, Value};

use super::{
    given,
    percent::Escape,
    query::document,
    style::{self, Delimiter, Pairs, Sink},
};
use crate::{
    arguments::{Got, Problem},
    catalog::{DeepObjectArrays, Location, Operation, Parameter, ParameterEncoding, Style},
};

/// Adds the `Cookie` header, if there is any cookie.
pub(super) fn write(
    operation: &Operation,
    arguments: &Map<String, Value>,
    headers: &mut HeaderMap,
    problems: &mut Vec<Problem>,
) {
    let mut cookies = String::new();
    for (parameter, value) in given(operation, Location::Cookie, arguments) {
        match one(parameter, value) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => {
                if !cookies.is_empty() {
                    cookies.push_str("; ");
                }
                cookies.push_str(&text);
            }
            Err(reason) => problems.push(Problem::with_argument(&parameter.argument, reason)),
        }
    }
    if let Ok(value) = HeaderValue::from_str(&cookies)
        && !cookies.is_empty()
    {
        headers.insert(COOKIE, value);
    }
}

fn one(parameter: &Parameter, value: &Value) -> Result<String, String> {
    let mut text = String::new();
    let arrays = DeepObjectArrays::default();
    match &parameter.encoding {
        ParameterEncoding::Style { style: Style::Cookie, explode, .. } => {
            let mut sink = RawCookies { out: text, refused: None };
            style::named(Style::Cookie, *explode, arrays, &parameter.name, value, &mut sink);
            if let Some(reason) = sink.refused {
                return Err(reason);
            }
            text = sink.out;
        }
        // Reserved characters never stand: `;` would end the cookie.
        ParameterEncoding::Style { explode, .. } => {
            let mut sink = Pairs { out: &mut text, separator: "&", start: 0, escape: Escape::All };
            style::named(Style::Form, *explode, arrays, &parameter.name, value, &mut sink);
        }
        ParameterEncoding::Content { content } => {
            let mut sink = Pairs { out: &mut text, separator: "&", start: 0, escape: Escape::All };
            sink.pair(&parameter.name);
            sink.name_ends();
            sink.value(&document(content, value));
        }
    }
    Ok(text)
}

/// Cookies as they are, and why one cannot be.
struct RawCookies {
    out: String,
    refused: Option<String>,
}

impl RawCookies {
    fn name_of_cookie(&mut self, name: &str) {
        // A token of RFC 9110, which is what a header's name is too.
        if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
            self.refused = Some(format!("expected a name that a cookie can have, got {}", Got(&Value::from(name))));
        }
        self.out.push_str(name);
    }
}

impl Sink for RawCookies {
    fn pair(&mut self, name: &str) {
        if !self.out.is_empty() {
            self.out.push_str("; ");
        }
        self.name_of_cookie(name);
    }

    fn key_of_name(&mut self, key: &str) {
        self.name_of_cookie(key);
    }

    fn name_ends(&mut self) {
        self.out.push('=');
    }

    fn name(&mut self, name: &str) {
        self.value(name);
    }

    fn key(&mut self, key: &str) {
        self.value(key);
    }

    fn value(&mut self, text: &str) {
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        if !inner.bytes().all(is_cookie_octet) {
            self.refused = Some(format!(
                "expected a cookie's value: visible ASCII without spaces, commas, semicolons, quotes and backslashes, got {}",
                Got(&Value::from(text))
            ));
        }
        self.out.push_str(text);
    }

    fn delimiter(&mut self, delimiter: Delimiter) {
        self.out.push_str(delimiter.raw());
    }
}

/// `cookie-octet` of RFC 6265.
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}
