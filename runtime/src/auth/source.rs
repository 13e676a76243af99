//! Where a secret stands: a variable, a file, or a text that names variables.

use std::{fmt, io::Read, path::PathBuf};

use secrecy::SecretString;

use crate::environment::{VariableError, expand, variable, variables};

/// The most bytes of a file that holds a secret.
const MAX_BYTES: u64 = 64 * 1024;

/// A secret by the place where it stands: `env:NAME`, `file:PATH`, or a text with `${NAME}` in it.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// An environment variable.
    Env(String),
    /// A file; it is read again when it changes.
    File(PathBuf),
    /// A text in which `${NAME}` stands for the value of a variable.
    Template(String),
}

/// Why a secret could not be read. No value is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The text has another form.
    #[error(
        "expected env:VARIABLE, file:PATH or a text with ${{VARIABLE}} in it; a secret itself does not belong on a \
         command line, nor into a config file"
    )]
    Form,
    /// An environment variable has no value.
    #[error(transparent)]
    Variable(#[from] VariableError),
    /// The file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

impl Source {
    /// Reads what a flag or the config says; nothing is looked up.
    ///
    /// # Errors
    /// When the text has none of the three forms. It may be the secret itself, and is not told.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Ok(Self::Env(name.to_owned())),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            _ if variables(text).next().is_some() => Ok(Self::Template(text.to_owned())),
            _ => Err(SourceError::Form),
        }
    }

    /// The secret; a line end after it is none of it.
    ///
    /// # Errors
    /// When it is not there.
    pub fn read(&self) -> Result<SecretString, SourceError> {
        let text = match self {
            Self::Env(name) => variable(name)?,
            Self::File(path) => file(path)?,
            Self::Template(text) => expand(text)?,
        };
        Ok(text.trim_end_matches(['\r', '\n']).into())
    }

    /// What a POSIX shell writes inside double quotes to have the secret there.
    pub fn shell(&self) -> String {
        let quoted = |text: &str| text.replace('\'', "'\\''");
        match self {
            Self::Env(name) => format!("$(printenv '{}')", quoted(name)),
            Self::File(path) => format!("$(cat '{}')", quoted(&path.display().to_string())),
            Self::Template(text) => {
                let (mut shell, mut rest) = (String::new(), 0);
                for (at, name) in variables(text) {
                    shell.push_str(&escaped(&text[rest..at]));
                    shell.push_str(&format!("${{{name}}}"));
                    rest = at + "${}".len() + name.len();
                }
                shell + &escaped(&text[rest..])
            }
        }
    }

    /// The file that may change.
    pub(crate) fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::Env(_) | Self::Template(_) => None,
        }
    }
}

/// A text's own words are not shown: a part of it may be secret.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Template(text) => {
                write!(f, "${{{}}}", variables(text).map(|(_, name)| name).collect::<Vec<_>>().join("} ${"))
            }
        }
    }
}

/// A text inside a shell's double quotes.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if matches!(c, '\\' | '"' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

fn file(path: &PathBuf) -> Result<String, SourceError> {
    let wrong = |reason: String| SourceError::File { path: path.clone(), reason };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| wrong(error.to_string()))?;
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|error| wrong(error.to_string()))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(wrong(format!("it has more than {MAX_BYTES} bytes")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn sources_have_three_forms() {
        let cases = [
            ("env:KEY", Some(Source::Env("KEY".to_owned()))),
            ("env:b=c", Some(Source::Env("b=c".to_owned()))),
            ("file:/run/key", Some(Source::File("/run/key".into()))),
            ("${KEY}", Some(Source::Template("${KEY}".to_owned()))),
            ("ann:${WORD}", Some(Source::Template("ann:${WORD}".to_owned()))),
            ("env:", None),
            ("file:", None),
            ("KEY", None),
            ("$KEY", None),
            ("${}", None),
            ("${1}", None),
            ("${a b}", None),
            ("${KEY", None),
            ("http://x", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Source::parse(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn files_are_read_without_their_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let (most, too_many) = ("x".repeat(65_536), "x".repeat(65_537));
        let cases = [
            ("s3cret\r\n", Some("s3cret")),
            ("a\nb\n", Some("a\nb")),
            (most.as_str(), Some(most.as_str())),
            (too_many.as_str(), None),
            ("", Some("")),
        ];
        for (text, expected) in cases {
            std::fs::write(&path, text).unwrap();
            let read = Source::File(path.clone()).read();
            assert_eq!(read.as_ref().ok().map(ExposeSecret::expose_secret), expected);
        }
        let missing = Source::File("/no/such/file".into()).read().unwrap_err();
        assert!(missing.to_string().contains("/no/such/file"), "{missing}");
    }

    #[test]
    fn shells_have_the_same_secret() {
        let cases = [
            ("env:KEY", "$(printenv 'KEY')"),
            ("env:a'b", "$(printenv 'a'\\''b')"),
            ("file:/run/my key", "$(cat '/run/my key')"),
            ("ann:${WORD}", "ann:${WORD}"),
            ("${A}-${BC}.\"$`\\", "${A}-${BC}.\\\"\\$\\`\\\\"),
            ("$(rm)${A}", "\\$(rm)${A}"),
        ];
        for (text, expected) in cases {
            assert_eq!(Source::parse(text).unwrap().shell(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_secret_is_not_shown() {
        for text in ["env:KEY", "file:/run/key"] {
            assert_eq!(format!("{:?}", Source::parse(text).unwrap()), text);
        }
        let shown = format!("{:?} {}", Source::parse("s3cret-${KEY}-${B}").unwrap(), SourceError::Form);
        assert!(shown.contains("${KEY} ${B}") && !shown.contains("s3cret"), "{shown}");
    }
}
