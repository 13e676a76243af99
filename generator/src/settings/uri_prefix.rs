//! How the URIs of resources may begin.

/// Schemes whose URIs clients would fetch by themselves.
const FETCHED: [&str; 4] = ["http", "https", "file", "data"];

/// Takes a scheme, `://` and a path that ends with a slash.
pub(crate) fn parse(text: &str) -> Result<String, String> {
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c));
    let is_plain = rest.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/:".contains(c)) && !rest.starts_with('/');
    if !is_scheme || !is_plain || !(rest.is_empty() || rest.ends_with('/')) {
        return Err("expected a scheme of your own and a slash at the end, like pets:// or pets://v2/".to_owned());
    }
    if FETCHED.contains(&scheme) {
        return Err(format!("clients would fetch {scheme}: URIs by themselves; choose another scheme"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_uris() {
        for (text, taken) in [
            ("pets://", true),
            ("pets+x://v2/", true),
            ("pets://a/b/", true),
            ("pets", false),
            ("pets:/", false),
            ("://", false),
            ("pets:///", false),
            ("pets://v2", false),
            ("pets://{id}/", false),
            ("Pets://", false),
            ("https://a/", false),
            ("file://", false),
        ] {
            assert_eq!(parse(text).is_ok(), taken, "{text}");
        }
    }
}
