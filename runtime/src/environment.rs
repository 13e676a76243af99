//! `${NAME}` in a text: the value of an environment variable.

/// Why a variable has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariableError {
    /// It is not set.
    #[error("the environment variable {0} is not set; set it, or leave the setting out")]
    NotSet(String),
    /// It is no text.
    #[error("the environment variable {0} is not UTF-8")]
    NotText(String),
}

/// The text with the values of its variables.
///
/// # Errors
/// When one of them is not set.
pub fn expand(text: &str) -> Result<String, VariableError> {
    let mut expanded = String::new();
    let mut rest = 0;
    for (at, name) in variables(text) {
        expanded.push_str(&text[rest..at]);
        expanded.push_str(&variable(name)?);
        rest = at + "${}".len() + name.len();
    }
    expanded.push_str(&text[rest..]);
    Ok(expanded)
}

/// Each `${NAME}`: where it begins, and the name.
pub fn variables(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("${").filter_map(move |(at, _)| {
        let (name, _) = text[at + 2..].split_once('}')?;
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        (!name.is_empty() && name.chars().all(word) && !name.starts_with(|c: char| c.is_ascii_digit()))
            .then_some((at, name))
    })
}

/// The value of a variable.
///
/// # Errors
/// When it has none.
pub fn variable(name: &str) -> Result<String, VariableError> {
    std::env::var(name).map_err(|error| match error {
        std::env::VarError::NotPresent => VariableError::NotSet(name.to_owned()),
        std::env::VarError::NotUnicode(_) => VariableError::NotText(name.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in() {
        // What cargo sets for every test.
        let name = std::env::var("CARGO_PKG_NAME").unwrap();
        let cases = [
            ("${CARGO_PKG_NAME}", Ok(name.clone())),
            ("a:${CARGO_PKG_NAME}-${CARGO_PKG_NAME}.", Ok(format!("a:{name}-{name}."))),
            ("$${CARGO_PKG_NAME}", Ok(format!("${name}"))),
            ("nothing $ {here} ${", Ok("nothing $ {here} ${".to_owned())),
            ("é${CARGO_PKG_NAME}é", Ok(format!("é{name}é"))),
            ("${MCPGEN_NO_SUCH}", Err(VariableError::NotSet("MCPGEN_NO_SUCH".to_owned()))),
        ];
        for (text, expected) in cases {
            assert_eq!(expand(text), expected, "{text}");
        }
    }
}
