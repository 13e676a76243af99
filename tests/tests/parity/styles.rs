//! Parameters of every style.

use mcpgen_tests::Answer;

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    vec![path(), query(), headers(), fixtures()]
}

fn path() -> Case {
    let with = |part: &str| {
        format!(
            r#"{{"simple":["a/b","c"],"simpleMore":{{"b":1,"a":"x y"}},"label":["a","b"],"labelMore":{{"a":"é","b":2}},"matrix":{{"b":1,"a":"x"}},"matrixMore":["p","q;r"],"part":{part}}}"#
        )
    };
    case("styles.yaml")
        .call("inPath", &with("1.50"))
        .call("inPath", &with("-0"))
        .call("inPath", &with("\"1e3\""))
        .refuses("inPath", &with("null"))
        .refuses("inPath", &with("\"x\""))
        .refuses("inPath", &with("1").replace("[\"a/b\",\"c\"]", "[]"))
        .refuses("inPath", &with("1").replace("[\"a/b\",\"c\"]", "[\"..\"]"))
        .refuses("inPath", r"{}")
}

fn query() -> Case {
    case("styles.yaml")
        .call("inQuery", r#"{"needed":1}"#)
        .call("inQuery", r#"{"form":["a b","c,d"],"formMore":{"b":1,"a":"&"},"space":["x","y z"],"pipe":["p","q|r"],"deep":{"b":{"c":[1.0,{"d":null}]},"a":true},"reserved":"a/b?c&d#e","json":{"b":1.0,"a":[]},"empty":"","needed":2,"type":false,"page_size":9007199254740993}"#)
        .call("inQuery", r#"{"needed":"3","form":[],"deep":{},"empty":null,"type":"true","json":null}"#)
        .refuses("inQuery", r#"{"needed":null}"#)
        .refuses("inQuery", r"{}")
        .refuses("inQuery", r#"{"needed":1,"type":"yes","page_size":1.5,"page[size]":1}"#)
        .call("wholeQuery", r#"{"selector":{"b":["x","y"],"a":1}}"#)
        .call("wholeQuery", r"{}")
        .variable("TENANT", "acme")
        .flags(&["--header", "X-Tenant=env:TENANT"])
}

fn headers() -> Case {
    case("styles.yaml")
        .call(
            "inHeader",
            r#"{"X-List":["a","b"],"X-Map":{"b":1,"a":"x"},"X-Json":{"a":"é","b":1.0},"X-Text":"plain é"}"#,
        )
        .call("inHeader", r#"{"X-List":[],"X-Text":null}"#)
        .refuses("inHeader", r#"{"X-Text":"a\u0000b"}"#)
        .call("inCookie", r#"{"form":["a","b;c"],"formMore":{"b":1,"a":"x y"},"raw":"k=v"}"#)
        .refuses("inCookie", r#"{"raw":"a;b"}"#)
        .call("ownServer", r"{}")
        .read("api://styles/own")
}

fn fixtures() -> Case {
    case("parameters.yaml")
        .answer(Answer::of("application/json", r#"{"a":1}"#))
        .read("api://parameters/things/a%20b,c%2Fd?word=x%26y&words=1&words=2")
        .call("sameNames", r#"{"id__path":"p","id__query":"q","id":3,"nick":null}"#)
        .refuses("sameNames", r#"{"id__path":"."}"#)
}
