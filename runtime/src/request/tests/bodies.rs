//! Bodies, by media type.

use serde_json::{Value, json};

use super::{super::Request, object, operation, request};

/// A body made up of the arguments `a`, `b` and `c`, which is called `C` in it.
fn flat(kind: &str, media_type: &str, fields: &Value, required: bool, open: bool) -> Value {
    let properties =
        json!([{"argument": "a", "name": "a"}, {"argument": "b", "name": "b"}, {"argument": "c", "name": "C"}]);
    json!({
        "required": required, "media_type": media_type, "kind": kind, "fields": fields,
        "layout": {"properties": {"properties": properties, "open": open}}
    })
}

/// A body that is the argument `body`.
fn whole(kind: &str, media_type: &str, fields: &Value, required: bool) -> Value {
    json!({"required": required, "media_type": media_type, "kind": kind, "fields": fields, "layout": {"argument": "body"}})
}

fn sent(body: &Value, arguments: &str) -> Result<Request, String> {
    let parameters = json!([{"argument": "q", "name": "q", "in": "query", "style": "form", "explode": true}]);
    request(&operation("/x", &parameters, Some(body)), &object(arguments))
}

/// The content type and the body as text.
fn text(body: &Value, arguments: &str) -> Result<Option<(String, String)>, String> {
    let sent = sent(body, arguments)?;
    let content_type = sent.headers.get("content-type").map(|value| value.to_str().expect("ASCII").to_owned());
    Ok(sent.body.map(|body| (content_type.unwrap_or_default(), String::from_utf8(body.to_vec()).expect("UTF-8"))))
}

#[test]
fn json_bodies() {
    let none = json!({});
    let json = "application/json";
    let cases = [
        (
            flat("json", json, &none, true, false),
            r#"{"q":1,"a":1.50,"c":12345678901234567890}"#,
            Some(r#"{"a":1.50,"C":12345678901234567890}"#),
        ),
        (flat("json", json, &none, true, false), r#"{"c":1,"a":{"x":[]}}"#, Some(r#"{"C":1,"a":{"x":[]}}"#)),
        (flat("json", json, &none, true, false), "{}", Some("{}")),
        (flat("json", json, &none, false, false), "{}", None),
        (flat("json", json, &none, false, false), r#"{"q":1,"z":1}"#, None),
        (flat("json", json, &none, false, true), r#"{"q":1,"z":1}"#, Some(r#"{"z":1}"#)),
        (flat("json", json, &none, false, false), r#"{"a":null}"#, Some(r#"{"a":null}"#)),
        (whole("json", json, &none, true), r#"{"body":["x","y"]}"#, Some(r#"["x","y"]"#)),
        (whole("json", json, &none, true), r#"{"body":0}"#, Some("0")),
        (whole("json", json, &none, true), r#"{"body":null}"#, Some("null")),
        (whole("json", json, &none, true), r#"{"body":"x\"é"}"#, Some(r#""x\"é""#)),
        (whole("json", json, &none, false), "{}", None),
    ];
    for (body, arguments, wanted) in cases {
        let wanted = wanted.map(|wanted| (json.to_owned(), wanted.to_owned()));
        assert_eq!(text(&body, arguments), Ok(wanted), "{body} {arguments}");
    }
    let declared = "application/merge-patch+json; charset=utf-8";
    assert_eq!(
        text(&whole("json", declared, &none, true), r#"{"body":1}"#).expect("sent").expect("a body").0,
        declared
    );
    assert_eq!(text(&whole("json", json, &none, true), "{}"), Err("body: required, but missing".to_owned()));
}

#[test]
fn sequences_texts_and_bytes() {
    let none = json!({});
    let cases = [
        ("json_lines", "application/x-ndjson", r#"[{"a":1},"x"]"#, "{\"a\":1}\n\"x\"\n"),
        ("json_lines", "application/x-ndjson", r#""{\"a\":1}\n""#, "{\"a\":1}\n"),
        ("json_lines", "application/x-ndjson", r#"{"a":1}"#, "{\"a\":1}\n"),
        ("json_sequence", "application/json-seq", r#"[{"a":1},2]"#, "\u{1e}{\"a\":1}\n\u{1e}2\n"),
        ("text", "text/plain", r#""line 1\nZoë & co""#, "line 1\nZoë & co"),
        ("text", "application/xml", r#""<a b=\"1\">x</a>""#, "<a b=\"1\">x</a>"),
        ("text", "text/plain", "1.50", "1.50"),
        ("text", "text/plain", r#"{"a":1}"#, r#"{"a":1}"#),
        ("binary", "application/octet-stream", r#""aGVsbG8""#, "hello"),
        ("binary", "image/png", r#""data:image/gif;base64,aGVsbG8=""#, "hello"),
        ("form", "application/x-www-form-urlencoded", r#""a=1&b=2""#, "a=1&b=2"),
    ];
    for (kind, media_type, value, wanted) in cases {
        let body = whole(kind, media_type, &none, true);
        let wanted = Some((media_type.to_owned(), wanted.to_owned()));
        assert_eq!(text(&body, &format!("{{\"body\":{value}}}")), Ok(wanted), "{kind} {value}");
    }
    // A range of types cannot be sent.
    let ranges = [("image/*", "image/gif"), ("*/*", "image/gif")];
    for (range, wanted) in ranges {
        let body = whole("binary", range, &none, true);
        let (media_type, _) = text(&body, r#"{"body":"data:image/gif;base64,aA"}"#).expect("sent").expect("a body");
        assert_eq!(media_type, wanted, "{range}");
    }
    let body = whole("binary", "*/*", &none, true);
    assert_eq!(text(&body, r#"{"body":"aA"}"#).expect("sent").expect("a body").0, "application/octet-stream");
    for value in [r#""*** no base64 ***""#, "5", r#"{"data":"aA"}"#] {
        let refused = text(&body, &format!("{{\"body\":{value}}}")).expect_err(value);
        assert!(refused.starts_with("body: expected base64 text or a data: URL, got "), "{refused}");
    }
}

#[test]
fn forms() {
    let form = "application/x-www-form-urlencoded";
    let none = json!({});
    let cases = [
        (none.clone(), r#"{"a":"x y","b":[1,2],"c":true}"#, "a=x+y&b=1&b=2&C=true"),
        (none.clone(), r#"{"a":"a&b=c d+é%"}"#, "a=a%26b%3Dc+d%2B%C3%A9%25"),
        (none.clone(), r#"{"a":{"city":"Bonn"}}"#, "a=%7B%22city%22%3A%22Bonn%22%7D"),
        (none.clone(), r#"{"a":[{"x":1},[2]]}"#, "a=%7B%22x%22%3A1%7D&a=%5B2%5D"),
        (none.clone(), r#"{"a":"","b":[],"c":{}}"#, "a="),
        (none.clone(), r#"{"a":null,"b":1}"#, "b=1"),
        (none, "{}", ""),
        (json!({"a": {"style": "form", "explode": false}}), r#"{"a":[1,2,3]}"#, "a=1,2,3"),
        (json!({"a": {"explode": false}}), r#"{"a":["x y","z,"]}"#, "a=x+y,z%2C"),
        (json!({"a": {"style": "form"}}), r#"{"a":{"x":1,"y":2}}"#, "x=1&y=2"),
        (
            json!({"a": {"style": "deepObject"}}),
            r#"{"a":{"x":1,"y":["p","q"],"z":{"e":"f"}}}"#,
            "a%5Bx%5D=1&a%5By%5D%5B0%5D=p&a%5By%5D%5B1%5D=q&a%5Bz%5D%5Be%5D=f",
        ),
        (json!({"a": {"style": "pipeDelimited"}}), r#"{"a":["x","y"]}"#, "a=x%7Cy"),
        (json!({"a": {"style": "spaceDelimited", "explode": false}}), r#"{"a":["x","y"]}"#, "a=x%20y"),
        (json!({"a": {"allow_reserved": true}}), r#"{"a":"/a:b +&=%2F%"}"#, "a=/a:b+%2B%26=%2F%25"),
        (json!({"a": {"content_type": "application/json"}}), r#"{"a":{"x":1}}"#, "a=%7B%22x%22%3A1%7D"),
        (json!({"a": {"content_type": "application/json"}}), r#"{"a":"x"}"#, "a=%22x%22"),
        (json!({"a": {"content_type": "application/json"}}), r#"{"a":"{\"x\":1}"}"#, "a=%7B%22x%22%3A1%7D"),
        (json!({"C": {"explode": false}}), r#"{"c":["x","y"]}"#, "C=x,y"),
    ];
    for (fields, arguments, wanted) in cases {
        let body = flat("form", form, &fields, true, false);
        assert_eq!(text(&body, arguments), Ok(Some((form.to_owned(), wanted.to_owned()))), "{fields} {arguments}");
    }
    let optional = flat("form", form, &json!({}), false, false);
    assert_eq!(text(&optional, r#"{"a":null}"#), Ok(None));
    let whole = whole("form", form, &json!({}), false);
    assert_eq!(
        text(&whole, r#"{"body":{"user":"u","ttl":5}}"#),
        Ok(Some((form.to_owned(), "user=u&ttl=5".to_owned())))
    );
    assert_eq!(text(&whole, r#"{"body":[1]}"#), Err("body: expected an object, got [1]".to_owned()));
}

/// The parts of a multipart body, each as its text, with the boundary as `B`.
fn parts(body: &Value, arguments: &str) -> Result<(String, String), String> {
    let (content_type, text) = text(body, arguments)?.expect("a body");
    let (media_type, boundary) = content_type.split_once("; boundary=").expect("a boundary");
    Ok((media_type.to_owned(), text.replace(boundary, "B").replace("\r\n", "\n")))
}

#[test]
fn multipart_bodies() {
    let file = json!({"a": {"file": true}});
    let field = |name: &str, rest: &str| format!("--B\nContent-Disposition: form-data; name=\"{name}\"{rest}\n");
    let octets = "; filename=\"a\"\nContent-Type: application/octet-stream\n\n";
    let cases = [
        (
            json!({}),
            r#"{"a":"café, \"q\"","b":3,"c":true}"#,
            field("a", "\n\ncafé, \"q\"") + &field("b", "\n\n3") + &field("C", "\n\ntrue"),
        ),
        (json!({}), r#"{"a":{"x":1.50}}"#, field("a", "\nContent-Type: application/json\n\n{\"x\":1.50}")),
        (
            json!({}),
            r#"{"a":["red",{"x":1}]}"#,
            field("a", "\n\nred") + &field("a", "\nContent-Type: application/json\n\n{\"x\":1}"),
        ),
        (json!({}), r#"{"a":[],"b":null,"c":""}"#, field("C", "\n\n")),
        (
            json!({"a": {"content_type": "text/markdown"}}),
            r##"{"a":"# hi"}"##,
            field("a", "\nContent-Type: text/markdown\n\n# hi"),
        ),
        (
            json!({"a": {"content_type": "application/json"}}),
            r#"{"a":"x"}"#,
            field("a", "\nContent-Type: application/json\n\n\"x\""),
        ),
        (
            json!({"a": {"headers": {"X-Rate": "5", "Content-Type": "no/no", "X-Bad": "a\nb"}}}),
            r#"{"a":"x"}"#,
            field("a", "\nX-Rate: 5\n\nx"),
        ),
        (json!({"a": {"explode": false}}), r#"{"a":["x y","z"]}"#, field("a", "\n\nx y,z")),
        (
            json!({"a": {"style": "deepObject"}}),
            r#"{"a":{"x":1,"y":[2]}}"#,
            field("a[x]", "\n\n1") + &field("a[y][0]", "\n\n2"),
        ),
        (file.clone(), r#"{"a":"aGVsbG8="}"#, field("a", &format!("{octets}hello"))),
        (
            file.clone(),
            r#"{"a":"data:image/gif;base64,R0lGODlh"}"#,
            field("a", "; filename=\"a\"\nContent-Type: image/gif\n\nGIF89a"),
        ),
        (
            file.clone(),
            r#"{"a":{"filename":"a \"1\".bin","content_type":"application/x-thing","data":"aGk="}}"#,
            field("a", "; filename=\"a %221%22.bin\"\nContent-Type: application/x-thing\n\nhi"),
        ),
        (file.clone(), r#"{"a":{"data":"aGk="}}"#, field("a", &format!("{octets}hi"))),
        (
            json!({"a": {"file": true, "content_type": "image/*, image/png, image/gif"}}),
            r#"{"a":[{"filename":"1.png","data":"aGk="},"aGk="]}"#,
            field("a", "; filename=\"1.png\"\nContent-Type: image/png\n\nhi")
                + &field("a", "; filename=\"a\"\nContent-Type: image/png\n\nhi"),
        ),
    ];
    for (fields, arguments, wanted) in cases {
        let body = flat("multipart", "multipart/form-data", &fields, true, false);
        let wanted = format!("{wanted}--B--\n");
        let (media_type, sent) =
            parts(&body, arguments).unwrap_or_else(|error| panic!("{fields} {arguments}: {error}"));
        assert_eq!(media_type, "multipart/form-data");
        assert_eq!(sent, wanted, "{fields} {arguments}");
    }
    let refused = [
        (
            r#"{"a":{"filename":"c","data":"*** no base64 ***"}}"#,
            "a/data: expected base64 text or a data: URL, got \"*** no base64 ***\"",
        ),
        (r#"{"a":{"filename":"c"}}"#, "a/data: expected base64 text or a data: URL, got null"),
        (r#"{"a":["aA",5]}"#, "a/1: expected base64 text or a data: URL, got 5"),
        (
            r#"{"a":{"filename":"a\r\nX: 1","data":"aA"}}"#,
            "a/filename: expected a file name without line breaks, got \"a\\r\\nX: 1\"",
        ),
        (r#"{"a":{"content_type":"a\nb","data":"aA"}}"#, "a/content_type: expected a media type, got \"a\\nb\""),
    ];
    for (arguments, wanted) in refused {
        let body = flat("multipart", "multipart/form-data", &file, true, false);
        assert_eq!(text(&body, arguments), Err(wanted.to_owned()), "{arguments}");
    }
    assert_eq!(text(&flat("multipart", "multipart/form-data", &file, false, false), "{}"), Ok(None));
}

#[test]
fn multipart_bodies_of_parts_without_names() {
    let fields = json!({"1": {"file": true, "content_type": "image/png"}, "*": {"content_type": "text/x"}});
    let body = whole("multipart", "multipart/mixed; boundary=own", &fields, true);
    let (media_type, sent) = parts(&body, r#"{"body":[{"x":1},"aGk=","t"]}"#).expect("sent");
    assert_eq!(media_type, "multipart/mixed");
    assert_eq!(
        sent,
        "--B\nContent-Type: text/x\n\n{\"x\":1}\n--B\nContent-Disposition: attachment; filename=\"file\"\nContent-Type: image/png\n\nhi\n--B\nContent-Type: text/x\n\nt\n--B--\n"
    );
    assert_eq!(
        text(&body, r#"{"body":["x","é"]}"#),
        Err("body/1: expected base64 text or a data: URL, got \"é\"".to_owned())
    );
}

#[test]
fn a_boundary_is_not_in_the_parts() {
    let body = flat("multipart", "multipart/form-data", &json!({}), true, false);
    let (first, _) = text(&body, r#"{"a":"x"}"#).expect("sent").expect("a body");
    let (again, _) = text(&body, r#"{"a":"x"}"#).expect("sent").expect("a body");
    assert_eq!(first, again, "the same parts have the same boundary");
    let (other, _) = text(&body, r#"{"a":"y"}"#).expect("sent").expect("a body");
    assert_ne!(first, other);
}

#[test]
fn an_argument_chooses_the_media_type() {
    let none = json!({});
    let mut body = flat("json", "application/json", &none, true, true);
    body["choice"] = json!({
        "argument": "content_type", "required": ["a"],
        "bodies": [
            {"required": true, "media_type": "text/plain", "kind": "text", "layout": {"argument": "body"}},
            {"required": true, "media_type": "image/*", "kind": "binary", "layout": {"argument": "body"}},
        ],
    });
    let cases = [
        (r#"{"a":1,"z":2}"#, Ok(("application/json", r#"{"a":1,"z":2}"#))),
        (r#"{"a":1,"content_type":"application/json"}"#, Ok(("application/json", r#"{"a":1}"#))),
        (r#"{"a":1,"content_type":null}"#, Ok(("application/json", r#"{"a":1}"#))),
        (r#"{"content_type":"text/plain","body":"t"}"#, Ok(("text/plain", "t"))),
        (r#"{"content_type":"image/*","body":"data:image/gif;base64,aGk="}"#, Ok(("image/gif", "hi"))),
        (r#"{"content_type":"image/*","body":"aGk="}"#, Ok(("application/octet-stream", "hi"))),
        (r#"{"content_type":"image/*","body":"data:text/plain,hi"}"#, Err("expected data of image/*")),
        ("{}", Err("a: required, but missing")),
        (r#"{"b":1,"body":"t"}"#, Err("body: goes into a body of text/plain")),
        (r#"{"content_type":"text/plain","a":1,"body":"t"}"#, Err("a: goes into a body of application/json")),
        (r#"{"content_type":"text/plain"}"#, Err("body: required, but missing")),
        (
            r#"{"content_type":"text/html","body":"t"}"#,
            Err("content_type: expected one of application/json, text/plain"),
        ),
    ];
    for (arguments, wanted) in cases {
        match (text(&body, arguments), wanted) {
            (Ok(Some((media_type, text))), Ok(wanted)) => {
                assert_eq!((media_type.as_str(), text.as_str()), wanted, "{arguments}");
            }
            (Err(reason), Err(part)) => assert!(reason.contains(part), "{arguments}: {reason}"),
            (got, _) => panic!("{arguments}: {got:?}"),
        }
    }
}

#[test]
fn an_object_is_a_part_as_its_content_type_says() {
    let cases = [
        ("application/x-www-form-urlencoded", r#"{"a":{"x":1,"y":"é"}}"#, "x=1&y=%C3%A9"),
        ("application/vnd.x+json", r#"{"a":{"x":1.50}}"#, r#"{"x":1.50}"#),
        ("application/xml", r#"{"a":"<x/>"}"#, "<x/>"),
    ];
    for (media_type, arguments, part) in cases {
        let body = flat("multipart", "multipart/form-data", &json!({"a": {"content_type": media_type}}), true, false);
        let (_, text) = text(&body, arguments).expect(arguments).expect("there is a body");
        assert!(text.contains(&format!("Content-Type: {media_type}\r\n\r\n{part}\r\n")), "{text}");
    }
}
