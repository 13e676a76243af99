//! The flags that an emitted crate remembers: those that change what is emitted, so that it can be emitted again as it was.

use std::ffi::OsStr;

use clap::{ArgAction, ArgMatches, parser::ValueSource};

use super::{definition, failure::without_userinfo};

/// Those flags. None of them takes a secret.
const RECORDED: [&str; 14] = [
    "config",
    "allow-ref",
    "base-url",
    "server-variable",
    "map",
    "route",
    "include",
    "exclude",
    "read-only",
    "name",
    "uri-prefix",
    "output-schemas",
    "deep-object-arrays",
    "runtime",
];

/// What the command line of `openapi` says with them, in the order of its help: `--name=shop`. What a config file says is
/// said by its name.
pub(super) fn flags(matches: &ArgMatches) -> Vec<String> {
    let definition = definition("openapi");
    let known = definition.iter().flat_map(clap::Command::get_arguments);
    let recorded = known.filter_map(|flag| Some((flag.get_long().filter(|long| RECORDED.contains(long))?, flag)));
    let words = recorded.flat_map(|(long, flag)| {
        let id = flag.get_id().as_str();
        if matches!(flag.get_action(), ArgAction::SetTrue) {
            return Vec::from_iter(matches.get_flag(id).then(|| format!("--{long}")));
        }
        // What is the default stands against a config file where it is given.
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            return Vec::new();
        }
        let shown = |value: &OsStr| match long {
            // It was refused with a secret in it.
            "runtime" => value.to_string_lossy().into_owned(),
            _ => without_userinfo(&value.to_string_lossy()),
        };
        matches.get_raw(id).into_iter().flatten().map(|value| format!("--{long}={}", shown(value))).collect()
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{super::Cli, *};

    /// Flags that change nothing of what is emitted, or that stand for secrets.
    const NOT_RECORDED: [&str; 9] =
        ["spec-header", "strict", "proxy-env", "ca-file", "out", "dry-run", "check", "force", "help"];

    #[test]
    fn every_flag_is_one_that_is_recorded_or_one_that_is_not() {
        let flags = definition("openapi").expect("there is the subcommand");
        let mut flags: Vec<&str> = flags.get_arguments().filter_map(clap::Arg::get_long).collect();
        let mut decided: Vec<&str> = RECORDED.into_iter().chain(NOT_RECORDED).collect();
        flags.push("help");
        flags.sort_unstable();
        flags.dedup();
        decided.sort_unstable();
        assert_eq!(flags, decided);
    }

    #[test]
    fn what_changes_the_crate_is_recorded() {
        let cases: [(&[&str], &[&str]); 9] = [
            (&[], &[]),
            (&["--output-schemas=loose"], &["--output-schemas=loose"]),
            (&["--runtime", "path=../runtime"], &["--runtime=path=../runtime"]),
            (&["--name", "Pet store", "--map=tools"], &["--map=tools", "--name=Pet store"]),
            (&["--name", "a", "--name", "b"], &["--name=b"]),
            (&["--route", "GET ^/b=tool", "--route", "* = exclude"], &["--route=GET ^/b=tool", "--route=* = exclude"]),
            (&["--read-only", "--config", "../x.yaml"], &["--config=../x.yaml", "--read-only"]),
            (&["--spec-header", "X-Key=env:KEY", "--ca-file=a.pem", "--strict", "--force"], &[]),
            (
                &["--allow-ref", "https://user:s3cret@a.test/x", "--runtime=git=ssh://git@a.test/r"],
                &["--allow-ref=https://…@a.test/x", "--runtime=git=ssh://git@a.test/r"],
            ),
        ];
        for (given, expected) in cases {
            let words = ["mcpgen", "openapi", "x.yaml", "--out", "x"].into_iter().chain(given.iter().copied());
            let matches = Cli::command().get_matches_from(words);
            let (_, matches) = matches.subcommand().expect("there is the subcommand");
            assert_eq!(flags(matches), expected, "{given:?}");
        }
    }
}
