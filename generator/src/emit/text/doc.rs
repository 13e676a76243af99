//! Text of a description as Markdown that says what the text says: in doc comments, which rustdoc reads, and in pages.
//!
//! A description is Markdown itself, but what its blocks look like is not known before they are read, and rustdoc takes
//! code blocks for tests and brackets for links. So a text is taken for words: paragraphs become one, links keep their
//! address, code spans stay, and what else would be markup is escaped.

use crate::mapping::text;

/// The most characters of a doc comment's paragraph.
const LONGEST: usize = 400;
/// The width up to which doc comments are filled.
const WIDTH: usize = 100;

/// The first paragraph of a description, its words joined by single spaces; None where nothing is left.
pub(in crate::emit) fn summary(description: &str) -> Option<String> {
    let cleaned = text::clean(description, usize::MAX);
    let mut words = Vec::new();
    for line in cleaned.lines().map(str::trim) {
        let is_block = line.is_empty() || line.starts_with("```") || line.starts_with("~~~") || line.starts_with('|');
        if is_block && !words.is_empty() {
            break;
        }
        if !is_block {
            words.extend(line.trim_start_matches('#').split_whitespace());
        }
    }
    let summary = text::cut(words.join(" "), LONGEST);
    (!summary.is_empty()).then_some(summary)
}

/// The lines of a doc comment, filled to the width that `indent` leaves, each behind `mark` (`///`).
pub(in crate::emit) fn doc(plain: &str, indent: usize, mark: &str) -> Vec<String> {
    let room = WIDTH.saturating_sub(indent + mark.len() + 1);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in markdown(plain).split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            lines.push(std::mem::take(&mut line));
        }
        if line.is_empty() {
            line = no_block(word);
        } else {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.extend(Some(line).filter(|line| !line.is_empty()));
    lines.into_iter().map(|line| format!("{mark} {line}")).collect()
}

/// A text as Markdown on one line.
pub(in crate::emit) fn markdown(plain: &str) -> String {
    let plain = text::clean_line(plain, usize::MAX);
    let mut out = String::with_capacity(plain.len() + 8);
    let mut rest = plain.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some((span, after)) = code(rest).or_else(|| link(rest)).or_else(|| address(rest, &out)) {
            out.push_str(&span);
            rest = after;
            continue;
        }
        if matches!(c, '\\' | '`' | '[' | ']' | '<' | '>' | '|' | '~') || c == '&' || c == '$' {
            out.push('\\');
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// A code span that the text has.
fn code(text: &str) -> Option<(String, &str)> {
    let (inside, after) = text.strip_prefix('`')?.split_once('`')?;
    let is_plain = !inside.trim().is_empty() && !after.starts_with('`') && inside.trim() == inside;
    is_plain.then(|| (format!("`{inside}`"), after))
}

/// `[text](address)`; the text alone where the address is none of the web.
fn link(text: &str) -> Option<(String, &str)> {
    let (label, after) = text.strip_prefix('[')?.split_once("](")?;
    let (address, after) = after.split_once(')')?;
    if label.is_empty() || label.contains(['[', ']', '`']) {
        return None;
    }
    let label = markdown(label);
    let is_web = is_address(address) && !address.contains(['(', ')', '<', '>', '\\', '`', '"', '\'', '[', ']']);
    let is_same = label.contains("://");
    Some((if is_web && !is_same { format!("[{label}]({address})") } else { label }, after))
}

/// An address that stands bare.
fn address<'t>(text: &'t str, before: &str) -> Option<(String, &'t str)> {
    if before.ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let stops = |c: char| c.is_whitespace() || "<>()[]{}\"'`\\|".contains(c);
    let end = text.find(stops).unwrap_or(text.len());
    let address = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '~']);
    is_address(address).then(|| (format!("<{address}>"), &text[address.len()..]))
}

fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        host.starts_with(|c: char| c.is_ascii_alphanumeric()) && host.chars().all(|c| c.is_ascii_graphic())
    })
}

/// The first word of a line, so that it begins no list, heading, quote, rule or table.
fn no_block(word: &str) -> String {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() < word.len() && digits.starts_with(['.', ')']) {
        let number = &word[..word.len() - digits.len()];
        return format!("{number}\\{digits}");
    }
    if word.starts_with(['-', '+', '*', '#', '=', '_', ':']) { format!("\\{word}") } else { word.to_owned() }
}

/// A code span around a text that may hold anything.
pub(in crate::emit) fn code_span(plain: &str) -> String {
    let plain = text::clean_line(plain, usize::MAX);
    let longest = plain.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if plain.starts_with('`') || plain.ends_with('`') { " " } else { "" };
    if plain.is_empty() { String::new() } else { format!("{fence}{pad}{plain}{pad}{fence}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        let cases = [
            ("The pet's name.", "The pet's name."),
            ("A Vec<T> & more", "A Vec\\<T\\> \\& more"),
            ("see [Pet] and [a][b]", "see \\[Pet\\] and \\[a\\]\\[b\\]"),
            ("see [the docs](https://a.test/x)", "see [the docs](https://a.test/x)"),
            ("see [the docs](/x)", "see the docs"),
            ("see [the docs](javascript:x)", "see the docs"),
            ("at https://a.test/x.", "at <https://a.test/x>."),
            ("(https://a.test)", "(<https://a.test>)"),
            ("use `a[b]` or `c", "use `a[b]` or \\`c"),
            ("```json", "\\`\\`\\`json"),
            ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
            ("two\nlines", "two lines"),
            ("\u{202e}x\u{0}", "x"),
            ("a | b", "a \\| b"),
        ];
        for (text, expected) in cases {
            assert_eq!(markdown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn comments_are_filled_and_begin_no_block() {
        let text = format!("{} - one 2. two # three", "word ".repeat(18).trim());
        assert_eq!(
            doc(&text, 0, "///"),
            [format!("/// {} - one", "word ".repeat(18).trim()), "/// 2\\. two # three".to_owned()]
        );
        assert_eq!(doc("- item", 4, "///"), ["/// \\- item"]);
        assert_eq!(doc("#![no_std]", 0, "//!"), ["//! \\#!\\[no_std\\]"]);
        assert!(doc("", 0, "///").is_empty());
    }

    #[test]
    fn the_first_paragraph_counts() {
        let cases = [
            ("One.\n\nTwo.", Some("One.")),
            ("# Title\nmore\n```\ncode\n```", Some("Title more")),
            ("```\nx\n```", Some("x")),
            ("  \n\n", None),
        ];
        for (text, expected) in cases {
            assert_eq!(summary(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn spans_hold_anything() {
        for (text, expected) in [("GET /a", "`GET /a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("", "")] {
            assert_eq!(code_span(text), expected);
        }
    }
}
