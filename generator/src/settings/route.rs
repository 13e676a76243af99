//! A route rule as one text: `GET,HEAD ^/admin tag:beta = tool +slow`.

use regex::Regex;

use crate::mapping::{Kind, Rule};

/// The methods that a description can have; 3.2's `additionalOperations` take others, in upper case.
const METHODS: [&str; 9] = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY"];

/// Reads a rule.
pub(crate) fn parse(text: &str) -> Result<Rule, String> {
    let (conditions, outcome) = text.rsplit_once('=').ok_or("expected CONDITIONS=TYPE, like 'GET ^/users=tool'")?;
    let mut words = outcome.split('+').map(str::trim);
    let mut rule = Rule {
        methods: Vec::new(),
        pattern: None,
        tags: Vec::new(),
        operation_id: None,
        kind: kind(words.next().unwrap_or_default())?,
        mcp_tags: words.filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
    };
    for (index, word) in conditions.split_whitespace().enumerate() {
        match word.split_once(':') {
            Some(("tag", tag)) => rule.tags.push(tag.to_owned()),
            Some(("operation", id)) => once(&mut rule.operation_id, id.to_owned(), "operation:ID")?,
            _ if index == 0 && word == "*" => {}
            _ if index == 0 && is_methods(word) => rule.methods = methods(word.split(','))?,
            _ => once(&mut rule.pattern, pattern(word)?, "PATTERN")?,
        }
    }
    Ok(rule)
}

/// A component's kind by its name.
pub(crate) fn kind(text: &str) -> Result<Kind, String> {
    Kind::NAMES.iter().find(|(name, _)| *name == text).map(|(_, kind)| *kind).ok_or_else(|| {
        let names: Vec<_> = Kind::NAMES.iter().map(|(name, _)| *name).collect();
        format!("{text:?} is no type of component; expected {}", names.join(", "))
    })
}

/// HTTP methods in upper case.
pub(crate) fn methods<'a>(words: impl Iterator<Item = &'a str>) -> Result<Vec<String>, String> {
    words
        .map(|word| {
            let method = word.trim().to_ascii_uppercase();
            let token = !method.is_empty()
                && method.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_!#$%&'*+.^`|~".contains(&b));
            token.then_some(method).ok_or_else(|| format!("{word:?} is no HTTP method; expected one like GET"))
        })
        .collect()
}

fn is_methods(word: &str) -> bool {
    let known = |part: &str| METHODS.iter().any(|method| method.eq_ignore_ascii_case(part));
    let custom =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b == b'-' || b == b'_');
    word.split(',').all(|part| known(part) || custom(part))
}

fn pattern(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| format!("{text:?} is no regular expression: {error}"))
}

fn once<T>(place: &mut Option<T>, value: T, what: &str) -> Result<(), String> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("a rule has one {what}; write METHODS first, and spaces in a pattern as \\s")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read() {
        // Methods, pattern, tags, operationId, kind, tags given.
        type Expected<'a> = (&'a [&'a str], Option<&'a str>, &'a [&'a str], Option<&'a str>, Kind, &'a [&'a str]);
        let cases: [(&str, Expected<'_>); 9] = [
            ("GET ^/users=tool", (&["GET"], Some("^/users"), &[], None, Kind::Tool, &[])),
            ("get,Head=resource", (&["GET", "HEAD"], None, &[], None, Kind::Resource, &[])),
            ("* /a = exclude", (&[], Some("/a"), &[], None, Kind::Exclude, &[])),
            ("/a$=resource_template", (&[], Some("/a$"), &[], None, Kind::ResourceTemplate, &[])),
            ("tag:a tag:b=exclude", (&[], None, &["a", "b"], None, Kind::Exclude, &[])),
            ("operation:getIt = tool+slow + beta", (&[], None, &[], Some("getIt"), Kind::Tool, &["slow", "beta"])),
            ("PURGE /x=tool", (&["PURGE"], Some("/x"), &[], None, Kind::Tool, &[])),
            ("POST ^/x=y$=tool", (&["POST"], Some("^/x=y$"), &[], None, Kind::Tool, &[])),
            ("=exclude", (&[], None, &[], None, Kind::Exclude, &[])),
        ];
        for (text, (methods, pattern, tags, id, kind, given)) in cases {
            let rule = parse(text).expect(text);
            assert_eq!(rule.methods, methods, "{text}");
            assert_eq!(rule.pattern.as_ref().map(Regex::as_str), pattern, "{text}");
            assert_eq!(rule.tags, tags, "{text}");
            assert_eq!(rule.operation_id.as_deref(), id, "{text}");
            assert_eq!(rule.kind, kind, "{text}");
            assert_eq!(rule.mcp_tags, given, "{text}");
        }
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        let cases = [
            ("GET /users", "CONDITIONS=TYPE"),
            ("GET /users=gadget", "resource_template"),
            ("GET (=tool", "regular expression"),
            ("/a /b=tool", "one PATTERN"),
            ("operation:a operation:b=tool", "one operation"),
        ];
        for (text, says) in cases {
            let message = parse(text).expect_err(text);
            assert!(message.contains(says), "{text}: {message}");
        }
    }
}
