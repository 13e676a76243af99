//! An emitted server beside a catalog of the same operations: lists, requests and results are equal.

mod fidelity;
mod pets;

use std::sync::Arc;

use serde_json::{json, value::RawValue};

use crate::{
    auth::Credentials,
    catalog::Catalog,
    client::{Client, ClientOptions},
    dispatch::{
        Dispatch, DispatchError,
        tests::upstream::{Play, Upstream, answer, json as json_answer},
    },
    listing::Listing,
    prelude::*,
};

/// Both servers, with a credential, over one script each.
async fn both(script: Vec<Play>) -> [(Upstream, Dispatch); 2] {
    let client = || Client::new(ClientOptions::default()).unwrap();
    let [one, other] = [Upstream::start(script.clone()).await, Upstream::start(script).await];
    let base_url = |upstream: &Upstream| format!("http://{}", upstream.address);
    let catalog: Catalog = serde_json::from_value(pets::catalog(&base_url(&one))).unwrap();
    let ready = pets::server().base_url(&base_url(&other)).ready().unwrap();
    let credentials = |catalog: &Catalog| {
        let mut credentials = Credentials::default();
        credentials.insert("key", &catalog.security_schemes["key"], "s3cret").unwrap();
        credentials
    };
    assert_eq!(ready.report(&credentials(ready.catalog())), credentials(&catalog).report(&catalog));
    assert_eq!(ready.report(&Credentials::default()), Credentials::default().report(&catalog));
    let emitted_credentials = credentials(ready.catalog());
    let held = credentials(&catalog);
    let emitted = ready.dispatch(client(), emitted_credentials);
    [(one, Dispatch::new(Arc::new(catalog), client(), held)), (other, emitted)]
}

async fn call(dispatch: &Dispatch, tool: &str, arguments: &str) -> Result<Reply, DispatchError> {
    let raw = RawValue::from_string(arguments.to_owned()).unwrap();
    dispatch.call(tool, Some(&raw), None).await
}

/// What came, without the port.
fn requests(upstream: &Upstream) -> Vec<String> {
    let port = upstream.address.port().to_string();
    upstream.requests().iter().map(|request| request.replace(&port, "port")).collect()
}

#[tokio::test]
async fn lists_are_equal() {
    let [(_one, catalog), (_other, emitted)] = both(Vec::new()).await;
    let texts = |listing: &Listing| {
        let lists = [&listing.tools, &listing.resources, &listing.resource_templates];
        lists.map(|list| list.iter().map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(texts(emitted.listing()), texts(catalog.listing()));
    assert_eq!(emitted.complete("api://zoo/pets{?status,tags*}", "status", "s"), ["sold"]);
}

#[tokio::test]
async fn calls_are_equal() {
    let cases = [
        ("addPet", r#"{"tags":["b","a"],"extra":{"z":1E5,"a":-0},"name":"Rex","price":1.10}"#),
        ("addPet", r#"{"name":"Rex","status":"gone"}"#),
        ("addPet", r#"{"nmae":"Rex"}"#),
        ("addPet", r#"{"name":"Rex","price":"1.50","tags":"[\"a\"]","parent":null}"#),
        ("addPet", r#"{"name":"Rex","parent":{"age":3.0,"name":"Old","parent":null,"x":[1e400]}}"#),
        ("updatePet", r#"{"petId":"9007199254740993","X-Shop":"a b","note":"x"}"#),
        ("updatePet", r#"{"petId":9223372036854775808,"X-Shop":"a"}"#),
        ("updatePet", r#"{"petId":1,"X-Shop":null}"#),
        ("updatePet", r#"{"petId":1,"X-Shop":"a\nb"}"#),
        ("updatePet", r#"{"petId":1,"X-Shop":"é","id__query":["a","b c"],"note":null}"#),
        ("upload", r#"{"data":"aGk=","meta":{"b":1,"a":2.50}}"#),
        ("upload", r#"{"data":"***"}"#),
        ("upload", "{}"),
        ("nothing", "{}"),
        ("nothing", r#"{"a":1}"#),
        ("addPet", "[]"),
        ("addPets", "{}"),
    ];
    let answers = [
        json_answer(r#"{"id": 1.0}"#),
        json_answer("[1, 2]"),
        answer("403 Forbidden", &[], "no"),
        answer("204 No Content", &[], ""),
        Play::Send(Vec::new()),
    ];
    for (index, (tool, arguments)) in cases.into_iter().enumerate() {
        let answers = if index == 0 { &answers[..] } else { &answers[..1] };
        for play in answers {
            let [(one, catalog), (other, emitted)] = both(vec![play.clone()]).await;
            let expected = call(&catalog, tool, arguments).await;
            assert_eq!(call(&emitted, tool, arguments).await, expected, "{tool} {arguments}");
            assert_eq!(requests(&other), requests(&one), "{tool} {arguments}");
        }
    }
}

#[tokio::test]
async fn reads_are_equal() {
    let uris = [
        "api://zoo/pets",
        "api://zoo/pets?status=sold&tags=a&tags=b%20c",
        "api://zoo/pets?status=gone",
        "api://zoo/nowhere",
    ];
    let answers = [json_answer("[]"), answer("404 Not Found", &[], "no"), Play::Send(Vec::new())];
    for uri in uris {
        for play in &answers {
            let [(one, catalog), (other, emitted)] = both(vec![play.clone()]).await;
            let expected = catalog.read(uri).await;
            assert_eq!(emitted.read(uri).await, expected, "{uri}");
            assert_eq!(requests(&other), requests(&one), "{uri}");
        }
    }
}

/// A server whose tools have logic of their own.
fn edited() -> Server {
    let mut server = pets::server();
    server.tool(closed_on_sundays).name("closed").title("Closed").description("Refuses.");
    server.tool(renames).name("renames");
    server.tool(fails_with_the_answer).name("fails");
    server.tool(says_no_more).name("built_wrongly");
    let input = json!({"type": "object", "properties": {"day": {"$ref": "#/$defs/Status"}}, "required": ["day"]});
    let tool = NewTool::new("opening_times", "When the shop is open.").title("Opening times").input(input);
    server.add_tool(tool.output(json!({"type": "object"})).tags(["shop"]), opening_times);
    server
}

model! {
    struct Day { day: pets::Status }
}

async fn opening_times(_: Api, args: Day) -> ToolResult {
    Ok(Reply::text(format!("{} all day", args.day)))
}

async fn closed_on_sundays(_: Api, _: pets::AddPet) -> ToolResult {
    Err("closed on Sundays".into())
}

async fn renames(api: Api, mut args: pets::AddPet) -> ToolResult {
    args.name = format!("{} the second", args.name);
    args.price = None;
    let pet: Value = api.send(args.request()).await?.parse()?;
    Ok(Reply::json(&pet["id"])?)
}

async fn fails_with_the_answer(api: Api, args: pets::Nothing) -> ToolResult {
    let _: Value = api.send(args.request()).await?.parse()?;
    Ok(Reply::text("unreachable"))
}

async fn says_no_more(api: Api, _: pets::Nothing) -> ToolResult {
    api.send(Request::get("/pets").field("a", &1)).await
}

#[tokio::test]
async fn handlers_have_logic_of_their_own() {
    let refused = answer("409 Conflict", &[], "taken");
    let upstream = Upstream::start(vec![json_answer(r#"{"id":[7]}"#), refused]).await;
    let ready = edited().base_url(&format!("http://{}", upstream.address)).ready().unwrap();
    let entry = ready.catalog().tools.iter().find(|tool| tool.name == "closed").unwrap();
    assert_eq!((entry.title.as_deref(), entry.description.as_str()), (Some("Closed"), "Refuses."));
    let dispatch = ready.dispatch(Client::new(ClientOptions::default()).unwrap(), Credentials::default());

    let reply = call(&dispatch, "closed", r#"{"name":"Rex"}"#).await.unwrap();
    assert_eq!(reply, Reply::error("closed on Sundays"));

    let arguments = r#"{"price":1.10,"extra":{"b":1E5,"a":[]},"name":"Rex","tags":["z"]}"#;
    let reply = call(&dispatch, "renames", arguments).await.unwrap();
    assert_eq!(reply.structured.as_deref(), Some(br#"{"result":[7]}"#.as_slice()));
    let sent = r#"{"extra":{"b":1E5,"a":[]},"name":"Rex the second","tags":["z"]}"#;
    assert!(upstream.requests()[0].ends_with(sent), "{}", upstream.requests()[0]);

    let reply = call(&dispatch, "fails", "{}").await.unwrap();
    assert!(reply.is_error && reply.all_text().contains("409 Conflict"), "{}", reply.all_text());

    let reply = call(&dispatch, "opening_times", r#"{"day":"sold"}"#).await.unwrap();
    assert_eq!(reply.structured.as_deref(), Some(br#"{"result":"sold all day"}"#.as_slice()));
    let reply = call(&dispatch, "opening_times", r#"{"day":"never"}"#).await.unwrap();
    assert!(reply.is_error && reply.all_text().contains("available"), "{}", reply.all_text());

    let error = call(&dispatch, "built_wrongly", "{}").await.unwrap_err();
    assert!(matches!(&error, DispatchError::Internal(why) if why.contains("GET /pets")), "{error}");
}

model! {
    struct Unknown {}
}

impl Operation for Unknown {
    const COMPONENT: &str = r#"{"tool": {"name": "unknown"}, "inputSchema": {"type": "object"}}"#;

    fn request(&self) -> Request {
        Request::get("/")
    }
}

#[tokio::test]
async fn what_is_replaced_keeps_its_place() {
    async fn other_pets(api: Api, _: pets::ListPets) -> ReadResult {
        Ok(Contents::text(api.uri().unwrap_or_default(), "none"))
    }
    let names = |ready: &crate::emitted::Ready| ready.catalog().tools.iter().map(|tool| tool.name.clone()).collect();
    let before: Vec<String> = names(&pets::server().ready().unwrap());
    let mut server = pets::server().base_url("http://127.0.0.1:1");
    server.replace_tool(closed_on_sundays).description("Refuses.");
    server.replace_resource(other_pets);
    let ready = server.ready().unwrap();
    let after: Vec<String> = names(&ready);
    assert_eq!(after, before);
    assert!(ready.catalog().tools.iter().any(|tool| tool.name == "addPet" && tool.description == "Refuses."));
    let dispatch = ready.dispatch(Client::new(ClientOptions::default()).unwrap(), Credentials::default());
    assert_eq!(call(&dispatch, "addPet", r#"{"name":"Rex"}"#).await.unwrap(), Reply::error("closed on Sundays"));
    assert!(dispatch.read("api://zoo/pets").await.is_ok());
}

#[test]
fn what_is_wrong_is_told_at_start() {
    async fn reads(api: Api, args: pets::AddPet) -> ReadResult {
        api.read(args.request()).await
    }
    async fn calls(api: Api, args: pets::ListPets) -> ToolResult {
        api.send(args.request()).await
    }
    async fn unknown(_: Api, _: Unknown) -> ToolResult {
        Ok(Reply::text(""))
    }
    let broken = NewTool::new("broken", "").input(json!([]));
    let dangling = NewTool::new("dangling", "").input(json!({"$ref": "#/$defs/Gone"}));
    let cases: [(Box<dyn Fn(&mut Server)>, &str); 7] = [
        (
            Box::new(|server| {
                server.replace_tool(unknown);
            }),
            "\"unknown\" is not offered",
        ),
        (
            Box::new(|server| {
                server.replace_resource(reads);
            }),
            "Server::tool",
        ),
        (
            Box::new(|server| {
                server.resource(reads);
            }),
            "Server::tool",
        ),
        (
            Box::new(|server| {
                server.tool(calls);
            }),
            "Server::resource",
        ),
        (
            Box::new(|server| {
                server.tool(pets::add_pet);
            }),
            "two tools of the name \"addPet\"",
        ),
        (
            Box::new(move |server| {
                server.add_tool(broken.clone(), opening_times);
            }),
            "\"broken\" is no schema",
        ),
        (
            Box::new(move |server| {
                server.add_tool(dangling.clone(), opening_times);
            }),
            "#/$defs/Gone",
        ),
    ];
    for (edit, expected) in cases {
        let mut server = pets::server();
        edit(&mut server);
        let error = server.ready().err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert!(pets::server().ready().is_ok_and(|ready| !ready.has_servers()));
    let mut server = pets::server();
    server.override_base_url("http://127.0.0.1");
    assert!(server.ready().is_ok_and(|ready| ready.has_servers()));
}
