//! What a base URL may be.

use url::Url;

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
}
