//! The cursors of paged lists: opaque to clients, checked when they come back.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The cursor of the page of `list` that begins at `offset`.
pub(super) fn encode(list: &str, offset: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}/{offset}"))
}

/// Where the page of `list` begins that `cursor` stands for; `None` when it is no cursor of this list.
pub(super) fn decode(list: &str, cursor: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let offset = text.strip_prefix(list)?.strip_prefix('/')?;
    offset.parse().ok().filter(|parsed: &usize| *parsed > 0 && parsed.to_string() == offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cursors_of_the_same_list_are_taken() {
        let text = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let cases = [
            (encode("tools", 50), Some(50)),
            (encode("resources", 50), None),
            (text("tools/0"), None),
            (text("tools/-1"), None),
            (text("tools/+1"), None),
            (text("tools/01"), None),
            (text("tools/99999999999999999999999"), None),
            (text("tools"), None),
            ("50".to_owned(), None),
            ("é".to_owned(), None),
            (String::new(), None),
        ];
        for (cursor, offset) in cases {
            assert_eq!(decode("tools", &cursor), offset, "{cursor}");
        }
    }
}
