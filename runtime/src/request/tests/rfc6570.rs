//! RFC 6570: its own examples, and its expansion as another crate has it, where OpenAPI's styles are its operators.
//!
//! They part in three places, all of them wanted: an empty value has no place in a path, `allowReserved` still encodes what
//! would end the component, and the names of a query keep `$`. Empty members under `matrix` are not compared: section 3.2.1
//! leaves their `=` out where they are exploded, the other crate does not.

use iri_string::{
    spec::UriSpec,
    template::{
        UriTemplateStr,
        simple_context::{SimpleContext, Value as Variable},
    },
};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    test_runner::RngSeed,
};
use serde_json::{Map, Value, json};

use super::{operation, request};
use crate::uri_template::{Uri, UriTemplate};

/// The variables of section 3.2 that a request can have, as arguments.
fn variables() -> Map<String, Value> {
    let variables = json!({
        "dub": "me/too", "hello": "Hello World!", "half": "50%", "var": "value", "who": "fred",
        "base": "http://example.com/home/", "path": "/foo/bar", "list": ["red", "green", "blue"],
        "keys": {"semi": ";", "dot": ".", "comma": ","}, "v": "6", "x": "1024", "y": "768", "empty": "", "undef": null
    });
    variables.as_object().expect("an object").clone()
}

/// The same for the other crate.
fn context(arguments: &Map<String, Value>) -> SimpleContext {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut context = SimpleContext::new();
    for (name, value) in arguments {
        let variable = match value {
            Value::Null => Variable::Undefined,
            Value::Array(items) => Variable::List(items.iter().map(text).collect()),
            Value::Object(members) => {
                Variable::Assoc(members.iter().map(|(key, value)| (key.clone(), text(value))).collect())
            }
            value => Variable::String(text(value)),
        };
        context.insert(name, variable);
    }
    context
}

fn expanded(template: &str, arguments: &Map<String, Value>) -> String {
    let template = UriTemplateStr::new(template).expect("a template");
    template.expand::<UriSpec, _>(&context(arguments)).expect("an expansion").to_string()
}

/// The request of an operation whose one expression is this one: its target, unless it is refused.
fn sent(template: &str, arguments: &Map<String, Value>) -> Option<String> {
    let (before, expression) = template.split_once('{').expect("an expression");
    let (expression, after) = expression.split_once('}').expect("its end");
    let (location, style, reserved, names) = match expression.split_at(1) {
        ("?" | "&", names) => ("query", "form", false, names),
        (".", names) => ("path", "label", false, names),
        (";", names) => ("path", "matrix", false, names),
        ("+", names) => ("path", "simple", true, names),
        _ => ("path", "simple", false, expression),
    };
    let parameters: Vec<Value> = names
        .split(',')
        .map(|variable| {
            let (name, explode) = variable.strip_suffix('*').map_or((variable, false), |name| (name, true));
            json!({"argument": name, "name": name, "in": location, "style": style, "explode": explode, "allow_reserved": reserved})
        })
        .collect();
    let (path, query) = before.split_once('?').map_or((before, None), |(path, query)| (path, Some(query)));
    let path =
        if location == "path" { format!("{path}{{{}}}{after}", names.trim_end_matches('*')) } else { path.into() };
    let mut operation = operation(&path, &json!(parameters), None);
    operation.query = query.map(str::to_owned);
    request(&operation, arguments).ok().map(|request| request.target)
}

#[test]
fn the_examples_of_the_rfc() {
    let rows = [
        // 3.2.2 simple
        ("/{var}", "/value"),
        ("/{hello}", "/Hello%20World%21"),
        ("/{half}", "/50%25"),
        ("/{dub}", "/me%2Ftoo"),
        ("/{list}", "/red,green,blue"),
        ("/{list*}", "/red,green,blue"),
        ("/{keys}", "/semi,%3B,dot,.,comma,%2C"),
        ("/{keys*}", "/semi=%3B,dot=.,comma=%2C"),
        // 3.2.3 reserved, of what a segment may hold
        ("/{+var}", "/value"),
        ("/{+hello}", "/Hello%20World!"),
        ("/{+half}", "/50%25"),
        ("/{+list}", "/red,green,blue"),
        ("/{+keys}", "/semi,;,dot,.,comma,,"),
        ("/{+keys*}", "/semi=;,dot=.,comma=,"),
        // 3.2.5 label
        ("/{.who}", "/.fred"),
        ("/X{.var}", "/X.value"),
        ("/X{.list}", "/X.red,green,blue"),
        ("/X{.list*}", "/X.red.green.blue"),
        ("/X{.keys}", "/X.semi,%3B,dot,.,comma,%2C"),
        ("/X{.keys*}", "/X.semi=%3B.dot=..comma=%2C"),
        // 3.2.7 matrix
        ("/{;who}", "/;who=fred"),
        ("/{;half}", "/;half=50%25"),
        ("/{;hello}", "/;hello=Hello%20World%21"),
        ("/{;list}", "/;list=red,green,blue"),
        ("/{;list*}", "/;list=red;list=green;list=blue"),
        ("/{;keys}", "/;keys=semi,%3B,dot,.,comma,%2C"),
        ("/{;keys*}", "/;semi=%3B;dot=.;comma=%2C"),
        // 3.2.8 form
        ("/{?who}", "/?who=fred"),
        ("/{?half}", "/?half=50%25"),
        ("/{?x,y}", "/?x=1024&y=768"),
        ("/{?x,y,empty}", "/?x=1024&y=768&empty="),
        ("/{?x,y,undef}", "/?x=1024&y=768"),
        ("/{?list}", "/?list=red,green,blue"),
        ("/{?list*}", "/?list=red&list=green&list=blue"),
        ("/{?keys}", "/?keys=semi,%3B,dot,.,comma,%2C"),
        ("/{?keys*}", "/?semi=%3B&dot=.&comma=%2C"),
        // 3.2.9 form continuation: a path key that has a query
        ("/?fixed=yes{&x}", "/?fixed=yes&x=1024"),
        ("/?fixed=yes{&x,y,empty}", "/?fixed=yes&x=1024&y=768&empty="),
        ("/?fixed=yes{&x,y,undef}", "/?fixed=yes&x=1024&y=768"),
        ("/?fixed=yes{&list*}", "/?fixed=yes&list=red&list=green&list=blue"),
        ("/?fixed=yes{&keys}", "/?fixed=yes&keys=semi,%3B,dot,.,comma,%2C"),
    ];
    let variables = variables();
    for (template, wanted) in rows {
        assert_eq!(expanded(template, &variables), wanted, "the other crate: {template}");
        assert_eq!(sent(template, &variables).as_deref(), Some(wanted), "{template}");
    }
    for refused in ["/{empty}", "/X{.empty}", "/{;empty}", "/{undef}"] {
        assert_eq!(sent(refused, &variables), None, "{refused}");
    }
}

/// A text, a list or an object, none of them empty.
fn variable() -> impl Strategy<Value = Value> {
    let text = || "\\PC{0,8}";
    prop_oneof![
        text().prop_map(Value::from),
        vec(text(), 1..5).prop_map(Value::from),
        btree_map("[a-z é.,;=&%+]{1,6}", text(), 1..5)
            .prop_map(|members| Value::Object(members.into_iter().map(|(key, text)| (key, text.into())).collect())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(6570), ..ProptestConfig::default() })]

    #[test]
    fn a_request_is_the_expansion(value in variable()) {
        let arguments = Map::from_iter([("v".to_owned(), value)]);
        let empty = |value: &Value| value.as_str() == Some("");
        let has_empty = match &arguments["v"] {
            Value::Array(items) => items.iter().any(empty),
            Value::Object(members) => members.values().any(empty),
            _ => false,
        };
        for operator in ["", ".", ";", "?"].into_iter().filter(|operator| *operator != ";" || !has_empty) {
            for explode in ["", "*"] {
                let template = format!("/a/{{{operator}v{explode}}}");
                if let Some(sent) = sent(&template, &arguments) {
                    prop_assert_eq!(sent, expanded(&template, &arguments), "{}", template);
                } else {
                    prop_assert_ne!(operator, "?", "a query refuses nothing");
                }
            }
        }
    }

    #[test]
    fn an_expansion_is_read_back(text in "\\PC{1,12}", items in vec("\\PC{1,8}", 1..5)) {
        let arguments = Map::from_iter([("v".to_owned(), json!(text)), ("l".to_owned(), json!(items))]);
        for template in ["api://a/x/{v}/y{?l*}", "api://a/x/{l}/y{?v}", "api://a/{v}.{l}", "api://a/x{?v,l}", "api://a/x{?l*,v}"] {
            // A literal beside a variable is told from its value only where the value does not hold it.
            if template.contains("}.{") && (text.contains('.') || items.iter().any(|item| item.contains('.'))) {
                continue;
            }
            let uri = expanded(template, &arguments);
            let matched = UriTemplate::parse(template).expect("a template").matches(&Uri::new(&uri));
            prop_assert!(matched.is_some(), "{} {}", template, uri);
            for matched in matched.unwrap_or_default() {
                let wanted = if matched.name == "v" { vec![text.clone()] } else { items.clone() };
                prop_assert_eq!(&matched.values, &wanted, "{} {}", template, uri);
            }
        }
    }
}
