//! YAML text into a tree, event by event: YAML 1.2 with its core schema, and merge keys.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::arena::{NodeId, Shape};
use super::scalar::{Scalar, resolve};
use super::writer::{Container, Extent, Remark, Writer};

pub(super) fn read(writer: &mut Writer<'_>) -> Result<(), Remark> {
    let text = writer.text;
    let mut parser = Parser::new_from_str(text);
    let mut reader = Reader {
        writer,
        places: Places { text, ascii: text.is_ascii(), chars: 0, bytes: 0 },
        levels: Vec::new(),
        anchors: Vec::new(),
        ignored: None,
    };
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| reader.syntax(&error))?;
        match event {
            Event::DocumentStart(_) if documents > 0 => {
                let span = reader.places.range(&span);
                let message = "the file holds several YAML documents, and only the first is read";
                let help = "put each API description into a file of its own";
                reader.writer.remark(Remark::warning("several-documents", message, help, span));
                return Ok(());
            }
            Event::DocumentStart(_) => documents += 1,
            event => reader.on(event, &span)?,
        }
    }
    Ok(())
}

struct Level {
    container: Container,
    /// In an object, whether a key comes next.
    key_next: bool,
    anchor: usize,
    node: Option<NodeId>,
}

/// Parts of the text that are passed over: a key that is no text, then its value.
struct Ignored {
    depth: usize,
    value_too: bool,
}

struct Reader<'w, 't> {
    writer: &'w mut Writer<'t>,
    places: Places<'t>,
    levels: Vec<Level>,
    /// What each anchor names, by its number; none while that is not finished.
    anchors: Vec<Option<(NodeId, Extent)>>,
    ignored: Option<Ignored>,
}

const LEAF: Extent = Extent { nodes: 1, depth: 0 };

impl Reader<'_, '_> {
    fn syntax(&mut self, error: &saphyr_parser::ScanError) -> Remark {
        let at = self.places.byte(error.marker().index());
        let after = self.places.text[at..].chars().next().map_or(0, char::len_utf8);
        // The parser says where it gave up, which after a tab is often only the place behind it.
        let line = self.places.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let indent = &self.places.text[line..at.max(line)];
        let indent = &self.places.text[line..line + indent.len() - indent.trim_start().len()];
        let tab = (error.info().contains("tab") || indent.contains('\t')).then(|| indent.find('\t')).flatten();
        let (span, message, help) = match tab {
            Some(tab) => (
                line + tab..line + tab + 1,
                "a tab stands in the indentation, which YAML does not allow".to_owned(),
                "indent with spaces",
            ),
            None => (
                at..at + after,
                format!("this is no YAML: {}", error.info()),
                "correct the document: often the indentation, or a text that needs quotes",
            ),
        };
        Remark::error("invalid-yaml", message, help, span)
    }

    fn on(&mut self, event: Event<'_>, span: &Span) -> Result<(), Remark> {
        if self.ignored.is_some() {
            self.pass_over(&event);
            return Ok(());
        }
        let key_next = self.levels.last().is_some_and(|level| level.container == Container::Object && level.key_next);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let range = self.places.range(span);
                if key_next {
                    self.key(&value, style, tag.as_deref(), range)?;
                } else {
                    self.value(&value, style, tag.as_deref(), range)?;
                    self.turn();
                }
                if let Some(node) = self.writer.last().filter(|_| anchor > 0 && !key_next) {
                    self.name(anchor, node, LEAF);
                }
            }
            Event::Alias(anchor) => {
                let range = self.places.range(span);
                self.alias(anchor, range, key_next)?;
            }
            Event::SequenceStart(..) | Event::MappingStart(..) if key_next => {
                let range = self.places.range(span);
                let message =
                    "a key that is a list or a mapping has no counterpart in JSON, and its entry was left out";
                let help = "write the key as text";
                self.writer.remark(Remark::warning("yaml-complex-key", message, help, range));
                self.ignored = Some(Ignored { depth: 1, value_too: true });
            }
            Event::SequenceStart(anchor, _) => self.open(Container::Array, anchor, span)?,
            Event::MappingStart(anchor, _) => self.open(Container::Object, anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => {
                let end = self.places.byte(span.end.index());
                let extent = self.writer.close(end)?;
                if let Some(Level { anchor, node: Some(node), .. }) = self.levels.pop()
                    && let Some(extent) = extent
                {
                    self.name(anchor, node, extent);
                }
                self.turn();
            }
            _ => {}
        }
        Ok(())
    }

    /// After a value a key comes, and the other way round.
    fn turn(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.key_next = level.container == Container::Object && !level.key_next;
        }
    }

    fn name(&mut self, anchor: usize, node: NodeId, extent: Extent) {
        if anchor == 0 {
            return;
        }
        if self.anchors.len() <= anchor {
            self.anchors.resize(anchor + 1, None);
        }
        self.anchors[anchor] = Some((node, extent));
    }

    fn open(&mut self, container: Container, anchor: usize, span: &Span) -> Result<(), Remark> {
        let start = self.places.byte(span.start.index());
        let node = self.writer.open(container, start)?;
        self.levels.push(Level { container, key_next: container == Container::Object, anchor, node });
        Ok(())
    }

    fn pass_over(&mut self, event: &Event<'_>) {
        let Some(ignored) = &mut self.ignored else { return };
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => ignored.depth += 1,
            Event::SequenceEnd | Event::MappingEnd => ignored.depth = ignored.depth.saturating_sub(1),
            _ => {}
        }
        if ignored.depth > 0 {
            return;
        }
        if ignored.value_too {
            ignored.value_too = false;
        } else {
            self.ignored = None;
        }
    }

    fn key(&mut self, value: &str, style: ScalarStyle, tag: Option<&Tag>, span: Range<usize>) -> Result<(), Remark> {
        let merge = value == "<<" && style == ScalarStyle::Plain && !tag.is_some_and(|tag| is_core(tag, "str"));
        match in_place(self.places.text, value, style, &span) {
            Some(range) => self.writer.key(range)?,
            None => self.writer.key_aside(span, value)?,
        }
        if merge {
            self.writer.merge_next();
        }
        self.turn();
        Ok(())
    }

    fn value(&mut self, value: &str, style: ScalarStyle, tag: Option<&Tag>, span: Range<usize>) -> Result<(), Remark> {
        let is_text = style != ScalarStyle::Plain
            || tag.is_some_and(|tag| is_core(tag, "str") || tag.handle.is_empty() && tag.suffix == "!");
        let meaning = if is_text { Scalar::String } else { resolve(value) };
        match meaning {
            Scalar::Null => self.writer.scalar(Shape::Null, span, 0..0),
            Scalar::Bool(value) => self.writer.scalar(if value { Shape::True } else { Shape::False }, span, 0..0),
            Scalar::Number(number) => match in_place(self.places.text, &number, style, &span) {
                Some(range) => self.writer.scalar(Shape::Number, span, range),
                None => self.writer.scalar_aside(Shape::NumberInSide, span, &number),
            },
            Scalar::String => match in_place(self.places.text, value, style, &span) {
                Some(range) => self.writer.scalar(Shape::String, span, range),
                None => self.writer.scalar_aside(Shape::StringInSide, span, value),
            },
        }
    }

    fn alias(&mut self, anchor: usize, span: Range<usize>, key_next: bool) -> Result<(), Remark> {
        let target = self.anchors.get(anchor).copied().flatten();
        if key_next {
            let text = self.places.text;
            let key = target.map(|(node, _)| self.writer.arena.slot(node));
            let key = key.map(|slot| self.writer.arena.scalar_text(text, slot).to_owned()).unwrap_or_default();
            if key.is_empty() {
                let message = "this alias stands as a key but names no text";
                let remark = Remark::warning("yaml-complex-key", message, "write the key out", span.clone());
                self.writer.remark(remark);
            }
            self.writer.key_aside(span, &key)?;
        } else if let Some((node, extent)) = target {
            self.writer.alias(node, extent, span)?;
        } else {
            let message = "this alias stands inside of what it names and was read as null";
            let help = "describe recursion by $ref";
            self.writer.scalar(Shape::Null, span.clone(), 0..0)?;
            let node = self.writer.last();
            self.writer.remark(Remark { node, ..Remark::error("alias-cycle", message, help, span) });
        }
        self.turn();
        Ok(())
    }
}

fn is_core(tag: &Tag, name: &str) -> bool {
    tag.is_yaml_core_schema() && tag.suffix == name
}

/// Where `value` stands in the text at `span` as it is, within its quotes.
fn in_place(text: &str, value: &str, style: ScalarStyle, span: &Range<usize>) -> Option<Range<usize>> {
    let start = match style {
        ScalarStyle::Plain => span.start,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => span.start + 1,
        ScalarStyle::Literal | ScalarStyle::Folded => return None,
    };
    let range = start..start + value.len();
    (text.get(range.clone()) == Some(value)).then_some(range)
}

/// Turns the parser's places, which count characters, into bytes. They come nearly in order, so that a step from the last
/// one is short.
struct Places<'t> {
    text: &'t str,
    ascii: bool,
    chars: usize,
    bytes: usize,
}

impl Places<'_> {
    fn range(&mut self, span: &Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index()).max(start)
    }

    fn byte(&mut self, chars: usize) -> usize {
        if self.ascii {
            return chars.min(self.text.len());
        }
        let is_start = |byte: &u8| byte & 0xC0 != 0x80;
        let bytes = self.text.as_bytes();
        while self.chars < chars && self.bytes < bytes.len() {
            self.bytes += 1;
            while bytes.get(self.bytes).is_some_and(|byte| !is_start(byte)) {
                self.bytes += 1;
            }
            self.chars += 1;
        }
        while self.chars > chars && self.bytes > 0 {
            self.bytes -= 1;
            while bytes.get(self.bytes).is_some_and(|byte| !is_start(byte)) {
                self.bytes -= 1;
            }
            self.chars -= 1;
        }
        self.bytes
    }
}
