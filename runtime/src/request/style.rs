//! The styles: which names, delimiters and values a parameter or form field is made of.
//!
//! The grammar stands here alone; what a delimiter or a value looks like in a component is the [`Sink`]'s affair.

use std::borrow::Cow;

use serde_json::Value;

use super::percent::Escape;
use crate::catalog::{DeepObjectArrays, Style};

/// The default of `explode` where a style is given without it.
pub(super) fn explodes(style: Style) -> bool {
    matches!(style, Style::Form | Style::Cookie)
}

/// What stands between values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delimiter {
    Comma,
    Space,
    Pipe,
    Tab,
    Dot,
    Semicolon,
    Equals,
    Open,
    Close,
}

impl Delimiter {
    /// As it is written in a URI, a form or a cookie.
    pub(super) fn encoded(self) -> &'static str {
        match self {
            Self::Space => "%20",
            Self::Pipe => "%7C",
            Self::Tab => "%09",
            Self::Open => "%5B",
            Self::Close => "%5D",
            Self::Comma | Self::Dot | Self::Semicolon | Self::Equals => self.raw(),
        }
    }

    /// As it is.
    pub(super) fn raw(self) -> &'static str {
        match self {
            Self::Comma => ",",
            Self::Space => " ",
            Self::Pipe => "|",
            Self::Tab => "\t",
            Self::Dot => ".",
            Self::Semicolon => ";",
            Self::Equals => "=",
            Self::Open => "[",
            Self::Close => "]",
        }
    }
}

/// Where a style's parts go.
pub(super) trait Sink {
    /// A pair begins, under this name; a value is to follow. Paths and headers have no pairs.
    fn pair(&mut self, name: &str);
    /// The name goes on: the members of `deepObject`.
    fn key_of_name(&mut self, key: &str);
    /// The name is complete.
    fn name_ends(&mut self);
    /// A name inside the value.
    fn name(&mut self, name: &str);
    /// A member's name inside the value.
    fn key(&mut self, key: &str);
    /// A value, or a piece of it.
    fn value(&mut self, text: &str);
    /// A delimiter inside the value.
    fn delimiter(&mut self, delimiter: Delimiter);
}

/// A value with the nulls left out that no style can write; none when nothing is left to send.
enum Written<'v> {
    Scalar(Cow<'v, str>),
    Array(Vec<&'v Value>),
    Object(Vec<(&'v str, &'v Value)>),
}

fn written(value: &Value) -> Option<Written<'_>> {
    match value {
        Value::Null => None,
        Value::Array(items) => {
            let items: Vec<_> = items.iter().filter(|item| !item.is_null()).collect();
            (!items.is_empty()).then_some(Written::Array(items))
        }
        Value::Object(object) => {
            let members: Vec<_> =
                object.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.as_str(), value)).collect();
            (!members.is_empty()).then_some(Written::Object(members))
        }
        scalar => Some(Written::Scalar(text(scalar))),
    }
}

/// The text of a value: a string as it is, anything else as JSON.
pub(super) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Number(number) => Cow::Borrowed(number.as_str()),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        other => Cow::Owned(other.to_string()),
    }
}

/// Writes a value in a path or a header, where nothing but a style's own prefix names it. Empty arrays and objects, and
/// nulls, write nothing.
pub(super) fn unnamed(style: Style, explode: bool, name: &str, value: &Value, sink: &mut impl Sink) {
    let Some(value) = written(value) else { return };
    let between = match style {
        Style::Matrix => return matrix(explode, name, &value, sink),
        Style::Label => {
            sink.delimiter(Delimiter::Dot);
            if explode { Delimiter::Dot } else { Delimiter::Comma }
        }
        style => delimiter(style),
    };
    sequence(between, explode, &value, sink);
}

/// Writes a value as pairs: in a query, a form or a cookie. Empty arrays and objects, and nulls, write nothing.
pub(super) fn named(
    style: Style,
    explode: bool,
    arrays: DeepObjectArrays,
    name: &str,
    value: &Value,
    sink: &mut impl Sink,
) {
    let Some(value) = written(value) else { return };
    match style {
        Style::DeepObject => deep(name, &mut Vec::new(), arrays, &value, sink),
        style => pairs(delimiter(style), explode, name, &value, sink),
    }
}

/// Writes an array of arrays as pairs, each array in a style of its own.
pub(super) fn named_nested(
    style: Style,
    explode: bool,
    items: &[Style],
    name: &str,
    value: &Value,
    sink: &mut impl Sink,
) {
    let mut one = |styles: &[Style], value: &Value| {
        if has_leaf(value) {
            sink.pair(name);
            sink.name_ends();
            nested(styles, value, sink);
        }
    };
    match value {
        Value::Array(values) if explode => values.iter().for_each(|value| one(items, value)),
        value => one(&[&[style], items].concat(), value),
    }
}

/// Whether anything of a value is sent.
fn has_leaf(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_leaf),
        value => written(value).is_some(),
    }
}

/// Writes an array of arrays, whose styles stand from the outside in.
pub(super) fn nested(styles: &[Style], value: &Value, sink: &mut impl Sink) {
    match (styles.split_first(), value) {
        (Some((style, styles)), Value::Array(items)) => {
            for (index, item) in items.iter().filter(|item| has_leaf(item)).enumerate() {
                if index > 0 {
                    sink.delimiter(delimiter(*style));
                }
                nested(styles, item, sink);
            }
        }
        (_, value) => sink.value(&text(value)),
    }
}

/// What stands between values that are not exploded.
fn delimiter(style: Style) -> Delimiter {
    match style {
        Style::SpaceDelimited => Delimiter::Space,
        Style::PipeDelimited => Delimiter::Pipe,
        Style::TabDelimited => Delimiter::Tab,
        Style::Matrix | Style::Label | Style::Simple | Style::Form | Style::DeepObject | Style::Cookie => {
            Delimiter::Comma
        }
    }
}

/// Values one after another; the members of an object as `key,value`, or exploded as `key=value`.
fn sequence(between: Delimiter, explode: bool, value: &Written<'_>, sink: &mut impl Sink) {
    match value {
        Written::Scalar(text) => sink.value(text),
        Written::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    sink.delimiter(between);
                }
                sink.value(&text(item));
            }
        }
        Written::Object(members) => {
            for (index, (key, member)) in members.iter().enumerate() {
                if index > 0 {
                    sink.delimiter(between);
                }
                sink.key(key);
                sink.delimiter(if explode { Delimiter::Equals } else { between });
                sink.value(&text(member));
            }
        }
    }
}

/// `;name=value`; without a value there is no `=` (RFC 6570, section 3.2.7).
fn matrix(explode: bool, name: &str, value: &Written<'_>, sink: &mut impl Sink) {
    let named = |sink: &mut _, name: &str, is_key: bool, text: &str| {
        begin_matrix(sink, name, is_key);
        if !text.is_empty() {
            Sink::delimiter(sink, Delimiter::Equals);
            Sink::value(sink, text);
        }
    };
    match value {
        Written::Scalar(text) => named(sink, name, false, text),
        Written::Array(items) if explode => items.iter().for_each(|item| named(sink, name, false, &text(item))),
        Written::Object(members) if explode => {
            for (key, member) in members {
                named(sink, key, true, &text(member));
            }
        }
        Written::Array(items) if matches!(items.as_slice(), [Value::String(only)] if only.is_empty()) => {
            begin_matrix(sink, name, false);
        }
        value => {
            begin_matrix(sink, name, false);
            sink.delimiter(Delimiter::Equals);
            sequence(Delimiter::Comma, false, value, sink);
        }
    }
}

fn begin_matrix(sink: &mut impl Sink, name: &str, is_key: bool) {
    sink.delimiter(Delimiter::Semicolon);
    if is_key { sink.key(name) } else { sink.name(name) }
}

/// `name=value`, once or for each member.
fn pairs(between: Delimiter, explode: bool, name: &str, value: &Written<'_>, sink: &mut impl Sink) {
    match value {
        Written::Array(items) if explode => items.iter().for_each(|item| pair(name, &text(item), sink)),
        Written::Object(members) if explode => {
            for (key, member) in members {
                match member {
                    Value::Array(items) => {
                        items.iter().filter(|item| !item.is_null()).for_each(|item| pair(key, &text(item), sink));
                    }
                    member => pair(key, &text(member), sink),
                }
            }
        }
        Written::Scalar(text) => pair(name, text, sink),
        value => {
            sink.pair(name);
            sink.name_ends();
            sequence(between, false, value, sink);
        }
    }
}

fn pair(name: &str, text: &str, sink: &mut impl Sink) {
    sink.pair(name);
    sink.name_ends();
    sink.value(text);
}

/// `name[key][key]=value`.
fn deep<'v>(
    name: &str,
    keys: &mut Vec<Cow<'v, str>>,
    arrays: DeepObjectArrays,
    value: &Written<'v>,
    sink: &mut impl Sink,
) {
    match value {
        Written::Scalar(text) => {
            sink.pair(name);
            for key in &*keys {
                sink.key_of_name(key);
            }
            sink.name_ends();
            sink.value(text);
        }
        Written::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let key = match arrays {
                    DeepObjectArrays::Index => Some(Cow::Owned(index.to_string())),
                    DeepObjectArrays::Brackets => Some(Cow::Borrowed("")),
                    DeepObjectArrays::Repeat => None,
                };
                let depth = keys.len();
                keys.extend(key);
                if let Some(item) = written(item) {
                    deep(name, keys, arrays, &item, sink);
                }
                keys.truncate(depth);
            }
        }
        Written::Object(members) => {
            for (key, member) in members {
                keys.push(Cow::Borrowed(key));
                if let Some(member) = written(member) {
                    deep(name, keys, arrays, &member, sink);
                }
                keys.pop();
            }
        }
    }
}

/// Pairs joined into one text: a query string, a form, the cookies.
pub(super) struct Pairs<'o> {
    pub(super) out: &'o mut String,
    /// What stands between pairs.
    pub(super) separator: &'static str,
    /// Where the first pair begins: no separator stands before it.
    pub(super) start: usize,
    pub(super) escape: Escape,
}

impl Sink for Pairs<'_> {
    fn pair(&mut self, name: &str) {
        if self.out.len() > self.start {
            self.out.push_str(self.separator);
        }
        self.escape.name(name, self.out);
    }

    fn key_of_name(&mut self, key: &str) {
        self.delimiter(Delimiter::Open);
        self.escape.name(key, self.out);
        self.delimiter(Delimiter::Close);
    }

    fn name_ends(&mut self) {
        self.out.push('=');
    }

    fn name(&mut self, name: &str) {
        self.escape.name(name, self.out);
    }

    fn key(&mut self, key: &str) {
        self.escape.key(key, self.out);
    }

    fn value(&mut self, text: &str) {
        self.escape.value(text, self.out);
    }

    fn delimiter(&mut self, delimiter: Delimiter) {
        self.out.push_str(match self.escape {
            Escape::Raw => delimiter.raw(),
            _ => delimiter.encoded(),
        });
    }
}

/// Pairs as they are, without a text around them: the parts of a multipart body.
#[derive(Default)]
pub(super) struct RawPairs(pub(super) Vec<(String, String)>);

impl RawPairs {
    fn last(&mut self, write: impl FnOnce(&mut (String, String))) {
        if let Some(pair) = self.0.last_mut() {
            write(pair);
        }
    }
}

impl Sink for RawPairs {
    fn pair(&mut self, name: &str) {
        self.0.push((name.to_owned(), String::new()));
    }

    fn key_of_name(&mut self, key: &str) {
        self.last(|(name, _)| *name = format!("{name}[{key}]"));
    }

    fn name_ends(&mut self) {}

    fn name(&mut self, name: &str) {
        self.value(name);
    }

    fn key(&mut self, key: &str) {
        self.value(key);
    }

    fn value(&mut self, text: &str) {
        self.last(|(_, value)| value.push_str(text));
    }

    fn delimiter(&mut self, delimiter: Delimiter) {
        self.last(|(_, value)| value.push_str(delimiter.raw()));
    }
}
