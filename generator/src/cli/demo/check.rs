//! `mcpgen demo --check`: a client against the demo, over standard input and output.

use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequestParams, ReadResourceRequestParams},
    service::RunningService,
    transport::TokioChildProcess,
};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::cli::{failure::Failure, output, weigh::count};

type Client = RunningService<RoleClient, ()>;

/// What the client does, and what must come.
enum Step {
    /// A read of a URI; the contents must hold the value.
    Read(&'static str, &'static str, Value),
    /// A call of a tool with arguments; the result must hold the value.
    Call(&'static str, Value, &'static str, Value),
}

fn steps() -> [Step; 9] {
    use Step::{Call, Read};
    let nala = json!({"name": "Nala", "status": "available", "tags": ["cat"]});
    let search = json!({"tags": ["dog", "old"], "X-Shop": "north"});
    [
        Read("api://pet-store/pets/1", "/contents/0/text/name", json!("Rex")),
        Read("api://pet-store/pets?status=sold&limit=1", "/contents/0/text/0/name", json!("Mia")),
        Read("api://pet-store/pets/1/photo", "/contents/0/mimeType", json!("image/png")),
        Call("addPet", nala, "/structuredContent/id", json!(4)),
        Call("searchPets", search, "/structuredContent/pets/0/name", json!("Otto")),
        Call("updatePet", json!({"petId": "4", "status": "sold"}), "/structuredContent/status", json!("sold")),
        Call("updatePet", json!({"petId": 4, "status": "asleep"}), "/isError", json!(true)),
        Call("deletePet", json!({"petId": 4}), "/isError", json!(false)),
        Call("deletePet", json!({"petId": 4}), "/isError", json!(true)),
    ]
}

/// Runs it; fails when something else comes than must.
pub(super) async fn run() -> Result<(), Failure> {
    let program = std::env::current_exe().map_err(Failure::work)?;
    let mut command = Command::new(program);
    command.args(["demo", "--transport", "stdio", "--log-level", "warn"]);
    let transport = TokioChildProcess::new(command).map_err(Failure::work)?;
    let client = ().serve(transport).await.map_err(Failure::work)?;
    let mut missed = lists(&client).await?;
    for step in steps() {
        missed += usize::from(!take(&client, step).await?);
    }
    client.cancel().await.map_err(Failure::work)?;
    match missed {
        0 => Ok(output::print("\nAll came as it should.")?),
        missed => Err(Failure::work(format!("{} came out otherwise than they should", count((missed, "step"))))),
    }
}

/// Prints who it is and what there is; how many lists are other than they should be.
async fn lists(client: &Client) -> Result<usize, Failure> {
    let server = client.peer_info().map(|info| serde_json::to_value(&*info).unwrap_or_default()).unwrap_or_default();
    let info = &server["serverInfo"];
    let about =
        format!("{} {} over MCP {}", text(&info["title"]), text(&info["version"]), text(&server["protocolVersion"]));
    output::print(&about)?;
    let tools = client.list_all_tools().await.map_err(Failure::work)?;
    let resources = client.list_all_resources().await.map_err(Failure::work)?;
    let templates = client.list_all_resource_templates().await.map_err(Failure::work)?;
    let lists = [
        ("tools", tools.iter().map(|tool| tool.name.to_string()).collect::<Vec<_>>(), 4),
        ("resources", resources.iter().map(|resource| resource.uri.clone()).collect(), 1),
        ("templates", templates.iter().map(|template| template.uri_template.clone()).collect(), 3),
    ];
    let mut missed = 0;
    for (name, entries, expected) in lists {
        output::print(&format!("{name:9}  {}", entries.join("  ")))?;
        if entries.len() != expected {
            missed += 1;
            output::print(&format!("           wrong: expected {expected} of them"))?;
        }
    }
    output::print("")?;
    Ok(missed)
}

/// Takes a step and prints what came; whether it is what must come.
async fn take(client: &Client, step: Step) -> Result<bool, Failure> {
    let (head, came, pointer, expected) = match step {
        Step::Read(uri, pointer, expected) => {
            let read = client.read_resource(ReadResourceRequestParams::new(uri)).await.map_err(Failure::work)?;
            let mut came = serde_json::to_value(read).unwrap_or_default();
            // Texts of JSON are looked into.
            if let Some(contents) = came.pointer_mut("/contents/0/text")
                && let Some(parsed) = contents.as_str().and_then(|text| serde_json::from_str(text).ok())
            {
                *contents = parsed;
            }
            (format!("read  {uri}"), came, pointer, expected)
        }
        Step::Call(tool, arguments, pointer, expected) => {
            let head = format!("call  {tool} {arguments}");
            let mut params = CallToolRequestParams::new(tool);
            params.arguments = arguments.as_object().cloned();
            let result = client.call_tool(params).await.map_err(Failure::work)?;
            (head, serde_json::to_value(result).unwrap_or_default(), pointer, expected)
        }
    };
    let same = came.pointer(pointer) == Some(&expected);
    output::print(&head)?;
    output::print(&format!("   -> {}", shown(&came)))?;
    if !same {
        output::print(&format!("      wrong: expected {expected} at {pointer}"))?;
    }
    Ok(same)
}

/// What a person wants to see of a result.
fn shown(came: &Value) -> String {
    let contents = &came["contents"][0];
    let text = match (&contents["text"], &contents["blob"], &came["content"][0]["text"]) {
        (Value::Null, Value::Null, Value::String(text)) => text.clone(),
        (Value::Null, Value::String(blob), _) => {
            format!("{} ({} characters of base64)", text(&contents["mimeType"]), blob.len())
        }
        (value, _, _) if !value.is_null() => value.to_string(),
        _ => came.to_string(),
    };
    text.lines().collect::<Vec<_>>().join("\n      ")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}
