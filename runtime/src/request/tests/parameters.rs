//! Parameters: the style tables of OpenAPI 3.0.4, 3.1.2 and 3.2.0, and what stands around them.

use serde_json::{Map, Value, json};

use super::{super::encode, color, object, operation, request};
use crate::catalog::{DeepObjectArrays, Operation};

const EMPTY: &str = r#""""#;
const STRING: &str = r#""blue""#;
const ARRAY: &str = r#"["blue","black","brown"]"#;
const OBJECT: &str = r#"{"R":100,"G":200,"B":150}"#;

fn target(operation: &Operation, color: &str) -> Result<String, String> {
    request(operation, &object(&format!("{{\"color\":{color}}}"))).map(|request| request.target)
}

#[test]
fn the_style_table_in_a_path() {
    let refused = "";
    let rows = [
        ("matrix", false, [refused, ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"]),
        ("matrix", true, [refused, ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"]),
        ("label", false, [refused, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"]),
        ("label", true, [refused, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"]),
        ("simple", false, [refused, "blue", "blue,black,brown", "R,100,G,200,B,150"]),
        ("simple", true, [refused, "blue", "blue,black,brown", "R=100,G=200,B=150"]),
        // `collectionFormat` of Swagger 2.0.
        ("spaceDelimited", false, [refused, "blue", "blue%20black%20brown", "R%20100%20G%20200%20B%20150"]),
        ("pipeDelimited", false, [refused, "blue", "blue%7Cblack%7Cbrown", "R%7C100%7CG%7C200%7CB%7C150"]),
    ];
    // No cell holds a reserved character of its own: `allowReserved` changes none.
    for ((style, explode, cells), reserved) in rows.into_iter().flat_map(|row| [(row, false), (row, true)]) {
        let operation = operation("/x/{color}/y", &color("path", style, explode, reserved), None);
        for (value, wanted) in [EMPTY, STRING, ARRAY, OBJECT].into_iter().zip(cells) {
            let wanted = if wanted.is_empty() { None } else { Some(format!("/x/{wanted}/y")) };
            assert_eq!(target(&operation, value).ok(), wanted, "{style} {explode} {reserved} {value}");
        }
    }
}

#[test]
fn the_style_table_in_a_query() {
    let rows = [
        ("form", false, ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
        ("form", true, ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"]),
        (
            "spaceDelimited",
            false,
            ["color=", "color=blue", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"],
        ),
        ("spaceDelimited", true, ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"]),
        (
            "pipeDelimited",
            false,
            ["color=", "color=blue", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"],
        ),
        ("pipeDelimited", true, ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"]),
        (
            "tabDelimited",
            false,
            ["color=", "color=blue", "color=blue%09black%09brown", "color=R%09100%09G%09200%09B%09150"],
        ),
        (
            "deepObject",
            true,
            [
                "color=",
                "color=blue",
                "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
                "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
            ],
        ),
    ];
    for ((style, explode, cells), reserved) in rows.into_iter().flat_map(|row| [(row, false), (row, true)]) {
        let operation = operation("/x", &color("query", style, explode, reserved), None);
        for (value, wanted) in [EMPTY, STRING, ARRAY, OBJECT].into_iter().zip(cells) {
            assert_eq!(target(&operation, value), Ok(format!("/x?{wanted}")), "{style} {explode} {reserved} {value}");
        }
        for nothing in ["null", "[]", "{}", "[null]", r#"{"R":null}"#] {
            assert_eq!(target(&operation, nothing).as_deref(), Ok("/x"), "{style} {explode} {nothing}");
        }
    }
}

#[test]
fn the_style_table_in_headers_and_cookies() {
    let rows = [
        ("header", "simple", false, ["", "blue", "blue,black,brown", "R,100,G,200,B,150"]),
        ("header", "simple", true, ["", "blue", "blue,black,brown", "R=100,G=200,B=150"]),
        ("header", "pipeDelimited", false, ["", "blue", "blue|black|brown", "R|100|G|200|B|150"]),
        ("cookie", "form", false, ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
        ("cookie", "form", true, ["color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"]),
        ("cookie", "cookie", false, ["color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"]),
        (
            "cookie",
            "cookie",
            true,
            ["color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"],
        ),
    ];
    for ((location, style, explode, cells), reserved) in rows.into_iter().flat_map(|row| [(row, false), (row, true)]) {
        let operation = operation("/x", &color(location, style, explode, reserved), None);
        let header = if location == "header" { "color" } else { "cookie" };
        let sent = |value: &str| {
            request(&operation, &object(&format!("{{\"color\":{value}}}")))
                .map(|request| request.headers.get(header).map(|value| value.to_str().expect("ASCII").to_owned()))
        };
        for (value, wanted) in [EMPTY, STRING, ARRAY, OBJECT].into_iter().zip(cells) {
            assert_eq!(sent(value), Ok(Some(wanted.to_owned())), "{location} {style} {explode} {reserved} {value}");
        }
        for nothing in ["null", "[]", "{}"] {
            assert_eq!(sent(nothing), Ok(None), "{location} {style} {explode} {nothing}");
        }
    }
}

#[test]
fn what_values_hold_is_encoded() {
    let text = r#""a&b=c+d é,/?#[]|%41""#;
    let cases = [
        ("query", "form", false, text, "/x?color=a%26b%3Dc%2Bd%20%C3%A9%2C%2F%3F%23%5B%5D%7C%2541"),
        ("query", "form", true, text, "/x?color=a%26b=c%2Bd%20%C3%A9,/?%23%5B%5D%7C%41"),
        ("query", "form", true, r#""/v1/items:list@home""#, "/x?color=/v1/items:list@home"),
        ("query", "form", true, r#"["a,b","c%"]"#, "/x?color=a,b&color=c%25"),
        ("query", "form", true, r#"{"a=b":"c=d"}"#, "/x?a%3Db=c=d"),
        ("query", "form", false, r#"{"a=b&":"c=d"}"#, "/x?a%3Db%26=c%3Dd"),
        ("query", "deepObject", false, r#"{"a=[b]":"c=d"}"#, "/x?color%5Ba%3D%5Bb%5D%5D=c%3Dd"),
        ("query", "form", false, r"9223372036854775807", "/x?color=9223372036854775807"),
        ("query", "form", false, r"12345678901234567890123.50", "/x?color=12345678901234567890123.50"),
        ("query", "form", false, "false", "/x?color=false"),
        // What no style has a text for is JSON text; exploded objects repeat the members that are arrays.
        ("query", "form", false, r#"{"a":{"b":1},"c":["x","y"]}"#, "/x?a=%7B%22b%22%3A1%7D&c=x&c=y"),
        ("query", "form", false, r#"[{"b":1}]"#, "/x?color=%7B%22b%22%3A1%7D"),
    ];
    for (location, style, reserved, value, wanted) in cases {
        let operation = operation("/x", &color(location, style, true, reserved), None);
        assert_eq!(target(&operation, value).as_deref(), Ok(wanted), "{style} {reserved} {value}");
    }
    let flat = operation("/x", &color("query", "form", false, false), None);
    assert_eq!(target(&flat, r#"["blue,ish","black"]"#).as_deref(), Ok("/x?color=blue%2Cish,black"));
}

#[test]
fn deep_objects_nest() {
    let value = r#"{"color":{"owner":{"name":"ann"},"tags":["x","y"],"none":{},"nil":null,"list":[{"a":1},{"a":2}]}}"#;
    let cases = [
        (DeepObjectArrays::Index, "owner[name]=ann&tags[0]=x&tags[1]=y&list[0][a]=1&list[1][a]=2"),
        (DeepObjectArrays::Brackets, "owner[name]=ann&tags[]=x&tags[]=y&list[][a]=1&list[][a]=2"),
        (DeepObjectArrays::Repeat, "owner[name]=ann&tags=x&tags=y&list[a]=1&list[a]=2"),
    ];
    let operation = operation("/x", &color("query", "deepObject", true, false), None);
    for (arrays, wanted) in cases {
        let wanted: Vec<String> = wanted
            .split('&')
            .map(|pair| {
                let (name, value) = pair.split_once('=').expect(pair);
                let (first, rest) =
                    name.split_once('[').map_or((name, String::new()), |(first, rest)| (first, format!("[{rest}")));
                format!("color[{first}]{rest}={value}").replace('[', "%5B").replace(']', "%5D")
            })
            .collect();
        let sent = encode(&operation, arrays, &object(value)).expect("a request").target;
        assert_eq!(sent, format!("/x?{}", wanted.join("&")), "{arrays:?}");
    }
}

#[test]
fn a_path_value_is_one_segment() {
    let cases = [
        (r#""a/b?c#d%e""#, Some("a%2Fb%3Fc%23d%25e")),
        (r#""dark grün""#, Some("dark%20gr%C3%BCn")),
        (r#""🐈""#, Some("%F0%9F%90%88")),
        (r#""v1.2..3""#, Some("v1.2..3")),
        (r#""...""#, Some("...")),
        (r#""{other}""#, Some("%7Bother%7D")),
        (r#""a\\b""#, Some("a%5Cb")),
        (r#""100%""#, Some("100%25")),
        (r#""%zz""#, Some("%25zz")),
        (r"7", Some("7")),
        (r#"["..","a"]"#, Some("..,a")),
        (r#""""#, None),
        ("[]", None),
        ("{}", None),
        ("null", None),
        (r#"[""]"#, None),
        (r#"".""#, None),
        (r#""..""#, None),
        (r#"[".."]"#, None),
        (r#""../admin""#, None),
        (r#""a/../b""#, None),
        (r#""a/./b""#, None),
        (r#""a/..""#, None),
        (r#""..\\admin""#, None),
        (r#""a\\..""#, None),
        (r#""%2e%2e""#, None),
        (r#""%2E.""#, None),
        (r#""..%2Fadmin""#, None),
        (r#""..%5cadmin""#, None),
        (r#""%252e%252e""#, None),
        (r#""%25252e%25252e%25252f""#, None),
    ];
    let plain = operation("/x/{color}", &color("path", "simple", false, false), None);
    for (value, wanted) in cases {
        let wanted = wanted.map(|wanted| format!("/x/{wanted}"));
        let sent = target(&plain, value);
        assert_eq!(sent.clone().ok(), wanted, "{value}");
        assert!(sent.is_ok() || sent.is_err_and(|reason| reason.starts_with("color: ")), "{value}");
    }
    let many = format!("\"%{}2e\"", "25".repeat(10_000));
    assert!(target(&plain, &many).is_err());
    assert!(request(&plain, &object("{}")).is_err());

    // The dots that a style adds count, and so does what stands beside the value.
    for (path, style, explode, value) in [
        ("/x/{color}", "label", false, r#"".""#),
        ("/x/{color}", "label", true, r#"["",""]"#),
        ("/x/{color}", "label", false, r#"[""]"#),
        ("/x/{color}", "label", false, r#""..""#),
        ("/x/{color}", "matrix", false, r#""..""#),
        ("/x/{color}", "matrix", true, r#""%2e%2e""#),
        ("/x/.{color}", "simple", false, r#"".""#),
        ("/x/%2E{color}", "simple", false, r#"[".",null]"#),
    ] {
        let operation = operation(path, &color("path", style, explode, false), None);
        assert!(target(&operation, value).is_err(), "{path} {style} {value}");
    }
    let two = json!([
        {"argument": "a", "name": "a", "in": "path", "style": "simple", "explode": false},
        {"argument": "b", "name": "b", "in": "path", "style": "simple", "explode": false}
    ]);
    let beside = operation("/x/{a}{b}.csv", &two, None);
    let sent = request(&beside, &object(r#"{"a":"{b}","b":"2"}"#)).map(|request| request.target);
    assert_eq!(sent.as_deref(), Ok("/x/%7Bb%7D2.csv"));
    // Neither is a segment's end of its own, both are `..` to who decodes twice.
    let sent = request(&beside, &object(r#"{"a":"%","b":"2e%2e"}"#));
    assert!(sent.is_ok(), "{sent:?}");
    let alone = operation("/x/{a}{b}", &two, None);
    let refused = request(&alone, &object(r#"{"a":"%","b":"2e%2e"}"#)).expect_err("refused");
    assert!(refused.starts_with("a: expected one path segment") && refused.contains("| b: "), "{refused}");
    let three = json!([
        {"argument": "a", "name": "a", "in": "path", "style": "simple", "explode": false},
        {"argument": "b", "name": "b", "in": "path", "style": "simple", "explode": false},
        {"argument": "c", "name": "c", "in": "path", "style": "simple", "explode": false}
    ]);
    let further = operation("/shelves/{c}/books/{a}{b}", &three, None);
    let refused = request(&further, &object(r#"{"a":"%","b":"2e%2e","c":"7"}"#)).expect_err("refused");
    assert!(refused.starts_with("a: ") && refused.contains("| b: ") && !refused.contains("c: "), "{refused}");
    let apart = operation("/x/{a}/{b}", &two, None);
    assert!(request(&apart, &object(r#"{"a":"%","b":"2e%2e"}"#)).is_ok());

    let reserved = operation("/x/{color}", &color("path", "simple", false, true), None);
    let cases = [
        (r#""a:b@c;d,e=f&g+h""#, Some("a:b@c;d,e=f&g+h")),
        (r#""a/b?c#d""#, Some("a%2Fb%3Fc%23d")),
        (r#""a%20b%""#, Some("a%20b%25")),
        (r#""%2e%2e""#, None),
        (r#""a%2F..%2fb""#, None),
        (r#""..""#, None),
    ];
    for (value, wanted) in cases {
        assert_eq!(target(&reserved, value).ok(), wanted.map(|wanted| format!("/x/{wanted}")), "{value}");
    }
}

#[test]
fn names_and_the_fixed_query_stand() {
    let parameters = json!([
        {"argument": "top", "name": "$top", "in": "query", "style": "form", "explode": true},
        {"argument": "filter_name", "name": "filter[name]", "in": "query", "style": "form", "explode": true},
        {"argument": "max", "name": "max size", "in": "query", "style": "form", "explode": true}
    ]);
    let mut operation = operation("/items/", &parameters, None);
    let arguments = object(r#"{"top":5,"filter_name":"x","max":2}"#);
    let sent = |operation: &Operation, arguments: &Map<String, Value>| {
        request(operation, arguments).map(|request| request.target)
    };
    assert_eq!(sent(&operation, &arguments).as_deref(), Ok("/items/?$top=5&filter%5Bname%5D=x&max%20size=2"));
    operation.query = Some("v=1&w".to_owned());
    assert_eq!(sent(&operation, &object(r#"{"top":5}"#)).as_deref(), Ok("/items/?v=1&w&$top=5"));
    assert_eq!(sent(&operation, &object("{}")).as_deref(), Ok("/items/?v=1&w"));
}

#[test]
fn parameters_may_be_documents() {
    let cases = [
        ("query", "application/json", r#"{"a":"x y","n":1.50}"#, "/x?p=%7B%22a%22%3A%22x%20y%22%2C%22n%22%3A1.50%7D"),
        ("query", "application/json", r#""x""#, "/x?p=%22x%22"),
        ("query", "application/vnd.x+json; v=1", "[]", "/x?p=%5B%5D"),
        ("query", "text/plain", r#""x y""#, "/x?p=x%20y"),
        ("path", "application/json", r#"{"a":1}"#, "/x"),
        (
            "querystring",
            "application/x-www-form-urlencoded",
            r#"{"foo":"a + b","bar":true,"l":[1,2],"o":{"a":1}}"#,
            "/x?foo=a+%2B+b&bar=true&l=1&l=2&o=%7B%22a%22%3A1%7D",
        ),
        ("querystring", "application/x-www-form-urlencoded", r#""a=1&b=x y+#""#, "/x?a=1&b=x%20y+%23"),
        ("querystring", "application/x-www-form-urlencoded", "{}", "/x"),
        ("querystring", "application/json", r#"{"a":1}"#, "/x?%7B%22a%22%3A1%7D"),
        ("querystring", "text/plain", r#""$.a[0]""#, "/x?%24.a%5B0%5D"),
    ];
    for (location, content, value, wanted) in cases {
        let operation =
            operation("/x", &json!([{"argument": "p", "name": "p", "in": location, "content": content}]), None);
        let sent = request(&operation, &object(&format!("{{\"p\":{value}}}"))).map(|request| request.target);
        assert_eq!(sent.as_deref(), Ok(wanted), "{location} {content} {value}");
    }
    let parameters = json!([
        {"argument": "h", "name": "X-Where", "in": "header", "content": "application/json"},
        {"argument": "c", "name": "c", "in": "cookie", "content": "application/json"}
    ]);
    let sent =
        request(&operation("/x", &parameters, None), &object(r#"{"h":{"a":"é"},"c":{"a":1}}"#)).expect("a request");
    assert_eq!(sent.headers["x-where"].as_bytes(), r#"{"a":"é"}"#.as_bytes());
    assert_eq!(sent.headers["cookie"], "c=%7B%22a%22%3A1%7D");
}

#[test]
fn headers_and_cookies_cannot_be_broken_out_of() {
    let header = operation("/x", &color("header", "simple", false, false), None);
    for value in [r#""a\r\nX-Evil: 1""#, r#""a\nb""#, r#""a\u0000b""#, r#"["a","b\r"]"#, r#"{"a\n":1}"#] {
        let refused = request(&header, &object(&format!("{{\"color\":{value}}}"))).expect_err(value);
        assert!(refused.starts_with("color: expected a header value without line breaks"), "{refused}");
    }
    let sent = request(&header, &object(r#"{"color":"grün, 50%"}"#)).expect("a request");
    assert_eq!(sent.headers["color"].as_bytes(), "grün, 50%".as_bytes());

    let form = operation("/x", &color("cookie", "form", false, false), None);
    let sent = request(&form, &object(r#"{"color":"a; admin=1\r\n"}"#)).expect("a request");
    assert_eq!(sent.headers["cookie"], "color=a%3B%20admin%3D1%0D%0A");

    let raw = operation("/x", &color("cookie", "cookie", true, false), None);
    for value in
        [r#""a; admin=1""#, r#""a b""#, r#""a,b""#, r#""a\"b""#, r#""é""#, r#""a\\b""#, r#"{"a;b":1}"#, r#"{"a=b":1}"#]
    {
        let refused = request(&raw, &object(&format!("{{\"color\":{value}}}"))).expect_err(value);
        assert!(refused.starts_with("color: expected "), "{refused}");
    }
    let two = json!([
        {"argument": "a", "name": "a", "in": "cookie", "style": "form", "explode": true},
        {"argument": "b", "name": "b", "in": "cookie", "style": "form", "explode": true},
        {"argument": "c", "name": "c", "in": "cookie", "style": "cookie", "explode": true}
    ]);
    let sent = request(&operation("/x", &two, None), &object(r#"{"a":"1","b":[],"c":"3"}"#)).expect("a request");
    assert_eq!(sent.headers["cookie"], "a=1; c=3");
    let sent = request(&raw, &object(r#"{"color":"\"a%20=b\""}"#)).expect("a request");
    assert_eq!(sent.headers["cookie"], "color=\"a%20=b\"");

    for name in [
        "Accept",
        "content-type",
        "Authorization",
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Cookie",
    ] {
        let parameters = json!([{"argument": "h", "name": name, "in": "header", "style": "simple", "explode": false}]);
        let sent = request(&operation("/x", &parameters, None), &object(r#"{"h":"evil"}"#)).expect("a request");
        assert!(sent.headers.values().all(|value| value != "evil"), "{name}");
    }
    let parameters = json!([{"argument": "h", "name": "X Y", "in": "header", "style": "simple", "explode": false}]);
    assert!(request(&operation("/x", &parameters, None), &object(r#"{"h":"x"}"#)).is_err());
}

#[test]
fn every_problem_is_told_at_once() {
    let parameters: Value = json!([
        {"argument": "id", "name": "id", "in": "path", "style": "simple", "explode": false},
        {"argument": "h", "name": "h", "in": "header", "style": "simple", "explode": false},
        {"argument": "c", "name": "c", "in": "cookie", "style": "cookie", "explode": false}
    ]);
    let operation = operation("/x/{id}", &parameters, None);
    let refused = request(&operation, &object(r#"{"id":"..","h":"\n","c":";"}"#)).expect_err("refused");
    for argument in ["id: ", "h: ", "c: "] {
        assert!(refused.contains(argument), "{refused}");
    }
}

#[test]
fn what_is_missing_is_named_as_the_argument_is() {
    let parameters: Value = json!([
        {"argument": "shop", "name": "shop", "in": "path", "style": "simple", "explode": false},
        {"argument": "id_header", "name": "id", "in": "header", "style": "simple", "explode": false},
        {"argument": "id_path", "name": "id", "in": "path", "style": "simple", "explode": false}
    ]);
    let known = operation("/shops/{shop}/{id}", &parameters, None);
    let refused = request(&known, &object(r#"{"shop":"a"}"#)).expect_err("refused");
    assert_eq!(refused, "id_path: required, but missing");
    let unknown = operation("/shops/{other}", &parameters, None);
    assert_eq!(request(&unknown, &object("{}")).expect_err("refused"), "other: required, but missing");
}

#[test]
fn what_is_around_the_parameters() {
    let mut operation = operation("/x", &json!([]), None);
    let sent = request(&operation, &object("{}")).expect("a request");
    assert_eq!((sent.method.as_str(), sent.target.as_str(), sent.body), ("POST", "/x", None));
    assert_eq!(sent.headers.len(), 1);
    assert_eq!(sent.headers["accept"], "application/json");
    operation.method = "QUERY".to_owned();
    assert_eq!(request(&operation, &object("{}")).expect("a request").method, "QUERY");
    operation.method = "no method".to_owned();
    assert!(request(&operation, &object("{}")).is_err());
}

#[test]
fn arrays_of_arrays_have_a_style_each() {
    let of = |location: &str, style: &str, explode: bool, items: &Value| json!([{"argument": "color", "name": "color", "in": location, "style": style, "explode": explode, "items": items}]);
    let lists = r#"{"color":[["a","b|"],[],["c,"]]}"#;
    let pipes = json!(["pipeDelimited"]);
    let cases = [
        (of("query", "form", false, &pipes), "/x", lists, "/x?color=a%7Cb%7C,c%2C"),
        (of("query", "form", true, &pipes), "/x", lists, "/x?color=a%7Cb%7C&color=c%2C"),
        (of("query", "pipeDelimited", false, &json!(["form"])), "/x", lists, "/x?color=a,b%7C%7Cc%2C"),
        (
            of("query", "form", false, &json!(["pipeDelimited", "spaceDelimited"])),
            "/x",
            r#"{"color":[[["a","b"],["c"]]]}"#,
            "/x?color=a%20b%7Cc",
        ),
        (of("query", "form", false, &pipes), "/x", r#"{"color":[[]]}"#, "/x"),
        (of("query", "form", false, &pipes), "/x", r#"{"color":[]}"#, "/x"),
        (of("path", "simple", false, &pipes), "/{color}", lists, "/a%7Cb%7C,c%2C"),
    ];
    for (parameters, path, arguments, target) in cases {
        let sent = request(&operation(path, &parameters, None), &object(arguments)).expect(arguments);
        assert_eq!(sent.target, target, "{parameters} {arguments}");
    }
    let sent =
        request(&operation("/x", &of("header", "simple", false, &pipes), None), &object(lists)).expect("it is sent");
    assert_eq!(sent.headers["color"], "a|b|,c,");
}
