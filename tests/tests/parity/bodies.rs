//! Bodies of every kind, and what is wrong with them.

use mcpgen_tests::Answer;
use serde_json::json;

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    vec![
        json(),
        unions(),
        forms(),
        parts(),
        texts(),
        several(),
        files(),
        refused_files(),
        answers(),
        petstore(),
        schemas(),
        names(),
    ]
}

fn json() -> Case {
    case("bodies.yaml")
        .call("addNote", r#"{"title":"a"}"#)
        .call("addNote", r#"{"views":9007199254740993,"price":1.50,"title":"b","size":-0,"tags":["x",null],"extra":{"z":1,"a":1e400},"point":[0.10,2]}"#)
        .call("addNote", r#"{"title":"c","due":null,"owner":null,"state":"open","labels":{"b":"1","a":"2"},"fixed":"note"}"#)
        .call("addNote", r#"{"title":"d","parent":{"unknown":{"deep":[1.0,{"x":null}]},"title":"x"},"owner":{"name":"e","more":1.10}}"#)
        .call("addNote", r#"{"parent":{"more":[1,2.0],"title":"p","parent":{"title":"q","size":3}},"replies":[{"title":"r","extra":{}},{"state":"done","title":"s"}],"title":"f"}"#)
        .call("addNote", r#"{"title":"t","size":"3","tags":"[\"a\"]","views":"12","price":"0.10"}"#)
        .call("addNote", r#"{"title":"u","size":3.0,"views":4.0}"#)
        .call("addNote", r#"{"title":"","tags":[],"extra":{},"replies":[]}"#)
        .refuses("addNote", r"{}")
        .refuses("addNote", r#"{"title":null}"#)
        .refuses("addNote", r#"{"title":1,"size":2147483648,"state":"shut","due":"soon","tags":[1],"owner":7}"#)
        .refuses("addNote", r#"{"title":"a","parent":{"size":"x"},"replies":[{"title":"a"},{}]}"#)
        .refuses("addNote", r#"{"titel":"a"}"#)
        .refuses("nothing", r"{}")
        .call("changeNote", r"{}")
        .call("changeNote", r#"{"due":null}"#)
        .call("changeNote", r#"{"title":null,"due":"2026-11-21"}"#)
        .refuses("changeNote", r#"{"other":null}"#)
        .call("replaceNotes", r#"{"body":[{"title":"a","size":1},{"x":1,"title":"b"}]}"#)
        .call("replaceNotes", r#"{"body":[]}"#)
        .call("replaceNotes", r#"{"body":"[{\"title\":\"a\"}]"}"#)
        .refuses("replaceNotes", r#"{"body":[{"title":1}]}"#)
        .refuses("replaceNotes", r"{}")
        .call("setLevel", r#"{"body":-7}"#)
        .call("setLevel", r#"{"body":123456789012345678901234567890}"#)
        .call("setLevel", r#"{"body":7.0}"#)
        .refuses("setLevel", r#"{"body":7.5}"#)
        .refuses("setLevel", r#"{"body":null}"#)
        .call("setAnything", r"{}")
        .call("setAnything", r#"{"body":null}"#)
        .call("setAnything", r#"{"body":{"b":[1,1.0,1e0],"a":"\u00e9\n"}}"#)
        .call("setAnything", r#"{"body":"text"}"#)
        .call("setLabels", r#"{"body":{"b":"1","a":null}}"#)
        .refuses("setLabels", r#"{"body":{"b":1}}"#)
        .call("addOpen", r#"{"z":1.0,"name":"a","b":2}"#)
        .call("addOpen", r#"{"name":null,"content_type":3}"#)
        .refuses("addOpen", r#"{"z":"one"}"#)
        .call("addClosed", r#"{"name":"a","name__query":"b","inner":{"a":null}}"#)
        .call("addClosed", r#"{"name":"a","name__query":null}"#)
        .refuses("addClosed", r#"{"name":"a","inner":{"b":1}}"#)
        .refuses("addClosed", r#"{"name":"a","nam":"b"}"#)
}

fn unions() -> Case {
    case("bodies.yaml")
        .call("pay", r#"{"body":{"number":"4","kind":"card","limit":1.0}}"#)
        .call("pay", r#"{"body":{"kind":"card","number":"4","limit":null,"more":{"a":1}}}"#)
        .call("pay", r#"{"body":{"kind":"transfer","iban":"DE00"}}"#)
        .refuses("pay", r#"{"body":{"kind":"cash"}}"#)
        .refuses("pay", r#"{"body":7}"#)
        .refuses("pay", r"{}")
        .call("maybePay", r"{}")
        .call("maybePay", r#"{"body":{"kind":"card","number":"4"}}"#)
        .refuses("maybePay", r#"{"body":{"kind":"card"}}"#)
}

fn forms() -> Case {
    case("bodies.yaml")
        .call("search", r#"{"q":"a b&c=d+é"}"#)
        .call("search", r#"{"words":["1","2"],"q":"","within":[3,1],"where":{"tags":["x","y"],"near":"z"},"filter":{"a":1.0},"url":"http://a/b?c"}"#)
        .call("search", r#"{"q":"a","words":[],"within":[],"where":{}}"#)
        .refuses("search", r#"{"q":"a","more":{"x":[1]}}"#)
        .refuses("search", r#"{"words":"a"}"#)
        .refuses("search", r#"{"q":["a"],"within":["x"]}"#)
}

fn parts() -> Case {
    case("bodies.yaml")
        .call("upload", r#"{"file":"aGVsbG8="}"#)
        .call("upload", r#"{"file":"data:image/png;base64,AAEC","title":"t","about":{"pages":3.0},"csv":"a,b\n1,2"}"#)
        .call("upload", r#"{"file":{"filename":"a \"b\".png","content_type":"image/jpeg","data":"AAEC"},"more":["YQ==",{"data":"Yg=="}]}"#)
        .refuses("upload", r#"{"file":"not base64!"}"#)
        .refuses("upload", r#"{"file":{"filename":"a\nb","data":"YQ=="}}"#)
        .refuses("upload", r#"{"file":7,"more":[{}]}"#)
        .refuses("upload", r#"{"title":"t"}"#)
        .call("sendParts", r#"{"body":[{"b":1,"a":2.50},{}]}"#)
        .refuses("sendParts", r#"{"body":[1]}"#)
        .call("sendLines", r#"{"body":[{"n":1.0},{"x":null,"n":2}]}"#)
        .call("sendSequence", r#"{"body":[1,"a",null,{"b":1,"a":2}]}"#)
        .call("sendBytes", r#"{"body":"AAECAw=="}"#)
        .refuses("sendBytes", r#"{"body":"?"}"#)
        .call("sendImage", r#"{"body":"data:image/gif;base64,R0lG"}"#)
        .call("sendImage", r"{}")
        .refuses("sendImage", r#"{"body":"data:text/plain,hi"}"#)
}

fn texts() -> Case {
    case("bodies.yaml")
        .call("sendText", r#"{"body":"line\r\n\u00e9\u0000"}"#)
        .call("sendText", r#"{"body":""}"#)
        .refuses("sendText", r#"{"body":{"a":1}}"#)
        .call("sendXml", r#"{"body":"<a/>"}"#)
        .call("sendXml", r"{}")
}

/// Bodies of several media types.
fn several() -> Case {
    case("bodies.yaml")
        .call("addPage", r#"{"title":"a","lines":3}"#)
        .call("addPage", r#"{"content_type":"application/json","title":"a","draft":true}"#)
        .call("addPage", r#"{"content_type":null,"title":"a"}"#)
        .call("addPage", r##"{"content_type":"text/markdown","body":"# a"}"##)
        .call("addPage", r#"{"body":"JVBERg==","content_type":"application/pdf","draft":null}"#)
        .refuses("addPage", r#"{"content_type":"application/pdf","body":"?"}"#)
        .refuses("addPage", r#"{"content_type":"text/html","body":"a"}"#)
        .refuses("addPage", r#"{"content_type":"text/markdown","title":"a","body":"b"}"#)
        .refuses("addPage", r#"{"content_type":"text/markdown"}"#)
        .refuses("addPage", r#"{"body":"a"}"#)
        .refuses("addPage", r"{}")
        .call("addTable", r"{}")
        .call("addTable", r#"{"body":[[1.0,2],[]]}"#)
        .call("addTable", r#"{"body":"a,b","content_type":"text/csv"}"#)
        .refuses("addTable", r#"{"body":[["a"]],"content_type":"application/json"}"#)
}

/// Files of the machine.
fn files() -> Case {
    case("bodies.yaml")
        .flags(&["--allow-files", "@fixtures"])
        .call("upload", r#"{"file":{"path":"no-server.yaml"},"title":"a"}"#)
        .call("upload", r#"{"file":{"filename":"b.png","data":"AAEC"},"more":[{"path":"./no-server.yaml","filename":"c","content_type":"text/x"},"YQ=="]}"#)
        .call("sendBytes", r#"{"body":{"path":"no-server.yaml"}}"#)
        .call("addPage", r#"{"body":{"path":"no-server.yaml"},"content_type":"application/pdf","draft":true}"#)
        .refuses("upload", r#"{"file":{"path":"../Cargo.toml"}}"#)
        .refuses("upload", r#"{"file":{"path":"gone"},"more":[{"path":"/etc/hostname"}]}"#)
        .refuses("upload", r#"{"file":{"path":7}}"#)
        .refuses("sendBytes", r#"{"body":{"path":"no-server.yaml","filename":"a"}}"#)
        .calls_alike("addPage", r#"{"body":{"path":"no-server.yaml"},"content_type":"text/markdown"}"#)
}

/// Files of the machine where none are allowed.
fn refused_files() -> Case {
    case("bodies.yaml")
        .refuses("upload", r#"{"file":{"path":"no-server.yaml"},"more":["YQ==",{"path":"b"}]}"#)
        .refuses("sendBytes", r#"{"body":{"path":"no-server.yaml"}}"#)
        .refuses("addPage", r#"{"body":{"path":"a"},"content_type":"application/pdf"}"#)
        .refuses("addPage", r#"{"body":{"path":"a"},"content_type":"text/markdown"}"#)
}

/// What the API answers.
fn answers() -> Case {
    case("bodies.yaml")
        .answer(Answer::of("application/json", r#"{ "b": 1.0, "a": [9007199254740993, null] }"#))
        .call("setAnything", r"{}")
        .answer(Answer::of("application/json", "[1.50]"))
        .call("setAnything", r"{}")
        .answer(Answer::of("application/json", "7"))
        .call("setLevel", r#"{"body":1}"#)
        .answer(Answer::of("application/json", "no JSON"))
        .call("setAnything", r"{}")
        .answer(Answer::status(204))
        .call("setAnything", r"{}")
        .answer(Answer::of("text/plain; charset=iso-8859-1", vec![0xe9]))
        .call("sendText", r#"{"body":"a"}"#)
        .answer(Answer::of("image/png", vec![0xff, 0x00]))
        .call("sendText", r#"{"body":"a"}"#)
        .answer(
            Answer::of("application/pdf", vec![0xff, 0x00]).header("content-disposition", "attachment; filename=a.pdf"),
        )
        .call("sendText", r#"{"body":"a"}"#)
        .answer(Answer::of("text/event-stream", "data: one\n\ndata: two\n\n"))
        .call("setAnything", r"{}")
        .answer(Answer::of("application/x-ndjson", "{\"a\":1}\n{\"a\":2}\n"))
        .call("setAnything", r"{}")
        .answer(Answer::of("multipart/mixed; boundary=x", "--x\r\ncontent-type: text/plain\r\n\r\na\r\n--x--\r\n"))
        .call("setAnything", r"{}")
        .answer(
            Answer::json(&json!({"id": 1}))
                .header("link", "</notes?page=2>; rel=\"next\"")
                .header("x-total-count", "8"),
        )
        .call("setAnything", r"{}")
        .answer(Answer::of("application/problem+json", r#"{"detail":"lost"}"#).with_status(404))
        .fails("setAnything", r"{}")
        .answer(Answer::of("text/plain", "slow down").with_status(429).header("retry-after", "17"))
        .fails("setAnything", r"{}")
        .answer(Answer::status(500))
        .fails("setAnything", r"{}")
        .answer(Answer::status(302).header("location", "http://elsewhere.example/"))
        .fails("setAnything", r"{}")
        .answer(Answer::dropped())
        .fails("setAnything", r"{}")
        .flags(&["--max-response-bytes", "400"])
        .answer(Answer::json(&json!(vec!["x".repeat(50); 40])))
        .fails("setAnything", r"{}")
        .answer(Answer::of("text/plain", "é".repeat(900)))
        .call("sendText", r#"{"body":"a"}"#)
}

fn petstore() -> Case {
    case("petstore.yaml")
        .call("addPet", r#"{"tags":["a"],"name":"Rex","status":"sold"}"#)
        .refuses("addPet", r#"{"status":"lost","name":""}"#)
        .call("updatePet", r#"{"petId":"7","name":null}"#)
        .refuses("updatePet", r#"{"petId":0}"#)
        .answer(Answer::of("application/problem+json", r#"{"status":404}"#).with_status(404))
        .fails("deletePet", r#"{"petId":7}"#)
        .call("searchPets", r#"{"X-Shop":"north","tags":["a","b"]}"#)
        .refuses("searchPets", r#"{"X-Shop":"a\r\nb"}"#)
}

fn schemas() -> Case {
    case("schemas.yaml")
        .call("addNode", r#"{"label":null,"weight":3,"children":[{"label":"leaf","type":"x","anything":[1,{}]}]}"#)
        .refuses("addNode", r#"{"label":"twig","weight":0}"#)
        .call("addShape", r#"{"body":{"radius":1.0,"kind":"Circle"}}"#)
        .call("addPiece", r#"{"id":"a","extra":"b","name":"c"}"#)
        .refuses("addPiece", r#"{"id":"a","extra":1}"#)
}

fn names() -> Case {
    case("hostile.yaml")
        .call("crate", r#"{"self__path":"a","self":"b","type":"c","Type":"d","rest":"e","x":{"*/":"f","self":{"a":true}},"more":"g"}"#)
        .call("get_pet", r"{}")
        .call("GetPet", r"{}")
        .call("aux", r"{}")
}
