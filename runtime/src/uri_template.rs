//! The URI templates of the catalog (RFC 6570), read backwards: from a URI to the values of its variables.
//!
//! A template is literals, `{name}`, and at most one `{?name,name*}` at its end.

use percent_encoding::percent_decode_str;

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UriTemplate {
    parts: Vec<Part>,
    query: Vec<QueryVariable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Variable(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct QueryVariable {
    name: String,
    exploded: bool,
}

/// The value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The variable.
    pub name: String,
    /// Its values, percent-decoded; several where it was exploded or where raw commas part them.
    pub values: Vec<String>,
    /// The value as one text, commas kept.
    pub text: String,
}

impl UriTemplate {
    /// Parses a template; None when it is not of the catalog's kind.
    pub fn parse(template: &str) -> Option<Self> {
        let (mut parts, mut query, mut rest) = (Vec::new(), Vec::new(), template);
        while let Some((literal, after)) = rest.split_once('{') {
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            let (expression, after) = after.split_once('}')?;
            if let Some(names) = expression.strip_prefix('?') {
                query = names.split(',').map(QueryVariable::parse).collect();
                return after.is_empty().then_some(Self { parts, query });
            }
            parts.push(Part::Variable(expression.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        query.shrink_to_fit();
        Some(Self { parts, query })
    }

    /// How many bytes of the template are literal: of two templates that match, the more literal one is meant.
    pub fn literal_length(&self) -> usize {
        self.parts.iter().map(|part| if let Part::Literal(text) = part { text.len() } else { 0 }).sum()
    }

    /// The values of the variables in `uri`, or None when the template does not match.
    pub fn matches(&self, uri: &str) -> Option<Vec<Matched>> {
        let (path, query) = match uri.split_once('?') {
            Some((path, query)) if !self.query.is_empty() => (path, Some(query)),
            _ => (uri, None),
        };
        let mut matched = Vec::new();
        match_parts(&self.parts, path, &mut matched).then_some(())?;
        for pair in query.into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name)?;
            let variable = self.query.iter().find(|variable| variable.name == name)?;
            let value = one(name, value)?;
            match matched.iter_mut().find(|known: &&mut Matched| known.name == value.name) {
                Some(known) if variable.exploded => known.values.extend(value.values),
                Some(_) => return None,
                None => matched.push(value),
            }
        }
        Some(matched)
    }
}

impl QueryVariable {
    fn parse(text: &str) -> Self {
        let exploded = text.ends_with('*');
        Self { name: text.trim_end_matches('*').to_owned(), exploded }
    }
}

/// Matches the parts from the left; a variable takes as little as lets the rest match, and never a slash.
fn match_parts(parts: &[Part], text: &str, matched: &mut Vec<Matched>) -> bool {
    let Some((first, rest)) = parts.split_first() else { return text.is_empty() };
    match first {
        Part::Literal(literal) => strip_literal(text, literal).is_some_and(|text| match_parts(rest, text, matched)),
        Part::Variable(name) => {
            let end = text.find(['/', '?', '#']).unwrap_or(text.len());
            let whole = text[..end].char_indices().map(|(index, c)| index + c.len_utf8());
            let candidates: Vec<usize> = if rest.is_empty() { vec![end] } else { whole.collect() };
            for length in candidates.into_iter().filter(|&length| length > 0) {
                let Some(value) = one(name.clone(), &text[..length]) else { continue };
                let before = matched.len();
                matched.push(value);
                if match_parts(rest, &text[length..], matched) {
                    return true;
                }
                matched.truncate(before);
            }
            false
        }
    }
}

/// `text` behind `literal`; what is percent-encoded in only one of the two is the same.
fn strip_literal<'t>(text: &'t str, literal: &str) -> Option<&'t str> {
    if let Some(rest) = text.strip_prefix(literal) {
        return Some(rest);
    }
    let (mut rest, mut wanted) = (text, literal);
    while !wanted.is_empty() {
        let (one, after) = first_byte(rest)?;
        let (other, literal) = first_byte(wanted)?;
        if one != other {
            return None;
        }
        (rest, wanted) = (after, literal);
    }
    Some(rest)
}

/// The first byte, decoded where it is a triplet of an unreserved or non-ASCII byte.
fn first_byte(text: &str) -> Option<(u8, &str)> {
    let bytes = text.as_bytes();
    let hex = |index: usize| bytes.get(index).and_then(|&byte| char::from(byte).to_digit(16));
    match *bytes.first()? {
        b'%' => {
            let (Some(high), Some(low)) = (hex(1), hex(2)) else { return None };
            let byte = u8::try_from(high * 16 + low).ok()?;
            Some((byte, &text[3..]))
        }
        byte if byte.is_ascii() => Some((byte, &text[1..])),
        // A URI has no raw character beyond ASCII.
        _ => None,
    }
}

fn one(name: String, raw: &str) -> Option<Matched> {
    let values = raw.split(',').map(decode).collect::<Option<Vec<_>>>()?;
    Some(Matched { name, text: decode(raw)?, values })
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(template: &str, uri: &str) -> Option<Vec<(String, String)>> {
        let matched = UriTemplate::parse(template).expect(template).matches(uri)?;
        Some(matched.into_iter().map(|matched| (matched.name, matched.text)).collect())
    }

    #[test]
    fn uris_give_values() {
        let cases: [(&str, &str, Option<&[(&str, &str)]>); 18] = [
            ("api://a/x/{id}", "api://a/x/7", Some(&[("id", "7")])),
            ("api://a/x/{id}", "api://a/x/a%2Fb%20c", Some(&[("id", "a/b c")])),
            ("api://a/x/{id}", "api://a/x/", None),
            ("api://a/x/{id}", "api://a/x/1/2", None),
            ("api://a/x/{id}", "api://b/x/1", None),
            ("api://a/x/{id}/y", "api://a/x/1/y", Some(&[("id", "1")])),
            ("api://a/{n}.{e}", "api://a/v1.2.csv", Some(&[("n", "v1"), ("e", "2.csv")])),
            ("api://a/x{?q,n}", "api://a/x?n=1&q=a%20%26%20b", Some(&[("n", "1"), ("q", "a & b")])),
            ("api://a/x{?q,n}", "api://a/x", Some(&[])),
            ("api://a/x{?q,n}", "api://a/x?", Some(&[])),
            ("api://a/x{?q,n}", "api://a/x?z=1", None),
            ("api://a/x{?q,n}", "api://a/x?q=1&q=2", None),
            ("api://a/x{?q}", "api://a/x?q=", Some(&[("q", "")])),
            ("api://a/x{?q}", "api://a/x?q=a+b", Some(&[("q", "a+b")])),
            ("api://a/%C3%BC/{id}", "api://a/%c3%bc/1", Some(&[("id", "1")])),
            ("api://a/~x/{id}", "api://a/%7Ex/1", Some(&[("id", "1")])),
            ("api://a/x/{id}", "api://a/x/%FF", None),
            ("api://a/x?v=1", "api://a/x?v=1", Some(&[])),
        ];
        for (template, uri, expected) in cases {
            let expected =
                expected.map(|pairs| pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
            assert_eq!(texts(template, uri), expected, "{template} {uri}");
        }
    }

    #[test]
    fn lists_come_with_commas_or_exploded() {
        let values = |template: &str, uri: &str| {
            UriTemplate::parse(template).unwrap().matches(uri).map(|matched| matched[0].values.clone())
        };
        assert_eq!(values("api://a/{ids}", "api://a/1,2%2C3"), Some(vec!["1".into(), "2,3".into()]));
        assert_eq!(values("api://a/x{?t*}", "api://a/x?t=1&t=2"), Some(vec!["1".into(), "2".into()]));
        assert_eq!(values("api://a/x{?t}", "api://a/x?t=1,2"), Some(vec!["1".into(), "2".into()]));
    }

    #[test]
    fn what_is_no_template_of_the_catalog_is_none() {
        for template in ["api://a/{", "api://a{?q}/x"] {
            assert_eq!(UriTemplate::parse(template), None, "{template}");
        }
    }
}
