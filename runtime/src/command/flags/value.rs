//! The forms of values that several flags share.

use std::{fmt, time::Duration};

use crate::{
    auth::{ExposeSecret, Source},
    catalog::BaseUrl,
};

/// `NAME=VALUE`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// A positive number of seconds.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let expected = || "expected a positive number of seconds, like 30 or 0.5".to_owned();
    let seconds: f64 = text.parse().map_err(|_| expected())?;
    // A day is more than any exchange takes, and sums of such times stay far from overflowing.
    if seconds > 0.0 && seconds <= 86_400.0 { Ok(Duration::from_secs_f64(seconds)) } else { Err(expected()) }
}

/// An absolute `http(s)` URL that paths can be appended to.
pub fn base_url(text: &str) -> Result<String, String> {
    BaseUrl::check(text).map(|()| text.to_owned()).map_err(str::to_owned)
}

/// `NAME=env:VARIABLE`, `NAME=file:PATH` or `NAME=text with ${VARIABLE}`: a secret by the place where it stands.
///
/// It is no type of a flag, because what is wrong with it must not be shown: it may be the secret itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Sourced {
    /// The name before `=`.
    pub name: String,
    /// What stands after it.
    pub source: Source,
}

impl Sourced {
    /// Reads the value of `flag`.
    pub fn parse(flag: &str, text: &str) -> Result<Self, String> {
        let (name, source) = text.split_once('=').unwrap_or(("", ""));
        match Source::parse(source) {
            Ok(source) if !name.is_empty() => Ok(Self { name: name.to_owned(), source }),
            _ => Err(format!(
                "--{flag} takes NAME=env:VARIABLE, NAME=file:PATH or NAME=text with ${{VARIABLE}} in it, and what it got \
                 has another form; a secret itself does not belong on a command line, nor into a config file"
            )),
        }
    }

    /// The secret; a line end after it is none of it.
    pub fn read(&self, flag: &str) -> Result<String, String> {
        let read = self.source.read().map_err(|error| format!("--{flag} {}: {error}", self.name))?;
        Ok(read.expose_secret().to_owned())
    }

    /// What a POSIX shell writes inside double quotes to have the secret there.
    pub fn shell(&self) -> String {
        self.source.shell()
    }
}

impl fmt::Debug for Sourced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={:?}", self.name, self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs() {
        let cases = [
            ("a=b", Some(("a", "b"))),
            ("a=", Some(("a", ""))),
            ("a=b=c", Some(("a", "b=c"))),
            ("a", None),
            ("=b", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let got = pair(text).ok();
            assert_eq!(got.as_ref().map(|(name, value)| (name.as_str(), value.as_str())), expected, "{text}");
        }
    }

    #[test]
    fn times() {
        let cases = [
            ("30", Some(30_000)),
            ("0.5", Some(500)),
            ("86400", Some(86_400_000)),
            ("0", None),
            ("-1", None),
            ("86401", None),
            ("NaN", None),
            ("inf", None),
            ("30s", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(seconds(text).ok(), expected.map(Duration::from_millis), "{text}");
        }
    }

    #[test]
    fn sources_of_secrets() {
        let env = |name: &str, variable: &str| {
            Some(Sourced { name: name.to_owned(), source: Source::Env(variable.to_owned()) })
        };
        let text = "Bearer ${TOKEN}";
        let cases = [
            ("X-Key=env:KEY", env("X-Key", "KEY")),
            ("a=env:b=c", env("a", "b=c")),
            ("k=file:/run/key", Some(Sourced { name: "k".to_owned(), source: Source::File("/run/key".into()) })),
            ("h=Bearer ${TOKEN}", Some(Sourced { name: "h".to_owned(), source: Source::Template(text.to_owned()) })),
            ("X-Key=env:", None),
            ("X-Key=KEY", None),
            ("X-Key", None),
            ("=env:KEY", None),
            ("env:KEY", None),
            ("k=http://x", None),
        ];
        for (text, expected) in cases {
            let got = Sourced::parse("header", text);
            assert_eq!(got.clone().ok(), expected, "{text}");
            if let Err(message) = got {
                assert!(!message.contains("KEY"), "{message}");
            }
        }
    }

    #[test]
    fn secrets_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "s3cret\r\n").unwrap();
        let read = |text: &str| Sourced::parse("auth", text).unwrap().read("auth");
        assert_eq!(read(&format!("k=file:{}", path.display())).as_deref(), Ok("s3cret"));
        assert!(read("k=env:MCPGEN_NO_SUCH_VARIABLE").unwrap_err().contains("MCPGEN_NO_SUCH_VARIABLE"));
        assert!(read("k=file:/no/such/file").unwrap_err().contains("/no/such/file"));
    }
}
