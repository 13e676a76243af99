//! Names of Rust: sound identifiers and file names for what a catalog calls anything.
//!
//! A name depends on its own text and on those that claim the same name, never on order, so that an operation that is
//! added renames no other.

use std::collections::{HashMap, HashSet};

use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::mapping::hash;

/// The longest name that is made; what a clash adds comes on top.
const LONGEST: usize = 64;

/// How a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// `snake_case`: fields, functions, modules.
    Snake,
    /// `UpperCamelCase`: types and variants.
    Camel,
}

/// Keywords of every edition, those that are only reserved included.
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];
/// Keywords that `r#` cannot make names of.
const NEVER_RAW: [&str; 4] = ["Self", "crate", "self", "super"];

/// Types that emitted code means when it says them: those of the runtime's prelude and of Rust's.
const TYPES: [&str; 55] = [
    "Annotations",
    "Api",
    "ApiKeyLocation",
    "AsRef",
    "Box",
    "Client",
    "ClientOptions",
    "Clone",
    "Contents",
    "Credentials",
    "Debug",
    "DeepObjectArrays",
    "Default",
    "Deserialize",
    "Drop",
    "Eq",
    "Err",
    "Fn",
    "From",
    "FromJson",
    "Into",
    "Iterator",
    "Map",
    "NewTool",
    "None",
    "Nullable",
    "Number",
    "Object",
    "Ok",
    "Operation",
    "Option",
    "Ord",
    "OwnServer",
    "Part",
    "PartialEq",
    "ReadResult",
    "Reply",
    "Request",
    "Result",
    "Security",
    "SecurityScheme",
    "Send",
    "Serialize",
    "Server",
    "Some",
    "String",
    "Style",
    "Sync",
    "ToJson",
    "ToString",
    "ToolError",
    "ToolResult",
    "TryFrom",
    "Value",
    "Vec",
];
/// Modules that emitted code means when it says them, and names that some systems do not take for files.
const MODULES: [&str; 17] = [
    "alloc",
    "aux",
    "com1",
    "com2",
    "com3",
    "con",
    "core",
    "generated",
    "lib",
    "lpt1",
    "main",
    "mcpgen_runtime",
    "models",
    "nul",
    "prn",
    "std",
    "tools",
];

/// What must not be called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reserved {
    /// Nothing but keywords, which are written as raw identifiers.
    Keywords,
    /// Types of the prelude; they get this suffix.
    Types(&'static str),
    /// Modules and files.
    Modules,
}

/// A text in the words of its case; empty where no word is left.
fn words(text: &str, case: Case) -> String {
    let mut ascii = any_ascii::any_ascii(text);
    if !ascii.contains(|c: char| c.is_ascii_alphanumeric()) {
        let spelt: Vec<&str> = ascii.chars().filter_map(symbol).collect();
        ascii = spelt.join(" ");
    } else if let Some(rest) = ascii.strip_prefix(['-', '+'])
        && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        // `+1` and `-1` are two names.
        ascii = format!("{} {rest}", if ascii.starts_with('-') { "minus" } else { "plus" });
    }
    let ascii: String = ascii.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    match case {
        Case::Snake => ascii.to_snake_case(),
        Case::Camel => ascii.to_upper_camel_case(),
    }
}

fn symbol(c: char) -> Option<&'static str> {
    Some(match c {
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '/' => "slash",
        '\\' => "backslash",
        '"' => "quote",
        '\'' => "apostrophe",
        '(' | ')' => "parenthesis",
        '[' | ']' => "bracket",
        '{' | '}' => "brace",
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '!' => "not",
        '&' => "and",
        '|' => "or",
        '%' => "percent",
        '$' => "dollar",
        '#' => "hash",
        '@' => "at",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        ';' => "semicolon",
        '?' => "question",
        '~' => "tilde",
        '^' => "caret",
        '_' => "underscore",
        ' ' => "space",
        _ => return None,
    })
}

/// A name without regard to others: words in the case, no digit first, not too long; `fallback` where nothing is left.
fn wanted(text: &str, case: Case, fallback: &str) -> String {
    let mut name = words(text, case);
    if name.is_empty() {
        name = words(fallback, case);
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, if case == Case::Snake { 'n' } else { 'N' });
    }
    if name.len() > LONGEST { marked(&name[..LONGEST - 9], text, case) } else { name }
}

/// The name with a hash of `of`.
fn marked(name: &str, of: &str, case: Case) -> String {
    let hash = hash(of);
    match case {
        Case::Snake => format!("{}_{hash:08x}", name.trim_end_matches('_')),
        Case::Camel => format!("{}X{hash:08x}", name.trim_end_matches('_')),
    }
}

/// The name as it may stand in Rust, with what is reserved for `reserved` out of the way.
fn legal(name: String, reserved: Reserved) -> String {
    let suffix = match reserved {
        _ if NEVER_RAW.contains(&name.as_str()) => "_",
        Reserved::Types(suffix) if TYPES.contains(&name.as_str()) => suffix,
        Reserved::Modules if KEYWORDS.contains(&name.as_str()) || MODULES.contains(&name.as_str()) => "_",
        _ => "",
    };
    name + suffix
}

/// A name for each text, in the order given. Of those that claim the same name the one that is written so keeps it; the
/// others end in a hash of their text.
pub(super) fn assign(texts: &[&str], case: Case, reserved: Reserved, fallback: &str) -> Vec<String> {
    assign_beside(&vec![None; texts.len()], texts, case, reserved, fallback)
}

/// [`assign`] where some texts have their names already, which nobody else gets.
pub(super) fn assign_beside(
    known: &[Option<&str>],
    texts: &[&str],
    case: Case,
    reserved: Reserved,
    fallback: &str,
) -> Vec<String> {
    let wanted: Vec<String> = texts.iter().map(|text| legal(self::wanted(text, case, fallback), reserved)).collect();
    let mut names: Vec<Option<String>> = known.iter().map(|name| name.map(str::to_owned)).collect();
    let mut taken: HashSet<String> = names.iter().flatten().cloned().collect();
    let mut claims: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, name) in wanted.iter().enumerate().filter(|(index, _)| known[*index].is_none()) {
        claims.entry(name).or_default().push(index);
    }
    for (name, claimants) in &claims {
        let keeps = match claimants[..] {
            _ if taken.contains(*name) => None,
            [one] => Some(one),
            _ => claimants.iter().copied().find(|&index| texts[index] == *name),
        };
        taken.insert((*name).to_owned());
        if let Some(index) = keeps {
            names[index] = Some((*name).to_owned());
        }
    }
    let mut left: Vec<usize> = (0..texts.len()).filter(|&index| names[index].is_none()).collect();
    // Settled in an order of its own, so that the given one has no say.
    left.sort_by_key(|&index| texts[index]);
    for index in left {
        names[index] = Some(free(&wanted[index], texts[index], case, |name| taken.insert(name.to_owned())));
    }
    names.into_iter().map(Option::unwrap_or_default).collect()
}

/// The first of `name` with hashes of ever longer texts that `take` takes.
fn free(name: &str, of: &str, case: Case, mut take: impl FnMut(&str) -> bool) -> String {
    (0..)
        .map(|round| marked(name, &format!("{of}{}", "#".repeat(round)), case))
        .find(|name| take(name))
        .unwrap_or_default()
}

/// Names that are taken one by one, after others.
#[derive(Debug, Default)]
pub(super) struct Scope {
    taken: HashSet<String>,
}

impl Scope {
    pub(super) fn new(taken: impl IntoIterator<Item = String>) -> Self {
        Self { taken: taken.into_iter().collect() }
    }

    /// A type's name for `text`; `of` tells it from others that would like the same.
    pub(super) fn type_name(&mut self, text: &str, of: &str, suffix: &'static str) -> String {
        let name = legal(wanted(text, Case::Camel, "Item"), Reserved::Types(suffix));
        if self.taken.insert(name.clone()) {
            return name;
        }
        free(&name, of, Case::Camel, |name| self.taken.insert(name.to_owned()))
    }
}

/// The identifier for a name: raw where it is a keyword.
pub(super) fn identifier(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// The first of `name`, `name_2`, … that is not among `taken`.
pub(super) fn beside<'t>(name: &str, taken: impl Iterator<Item = &'t str>) -> String {
    let taken: HashSet<&str> = taken.collect();
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}

/// A file name for each text: what a file may be called everywhere, unique where upper and lower case are the same.
pub(super) fn files(texts: &[&str]) -> Vec<String> {
    let plain: Vec<String> = texts
        .iter()
        .map(|text| {
            let ascii = any_ascii::any_ascii(text);
            let name: String =
                ascii.chars().map(|c| if c.is_ascii_alphanumeric() || "_-.".contains(c) { c } else { '_' }).collect();
            let name = name.trim_matches('.');
            let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
            match name {
                "" => "_".to_owned(),
                _ if MODULES.contains(&stem.as_str()) => format!("_{name}"),
                _ if name.len() > LONGEST => marked(&name[..LONGEST - 9], text, Case::Snake),
                _ => name.to_owned(),
            }
        })
        .collect();
    let mut claims: HashMap<String, usize> = HashMap::new();
    for name in &plain {
        *claims.entry(name.to_ascii_lowercase()).or_default() += 1;
    }
    let mut taken: HashSet<String> = claims.keys().cloned().collect();
    let mut names = plain.clone();
    let mut left: Vec<usize> =
        (0..plain.len()).filter(|&index| claims[&plain[index].to_ascii_lowercase()] > 1).collect();
    left.sort_by_key(|&index| texts[index]);
    for index in left {
        names[index] = free(&plain[index], texts[index], Case::Snake, |name| taken.insert(name.to_ascii_lowercase()));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str, case: Case, reserved: Reserved) -> String {
        identifier(&assign(&[text], case, reserved, "it")[0])
    }

    #[test]
    fn texts_become_names() {
        // Text, as a field, as a model, as a module.
        let cases = [
            ("petId", "pet_id", "PetId", "pet_id"),
            ("X-Rate-Limit", "x_rate_limit", "XRateLimit", "x_rate_limit"),
            ("type", "r#type", "Type", "type_"),
            ("gen", "r#gen", "Gen", "gen_"),
            ("self", "self_", "Self_", "self_"),
            ("crate", "crate_", "Crate", "crate_"),
            ("super", "super_", "Super", "super_"),
            ("Self", "self_", "Self_", "self_"),
            ("2fa", "n2fa", "N2fa", "n2fa"),
            ("+1", "plus_1", "Plus1", "plus_1"),
            ("-1", "minus_1", "Minus1", "minus_1"),
            ("-created", "created", "Created", "created"),
            (">=", "greater_equal", "GreaterEqual", "greater_equal"),
            ("", "it", "It", "it"),
            ("\u{1f980}", "crab", "Crab", "crab"),
            ("猫", "mao", "Mao", "mao"),
            ("größe", "grosse", "Grosse", "grosse"),
            ("Option", "option", "OptionModel", "option"),
            ("Request", "request", "RequestModel", "request"),
            ("mcpgen_runtime", "mcpgen_runtime", "McpgenRuntime", "mcpgen_runtime_"),
            ("models", "models", "Models", "models_"),
            ("../../etc/passwd", "etc_passwd", "EtcPasswd", "etc_passwd"),
            ("a\"b\nc", "a_b_c", "ABC", "a_b_c"),
            ("_", "underscore", "Underscore", "underscore"),
            ("$filter", "filter", "Filter", "filter"),
            ("HTTPServer", "http_server", "HttpServer", "http_server"),
        ];
        for (text, field, model, module) in cases {
            assert_eq!(one(text, Case::Snake, Reserved::Keywords), field, "{text:?}");
            assert_eq!(one(text, Case::Camel, Reserved::Types("Model")), model, "{text:?}");
            assert_eq!(one(text, Case::Snake, Reserved::Modules), module, "{text:?}");
        }
        let long = one(&"a".repeat(300), Case::Snake, Reserved::Keywords);
        assert_eq!(long.len(), LONGEST);
        assert_ne!(long, one(&"a".repeat(299), Case::Snake, Reserved::Keywords));
    }

    #[test]
    fn types_of_the_prelude_are_reserved() {
        let prelude = include_str!("../../../runtime/src/prelude.rs");
        let exported: String = prelude.lines().filter(|line| !line.starts_with("//")).collect();
        let words = exported.split(|c: char| !c.is_ascii_alphanumeric());
        for word in words.filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase())) {
            assert!(TYPES.contains(&word), "{word}");
        }
    }

    #[test]
    fn every_name_is_an_identifier() {
        for code in (0..0x3000).chain([0x1_f980, 0x202e, 0xfeff]) {
            let Some(c) = char::from_u32(code) else { continue };
            for text in [c.to_string(), format!("{c}{c}"), format!("a{c}b"), format!("{c}1")] {
                for case in [Case::Snake, Case::Camel] {
                    let name = &assign(&[&text], case, Reserved::Types("Model"), "it")[0];
                    let bytes = name.as_bytes();
                    assert!(bytes.first().is_some_and(u8::is_ascii_alphabetic), "{text:?}: {name:?}");
                    assert!(bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_'), "{text:?}: {name:?}");
                }
            }
        }
    }

    #[test]
    fn clashes_are_settled_without_regard_to_order() {
        let names = |texts: &[&str]| assign(texts, Case::Snake, Reserved::Keywords, "it");
        let first = names(&["getPet", "get_pet", "GetPet", "other"]);
        assert_eq!(first[1], "get_pet");
        assert_eq!(first[3], "other");
        assert!(first[0].starts_with("get_pet_") && first[2].starts_with("get_pet_") && first[0] != first[2]);
        let again = names(&["new", "other", "GetPet", "get_pet", "getPet"]);
        assert_eq!(again, ["new", "other", &first[2], "get_pet", &first[0]]);
    }

    #[test]
    fn files_are_unique_where_case_does_not_count() {
        let names = files(&["Pet", "pet", "..", "a/b", "CON", "Order", "."]);
        assert!(names[0].starts_with("Pet_") && names[1].starts_with("pet_"));
        assert!(names[2].starts_with('_') && names[6].starts_with('_') && names[2] != names[6]);
        assert_eq!(names[3], "a_b");
        assert_eq!(names[4], "_CON");
        assert_eq!(names[5], "Order");
    }

    #[test]
    fn what_stands_beside_gives_way() {
        assert_eq!(beside("rest", ["a"].into_iter()), "rest");
        assert_eq!(beside("rest", ["rest", "rest_2"].into_iter()), "rest_3");
    }
}
