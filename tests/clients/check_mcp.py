"""The Python SDK's own client lists, reads and calls, over stdio and HTTP, with and without a handshake."""
import asyncio
import json

from mcp import Client, MCPError, StdioServerParameters

from serving import BOOK, RESOURCES, TEMPLATES, TOOLS, Stub, done, same


async def check(stub, server, mode):
    stub.requests.clear()
    async with Client(server, mode=mode, read_timeout_seconds=60) as client:
        if mode in ("legacy", "auto"):  # with a revision given, this client does not ask who the server is
            same("server", client.server_info.name, "town-library")
        same("tools", {tool.name for tool in (await client.list_tools()).tools}, TOOLS)
        same("resources", {str(entry.uri) for entry in (await client.list_resources()).resources}, RESOURCES)
        templates = (await client.list_resource_templates()).resource_templates
        same("templates", {entry.uri_template for entry in templates}, TEMPLATES)

        contents = (await client.read_resource("api://town-library/books/9007199254740993")).contents
        same("a book", json.loads(contents[0].text), BOOK)
        contents = (await client.read_resource("api://town-library/opening-hours")).contents
        same("opening hours", contents[0].text, "9 to 5")

        result = await client.call_tool("addBook", {"title": "Tides", "authors": ["A. Moon"]})
        same("isError", bool(result.is_error), False)
        same("structured content", result.structured_content, BOOK)
        result = await client.call_tool("removeBook", {"bookId": "7"})
        same("isError", bool(result.is_error), False)
        result = await client.call_tool("removeBook", {"bookId": "seven"})
        same("isError", bool(result.is_error), True)
        try:
            await client.read_resource("api://town-library/nothing")
            raise SystemExit("a resource that is not there was read")
        except MCPError:
            pass
    same("requests", stub.requests, [
        ("GET", "/books/9007199254740993", None),
        ("GET", "/opening-hours", None),
        ("POST", "/books", {"title": "Tides", "authors": ["A. Moon"]}),
        ("DELETE", "/books/7", None),
    ])


async def main():
    stub = Stub()
    for mode in ("legacy", "2026-07-28", "auto"):
        command, *arguments = stub.command()
        await check(stub, StdioServerParameters(command=command, args=arguments), mode)
        done(f"mcp ({mode})", "stdio")
        for sessions in ("on", "off"):
            with stub.http("--sessions", sessions) as url:
                await check(stub, url, mode)
            done(f"mcp ({mode})", f"HTTP, sessions {sessions}")


asyncio.run(main())
