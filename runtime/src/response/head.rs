//! What the headers of an answer tell a model: the next page, totals, a file's name, and all there is of a HEAD.

use http::{HeaderMap, HeaderName, header};

use super::{Reply, status};
use crate::client::Answer;

/// Headers that count what there is in all.
const TOTALS: [&str; 8] = [
    "x-total-count",
    "x-total",
    "total-count",
    "x-pagination-total",
    "x-pagination-total-count",
    "pagination-count",
    "x-total-items",
    "x-total-results",
];
/// Headers that name the next page, or a cursor to it, where no `Link` does.
const NEXT: [&str; 4] = ["x-next-page", "x-next-cursor", "opc-next-page", "x-ms-continuation"];
/// Headers that say something of what a HEAD asked for.
const OF_A_HEAD: [HeaderName; 10] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_LANGUAGE,
    header::LAST_MODIFIED,
    header::ETAG,
    header::EXPIRES,
    header::CACHE_CONTROL,
    header::ACCEPT_RANGES,
    header::ALLOW,
    header::LINK,
];

/// The answer to a HEAD: the status, and the headers that describe the resource.
pub(super) fn of_head(answer: &Answer) -> Reply {
    let described = |name: &HeaderName| OF_A_HEAD.contains(name) || name.as_str().starts_with("x-");
    let lines = answer.headers.iter().filter(|(name, _)| described(name)).map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        format!("\n{name}: {}", shortened(&value))
    });
    Reply::text(format!("{}{}", status::line(answer), lines.collect::<String>()))
}

/// A line of what the headers say; None where they say nothing of use.
pub(super) fn told(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let told = [
        ("next page", next(headers).or_else(|| NEXT.iter().find_map(|name| text(name)).and_then(filled))),
        (
            "total",
            TOTALS
                .iter()
                .find_map(|name| text(name))
                .and_then(filled)
                .or_else(|| text("content-range").and_then(of_range)),
        ),
        ("location", text("location").map(|target| shortened(local(target)))),
        ("file name", filename(headers)),
    ];
    let told: Vec<String> = told.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", value?))).collect();
    (!told.is_empty()).then(|| format!("[{}]", told.join("; ")))
}

fn filled(text: &str) -> Option<String> {
    Some(shortened(text.trim())).filter(|text| !text.is_empty())
}

/// The complete length of `Content-Range: items 0-9/83` (RFC 9110, section 14.4); of bytes it counts nothing of use.
fn of_range(range: &str) -> Option<String> {
    let (unit, range) = range.trim().split_once(' ')?;
    let (_, total) = range.rsplit_once('/')?;
    (unit != "bytes" && !total.is_empty() && total.bytes().all(|byte| byte.is_ascii_digit())).then(|| shortened(total))
}

/// The path and query of `Link: <…>; rel="next"` (RFC 8288).
fn next(headers: &HeaderMap) -> Option<String> {
    for value in headers.get_all(header::LINK).iter().filter_map(|value| value.to_str().ok()) {
        for link in value.split(",<").flat_map(|links| links.split(", <")) {
            let Some((target, parameters)) = link.trim_start_matches([' ', '<']).split_once('>') else { continue };
            let is_next = parameters.split([';', ',']).any(|parameter| {
                let (name, value) = parameter.split_once('=').unwrap_or_default();
                name.trim().eq_ignore_ascii_case("rel")
                    && value.trim().trim_matches('"').split(' ').any(|rel| rel.eq_ignore_ascii_case("next"))
            });
            if is_next {
                return Some(shortened(local(target)));
            }
        }
    }
    None
}

/// A URL without its origin.
fn local(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest.find(['/', '?']).map_or("/", |path| &rest[path..]))
}

/// The file name of `Content-Disposition` (RFC 6266), the extended one first.
fn filename(headers: &HeaderMap) -> Option<String> {
    let value = String::from_utf8_lossy(headers.get(header::CONTENT_DISPOSITION)?.as_bytes()).into_owned();
    let parameters = parameters(&value);
    let named = |wanted: &str| {
        parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str())
    };
    let extended = named("filename*").and_then(extended);
    extended
        .or_else(|| named("filename").map(str::to_owned))
        .map(|name| shortened(name.trim()))
        .filter(|n| !n.is_empty())
}

/// The parameters behind the first word of a header, without the quotes of their values.
fn parameters(value: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut rest = value.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.rsplit(';').next().unwrap_or(name).trim();
        let after = after.trim_start();
        let mut value = String::new();
        let mut chars = after.char_indices();
        let quoted = after.starts_with('"');
        if quoted {
            chars.next();
        }
        let end = loop {
            match (chars.next(), quoted) {
                (Some((at, ';')), false) | (Some((at, '"')), true) => break at,
                (Some((_, '\\')), true) => value.extend(chars.next().map(|(_, c)| c)),
                (Some((_, c)), _) => value.push(c),
                (None, _) => break after.len(),
            }
        };
        found.push((name, value));
        rest = &after[end..];
    }
    found
}

/// `UTF-8'en'%e2%82%ac` (RFC 8187).
fn extended(value: &str) -> Option<String> {
    let mut parts = value.trim().splitn(3, '\'');
    let (charset, _language, encoded) = (parts.next()?, parts.next()?, parts.next()?);
    let charset = encoding_rs::Encoding::for_label(charset.as_bytes())?;
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(encoded).collect();
    charset.decode_without_bom_handling_and_without_replacement(&bytes).map(std::borrow::Cow::into_owned)
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_of_use_is_told() {
        let cases: [(&[(&str, &str)], Option<&str>); 24] = [
            (&[("content-type", "text/plain")], None),
            (
                &[
                    ("link", "<https://h/a?page=2>; rel=\"next\", <https://h/a?page=9>; rel=\"last\""),
                    ("x-total-count", "83"),
                ],
                Some("[next page: /a?page=2; total: 83]"),
            ),
            (&[("link", "</a?page=1>; rel=prev")], None),
            (&[("link", "</a?page=1>; rel=prev,</a?page=3>; rel=\"next x\"")], Some("[next page: /a?page=3]")),
            (&[("location", "http://h:1/a/7")], Some("[location: /a/7]")),
            (&[("location", "http://h")], Some("[location: /]")),
            (&[("x-next-page", "3"), ("x-total", "83")], Some("[next page: 3; total: 83]")),
            (&[("x-next-page", ""), ("x-total", "")], None),
            (&[("x-next-page", "3"), ("link", "</a?page=3>; rel=next")], Some("[next page: /a?page=3]")),
            (&[("content-range", "items 0-9/83")], Some("[total: 83]")),
            (&[("content-range", "items 0-9/*")], None),
            (&[("content-range", "bytes 0-9/83")], None),
            (&[("x-total-count", "83"), ("content-range", "items 0-9/84")], Some("[total: 83]")),
            (&[("content-disposition", "attachment; filename=\"a b.csv\"")], Some("[file name: a b.csv]")),
            (&[("content-disposition", "attachment; filename=x.csv; size=3")], Some("[file name: x.csv]")),
            (
                &[("content-disposition", "attachment; filename=\"u.csv\"; filename*=UTF-8''%C3%BC.csv")],
                Some("[file name: ü.csv]"),
            ),
            (&[("content-disposition", "inline; FileName=x.csv")], Some("[file name: x.csv]")),
            (
                &[("content-disposition", "attachment; filename=\"a\\\"b;c.csv\"; size=3")],
                Some("[file name: a\"b;c.csv]"),
            ),
            (&[("content-disposition", "attachment; filename=\"open")], Some("[file name: open]")),
            (&[("content-disposition", "attachment; filename*=utf-8'de'%C3%BC.csv")], Some("[file name: ü.csv]")),
            (&[("content-disposition", "attachment; filename*=iso-8859-1''%FC.csv")], Some("[file name: ü.csv]")),
            (
                &[("content-disposition", "attachment; filename*=utf-8''%FC; filename=u.csv")],
                Some("[file name: u.csv]"),
            ),
            (&[("content-disposition", "attachment")], None),
            (&[("content-disposition", "attachment; filename=\"\"")], None),
        ];
        for (headers, expected) in cases {
            let map = headers
                .iter()
                .map(|(name, value)| {
                    (name.parse::<http::HeaderName>().unwrap(), value.parse::<http::HeaderValue>().unwrap())
                })
                .collect();
            assert_eq!(told(&map).as_deref(), expected, "{headers:?}");
        }
    }
}
