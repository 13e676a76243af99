//! What the owner of a crate does not touch goes out as it came, whatever types it went through.

use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::json;

use super::super::{restore, restore::restore_members};
use crate::{
    catalog::{DeepObjectArrays, SchemaTable},
    prelude::*,
    request::encode,
};

#[test]
fn equal_values_are_spelled_as_before() {
    let cases = [
        ("1", "1.0", "1.0"),
        ("0", "-0", "-0"),
        ("100000", "1E5", "1e+5"),
        ("2", "1.0", "2"),
        ("\"1\"", "1", "\"1\""),
        (r#"{"a":1,"b":2}"#, r#"{"b":2.0,"a":1}"#, r#"{"b":2.0,"a":1}"#),
        (r#"{"a":1,"c":3}"#, r#"{"c":4,"b":2,"a":1}"#, r#"{"c":3,"a":1}"#),
        (r#"{"new":0,"a":{"x":1,"y":2}}"#, r#"{"a":{"y":2,"x":5}}"#, r#"{"a":{"y":2,"x":1},"new":0}"#),
        ("[1,2,3]", "[1.0,5]", "[1.0,2,3]"),
        ("[1]", "[1.0,2]", "[1.0]"),
        ("null", "{}", "null"),
        ("{}", "null", "{}"),
    ];
    for (value, original, expected) in cases {
        let of = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(restore(of(value), &of(original)).to_string(), expected, "{value} {original}");
    }
}

one_of! {
    enum State {
        New = "new",
        Used = "used",
    }
}

model! {
    /// A closed object with one of every type.
    struct Everything {
        text: String,
        r#type: Option<Nullable<String>>,
        flag: Option<bool>,
        small: Option<i32>,
        large: i64 = "x-large",
        number: Number,
        state: Option<Nullable<State>>,
        sizes: Option<Vec<i64>>,
        matrix: Option<Vec<Vec<Nullable<Number>>>>,
        tree: Option<Tree>,
        open: Option<Open>,
        map: Option<Map<Nullable<i64>>>,
        free: Option<Object>,
        anything: Option<Value>,
    }

    /// A recursive one.
    struct Tree {
        value: Number,
        left: Option<Nullable<Box<Tree>>>,
        kids: Option<Vec<Tree>>,
    }

    /// An open one.
    struct Open {
        state: State,
        note: Option<Nullable<String>>,
        rest: Object = ..,
    }

    /// An open one whose further members have a type.
    struct Sizes {
        unit: Option<String>,
        rest: Map<Number> = ..,
    }
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn numbers() -> BoxedStrategy<Value> {
    let odd = [
        "1E5",
        "-0",
        "-0.0",
        "1.10",
        "1e-7",
        "0.1000",
        "9007199254740993",
        "1e400",
        "-1.5E+3",
        "123456789012345678901",
    ];
    prop_oneof![
        select(odd.to_vec()).prop_map(value),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no other", |number| number.is_finite()).prop_map(Value::from),
    ]
    .boxed()
}

fn longs() -> BoxedStrategy<Value> {
    let odd = ["-0", "1E2", "7.0", "9223372036854775807", "-9223372036854775808", "9223372036854775807.0"];
    prop_oneof![select(odd.to_vec()).prop_map(value), any::<i64>().prop_map(Value::from)].boxed()
}

fn ints() -> BoxedStrategy<Value> {
    prop_oneof![select(vec!["-0", "2147483647", "1e3"]).prop_map(value), any::<i32>().prop_map(Value::from)].boxed()
}

fn texts() -> BoxedStrategy<Value> {
    prop_oneof![".{0,6}", select(vec!["1E5".to_owned(), "\u{2028}\"\\".to_owned()])].prop_map(Value::from).boxed()
}

fn states() -> BoxedStrategy<Value> {
    select(vec!["new", "used"]).prop_map(Value::from).boxed()
}

fn nullable(values: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop_oneof![1 => Just(Value::Null), 4 => values].boxed()
}

fn lists(items: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    vec(items, 0..4).prop_map(Value::from).boxed()
}

/// Anything at all.
fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), numbers(), texts()];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![lists(inner.clone().boxed()), members(Vec::new(), Some(inner.boxed()))]
    })
    .boxed()
}

/// An object of required (`true`) and optional members and perhaps further ones, in any order.
fn members(
    named: Vec<(&'static str, bool, BoxedStrategy<Value>)>,
    rest: Option<BoxedStrategy<Value>>,
) -> BoxedStrategy<Value> {
    let named: Vec<_> = named
        .into_iter()
        .map(|(name, required, values)| {
            let member = values.prop_map(move |value| (name.to_owned(), value));
            if required { member.prop_map(Some).boxed() } else { option::of(member).boxed() }
        })
        .collect();
    let further = match rest {
        Some(values) => vec(("(further )?[a-cä]{1,2}".prop_map(|name| format!("+{name}")), values), 0..3).boxed(),
        None => Just(Vec::new()).boxed(),
    };
    (named, further)
        .prop_map(|(named, further)| named.into_iter().flatten().chain(further).collect::<Vec<_>>())
        .prop_shuffle()
        .prop_map(|members| Value::Object(members.into_iter().collect()))
        .boxed()
}

fn trees(depth: u32) -> BoxedStrategy<Value> {
    let mut named = vec![("value", true, numbers())];
    if depth > 0 {
        named.push(("left", false, nullable(trees(depth - 1))));
        named.push(("kids", false, lists(trees(depth - 1))));
    }
    members(named, None)
}

fn open() -> BoxedStrategy<Value> {
    members(vec![("state", true, states()), ("note", false, nullable(texts()))], Some(anything()))
}

fn everything() -> BoxedStrategy<Value> {
    let named = vec![
        ("text", true, texts()),
        ("type", false, nullable(texts())),
        ("flag", false, any::<bool>().prop_map(Value::from).boxed()),
        ("small", false, ints()),
        ("x-large", true, longs()),
        ("number", true, numbers()),
        ("state", false, nullable(states())),
        ("sizes", false, lists(longs())),
        ("matrix", false, lists(lists(nullable(numbers())))),
        ("tree", false, trees(2)),
        ("open", false, open()),
        ("map", false, members(Vec::new(), Some(nullable(longs())))),
        ("free", false, members(Vec::new(), Some(anything()))),
        ("anything", false, anything()),
    ];
    members(named, None)
}

/// Sends arguments through their types and holds the request to the one of the arguments themselves.
fn goes_out_as_it_came<A: FromJson>(arguments: &Value, request: impl Fn(&A) -> Request) {
    let Value::Object(original) = arguments else { panic!("arguments are an object") };
    let typed = A::from_json(arguments.clone()).unwrap();
    let input = SchemaTable::default().intern("{}".to_owned(), Vec::new());
    let (operation, values) = request(&typed).into_operation(input).unwrap();
    let restored = restore_members(values, original);
    let sent = encode(&operation, DeepObjectArrays::Index, &restored);
    assert_eq!(sent, encode(&operation, DeepObjectArrays::Index, original), "{arguments}");
}

fn body<T: ToJson>(value: &T) -> Request {
    Request::post("/x").json("application/json").value(value)
}

/// Each member of the object as a field, and the same values as parameters.
fn fields(args: &Everything) -> Request {
    Request::post("/x/{number}")
        .path("number", &args.number, Style::Simple)
        .argument("number")
        .query("open", &args.open, Style::DeepObject.explode())
        .query("tree", &args.tree, Style::content("application/json"))
        .query("sizes", &args.sizes, Style::SpaceDelimited)
        .query("map", &args.map, Style::Form.explode())
        .json("application/json")
        .field("text", &args.text)
        .field("type", &args.r#type)
        .field("flag", &args.flag)
        .field("small", &args.small)
        .field("large", &args.large)
        .argument("x-large")
        .field("state", &args.state)
        .field("matrix", &args.matrix)
        .field("free", &args.free)
        .field("anything", &args.anything)
}

fn rest(args: &Open) -> Request {
    Request::post("/x").json("application/json").field("state", &args.state).field("note", &args.note).rest(&args.rest)
}

proptest! {
    #[test]
    fn bodies_of_one_value(arguments in everything()) {
        let body_argument = json!({"body": arguments});
        goes_out_as_it_came(&body_argument, |args: &Whole| body(&args.body));
    }

    #[test]
    fn parameters_and_fields(arguments in everything()) {
        goes_out_as_it_came(&arguments, fields);
    }

    #[test]
    fn open_bodies(arguments in open()) {
        goes_out_as_it_came(&arguments, rest);
    }

    #[test]
    fn members_of_one_type(arguments in members(vec![("unit", false, texts())], Some(numbers()))) {
        let body_argument = json!({"body": arguments});
        goes_out_as_it_came(&body_argument, |args: &WholeSizes| body(&args.body));
    }

    #[test]
    fn models_are_read_back(value in everything()) {
        let model = Everything::from_json(value.clone()).unwrap();
        prop_assert_eq!(restore(model.to_json(), &value).to_string(), value.to_string());
        let text = serde_json::to_string(&model).unwrap();
        prop_assert_eq!(serde_json::from_str::<Everything>(&text).unwrap(), model);
    }
}

model! {
    struct Whole { body: Everything }

    struct WholeSizes { body: Sizes }
}
