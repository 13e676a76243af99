//! The URI templates of the catalog (RFC 6570), read backwards: from a URI to the values of its variables.
//!
//! A template is literals, `{name}` and `{name*}`, and at most one `{?name,name*}`, or `{&name,name*}` behind a query of its
//! own, at its end. Whether a variable is a list or an object is not the template's to say. Texts are compared after percent-decoding
//! (RFC 3986, section 6.2.2), except that an encoded `/`, `?` or `#` is data and a raw one is a delimiter; scheme and
//! authority are compared without regard to case. Matching takes time proportional to the URI's length.

use percent_encoding::percent_decode_str;

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UriTemplate {
    parts: Vec<Part>,
    /// The pairs of a query that the template has before its variables.
    fixed: Vec<(String, String)>,
    query: Vec<Variable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(Box<[Unit]>),
    Variable(Variable),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Variable {
    name: String,
    exploded: bool,
    is_object: bool,
}

/// A URI, decoded for comparing.
#[derive(Debug, Clone)]
pub struct Uri<'u> {
    text: &'u str,
    units: Vec<Unit>,
    /// Where in the text each unit begins, and the text's end.
    places: Vec<usize>,
    /// The index of the unit that begins the query.
    query: Option<usize>,
}

/// A decoded byte, or a delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A byte, however it was written.
    Byte(u8),
    /// A raw `/`, `?` or `#`.
    Delimiter(u8),
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
    /// The members, where the variable is an object; none where it should be one and is not.
    pub members: Option<Vec<(String, String)>>,
    /// Whether the variable stood there more than once.
    pub repeated: bool,
}

impl<'u> Uri<'u> {
    /// Decodes a URI.
    pub fn new(text: &'u str) -> Self {
        let (mut units, mut places, mut query, mut at) = (Vec::with_capacity(text.len()), Vec::new(), None, 0);
        let authority = authority_end(text);
        let bytes = text.as_bytes();
        while let Some(&byte) = bytes.get(at) {
            let (unit, length) = match (byte, triplet(&bytes[at..])) {
                (_, Some(byte)) => (Unit::Byte(byte), 3),
                (b'/' | b'?' | b'#', None) => (Unit::Delimiter(byte), 1),
                (_, None) if at < authority => (Unit::Byte(byte.to_ascii_lowercase()), 1),
                (_, None) => (Unit::Byte(byte), 1),
            };
            if unit == Unit::Delimiter(b'?') && query.is_none() {
                query = Some(units.len());
            }
            units.push(unit);
            places.push(at);
            at += length;
        }
        places.push(text.len());
        Self { text, units, places, query }
    }

    /// The decoded URI: equal for equivalent URIs.
    pub fn into_units(self) -> Box<[Unit]> {
        self.units.into()
    }

    /// The decoded URI.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The text of some units, as it came.
    fn raw(&self, from: usize, to: usize) -> &'u str {
        &self.text[self.places[from]..self.places[to]]
    }
}

impl UriTemplate {
    /// Parses a template; None when it is not of the catalog's kind.
    pub fn parse(template: &str) -> Option<Self> {
        let (mut parts, mut rest) = (Vec::new(), template);
        while let Some((literal, after)) = rest.split_once('{') {
            let (expression, after) = after.split_once('}')?;
            if let Some(names) = expression.strip_prefix(['?', '&']) {
                let query = names.split(',').map(Variable::parse).collect::<Option<_>>()?;
                let (path, fixed) = match (expression.starts_with('&'), literal.split_once('?')) {
                    (true, Some((path, fixed))) => (path, pairs(fixed).collect::<Option<_>>()?),
                    (true, None) => return None,
                    (false, _) => (literal, Vec::new()),
                };
                parts.extend(Part::literal(path));
                return after.is_empty().then_some(Self { parts, fixed, query });
            }
            parts.extend(Part::literal(literal));
            parts.push(Part::Variable(Variable::parse(expression)?));
            rest = after;
        }
        parts.extend(Part::literal(rest));
        Some(Self { parts, fixed: Vec::new(), query: Vec::new() })
    }

    /// The same template with these variables as objects.
    #[must_use]
    pub fn with_objects(mut self, is_object: impl Fn(&str) -> bool) -> Self {
        let in_path = self.parts.iter_mut().filter_map(|part| match part {
            Part::Variable(variable) => Some(variable),
            Part::Literal(_) => None,
        });
        for variable in in_path.chain(&mut self.query) {
            variable.is_object = is_object(&variable.name);
        }
        self
    }

    /// How much of the template is literal: of two templates that match, the more literal one is meant.
    pub fn literal_length(&self) -> usize {
        let path = self.parts.iter().map(|part| if let Part::Literal(units) = part { units.len() } else { 0 });
        path.chain(self.fixed.iter().map(|(name, value)| name.len() + value.len() + 2)).sum()
    }

    /// The values of the variables in `uri`, or None when the template does not match.
    pub fn matches(&self, uri: &Uri<'_>) -> Option<Vec<Matched>> {
        let query = uri.query.filter(|_| !self.query.is_empty());
        let end = query.unwrap_or(uri.units.len());
        let mut matched = self.match_path(uri, end)?;
        let query = query.map_or("", |query| uri.raw(query + 1, uri.units.len()));
        if query.contains('#') {
            return None;
        }
        let mut fixed: Vec<_> = self.fixed.iter().collect();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, raw) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name)?;
            let value = decode(raw)?;
            if let Some(known) = fixed.iter().position(|known| known.0 == name && known.1 == value) {
                fixed.swap_remove(known);
                continue;
            }
            let variable = self.query.iter().find(|variable| variable.name == name);
            let Some(variable) = variable.filter(|variable| !variable.is_bare()) else {
                // RFC 6570 writes the members of an exploded object without its name.
                let object = self.query.iter().find(|variable| variable.is_bare())?;
                Matched::member(&mut matched, object, name, value);
                continue;
            };
            let value = Matched::of(variable, raw)?;
            match matched.iter_mut().find(|known: &&mut Matched| known.name == value.name) {
                Some(known) if variable.exploded => {
                    known.values.extend(value.values);
                    known.repeated = true;
                }
                Some(_) => return None,
                None => matched.push(value),
            }
        }
        fixed.is_empty().then_some(matched)
    }

    /// Matches the parts with the units before `end`; a variable takes as little as lets the rest match, and nothing
    /// only where it must.
    fn match_path(&self, uri: &Uri<'_>, end: usize) -> Option<Vec<Matched>> {
        let units = &uri.units[..end];
        if let Some(Part::Literal(first)) = self.parts.first()
            && !units.starts_with(first)
        {
            return None;
        }
        // From the right: at which units can the parts from here on begin?
        let mut begins = vec![vec![false; end + 1]; self.parts.len() + 1];
        begins[self.parts.len()][end] = true;
        for (index, part) in self.parts.iter().enumerate().rev() {
            for at in (0..=end).rev() {
                begins[index][at] = match part {
                    Part::Literal(literal) => units[at..].starts_with(literal) && begins[index + 1][at + literal.len()],
                    // An empty value matches too: it is refused where its parameter can be named.
                    Part::Variable(_) => {
                        begins[index + 1][at] || matches!(units.get(at), Some(Unit::Byte(_))) && begins[index][at + 1]
                    }
                };
            }
        }
        if !begins[0][0] {
            return None;
        }
        let (mut matched, mut at) = (Vec::new(), 0);
        for (index, part) in self.parts.iter().enumerate() {
            match part {
                Part::Literal(literal) => at += literal.len(),
                Part::Variable(variable) => {
                    let mut longer = at + 1..=end;
                    let stop = longer.find(|&stop| begins[index + 1][stop]).unwrap_or(at);
                    matched.push(Matched::of(variable, uri.raw(at, stop))?);
                    at = stop;
                }
            }
        }
        Some(matched)
    }
}

impl Part {
    fn literal(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::Literal(Uri::new(text).into_units()))
    }
}

impl Variable {
    /// A name (RFC 6570's operators are none) with or without `*`.
    fn parse(text: &str) -> Option<Self> {
        let (name, exploded) = text.strip_suffix('*').map_or((text, false), |name| (name, true));
        let legal = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.%".contains(&byte));
        legal.then(|| Self { name: name.to_owned(), exploded, is_object: false })
    }

    /// Whether it stands in a query without its name.
    fn is_bare(&self) -> bool {
        self.exploded && self.is_object
    }
}

impl Matched {
    fn of(variable: &Variable, raw: &str) -> Option<Self> {
        let values = raw.split(',').map(decode).collect::<Option<Vec<_>>>()?;
        let members = match (variable.is_object, variable.exploded) {
            (false, _) => None,
            // `a=1,b=2`
            (true, true) => raw
                .split(',')
                .map(|member| member.split_once('=').and_then(|(key, value)| Some((decode(key)?, decode(value)?))))
                .collect(),
            // `a,1,b,2`
            (true, false) => values.chunks(2).map(|pair| Some((pair.first()?.clone(), pair.get(1)?.clone()))).collect(),
        };
        Some(Self { name: variable.name.clone(), text: decode(raw)?, values, members, repeated: false })
    }

    /// Adds a member to an object that stands without its name.
    fn member(matched: &mut Vec<Self>, object: &Variable, name: String, value: String) {
        let index = matched.iter().position(|known| known.name == object.name).unwrap_or_else(|| {
            let (name, values, text) = (object.name.clone(), Vec::new(), String::new());
            matched.push(Self { name, values, text, members: Some(Vec::new()), repeated: false });
            matched.len() - 1
        });
        matched[index].members.get_or_insert_default().push((name, value));
    }
}

/// The pairs of a query, decoded.
fn pairs(query: &str) -> impl Iterator<Item = Option<(String, String)>> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decode(name)?, decode(value)?))
    })
}

/// Where scheme and authority end: at the third slash.
fn authority_end(text: &str) -> usize {
    let Some(colon) = text.find("://") else { return 0 };
    text[colon + 3..].find(['/', '?', '#']).map_or(text.len(), |end| colon + 3 + end)
}

/// The byte of a triplet `%XX`.
fn triplet(bytes: &[u8]) -> Option<u8> {
    let hex = |byte: u8| char::from(byte).to_digit(16);
    match *bytes {
        [b'%', high, low, ..] => u8::try_from(hex(high)? * 16 + hex(low)?).ok(),
        _ => None,
    }
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(template: &str, uri: &str) -> Option<Vec<(String, String)>> {
        let matched = UriTemplate::parse(template).expect(template).matches(&Uri::new(uri))?;
        Some(matched.into_iter().map(|matched| (matched.name, matched.text)).collect())
    }

    #[test]
    fn uris_give_values() {
        let cases: [(&str, &str, Option<&[(&str, &str)]>); 32] = [
            ("api://a/x/{id}", "api://a/x/7", Some(&[("id", "7")])),
            ("api://a/x/{id}", "api://a/x/a%2Fb%20c", Some(&[("id", "a/b c")])),
            ("api://a/x/{id}", "api://a/x/", Some(&[("id", "")])),
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
            ("api://a/%C3%BC/{id}", "api://a/ü/1", Some(&[("id", "1")])),
            ("api://a/ü/{id}", "api://a/%C3%BC/ü", Some(&[("id", "ü")])),
            ("api://a/a:b/{id}", "API://A/a%3Ab/1", Some(&[("id", "1")])),
            ("api://a/x/{id}", "api://a/X/1", None),
            ("api://a/x/{id}", "api://a/x%2F1", None),
            ("api://a/x/{id}", "api://a/x/%zz", Some(&[("id", "%zz")])),
            ("api://a/x/{id}", "api://a/x/1#y", None),
            ("api://a/x/{id}", "api://a/x/%23", Some(&[("id", "#")])),
            ("api://a/{b}{c}", "api://a/xyz", Some(&[("b", "x"), ("c", "yz")])),
            ("api://a/{b}-{c}/d", "api://a/x-y-z/d", Some(&[("b", "x"), ("c", "y-z")])),
            ("api://a/x{?q}", "api://a/x?q=1#y", None),
            ("api://a/x{?q,n}", "api://a/x?%71=1&&n", Some(&[("q", "1"), ("n", "")])),
            ("api://a/x{?q}", "api://a/x%3Fq=1", None),
            ("api://a/{id*}", "api://a/1,2", Some(&[("id", "1,2")])),
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
            UriTemplate::parse(template).unwrap().matches(&Uri::new(uri)).map(|matched| matched[0].values.clone())
        };
        assert_eq!(values("api://a/{ids}", "api://a/1,2%2C3"), Some(vec!["1".into(), "2,3".into()]));
        assert_eq!(values("api://a/x{?t*}", "api://a/x?t=1&t=2"), Some(vec!["1".into(), "2".into()]));
        assert_eq!(values("api://a/x{?t}", "api://a/x?t=1,2"), Some(vec!["1".into(), "2".into()]));
    }

    /// The expansions of RFC 6570, sections 1.2 and 3.2, whose expressions the catalog has.
    #[test]
    fn expansions_of_the_rfc_are_read_back() {
        let cases: [(&str, &str, &[(&str, &[&str])]); 9] = [
            ("{var}", "value", &[("var", &["value"])]),
            ("{hello}", "Hello%20World%21", &[("hello", &["Hello World!"])]),
            ("{half}", "50%25", &[("half", &["50%"])]),
            ("map?{x,y}", "", &[]),
            ("O{empty}X", "OX", &[("empty", &[""])]),
            ("{list}", "red,green,blue", &[("list", &["red", "green", "blue"])]),
            ("{?x,y}", "?x=1024&y=768", &[("x", &["1024"]), ("y", &["768"])]),
            ("{?x,y,empty}", "?x=1024&y=768&empty=", &[("x", &["1024"]), ("y", &["768"]), ("empty", &[""])]),
            ("{?list*}", "?list=red&list=green&list=blue", &[("list", &["red", "green", "blue"])]),
        ];
        for (template, uri, expected) in cases {
            let Some(parsed) = UriTemplate::parse(template) else {
                assert!(expected.is_empty(), "{template}");
                continue;
            };
            let matched = parsed.matches(&Uri::new(uri)).unwrap_or_default();
            let got: Vec<(&str, Vec<&str>)> = matched
                .iter()
                .map(|matched| (matched.name.as_str(), matched.values.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<(&str, Vec<&str>)> =
                expected.iter().map(|(name, values)| (*name, values.to_vec())).collect();
            assert_eq!(got, expected, "{template} {uri}");
        }
    }

    #[test]
    fn objects_are_read_back() {
        let object = |uri_template: &str, uri: &str| {
            let template = UriTemplate::parse(uri_template).expect(uri_template).with_objects(|name| name == "o");
            let matched = template.matches(&Uri::new(uri))?;
            Some(matched.into_iter().find(|matched| matched.name == "o").map(|matched| matched.members))
        };
        // The expansions of `keys` in RFC 6570, section 3.2, and what is none.
        let cases: [(&str, &str, Option<Option<Option<&[(&str, &str)]>>>); 11] = [
            ("/{o}", "/semi,%3B,dot,.", Some(Some(Some(&[("semi", ";"), ("dot", ".")])))),
            ("/{o*}", "/semi=%3B,comma=%2C", Some(Some(Some(&[("semi", ";"), ("comma", ",")])))),
            ("/x{?o}", "/x?o=semi,%3B,dot,.", Some(Some(Some(&[("semi", ";"), ("dot", ".")])))),
            ("/x{?o*}", "/x?semi=%3B&dot=.", Some(Some(Some(&[("semi", ";"), ("dot", ".")])))),
            ("/x{?q,o*}", "/x?a=1&q=2&a=3", Some(Some(Some(&[("a", "1"), ("a", "3")])))),
            ("/x{?q,o*}", "/x?q=2", Some(None)),
            ("/x{?o*}", "/x?o=1", Some(Some(Some(&[("o", "1")])))),
            ("/x?v=1{&o*}", "/x?a=1&v=1", Some(Some(Some(&[("a", "1")])))),
            ("/{o}", "/a,1,b", Some(Some(None))),
            ("/{o*}", "/a,1", Some(Some(None))),
            ("/{o}", "/", Some(Some(None))),
        ];
        for (template, uri, expected) in cases {
            let expected = expected.map(|found| {
                let own = |members: &[(&str, &str)]| {
                    members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
                };
                found.map(|members| members.map(own))
            });
            assert_eq!(object(template, uri), expected, "{template} {uri}");
        }
    }

    #[test]
    fn a_query_of_the_template_takes_more() {
        let cases: [(&str, &str, Option<&[(&str, &str)]>); 8] = [
            ("api://a/x?v=1{&q}", "api://a/x?v=1", Some(&[])),
            ("api://a/x?v=1{&q}", "api://a/x?v=1&q=2", Some(&[("q", "2")])),
            ("api://a/x?v=1{&q}", "api://a/x?q=2&v=%31", Some(&[("q", "2")])),
            ("api://a/x?v=1{&v}", "api://a/x?v=1&v=2", Some(&[("v", "2")])),
            ("api://a/x?v=1&w{&q}", "api://a/x?w&v=1", Some(&[])),
            ("api://a/x?v=1{&q}", "api://a/x?q=2", None),
            ("api://a/x?v=1{&q}", "api://a/x", None),
            ("api://a/x?v=1{&q}", "api://a/x?v=2", None),
        ];
        for (template, uri, expected) in cases {
            let expected =
                expected.map(|pairs| pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
            assert_eq!(texts(template, uri), expected, "{template} {uri}");
        }
        assert_eq!(UriTemplate::parse("api://a/x{&q}"), None);
        let literal = |template: &str| UriTemplate::parse(template).unwrap().literal_length();
        assert!(literal("api://a/x?v=1{&q}") > literal("api://a/x{?v,q}"));
    }

    #[test]
    fn matching_a_long_uri_takes_no_long_time() {
        let template = UriTemplate::parse("api://a/{b}-{c}-{d}-{e}-{f}/x").unwrap();
        let uri = format!("api://a/{}", "-".repeat(100_000));
        assert_eq!(template.matches(&Uri::new(&uri)), None);
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(value in "\\PC{1,20}", other in "[^&]{0,20}") {
            let encode = |text: &str| {
                percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
            };
            let uri = format!("api://a/x/{}/y?q={}", encode(&value), encode(&other));
            let matched = texts("api://a/x/{v}/y{?q}", &uri);
            proptest::prop_assert_eq!(matched, Some(vec![("v".to_owned(), value), ("q".to_owned(), other)]));
        }
    }

    #[test]
    fn what_is_no_template_of_the_catalog_is_none() {
        for template in ["api://a/{", "api://a{?q}/x", "api://a/{+x}", "api://a/{}", "api://a{?}", "api://a{?a,}"] {
            assert_eq!(UriTemplate::parse(template), None, "{template}");
        }
    }
}
