//! The prompts of an emitted crate.

use crate::catalog::Prompt;

/// The prompts in a JSON text, as a catalog has them.
///
/// # Errors
/// What is wrong with them, in words.
pub(super) fn read(json: &str) -> Result<Vec<Prompt>, String> {
    let prompts: Vec<Prompt> = serde_json::from_str(json).map_err(|error| format!("cannot be read: {error}"))?;
    for prompt in &prompts {
        check(prompt).map_err(|reason| format!("cannot be filled in: {:?}: {reason}", prompt.name))?;
    }
    Ok(prompts)
}

#[cfg(feature = "prompts")]
fn check(prompt: &Prompt) -> Result<(), String> {
    crate::prompts::check(prompt).map_err(|(message, error)| format!("message {}: {error}", message + 1))
}

#[cfg(not(feature = "prompts"))]
fn check(_: &Prompt) -> Result<(), String> {
    Err("add the feature `prompts` to mcpgen-runtime in Cargo.toml".to_owned())
}

#[cfg(all(test, feature = "prompts"))]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_checked_when_they_are_read() {
        let cases = [
            ("[]", None),
            (r#"[{"name": "a", "messages": [{"content": {"text": "b"}}]}]"#, None),
            ("{}", Some("cannot be read")),
            (
                r#"[{"name": "a", "messages": [{"content": {"text": "{{ b }}"}}]}]"#,
                Some("message 1: \"b\" is no argument"),
            ),
        ];
        for (json, expected) in cases {
            match (read(json), expected) {
                (Ok(_), None) => {}
                (Err(reason), Some(part)) => assert!(reason.contains(part), "{reason}"),
                (got, _) => panic!("{json}: {got:?}"),
            }
        }
    }
}
