//! JSON text into a tree, token by token, without recursion.

use std::ops::Range;

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use super::arena::Shape;
use super::writer::{Container, Remark, Writer};

/// Why the text is no JSON.
#[derive(Debug)]
pub(super) struct Failure {
    pub remark: Remark,
    /// Whether YAML might take it: comments, trailing commas, unquoted keys.
    pub maybe_yaml: bool,
}

impl From<Remark> for Failure {
    fn from(remark: Remark) -> Self {
        Self { remark, maybe_yaml: false }
    }
}

impl From<JiterError> for Failure {
    fn from(error: JiterError) -> Self {
        use JsonErrorType as E;
        let JiterErrorType::JsonError(kind) = error.error_type else {
            return Self { remark: syntax("a JSON value was expected here", error.index), maybe_yaml: true };
        };
        let (message, maybe_yaml) = match kind {
            E::EofWhileParsingList => ("the text ends inside an array", false),
            E::EofWhileParsingObject => ("the text ends inside an object", false),
            E::EofWhileParsingString => ("the text ends inside a string", false),
            E::EofWhileParsingValue => ("the text ends where a value was expected", false),
            E::ExpectedColon => ("`:` was expected after the key", true),
            E::ExpectedListCommaOrEnd => ("`,` or `]` was expected", true),
            E::ExpectedObjectCommaOrEnd => ("`,` or `}` was expected", true),
            E::ExpectedSomeIdent => ("`true`, `false` or `null` was expected", true),
            E::ExpectedSomeValue => ("a JSON value was expected", true),
            E::InvalidEscape | E::UnexpectedEndOfHexEscape => ("this is no escape of JSON", true),
            E::InvalidNumber | E::NumberOutOfRange => ("this is no number of JSON", true),
            E::ControlCharacterWhileParsingString => {
                ("a control character (a tab or a line's end, for instance) stands raw in a string", true)
            }
            E::KeyMustBeAString => ("a key in double quotes was expected", true),
            E::LoneLeadingSurrogateInHexEscape => ("this escape is half of a surrogate pair", false),
            E::TrailingComma => ("a comma stands after the last value", true),
            E::TrailingCharacters => ("something follows the end of the JSON value", true),
            _ => ("this is no JSON", false),
        };
        Self { remark: syntax(message, error.index), maybe_yaml }
    }
}

fn syntax(message: &str, index: usize) -> Remark {
    Remark::error("invalid-json", message, "correct the document, or export it again from its source", index..index + 1)
}

pub(super) fn read(writer: &mut Writer<'_>) -> Result<(), Failure> {
    let text = writer.text;
    let mut jiter = Jiter::new(text.as_bytes());
    let mut open: Vec<Container> = Vec::new();
    let mut peek = jiter.peek()?;
    loop {
        let start = jiter.current_index();
        // Whether a container was opened that has a first value to read.
        let mut entered = None;
        match peek {
            Peek::Object => {
                writer.open(Container::Object, start)?;
                let key = jiter.known_object()?.map(|key| Decoded::of(text, key));
                entered = Some(match key {
                    None => None,
                    Some(key) => {
                        write_key(writer, key, start + 1, jiter.current_index())?;
                        open.push(Container::Object);
                        Some(jiter.peek()?)
                    }
                });
            }
            Peek::Array => {
                writer.open(Container::Array, start)?;
                entered = Some(jiter.known_array()?);
                if let Some(Some(_)) = entered {
                    open.push(Container::Array);
                }
            }
            Peek::String => {
                let value = Decoded::of(text, jiter.known_str()?);
                let span = start..jiter.current_index();
                match value {
                    Decoded::InPlace(range) => writer.scalar(Shape::String, span, range)?,
                    Decoded::Aside(value) => writer.scalar_aside(Shape::StringInSide, span, &value)?,
                }
            }
            Peek::True | Peek::False => {
                let value = jiter.known_bool(peek)?;
                writer.scalar(if value { Shape::True } else { Shape::False }, start..jiter.current_index(), 0..0)?;
            }
            Peek::Null => {
                jiter.known_null()?;
                writer.scalar(Shape::Null, start..jiter.current_index(), 0..0)?;
            }
            _ if peek.is_num() => {
                jiter.known_number_bytes(peek)?;
                let span = start..jiter.current_index();
                writer.scalar(Shape::Number, span.clone(), span)?;
            }
            _ => {
                return Err(Failure { remark: syntax("a JSON value was expected", start), maybe_yaml: true });
            }
        }
        match entered {
            Some(Some(first)) => {
                peek = first;
                continue;
            }
            Some(None) => {
                writer.close(jiter.current_index())?;
            }
            None => {}
        }
        // On to the next value, out of every container that ends here.
        peek = loop {
            let next = match open.last() {
                None => {
                    jiter.finish()?;
                    return Ok(());
                }
                Some(Container::Array) => jiter.array_step()?,
                Some(Container::Object) => {
                    let before = jiter.current_index();
                    match jiter.next_key()?.map(|key| Decoded::of(text, key)) {
                        None => None,
                        Some(key) => {
                            write_key(writer, key, before, jiter.current_index())?;
                            Some(jiter.peek()?)
                        }
                    }
                }
            };
            if let Some(next) = next {
                break next;
            }
            open.pop();
            writer.close(jiter.current_index())?;
        };
    }
}

/// A string of the text: where it stands, or what its escapes made of it.
enum Decoded {
    InPlace(Range<usize>),
    Aside(String),
}

impl Decoded {
    /// The decoder hands out a part of the text itself where nothing is escaped.
    fn of(text: &str, value: &str) -> Self {
        let start = (value.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        if start < text.len() && start + value.len() <= text.len() {
            Self::InPlace(start..start + value.len())
        } else {
            Self::Aside(value.to_owned())
        }
    }
}

/// Writes a key that was read between `before` and `after`, its colon included.
fn write_key(writer: &mut Writer<'_>, key: Decoded, before: usize, after: usize) -> Result<(), Remark> {
    match key {
        Decoded::InPlace(range) => writer.key(range),
        Decoded::Aside(key) => {
            let read = writer.text.get(before..after).unwrap_or("");
            let first = read.find('"').unwrap_or(0);
            let last = read.rfind('"').unwrap_or(first);
            writer.key_aside(before + first..before + last + 1, &key)
        }
    }
}
