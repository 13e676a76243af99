//! YAML text into a tree, event by event: YAML 1.2 with its core schema, and merge keys.

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::arena::{Arena, NodeId, Shape};
use super::scalar::{Scalar, resolve};
use super::text::Limits;
use super::writer::{Container, Extent, Remark, Writer};

/// Reads a document; the tables, the root and the remarks.
///
/// YAML wants the lines of a flow collection deeper than the block around it. Nobody else insists, and much-used documents
/// close theirs at the block's own column. Such a line is read once more as if it stood further in. And where flow
/// collections nest deeper than the parser goes, the text is read once more without the innermost ones.
pub(super) fn read(text: &str, limits: &Limits) -> Result<(Arena, Option<NodeId>, Vec<Remark>), Remark> {
    let mut padded = Padded::new(text);
    loop {
        let mut writer = Writer::new(text, limits);
        match read_once(&mut writer, &padded) {
            Ok(()) => {
                for cut in &padded.cuts {
                    let node = writer.null_at(cut.start);
                    writer.remark(Remark { node, ..too_deep(cut.clone()) });
                }
                return Ok(writer.finish());
            }
            Err(Failure { remark, repair }) => {
                let again = match repair {
                    Some(Repair::Indent(place)) => padded.pad(place),
                    Some(Repair::Cut(place)) => padded.cut(place),
                    None => false,
                };
                if !again {
                    return Err(remark);
                }
            }
        }
    }
}

struct Failure {
    remark: Remark,
    repair: Option<Repair>,
}

/// What can be done about a failure, and where in the text as written.
enum Repair {
    /// A line begins here whose only fault is that it is not indented enough.
    Indent(usize),
    /// A flow collection begins here that lies too deep.
    Cut(usize),
}

fn too_deep(span: Range<usize>) -> Remark {
    let message = "brackets are nested more than 255 levels deep in YAML; this was read as null";
    let help = "name the inner part and refer to it by $ref, or write the document as JSON";
    Remark::error("nested-too-deep", message, help, span)
}

impl From<Remark> for Failure {
    fn from(remark: Remark) -> Self {
        Self { remark, repair: None }
    }
}

fn read_once(writer: &mut Writer<'_>, padded: &Padded<'_>) -> Result<(), Failure> {
    let text = writer.text;
    let mut parser = Parser::new_from_str(&padded.text);
    let mut reader =
        Reader { writer, text, places: Places::new(padded), levels: Vec::new(), anchors: Vec::new(), ignored: None };
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
    text: &'t str,
    places: Places<'w>,
    levels: Vec<Level>,
    /// What each anchor names, by its number; none while that is not finished.
    anchors: Vec<Option<(NodeId, Extent)>>,
    ignored: Option<Ignored>,
}

const LEAF: Extent = Extent { nodes: 1, depth: 0 };

impl Reader<'_, '_> {
    fn syntax(&mut self, error: &ScanError) -> Failure {
        let at = self.places.byte(error.marker().index());
        let after = self.text[at..].chars().next().map_or(0, char::len_utf8);
        let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = &self.text[line..at];
        let tab = self.indenting_tab(line, error.info());
        let (span, message, help) = match tab {
            Some(tab) => (
                tab..tab + 1,
                "a tab stands in the indentation, which YAML does not allow".to_owned(),
                "indent with spaces",
            ),
            None => (
                at..at + after,
                format!("this is no YAML: {}", error.info()),
                "correct the document: often the indentation, or a text that needs quotes",
            ),
        };
        let indent = match error.info() {
            _ if tab.is_some() => None,
            "recursion limit exceeded" => {
                return Failure { remark: too_deep(at..at + after), repair: Some(Repair::Cut(at)) };
            }
            // It is told where the text begins: the line is the next one, or the one after the last that was helped.
            "invalid indentation in quoted scalar" => {
                let from = self.places.padded.pads.last().map_or(at, |&(last, _)| last.max(at));
                let next = self.text[from..].find('\n').map(|newline| &self.text[from + newline..]);
                next.map(|next| self.text.len() - next.trim_start().len())
            }
            info => (before.trim_start().is_empty() && info.starts_with("invalid indentation")).then_some(at),
        };
        Failure { remark: Remark::error("invalid-yaml", message, help, span), repair: indent.map(Repair::Indent) }
    }

    /// The tab in the indentation that the parser speaks of: in the line where it gave up, or in a later line of the text
    /// that it was reading.
    fn indenting_tab(&self, line: usize, info: &str) -> Option<usize> {
        info.contains("tab").then_some(())?;
        let mut start = line;
        self.text[line..].split_inclusive('\n').find_map(|line| {
            let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
            let tab = indent.find('\t').map(|tab| start + tab);
            start += line.len();
            tab
        })
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
        match in_place(self.text, value, style, &span) {
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
            Scalar::Number(number) => match in_place(self.text, &number, style, &span) {
                Some(range) => self.writer.scalar(Shape::Number, span, range),
                None => self.writer.scalar_aside(Shape::NumberInSide, span, &number),
            },
            Scalar::String => match in_place(self.text, value, style, &span) {
                Some(range) => self.writer.scalar(Shape::String, span, range),
                None => self.writer.scalar_aside(Shape::StringInSide, span, value),
            },
        }
    }

    fn alias(&mut self, anchor: usize, span: Range<usize>, key_next: bool) -> Result<(), Remark> {
        let target = self.anchors.get(anchor).copied().flatten();
        if key_next {
            let text = self.text;
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

/// A text in which some lines are indented further than they were written, and some parts are left out.
struct Padded<'t> {
    text: Cow<'t, str>,
    /// For each pad where it was put, in the text as written and in this one; ascending.
    pads: Vec<(usize, usize)>,
    /// What is read as null, as places of the text as written.
    cuts: Vec<Range<usize>>,
    /// Bytes that may still be read again.
    left: usize,
}

/// Deeper than any block is indented.
const PAD: &str = "                                                                                ";

impl<'t> Padded<'t> {
    fn new(text: &'t str) -> Self {
        Self { text: Cow::Borrowed(text), pads: Vec::new(), cuts: Vec::new(), left: 256 << 20 }
    }

    /// Puts a pad at a place of the written text; whether reading again has a purpose.
    fn pad(&mut self, written: usize) -> bool {
        // What is read again costs most; what is only moved and looked through costs less.
        let Some(left) = self.left.checked_sub(written + self.text.len() / 8) else { return false };
        // Errors come in the order of the text: one at or before the last pad is not about indentation.
        if self.pads.last().is_some_and(|&(last, _)| last >= written) {
            return false;
        }
        self.left = left;
        let at = written + self.pads.len() * PAD.len();
        self.text.to_mut().insert_str(at, PAD);
        self.pads.push((written, at));
        true
    }

    /// Makes the flow collection at a place of the written text a null; whether reading again has a purpose.
    fn cut(&mut self, written: usize) -> bool {
        let pads = self.pads.partition_point(|&(pad, _)| pad <= written);
        let from = written + pads * PAD.len();
        let Some(left) = self.left.checked_sub(from) else { return false };
        let Some(to) = flow_end(self.text.as_bytes(), from) else { return false };
        self.left = left;
        let end = self.written(to);
        // As many bytes as before, so that every place stays; the lines' ends stay for the sake of their numbers.
        let blank: String =
            self.text[from..to].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).skip(1).collect();
        self.text.to_mut().replace_range(from..to, &format!("~{blank}"));
        self.cuts.push(written..end);
        true
    }

    /// The place in the written text of a place in this one.
    fn written(&self, at: usize) -> usize {
        let before = self.pads.partition_point(|&(_, pad)| pad <= at);
        match self.pads[..before].last() {
            Some(&(written, pad)) if at < pad + PAD.len() => written,
            _ => at - before * PAD.len(),
        }
    }
}

/// Where the flow collection ends that begins at `from`.
fn flow_end(text: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut depth) = (from, 0_usize);
    // The last byte that is no space: a quote is one only where a value may begin.
    let mut last = b'[';
    while let Some(&byte) = text.get(at) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' | b'\'' if b"[{,:?".contains(&last) => {
                at += 1;
                while *text.get(at)? != byte {
                    at += if byte == b'"' && text[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'#' if text[at - 1].is_ascii_whitespace() => {
                at += text[at..].iter().position(|&byte| byte == b'\n')?;
            }
            _ => {}
        }
        if let Some(&byte) = text.get(at).filter(|byte| !byte.is_ascii_whitespace()) {
            last = byte;
        }
        at += 1;
    }
    None
}

/// Turns the parser's places, which count characters, into bytes of the written text. They come nearly in order, so that
/// a step from the last one is short.
struct Places<'p> {
    padded: &'p Padded<'p>,
    ascii: bool,
    chars: usize,
    bytes: usize,
}

impl<'p> Places<'p> {
    fn new(padded: &'p Padded<'p>) -> Self {
        Self { padded, ascii: padded.text.is_ascii(), chars: 0, bytes: 0 }
    }

    fn range(&mut self, span: &Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index()).max(start)
    }

    fn byte(&mut self, chars: usize) -> usize {
        let bytes = self.padded.text.as_bytes();
        if self.ascii {
            return self.padded.written(chars.min(bytes.len()));
        }
        let is_start = |byte: &u8| byte & 0xC0 != 0x80;
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
        self.padded.written(self.bytes)
    }
}
