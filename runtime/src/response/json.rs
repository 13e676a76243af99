//! Answers that are JSON, as the two forms of a result: text for the model, and structured content.

use std::borrow::Cow;

use bytes::Bytes;

use super::text::Text;
use crate::json::tidy;

/// A JSON text without white space around it, and as structured content: an object as it is, the very bytes of the text
/// where nothing has to change; anything else under `result`. What is no JSON stays as it is, and is not structured.
pub(super) fn forms(mut text: String) -> (Text, Option<Bytes>) {
    let around = |c: char| c.is_ascii_whitespace();
    let trimmed = text.trim_matches(around);
    let is_object = trimmed.starts_with('{');
    let structured = match tidy(trimmed) {
        None => return (text.into(), None),
        Some(Cow::Borrowed(_)) if is_object => None,
        Some(Cow::Owned(tidied)) if is_object => Some(tidied),
        Some(tidied) => Some(["{\"result\":", &tidied, "}"].concat()),
    };
    text.truncate(text.trim_end_matches(around).len());
    text.drain(..text.len() - text.trim_start_matches(around).len());
    let text = Text::from(text);
    let structured = structured.map_or_else(|| text.to_bytes(), Bytes::from);
    (text, Some(structured))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_object_stands_under_result() {
        let cases = [
            (" {\"a\": 1}\n", "{\"a\": 1}", Some("{\"a\":1}")),
            ("\t{\"a\":1E5}", "{\"a\":1E5}", Some("{\"a\":1E5}")),
            ("[ 1 ]", "[ 1 ]", Some("{\"result\":[1]}")),
            ("null\n", "null", Some("{\"result\":null}")),
            (" {\n", " {\n", None),
            ("", "", None),
        ];
        for (text, expected, structured) in cases {
            let (got, got_structured) = forms(text.to_owned());
            assert_eq!((&*got, got_structured.as_deref()), (expected, structured.map(str::as_bytes)), "{text}");
        }
    }

    #[test]
    fn tidy_objects_are_not_copied() {
        let (text, structured) = forms("{\"a\":1}\n".to_owned());
        assert_eq!(structured.unwrap().as_ptr(), text.as_ptr());
    }
}
