//! Where a document comes from, and which places its references may lead to.

use std::path::{Path, PathBuf};

use url::Url;

/// Where a document was read from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Location {
    /// A file, by its path without symbolic links in its folder.
    File(PathBuf),
    /// A URL.
    Url(Url),
    /// Standard input, or a text that the program itself gave.
    Text,
}

impl Location {
    /// The path of a file.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Url(_) | Self::Text => None,
        }
    }

    /// The URL of a document that came over HTTP.
    pub fn url(&self) -> Option<&Url> {
        match self {
            Self::Url(url) => Some(url),
            Self::File(_) | Self::Text => None,
        }
    }
}

/// Which documents may be read for a reference.
#[derive(Debug, Default)]
pub(super) struct Policy {
    /// The folder of a root document that is a file.
    pub folder: Option<PathBuf>,
    /// The root document that came from a URL.
    pub root: Option<Url>,
    allowed: Vec<Allowed>,
}

/// A prefix of `--allow-ref`.
#[derive(Debug)]
enum Allowed {
    Path(PathBuf),
    Url(Url),
}

impl Policy {
    /// Adds a prefix that the user allowed: a file, a folder, or a URL up to a segment of its path.
    pub fn allow(&mut self, prefix: &str) -> Result<(), String> {
        let allowed = match Url::parse(prefix) {
            Ok(url) if is_http(&url) => Allowed::Url(url),
            Ok(url) if url.scheme() == "file" => Allowed::Path(url.to_file_path().map_err(|()| "no local path")?),
            _ => Allowed::Path(std::path::absolute(prefix).map_err(|error| error.to_string())?),
        };
        self.allowed.push(match allowed {
            // What is not there stays as it is: nothing can be below it yet.
            Allowed::Path(path) => Allowed::Path(path.canonicalize().unwrap_or(path)),
            url @ Allowed::Url(_) => url,
        });
        Ok(())
    }

    /// Whether a file may be read; asked for the path as it is written, and again for what its links lead to.
    pub fn admits_path(&self, path: &Path) -> bool {
        let below_allowed = |allowed: &Allowed| matches!(allowed, Allowed::Path(prefix) if path.starts_with(prefix));
        self.folder.as_ref().is_some_and(|folder| path.starts_with(folder)) || self.allowed.iter().any(below_allowed)
    }

    /// Whether a URL may be read.
    pub fn admits_url(&self, url: &Url) -> bool {
        self.is_of_root(url) || self.names_url(url)
    }

    /// Whether a URL has the origin of a root document that itself came from one.
    pub fn is_of_root(&self, url: &Url) -> bool {
        self.root.as_ref().is_some_and(|root| root.origin() == url.origin())
    }

    /// Whether the user allowed a URL by name.
    pub fn names_url(&self, url: &Url) -> bool {
        self.allowed.iter().any(|allowed| matches!(allowed, Allowed::Url(prefix) if is_below(url, prefix)))
    }
}

fn is_below(url: &Url, prefix: &Url) -> bool {
    let Some(rest) = url.path().strip_prefix(prefix.path()) else { return false };
    let whole_segment = prefix.path().ends_with('/') || rest.is_empty() || rest.starts_with('/');
    is_http(url) && url.origin() == prefix.origin() && whole_segment
}

/// Whether it is an `http` or `https` URL.
pub(super) fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// A URL for messages: without user, password and query, where secrets may stand.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    if url.query().is_some() {
        url.set_query(Some("…"));
    }
    // A URL without a host has neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string().replace("?%E2%80%A6", "?…")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().expect("a URL")
    }

    #[test]
    fn which_urls_are_admitted() {
        let mut policy = Policy { root: Some(url("https://api.example/v1/openapi.yaml")), ..Policy::default() };
        policy.allow("https://schemas.example/pets").expect("a prefix");
        policy.allow("http://open.example").expect("a prefix");
        let cases = [
            ("https://api.example/other.yaml", true),
            ("https://api.example:443/other.yaml", true),
            ("http://api.example/other.yaml", false),
            ("https://api.example:8443/other.yaml", false),
            ("https://api.example.evil.example/other.yaml", false),
            ("https://evil.example/https://api.example/", false),
            ("https://api.example@evil.example/", false),
            ("https://schemas.example/pets", true),
            ("https://schemas.example/pets/dog.yaml", true),
            ("https://schemas.example/pets-internal/dog.yaml", false),
            ("https://schemas.example/other", false),
            ("http://open.example/a/b", true),
            ("file:///etc/passwd", false),
        ];
        for (text, expected) in cases {
            assert_eq!(policy.admits_url(&url(text)), expected, "{text}");
        }
    }

    #[test]
    fn which_files_are_admitted() {
        let mut policy = Policy { folder: Some("/specs/api".into()), ..Policy::default() };
        policy.allow("/specs/shared").expect("a prefix");
        let cases = [
            ("/specs/api/pet.yaml", true),
            ("/specs/api/deep/er/pet.yaml", true),
            ("/specs/api-internal/pet.yaml", false),
            ("/specs/pet.yaml", false),
            ("/specs/shared/pet.yaml", true),
            ("/etc/passwd", false),
        ];
        for (path, expected) in cases {
            assert_eq!(policy.admits_path(Path::new(path)), expected, "{path}");
        }
        assert!(!Policy::default().admits_path(Path::new("/specs/api/pet.yaml")));
    }

    #[test]
    fn secrets_are_not_shown() {
        let cases = [
            ("https://user:secret@api.example/v1?key=secret#x", "https://api.example/v1?…"),
            ("https://api.example/v1", "https://api.example/v1"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(&url(text)), expected);
        }
    }
}
