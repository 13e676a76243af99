//! Expressions laid out as rustfmt lays them out, so that emitted crates pass `cargo fmt --check` as they are.
//!
//! The rules are those of rustfmt's default style for the few forms that emitted code has; the tests ask rustfmt itself.

/// The widest line.
const WIDTH: usize = 100;
/// The widest arguments, array or chain that stand on one line.
const SHORT: usize = 60;
/// Items up to this width share lines, as many as fit.
const TINY: usize = 10;
const INDENT: usize = 4;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    /// A path, a field, a number.
    Atom(String),
    /// A string literal, quotes included.
    Literal(String),
    /// `&[…]`
    Slice(Vec<Expr>),
    /// `(…)`
    Tuple(Vec<Expr>),
    /// `callee(…)`
    Call(String, Vec<Expr>),
    /// `base.method(…).method(…)`
    Chain(Box<Expr>, Vec<(String, Vec<Expr>)>),
}

impl Expr {
    pub(super) fn atom(text: impl Into<String>) -> Self {
        Self::Atom(text.into())
    }

    /// The text in quotes.
    pub(super) fn text(text: &str) -> Self {
        Self::Literal(super::text::rust_string(text))
    }

    pub(super) fn call(callee: &str, arguments: Vec<Expr>) -> Self {
        Self::Call(callee.to_owned(), arguments)
    }

    /// The expression with a method called on it.
    pub(super) fn then(self, method: &str, arguments: Vec<Expr>) -> Self {
        match self {
            Self::Chain(base, mut calls) => {
                calls.push((method.to_owned(), arguments));
                Self::Chain(base, calls)
            }
            base => Self::Chain(Box::new(base), vec![(method.to_owned(), arguments)]),
        }
    }

    /// The expression on one line.
    fn line(&self) -> String {
        let list = |items: &[Self]| items.iter().map(Self::line).collect::<Vec<_>>().join(", ");
        match self {
            Self::Atom(text) | Self::Literal(text) => text.clone(),
            Self::Slice(items) => format!("&[{}]", list(items)),
            // A tuple of one is none without its comma.
            Self::Tuple(items) if items.len() == 1 => format!("({},)", list(items)),
            Self::Tuple(items) => format!("({})", list(items)),
            Self::Call(callee, arguments) => format!("{callee}({})", list(arguments)),
            Self::Chain(base, calls) => calls
                .iter()
                .fold(base.line(), |text, (method, arguments)| format!("{text}.{method}({})", list(arguments))),
        }
    }

    /// The expression as it begins at `column` of a line that is indented by `indent`, with `after` characters to
    /// follow on its last line.
    pub(super) fn layout(&self, indent: usize, column: usize, after: usize) -> String {
        match self {
            Self::Atom(text) | Self::Literal(text) => text.clone(),
            Self::Slice(items) => list("&[", items, "]", Place { indent, column, after }, true),
            Self::Tuple(items) => list("(", items, ")", Place { indent, column, after }, false),
            Self::Call(callee, arguments) => {
                list(&format!("{callee}("), arguments, ")", Place { indent, column, after }, false)
            }
            Self::Chain(base, calls) => chain(base, calls, Place { indent, column, after }),
        }
    }

    /// Whether it stays on one line wherever there is room.
    fn stays(&self) -> bool {
        match self {
            Self::Atom(_) | Self::Literal(_) => true,
            Self::Slice(items) | Self::Tuple(items) | Self::Call(_, items) => stays(items),
            Self::Chain(base, calls) => {
                base.stays()
                    && calls.iter().all(|(_, arguments)| stays(arguments))
                    && (calls.len() == 1 || width(&self.line()) <= SHORT)
            }
        }
    }

    /// Whether a lone argument of this form begins on its caller's line.
    fn hugs(&self) -> bool {
        matches!(self, Self::Slice(_) | Self::Tuple(_) | Self::Call(..))
    }
}

#[derive(Debug, Clone, Copy)]
struct Place {
    indent: usize,
    column: usize,
    after: usize,
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn spaces(count: usize) -> String {
    " ".repeat(count)
}

/// The last line of `text`, which begins at `column`, ends there.
fn end(text: &str, column: usize) -> usize {
    text.rsplit_once('\n').map_or_else(|| column + width(text), |(_, last)| width(last))
}

fn fits(text: &str, place: Place) -> bool {
    let first = text.split('\n').next().unwrap_or_default();
    let last = if text.contains('\n') { end(text, 0) } else { place.column + width(text) };
    place.column + width(first) <= WIDTH && last + place.after <= WIDTH
}

fn list(open: &str, items: &[Expr], close: &str, place: Place, is_slice: bool) -> String {
    let Place { indent, column, after } = place;
    let inside = items.iter().map(Expr::line).collect::<Vec<_>>().join(", ");
    let one = format!("{open}{inside}{close}");
    let one = if open == "(" && items.len() == 1 { format!("({inside},)") } else { one };
    let is_fit = column + width(&one) + after <= WIDTH;
    if items.is_empty() || is_fit && width(&inside) <= SHORT {
        return one;
    }
    if let [item] = items
        && open != "("
    {
        // A lone item knows no limit but its own, and what is a list itself begins on this line.
        let inner = item.layout(indent, column + width(open), width(close) + after);
        let text = format!("{open}{inner}{close}");
        if fits(&text, place) && (!inner.contains('\n') || item.hugs()) {
            return text;
        }
    }
    let deeper = indent + INDENT;
    if is_slice && items.iter().all(|item| width(&item.line()) <= TINY) {
        return packed(open, items, close, indent);
    }
    let mut text = open.to_owned();
    for item in items {
        text.push_str(&format!("\n{}{},", spaces(deeper), item.layout(deeper, deeper, 1)));
    }
    format!("{text}\n{}{close}", spaces(indent))
}

/// Short items, as many on a line as fit.
fn packed(open: &str, items: &[Expr], close: &str, indent: usize) -> String {
    let deeper = spaces(indent + INDENT);
    let (mut text, mut line) = (open.to_owned(), String::new());
    for item in items {
        let item = item.line();
        if !line.is_empty() && indent + INDENT + width(&line) + 1 + width(&item) + 1 > WIDTH {
            text.push_str(&format!("\n{deeper}{line}"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&item);
        line.push(',');
    }
    format!("{text}\n{deeper}{line}\n{}{close}", spaces(indent))
}

fn chain(base: &Expr, calls: &[(String, Vec<Expr>)], place: Place) -> String {
    let Place { indent, column, after } = place;
    let whole = Expr::Chain(Box::new(base.clone()), calls.to_vec());
    let one = whole.line();
    let is_fit = column + width(&one) + after <= WIDTH;
    if is_fit && whole.stays() {
        return one;
    }
    let first = base.layout(indent, column, 0);
    if let [(method, arguments)] = calls
        && !first.contains('\n')
    {
        // A lone call stays where it is and breaks inside.
        let call = format!(".{method}(");
        let text = list(&format!("{first}{call}"), arguments, ")", place, false);
        let below =
            list(&call, arguments, ")", Place { indent: indent + INDENT, column: indent + INDENT, after }, false);
        if fits(&text, place) && (text.lines().count() >= 5 || below.lines().count() >= text.lines().count()) {
            return text;
        }
    }
    // What hangs below a base of several lines stands under it.
    let deeper = if first.contains('\n') { indent } else { indent + INDENT };
    let mut text = first;
    for (index, (method, arguments)) in calls.iter().enumerate() {
        let after = if index + 1 == calls.len() { after } else { 0 };
        let call = list(&format!(".{method}("), arguments, ")", Place { indent: deeper, column: deeper, after }, false);
        text.push_str(&format!("\n{}{call}", spaces(deeper)));
    }
    text
}

/// Whether arguments stay on one line wherever there is room.
fn stays(arguments: &[Expr]) -> bool {
    match arguments {
        [one] => one.stays(),
        _ => width(&arguments.iter().map(Expr::line).collect::<Vec<_>>().join(", ")) <= SHORT,
    }
}

/// `head = value;` at an indentation.
pub(super) fn constant(head: &str, value: &Expr, indent: usize) -> String {
    let start = indent + width(head) + " = ".len();
    let here = value.layout(indent, start, 1);
    let below = indent + INDENT;
    if here.contains('\n') || start + width(&here) + 1 > WIDTH {
        let there = value.layout(below, below, 1);
        if !there.contains('\n') && below + width(&there) < WIDTH && !matches!(value, Expr::Slice(_)) {
            return format!("{head} =\n{}{there};", spaces(below));
        }
    }
    format!("{head} = {here};")
}

/// The head of a function, up to its brace.
pub(super) fn signature(head: &str, parameters: &[String], result: &str) -> String {
    let one = format!("{head}({}) -> {result} {{", parameters.join(", "));
    if width(&one) <= WIDTH {
        return one;
    }
    format!("{head}(\n    {},\n) -> {result} {{", parameters.join(",\n    "))
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, strategy::ValueTree};

    use super::*;
    use crate::emit::rustfmt;

    fn expression() -> impl Strategy<Value = Expr> {
        let name = "x[a-z_]{0,23}";
        let leaf = prop_oneof![
            3 => name.prop_map(|name| Expr::Literal(format!("{name:?}"))),
            1 => "[a-z/{}]{20,70}".prop_map(|name| Expr::Literal(format!("{name:?}"))),
            2 => name.prop_map(|name| Expr::Atom(format!("&self.{name}"))),
            1 => Just(Expr::Atom("Style::Form".to_owned()).then("explode", vec![])),
            1 => "[a-z/]{3,20}".prop_map(|text| Expr::call("Style::content", vec![Expr::Literal(format!("{text:?}"))])),
        ];
        let argument = leaf.clone();
        let part = proptest::collection::vec(
            (
                "[a-z]{3,14}",
                prop_oneof![Just(vec![]), "[a-z/]{1,30}".prop_map(|t| vec![Expr::Literal(format!("{t:?}"))])],
            ),
            0..4,
        )
        .prop_map(|calls| {
            calls
                .into_iter()
                .fold(Expr::call("Part::new", vec![]), |part, (method, arguments)| part.then(&method, arguments))
        });
        let pair = (name, proptest::collection::vec(name.prop_map(|name| Expr::Literal(format!("{name:?}"))), 0..6))
            .prop_map(|(name, scopes)| Expr::Tuple(vec![Expr::Literal(format!("{name:?}")), Expr::Slice(scopes)]));
        let security = proptest::collection::vec(proptest::collection::vec(pair, 0..3).prop_map(Expr::Slice), 0..4);
        let calls = proptest::collection::vec(
            ("x[a-z_]{2,11}", proptest::collection::vec(prop_oneof![4 => argument, 1 => part], 0..4)),
            1..6,
        );
        prop_oneof![
            1 => security.prop_map(Expr::Slice),
            4 => ("[a-z/{}]{1,90}", calls).prop_map(|(path, calls)| {
                let base = Expr::call("Request::get", vec![Expr::Literal(format!("{path:?}"))]);
                let chain = calls.into_iter().fold(base, |chain, (method, arguments)| chain.then(&method, arguments));
                chain.then("accept", vec![Expr::text("application/json")])
            }),
        ]
    }

    #[test]
    fn expressions_are_laid_out_as_rustfmt_does() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let mut source = String::new();
        for _ in 0..600 {
            let expression = expression().new_tree(&mut runner).expect("the strategy gives values").current();
            if matches!(expression, Expr::Slice(_)) {
                source.push_str(&format!(
                    "impl A {{\n    {}\n}}\n\n",
                    constant("const SECURITY: Security", &expression, 4)
                ));
            } else {
                source.push_str(&format!(
                    "impl A {{\n    fn request(&self) -> Request {{\n        {}\n    }}\n}}\n\n",
                    expression.layout(8, 8, 0)
                ));
            }
        }
        let Some(formatted) = rustfmt(source.trim_end()) else { return };
        pretty(&source, &formatted);
    }

    #[test]
    fn constants_and_functions() {
        let mut source = String::new();
        for count in 1..90 {
            let name = "n".repeat(count);
            let text = Expr::text(&format!("../../schemas/{name}.json"));
            let file = Expr::call("include_str!", vec![text.clone()]);
            source.push_str(&format!("impl A {{\n    {}\n}}\n\n", constant("const COMPONENT: &str", &file, 4)));
            source.push_str(&format!(
                "{}\n\n",
                constant(
                    "const SCHEMAS: &[(&str, &str)]",
                    &Expr::Slice(vec![Expr::Tuple(vec![Expr::text(&name), file.clone()])]),
                    0
                )
            ));
            let many = vec![Expr::Tuple(vec![Expr::text(&name), file]), Expr::Tuple(vec![Expr::text("a"), text])];
            source.push_str(&format!("{}\n\n", constant("const SCHEMAS: &[(&str, &str)]", &Expr::Slice(many), 0)));
            let scopes = Expr::Slice((0..count).map(|n| Expr::text(&n.to_string())).collect());
            source.push_str(&format!("{}\n\n", constant("const SCOPES: &[&str]", &scopes, 0)));
            let head = format!("pub async fn {name}");
            let parameters = ["api: Api".to_owned(), format!("args: pets::{name}")];
            source.push_str(&format!(
                "{}\n    api.send(args.request()).await\n}}\n\n",
                signature(&head, &parameters, "ToolResult")
            ));
            let offer = Expr::atom("server").then("tool", vec![Expr::atom(format!("pets::{name}"))]);
            source.push_str(&format!("fn a() {{\n    {};\n}}\n\n", offer.layout(4, 4, 1)));
        }
        let Some(formatted) = rustfmt(source.trim_end()) else { return };
        pretty(&source, &formatted);
    }

    /// Compares item by item, so that a failure shows the item.
    fn pretty(source: &str, formatted: &str) {
        let (ours, theirs) = (source.trim_end().split("\n\n"), formatted.trim_end().split("\n\n"));
        for (ours, theirs) in ours.zip(theirs) {
            assert_eq!(ours, theirs, "\n{ours}\n\nrustfmt:\n{theirs}");
        }
        assert_eq!(source.trim_end(), formatted.trim_end());
    }
}
