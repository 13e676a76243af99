//! Which `pattern`s are regular expressions.

use std::collections::HashMap;

use mcpgen_runtime::catalog::PATTERN_SIZE_LIMIT;

/// Remembers which patterns compile.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    known: HashMap<String, bool>,
}

impl Patterns {
    /// Whether the validator of arguments can use the pattern (ECMA-262, brought to Rust's syntax).
    pub(super) fn compiles(&mut self, pattern: &str) -> bool {
        if let Some(&known) = self.known.get(pattern) {
            return known;
        }
        let builds = |pattern: &str| {
            fancy_regex::RegexBuilder::new(pattern).delegate_size_limit(PATTERN_SIZE_LIMIT).build().is_ok()
        };
        let compiles = jsonschema_regex::to_rust_regex(pattern).is_ok_and(|pattern| builds(&pattern));
        self.known.insert(pattern.to_owned(), compiles);
        compiles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_compile_are_told_from_others() {
        let cases = [
            ("^[a-z]+$", true),
            (r"^\d{3}-\w+\/x$", true),
            ("^(?!foo)bar", true),
            (r"^\p{L}+$", true),
            ("([", false),
            ("*a", false),
            ("(?<n>a", false),
            ("a{1,99999}", false),
        ];
        let mut patterns = Patterns::default();
        for (pattern, expected) in cases {
            assert_eq!(patterns.compiles(pattern), expected, "{pattern}");
            assert_eq!(patterns.compiles(pattern), expected, "{pattern} again");
        }
    }
}
