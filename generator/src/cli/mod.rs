//! The command line: flags, files, the terminal and exit codes; a file for each subcommand.

mod answer;
mod arguments;
mod call;
mod check;
mod compile;
mod compiled;
mod config;
mod demo;
mod dry_run;
mod failure;
mod flags;
mod inspect;
mod likeness;
mod load;
mod openapi;
mod output;
mod read;
mod recorded;
mod report;
mod serve;
mod upstream;
mod weigh;

use std::{ffi::OsString, path::Path, process::ExitCode};

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, parser::ValueSource};

use self::{config::Config, failure::Failure};

/// What this program's own entries of the log stand under.
const LOG_TARGET: &str = "mcpgen";

/// Turns an HTTP API's description (OpenAPI, Swagger) into an MCP server.
#[derive(Debug, Parser)]
#[command(name = "mcpgen", version, args_override_self = true, arg_required_else_help = true, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(Box<serve::Serve>),
    Inspect(inspect::Inspect),
    Check(check::Check),
    Call(call::Call),
    Read(read::Read),
    Compile(compile::Compile),
    Openapi(openapi::Openapi),
    Demo(demo::Demo),
}

impl Command {
    /// The file that `--config` names.
    fn config(&self) -> Option<&Path> {
        match self {
            Self::Serve(serve) => serve.description.config.as_deref(),
            Self::Inspect(inspect) => inspect.description.config.as_deref(),
            Self::Check(check) => check.description.config.as_deref(),
            Self::Call(call) => call.description.config.as_deref(),
            Self::Read(read) => read.description.config.as_deref(),
            Self::Compile(compile) => compile.description.config.as_deref(),
            Self::Openapi(openapi) => openapi.description.config.as_deref(),
            Self::Demo(_) => None,
        }
    }

    fn mapping_mut(&mut self) -> Option<&mut flags::Mapping> {
        match self {
            Self::Serve(serve) => Some(&mut serve.mapping),
            Self::Inspect(inspect) => Some(&mut inspect.mapping),
            Self::Check(check) => Some(&mut check.mapping),
            Self::Call(call) => Some(&mut call.mapping),
            Self::Read(read) => Some(&mut read.mapping),
            Self::Compile(compile) => Some(&mut compile.mapping),
            Self::Openapi(openapi) => Some(&mut openapi.mapping),
            Self::Demo(_) => None,
        }
    }

    fn run(self) -> Result<(), Failure> {
        match self {
            Self::Serve(serve) => serve.run(),
            Self::Inspect(inspect) => inspect.run(),
            Self::Check(check) => check.run(),
            Self::Call(call) => call.run(),
            Self::Read(read) => read.run(),
            Self::Compile(compile) => compile.run(),
            Self::Openapi(openapi) => openapi.run(),
            Self::Demo(demo) => demo.run(),
        }
    }
}

/// Runs the command line of this process and gives its exit code: 0 done, 1 failed while working, 2 wrong usage or an
/// unusable input.
pub fn main() -> ExitCode {
    let outcome = parse(&std::env::args_os().collect::<Vec<_>>()).and_then(Command::run);
    outcome.map_or_else(Failure::tell, |()| ExitCode::SUCCESS)
}

/// Reads the words of a command line, those of its config file included.
fn parse(words: &[OsString]) -> Result<Command, Failure> {
    let (mut command, matches) = read(words)?;
    let mut given = about_descriptions(&matches);
    let recorded = if matches!(command, Command::Openapi(_)) { recorded::flags(&matches) } else { Vec::new() };
    if let Some(path) = command.config() {
        let config = Config::read(path)?;
        // What the command line says comes last and counts.
        let subcommand = words.get(1).and_then(|word| word.to_str()).unwrap_or_default().to_owned();
        let (program, rest) = words.split_at(words.len().min(2));
        let all = program.iter().cloned().chain(config.words(&subcommand)).chain(rest.iter().cloned());
        let (again, matches) = read(&all.collect::<Vec<_>>())?;
        (command, given) = (again, about_descriptions(&matches));
        given.extend((!config.rules.is_empty()).then(|| crate::settings::ROUTES.to_owned()));
        if let Some(mapping) = command.mapping_mut() {
            mapping.config_rules = config.rules;
            mapping.config_prompts = config.prompts;
        }
    }
    if let Some(mapping) = command.mapping_mut() {
        mapping.given = given;
    }
    if let Command::Openapi(openapi) = &mut command {
        openapi.recorded = recorded;
    }
    Ok(command)
}

/// Flags about a description that mean something with a catalog too.
const WITH_CATALOGS: [&str; 4] = ["base-url", "config", "proxy-env", "ca-file"];

/// The command, and what stands behind its name.
fn read(words: &[OsString]) -> Result<(Command, ArgMatches), Failure> {
    let mut definition = Cli::command();
    let mut matches = definition.try_get_matches_from_mut(words)?;
    let command = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut definition))?.command;
    let matches = matches.remove_subcommand().map(|(_, matches)| matches).unwrap_or_default();
    Ok((command, matches))
}

/// Which of the flags that only have a meaning with a description were given.
fn about_descriptions(matches: &ArgMatches) -> Vec<String> {
    let flags = flags::Mapping::augment_args(flags::Description::augment_args(clap::Command::new("")));
    let given = flags.get_arguments().filter_map(|flag| {
        let long = flag.get_long().filter(|long| !WITH_CATALOGS.contains(long))?;
        let id = flag.get_id().as_str();
        let is_flag = matches.try_contains_id(id).is_ok();
        (is_flag && matches.value_source(id) == Some(ValueSource::CommandLine)).then(|| format!("--{long}"))
    });
    given.collect()
}

/// The subcommand's definition.
fn definition(subcommand: &str) -> Option<clap::Command> {
    Cli::command().find_subcommand(subcommand).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_is_documented() {
        let page = include_str!("../../../docs/cli.md");
        for command in Cli::command().get_subcommands() {
            for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
                let name = command.get_name();
                assert!(page.contains(&format!("--{flag}")), "docs/cli.md does not name --{flag} of {name}");
            }
        }
    }

    #[test]
    fn the_command_line_counts_more_than_the_config_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mcpgen.yaml");
        std::fs::write(
            &path,
            "map: tools\nname: file\ninclude: [tag:a]\nport: 9000\nroute_maps: [{type: exclude, tags: [t]}]\n",
        )
        .unwrap();
        let words = ["mcpgen", "inspect", "x.yaml", "--config", path.to_str().unwrap(), "--name", "flag"];
        let words = words.into_iter().chain(["--include", "tag:b", "--route", "GET=tool"]).map(OsString::from);
        let Ok(Command::Inspect(inspect)) = parse(&words.collect::<Vec<_>>()) else { panic!("it is an inspect") };
        let options = inspect.mapping.options();
        assert_eq!(options.name.as_deref(), Some("flag"));
        assert_eq!(options.mode, crate::mapping::MapMode::Tools);
        assert_eq!(options.selection.include.len(), 2);
        let kinds: Vec<_> = options.rules.iter().map(|rule| rule.kind).collect();
        assert_eq!(kinds, [crate::mapping::Kind::Tool, crate::mapping::Kind::Exclude]);
    }
}
