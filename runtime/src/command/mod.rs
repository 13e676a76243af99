//! The command line of a server: flags, the log, exit codes.
//!
//! [`run`] is the `main` of an emitted crate. `mcpgen serve` is made of the same parts.

mod failure;
pub mod flags;
pub mod log;
mod serve;
pub mod terminal;
mod upstream;

use std::{ffi::OsString, path::Path, process::ExitCode};

use clap::{CommandFactory, FromArgMatches, Parser};

use self::flags::{Connection, Transport, value};
pub use self::{
    failure::Failure,
    serve::{block_on, serve},
    upstream::{client_options, header, tell},
};
use crate::{client::Client, dispatch::Dispatch, emitted::Server};

#[derive(Debug, Parser)]
#[command(args_override_self = true, max_term_width = 110)]
struct Flags {
    /// Where requests go, instead of the API's own address
    #[arg(long, value_name = "URL", value_parser = value::base_url, help_heading = "Calls to the API")]
    base_url: Option<String>,
    #[command(flatten)]
    upstream: flags::Upstream,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    files: flags::Files,
    #[command(flatten)]
    server: flags::Server,
    #[command(flatten)]
    log: flags::Log,
}

/// Serves a server as the flags of this process say, and gives its exit code: 0 done, 1 failed while working, 2 wrong
/// usage or a server that cannot be served.
///
/// The crate that `server` is of logs what `--log-level` says.
pub fn run<S: FnOnce() -> Server>(server: S) -> ExitCode {
    let program = std::any::type_name::<S>().split("::").next().unwrap_or_default();
    let words: Vec<OsString> = std::env::args_os().collect();
    let server = server();
    let flags = match parse(&server, &words) {
        Ok(flags) => flags,
        Err(error) => {
            // Nothing is to be done where nobody reads it.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    log::start(&flags.log, program);
    start(server, &flags).map_or_else(Failure::tell, |()| ExitCode::SUCCESS)
}

fn parse(server: &Server, words: &[OsString]) -> Result<Flags, clap::Error> {
    Flags::from_arg_matches(&command(server, words.first()).try_get_matches_from(words)?)
}

/// The definition, under the name of the program and with the words of the server.
fn command(server: &Server, program: Option<&OsString>) -> clap::Command {
    let info = server.info();
    let program = program.map(Path::new).and_then(Path::file_stem).map(|name| name.to_string_lossy().into_owned());
    let title = info.title.as_ref().unwrap_or(&info.name);
    Flags::command()
        .name(program.unwrap_or_else(|| info.name.clone()))
        .version(info.version.clone())
        .about(format!("Serves {title} over MCP"))
        .mut_arg("transport", |transport| {
            transport.help("Serve one client over standard input and output (stdio, the default), or many over HTTP")
        })
}

fn start(server: Server, flags: &Flags) -> Result<(), Failure> {
    let dispatch = dispatch(server, flags)?;
    let catalog = dispatch.catalog();
    let is_empty = catalog.tools.is_empty() && catalog.resources.is_empty() && catalog.resource_templates.is_empty();
    if is_empty && catalog.prompts.is_empty() {
        tracing::warn!("there is nothing to serve");
    }
    let transport = flags.server.transport.unwrap_or(Transport::Stdio);
    block_on(serve(dispatch, transport, &flags.server, |_| {}))
}

/// What calls the API, as the flags say.
fn dispatch(mut server: Server, flags: &Flags) -> Result<Dispatch, Failure> {
    if let Some(base_url) = &flags.base_url {
        server.override_base_url(base_url);
    }
    let mut ready = server.ready().map_err(Failure::usage)?;
    if !ready.has_servers() {
        return Err(Failure::usage("the API has no address of its own; say where requests go with --base-url URL"));
    }
    if flags.files.are_allowed() {
        ready.allow_files(flags.files.open().map_err(Failure::usage)?);
    }
    let options = client_options(&flags.upstream, flags.connection.clone())?;
    let credentials = ready.credentials(&flags.upstream.credentials()).map_err(Failure::usage)?;
    tell(&ready.report(&credentials));
    let client = Client::new(options).map_err(Failure::usage)?;
    Ok(ready.dispatch(client, credentials))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    fn server() -> Server {
        let key = SecurityScheme::ApiKey { name: "X-Key".to_owned(), location: ApiKeyLocation::Header };
        Server::new("zoo", "1.2").title("The zoo").security_scheme("key", key)
    }

    crate::model! {
        struct Read {}
    }

    impl Operation for Read {
        const COMPONENT: &str =
            r#"{"resource": {"name": "all", "uri": "api://zoo/all"}, "inputSchema": {"type": "object"}}"#;

        fn request(&self) -> Request {
            Request::get("/all")
        }
    }

    async fn read(api: Api, args: Read) -> ReadResult {
        api.read(args.request()).await
    }

    fn with(words: &[&str], server: Server) -> Result<Dispatch, Failure> {
        let words = std::iter::once("/bin/zoo-mcp").chain(words.iter().copied()).map(OsString::from);
        let flags = parse(&server, &words.collect::<Vec<_>>()).map_err(|error| Failure::Usage(error.to_string()))?;
        dispatch(server, &flags)
    }

    #[test]
    fn the_definition_is_sound() {
        command(&server(), None).debug_assert();
    }

    #[test]
    fn help_and_version_are_those_of_the_server() {
        let said = |word: &str| with(&[word], server()).err();
        let Some(Failure::Usage(version)) = said("--version") else { panic!("a version") };
        assert_eq!(version, "zoo-mcp 1.2\n");
        let Some(Failure::Usage(help)) = said("--help") else { panic!("help") };
        assert!(help.starts_with("Serves The zoo over MCP\n\nUsage: zoo-mcp [OPTIONS]"), "{help}");
        assert!(help.contains("--base-url") && help.contains("--auth") && !help.contains("demo"), "{help}");
    }

    #[test]
    fn what_cannot_be_served_is_refused_at_start() {
        let base_url = "--base-url=http://127.0.0.1:1";
        let cases: [(&[&str], &str); 4] = [
            (&["--base-url", "zoo"], "expected an absolute http or https URL"),
            (&[base_url, "--auth", "kye=env:HOME"], "there is no security scheme \"kye\""),
            (&[base_url, "--header", "X A=env:HOME"], "no name of a header"),
            (&[base_url, "--ca-file", "/no/such/file"], "/no/such/file"),
        ];
        for (words, expected) in cases {
            let Err(Failure::Usage(message)) = with(words, server()) else { panic!("{words:?} is refused") };
            assert!(message.contains(expected), "{message}");
        }
        assert!(with(&[base_url], server()).is_ok());
        let mut reads = server();
        reads.resource(read);
        let Err(Failure::Usage(message)) = with(&[], reads) else { panic!("it has no address") };
        assert!(message.contains("--base-url URL"), "{message}");
        let mut reads = server();
        reads.resource(read);
        assert!(with(&[base_url], reads).is_ok());
    }
}
