//! What a base URL may be.

use url::{Host, Url};

use super::BaseUrl;

impl BaseUrl {
    /// Whether a text is an absolute `http` or `https` URL that paths can be appended to.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn check(text: &str) -> Result<(), &'static str> {
        let expected = "expected an absolute http or https URL";
        let url = Url::parse(text).map_err(|_| expected)?;
        let wrong = [
            (!matches!(url.scheme(), "http" | "https") || !url.has_host(), expected),
            (url.query().is_some() || url.fragment().is_some(), "expected a URL without query and fragment"),
            (
                !url.username().is_empty() || url.password().is_some(),
                "expected a URL without a user or a password; credentials are given with --auth",
            ),
        ];
        wrong.into_iter().find(|(wrong, _)| *wrong).map_or(Ok(()), |(_, why)| Err(why))
    }
}

/// Whether a URL names the machine that asks it.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls() {
        let cases = [
            ("http://127.0.0.1:8080", true),
            ("https://api.example.com/v1/", true),
            ("library", false),
            ("/v1", false),
            ("ftp://api.example.com", false),
            ("https://", false),
            ("https://api.example.com?x", false),
            ("https://api.example.com#x", false),
            ("https://user:word@api.example.com", false),
        ];
        for (text, expected) in cases {
            assert_eq!(BaseUrl::check(text).is_ok(), expected, "{text}");
        }
    }

    #[test]
    fn hosts_of_this_machine_are_known() {
        let cases = [
            ("http://localhost:80/", true),
            ("http://127.0.0.2", true),
            ("http://[::1]/", true),
            ("https://localhost.example", false),
            ("http://10.0.0.1", false),
        ];
        for (url, expected) in cases {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
