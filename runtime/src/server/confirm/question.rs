//! What a user is asked.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{catalog::Tool, dispatch::Foreseen, text::is_invisible};

/// The most characters of one value or name.
const LONGEST: usize = 200;
/// The most arguments that are shown.
const MOST: usize = 20;

/// The question about a call. Nothing in it can look like anything else: what a reader would not see is spelt out.
pub(super) fn of(tool: Option<&Tool>, name: &str, foreseen: &Foreseen) -> String {
    let title = tool.and_then(|tool| tool.title.as_deref()).filter(|title| *title != name);
    let mut text = format!("Allow the call of {}", shown(name));
    if let Some(title) = title {
        let _ = write!(text, " ({})", shown(title));
    }
    text.push('?');
    if let Some(request) = &foreseen.request {
        let _ = write!(text, "\n{}", shown(request));
    }
    for (name, value) in foreseen.arguments.iter().take(MOST) {
        let value = match value {
            Value::String(text) => Value::from(text.chars().take(LONGEST + 1).collect::<String>()).to_string(),
            other => other.to_string(),
        };
        let _ = write!(text, "\n{}: {}", shown(name), shown(&value));
    }
    if let Some(more @ 1..) = foreseen.arguments.len().checked_sub(MOST) {
        let _ = write!(text, "\n… and {more} more");
    }
    text
}

fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (index, c) in text.chars().enumerate() {
        if index >= LONGEST {
            shown.push('…');
            break;
        }
        if is_invisible(c) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(request: Option<&str>, arguments: &Value) -> String {
        let arguments = arguments.as_object().unwrap().clone();
        of(None, "removeBook", &Foreseen { request: request.map(str::to_owned), arguments })
    }

    #[test]
    fn a_question_shows_what_would_be_done() {
        let cases = [
            (
                Some("DELETE /books/7"),
                json!({"bookId": 7}),
                "Allow the call of removeBook?\nDELETE /books/7\nbookId: 7",
            ),
            (None, json!({}), "Allow the call of removeBook?"),
            (None, json!({"a": "x\ny: \"z\""}), "Allow the call of removeBook?\na: \"x\\ny: \\\"z\\\"\""),
            (None, json!({"a": "\u{202e}x\u{200b}"}), "Allow the call of removeBook?\na: \"\\u{202e}x\\u{200b}\""),
            (None, json!({"a\nb": {"c": [1.50, null]}}), "Allow the call of removeBook?\na\\u{a}b: {\"c\":[1.5,null]}"),
        ];
        for (request, arguments, expected) in cases {
            assert_eq!(asked(request, &arguments), expected);
        }
    }

    #[test]
    fn a_question_is_short() {
        let long = asked(None, &json!({"a": "x".repeat(100_000), "b": vec![0; 100_000]}));
        assert!(long.len() < 600, "{}", long.len());
        let many: serde_json::Map<_, _> = (0..1000).map(|index| (format!("a{index}"), index.into())).collect();
        let many = asked(None, &many.into());
        assert!(many.ends_with("\na19: 19\n… and 980 more"), "{many}");
    }
}
