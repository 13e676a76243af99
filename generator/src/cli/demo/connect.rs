//! How to connect clients to the demo.

/// What to tell a user.
pub(super) fn how_to(url: &str) -> String {
    let program = std::env::current_exe().map_or_else(|_| "mcpgen".to_owned(), |path| path.display().to_string());
    let desktop = serde_json::json!({"mcpServers": {"pet-store": {"command": program, "args": ["demo", "--transport", "stdio"]}}});
    let cursor = serde_json::json!({"mcpServers": {"pet-store": {"url": url}}});
    let code = serde_json::json!({"servers": {"pet-store": {"type": "http", "url": url}}});
    format!(
        "
The pet store is served at {url}. Connect a client:

  Claude Code      claude mcp add --transport http pet-store {url}
  Cursor           .cursor/mcp.json            {cursor}
  VS Code          .vscode/mcp.json            {code}
  Claude Desktop   claude_desktop_config.json  {desktop}

Then ask for the pets that are available. Ctrl-C ends it.
"
    )
}
