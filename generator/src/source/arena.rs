//! The nodes of a document, side by side in a few flat tables.
//!
//! A node takes 16 bytes, an entry of an object 12, an item of an array 4. Text stays where it was written; only what
//! an escape or a fold changed is kept a second time, in `side`.

/// A node of a [`Tree`](super::Tree): an index that stays valid for the tree's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The types of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number of any size.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The type with its article, for messages: "an object".
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// The key of an object's entry, for putting entries into new objects. It belongs to its tree.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub(super) start: u32,
    /// Bytes; the top bit says that the text stands in `side`.
    len: u32,
}

const IN_SIDE: u32 = 1 << 31;

impl Key {
    pub(super) fn in_text(start: u32, len: u32) -> Self {
        Self { start, len }
    }

    pub(super) fn in_side(start: u32, len: u32) -> Self {
        Self { start, len: len | IN_SIDE }
    }

    pub(super) fn is_in_side(self) -> bool {
        self.len & IN_SIDE != 0
    }

    pub(super) fn len(self) -> u32 {
        self.len & !IN_SIDE
    }
}

/// What a node is and where its text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Shape {
    Null,
    False,
    True,
    Number,
    NumberInSide,
    String,
    StringInSide,
    Array,
    Object,
    /// An object with an index; `at` is its place in `large`.
    LargeObject,
}

impl Shape {
    const ALL: [Self; 10] = [
        Self::Null,
        Self::False,
        Self::True,
        Self::Number,
        Self::NumberInSide,
        Self::String,
        Self::StringInSide,
        Self::Array,
        Self::Object,
        Self::LargeObject,
    ];
}

/// The most that a text, an array or an object of a tree can hold.
pub(super) const MAX_LEN: u32 = (1 << 28) - 1;

#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// The span in the text.
    pub start: u32,
    pub end: u32,
    /// Where its text, its items or its entries begin.
    pub at: u32,
    /// How many they are (28 bits), below the shape (4 bits).
    len_shape: u32,
}

impl Slot {
    pub fn new(shape: Shape, start: u32, end: u32, at: u32, len: u32) -> Self {
        debug_assert!(len <= MAX_LEN);
        Self { start, end, at, len_shape: (len & MAX_LEN) | ((shape as u32) << 28) }
    }

    /// The same at another place in the text.
    pub fn placed(self, start: u32, end: u32) -> Self {
        Self { start, end, ..self }
    }

    pub fn shape(self) -> Shape {
        Shape::ALL.get((self.len_shape >> 28) as usize).copied().unwrap_or(Shape::Null)
    }

    pub fn len(self) -> u32 {
        self.len_shape & MAX_LEN
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub key: Key,
    pub value: NodeId,
}

/// An object of so many entries that they are found by binary search.
#[derive(Debug, Clone, Copy)]
pub(super) struct LargeObject {
    /// The first of its entries in `members`.
    pub members: u32,
    /// The first of their numbers in `sorted`, by length and text of the key.
    pub sorted: u32,
}

/// Objects of more entries than this have an index.
const LARGE: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Arena {
    pub side: String,
    pub nodes: Vec<Slot>,
    pub members: Vec<Member>,
    pub elements: Vec<NodeId>,
    large: Vec<LargeObject>,
    sorted: Vec<u32>,
    /// Where the keys whose text is in `side` were written: place in `side` (ascending), start, end.
    side_keys: Vec<(u32, u32, u32)>,
}

/// A tree grew beyond what 32 bits can number; documents are limited far below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

pub(super) fn narrow(value: usize) -> Result<u32, TooLarge> {
    u32::try_from(value).map_err(|_| TooLarge)
}

fn narrow_len(value: usize) -> Result<u32, TooLarge> {
    narrow(value).ok().filter(|&len| len <= MAX_LEN).ok_or(TooLarge)
}

impl Arena {
    /// The slot of `id`; null for an id of another tree.
    pub fn slot(&self, id: NodeId) -> Slot {
        self.nodes.get(id.index()).copied().unwrap_or(Slot::new(Shape::Null, 0, 0, 0, 0))
    }

    pub fn push(&mut self, slot: Slot) -> Result<NodeId, TooLarge> {
        let id = NodeId(narrow(self.nodes.len())?);
        self.nodes.push(slot);
        Ok(id)
    }

    /// Keeps `text` in `side`; its place and length.
    pub fn push_side(&mut self, text: &str) -> Result<(u32, u32), TooLarge> {
        let start = narrow(self.side.len())?;
        let len = narrow_len(text.len())?;
        narrow(self.side.len() + text.len())?;
        self.side.push_str(text);
        Ok((start, len))
    }

    /// Keeps a key whose text is not as it was written at `start..end`.
    pub fn push_side_key(&mut self, text: &str, start: u32, end: u32) -> Result<Key, TooLarge> {
        let (at, len) = self.push_side(text)?;
        self.side_keys.push((at, start, end));
        Ok(Key::in_side(at, len))
    }

    pub fn scalar_text<'a>(&'a self, text: &'a str, slot: Slot) -> &'a str {
        let from = match slot.shape() {
            Shape::Number | Shape::String => text,
            Shape::NumberInSide | Shape::StringInSide => &self.side,
            _ => return "",
        };
        slice(from, slot.at, slot.len())
    }

    pub fn key_text<'a>(&'a self, text: &'a str, key: Key) -> &'a str {
        slice(if key.is_in_side() { &self.side } else { text }, key.start, key.len())
    }

    /// Where a key was written.
    pub fn key_span(&self, key: Key) -> (u32, u32) {
        if !key.is_in_side() {
            return (key.start, key.start + key.len());
        }
        // An empty key takes no room, so that several can share a place: the last is the one that is still in use, and
        // at worst another empty key's place is told.
        let after = self.side_keys.partition_point(|&(at, ..)| at <= key.start);
        after.checked_sub(1).and_then(|i| self.side_keys.get(i)).map_or((0, 0), |&(_, start, end)| (start, end))
    }

    pub fn elements(&self, slot: Slot) -> &[NodeId] {
        if slot.shape() != Shape::Array {
            return &[];
        }
        let at = slot.at as usize;
        self.elements.get(at..at + slot.len() as usize).unwrap_or(&[])
    }

    pub fn members(&self, slot: Slot) -> &[Member] {
        let at = match slot.shape() {
            Shape::Object => slot.at,
            Shape::LargeObject => self.large.get(slot.at as usize).map_or(0, |large| large.members),
            _ => return &[],
        } as usize;
        self.members.get(at..at + slot.len() as usize).unwrap_or(&[])
    }

    /// Finds an entry of an object by its key.
    pub fn find(&self, text: &str, slot: Slot, key: &str) -> Option<Member> {
        let members = self.members(slot);
        if slot.shape() == Shape::LargeObject {
            let from = self.large.get(slot.at as usize)?.sorted as usize;
            let sorted = self.sorted.get(from..from + members.len())?;
            let order = |&i: &u32| {
                members.get(i as usize).map_or(std::cmp::Ordering::Less, |m| {
                    (m.key.len() as usize)
                        .cmp(&key.len())
                        .then_with(|| self.key_text(text, m.key).as_bytes().cmp(key.as_bytes()))
                })
            };
            let place = sorted.binary_search_by(order).ok()?;
            return members.get(sorted[place] as usize).copied();
        }
        let len = key.len();
        members.iter().find(|m| m.key.len() as usize == len && self.key_text(text, m.key) == key).copied()
    }

    /// Numbers of `members` whose key came before, each with the number of the first: `(first, again)`, ascending.
    fn duplicates(&self, text: &str, members: &[Member], sorted: Option<&[u32]>) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        if let Some(sorted) = sorted {
            let same = |a: &u32, b: &u32| {
                let (a, b) = (members[*a as usize].key, members[*b as usize].key);
                a.len() == b.len() && self.key_text(text, a) == self.key_text(text, b)
            };
            for run in sorted.chunk_by(same).filter(|run| run.len() > 1) {
                found.extend(run[1..].iter().map(|&again| (run[0], again)));
            }
            found.sort_unstable_by_key(|&(_, again)| again);
            return found;
        }
        for (i, member) in (0_u32..).zip(members) {
            let key = member.key;
            let earlier = (0_u32..).zip(&members[..i as usize]).find(|(_, other)| {
                other.key.len() == key.len() && self.key_text(text, other.key) == self.key_text(text, key)
            });
            if let Some((first, _)) = earlier {
                found.push((first, i));
            }
        }
        found
    }

    fn sort(&self, text: &str, members: &[Member]) -> Result<Option<Vec<u32>>, TooLarge> {
        if members.len() <= LARGE {
            return Ok(None);
        }
        let mut order: Vec<u32> = (0..narrow_len(members.len())?).collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (members[a as usize].key, members[b as usize].key);
            a.len().cmp(&b.len()).then_with(|| self.key_text(text, a).as_bytes().cmp(self.key_text(text, b).as_bytes()))
        });
        Ok(Some(order))
    }

    /// Makes an object of `members`; of entries with the same key the last one's value counts, at the first one's
    /// place. `repeated` is told each entry that another replaces, and the one that does.
    pub fn object(
        &mut self,
        text: &str,
        members: &mut Vec<Member>,
        start: u32,
        end: u32,
        mut repeated: impl FnMut(Member, Member),
    ) -> Result<Slot, TooLarge> {
        let mut sorted = self.sort(text, members)?;
        let duplicates = self.duplicates(text, members, sorted.as_deref());
        if !duplicates.is_empty() {
            for &(first, again) in &duplicates {
                let winner = members[again as usize];
                repeated(members[first as usize], winner);
                members[first as usize] = winner;
            }
            let mut number = 0;
            let mut gone = duplicates.iter().map(|&(_, again)| again).peekable();
            members.retain(|_| {
                let keep = gone.next_if_eq(&number).is_none();
                number += 1;
                keep
            });
            sorted = self.sort(text, members)?;
        }
        let len = narrow_len(members.len())?;
        let at = narrow(self.members.len())?;
        self.members.extend_from_slice(members);
        let Some(order) = sorted else {
            return Ok(Slot::new(Shape::Object, start, end, at, len));
        };
        let large = LargeObject { members: at, sorted: narrow(self.sorted.len())? };
        self.sorted.extend(order);
        self.large.push(large);
        Ok(Slot::new(Shape::LargeObject, start, end, narrow(self.large.len() - 1)?, len))
    }

    /// Makes an array of `items`.
    pub fn array(&mut self, items: &[NodeId], start: u32, end: u32) -> Result<Slot, TooLarge> {
        let at = narrow(self.elements.len())?;
        let len = narrow_len(items.len())?;
        self.elements.extend_from_slice(items);
        Ok(Slot::new(Shape::Array, start, end, at, len))
    }

    /// Gives back what growing reserved in vain.
    pub fn shrink(&mut self) {
        self.side.shrink_to_fit();
        self.nodes.shrink_to_fit();
        self.members.shrink_to_fit();
        self.elements.shrink_to_fit();
        self.sorted.shrink_to_fit();
    }
}

fn slice(from: &str, start: u32, len: u32) -> &str {
    let start = start as usize;
    from.get(start..start + len as usize).unwrap_or("")
}
