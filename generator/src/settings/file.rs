//! What a config file says of a mapping, where there is no command line.
//!
//! The same file may hold what a server wants to know: such keys are passed over, and one that looks like a slip of the
//! pen is an error.

use std::path::Path;

use mcpgen_runtime::{
    catalog::{BaseUrl, DeepObjectArrays, Prompt},
    environment::{expand, variables},
};

use super::{
    PROMPTS, ROUTES, prompts, rules, uri_prefix,
    value::{nearest, scalar, unknown, wrong},
};
use crate::{
    diagnostic::Diagnostic,
    mapping::{MapMode, MapOptions, OutputSchemas, Selector},
    source::{Node, Tree},
};

/// How a description is read and mapped.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) options: MapOptions,
    /// Where references may lead too.
    pub(crate) allow_refs: Vec<String>,
    /// Whether an operation that has to be left out is an error.
    pub(crate) strict: bool,
    /// What stands beside the operations.
    pub(crate) prompts: Vec<Prompt>,
    /// The environment variables that the file names.
    pub(crate) variables: Vec<String>,
}

/// Takes the value of a key.
type Take = fn(&mut Settings, &mut Value<'_, '_>) -> Result<(), Diagnostic>;

/// The keys that say something of a mapping.
const KEYS: [(&str, Take); 14] = [
    ("allow_ref", |settings, value| value.texts().map(|texts| settings.allow_refs.extend(texts))),
    ("base_url", |settings, value| {
        let url = value.text()?;
        BaseUrl::check(&url).map_err(|why| value.wrong(why))?;
        settings.options.base_url = Some(url);
        Ok(())
    }),
    ("deep_object_arrays", |settings, value| {
        let forms = [
            ("index", DeepObjectArrays::Index),
            ("brackets", DeepObjectArrays::Brackets),
            ("repeat", DeepObjectArrays::Repeat),
        ];
        value.one_of(&forms).map(|form| settings.options.deep_object_arrays = form)
    }),
    ("exclude", |settings, value| {
        value.selectors().map(|selectors| settings.options.selection.exclude.extend(selectors))
    }),
    ("include", |settings, value| {
        value.selectors().map(|selectors| settings.options.selection.include.extend(selectors))
    }),
    ("map", |settings, value| {
        let modes = [("semantic", MapMode::Semantic), ("tools", MapMode::Tools)];
        value.one_of(&modes).map(|mode| settings.options.mode = mode)
    }),
    ("name", |settings, value| value.text().map(|name| settings.options.name = Some(name))),
    ("output_schemas", |settings, value| {
        let forms = [("loose", OutputSchemas::Loose), ("strict", OutputSchemas::Strict), ("none", OutputSchemas::None)];
        value.one_of(&forms).map(|form| settings.options.output_schemas = form)
    }),
    (PROMPTS, |settings, value| prompts(value.node).map(|prompts| settings.prompts = prompts)),
    ("read_only", |settings, value| value.flag().map(|flag| settings.options.selection.read_only = flag)),
    (ROUTES, |settings, value| rules(value.node).map(|rules| settings.options.rules.extend(rules))),
    ("server_variable", |settings, value| value.pairs().map(|pairs| settings.options.server_variables.extend(pairs))),
    ("strict", |settings, value| value.flag().map(|flag| settings.strict = flag)),
    ("uri_prefix", |settings, value| {
        let prefix = uri_prefix::parse(&value.text()?).map_err(|why| value.wrong(&why))?;
        settings.options.uri_prefix = Some(prefix);
        Ok(())
    }),
];

/// The names of the keys.
pub(crate) fn keys() -> impl Iterator<Item = &'static str> + Clone {
    KEYS.iter().map(|(key, _)| *key)
}

impl Settings {
    /// Reads a config file.
    pub(crate) fn read(path: &Path) -> Result<Self, Box<Diagnostic>> {
        let name = path.display().to_string();
        let text = std::fs::read(path).map_err(|error| {
            let told = Diagnostic::error("unreadable-config", format!("cannot read the config file {name}: {error}"));
            Box::new(told.help("name a file that is there"))
        })?;
        Self::parse(&name, text)
    }

    fn parse(name: &str, text: Vec<u8>) -> Result<Self, Box<Diagnostic>> {
        let mut settings = Self::default();
        if is_blank(&text) {
            return Ok(settings);
        }
        let (tree, _) = Tree::parse(name, text)?;
        settings.take(tree.root()).map_err(Box::new)?;
        Ok(settings)
    }

    fn take(&mut self, root: Node<'_>) -> Result<(), Diagnostic> {
        if root.is_null() {
            return Ok(());
        }
        if !root.is_object() {
            let help = "see docs/cli.md for the keys";
            return Err(wrong(root, "invalid-config", "a config file is an object of settings", help));
        }
        for entry in root.entries() {
            match KEYS.iter().find(|(key, _)| *key == entry.key) {
                Some((_, take)) => {
                    let mut names = Vec::new();
                    let mut value = Value { node: entry.value, variables: &mut names };
                    take(self, &mut value)?;
                    self.variables.extend(names);
                }
                None if nearest(entry.key, keys()).is_some() => return Err(unknown(&entry, keys())),
                None => {}
            }
        }
        Ok(())
    }
}

/// Whether a file says nothing.
pub(crate) fn is_blank(text: &[u8]) -> bool {
    let blank = |line: &[u8]| line.trim_ascii().is_empty() || line.trim_ascii_start().starts_with(b"#");
    text.split(|byte| *byte == b'\n').all(blank)
}

/// The value of a key, and the variables that it names.
struct Value<'n, 'v> {
    node: Node<'n>,
    variables: &'v mut Vec<String>,
}

impl Value<'_, '_> {
    fn wrong(&self, message: &str) -> Diagnostic {
        wrong(self.node, "invalid-setting", message, "see docs/cli.md for the form")
    }

    fn expected(&self, what: &str) -> Diagnostic {
        self.wrong(&format!("expected {what} here"))
    }

    fn expand(&mut self, node: Node<'_>, what: &str) -> Result<String, Diagnostic> {
        let text = scalar(node).ok_or_else(|| self.expected(what))?;
        self.variables.extend(variables(&text).map(|(_, name)| name.to_owned()));
        expand(&text).map_err(|error| self.wrong(&error.to_string()))
    }

    fn text(&mut self) -> Result<String, Diagnostic> {
        self.expand(self.node, "a text or a number")
    }

    fn texts(&mut self) -> Result<Vec<String>, Diagnostic> {
        let what = "a text or a list of texts";
        if self.node.is_array() {
            self.node.items().map(|item| self.expand(item, what)).collect()
        } else {
            Ok(vec![self.expand(self.node, what)?])
        }
    }

    fn pairs(&mut self) -> Result<Vec<(String, String)>, Diagnostic> {
        let what = "an object, each name with its value";
        if self.node.is_object() {
            return self.node.entries().map(|one| Ok((one.key.to_owned(), self.expand(one.value, what)?))).collect();
        }
        let pair = |text: &String| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.texts()?.iter().map(|text| pair(text).ok_or_else(|| self.expected(what))).collect()
    }

    fn selectors(&mut self) -> Result<Vec<Selector>, Diagnostic> {
        self.texts()?.iter().map(|text| Selector::parse(text).map_err(|why| self.wrong(&why))).collect()
    }

    fn flag(&self) -> Result<bool, Diagnostic> {
        self.node.as_bool().ok_or_else(|| self.expected("true or false"))
    }

    fn one_of<T: Copy>(&mut self, names: &[(&str, T)]) -> Result<T, Diagnostic> {
        let text = self.text()?;
        names.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            self.expected(&names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Color;

    fn parse(text: &str) -> Result<Settings, String> {
        Settings::parse("mcpgen.yaml", text.into()).map_err(|told| told.render(Color::Never))
    }

    #[test]
    fn keys_are_taken() {
        let text = "
            name: 'shop ${CARGO_PKG_NAME}'
            map: tools
            include: [tag:a, path:/b]
            exclude: tag:c
            read_only: true
            base_url: https://a.test
            server_variable: {region: eu}
            output_schemas: none
            deep_object_arrays: repeat
            allow_ref: ../shared
            strict: true
            uri_prefix: 'shop://'
            route_maps: [{methods: GET, type: tool}]
            prompts: [{name: greet, messages: [Hello.]}]
            # What a server wants to know.
            port: 9000
            header: {X-Tenant: 'env:TENANT'}
        ";
        let Settings { options, allow_refs, strict, prompts, variables } = parse(text).unwrap();
        assert_eq!(options.name.as_deref(), Some("shop mcpgen"));
        assert_eq!((options.mode, options.output_schemas), (MapMode::Tools, OutputSchemas::None));
        assert_eq!((options.selection.include.len(), options.selection.exclude.len()), (2, 1));
        assert!(options.selection.read_only && strict);
        assert_eq!(options.base_url.as_deref(), Some("https://a.test"));
        assert_eq!(options.uri_prefix.as_deref(), Some("shop://"));
        assert_eq!(options.server_variables["region"], "eu");
        assert_eq!(options.deep_object_arrays, DeepObjectArrays::Repeat);
        assert_eq!(options.rules.len(), 1);
        assert_eq!(allow_refs, ["../shared"]);
        assert_eq!(prompts[0].name, "greet");
        assert_eq!(variables, ["CARGO_PKG_NAME"]);
        for text in ["", "# nothing yet\n", "{}", "~"] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let cases = [
            ("[]", "mcpgen.yaml:1:1", "object of settings"),
            ("includes: tag:a", "mcpgen.yaml:1:1", "did you mean include?"),
            ("map: semantics", "mcpgen.yaml:1:6", "semantic, tools"),
            ("name: ${MCPGEN_NO_SUCH}", "mcpgen.yaml:1:7", "MCPGEN_NO_SUCH is not set"),
            ("read_only: maybe", "mcpgen.yaml:1:12", "true or false"),
            ("include: {a: b}", "mcpgen.yaml:1:10", "a list of texts"),
            ("include: 'path:['", "mcpgen.yaml:1:10", "glob"),
            ("base_url: /v1", "mcpgen.yaml:1:11", "absolute http or https URL"),
            ("uri_prefix: 'https://a/'", "mcpgen.yaml:1:13", "choose another scheme"),
            ("server_variable: [a]", "mcpgen.yaml:1:18", "each name with its value"),
            ("name: [a]", "mcpgen.yaml:1:7", "a text or a number"),
            ("route_maps:\n  - type: gadget", "mcpgen.yaml:2:11", "resource_template"),
        ];
        for (text, place, says) in cases {
            let message = parse(text).expect_err(text);
            assert!(message.contains(place) && message.contains(says), "{text}: {message}");
        }
    }
}
