//! Tables of schemas, arguments, and what becomes of them.

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use serde_json::{Map, Value, json};

use super::{Input, Problem};
use crate::catalog::Operation;

fn operation(parameters: &[&str]) -> Operation {
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|name| json!({"argument": name, "name": name, "in": "query", "style": "form", "explode": true}))
        .collect();
    serde_json::from_value(json!({"method": "GET", "path": "/", "accept": "*/*", "input": 0, "parameters": parameters}))
        .expect("an operation")
}

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).expect(text)
}

fn check(schema: &Value, parameters: &[&str], arguments: &str) -> Result<String, Vec<Problem>> {
    let input = Input::compile(schema, &operation(parameters)).expect("compiles");
    input.check(object(arguments)).map(|arguments| Value::Object(arguments).to_string())
}

/// What an argument `a` of this schema becomes.
fn becomes(schema: &str, value: &str) -> Result<String, String> {
    let schema: Value = serde_json::from_str(schema).expect(schema);
    let defs = schema.get("$defs").cloned().unwrap_or(json!({}));
    let root = json!({"type": "object", "properties": {"a": schema}, "additionalProperties": false, "$defs": defs});
    check(&root, &[], &format!("{{\"a\":{value}}}"))
        .map(|text| text.strip_prefix("{\"a\":").and_then(|text| text.strip_suffix('}')).unwrap_or(&text).to_owned())
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "))
}

#[test]
fn text_is_converted_where_the_schema_is_sure() {
    let cases = [
        (r#"{"type":"integer"}"#, r#""5""#, "5"),
        (r#"{"type":"integer"}"#, r#""-0""#, "-0"),
        (r#"{"type":"integer"}"#, r#""3.0""#, "3"),
        (r#"{"type":"integer"}"#, "3.0", "3"),
        (r#"{"type":"integer"}"#, "-3.00", "-3"),
        (r#"{"type":"integer"}"#, r#""9223372036854775808""#, "9223372036854775808"),
        (r#"{"type":"number"}"#, "3.0", "3.0"),
        (r#"{"type":"number"}"#, "1.50", "1.50"),
        (r#"{"type":"number"}"#, r#""1.50""#, "1.50"),
        (r#"{"type":"number"}"#, "0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        (r#"{"type":["integer","number"]}"#, "3.0", "3.0"),
        (r#"{"type":["integer","string"]}"#, "3.0", "3"),
        (r#"{"type":["integer","string"]}"#, r#""3""#, r#""3""#),
        (r#"{"type":["integer","null"]}"#, r#""3""#, "3"),
        (r#"{"type":"boolean"}"#, r#""true""#, "true"),
        (r#"{"type":"boolean"}"#, r#""false""#, "false"),
        (r#"{"type":["boolean","integer"]}"#, r#""7""#, "7"),
        (r#"{"type":["boolean","integer"]}"#, r#""true""#, "true"),
        (r#"{"type":"array","items":{"type":"integer"}}"#, r#""[1,\"2\"]""#, "[1,2]"),
        (r#"{"type":"object","properties":{"b":{"type":"boolean"}}}"#, r#""{\"b\":\"true\"}""#, r#"{"b":true}"#),
        (r#"{"type":["object","string"]}"#, r#""{}""#, r#""{}""#),
        ("{}", r#""5""#, r#""5""#),
        ("true", r#""5""#, r#""5""#),
        (r#"{"type":"string"}"#, r#""5""#, r#""5""#),
        (r#"{"enum":[1,2]}"#, r#""2""#, "2"),
        (r#"{"const":true}"#, r#""true""#, "true"),
        (r##"{"$ref":"#/$defs/N","$defs":{"N":{"type":"integer"}}}"##, r#""5""#, "5"),
        (r##"{"$ref":"#/$defs/A","$defs":{"A":{"$ref":"#/$defs/N"},"N":{"type":"integer"}}}"##, r#""5""#, "5"),
        (r##"{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"integer"}}}"##, r#""5""#, "5"),
        (r#"{"allOf":[{"type":"integer"},{"minimum":1}]}"#, r#""5""#, "5"),
        (r#"{"anyOf":[{"type":"integer"},{"type":"null"}]}"#, r#""5""#, "5"),
        (r#"{"anyOf":[{"type":"integer"},{"type":"string"}]}"#, r#""5""#, r#""5""#),
        (r#"{"oneOf":[{"type":"integer"},{"type":"boolean"}]}"#, r#""5""#, "5"),
        (r#"{"anyOf":[{"type":"integer"},{}]}"#, r#""5""#, r#""5""#),
        (
            r#"{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"items":{"type":"boolean"}}"#,
            r#"["1","2","true"]"#,
            r#"[1,"2",true]"#,
        ),
        (r#"{"type":"object","additionalProperties":{"type":"integer"}}"#, r#"{"x":"1"}"#, r#"{"x":1}"#),
        (r#"{"type":"object","additionalProperties":true}"#, r#"{"x":"1"}"#, r#"{"x":"1"}"#),
        (
            r#"{"type":"object","patternProperties":{"^x":{"type":"string"}},"additionalProperties":{"type":"integer"}}"#,
            r#"{"x":"1"}"#,
            r#"{"x":"1"}"#,
        ),
        (
            r#"{"allOf":[{"properties":{"n":{"type":"integer"}}},{"properties":{"m":{"type":"number"}}}]}"#,
            r#"{"n":"1","m":"2.50"}"#,
            r#"{"n":1,"m":2.50}"#,
        ),
        // The tag tells the branch.
        (
            r#"{"anyOf":[{"properties":{"t":{"const":"x"},"v":{"type":"integer"}}},{"properties":{"t":{"const":"y"},"v":{"type":"string"}}}]}"#,
            r#"{"t":"x","v":"1"}"#,
            r#"{"t":"x","v":1}"#,
        ),
        (
            r#"{"anyOf":[{"properties":{"t":{"const":"x"},"v":{"type":"integer"}}},{"properties":{"t":{"const":"y"},"v":{"type":"string"}}}]}"#,
            r#"{"t":"y","v":"1"}"#,
            r#"{"t":"y","v":"1"}"#,
        ),
        // What is required tells the branch.
        (
            r#"{"anyOf":[{"required":["a"],"properties":{"a":{"type":"integer"}}},{"required":["b"],"properties":{"b":{"type":"integer"}}}]}"#,
            r#"{"a":"1"}"#,
            r#"{"a":1}"#,
        ),
        (
            r##"{"$ref":"#/$defs/T","$defs":{"T":{"type":"object","properties":{"v":{"type":"integer"},"next":{"$ref":"#/$defs/T"}}}}}"##,
            r#"{"next":{"next":{"v":"1"}}}"#,
            r#"{"next":{"next":{"v":1}}}"#,
        ),
    ];
    for (schema, value, wanted) in cases {
        assert_eq!(becomes(schema, value).as_deref(), Ok(wanted), "{schema} {value}");
    }
}

#[test]
fn nothing_else_is_converted() {
    let cases = [
        (r#"{"type":"integer"}"#, r#""five""#),
        (r#"{"type":"integer"}"#, r#""""#),
        (r#"{"type":"integer"}"#, r#"" 5""#),
        (r#"{"type":"integer"}"#, r#""5 ""#),
        (r#"{"type":"integer"}"#, r#""+5""#),
        (r#"{"type":"integer"}"#, r#""05""#),
        (r#"{"type":"integer"}"#, r#""1.5""#),
        (r#"{"type":"integer"}"#, "1.5"),
        (r#"{"type":"integer"}"#, "true"),
        (r#"{"type":"boolean"}"#, r#""True""#),
        (r#"{"type":"boolean"}"#, r#""yes""#),
        (r#"{"type":"boolean"}"#, r#""1""#),
        (r#"{"type":"boolean"}"#, "1"),
        (r#"{"type":"string"}"#, "5"),
        (r#"{"type":"array"}"#, "5"),
        (r#"{"type":"array"}"#, r#""1,2""#),
        (r#"{"type":"array"}"#, r#""{}""#),
        (r#"{"type":"object"}"#, r#""{""#),
        (r#"{"type":"null"}"#, r#""null""#),
        ("false", r#""x""#),
    ];
    for (schema, value) in cases {
        assert!(becomes(schema, value).is_err(), "{schema} {value}");
    }
}

#[test]
fn nulls_stay_only_where_they_are_admitted() {
    let cases = [
        (r#"{"type":["string","null"]}"#, "null", "null"),
        (r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "null", "null"),
        (r#"{"enum":["a",null]}"#, "null", "null"),
        ("{}", "null", "null"),
        (r#"{"type":"string"}"#, "null", "{}"),
        (
            r#"{"type":"object","properties":{"b":{"type":"string"},"c":{"type":["string","null"]}}}"#,
            r#"{"b":null,"c":null,"d":null}"#,
            r#"{"c":null,"d":null}"#,
        ),
        (r#"{"type":"object","additionalProperties":{"type":"string"}}"#, r#"{"b":null,"c":"x"}"#, r#"{"c":"x"}"#),
        (
            r#"{"type":"array","items":{"type":"object","properties":{"b":{"type":"string"}}}}"#,
            r#"[{"b":null}]"#,
            "[{}]",
        ),
        (r#"{"type":"array","items":{"type":["string","null"]}}"#, r#"["x",null]"#, r#"["x",null]"#),
        (r#"{"type":"array","items":{"type":"string"}}"#, r#"["x",null,"y"]"#, r#"["x","y"]"#),
        (r#"{"type":"array"}"#, "[null]", "[null]"),
    ];
    for (schema, value, wanted) in cases {
        assert_eq!(becomes(schema, value).as_deref(), Ok(wanted), "{schema} {value}");
    }
    // Even where its schema admits null, a parameter's null sends nothing.
    let schema = json!({"type": "object", "properties": {"q": {"type": ["string", "null"]}}});
    assert_eq!(check(&schema, &["q"], r#"{"q":null}"#), Ok("{}".to_owned()));
    let schema = json!({"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]});
    let problems = check(&schema, &["q"], r#"{"q":null}"#).expect_err("refused");
    assert_eq!(problems[0].to_string(), "q: required, and null was given");
}

#[test]
fn messages_say_what_was_expected_and_what_came() {
    let cases = [
        (r#"{"type":"integer"}"#, r#""first""#, r#"a: expected an integer, got "first""#),
        (r#"{"type":["integer","null"]}"#, r#""x""#, r#"a: expected an integer or null, got "x""#),
        (r#"{"anyOf":[{"type":"integer"},{"type":"null"}]}"#, r#""x""#, r#"a: expected an integer or null, got "x""#),
        (r#"{"enum":["basic","full"]}"#, r#""gold""#, r#"a: expected one of "basic", "full", got "gold""#),
        (r#"{"const":"x"}"#, r#""y""#, r#"a: expected "x", got "y""#),
        (r#"{"minimum":1,"maximum":99}"#, "100", "a: expected at most 99, got 100"),
        (r#"{"minimum":1}"#, "0", "a: expected at least 1, got 0"),
        (r#"{"exclusiveMinimum":1}"#, "1", "a: expected more than 1, got 1"),
        (r#"{"exclusiveMaximum":1}"#, "1", "a: expected less than 1, got 1"),
        (r#"{"multipleOf":5}"#, "7", "a: expected a multiple of 5, got 7"),
        (r#"{"minLength":2}"#, r#""x""#, r#"a: expected at least 2 characters, got 1 ("x")"#),
        (r#"{"maxLength":1}"#, r#""xy""#, r#"a: expected at most 1 character, got 2 ("xy")"#),
        (r#"{"type":"array","maxItems":1}"#, "[1,2]", "a: expected at most 1 item, got 2"),
        (r#"{"type":"array","minItems":3}"#, "[1,2]", "a: expected at least 3 items, got 2"),
        (r#"{"type":"array","uniqueItems":true}"#, "[1,1]", "a: expected items that all differ, got [1,1]"),
        (
            r#"{"pattern":"^[A-Z]{3}$"}"#,
            r#""abc""#,
            r#"a: expected text that matches the pattern ^[A-Z]{3}$, got "abc""#,
        ),
        (r#"{"format":"date"}"#, r#""today""#, r#"a: expected a date like 2026-01-31, got "today""#),
        (
            r#"{"type":"integer","format":"int32"}"#,
            "2147483648",
            "a: expected a 32-bit integer (int32: -2147483648 to 2147483647), got 2147483648",
        ),
        (r#"{"type":"object","required":["name"]}"#, "{}", "a/name: required, but missing"),
        (r#"{"type":"array","items":{"type":"integer"}}"#, r#"[1,"x"]"#, r#"a/1: expected an integer, got "x""#),
        (
            r#"{"type":"object","properties":{"colour":{}},"additionalProperties":false}"#,
            r#"{"color":1}"#,
            r#"a/color: unknown property; did you mean "colour"?"#,
        ),
        (
            r#"{"type":"object","properties":{"x":{}},"additionalProperties":false}"#,
            r#"{"size":1}"#,
            r#"a/size: unknown property; known: "x""#,
        ),
        (r#"{"not":{"const":1}}"#, "1", r#"a: expected anything but {"const":1}, got 1"#),
        // One branch can be meant, and says what it lacks.
        (r#"{"anyOf":[{"type":"object","required":["card"]},{"type":"null"}]}"#, "{}", "a/card: required, but missing"),
        (
            r#"{"anyOf":[{"type":"object","required":["card"]},{"type":"object","required":["iban","bic"]}]}"#,
            r#"{"cash":true}"#,
            "a: fits none of 2 alternatives; the closest wants: a/card: required, but missing",
        ),
    ];
    for (schema, value, wanted) in cases {
        assert_eq!(becomes(schema, value), Err(wanted.to_owned()), "{schema} {value}");
    }
}

#[test]
fn all_problems_come_at_once() {
    let schema = json!({
        "type": "object",
        "properties": {"room": {"type": "integer"}, "plan": {"enum": ["basic", "full"]}, "guest": {"type": "object", "required": ["name"]}, "rate": {"type": "number"}},
        "required": ["room", "plan"], "additionalProperties": false
    });
    let problems = check(&schema, &["room", "plan"], r#"{"room":"first","guest":{},"rates":2}"#).expect_err("refused");
    let mut lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "guest/name: required, but missing",
            "plan: required, but missing",
            "rates: unknown argument; did you mean \"rate\"?",
            "room: expected an integer, got \"first\"",
        ]
    );
    let guest = problems.iter().find(|problem| problem.argument == "guest").expect("guest");
    assert_eq!(guest.pointer, "/guest/name");
}

#[test]
fn further_arguments_are_taken_where_the_root_says_so() {
    let closed = json!({"type": "object", "properties": {}});
    assert!(check(&closed, &[], r#"{"x":1}"#).is_err());
    let open = json!({"type": "object", "properties": {}, "additionalProperties": {"type": "integer"}});
    assert_eq!(check(&open, &[], r#"{"x":"1"}"#), Ok(r#"{"x":1}"#.to_owned()));
    assert!(check(&open, &[], r#"{"x":"y"}"#).is_err());
    let any = json!({"type": "object", "properties": {}, "additionalProperties": true});
    assert_eq!(check(&any, &[], r#"{"x":null}"#), Ok(r#"{"x":null}"#.to_owned()));
}

#[test]
fn what_came_is_shortened_on_a_character() {
    let long = format!("{:?}", "ü".repeat(500));
    let message = becomes(r#"{"type":"integer"}"#, &long).expect_err("refused");
    assert!(message.len() < 150 && message.ends_with('…'), "{message}");
    let many = format!("[{}]", vec!["\"x\""; 1000].join(","));
    let message = becomes(r#"{"type":"array","items":{"type":"integer"}}"#, &many).expect_err("refused");
    assert!(message.matches('|').count() <= 8 && message.ends_with("a: 992 more problems"), "{message}");
}

#[test]
fn a_pattern_that_cannot_be_decided_counts_as_kept() {
    let text = format!("\"{}\"", "ab".repeat(40));
    let slow = r#"{"type":"string","pattern":"^(?:(a|b|ab)(?!c))*[^ab]$"}"#;
    assert_eq!(becomes(slow, &text).as_deref(), Ok(&*text));
    let nested = format!(r#"{{"anyOf":[{slow},{{"type":"null"}}]}}"#);
    assert_eq!(becomes(&nested, &text).as_deref(), Ok(&*text));
}

#[test]
fn hostile_schemas_and_values_end() {
    let cycles = [
        r##"{"$ref":"#/$defs/A","$defs":{"A":{"$ref":"#/$defs/B"},"B":{"$ref":"#/$defs/A"}}}"##,
        r##"{"$ref":"#/$defs/A","$defs":{"A":{"properties":{"x":{"$ref":"#/$defs/A"}},"anyOf":[{"properties":{"x":{"$ref":"#/$defs/A"}}},{"properties":{"x":{"type":"string"}}},{"properties":{"y":{"$ref":"#/$defs/A"}}}]}}}"##,
    ];
    for schema in cycles {
        let deep = format!("{}1{}", r#"{"x":"#.repeat(60), "}".repeat(60));
        let _ = becomes(schema, &deep);
    }
    let loops = [
        r##"{"$ref":"#/$defs/A","$defs":{"A":{"allOf":[{"$ref":"#/$defs/A"},{"$ref":"#/$defs/A"}]}}}"##,
        r##"{"$ref":"#/$defs/A","$defs":{"A":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"integer"}]}}}"##,
        r##"{"$ref":"#/$defs/A","$defs":{"A":{"$ref":"#/$defs/A"}}}"##,
    ];
    for schema in loops {
        let _ = becomes(schema, r#""5""#);
    }
    // As deep as JSON text is read, and as deep again in a text inside.
    let linked = r##"{"$ref":"#/$defs/T","$defs":{"T":{"type":"object","properties":{"v":{"type":"integer"},"next":{"$ref":"#/$defs/T"}}}}}"##;
    let nest = |inner: &str, depth: usize| format!("{}{inner}{}", r#"{"next":"#.repeat(depth), "}".repeat(depth));
    let inner = Value::from(nest(r#"{"v":"x"}"#, 120)).to_string();
    let refused = becomes(linked, &nest(&inner, 120)).expect_err("refused");
    assert!(refused.ends_with("v: expected an integer, got \"x\""), "{refused}");
    // JSON text in JSON text in …
    let mut value = json!({"v": "1"});
    for _ in 0..12 {
        value = json!({"next": value.to_string()});
    }
    let schema = r##"{"$ref":"#/$defs/T","$defs":{"T":{"type":"object","properties":{"v":{"type":"integer"},"next":{"$ref":"#/$defs/T"}}}}}"##;
    let text = becomes(schema, &value.to_string()).expect("taken");
    assert!(text.contains(r#"{"v":1}"#), "{text}");
    assert!(!text.contains('\\'), "{text}");
}

#[test]
fn an_input_is_shared_between_calls() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Input>();
}

proptest! {
    /// What was checked stays as it is when it is checked again, and nothing makes the walk panic.
    #[test]
    fn checking_again_changes_nothing(value in anything(), name in prop::sample::select(vec!["a", "b", "c", "d", "e"])) {
        let schema = json!({
            "type": "object", "additionalProperties": false,
            "properties": {
                "a": {"type": ["integer", "boolean", "array"], "items": {"type": ["number", "object"]}},
                "b": {"anyOf": [{"type": "object", "additionalProperties": {"$ref": "#/properties/a"}}, {"type": "array", "items": {"type": "string"}}]},
                "c": {"$ref": "#/$defs/T"},
                "d": true,
                "e": {"type": "string", "format": "date-time", "maxLength": 3}
            },
            "$defs": {"T": {"type": ["object", "array", "null"], "items": {"$ref": "#/$defs/T"}, "additionalProperties": {"$ref": "#/$defs/T"}}}
        });
        let input = Input::compile(&schema, &operation(&["d"])).expect("compiles");
        match input.check(Map::from_iter([(name.to_owned(), value)])) {
            Ok(checked) => prop_assert_eq!(input.check(checked.clone()), Ok(checked)),
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                prop_assert!(problems.iter().all(|problem| problem.argument == name), "{:?}", problems);
            }
        }
    }
}

/// Any JSON value, some of it as text.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<i8>().prop_map(|number| Value::from(number.to_string())),
        Just(Value::from("true")),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            btree_map(any::<String>(), inner.clone(), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            inner.prop_map(|value| Value::from(value.to_string())),
        ]
    })
}

#[test]
fn numbers_are_judged_by_their_value_and_not_by_their_spelling() {
    let numbers = [
        "1",
        "1.0",
        "-0",
        "-0.0",
        "100",
        "1e2",
        "1E2",
        "1e+2",
        "1E+02",
        "10e1",
        "1000e-1",
        "1E-7",
        "2.5E0",
        "1e+16",
        "1E400",
        "1e-400",
        "12345678901234567890",
        "1.2345678901234567890E19",
        "9223372036854775808",
        "0.1",
        "1E-1",
    ];
    let schemas = [
        r#"{"type":"integer"}"#,
        r#"{"type":"number"}"#,
        r#"{"type":"string"}"#,
        r#"{"minimum":100}"#,
        r#"{"maximum":100}"#,
        r#"{"exclusiveMinimum":100}"#,
        r#"{"exclusiveMaximum":1e2}"#,
        r#"{"multipleOf":0.1}"#,
        r#"{"multipleOf":10}"#,
        r#"{"enum":[100,0.1,0]}"#,
        r#"{"const":100}"#,
        r#"{"type":"integer","format":"int64"}"#,
        r#"{"type":"number","format":"float"}"#,
    ];
    for schema in schemas {
        let schema: Value = serde_json::from_str(schema).unwrap();
        let schema = json!({"type": "object", "properties": {"n": schema}});
        let input = Input::of_schema(&schema).unwrap();
        for number in numbers {
            let arguments = |text: String| match crate::json::parse(&text).unwrap() {
                Value::Object(arguments) => arguments,
                _ => unreachable!("it is an object"),
            };
            let plain: Value = serde_json::from_str(number).unwrap();
            let spelled = input.check(arguments(format!(r#"{{"n":{number}}}"#))).is_ok();
            let mut read = Map::new();
            read.insert("n".to_owned(), plain);
            assert_eq!(spelled, input.check(read).is_ok(), "{schema} {number}");
        }
    }
}
