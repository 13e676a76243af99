//! Which operation becomes what: the user's rules first, then the built-in ones.

use globset::GlobMatcher;
use regex::Regex;

/// What an operation becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A tool.
    Tool,
    /// A resource.
    Resource,
    /// A resource template.
    ResourceTemplate,
    /// Nothing.
    Exclude,
}

impl Kind {
    /// The kinds, by the name that a configuration gives them.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("tool", Self::Tool),
        ("resource", Self::Resource),
        ("resource_template", Self::ResourceTemplate),
        ("exclude", Self::Exclude),
    ];
}

/// A user's rule. What is absent matches everything.
#[derive(Debug, Clone)]
pub struct Rule {
    /// HTTP methods, in upper case; none means any.
    pub methods: Vec<String>,
    /// Searched for in the path.
    pub pattern: Option<Regex>,
    /// All must be among the operation's tags.
    pub tags: Vec<String>,
    /// The operationId.
    pub operation_id: Option<String>,
    /// What the operation becomes.
    pub kind: Kind,
    /// Added to the component's tags.
    pub mcp_tags: Vec<String>,
}

/// What rules and selectors look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The HTTP method, in upper case.
    pub method: &'a str,
    /// The path.
    pub path: &'a str,
    /// The operationId.
    pub operation_id: Option<&'a str>,
    /// The component's name.
    pub name: &'a str,
    /// The tags.
    pub tags: &'a [String],
}

impl Rule {
    /// Whether the rule decides for this operation.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        (self.methods.is_empty() || self.methods.iter().any(|method| method.eq_ignore_ascii_case(subject.method)))
            && self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(subject.path))
            && self.tags.iter().all(|tag| subject.tags.contains(tag))
            && self.operation_id.as_deref().is_none_or(|id| subject.operation_id == Some(id))
    }
}

/// A part of `--include` or `--exclude`.
#[derive(Debug, Clone)]
pub enum Selector {
    /// Operations with this tag.
    Tag(String),
    /// The operation with this operationId or name.
    Operation(String),
    /// Operations whose path this glob matches; `*` stops at a slash, `**` does not.
    Path(GlobMatcher),
}

impl Selector {
    /// A selector from `tag:NAME`, `operation:ID`, `path:GLOB`, or a glob that begins with `/`; any other text is an
    /// operationId.
    pub fn parse(text: &str) -> Result<Self, String> {
        let glob = |pattern: &str| {
            globset::GlobBuilder::new(pattern)
                .literal_separator(true)
                .build()
                .map(|glob| Self::Path(glob.compile_matcher()))
                .map_err(|error| format!("{pattern:?} is no path glob: {}", error.kind()))
        };
        match text.split_once(':') {
            Some(("tag", name)) => Ok(Self::Tag(name.to_owned())),
            Some(("operation", id)) => Ok(Self::Operation(id.to_owned())),
            Some(("path", pattern)) => glob(pattern),
            _ if text.starts_with('/') => glob(text),
            _ if text.is_empty() => Err("expected tag:NAME, operation:ID or path:GLOB, got nothing".to_owned()),
            _ => Ok(Self::Operation(text.to_owned())),
        }
    }

    fn matches(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Tag(tag) => subject.tags.contains(tag),
            Self::Operation(id) => subject.operation_id == Some(id.as_str()) || subject.name == id,
            Self::Path(glob) => glob.is_match(subject.path),
        }
    }
}

/// Which operations are looked at at all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// One of these must match; none means that all do.
    pub include: Vec<Selector>,
    /// None of these may match.
    pub exclude: Vec<Selector>,
    /// GET and HEAD only.
    pub read_only: bool,
}

impl Selection {
    /// Whether the operation is taken.
    pub fn takes(&self, subject: &Subject<'_>) -> bool {
        (self.include.is_empty() || self.include.iter().any(|selector| selector.matches(subject)))
            && !self.exclude.iter().any(|selector| selector.matches(subject))
            && (!self.read_only || matches!(subject.method, "GET" | "HEAD"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject<'a>(method: &'a str, path: &'a str, tags: &'a [String]) -> Subject<'a> {
        Subject { method, path, operation_id: Some("getIt"), name: "getIt", tags }
    }

    #[test]
    fn every_condition_of_a_rule_must_hold() {
        let tags = ["a".to_owned(), "b".to_owned()];
        let rule = |methods: &[&str], pattern: Option<&str>, tags: &[&str], id: Option<&str>| Rule {
            methods: methods.iter().map(ToString::to_string).collect(),
            pattern: pattern.map(|p| Regex::new(p).unwrap()),
            tags: tags.iter().map(ToString::to_string).collect(),
            operation_id: id.map(str::to_owned),
            kind: Kind::Tool,
            mcp_tags: vec![],
        };
        let cases = [
            (rule(&[], None, &[], None), true),
            (rule(&["get"], Some("^/x"), &["a", "b"], Some("getIt")), true),
            (rule(&["POST"], None, &[], None), false),
            (rule(&[], Some("^/y"), &[], None), false),
            (rule(&[], None, &["a", "c"], None), false),
            (rule(&[], None, &[], Some("getI")), false),
        ];
        for (rule, expected) in cases {
            assert_eq!(rule.matches(&subject("GET", "/x/y", &tags)), expected, "{rule:?}");
        }
    }

    #[test]
    fn selectors_select() {
        let tags = ["admin".to_owned()];
        let cases = [
            ("tag:admin", true),
            ("tag:adm", false),
            ("operation:getIt", true),
            ("getIt", true),
            ("getThem", false),
            ("path:/users/*", false),
            ("/users/**", true),
            ("/users/*/posts", true),
        ];
        for (text, expected) in cases {
            let selection = Selection { include: vec![Selector::parse(text).unwrap()], ..Selection::default() };
            assert_eq!(selection.takes(&subject("GET", "/users/7/posts", &tags)), expected, "{text}");
        }
        assert!(Selector::parse("path:[").is_err());
        assert!(Selector::parse("").is_err());
        let read_only = Selection { read_only: true, ..Selection::default() };
        assert!(read_only.takes(&subject("HEAD", "/", &[])) && !read_only.takes(&subject("POST", "/", &[])));
    }
}
