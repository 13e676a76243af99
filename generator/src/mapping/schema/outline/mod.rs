//! Output schemas that describe without rejecting.
//!
//! Whatever an API answers must pass, or a client that validates would lose the answer. So an outline names the
//! properties and tells their types, formats, values and bounds in words; the only keywords are `properties` and
//! `items`, which no value of another type can break. It is cut at a depth and a size; cuts are marked `…`.

mod facts;
mod print;

use std::rc::Rc;

use mcpgen_runtime::catalog::{SchemaId, SchemaTable};

use super::{Key, Places};
use crate::spec::Cursor;
use facts::{Facts, Place};

/// The largest outline, in bytes of JSON.
const LARGEST: usize = 4_096;
/// How large an outline may become by one more level, descriptions aside: what lies deep is told where there is room.
const LEVELS: [usize; 3] = [LARGEST - 256, 2_048, 1_536];
/// Descriptions, from much to none; the first that the outline has room for is taken.
const PROSE: [Prose; 6] = [
    Prose { everywhere: true, most: LONGEST_PROSE },
    Prose { everywhere: true, most: 80 },
    Prose { everywhere: true, most: 40 },
    Prose { everywhere: false, most: 80 },
    Prose { everywhere: false, most: 40 },
    Prose { everywhere: false, most: 0 },
];
/// The most characters of a description.
const LONGEST_PROSE: usize = 160;
/// How many bytes of an outline may be descriptions, or it would cost a model more than it tells.
const MOST_PROSE: usize = 1_024;

/// Makes outlines, each schema's once.
#[derive(Debug, Default)]
pub struct Outliner<'d> {
    known: Places<SchemaId>,
    /// Of schemas that references lead to.
    shared: Places<Rc<Facts<'d>>>,
}

/// How much of descriptions is told.
#[derive(Debug, Clone, Copy)]
struct Prose {
    /// Whether of properties below the first level too.
    everywhere: bool,
    /// The characters of each.
    most: usize,
}

impl Prose {
    /// The same one level further down.
    fn below(self) -> Self {
        Self { most: if self.everywhere { self.most } else { 0 }, ..self }
    }
}

/// A property, or the items of a list, with what there is to tell.
#[derive(Debug)]
struct Node<'d> {
    name: &'d str,
    words: String,
    prose: String,
    /// What it has inside; None where nothing has a name.
    inside: Option<Inside<'d>>,
    children: Children<'d>,
}

/// Where the properties of a node come from.
#[derive(Debug, Clone)]
struct Inside<'d> {
    key: Key,
    facts: Rc<Facts<'d>>,
    /// Whether they are those of a list's items.
    items: bool,
}

/// The properties of a node that are told.
#[derive(Debug, Default)]
struct Children<'d> {
    nodes: Vec<Node<'d>>,
    /// Whether there are more.
    more: bool,
}

impl<'d> Outliner<'d> {
    /// The outline of the answers that the schema at `at` describes.
    pub fn outline(&mut self, at: Cursor<'d>, table: &mut SchemaTable) -> SchemaId {
        let place = Place::new(at);
        if let Some(&known) = self.known.get(&place.key()) {
            return known;
        }
        let id = table.intern(self.text(place), Vec::new());
        self.known.insert(place.key(), id);
        id
    }

    fn text(&mut self, place: Place<'d>) -> String {
        let facts = self.facts(place);
        let mut left = LEVELS[0];
        let mut roots = if facts.is_object() {
            let inside = Inside { key: place.key(), facts, items: false };
            self.children(&inside, &mut left, true).unwrap_or_default()
        } else if facts.types.is_empty() && facts.properties.is_empty() && !facts.map {
            Children::default()
        } else {
            let node = self.node("result", place, false);
            left = left.saturating_sub(node.cost());
            Children { nodes: vec![node], more: false }
        };
        let mut used = LEVELS[0] - left;
        let mut path = vec![place.key()];
        for (depth, room) in LEVELS.into_iter().enumerate().skip(1) {
            let free = room.saturating_sub(used);
            let mut left = free;
            if !self.grow(&mut roots, depth, &mut left, &mut path) {
                prune(&mut roots, depth);
                break;
            }
            used += free - left;
        }
        let most = (LARGEST - used.min(LARGEST)).min(MOST_PROSE);
        let [.., none] = PROSE;
        print::root(&roots, PROSE.into_iter().find(|&prose| print::prose(&roots, prose) <= most).unwrap_or(none))
    }

    /// Adds the level at `depth`; false when there is no room for all of it.
    fn grow(&mut self, among: &mut Children<'d>, depth: usize, left: &mut usize, path: &mut Vec<Key>) -> bool {
        among.nodes.iter_mut().all(|node| {
            let Some(inside) = node.inside.clone().filter(|inside| !path.contains(&inside.key)) else { return true };
            path.push(inside.key);
            let grown = if depth > 1 {
                self.grow(&mut node.children, depth - 1, left, path)
            } else {
                let children = self.children(&inside, left, false);
                node.children = children.unwrap_or_default();
                !node.children.nodes.is_empty()
            };
            path.pop();
            grown
        })
    }

    /// The properties inside a node, as many as there is room for; None where a part is not enough.
    fn children(&mut self, inside: &Inside<'d>, left: &mut usize, a_part: bool) -> Option<Children<'d>> {
        *left = left.saturating_sub(print::AROUND);
        let mut children = Children::default();
        for (name, place) in &inside.facts.properties {
            let node = self.node(name, *place, inside.facts.requires(name));
            match left.checked_sub(node.cost()) {
                Some(rest) => *left = rest,
                None if a_part => return Some(Children { more: true, ..children }),
                None => return None,
            }
            children.nodes.push(node);
        }
        Some(children)
    }

    fn node(&mut self, name: &'d str, place: Place<'d>, required: bool) -> Node<'d> {
        let facts = self.facts(place);
        let items = facts.items.map(|items| (items.key(), self.facts(items)));
        let words = facts.words(place.at, items.as_ref().map(|(_, items)| &**items), required);
        let prose = facts.prose(place.at, LONGEST_PROSE);
        let inside = if facts.properties.is_empty() {
            items.filter(|(_, items)| !items.properties.is_empty()).map(|(key, facts)| Inside {
                key,
                facts,
                items: true,
            })
        } else {
            Some(Inside { key: place.key(), facts, items: false })
        };
        Node { name, words, prose, inside, children: Children::default() }
    }

    fn facts(&mut self, place: Place<'d>) -> Rc<Facts<'d>> {
        if !place.is_shared() {
            return Rc::new(Facts::of(place.target));
        }
        Rc::clone(self.shared.entry(place.key()).or_insert_with(|| Rc::new(Facts::of(place.target))))
    }
}

/// Takes a level off again.
fn prune(among: &mut Children<'_>, depth: usize) {
    for node in &mut among.nodes {
        if depth > 1 {
            prune(&mut node.children, depth - 1);
        } else {
            node.children = Children::default();
        }
    }
}
