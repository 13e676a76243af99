//! Headers that a model can use: the next page, totals, a file's name.

use http::{HeaderMap, header};

/// Headers that count what there is in all.
const TOTALS: [&str; 4] = ["x-total-count", "x-total", "total-count", "x-pagination-total"];

/// A line of what the headers say; None where they say nothing of use.
pub(super) fn told(headers: &HeaderMap) -> Option<String> {
    let mut told = Vec::new();
    if let Some(next) = next(headers) {
        told.push(format!("next page: {next}"));
    }
    if let Some(total) = TOTALS.iter().find_map(|name| headers.get(*name)).and_then(|value| value.to_str().ok()) {
        told.push(format!("total: {}", shortened(total)));
    }
    if let Some(name) = filename(headers) {
        told.push(format!("file name: {name}"));
    }
    (!told.is_empty()).then(|| format!("[{}]", told.join("; ")))
}

/// The path and query of `Link: <…>; rel="next"` (RFC 8288).
fn next(headers: &HeaderMap) -> Option<String> {
    for value in headers.get_all(header::LINK).iter().filter_map(|value| value.to_str().ok()) {
        for link in value.split(",<").flat_map(|links| links.split(", <")) {
            let Some((target, parameters)) = link.trim_start_matches([' ', '<']).split_once('>') else { continue };
            let is_next = parameters.split(';').any(|parameter| {
                let (name, value) = parameter.split_once('=').unwrap_or_default();
                name.trim().eq_ignore_ascii_case("rel")
                    && value.trim().trim_matches('"').split(' ').any(|rel| rel == "next")
            });
            if is_next {
                let path = target
                    .split_once("://")
                    .map_or(target, |(_, rest)| rest.find('/').map_or("", |slash| &rest[slash..]));
                return Some(shortened(path));
            }
        }
    }
    None
}

/// The file name of `Content-Disposition` (RFC 6266), the plain one.
fn filename(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_DISPOSITION)?.to_str().ok()?;
    let (_, name) = value.split_once("filename=")?;
    let name = match name.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => name.split(';').next(),
    };
    name.map(|name| shortened(name.trim())).filter(|name| !name.is_empty())
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_of_use_is_told() {
        let cases: [(&[(&str, &str)], Option<&str>); 5] = [
            (&[("content-type", "text/plain")], None),
            (
                &[
                    ("link", "<https://h/a?page=2>; rel=\"next\", <https://h/a?page=9>; rel=\"last\""),
                    ("x-total-count", "83"),
                ],
                Some("[next page: /a?page=2; total: 83]"),
            ),
            (&[("link", "</a?page=1>; rel=prev")], None),
            (&[("content-disposition", "attachment; filename=\"a b.csv\"")], Some("[file name: a b.csv]")),
            (&[("content-disposition", "attachment; filename=x.csv; size=3")], Some("[file name: x.csv]")),
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
