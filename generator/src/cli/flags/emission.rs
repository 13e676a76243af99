//! The crate: where it is written and what it depends on.

use std::path::PathBuf;

use clap::Args;

use crate::emit::Runtime;

/// Flags of the command that writes a crate.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Crate")]
pub(in crate::cli) struct Emission {
    /// The folder of the crate; it is made where it is not there
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: PathBuf,

    /// Where the crate has mcpgen's runtime from: its source in the crate itself (vendored), the package registry
    /// (version), a folder (path=DIR), or a git repository (git=URL)
    #[arg(long, value_name = "SOURCE", value_parser = runtime, default_value = "vendored")]
    pub(in crate::cli) runtime: Runtime,

    /// Only list what would be done
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,

    /// Only tell whether the crate is what would be emitted now, your changes aside: exit code 1 and a diff where it is
    /// not
    #[arg(long, conflicts_with_all = ["dry_run", "force"])]
    pub(in crate::cli) check: bool,

    /// Write into a folder that has files but no mcpgen.lock; files that are in the way are kept
    #[arg(long)]
    pub(in crate::cli) force: bool,
}

fn runtime(text: &str) -> Result<Runtime, String> {
    match text.split_once('=') {
        None if text == "vendored" => Ok(Runtime::Vendored),
        None if text == "version" => Ok(Runtime::Version),
        Some(("path", path)) if !path.is_empty() => Ok(Runtime::Path(path.to_owned())),
        Some(("git", url)) if holds_secret(url) => Err(
            "expected a URL without a password or a token: it would stand in the crate; git's credential helper has \
                 them"
                .to_owned(),
        ),
        Some(("git", url)) if !url.is_empty() => Ok(Runtime::Git(url.to_owned())),
        _ => Err("expected vendored, version, path=DIR or git=URL".to_owned()),
    }
}

/// Whether a URL has a password, or a user that is one, as `https://TOKEN@host` has.
fn holds_secret(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| scheme.starts_with("http") || user.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_read() {
        let cases = [
            ("vendored", Some(Runtime::Vendored)),
            ("version", Some(Runtime::Version)),
            ("path=../runtime", Some(Runtime::Path("../runtime".to_owned()))),
            ("git=https://git.test/a?b=c", Some(Runtime::Git("https://git.test/a?b=c".to_owned()))),
            ("git=ssh://git@git.test/a", Some(Runtime::Git("ssh://git@git.test/a".to_owned()))),
            ("git=git@git.test:a", Some(Runtime::Git("git@git.test:a".to_owned()))),
            ("git=https://git.test/a@b", Some(Runtime::Git("https://git.test/a@b".to_owned()))),
            ("git=https://ann:word@git.test/a", None),
            ("git=https://token@git.test/a", None),
            ("git=ssh://ann:word@git.test/a", None),
            ("path=", None),
            ("path", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(runtime(text).ok(), expected, "{text}");
        }
    }
}
