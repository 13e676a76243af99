//! Messages that would take a hundred times their size in memory once they are read: many tiny values.

/// The most values and names in a message.
const MOST_VALUES: usize = 250_000;

/// Whether a message holds more values and names than it may; what is short is not looked at.
pub(super) fn is_heavy(text: &[u8]) -> bool {
    // Each takes a byte of its own.
    if text.len() <= MOST_VALUES {
        return false;
    }
    let (mut values, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text {
        match (in_string, byte) {
            _ if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b',' | b':' | b'[' | b'{') => values += 1,
            _ => {}
        }
    }
    values > MOST_VALUES
}

/// Why a message is not read.
pub(super) const TOO_HEAVY: &str = "a message holds more than 250000 values, the most that are read";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_name_the_limit() {
        assert!(TOO_HEAVY.contains(&MOST_VALUES.to_string()));
    }

    #[test]
    fn values_are_counted_and_texts_are_not() {
        let list = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
        let cases = [
            (list("1", MOST_VALUES), false),
            (list("1", MOST_VALUES + 1), true),
            (list("{}", MOST_VALUES / 2 + 1), true),
            (format!("{{{}}}", vec!["\"\":1"; MOST_VALUES / 2 + 1].join(",")), true),
            ("[".repeat(2 * MOST_VALUES + 2), true),
            (serde_json::json!(",".repeat(4 * MOST_VALUES)).to_string(), false),
            (serde_json::json!("\\\",[{:".repeat(MOST_VALUES)).to_string(), false),
            (format!(r#"["a\\",{}"#, "1,".repeat(MOST_VALUES)), true),
        ];
        for (text, heavy) in cases {
            assert_eq!(is_heavy(text.as_bytes()), heavy, "{}", &text[..40]);
        }
    }
}
