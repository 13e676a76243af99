//! The config file: every flag as a key (`base_url` for `--base-url`), the route rules under `route_maps`, and prompts.
//!
//! Keys become the words that a command line would have, so that there is one reader of values and one list of settings.
//! `${NAME}` in a value is the environment variable's; in that of a secret it stays, to be read where the secret is.

use std::{ffi::OsString, path::Path};

use clap::{ArgAction, Parser};
use mcpgen_runtime::{
    catalog::Prompt,
    environment::{VariableError, expand},
};

use super::{
    Cli, definition,
    failure::{Failure, has_userinfo, without_userinfo},
};
use crate::{
    diagnostic::Diagnostic,
    mapping::Rule,
    settings::{
        PROMPTS, ROUTES, is_blank, prompts, rules,
        value::{scalar, unknown, wrong},
    },
    source::{Entry, Node, Tree},
};

/// Flags that are no keys: what they say a file cannot, or says under [`ROUTES`].
const FLAGS_ONLY: [&str; 3] = ["config", "route", "help"];
/// Flags that name the place of a secret.
const SECRETS: [&str; 5] = ["header", "auth", "auth-refresh-token", "bearer-token", "spec-header"];

/// What a config file says.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The flag of each key, without dashes, and its words.
    settings: Vec<(String, Vec<OsString>)>,
    /// The rules in their order.
    pub(super) rules: Vec<Rule>,
    /// The prompts in their order.
    pub(super) prompts: Vec<Prompt>,
}

impl Config {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read(path)
            .map_err(|error| Failure::usage(format!("cannot read the config file {}: {error}", path.display())))?;
        Self::parse(&path.display().to_string(), text)
    }

    fn parse(name: &str, text: Vec<u8>) -> Result<Self, Failure> {
        if is_blank(&text) {
            return Ok(Self::default());
        }
        let (tree, _) = Tree::parse(name, text).map_err(Failure::Document)?;
        read(tree.root()).map_err(|diagnostic| Failure::Document(Box::new(diagnostic)))
    }

    /// The words for a subcommand; what it has no flag for, another one has.
    pub(super) fn words(&self, subcommand: &str) -> Vec<OsString> {
        let flags = flags_of(subcommand);
        let known = |flag: &str| flags.iter().any(|known| known.get_long() == Some(flag));
        self.settings.iter().filter(|(flag, _)| known(flag)).flat_map(|(_, words)| words.clone()).collect()
    }
}

/// The flags of a subcommand that are keys.
fn flags_of(subcommand: &str) -> Vec<clap::Arg> {
    let definition = definition(subcommand);
    let flags = definition.iter().flat_map(clap::Command::get_arguments);
    flags.filter(|flag| flag.get_long().is_some_and(|long| !FLAGS_ONLY.contains(&long))).cloned().collect()
}

fn read(root: Node<'_>) -> Result<Config, Diagnostic> {
    if root.is_null() {
        return Ok(Config::default());
    }
    if !root.is_object() {
        return Err(wrong(
            root,
            "invalid-config",
            "a config file is an object of settings",
            "see docs/cli.md for the keys",
        ));
    }
    // `serve` has every flag that another command has.
    let flags = flags_of("serve");
    let mut config = Config::default();
    for entry in root.entries() {
        if entry.key == ROUTES {
            config.rules = rules(entry.value)?;
            continue;
        }
        if entry.key == PROMPTS {
            config.prompts = prompts(entry.value)?;
            continue;
        }
        let long = entry.key.replace('_', "-");
        let flag = flags.iter().find(|flag| flag.get_long() == Some(&long) && !entry.key.contains('-'));
        let Some(flag) = flag else {
            let known: Vec<String> =
                flags.iter().filter_map(clap::Arg::get_long).map(|long| long.replace('-', "_")).collect();
            return Err(unknown(&entry, known.iter().map(String::as_str).chain([ROUTES, PROMPTS])));
        };
        let words = words(&long, flag, entry.value)?;
        check(&long, &words, entry.value)?;
        config.settings.push((long, words));
    }
    Ok(config)
}

/// The words that say the same on a command line.
fn words(long: &str, flag: &clap::Arg, value: Node<'_>) -> Result<Vec<OsString>, Diagnostic> {
    let word = |text: &str| {
        let text = if SECRETS.contains(&long) { Ok(text.to_owned()) } else { expand(text) };
        let unset =
            |error: VariableError| wrong(value, "invalid-setting", &error.to_string(), "set it, or write the value");
        text.map(|text| OsString::from(format!("--{long}={text}"))).map_err(unset)
    };
    let repeatable = matches!(flag.get_action(), ArgAction::Append);
    let named = flag.get_value_names().is_some_and(|names| names.iter().any(|name| name.contains('=')));
    let expected = match (flag.get_action(), named) {
        (ArgAction::SetTrue, _) => "true or false",
        (_, true) => "an object, each name with its value",
        _ if repeatable => "a text or a list of texts",
        _ => "a text or a number",
    };
    let refused =
        || wrong(value, "invalid-setting", &format!("expected {expected} here"), "see docs/cli.md for the form");
    if matches!(flag.get_action(), ArgAction::SetTrue) {
        return match value.as_bool() {
            Some(true) => Ok(vec![format!("--{long}").into()]),
            Some(false) => Ok(Vec::new()),
            None => Err(refused()),
        };
    }
    if value.is_object() && named {
        let pair = |entry: Entry<'_>| Some(format!("{}={}", entry.key, scalar(entry.value)?));
        return value.entries().map(|entry| word(&pair(entry).ok_or_else(refused)?)).collect();
    }
    if value.is_array() && repeatable {
        return value.items().map(|item| word(&scalar(item).ok_or_else(refused)?)).collect();
    }
    Ok(vec![word(&scalar(value).ok_or_else(refused)?)?])
}

/// Lets clap read the words alone, so that what is wrong is told with its place.
fn check(long: &str, words: &[OsString], value: Node<'_>) -> Result<(), Diagnostic> {
    let line = ["mcpgen", "serve", "-"].into_iter().map(OsString::from).chain(words.iter().cloned());
    let told = match Cli::try_parse_from(line) {
        Ok(Cli { command: super::Command::Serve(serve) }) => {
            let checks = [
                serve.upstream.sources().map(drop),
                serve.description.headers().map(drop),
                serve.server.inbound.check(),
            ];
            checks.into_iter().find_map(Result::err)
        }
        Ok(_) => None,
        Err(error) => Some(plain(&error)),
    };
    let Some(message) = told else { return Ok(()) };
    let mut told = wrong(value, "invalid-setting", &without_userinfo(&message), "see docs/cli.md for the form");
    if SECRETS.contains(&long) || has_userinfo(&message) {
        // The line may hold what should not stand there.
        told.snippet = None;
    }
    Err(told)
}

/// What clap says, on one line and without its hints about a command line.
fn plain(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.lines().map(str::trim).take_while(|line| !line.is_empty());
    lines.map(|line| line.trim_start_matches("error: ")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::settings::{keys, value::nearest};

    /// What build scripts have no use for: they read files.
    const NOT_IN_BUILD_SCRIPTS: [&str; 3] = ["ca_file", "proxy_env", "spec_header"];

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse("mcpgen.yaml", text.into()).map_err(|failure| match failure {
            Failure::Document(diagnostic) => diagnostic.render(crate::diagnostic::Color::Never),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn keys_become_words() {
        let cases: [(&str, &[&str]); 17] = [
            ("", &[]),
            // What cargo sets for every test.
            ("base_url: 'https://${CARGO_PKG_NAME}.test'", &["--base-url=https://mcpgen.test"]),
            ("header: {X-Key: 'a ${CARGO_PKG_NAME}'}", &["--header=X-Key=a ${CARGO_PKG_NAME}"]),
            ("auth_scope: {sso: a b}", &["--auth-scope=sso=a b"]),
            ("# nothing yet\n", &[]),
            ("{}", &[]),
            ("base_url: https://a.test", &["--base-url=https://a.test"]),
            ("port: 9000", &["--port=9000"]),
            ("read_only: true", &["--read-only"]),
            ("read_only: false", &[]),
            ("include: tag:a", &["--include=tag:a"]),
            ("include: [tag:a, path:/b]", &["--include=tag:a", "--include=path:/b"]),
            (
                "server_variable: {region: eu, version: 1.10}",
                &["--server-variable=region=eu", "--server-variable=version=1.10"],
            ),
            ("header: {X-Tenant: env:TENANT}", &["--header=X-Tenant=env:TENANT"]),
            ("auth: [key=env:KEY]", &["--auth=key=env:KEY"]),
            ("sessions: off", &["--sessions=off"]),
            ("sessions: false", &["--sessions=false"]),
        ];
        for (text, expected) in cases {
            let words = parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).words("serve");
            assert_eq!(words, expected, "{text}");
        }
    }

    #[test]
    fn a_command_gets_the_words_that_it_knows() {
        let config = parse("port: 9000\nname: a\nlog_level: debug").unwrap();
        assert_eq!(config.words("serve"), ["--port=9000", "--name=a", "--log-level=debug"]);
        assert_eq!(config.words("inspect"), ["--name=a"]);
    }

    #[test]
    fn rules_are_read() {
        let text = "route_maps:\n  - {methods: get, pattern: '^/a', type: tool, mcp_tags: [x, y]}\n  - {methods: ['*'], tags: [t], operation_id: 7, type: exclude}\n";
        let rules = parse(text).unwrap().rules;
        let shown: Vec<_> = rules
            .iter()
            .map(|rule| {
                let pattern = rule.pattern.as_ref().map(Regex::as_str);
                (
                    rule.methods.join(","),
                    pattern,
                    rule.tags.join(","),
                    rule.operation_id.as_deref(),
                    rule.mcp_tags.join(","),
                )
            })
            .collect();
        let expected = [
            ("GET".to_owned(), Some("^/a"), String::new(), None, "x,y".to_owned()),
            (String::new(), None, "t".to_owned(), Some("7"), String::new()),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn prompts_are_read() {
        let text = "prompts:\n  - name: greet\n    arguments: [{name: who, required: true, values: [a, 1]}]\n    messages: ['Hello {{ who }}', {role: assistant, text: 7}, {resource: 'api://x/{{ who }}'}]\n";
        let prompts = parse(text).unwrap().prompts;
        let expected = serde_json::json!([{
            "name": "greet",
            "arguments": [{"name": "who", "required": true, "values": ["a", "1"]}],
            "messages": [
                {"role": "user", "content": {"text": "Hello {{ who }}"}},
                {"role": "assistant", "content": {"text": "7"}},
                {"role": "user", "content": {"resource": "api://x/{{ who }}"}},
            ],
        }]);
        assert_eq!(serde_json::to_value(prompts).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_with_a_prompt_is_told_with_its_place() {
        let cases: [(&str, &[&str]); 11] = [
            ("prompts: {}", &["mcpgen.yaml:1:10", "a list of prompts"]),
            ("prompts: [greet]", &["mcpgen.yaml:1:11", "expected a prompt"]),
            ("prompts:\n  - {nmae: a}", &["mcpgen.yaml:2:6", "did you mean name?"]),
            ("prompts:\n  - messages: [a]", &["mcpgen.yaml:2:5", "no name"]),
            ("prompts:\n  - {name: a b, messages: [a]}", &["mcpgen.yaml:2:12", "\"a b\" is no name"]),
            ("prompts:\n  - name: a", &["mcpgen.yaml:2:5", "no messages"]),
            (
                "prompts:\n  - {name: a, messages: [b]}\n  - {name: a, messages: [b]}",
                &["mcpgen.yaml:3:12", "two prompts"],
            ),
            ("prompts:\n  - {name: a, arguments: [{name: 1x}], messages: [b]}", &["mcpgen.yaml:2:34", "\"1x\""]),
            (
                "prompts:\n  - name: a\n    messages:\n      - text: |\n          x\n          {{ y",
                &["mcpgen.yaml:5:", "line 2 of the template"],
            ),
            ("prompts:\n  - {name: a, messages: [{text: '{{ b }}'}]}", &["mcpgen.yaml:2:33", "\"b\" is no argument"]),
            (
                "prompts:\n  - {name: a, messages: [{role: system, text: b}]}",
                &["mcpgen.yaml:2:33", "user or assistant"],
            ),
        ];
        for (text, says) in cases {
            let message = parse(text).expect_err(text);
            for part in says {
                assert!(message.contains(part), "{text}: {part} is not in\n{message}");
            }
        }
    }

    #[test]
    fn build_scripts_read_the_same_keys() {
        let flags = flags_of("openapi");
        let of_mapping = ["Mapping", "Description"];
        for flag in flags_of("serve") {
            let key = flag.get_long().unwrap_or_default().replace('-', "_");
            let is_of_mapping = flags.iter().any(|other| other.get_id() == flag.get_id())
                && flag.get_help_heading().is_some_and(|heading| of_mapping.contains(&heading));
            let is_known = keys().any(|known| known == key) || NOT_IN_BUILD_SCRIPTS.contains(&key.as_str());
            assert_eq!(is_known, is_of_mapping, "{key}");
            // What is another's is no slip of the pen.
            let near = nearest(&key, keys());
            assert!(is_known || near.is_none(), "{key} is taken for {near:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let cases: [(&str, &[&str]); 19] = [
            ("name: ${MCPGEN_NO_SUCH}", &["mcpgen.yaml:1:7", "MCPGEN_NO_SUCH is not set"]),
            ("bearer_token: s3cret", &["mcpgen.yaml:1:15", "env:VARIABLE"]),
            ("auth_refresh_token: {sso: s3cret}", &["mcpgen.yaml:1:21", "env:VARIABLE"]),
            ("metods: [GET]", &["mcpgen.yaml:1:1", "metods"]),
            ("name: a\nbase-url: https://a.test", &["mcpgen.yaml:2:1", "did you mean base_url?"]),
            ("route_map: []", &["mcpgen.yaml:1:1", "did you mean route_maps?"]),
            ("route_maps:\n  - metods: [GET]\n    type: tool", &["mcpgen.yaml:2:5", "did you mean methods?"]),
            ("route_maps:\n  - type: gadget", &["mcpgen.yaml:2:11", "gadget", "resource_template"]),
            ("route_maps:\n  - {pattern: '(', type: tool}", &["mcpgen.yaml:2:15", "regular expression"]),
            ("route_maps:\n  - {methods: [GET]}", &["mcpgen.yaml:2:5", "no type"]),
            ("route_maps: {}", &["mcpgen.yaml:1:13", "list of rules"]),
            ("route_maps: [tool]", &["mcpgen.yaml:1:14", "expected a rule"]),
            ("map: semantics", &["mcpgen.yaml:1:6", "semantic, tools"]),
            ("port: 70000", &["mcpgen.yaml:1:7", "70000"]),
            ("port: [1]", &["mcpgen.yaml:1:7", "a text or a number"]),
            ("read_only: maybe", &["mcpgen.yaml:1:12", "true or false"]),
            ("name:", &["mcpgen.yaml:1:", "a text or a number"]),
            ("header: {X-Key: s3cret}", &["mcpgen.yaml:1:9", "env:VARIABLE"]),
            ("[]", &["mcpgen.yaml:1:1", "object of settings"]),
        ];
        for (text, says) in cases {
            let message = parse(text).expect_err(text);
            for part in says {
                assert!(message.contains(part), "{text}: {part} is not in\n{message}");
            }
            assert!(!message.contains("s3cret"), "{message}");
        }
    }
}
