//! Builds the tables of a tree from what a parser tells, in the order of the text, within the limits.

use std::collections::HashSet;
use std::ops::Range;

use super::arena::{Arena, Key, Member, NodeId, Shape, Slot, TooLarge, narrow};
use super::text::Limits;
use crate::diagnostic::Severity;

/// What will be a diagnostic when the tree stands.
#[derive(Debug, Clone)]
pub(super) struct Remark {
    pub severity: Severity,
    pub code: &'static str,
    pub message: String,
    pub help: &'static str,
    pub span: Range<usize>,
    /// The node that it is about; none for the text as such.
    pub node: Option<NodeId>,
}

impl Remark {
    pub fn error(code: &'static str, message: impl Into<String>, help: &'static str, span: Range<usize>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), help, span, node: None }
    }

    pub fn warning(code: &'static str, message: impl Into<String>, help: &'static str, span: Range<usize>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, help, span) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Array,
    Object,
}

/// How large a node is when everything that it shares is written out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub nodes: u64,
    pub depth: usize,
}

const LEAF: Extent = Extent { nodes: 1, depth: 0 };

#[derive(Debug)]
struct Frame {
    node: NodeId,
    container: Container,
    /// Where its children begin in `members` or `items`.
    base: usize,
    /// The key that waits for its value.
    key: Key,
    /// Entries that are YAML's merge keys, as places in `members`.
    merges: Vec<usize>,
    merging: bool,
    extent: Extent,
}

/// Remarks of one kind are told up to this number.
const MAX_REMARKS: usize = 50;

pub(super) struct Writer<'t> {
    pub text: &'t str,
    pub arena: Arena,
    pub remarks: Vec<Remark>,
    limits: &'t Limits,
    frames: Vec<Frame>,
    members: Vec<Member>,
    items: Vec<NodeId>,
    /// How many containers are open below a node that lies too deep.
    skipped: usize,
    root: Option<NodeId>,
    merged: usize,
    /// How many nodes all aliases stand for.
    aliased: u64,
}

impl<'t> Writer<'t> {
    pub fn new(text: &'t str, limits: &'t Limits) -> Self {
        Self {
            text,
            arena: Arena::default(),
            remarks: Vec::new(),
            limits,
            frames: Vec::new(),
            members: Vec::new(),
            items: Vec::new(),
            skipped: 0,
            root: None,
            merged: 0,
            aliased: 0,
        }
    }

    /// The finished tables, the root and the remarks.
    pub fn finish(mut self) -> (Arena, Option<NodeId>, Vec<Remark>) {
        self.arena.shrink();
        (self.arena, self.root, self.remarks)
    }

    pub fn remark(&mut self, remark: Remark) {
        if !self.is_enough(remark.code) {
            self.remarks.push(remark);
        }
    }

    fn is_enough(&self, code: &str) -> bool {
        self.remarks.iter().filter(|other| other.code == code).count() >= MAX_REMARKS
    }

    fn too_large(&self, at: usize) -> Remark {
        Remark::error(
            "document-too-large",
            format!("the document has more than {} nodes", self.limits.max_nodes),
            "split it, or leave out what is not needed",
            at..at,
        )
    }

    fn push(&mut self, slot: Result<Slot, TooLarge>, start: usize) -> Result<NodeId, Remark> {
        if self.arena.nodes.len() >= self.limits.max_nodes {
            return Err(self.too_large(start));
        }
        slot.and_then(|slot| self.arena.push(slot)).map_err(|TooLarge| self.too_large(start))
    }

    /// Puts a finished node where the next value belongs.
    fn place(&mut self, value: NodeId, extent: Extent) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(value);
            return;
        };
        frame.extent.nodes = frame.extent.nodes.saturating_add(extent.nodes);
        frame.extent.depth = frame.extent.depth.max(extent.depth + 1);
        match frame.container {
            Container::Array => self.items.push(value),
            Container::Object => {
                if std::mem::take(&mut frame.merging) {
                    frame.merges.push(self.members.len());
                }
                self.members.push(Member { key: frame.key, value });
            }
        }
    }

    /// A scalar at `span` whose text stands at `text` in the source.
    pub fn scalar(&mut self, shape: Shape, span: Range<usize>, text: Range<usize>) -> Result<(), Remark> {
        if self.skipped > 0 {
            return Ok(());
        }
        let at = span.start;
        let slot = place_of(&span)
            .and_then(|(start, end)| Ok(Slot::new(shape, start, end, narrow(text.start)?, narrow(text.len())?)));
        let id = self.push(slot, at)?;
        self.place(id, LEAF);
        Ok(())
    }

    /// A scalar at `span` whose text is not in the source.
    pub fn scalar_aside(&mut self, shape: Shape, span: Range<usize>, text: &str) -> Result<(), Remark> {
        if self.skipped > 0 {
            return Ok(());
        }
        let at = span.start;
        let slot = place_of(&span).and_then(|(start, end)| {
            let (side, len) = self.arena.push_side(text)?;
            Ok(Slot::new(shape, start, end, side, len))
        });
        let id = self.push(slot, at)?;
        self.place(id, LEAF);
        Ok(())
    }

    /// The key of the next value, as it stands at `span` in the source.
    pub fn key(&mut self, span: Range<usize>) -> Result<(), Remark> {
        let key = place_of(&span).map(|(start, end)| Key::in_text(start, end - start));
        self.set_key(key, span.start)
    }

    /// The key of the next value, which is not spelled as it stands at `span`.
    pub fn key_aside(&mut self, span: Range<usize>, text: &str) -> Result<(), Remark> {
        if self.skipped > 0 {
            return Ok(());
        }
        let key = place_of(&span).and_then(|(start, end)| self.arena.push_side_key(text, start, end));
        self.set_key(key, span.start)
    }

    fn set_key(&mut self, key: Result<Key, TooLarge>, at: usize) -> Result<(), Remark> {
        if self.skipped > 0 {
            return Ok(());
        }
        let key = key.map_err(|TooLarge| self.too_large(at))?;
        if let Some(frame) = self.frames.last_mut() {
            frame.key = key;
            frame.merging = false;
        }
        Ok(())
    }

    /// Says that the next value is to be merged into the object rather than put under its key.
    pub fn merge_next(&mut self) {
        if self.skipped == 0
            && let Some(frame) = self.frames.last_mut()
        {
            frame.merging = true;
        }
    }

    /// Opens an array or object; the id that it will have, unless it lies too deep.
    pub fn open(&mut self, container: Container, start: usize) -> Result<Option<NodeId>, Remark> {
        if self.skipped > 0 {
            self.skipped += 1;
            return Ok(None);
        }
        let slot = place_of(&(start..start)).map(|(start, end)| Slot::new(Shape::Null, start, end, 0, 0));
        let node = self.push(slot, start)?;
        if self.frames.len() >= self.limits.max_depth {
            self.skipped = 1;
            self.place(node, LEAF);
            self.too_deep(start..start + 1, node);
            return Ok(None);
        }
        let base = match container {
            Container::Array => self.items.len(),
            Container::Object => self.members.len(),
        };
        let key = Key::in_text(0, 0);
        self.frames.push(Frame { node, container, base, key, merges: Vec::new(), merging: false, extent: LEAF });
        Ok(Some(node))
    }

    fn too_deep(&mut self, span: Range<usize>, node: NodeId) {
        let message = format!("this is nested more than {} levels deep and was read as null", self.limits.max_depth);
        let help = "name the inner part and refer to it by $ref";
        self.remark(Remark { node: Some(node), ..Remark::error("nested-too-deep", message, help, span) });
    }

    /// Closes what was opened last; how large it is, unless it was left out.
    pub fn close(&mut self, end: usize) -> Result<Option<Extent>, Remark> {
        if self.skipped > 0 {
            self.skipped -= 1;
            return Ok(None);
        }
        let Some(frame) = self.frames.pop() else { return Ok(None) };
        let start = self.arena.slot(frame.node).start;
        let too_large = |TooLarge| self.too_large(start as usize);
        let end = narrow(end).map_err(too_large)?.max(start);
        let slot = match frame.container {
            Container::Array => {
                let slot = self.arena.array(&self.items[frame.base..], start, end);
                self.items.truncate(frame.base);
                slot
            }
            Container::Object => {
                let mut members = self.members.split_off(frame.base);
                if !frame.merges.is_empty() {
                    members = self.merge(&members, &frame)?;
                }
                let mut repeated = Vec::new();
                let slot = self.arena.object(self.text, &mut members, start, end, |old, new| repeated.push((old, new)));
                for (old, new) in repeated {
                    self.repeated(old, new);
                }
                slot
            }
        };
        let slot = slot.map_err(|TooLarge| self.too_large(start as usize))?;
        self.arena.nodes[frame.node.index()] = slot;
        self.place(frame.node, frame.extent);
        Ok(Some(frame.extent))
    }

    fn repeated(&mut self, old: Member, new: Member) {
        const CODE: &str = "duplicate-key";
        if self.is_enough(CODE) {
            return;
        }
        let key = self.arena.key_text(self.text, new.key);
        let line = 1 + self.text[..self.arena.key_span(old.key).0 as usize].bytes().filter(|&b| b == b'\n').count();
        let message = format!("the key `{key}` stands twice in this object, first in line {line}; this one counts");
        let (start, end) = self.arena.key_span(new.key);
        let help = "remove one of the two, or rename it";
        let span = start as usize..end as usize;
        self.remark(Remark { node: Some(new.value), ..Remark::warning(CODE, message, help, span) });
    }

    /// The entries of an object with those in the place of its merge keys that it does not have itself.
    fn merge(&mut self, members: &[Member], frame: &Frame) -> Result<Vec<Member>, Remark> {
        let is_merge = |i: usize| frame.merges.binary_search(&(frame.base + i)).is_ok();
        let mut known: HashSet<&str> = (0..)
            .zip(members)
            .filter(|&(i, _)| !is_merge(i))
            .map(|(_, member)| self.arena.key_text(self.text, member.key))
            .collect();
        let mut merged = Vec::with_capacity(members.len());
        let mut odd = Vec::new();
        for (i, member) in members.iter().enumerate() {
            if !is_merge(i) {
                merged.push(*member);
                continue;
            }
            let slot = self.arena.slot(member.value);
            let one = [member.value];
            let sources = if slot.shape() == Shape::Array { self.arena.elements(slot) } else { &one };
            for &source in sources {
                let slot = self.arena.slot(source);
                if !matches!(slot.shape(), Shape::Object | Shape::LargeObject) {
                    odd.push(*member);
                }
                for other in self.arena.members(slot) {
                    self.merged += 1;
                    if self.merged > self.limits.max_nodes {
                        return Err(self.too_large(slot.start as usize));
                    }
                    if known.insert(self.arena.key_text(self.text, other.key)) {
                        merged.push(*other);
                    }
                }
            }
        }
        for member in odd {
            let (start, end) = self.arena.key_span(member.key);
            let message = "the value of the merge key `<<` is no mapping and was left out";
            let help = "give an alias of a mapping, or quote the key if it is a name";
            self.remark(Remark::warning("yaml-merge", message, help, start as usize..end as usize));
        }
        Ok(merged)
    }

    /// Puts a finished node once more, where the next value belongs.
    pub fn alias(&mut self, target: NodeId, extent: Extent, span: Range<usize>) -> Result<(), Remark> {
        if self.skipped > 0 {
            return Ok(());
        }
        let expanded = self.aliased.saturating_add(extent.nodes);
        let is_deep = self.frames.len() + extent.depth > self.limits.max_depth;
        if !is_deep && expanded <= self.limits.max_expanded {
            self.aliased = expanded;
            self.place(target, extent);
            return Ok(());
        }
        self.scalar(Shape::Null, span.clone(), 0..0)?;
        let Some(node) = self.last() else { return Ok(()) };
        if is_deep {
            self.too_deep(span, node);
        } else {
            let most = self.limits.max_expanded;
            let message = format!("the document's aliases stand for more than {most} nodes; this one was read as null");
            let help = "write out what the aliases stand for, or share schemas by $ref";
            self.remark(Remark { node: Some(node), ..Remark::error("alias-expansion", message, help, span) });
        }
        Ok(())
    }

    /// The null that stands at a place of the text.
    pub fn null_at(&self, start: usize) -> Option<NodeId> {
        let is_it = |slot: &Slot| slot.shape() == Shape::Null && slot.start as usize == start;
        self.arena.nodes.iter().position(is_it).and_then(|index| narrow(index).ok()).map(NodeId)
    }

    /// The node that was written last.
    pub fn last(&self) -> Option<NodeId> {
        (self.skipped == 0).then_some(())?;
        self.arena.nodes.len().checked_sub(1).and_then(|last| narrow(last).ok()).map(NodeId)
    }
}

fn place_of(span: &Range<usize>) -> Result<(u32, u32), TooLarge> {
    Ok((narrow(span.start)?, narrow(span.end)?))
}
